"""Contribution tracing: sensitivity and type I error of each finding become its probabilities, claim by claim."""

from __future__ import annotations

from typing import Any

from processtrace.errors import StudyError
from processtrace.formats.foreign.items import Items, study_of_items
from processtrace.formats.foreign.table import Row, Table
from processtrace.formats.identifiers import identifier, label_of
from processtrace.formats.workbook.cell_values import read_judged
from processtrace.study import Hypothesis, Study
from processtrace.study.values import shown

RULE = (
    "The form of contribution tracing (Befani & Stedman-Bryce 2017, doi:10.1177/1356389016654584): for each finding its sensitivity, the "
    "probability of the finding if the claim holds, and its type I error, the probability of the finding if the claim does not hold. These two are "
    "the judgement, unchanged. A finding that was looked for and not found counts with one minus each. Each claim is a case of "
    "its own with two explanations; 'the claim does not hold' stands for all its rivals at once, which this form leaves unnamed."
)
"""How this form becomes numbers; stated first in every study made from it."""

HOLDS, FAILS = "claim_holds", "claim_does_not_hold"
_SENSITIVITY = ("sensitivity", "p(e|h)", "probability if the claim holds")
_TYPE_I = ("type i error", "type 1 error", "type one error", "p(e|not h)", "p(e|~h)", "probability if the claim does not hold")
_CLAIM = ("claim", "contribution claim", "component")
_PRIOR = ("prior", "prior confidence")
_FOUND = ("found", "observed")
_SAID = {"": "found", "yes": "found", "true": "found", "1": "found", "no": "not_found", "false": "not_found", "0": "not_found"}


def is_tracing(table: Table) -> bool:
    """Return whether the table has a column for the sensitivity and one for the type I error."""
    return table.column(*_SENSITIVITY) is not None and table.column(*_TYPE_I) is not None


def read_tracing(table: Table, title: str, case: str) -> Study:
    """Read the study of a table of contribution tracing, a case for each claim; StudyError with the row of each fault.

    Its columns are the finding, sensitivity and type I error, and where wanted claim, prior (of the claim), found (yes or no), id,
    label, date, source and note. Probabilities are numbers in [0, 1] or ranges `0.2 to 0.5`.
    """
    sensitivity, error = table.column(*_SENSITIVITY), table.column(*_TYPE_I)
    assert sensitivity is not None
    assert error is not None
    claim, prior, found = table.column(*_CLAIM), table.column(*_PRIOR), table.column(*_FOUND)
    used = {sensitivity, error, claim, prior, found}
    finding = table.column("finding", "evidence", "observation") or next((column for column in table.columns if column not in used), None)
    if finding is None:
        raise StudyError([table.fault(None, "", f"the columns {', '.join(table.columns)}", "a column 'finding' too")])
    table = table.with_points([column for column in (sensitivity, error, prior) if column])
    claims: dict[str, Items] = {}
    priors: dict[str, dict[str, Row]] = {}
    for row in table.rows:
        name = row.cells[claim] if claim else ""
        items = claims.setdefault(name, Items(table, finding, used))
        said = row.cells[found].lower() if found else ""
        if found and said not in _SAID:
            items.faults.append(table.fault(row, found, shown(row.cells[found]), "yes, no or blank"))
            continue
        if prior and row.cells[prior]:
            priors.setdefault(name, {}).setdefault(row.cells[prior], row)
        status = {"status": "not_found", "search_sensitivity": 1} if _SAID[said] == "not_found" else {}
        items.add(row, {"probability": {HOLDS: read_judged(row.cells[sensitivity]), FAILS: read_judged(row.cells[error])}} | status)
    names: dict[str, str] = {}
    for name in claims:
        names[name] = identifier(name, names.values(), "claim") if name else case
    cases = [
        items.case(
            names[name],
            label=label_of(name, names[name]),
            description=name or None,
            prior=_prior(table, items, prior, priors.get(name, {})),
        )
        for name, items in claims.items()
    ]
    explanations = [
        Hypothesis(HOLDS, statement="The contribution claim holds."),
        Hypothesis(
            FAILS, statement="Any other account of the outcome: whatever would be the case if the claim did not hold.", residual=True
        ),
    ]
    return study_of_items(list(claims.values()), title=title, description=RULE, hypotheses=explanations, cases=cases)


def _prior(table: Table, items: Items, column: str | None, stated: dict[str, Row]) -> dict[str, Any] | None:
    """Return the prior of a claim, which is written once, or alike in all its rows."""
    if column is None or not stated:
        return None
    (text, row), *others = stated.items()
    if others:
        items.faults.append(table.fault(others[0][1], column, f"{others[0][0]}, and {text} in row {row.line}", "one prior for a claim"))
        return None
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        items.faults.append(table.fault(row, column, shown(text), "a number in [0, 1]"))
        return None
    return {HOLDS: share, FAILS: 1 - share}
