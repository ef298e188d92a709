"""The blind sheet as a workbook, made to be filled in."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.elicitation.asked import KINDS, Asked, asked
from processtrace.elicitation.blind import IS, BlindExplanation, BlindItem
from processtrace.elicitation.instructions import TITLE, how_to_judge
from processtrace.elicitation.rounds import ROUND_2
from processtrace.errors import UsageError
from processtrace.formats.atomic import write_files
from processtrace.formats.workbook.styles import (
    add_choices,
    add_prompt,
    mark_to_fill,
    prose_page,
    put_cell,
    set_heights,
    set_up_printing,
    set_width,
    style_header,
    workbook_bytes,
)
from processtrace.study import Hypothesis, Study

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

JUDGEMENTS, EXPLANATIONS, ABOUT, RECORD = "Judgements", "Explanations", "About you", "record"
NUMBER, REMARK, WHY = "No.", "Remark", "Why: "
NAME, KIND, DATE = "Your name, as it may be printed", "Who judged", "Date, as in 2026-03-29"
VERSION = "processtrace sheet 1"
RECORDED = ("version", "analyst", "revises", "sample", "explanation", "item", "repeat")
"""The lines of the record that the return needs."""
FINDING, CASE, EXPLANATION, SAYS = "Finding", "Case", "Explanation", "What it says"
UNSAID = "This study does not say"


@dataclass(frozen=True)
class Shown:
    """A column of what is judged: its heading, its width in characters, and the field of an item that it shows."""

    name: str
    width: int
    field: str

    def of(self, item: BlindItem) -> str:
        """Return what the column shows of an item."""
        held = getattr(item, self.field)
        return "; ".join(held) if isinstance(held, tuple) else str(held)


SHOWN = (
    Shown(FINDING, 52, "finding"),
    Shown(CASE, 14, "where"),
    Shown("Date", 12, "date"),
    Shown("Words of the source", 34, "quote"),
    Shown("Source", 20, "sources"),
    Shown("Knowing that", 34, "knowing"),
    Shown("Said in the first round, by all judges", 34, "spread"),
)
"""The columns of what is judged, in their order; one that no item fills is left out of a sheet."""


def write_sheet(
    study: Study,
    path: str | PathLike[str],
    analyst: str,
    random_seed: int,
    *,
    rest: bool = False,
    all_judged: bool = False,
    sample: str | None = None,
    repeat: int = 0,
    second_round: bool = False,
    other_hypotheses: Mapping[str, Hypothesis] | None = None,
) -> Asked:
    """Write a blind sheet for an analyst, in random order.

    Parameters
    ----------
    study : Study
        What is to be judged.
    path : path
        A new workbook, with a name in .xlsx.
    analyst : str
        The identifier of the analyst who is to judge.
    random_seed : int
        The order of the findings and of the explanations, the sample and the repeated findings follow from it; it is kept.
    rest : bool
        Whether the items that this analyst has judged already are left out.
    all_judged : bool
        Whether the sheet asks about every explanation that the case files judge, not the study's own alone.
    sample : str or None
        How many findings are drawn at random, spread over the cases: a number or a percentage such as '20%'; None for all.
    repeat : int
        How many of them are asked a second time, far from the first.
    second_round : bool
        Whether the analyst is asked again what they and others have judged, beside the spread of what was said, without names.
    other_hypotheses : mapping of identifiers to Hypothesis
        What its cases judge for the sake of other studies.

    Returns
    -------
    Asked
        What the sheet asks.

    Raises
    ------
    AnalysisError
        Where the analyst has judged some of the items and `rest` is not asked for, or nothing is left to judge.
    UsageError
        Where the file is there already, since it may hold somebody's work; for a name without .xlsx, a sample that is none, the
        analyst 'pool'.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise UsageError(f"{target}: a sheet is a workbook; give it a name that ends in .xlsx")
    if target.exists():
        raise UsageError(f"{target} is there already, and may hold a coder's work; name another file, or move it away")
    made = asked(study, analyst, random_seed, rest=rest, all_judged=all_judged, sample=sample, repeat=repeat, second_round=second_round)
    explained = in_random_order(made.explained(study, other_hypotheses or {}, analyst), random_seed, analyst)
    book = _book(study, analyst, random_seed, made, explained, analyst if second_round else "")
    try:
        write_files({target: workbook_bytes(book)}, replace=False)
    except FileExistsError:
        raise UsageError(f"{target} is there already, and may hold a coder's work; name another file") from None
    return made


def in_random_order(explained: Sequence[BlindExplanation], random_seed: int, analyst: str) -> list[BlindExplanation]:
    """Return the explanations in an order drawn for an analyst, and then the levels of nodes as they are."""
    drawn = [one for one in explained if IS not in one.id]
    random.Random(f"{random_seed} {analyst}").shuffle(drawn)
    return drawn + [one for one in explained if IS in one.id]


def _book(study: Study, analyst: str, random_seed: int, made: Asked, explained: Sequence[BlindExplanation], revises: str) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    prose_page(book, TITLE, how_to_judge(study, analyst, len(made.rows), len(made.repeated)))
    _explanations(book, study, explained, {row.case for row in made.rows})
    _judgements(book, made.rows, explained)
    _about(book)
    _record(book, study, analyst, random_seed, made, explained, revises)
    return book


def _explanations(book: Workbook, study: Study, explained: Sequence[BlindExplanation], cases: set[str]) -> None:
    lines = [(EXPLANATION, SAYS)]
    lines += [(one.label, one.statement or f"{UNSAID}; ask the person who sent you the sheet.") for one in explained]
    for case in study.cases:
        if case.id in cases:
            about = [part for part in (case.outcome, "Period: " + " to ".join(case.period) if case.period else "") if part]
            lines.append((f"Case: {case.name}", "\n".join(about)))
    sheet = book.create_sheet(EXPLANATIONS)
    for number, (head, text) in enumerate(lines, 1):
        put_cell(sheet, number, 1, head)
        put_cell(sheet, number, 2, text or None)
    set_width(sheet, 1, 26)
    set_width(sheet, 2, 84)
    style_header(sheet, 2)
    sheet.freeze_panes = "A2"
    set_heights(sheet)
    set_up_printing(sheet)


def _judgements(book: Workbook, rows: Sequence[BlindItem], explained: Sequence[BlindExplanation]) -> None:
    """Make the page of judgements: what is judged on the left; what is to be filled in on the right, in frames."""
    columns: list[tuple[str, int, Any]] = [(NUMBER, 5, None)]
    columns += [(one.name, one.width, one.of) for one in SHOWN if any(one.of(row) for row in rows)]
    sheet: Any = book.create_sheet(JUDGEMENTS)
    for column, (name, size, get) in enumerate(columns, 1):
        put_cell(sheet, 1, column, name)
        set_width(sheet, column, size)
        for number, row in enumerate(rows, 1):
            put_cell(sheet, number + 1, column, number if get is None else get(row) or None)
    to_be_filled = [(one.label, 13) for one in explained] + [(WHY + one.label, 32) for one in explained] + [(REMARK, 28)]
    for column, (name, size) in enumerate(to_be_filled, len(columns) + 1):
        put_cell(sheet, 1, column, name)
        set_width(sheet, column, size)
        for number, row in enumerate(rows, 2):
            cell = put_cell(sheet, number, column, None)
            place = column - len(columns) - 1
            if name == REMARK or explained[place % len(explained)].id in row.explanations:
                mark_to_fill(cell)
    for place, one in enumerate(explained, len(columns) + 1):
        world = f"{one.label}:" if IS in one.id else f"If this explanation is right ({one.label}),"
        ask = f"{world} how probable is a finding of this kind and degree? 0.3, or 0.2 to 0.5, or a word."
        add_prompt(sheet, place, len(rows) + 1, one.label, ask)
    style_header(sheet, len(columns) + len(to_be_filled))
    sheet.freeze_panes = "C2"
    set_heights(sheet, least=4)
    set_up_printing(sheet, divided_after=len(columns) + len(explained))


def _about(book: Workbook) -> None:
    sheet = book.create_sheet(ABOUT)
    for number, (ask, answer) in enumerate([("About you", "Answer"), (NAME, None), (KIND, None), (DATE, None)], 1):
        put_cell(sheet, number, 1, ask)
        cell = put_cell(sheet, number, 2, answer)
        if number > 1:
            mark_to_fill(cell)
    set_width(sheet, 1, 34)
    set_width(sheet, 2, 60)
    add_choices(sheet, 2, KINDS, rows=(3, 3))
    style_header(sheet, 2)
    set_up_printing(sheet)


def _record(
    book: Workbook, study: Study, analyst: str, random_seed: int, made: Asked, explained: Sequence[BlindExplanation], revises: str
) -> None:
    """Make the hidden page that the return needs: which row is which item, and fingerprints of all that was shown."""
    lines = [("what", "name", "value", "digest"), ("version", "", VERSION, ""), ("study", "", study.title, "")]
    lines += [("analyst", "", f"{revises}{ROUND_2}" if revises else analyst, ""), ("seed", "", str(random_seed), "")]
    lines += [("revises", "", revises, "")] if revises else []
    lines += [("sample", "", made.sample, "")] if made.sample else []
    lines += [("explanation", one.id, one.label, one.digest) for one in explained]
    lines += [("item", str(number), row.key, row.digest) for number, row in enumerate(made.rows, 1)]
    lines += [("repeat", "", str(number), "") for number in sorted(made.repeated)]
    sheet = book.create_sheet(RECORD)
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            put_cell(sheet, number, column, text or None)
    sheet.sheet_state = "hidden"
