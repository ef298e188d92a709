"""`processtrace convert`: a study from one form to another."""

from __future__ import annotations

import click

from processtrace.formats.foreign.rules import RULES


@click.command(name="convert", epilog="\n\n".join(RULES.values()))
@click.argument("src", type=click.Path())
@click.argument("dst", type=click.Path())
def command(src: str, dst: str) -> None:
    """Write the study in SRC in the form that DST says, where nothing stands yet.

    \b
    Both ways:   YAML       a study file, or a folder of a project with one study
                 workbook   a name in .xlsx
                 CSV pages  a folder; as DST a name that ends in csv
    To read:     .qdpx      coded passages of NVivo, ATLAS.ti, MAXQDA (REFI-QDA)
                 a table    in .csv or .xlsx: an ACH matrix, the form of
                            contribution tracing, or pairwise decibels

    DST is a folder for a YAML project (models/, evidence/), or a study file in .yaml with its evidence beside it.
    A table has a finding in each row; columns id, label, date, source and note may stand beside it, and what stands in
    other columns is kept as a note. How a table becomes numbers stands below, and in the description of each study made so.
    """
    import shlex
    from collections import Counter
    from pathlib import Path

    from processtrace import formats as exchange

    study = exchange.read(src)
    written = exchange.write(study, dst)
    items = Counter(item.status.replace("_", " ") for case in study.cases for item in case.evidence)
    told = ", ".join(f"{number} {status}" for status, number in items.items()) or "none"
    counted = [
        f"{number} {what}{'' if number == 1 else 's'}"
        for number, what in ((len(study.explanations), "explanation"), (len(study.cases), "case"))
    ]
    click.echo(f"{study.title}: {', '.join(counted)}; items: {told}.")
    here = Path.cwd()
    shown = [path.relative_to(here) if path.is_relative_to(here) else path for path in written]
    for path in shown:
        click.echo(f"wrote {path}", err=True)
    if written[0].suffix in (".yaml", ".yml"):
        click.echo(f"next: processtrace check {shlex.quote(str(shown[0]))}", err=True)
