"""Queries of a causal model: how probable a statement about a case is, given what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.conflict import impossible
from processtrace.causal.faults import fault, unknown_node
from processtrace.causal.joint import Known, Report, joint
from processtrace.causal.model import CausalModel
from processtrace.causal.statements import Statement, conjuncts, is_truth, values_of
from processtrace.errors import UsageError
from processtrace.logspace import Array

if TYPE_CHECKING:
    import xarray as xr

Asked = str | Sequence[str] | Mapping[str, str]
"""One statement, several, or several with a label each."""

OPEN_AT_ONCE = 2**16
"""Combinations of values up to which a query is answered from one table over all of them."""


def query(model: CausalModel, statement: Asked, given: Asked | None = None, reports: Mapping[str, Any] | None = None) -> xr.Dataset:
    """Return how probable statements are, or what numbers are expected, given what is known of a case; exactly.

    Parameters
    ----------
    model
        The causal model.
    statement
        What is asked: one statement, a list, or a mapping from label to statement. `Y[X=1]` is the value of Y if X were set to 1;
        `Y[X=1] > Y[X=0]` asks whether X has a positive effect on Y, and `Y[X=1] - Y[X=0]` for the expected effect.
    given
        What is known of the case: a condition in the same notation, or several, each answered by itself.
    reports
        For a node, how probable a report of it is at each of its levels; or a list of these, one for each report.

    Returns
    -------
    xarray.Dataset
        With the dimensions `query` and `given`: `value`, the probability of a statement that is true or false or the expectation of
        a number; and `probability_of_given` (given), the probability of the condition and the reports.

    Raises
    ------
    StudyError
        If a statement can't be read or names no node of the model.
    ImpossibleError
        If what is given has probability 0; it names a smallest set of clues that can't go together.

    References
    ----------
    Shpitser, I., & Pearl, J. (2007). What counterfactuals can be tested. https://doi.org/10.48550/arXiv.1206.5294
    """
    import xarray as xr

    asked = {label: model.read(text) for label, text in labelled(statement, "query").items()}
    conditions = {label: condition(model, text) for label, text in labelled("" if given is None else given, "given").items()}
    seen = read_reports(model, reports or {})
    values, totals = np.empty((len(asked), len(conditions))), np.empty(len(conditions))
    for column, statements in enumerate(conditions.values()):
        known = Known(statements, seen)
        answers, totals[column] = _answers(model, list(asked.values()), known)
        if totals[column] == -np.inf:
            raise impossible(model, known)
        values[:, column] = answers
    return xr.Dataset(
        {"value": (("query", "given"), values), "probability_of_given": ("given", np.exp(totals))},
        coords={"query": list(asked), "given": list(conditions)},
    )


def _answers(model: CausalModel, asked: Sequence[Statement], known: Known) -> tuple[list[float], float]:
    """The expectation of each statement, and the log probability of what is known."""
    answers, total = [], None
    for statement in asked:
        values = list(dict.fromkeys(values_of(statement)))
        if is_truth(statement) and prod(len(model.graph.levels[value.node]) for value in values) > OPEN_AT_ONCE:
            if total is None:
                total = float(joint(model, [], known).log_total()[0])
            both = joint(model, [], Known((*known.statements, *conjuncts(statement)), known.reports))
            answers.append(float(np.exp(both.log_total()[0] - total)) if total > -np.inf else np.nan)
        else:
            table = joint(model, values, known)
            total = float(table.log_total()[0])
            answers.append(float(table.mean(statement)[0]))
        if total == -np.inf:
            break
    return (answers, total) if total is not None and total > -np.inf else ([np.nan] * len(asked), -np.inf)


def labelled(given: Asked, what: str) -> dict[str, str]:
    """Return statements with their labels: their texts, where none are given."""
    if isinstance(given, str):
        return {given: given}
    if isinstance(given, Mapping):
        found = {str(label): text for label, text in given.items()}
    elif isinstance(given, Iterable):
        found = {}
        for text in given:
            found[str(text)] = text
    else:
        raise UsageError(f"{what}: {given!r}; a statement, a list of statements, or a mapping from label to statement is allowed")
    for text in found.values():
        if not isinstance(text, str):
            raise UsageError(f"{what}: {text!r}; a statement in text is allowed, such as 'X == 1'")
    if not found:
        raise UsageError(f"{what}: nothing; at least one statement is needed")
    return found


def condition(model: CausalModel, text: str) -> tuple[Statement, ...]:
    """Return the statements that a condition joins by `and`; none where it is blank."""
    if not text.strip():
        return ()
    statement = model.read(text)
    if not is_truth(statement):
        raise fault(f"condition '{text}'", "a number", "a statement that is true or false, such as X == 1")
    return conjuncts(statement)


def read_reports(model: CausalModel, reports: Mapping[str, Any]) -> tuple[Report, ...]:
    """Return the reports of nodes as arrays, checked."""
    found: list[Report] = []
    for node, given in reports.items():
        if node not in model.graph.parents:
            raise unknown_node("reports", node, model.nodes)
        levels = len(model.graph.levels[node])
        try:
            chances = np.asarray(given, float)
        except (TypeError, ValueError):
            chances = np.empty(0)
        if chances.ndim not in (1, 2) or not chances.size or chances.shape[-1] != levels or not ((chances >= 0) & (chances <= 1)).all():
            raise fault(f"report of {node}", f"{given}", f"{levels} probabilities, one for each level of {node}; or a list of these")
        found += [(node, one) for one in np.atleast_2d(chances)]
    return tuple(found)


def reported(model: CausalModel, node: str, level: object, if_true: float, if_false: float) -> Array:
    """Return how probable a report that a node has a level is at each of its levels: `if_true` there and `if_false` elsewhere."""
    chances = np.full(len(model.graph.levels[node]), float(if_false))
    chances[model.graph.level(node, level)] = if_true
    return chances
