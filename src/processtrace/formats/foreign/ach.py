"""ACH matrices: ratings become decibels by the convention of `RULE`."""

from __future__ import annotations

from processtrace.errors import Fault
from processtrace.formats.foreign.items import BESIDE, Items, study_of_items
from processtrace.formats.foreign.table import Row, Table
from processtrace.formats.identifiers import identifier, label_of
from processtrace.study import Hypothesis, Study
from processtrace.study.values import LONGEST_LABEL, shown

RULE = (
    "An ACH matrix (analysis of competing hypotheses; Heuer 1999): a row for each finding, a column for each hypothesis. "
    "By this library's convention the ratings ++ + N - -- stand for +10, +5, 0, -5 and -10 decibels, and so do CC C N I II. "
    "The matrices themselves say nothing about strength: ten decibels are ten to one. Credibility and relevance enter no number; "
    "they are kept as notes. A finding that is blank or NA under some hypothesis is left unjudged, with the ratings it has."
)
"""How this form becomes numbers; stated first in every study made from it."""

DECIBELS = {"++": 10.0, "+": 5.0, "n": 0.0, "-": -5.0, "--": -10.0, "cc": 10.0, "c": 5.0, "i": -5.0, "ii": -10.0}
UNRATED = ("", "na", "n/a")
FINDING = ("finding", "evidence", "observation")
_NO_HYPOTHESES = ("credibility", "relevance", "weight", "type", "flag", *FINDING, *(name for names in BESIDE.values() for name in names))


def _rating(cell: str) -> str:
    return cell.lower().replace("–", "-").replace("—", "--").replace("−", "-").replace(" ", "")


def hypotheses_of(table: Table) -> list[str]:
    """Return the columns that hold ratings: all but the finding and the columns of `BESIDE` and the like."""
    beside = {table.columns[0], *(table.column(name) for name in _NO_HYPOTHESES)}
    return [column for column in table.columns if column not in beside]


def is_matrix(table: Table) -> bool:
    """Return whether at least half of the filled cells under the hypotheses are ratings."""
    cells = [_rating(row.cells[column]) for row in table.rows for column in hypotheses_of(table) if row.cells[column]]
    return bool(cells) and sum(cell in DECIBELS or cell in UNRATED for cell in cells) * 2 >= len(cells)


def read_matrix(table: Table, title: str, case: str) -> Study:
    """Read the study of an ACH matrix; StudyError with the row and column of each cell that is no rating."""
    columns = hypotheses_of(table)
    names: dict[str, str] = {}
    for column in columns:
        names[column] = identifier(column, names.values(), "hypothesis")
    items = Items(table, table.column(*FINDING) or table.columns[0], columns)
    for row in table.rows:
        ratings = {column: row.cells[column] for column in columns}
        wrong = [column for column, cell in ratings.items() if _rating(cell) not in DECIBELS and _rating(cell) not in UNRATED]
        items.faults += [_wrong(table, row, column) for column in wrong]
        if wrong:
            continue
        if any(_rating(cell) in UNRATED for cell in ratings.values()):
            rated = ", ".join(f"{column} {cell}" for column, cell in ratings.items() if cell)
            items.add(row, {"status": "unjudged"}, f"rated in the matrix: {rated}" if rated else "")
        else:
            items.add(row, {"decibels": {names[column]: DECIBELS[_rating(cell)] for column, cell in ratings.items()}})
    hypotheses = [
        Hypothesis(name, label=label_of(column, name), statement=column if len(column) > LONGEST_LABEL else None)
        for column, name in names.items()
    ]
    return study_of_items([items], title=title, description=RULE, hypotheses=hypotheses, cases=[items.case(case)])


def _wrong(table: Table, row: Row, column: str) -> Fault:
    fix = "delete rows of scores and totals" if row.cells[column].lstrip("+-").replace(".", "").isdigit() else ""
    return table.fault(row, column, shown(row.cells[column]), "one of ++ + N - --, or CC C N I II, NA or blank", fix)
