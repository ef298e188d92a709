"""`processtrace check`: faults, notes, and a summary."""

from __future__ import annotations

import click

from processtrace.cli.options import study_argument


@click.command(name="check")
@study_argument
@click.option("--strict", is_flag=True, help="End with exit code 1 where a note is not answered under 'accepted:'.")
def command(study: str, strict: bool) -> None:
    """Faults of STUDY with file and line (exit code 1), notes worth a look, and a summary in one line.

    A study answers notes by name: 'accepted: {idle-item: looked at and kept}'.
    """
    from processtrace.files import load_study
    from processtrace.notes import notes

    read = load_study(study)
    found = notes(read)
    open_ones = [note for note in found if note.name not in read.accepted]
    for note in open_ones:
        click.echo(f"note {note}")
    items = [item for case in read.cases for item in case.evidence]
    counted = sum(item.counts for item in items)
    asked = sum(len(part.values) for item in items for part in item.by_analyst.values())
    answered = f", {len(found) - len(open_ones)} answered" if len(found) > len(open_ones) else ""
    click.echo(
        f"{read.title}: no faults; {len(read.explanations)} explanations, {len(read.cases)} cases, {counted} items that count of {len(items)}; "
        f"{asked} judgements asked of analysts; {len(open_ones)} notes{answered}."
    )
    if strict and open_ones:
        raise SystemExit(1)
