"""`processtrace convert`: a study from one form to another."""

from __future__ import annotations

import click

from processtrace.formats.registry import FORMATS, Format


def _lines(head: str, forms: list[Format]) -> list[str]:
    """Return a line of help for each form, aligned, with a heading before the first."""
    wide = max(len(form.name) for form in FORMATS)
    return [f"{head if k == 0 else '':11} {form.name:{wide}}  {form.about}" for k, form in enumerate(forms)]


_HELP = """Write the study in SRC in the form that DST says, where nothing is yet.

\b
{forms}

DST is a folder for a YAML project (models/, evidence/), or a study file in .yaml with its evidence beside it.
A table is a .csv file, or the first sheet of a workbook. It has a finding in each row; columns id, label, date, source and note
may stand beside it, and what stands in other columns is kept as a note. How a table becomes numbers is said below, and in the
description of each study made so.
""".format(
    forms="\n".join(
        [
            *_lines("Both ways:", [form for form in FORMATS if form.write]),
            *_lines("To read:", [form for form in FORMATS if not form.write]),
        ]
    )
)


@click.command(name="convert", help=_HELP, epilog="\n\n".join(form.rule for form in FORMATS if form.rule))
@click.argument("src", type=click.Path())
@click.argument("dst", type=click.Path())
def command(src: str, dst: str) -> None:
    """Convert a study, and print what it holds, what was written and what to do next."""
    import shlex
    from collections import Counter
    from pathlib import Path

    from processtrace import formats
    from processtrace.text.names import counted

    study = formats.read(src)
    written = formats.write(study, dst)
    statuses = Counter(item.status.replace("_", " ") for case in study.cases for item in case.evidence)
    items = ", ".join(f"{number} {status}" for status, number in statuses.items()) or "none"
    explanations = counted(len(study.explanations), "explanation", "explanations")
    click.echo(f"{study.title}: {explanations}, {counted(len(study.cases), 'case', 'cases')}; items: {items}.")
    here = Path.cwd()
    shown = [path.relative_to(here) if path.is_relative_to(here) else path for path in written]
    for path in shown:
        click.echo(f"wrote {path}", err=True)
    if written[0].suffix in (".yaml", ".yml"):
        click.echo(f"next: processtrace check {shlex.quote(str(shown[0]))}", err=True)
