"""The command line. Results go to stdout, progress and messages to stderr; a fault ends with exit code 1 and plain words."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from types import TracebackType

_COMMANDS = {
    "run": "The main job: check, update, sample, robustness, figures, tables, report.",
    "check": "Faults with file and line, notes, and a summary of the study.",
    "update": "The exact posterior, at once.",
    "robustness": "How fragile the posterior is: everything a reviewer asks.",
    "plan": "What evidence to look for next, and a locked plan.",
    "query": "What a causal model answers: how probable a statement is in a case.",
    "learn": "What cases say of the shares of a causal model.",
    "compare": "What differs between studies, and what moved.",
    "ask": "A page on which another coder judges in a browser.",
    "sheet": "A blind sheet for another coder.",
    "merge": "A filled-in sheet back into the study.",
    "calibrate": "What past judgements on known cases say about their judges.",
    "new": "A commented study that runs as it is.",
    "example": "A worked example to read, run and change.",
    "write": "The robustness section for Word, Quarto or LaTeX; a folder for editors.",
    "convert": "A study from one format to another.",
    "schema": "The JSON Schema of study files, for editors.",
    "cite": "How to cite the library.",
}


class _Commands(click.Group):
    """The commands; each loads its module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands, in the order of the help page."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, None where there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"processtrace.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading their modules."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name]) for name in self.list_commands(ctx)])


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from processtrace import __version__

        click.echo(f"processtrace {__version__}")
        ctx.exit()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version.")
def cli() -> None:
    """Bayesian process tracing: from judgements of evidence to posterior support, and how fragile it is.

    Start with 'processtrace new FOLDER', or read 'processtrace COMMAND --help'.
    """


def _say(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
    """Print a warning of this library as a sentence; those of other libraries are for programmers, who ask for them with -W."""
    if category.__module__.startswith("processtrace."):
        click.echo(str(message), err=True)


def _stop_again(ignored: sys.UnraisableHookArgs) -> None:
    """Ask once more for a stop that came where Python lets no exception out, as in the callback of a weak reference."""
    from threading import Timer

    if issubclass(ignored.exc_type, KeyboardInterrupt):
        Timer(0.01, _ask_to_stop).start()
    else:
        sys.__unraisablehook__(ignored)


def _print_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an error that nothing catches, but not a stop: compiled code of other libraries prints one before it passes it on."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


def _ask_to_stop() -> None:
    """Ask the main thread to stop once it has left `_stop_again`, where Python would swallow this too."""
    import _thread
    import threading
    import time
    import traceback

    main_thread = threading.main_thread().ident
    while any(frame.f_code is _stop_again.__code__ for frame, _ in traceback.walk_stack(sys._current_frames().get(main_thread or 0))):
        time.sleep(0.01)
    _thread.interrupt_main(signal.SIGTERM)  # SIGINT is ignored in the background of a shell


def main() -> None:
    """Run the command line; every fault that a user can fix ends in plain words and exit code 1."""
    from processtrace.errors import ProcesstraceError

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as with Ctrl-C, what was begun is put away
    sys.unraisablehook, sys.excepthook = _stop_again, _print_error
    if not sys.warnoptions:
        warnings.showwarning = _say
    try:
        code = cli(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        code = 1
    except click.UsageError as error:
        error.show()
        code = 2
    except ProcesstraceError as error:
        click.echo(str(error).encode("utf-8", "backslashreplace").decode(), err=True)
        code = 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        click.echo(f"{named}{error.strerror or error}; a file or folder that can be read or written, on a disk with room", err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
