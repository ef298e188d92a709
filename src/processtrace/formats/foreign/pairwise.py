"""Pairwise weights of evidence in decibels: those that fit together become decibels of each hypothesis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.items import Items, study_of_items
from processtrace.formats.foreign.table import Row, Table
from processtrace.formats.identifiers import identifier, label_of
from processtrace.formats.workbook.cell_values import read_number
from processtrace.study import Hypothesis, Study
from processtrace.study.transitivity import transitivity
from processtrace.study.values import LONGEST_LABEL, as_number, shown

RULE = (
    "A table of pairwise weights of evidence (Fairfield & Charman 2017, doi:10.1017/pan.2017.14): a row for each finding, a column for each pair of "
    "hypotheses headed 'A : B', in decibels: 10 is ten times as probable under A as under B. The weights become decibels relative "
    "to the first hypothesis. They must fit together: A against C is the sum of A against B and B against C, or the "
    "table is refused with the three hypotheses and the gap in decibels. No weights are adjusted to fit."
)
"""How this form becomes numbers; stated first in every study made from it."""

_PAIR = re.compile(r"(.*\S)\s+(?::|vs\.?|against|over)\s+(\S.*)|(\w+):(\w+)", re.IGNORECASE)

Pair = tuple[str, str]


def pairs_of(table: Table) -> dict[str, Pair]:
    """Return the columns headed 'A : B' (or 'A vs B', 'A against B', 'A over B'), with their two hypotheses."""
    found = {column: _PAIR.fullmatch(column) for column in table.columns}
    return {column: (pair[1] or pair[3], pair[2] or pair[4]) for column, pair in found.items() if pair}


def is_pairwise(table: Table) -> bool:
    """Return whether some columns are headed by pairs."""
    return bool(pairs_of(table))


def read_pairwise(table: Table, title: str, case: str) -> Study:
    """Read the study of a table of pairwise weights; StudyError with the row of each fault, and the gap of weights that do not fit."""
    pairs = pairs_of(table)
    names: dict[str, str] = {}
    for text in dict.fromkeys(part for pair in pairs.values() for part in pair):
        names[text] = identifier(text, names.values(), "hypothesis")
    finding = table.column("finding", "evidence", "observation") or next((column for column in table.columns if column not in pairs), None)
    if finding is None:
        raise StudyError([table.fault(None, "", f"the columns {', '.join(table.columns)}", "a column 'finding' too")])
    table = table.with_points(pairs)
    items = Items(table, finding, pairs)
    items.faults += [table.fault(None, column, f"'{a}' against itself", "two hypotheses") for column, (a, b) in pairs.items() if a == b]
    for row in table.rows:
        weights, faults = _weights(table, row, pairs)
        if not weights and not faults:
            items.add(row, {"status": "unjudged"})
            continue
        items.faults += faults or list(_misfits(table, row, weights, list(names)))
        if faults or items.faults:
            continue
        decibels = _levels(weights, list(names))
        items.add(row, {"decibels": {names[text]: level for text, level in decibels.items()}})
    hypotheses = [
        Hypothesis(name, label=label_of(text, name), statement=text if len(text) > LONGEST_LABEL else None) for text, name in names.items()
    ]
    return study_of_items(
        [items], title=title, description=RULE, hypotheses=hypotheses, cases=[items.case(case)] if not items.faults else []
    )


def _weights(table: Table, row: Row, pairs: Mapping[str, Pair]) -> tuple[dict[Pair, float], list[Fault]]:
    from pydantic_core import PydanticCustomError

    weights: dict[Pair, float] = {}
    faults = []
    for column, pair in pairs.items():
        cell = re.sub(r"\s*dB$", "", row.cells[column], flags=re.IGNORECASE)
        if not cell:
            continue
        try:
            weight = as_number(read_number(cell))
        except PydanticCustomError as error:
            context = error.context or {}
            faults.append(
                table.fault(row, column, str(context.get("read", shown(cell))), "a number of decibels", str(context.get("fix", "")))
            )
            continue
        if weights.setdefault(pair, weight) != weight:
            faults.append(table.fault(row, column, f"{weight:g}, and {weights[pair]:g} in another column", "one weight for a pair"))
    return weights, faults


def _levels(weights: Mapping[Pair, float], names: list[str]) -> dict[str, float]:
    """Return decibels relative to the first hypothesis, for every one that pairs connect with it."""
    both = {(b, a): -weight for (a, b), weight in weights.items()} | dict(weights)
    levels = {names[0]: 0.0}
    while reached := next(((b, levels[a] - weight) for (a, b), weight in both.items() if a in levels and b not in levels), None):
        levels[reached[0]] = reached[1]
    return {name: round(levels[name], 9) + 0.0 for name in names if name in levels}


def _misfits(table: Table, row: Row, weights: Mapping[Pair, float], names: list[str]) -> Iterator[Fault]:
    """Give what keeps a row's weights from being decibels: hypotheses that no pair connects, or circles that do not close."""
    levels = _levels(weights, names)
    if missing := [name for name in names if name not in levels]:
        read = f"nothing that compares {missing[0]} with {names[0]}"
        yield table.fault(row, "", read, "weights that connect all hypotheses", "fill in one more pair, or leave the row blank: unjudged")
        return
    for circle, gap in transitivity(weights).items():
        steps = zip(circle, (*circle[1:], circle[0]), strict=True)
        steps_in_words = ", ".join(f"{a} : {b} {weights[a, b] if (a, b) in weights else -weights[b, a]:g} dB" for a, b in steps)
        read = f"{steps_in_words}, which leave a gap of {gap:.6g} dB"
        yield table.fault(row, "", read, "weights that sum to 0 around a circle", "judge these pairs again; no weight is adjusted for you")
