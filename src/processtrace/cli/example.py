"""`processtrace example`: a worked example to read, run and change."""

from __future__ import annotations

import click


@click.command(name="example")
@click.argument("name", metavar="[NAME]", required=False)
@click.argument("folder", metavar="[DIR]", type=click.Path(file_okay=False), required=False)
def command(name: str | None, folder: str | None) -> None:
    """Write the worked example NAME to the new folder DIR, or list the examples where no name is given.

    DIR is called after the example if it is left out. Nothing that is there is overwritten.
    """
    import shlex

    from processtrace import examples
    from processtrace.cli.terminal import table

    if name is None:
        click.echo(table(("Example", "What it is"), examples.NAMES.items()))
        return
    copied = examples.copy(name, folder or name)
    shown = shlex.quote(str(copied.study))
    click.echo(f"Wrote the example: {examples.NAMES[name]}.")
    click.echo(f"  processtrace check {shown}")
    click.echo(f"  processtrace robustness {shown}")
    click.echo(f"  processtrace run {shown}")
