"""Pairwise weights of evidence: those that fit together become decibels of each hypothesis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from processtrace.errors import Fault
from processtrace.formats.foreign.entries import Entries
from processtrace.formats.foreign.items import Entry
from processtrace.formats.foreign.logarithms import in_decibels
from processtrace.formats.foreign.marks import decibels, ratio, sort_of
from processtrace.formats.foreign.roles import Roles
from processtrace.formats.foreign.side_by_side import Explanations, made_wrong
from processtrace.formats.foreign.table import Row, Table
from processtrace.study.transitivity import transitivity
from processtrace.study.values import as_number, shown

RULE = (
    "A table of pairwise weights of evidence (Fairfield & Charman 2017, doi:10.1017/pan.2017.14): a row for each finding, a column for each pair of "
    "hypotheses headed 'A : B', in decibels: 10 is ten times as probable under A as under B. Ratios (10:1, 1/2, or a heading that says "
    "'ratio' or 'LR') are turned into decibels. The weights become decibels relative "
    "to the first hypothesis. They must fit together: A against C is the sum of A against B and B against C, or the "
    "table is refused with the three hypotheses and the gap in decibels. No weights are adjusted to fit."
)
"""How this form becomes numbers; stated first in every study made from it."""

Pair = tuple[str, str]


def names_in_pairs(roles: Roles) -> list[str]:
    """Return the hypotheses that the headings compare, in their order."""
    return list(dict.fromkeys(name for head in roles.values.values() for name in (head.name, head.other)))


def pair_entries(roles: Roles, entries: Entries, names: Explanations, faults: list[Fault]) -> Iterator[Entry]:
    """Yield the weights of each row relative to the first hypothesis."""
    for column, head in roles.values.items():
        if head.name == head.other:
            faults.append(roles.table.fault(None, column, f"'{head.name}' against itself", "two hypotheses"))
    texts = list(names.ids)
    for row in entries.findings:
        weights, wrong = _weights(roles, row)
        if not weights and not wrong:
            yield Entry(roles, row, None)
            continue
        faults += wrong or list(_misfits(roles.table, row, weights, texts))
        if not faults:
            digits = 13 if roles.kind == "ratio" or any(head.base for head in roles.values.values()) else 9
            levels = {names.ids[text]: round(level, digits) + 0.0 for text, level in _levels(weights, texts).items()}
            yield Entry(roles, row, {"decibels": levels})


def _weights(roles: Roles, row: Row) -> tuple[dict[Pair, float], list[Fault]]:
    weights: dict[Pair, float] = {}
    faults = []
    table = roles.table
    for column, head in roles.values.items():
        cell = row.cells[column]
        if wrong := made_wrong(table, row, column):
            faults.append(wrong)
            continue
        if sort_of(cell, {}) == "blank":
            continue
        weight = _weight(table, row, column, roles.kind == "ratio" and "db" not in cell.lower(), "" if "db" in cell.lower() else head.base)
        if isinstance(weight, Fault):
            faults.append(weight)
        elif weights.setdefault((head.name, head.other), weight) != weight:
            read = f"{weight:g}, and {weights[head.name, head.other]:g} in another column"
            faults.append(table.fault(row, column, read, "one weight for a pair"))
    return weights, faults


def _weight(table: Table, row: Row, column: str, in_ratios: bool, base: str) -> float | Fault:
    from pydantic_core import PydanticCustomError

    cell = row.cells[column]
    allowed = "a ratio such as 10:1, 1/2 or 3" if in_ratios else "a number of decibels"
    try:
        number = as_number(ratio(cell) if in_ratios else in_decibels(decibels(cell), base))
    except PydanticCustomError:
        fix = "" if in_ratios else "a ratio is written 10:1 in every row, or '(LR)' in the heading"
        return table.fault(row, column, shown(cell), allowed, fix)
    if not in_ratios:
        return number
    if number <= 0:
        return table.fault(row, column, shown(cell), "a ratio above 0", "for what is impossible judge a probability of 0")
    return 10 * math.log10(number)


def _levels(weights: Mapping[Pair, float], names: list[str]) -> dict[str, float]:
    """Return decibels relative to the first hypothesis, for every one that pairs connect with it."""
    both = {(b, a): -weight for (a, b), weight in weights.items()} | dict(weights)
    levels = {names[0]: 0.0}
    while reached := next(((b, levels[a] - weight) for (a, b), weight in both.items() if a in levels and b not in levels), None):
        levels[reached[0]] = reached[1]
    return {name: levels[name] for name in names if name in levels}


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
