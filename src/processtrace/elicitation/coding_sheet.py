"""The blind sheet as a workbook, made to be filled in."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.elicitation.blind import BlindExplanation, BlindItem, blind_explanations, blind_items
from processtrace.elicitation.instructions import TITLE, how_to_judge
from processtrace.errors import AnalysisError, UsageError
from processtrace.formats.atomic import write_files
from processtrace.formats.workbook.styles import (
    choices,
    dress_head,
    heighten,
    printable,
    prompt,
    prose_page,
    put_cell,
    saved,
    to_fill,
    width,
)
from processtrace.study import POOL, Hypothesis, Study

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

JUDGEMENTS, EXPLANATIONS, ABOUT, RECORD = "Judgements", "Explanations", "About you", "record"
NUMBER, REMARK, WHY = "No.", "Remark", "Why: "
NAME, KIND, DATE = "Your name, as it may be printed", "Who judged", "Date, as in 2026-03-29"
KINDS = ("a person", "a language model")
VERSION = "processtrace sheet 1"


def write_sheet(
    study: Study,
    path: str | PathLike[str],
    analyst: str,
    seed: int,
    rest: bool = False,
    other_hypotheses: Mapping[str, Hypothesis] | None = None,
) -> int:
    """A blind sheet for an analyst, in an order that follows from the seed; the number of its findings.

    An analyst who has judged some of the items gets a sheet of the others where `rest` is asked for, else AnalysisError.
    UsageError where the file is there already: it may hold somebody's work.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise UsageError(f"{target}: a sheet is a workbook; give it a name that ends in .xlsx")
    if target.exists():
        raise UsageError(f"{target} is there already, and may hold a coder's work; name another file, or move it away")
    rows = _asked(study, analyst, rest)
    random.Random(seed).shuffle(rows)
    book = _book(study, analyst, seed, rows, blind_explanations(study, other_hypotheses or {}))
    try:
        write_files({target: saved(book)}, replace=False)
    except FileExistsError:
        raise UsageError(f"{target} is there already, and may hold a coder's work; name another file") from None
    return len(rows)


def _asked(study: Study, analyst: str, rest: bool) -> list[BlindItem]:
    if analyst == POOL:
        raise UsageError("analyst 'pool': 'pool' stands for all analysts; give the coder another name")
    rows = blind_items(study)
    judged = {(case.id, item.id) for case in study.cases for item in case.evidence if analyst in (item.judgements or ())}
    if judged and not rest:
        raise AnalysisError(
            f"{analyst} has judged {len(judged)} of {len(rows)} items; --rest makes a sheet of the others; "
            "for a second look at the same ones take a new name, so that both judgements are kept"
        )
    rows = [row for row in rows if (row.case, row.item) not in judged]
    if not rows:
        raise AnalysisError(f"{analyst} has judged every item" if judged else "the study has no items that a coder could judge")
    return rows


def _book(study: Study, analyst: str, seed: int, rows: Sequence[BlindItem], explained: Sequence[BlindExplanation]) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    prose_page(book, TITLE, how_to_judge(study, analyst, len(rows)))
    _explanations(book, study, explained, {row.case for row in rows})
    _judgements(book, rows, explained)
    _about(book)
    _record(book, study, analyst, seed, rows, explained)
    return book


def _explanations(book: Workbook, study: Study, explained: Sequence[BlindExplanation], cases: set[str]) -> None:
    lines = [("Explanation", "What it says")]
    lines += [(one.label, one.statement or "This study does not say; ask whoever sent you the sheet.") for one in explained]
    for case in study.cases:
        if case.id in cases:
            told = [part for part in (case.outcome, "Period: " + " to ".join(case.period) if case.period else "") if part]
            lines.append((f"Case: {case.name}", "\n".join(told)))
    sheet = book.create_sheet(EXPLANATIONS)
    for number, (head, text) in enumerate(lines, 1):
        put_cell(sheet, number, 1, head)
        put_cell(sheet, number, 2, text or None)
    width(sheet, 1, 26)
    width(sheet, 2, 84)
    dress_head(sheet, 2)
    sheet.freeze_panes = "A2"
    heighten(sheet)
    printable(sheet)


def _judgements(book: Workbook, rows: Sequence[BlindItem], explained: Sequence[BlindExplanation]) -> None:
    """What is judged on the left, what is to be filled in on the right, framed."""
    columns: list[tuple[str, int, Any]] = [
        (NUMBER, 5, None),
        ("Finding", 52, lambda row: row.finding),
        ("Case", 14, lambda row: row.where),
        ("Date", 12, lambda row: row.date),
        ("Words of the source", 34, lambda row: row.quote),
        ("Source", 20, lambda row: row.sources),
        ("Knowing that", 34, lambda row: row.knowing),
    ]
    columns = [(name, size, get) for name, size, get in columns if get is None or any(get(row) for row in rows)]
    sheet: Any = book.create_sheet(JUDGEMENTS)
    for column, (name, size, get) in enumerate(columns, 1):
        put_cell(sheet, 1, column, name)
        width(sheet, column, size)
        for number, row in enumerate(rows, 1):
            put_cell(sheet, number + 1, column, number if get is None else get(row) or None)
    to_be_filled = [(one.label, 13) for one in explained] + [(WHY + one.label, 32) for one in explained] + [(REMARK, 28)]
    for column, (name, size) in enumerate(to_be_filled, len(columns) + 1):
        put_cell(sheet, 1, column, name)
        width(sheet, column, size)
        for number, row in enumerate(rows, 2):
            cell = put_cell(sheet, number, column, None)
            place = column - len(columns) - 1
            if name == REMARK or explained[place % len(explained)].id in row.explanations:
                to_fill(cell)
    for place, one in enumerate(explained, len(columns) + 1):
        ask = (
            f"If this explanation is right ({one.label}), how probable is a finding of this kind and degree? 0.3, or 0.2 to 0.5, or a word."
        )
        prompt(sheet, place, len(rows) + 1, one.label, ask)
    dress_head(sheet, len(columns) + len(to_be_filled))
    sheet.freeze_panes = "C2"
    heighten(sheet, least=4)
    printable(sheet, divided_after=len(columns) + len(explained))


def _about(book: Workbook) -> None:
    sheet = book.create_sheet(ABOUT)
    for number, (ask, answer) in enumerate([("About you", "Answer"), (NAME, None), (KIND, None), (DATE, None)], 1):
        put_cell(sheet, number, 1, ask)
        cell = put_cell(sheet, number, 2, answer)
        if number > 1:
            to_fill(cell)
    width(sheet, 1, 34)
    width(sheet, 2, 60)
    choices(sheet, 2, KINDS, rows=(3, 3))
    dress_head(sheet, 2)
    printable(sheet)


def _record(
    book: Workbook, study: Study, analyst: str, seed: int, rows: Sequence[BlindItem], explained: Sequence[BlindExplanation]
) -> None:
    """What the return needs: which row is which item, and fingerprints of all that was shown. Hidden, since nobody fills it in."""
    lines = [("what", "name", "value", "digest"), ("version", "", VERSION, ""), ("study", "", study.title, "")]
    lines += [("analyst", "", analyst, ""), ("seed", "", str(seed), "")]
    lines += [("explanation", one.id, one.label, one.digest) for one in explained]
    lines += [("item", str(number), row.key, row.digest) for number, row in enumerate(rows, 1)]
    sheet = book.create_sheet(RECORD)
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            put_cell(sheet, number, column, text or None)
    sheet.sheet_state = "hidden"
