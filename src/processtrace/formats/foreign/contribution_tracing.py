"""Contribution tracing: sensitivity and type I error of each finding, or its likelihood ratio, claim by claim."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from processtrace.errors import Fault
from processtrace.formats.foreign.answers import Answers
from processtrace.formats.foreign.entries import Entries
from processtrace.formats.foreign.items import Entry
from processtrace.formats.foreign.marks import complement, share
from processtrace.formats.foreign.roles import Roles
from processtrace.formats.foreign.side_by_side import judged
from processtrace.formats.foreign.table import Row
from processtrace.formats.foreign.vocabulary import FOUND
from processtrace.study import Hypothesis
from processtrace.study.values import shown

RULE = (
    "The form of contribution tracing (Befani & Stedman-Bryce 2017, doi:10.1177/1356389016654584): for each finding its sensitivity, the "
    "probability of the finding if the claim holds, and its type I error, the probability of the finding if the claim does not hold. These two are "
    "the judgement, unchanged. A finding that was looked for and not found counts with one minus each. Each claim is a case of "
    "its own with two explanations; 'the claim does not hold' stands for all its rivals at once, which this form leaves unnamed."
)
"""How this form becomes numbers; stated first in every study made from it."""

RATIO_RULE = (
    "A table of likelihood ratios of a claim: for each finding how many times as probable it is if the claim holds as if it does not. "
    "The ratios are the judgement, unchanged. Where LR+ and LR- stand side by side they fix the probability of the finding if the claim holds and "
    "if it does not, and these are the judgement: what was found counts by LR+, what was looked for and not found by LR-. Each claim is a case of its own with two explanations; 'the claim does not hold' stands "
    "for all its rivals at once, which this form leaves unnamed."
)
"""The same for a column of ratios."""

HOLDS, FAILS = "claim_holds", "claim_does_not_hold"


def explanations(claim: str) -> list[Hypothesis]:
    """Return the two explanations of every claim."""
    says = f"The contribution claim holds: {claim}." if claim else "The contribution claim holds."
    rival = "Any other account of the outcome: whatever would be the case if the claim did not hold."
    return [Hypothesis(HOLDS, statement=says), Hypothesis(FAILS, statement=rival, residual=True)]


def claim_entries(roles: Roles, entries: Entries, answers: Answers, faults: list[Fault]) -> Iterator[Entry]:
    """Yield what each row says of a claim and its negation."""
    columns = list(roles.values)
    for row in entries.findings:
        before = len(faults)
        values = [judged(roles, row, column, answers, faults) for column in columns]
        if len(faults) > before:
            continue
        if all(value is None for value in values):
            yield Entry(roles, row, None)
        elif roles.form == "claim ratio" and len(columns) == 2:
            yield from _of_both_ratios(roles, row, values, faults)
        elif None in values:
            column = columns[values.index(None)]
            faults.append(
                roles.table.fault(row, column, "nothing", "a probability in both columns", "write it, or leave both blank: unjudged")
            )
        elif roles.form == "claim ratio":
            fails = 0 if roles.kind == "decibels" else 1
            yield Entry(roles, row, {roles.kind: {HOLDS: values[0], FAILS: fails}})
        else:
            yield Entry(roles, row, {roles.kind: {HOLDS: values[0], FAILS: values[1]}})


def _of_both_ratios(roles: Roles, row: Row, values: Sequence[Any], faults: list[Fault]) -> Iterator[Entry]:
    """Yield the probabilities that have these ratios of finding and of not finding; the first ratio itself where the second is not given."""
    (plus, minus), (first, second) = values, roles.values
    column = roles.column("found") or roles.column("status")
    absent = bool(column) and FOUND.get(row.cells[column or ""].lower()) == "not_found"
    if not absent and plus is not None and (minus is None or isinstance(plus, list)):
        yield Entry(roles, row, {roles.kind: {HOLDS: plus, FAILS: 0 if roles.kind == "decibels" else 1}})
        return
    for name, value in ((first, plus), (second, minus)):
        if value is None or isinstance(value, list):
            read = "nothing" if value is None else f"a range, '{shown(row.cells[name])}'"
            faults.append(
                roles.table.fault(row, name, read, "a number under LR+ and LR- each", "the two ratios together fix the probabilities")
            )
            return
    try:
        found, missed = (10 ** (float(value) / 10) if roles.kind == "decibels" else float(value) for value in (plus, minus))
    except (ValueError, OverflowError):
        faults.append(
            roles.table.fault(row, first, f"{shown(row.cells[first])} and {shown(row.cells[second])}", "a number under LR+ and LR- each")
        )
        return
    if found == missed == 1:
        yield Entry(roles, row, {"ratio": {HOLDS: 1, FAILS: 1}})
    elif 0 <= min(found, missed) < 1 < max(found, missed) < math.inf:
        fails = (1 - missed) / (found - missed)
        yield Entry(roles, row, {"probability": {HOLDS: found * fails, FAILS: fails}})
    else:
        read = f"{first} {shown(row.cells[first])} and {second} {shown(row.cells[second])}"
        fix = "what speaks for the claim where it is found speaks against it where it is not"
        faults.append(roles.table.fault(row, second, read, "one of the two above 1, the other below", fix))


def prior_of(roles: Roles, rows: list[Row], faults: list[Fault]) -> dict[str, Any] | None:
    """Return the prior of a claim, which is written once, or alike in all its rows."""
    column = roles.column("prior")
    stated: dict[str, Row] = {}
    for row in rows:
        if column and row.cells[column]:
            stated.setdefault(row.cells[column], row)
    if column is None or not stated:
        return None
    (text, row), *others = stated.items()
    if others:
        read = f"{others[0][0]}, and {text} in row {row.line}"
        faults.append(roles.table.fault(others[0][1], column, read, "one prior for a claim", "write it once, or give each claim its name"))
        return None
    try:
        prior = float(share(text, roles.table.headings[column].percent))
    except (TypeError, ValueError):
        prior = -1.0
    if not 0 <= prior <= 1:
        faults.append(roles.table.fault(row, column, shown(text), "a number in [0, 1]"))
        return None
    return {HOLDS: prior, FAILS: float(complement(prior))}
