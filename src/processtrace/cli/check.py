"""`processtrace check`: faults, notes, and a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from processtrace.cli.options import study_argument

if TYPE_CHECKING:
    from processtrace.study import Study


@click.command(name="check")
@study_argument
@click.option("--strict", is_flag=True, help="End with exit code 1 where a note is not answered under 'accepted:'.")
def command(study: str, strict: bool) -> None:
    """Faults of STUDY with file and line (exit code 1), notes worth a look, and a summary in one line.

    A study answers notes by name: 'accepted: {idle-item: looked at and kept}'. Texts that still say "Replace me" are a fault
    under --strict, and no answer changes that.
    """
    from pathlib import Path

    from processtrace.cli.contradictions import named
    from processtrace.formats.registry import import_study
    from processtrace.inference.contradictions import contradictions
    from processtrace.notes import UNANSWERABLE, notes

    imported = import_study(Path(study))
    read = imported.study
    for line in imported.said:
        click.echo(line)
    found = [note for note in notes(read) if note.name != "contradiction"]
    refused = named(study, contradictions(read))
    for fault in refused:
        click.echo(fault, err=True)
    open_ones = [note for note in found if note.name not in read.accepted or note.name in UNANSWERABLE]
    for note in open_ones:
        click.echo(f"{'fault' if strict and note.name in UNANSWERABLE else 'note'} {note}")
    _print_locks(read)
    click.echo(_summary(read, len(refused), len(open_ones), len(found) - len(open_ones)))
    if refused or (strict and open_ones):
        raise SystemExit(1)


def _print_locks(study: Study) -> None:
    """Print the items whose judgement was locked before the finding was known, and what each lock rests on; notes name the others."""
    from processtrace.study.locks import standings

    for said in standings(study):
        if said.verdict == "before":
            case = study.case(said.case)
            click.echo(f"lock {case.name}, {case.item(said.item).name}: {said.text}")
    for lock in study.lock:
        at = f"deposited {lock.deposited}, {lock.where or 'nowhere stated'}" if lock.deposited else "no deposit is stated"
        click.echo(f"lock {lock.file}: {at}; a lock proves order only if its hash was deposited where the date is another's")


def _summary(study: Study, faults: int, unanswered: int, answered: int) -> str:
    from processtrace.notes.numbers_asked import numbers_asked
    from processtrace.text.names import counted

    items = [item for case in study.cases for item in case.evidence]
    asked = numbers_asked(study)
    whom = f" of {counted(len(asked), 'analyst', 'analysts')}" if asked and None not in asked else ""
    return (
        f"{study.title}: {counted(faults, 'fault', 'faults') if faults else 'no faults'}; {counted(len(study.explanations), 'explanation', 'explanations')}, "
        f"{counted(len(study.cases), 'case', 'cases')}, {counted(sum(item.counts for item in items), 'item that counts', 'items that count')} of {len(items)}; "
        f"{sum(asked.values()):,} {'number' if sum(asked.values()) == 1 else 'numbers'} asked{whom}; {counted(unanswered, 'note', 'notes')}"
        + (f", {answered} answered." if answered else ".")
    )
