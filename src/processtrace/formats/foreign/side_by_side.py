"""Tables with a value under each explanation: in columns side by side, or in a row of its own for each."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.answers import Answers
from processtrace.formats.foreign.entries import Entries
from processtrace.formats.foreign.items import Entry
from processtrace.formats.foreign.kinds import FITTING
from processtrace.formats.foreign.logarithms import in_decibels
from processtrace.formats.foreign.marks import complement, decibels, in_words_of_the_scale, odds_or_range, rating, ratio, share, sort_of
from processtrace.formats.foreign.roles import Kind, Roles, spelled_alike
from processtrace.formats.foreign.table import Row, Table
from processtrace.formats.identifiers import identifier, labels_of
from processtrace.formats.workbook.cell_values import read_word
from processtrace.study import Hypothesis
from processtrace.study.scales import ICD_203
from processtrace.study.values import LONGEST_LABEL, shown

RULE = (
    "A table of judgements: under each explanation how probable the finding is, as a probability (0.6, 60%), a likelihood ratio (8, 20:1), "
    "decibels, or a word of probability; in a column for each explanation, or a row for each finding and explanation. These are the "
    "judgements, unchanged. Words are those of Intelligence Community Directive 203 (2015) unless a list of words is given. A finding that "
    "is blank or NA under some explanation is left unjudged."
)
"""How this form becomes numbers; stated first in every study made from it."""

ACH_RULE = (
    "An ACH matrix (analysis of competing hypotheses; Heuer 1999): a row for each finding, a column for each hypothesis. "
    "By this library's convention the ratings ++ + N - -- stand for +10, +5, 0, -5 and -10 decibels, and so do CC C N I II. "
    "The matrices themselves say nothing about strength: ten decibels are ten to one. Credibility and relevance enter no number; "
    "they are kept as notes. A finding that is blank or NA under some hypothesis is left unjudged, with the ratings it has."
)
"""The same for ratings."""

SCALE_OF: dict[Kind, str] = {"probability": "probability", "ratio": "ratio", "decibels": "decibels", "ratings": "decibels",
                             "grades": "decibels", "words": "words"}  # fmt: skip


class Explanations:
    """The explanations of a study under the names that its tables give them.

    Parameters
    ----------
    names : iterable of str
        As they stand in headings or cells, in their order.
    """

    def __init__(self, names: Iterable[str]):
        self.ids: dict[str, str] = {}
        for name in dict.fromkeys(names):
            self.ids[name] = identifier(name, self.ids.values(), "hypothesis")

    def parts(self, priors: Mapping[str, float] | None = None) -> list[Hypothesis]:
        """Return the explanations, with labels that differ, and their priors where they are known."""
        labels = labels_of(self.ids)
        return [
            Hypothesis(name, label=labels[text], statement=text if len(text) > LONGEST_LABEL else None, prior=(priors or {}).get(name, 1.0))
            for text, name in self.ids.items()
        ]


def explained(cell: str, answers: Answers) -> str:
    """Return a cell, or the word or rating of this library that the user's list gives for it."""
    meant = answers.words.get(" ".join(cell.lower().split()))
    return meant if isinstance(meant, str) else cell


def value_of(roles: Roles, row: Row, column: str, percent: bool, answers: Answers, faults: list[Fault]) -> Any:
    """Return the value of a cell, or of the two cells of a range, on the scale of the table; None for one that is not rated, or after a fault."""
    before = len(faults)
    low = _value(roles, row, column, percent, answers, faults)
    if (upper := roles.upper.get(column)) is None:
        return low
    high = _value(roles, row, upper, percent, answers, faults)
    if len(faults) == before and (low is None) != (high is None):
        faults.append(roles.table.fault(row, column if low is None else upper, "nothing", "both ends of a range, or neither"))
    return low if low is None or low == high else [low, high]


def judged(roles: Roles, row: Row, column: str, answers: Answers, faults: list[Fault]) -> Any:
    """Return what a cell says of its finding: as `value_of`, for a probability of not finding the evidence one minus it."""
    head = roles.values[column]
    value = value_of(roles, row, column, head.percent, answers, faults)
    return complement(value) if head.missed and head.role != "ratio" and value is not None else value


def _value(roles: Roles, row: Row, column: str, percent: bool, answers: Answers, faults: list[Fault]) -> Any:
    """Return the value of one cell."""
    table, cell = roles.table, explained(row.cells[column], answers)
    if wrong := made_wrong(table, row, column):
        faults.append(wrong)
        return None
    sort = sort_of(cell, {})
    if sort == "blank":
        return None
    if sort == "dash" and roles.kind not in ("ratings", "grades"):
        faults.append(_dash(table, row, column))
        return None
    if roles.kind in ("ratings", "grades"):
        found = rating(cell, grades=roles.kind == "grades")
        if found is None:
            faults.append(_dash(table, row, column) if sort == "dash" else wrong_rating(table, row, column))
        return found
    if roles.kind == "words":
        return read_word(in_words_of_the_scale(cell, answers.words), [*ICD_203, *answers.words])
    if roles.kind == "probability":
        made = share(cell, (percent and answers.values != "probability") or answers.values == "percent")
        beyond = max((value for value in map(_as_float, made if isinstance(made, list) else [made]) if value is not None), default=0)
        if beyond > 1:
            fix = f"for per cent write {beyond / 100:g}, or add --values percent if all numbers are; for ratios add --values ratio"
            faults.append(table.fault(row, column, shown(cell), "a number in [0, 1]", fix))
            return None
        return made
    return (
        ratio(cell) if roles.kind == "ratio" else in_decibels(decibels(cell), roles.values[column].base if column in roles.values else "")
    )


def _as_float(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def scale_of(roles: Roles, cells: Iterable[str], answers: Answers) -> Roles:
    """Return the roles of a row: in a table of words, a finding that is judged in numbers alone is one of probabilities."""
    sorts = {sort_of(cell, answers.words) for cell in cells} - {"blank"}
    return replace(roles, kind="probability") if roles.kind == "words" and sorts and sorts <= FITTING["probability"] else roles


def made_wrong(table: Table, row: Row, column: str) -> Fault | None:
    """Return the fault of a judgement whose cell holds no value: an error, a date, a formula that was never computed."""
    made = table.made.get((row.line, column))
    cell = shown(row.cells[column])
    if made == "error":
        return table.fault(row, column, f"the error {cell}", "a judgement", "write what is meant")
    if made == "date":
        read = f"{cell}, which the spreadsheet has made a date of what was typed"
        return table.fault(row, column, read, "a judgement", "format the cell as Text, then type it again")
    if made == "empty formula":
        read = "a formula whose value is not stored in the file"
        return table.fault(row, column, read, "a judgement", "open the file in a spreadsheet and save it, or write the value in its place")
    return None


def two_ways(table: Table, row: Row, column: str) -> Fault:
    """Return the fault of a number that can be read in two ways: its comma may part thousands or decimals, its 'to' odds or a range."""
    cell = row.cells[column]
    if odds_or_range(cell):
        first, second = re.split(r"\s*\bto\b\s*", cell.strip(), flags=re.IGNORECASE)
        read, fix = f"{shown(cell)}, which may be odds or a range", f"write {first}:{second} for odds, {first}–{second} for a range"
        return table.fault(row, column, read, "a value that can be read in one way", fix)
    read = f"{shown(cell)}, whose comma may part thousands or decimals"
    return table.fault(
        row, column, read, "a number that can be read in one way", f"write {cell.replace(',', '')} or {cell.replace(',', '.')}"
    )


def _dash(table: Table, row: Row, column: str) -> Fault:
    read = f"{row.cells[column]}, a dash that may be a rating, or stand for 'not rated'"
    return table.fault(
        row, column, read, "one of ++ + N - --, or CC C N I II, NA or blank", "write - or -- for a rating, NA for what was not rated"
    )


def wrong_rating(table: Table, row: Row, column: str) -> Fault:
    """Return the fault of a cell that is no rating, with what is meant by such cells."""
    cell = row.cells[column]
    fix = ""
    if cell in ("?", "??"):
        fix = "write N for a finding that does not favour any explanation, NA for one that was not rated"
    elif sort_of(cell, {}) in ("number", "percent", "grade"):
        fix = "write one of the ratings; a row of totals or scores is passed over if its first cell says so"
    return table.fault(row, column, shown(cell), "one of ++ + N - --, or CC C N I II, NA or blank", fix)


def wide_entries(roles: Roles, entries: Entries, names: Explanations, answers: Answers, faults: list[Fault]) -> Iterator[Entry]:
    """Yield what each row of a table with a column for each explanation says."""
    table_roles = roles
    for row in entries.findings:
        before = len(faults)
        roles = scale_of(table_roles, (row.cells[column] for column in table_roles.values), answers)
        values = {names.ids[head.name]: judged(roles, row, column, answers, faults) for column, head in roles.values.items()}
        if len(faults) > before:
            continue
        if any(value is None for value in values.values()):
            rated = ", ".join(f"{head.name} {row.cells[column]}" for column, head in roles.values.items() if row.cells[column])
            yield Entry(roles, row, None, note=f"rated in the matrix: {rated}" if rated else "")
            continue
        because = {names.ids[name]: row.cells[column] for name, column in _reasons(roles, names) if row.cells[column]}
        yield Entry(roles, row, {SCALE_OF[roles.kind]: values}, because)


def _reasons(roles: Roles, names: Explanations) -> Iterator[tuple[str, str]]:
    for said, column in roles.reasons.items():
        for name in names.ids:
            if said.casefold() in (name.casefold(), names.ids[name], name.casefold().split(":")[0]):
                yield name, column


def names_in_rows(roles: Roles, entries: Entries) -> list[str]:
    """Return the explanations that a column names; StudyError where two nearly agree."""
    column = roles.column("hypothesis") or ""
    if faults := spelled_alike(roles.table, column, "an explanation"):
        raise StudyError(faults)
    return list(dict.fromkeys(row.cells[column] for row in entries.findings if row.cells[column]))


def long_entries(roles: Roles, rows: Iterable[Row], names: Explanations, answers: Answers, faults: list[Fault], key: Callable[[Row], Any]) -> Iterator[Entry]:  # fmt: skip
    """Yield what the rows of each finding say together in a table with a row for each finding and explanation."""
    named, column = roles.column("hypothesis") or "", next(iter(roles.values))
    reason = next((name for name in roles.table.columns if roles.table.headings[name].role == "reason"), None)
    who = roles.column("analyst")
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        if not row.cells[named]:
            faults.append(roles.table.fault(row, named, "nothing", "the name of an explanation", "write it, or delete the row"))
            continue
        groups.setdefault((key(row), row.cells[roles.finding or ""], row.cells[who] if who else ""), []).append(row)
    table_roles = roles
    for group in groups.values():
        roles = scale_of(table_roles, (row.cells[column] for row in group), answers)
        values: dict[str, Any] = {}
        because: dict[str, str] = {}
        before = len(faults)
        for row in group:
            name = names.ids[row.cells[named]]
            if name in values:
                read, fix = f"{row.cells[named]} again for one finding", "delete one row, or give the findings different texts"
                faults.append(roles.table.fault(row, named, read, "each explanation once for a finding", fix))
            values[name] = judged(roles, row, column, answers, faults)
            if reason and row.cells[reason]:
                because[name] = row.cells[reason]
        if len(faults) > before:
            continue
        missing = [text for text, name in names.ids.items() if name not in values]
        if missing or any(value is None for value in values.values()):
            rated = ", ".join(f"{row.cells[named]} {row.cells[column]}" for row in group if row.cells[column])
            yield Entry(roles, group[0], None, note=f"rated in the table: {rated}" if rated else "")
        else:
            pinned = "; ".join(text for row in group[1:] for text in roles.table.pinned(row, roles.finding))
            yield Entry(roles, group[0], {SCALE_OF[roles.kind]: {name: values[name] for name in names.ids.values()}}, because, pinned)


def prior_in(cell: str, percent: bool) -> float | None:
    """Return the prior weight that a cell states; None where it states none."""
    try:
        value = float(share(cell, percent))
    except (TypeError, ValueError):
        return None
    return value if 0 <= value < math.inf else None


def row_priors(roles: Roles, entries: Entries, names: Explanations, faults: list[Fault]) -> dict[str, float]:
    """Return the priors that a row of the table gives to the explanations."""
    row = entries.prior
    if row is None:
        return {}
    made = {}
    for column, head in roles.values.items():
        value = prior_in(row.cells[column], False)
        if value is None:
            read = shown(row.cells[column])
            faults.append(roles.table.fault(row, column, read, "the prior of the explanation, a number of 0 or more"))
        else:
            made[names.ids[head.name]] = value
    return made
