"""`processtrace new`: a commented study that runs as it is."""

from __future__ import annotations

import click


@click.command(name="new")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.option("--hypotheses", metavar="A,B,C", help="Names of your rival explanations, separated by commas: two or more.")
@click.option("--case", "case", metavar="NAME", help="Name of your case.")
def command(folder: str, hypotheses: str | None, case: str | None) -> None:
    """Write a commented study to the new folder DIR: models/, evidence/, a bibliography, and schema/ for editors.

    It runs as it is. Its comments explain every key; replace what says "Replace me".
    """
    import shlex
    from pathlib import Path

    from processtrace.formats.yaml import write_starter

    written = write_starter(Path(folder), None if hypotheses is None else hypotheses.split(","), case)
    shown = shlex.quote(str(Path(folder, *written.parts[-2:])))
    click.echo(f"Wrote a study that runs as it is, with placeholders. Open {shown}, replace what says 'Replace me', then:")
    click.echo(f"  processtrace check {shown}")
    click.echo(f"  processtrace run {shown}")
