"""Results are put in place whole or not at all, whenever the process that writes them is killed."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from processtrace.errors import UsageError

_MARK = ".processtrace"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """A new folder to write to; it takes the place of `target` when the block ends without an error.

    A folder that holds other things than earlier results is left alone: UsageError. What a killed run left beside it is
    taken away.
    """
    target = target.absolute()
    _clean(target)
    if target.exists() and not _is_ours(target):
        raise UsageError(f"{target} is not empty and holds no earlier results; name a new folder with --out")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}-{os.getpid()}-", dir=target.parent))
    try:
        (made / _MARK).write_text("Results of processtrace run; replaced as a whole by the next run.\n", encoding="utf-8")
        yield made
        made.chmod(0o755)
        _swap(made, target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _is_ours(target: Path) -> bool:
    return target.is_dir() and ((target / _MARK).exists() or not any(target.iterdir()))


def _swap(made: Path, target: Path) -> None:
    """Put the new folder in its place: in one step where the system can, else by way of a third name."""
    if target.exists() and _exchanged(made, target):
        return
    old = made.with_name(f"{made.name}-old")
    if target.exists():
        target.replace(old)
    try:
        made.replace(target)
    except OSError:
        if old.exists():
            with suppress(OSError):
                old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the names of two folders could be exchanged in one step."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    return rename is not None and rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _clean(target: Path) -> None:
    """Take away what killed runs left; where one was killed between its two renames, put the old results back."""
    named = re.compile(re.escape(f".{target.name}-") + r"(\d+)-\w+?(-old)?")
    found = list(target.parent.glob(".*")) if target.parent.is_dir() else []
    left = [(path, match) for path in found if (match := named.fullmatch(path.name)) and not _runs(int(match[1]))]
    for path, match in left:
        if match[2] and not target.exists():
            path.replace(target)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    """Whether a process may still be running; where the system does not say, it may."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
