"""`processtrace merge`: a filled-in blind sheet back into the study."""

from __future__ import annotations

from pathlib import Path

import click

from processtrace.cli.options import study_argument


@click.command(name="merge")
@study_argument
@click.argument("sheet", type=click.Path(), metavar="FILE")
@click.option(
    "--first",
    metavar="NAME",
    help="The analyst whose judgements the study holds, if it has one judgement for each item and names no analyst.",
)
def command(study: str, sheet: str, first: str | None) -> None:
    """Bring judgements into the case files of STUDY: of a blind sheet (FILE.xlsx), a judging page (.json) or prompts (.jsonl).

    Rows left blank are not judged. It is refused, and nothing is changed, where a row is half filled, or where a finding
    or the statement of an explanation has changed since the sheet was made.
    """
    from processtrace.elicitation import merge_sheet
    from processtrace.formats import read_files
    from processtrace.formats.yaml import hypotheses_of_other_studies
    from processtrace.study import POOL, Analyst

    files = read_files(study)
    done = merge_sheet(files, sheet, Analyst(first).id if first is not None else None, hypotheses_of_other_studies(files))
    if not done.judged and not done.again:
        click.echo(f"All {done.before} judgements of {done.analyst} in {sheet} are in the study already; nothing was changed.")
        return
    before = f", {done.before} were there before" if done.before else ""
    blank = f", {done.blank} left blank" if done.blank else ""
    click.echo(f"{done.judged} judgements of {done.analyst} merged{before}{blank}.")
    if done.again:
        kind = "single answers about" if done.answers else "second judgements of"
        click.echo(f"{done.again} {kind} the same findings merged beside them; they measure repetition and enter no pool.")
    if done.newly_found:
        click.echo(f"{done.newly_found} items that were unjudged count as found now.")
    for path in done.files:
        click.echo(f"changed: {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    if files.study.analyst == POOL:
        click.echo(f"The main judgements are those of the pool of analysts; 'analyst: NAME' in {study} chooses one.")
