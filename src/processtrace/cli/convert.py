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
A table is a .csv or .tsv file, the sheets of a workbook (.xlsx, .ods), or an ACH matrix in .json. It has a finding in each row; columns id, label, date,
source and note may be beside it, and what is in other columns is kept as a note. What each column was taken for is printed.
A column that may be an explanation, where nothing says so, is a question that names the option which answers it.
How a table becomes numbers is said below, and in the description of each study made so.
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
@click.option("--explanations", metavar="A,B", default="", help="The columns of a table that are the explanations, joined by commas.")
@click.option("--ignore", metavar="COLUMN", multiple=True, help="A column of a table to pass over; may be given again.")
@click.option(
    "--values",
    type=click.Choice(["probability", "percent", "ratio", "decibels", "log10", "ln", "log2", "ratings", "words"]),
    help="What the values of a table are, where its headings do not say it.",
)
@click.option("--words", metavar="FILE", type=click.Path(), help="What the words of a table mean: 'WORD: MEANING' in each line.")
@click.option(
    "--above",
    type=click.Choice(["analyst", "case", "explanation"]),
    help="What the upper of two rows of headings names; below explanations stand analysts.",
)
@click.option("--transposed", is_flag=True, help="The rows of a table are the explanations, its columns the findings.")
def command(
    src: str,
    dst: str,
    explanations: str,
    ignore: tuple[str, ...],
    values: str | None,
    words: str | None,
    transposed: bool,
    above: str | None,
) -> None:
    """Convert a study, and print what it holds, what was taken for what, what was written and what to do next."""
    import shlex
    from collections import Counter
    from pathlib import Path

    from processtrace import formats
    from processtrace.formats.foreign.answers import Answers, listed_names
    from processtrace.formats.foreign.word_list import read_words
    from processtrace.formats.registry import import_study
    from processtrace.text.names import counted

    answers = Answers(
        explanations=listed_names([explanations]),
        ignore=listed_names(ignore),
        values=values,  # type: ignore[arg-type]
        words=read_words(Path(words), words) if words else {},
        transposed=transposed,
        above=above,  # type: ignore[arg-type]
    )
    imported = import_study(Path(src), answers)
    study = imported.study
    written = formats.write(study, dst, src)
    statuses = Counter(item.status.replace("_", " ") for case in study.cases for item in case.evidence)
    items = ", ".join(f"{number} {status}" for status, number in statuses.items()) or "none"
    explained = counted(len(study.explanations), "explanation", "explanations")
    click.echo(f"{study.title}: {explained}, {counted(len(study.cases), 'case', 'cases')}; items: {items}.")
    for line in imported.said:
        click.echo(f"  {line}", err=True)
    if imported.left_out:
        click.echo(f"not taken over: {counted(len(imported.left_out), 'thing', 'things')}", err=True)
        for line in imported.left_out:
            click.echo(f"  {line}", err=True)
    here = Path.cwd()
    shown = [path.relative_to(here) if path.is_relative_to(here) else path for path in written]
    for path in shown:
        click.echo(f"wrote {path}", err=True)
    if written[0].suffix in (".yaml", ".yml"):
        click.echo(f"next: processtrace check {shlex.quote(str(shown[0]))}", err=True)
