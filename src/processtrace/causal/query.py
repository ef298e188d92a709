"""Queries of a causal model: how probable a statement about a case is, given what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.conflict import impossible
from processtrace.causal.faults import fault, unknown_node
from processtrace.causal.joint import Known, Report
from processtrace.causal.learned import Mixture, mixture, read_learned
from processtrace.causal.model import CausalModel
from processtrace.causal.statements import Statement, conjuncts, is_truth, values_of
from processtrace.errors import UsageError
from processtrace.logspace import Array, logsumexp

if TYPE_CHECKING:
    import xarray as xr

Asked = str | Sequence[str] | Mapping[str, str]
"""One statement, several, or several with a label each."""

OPEN_AT_ONCE = 2**16
"""Combinations of values up to which a query is answered from one table over all of them."""


def query(
    model: CausalModel | xr.DataTree,
    statement: Asked,
    given: Asked | None = None,
    reports: Mapping[str, Any] | None = None,
    row: str | None = None,
) -> xr.Dataset:
    """Return how probable statements are, or what numbers are expected, given what is known of a case; exactly.

    Parameters
    ----------
    model
        The causal model, or what `learn` gave.
    statement
        What is asked: one statement, a list, or a mapping from label to statement. `Y[X=1]` is the value of Y if X were set to 1;
        `Y[X=1] > Y[X=0]` asks whether X has a positive effect on Y, and `Y[X=1] - Y[X=0]` for the expected effect.
    given
        What is known of the case: a condition in the same notation, or several, each answered by itself. Where `row` is named, what
        its row shows if left out.
    reports
        For a node, how probable a report of it is at each of its levels; or a list of these, one for each report.
    row
        The name of a case that the model was learned from. The answer then rests on all other cases, so that what its row shows is not
        used twice.

    Returns
    -------
    xarray.Dataset
        With the dimensions `query` and `given`: `value`, the probability of a statement that is true or false or the expectation of
        a number; and `probability_of_given` (given), the probability of the condition and the reports. Of a learned model three
        answers, which differ: `new_case`, that for a new case, which is `value` too; `share` (query, given, statistic), the mean,
        the standard deviation and the 95 % interval (`low`, `high`) of the share in the population; and where `row` is named,
        in the place of these, `studied_case`. `effective_draws` (given) says how many draws an answer rests on, infinite where it
        is exact.

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

    learned = None if isinstance(model, CausalModel) else read_learned(model)
    if learned is not None:
        whole = learned.new_case if row is None else learned.other_cases(row)
    elif row is None:
        whole = mixture(model)
    else:
        raise UsageError(f"row: '{row}'; a model that was learned is needed, from cases of which this is one")
    model = whole.model
    asked = {label: model.read(text) for label, text in labelled(statement, "query").items()}
    if learned is not None and row is not None and given is None:
        conditions = {row: learned.seen(learned.cases.row(row))}
    else:
        conditions = {label: condition(model, text) for label, text in labelled("" if given is None else given, "given").items()}
    seen = read_reports(model, reports or {})
    values, totals = np.empty((len(asked), len(conditions))), np.empty(len(conditions))
    shares, effective = np.empty((len(asked), len(conditions), len(STATISTICS))), np.full(len(conditions), np.inf)
    for column, statements in enumerate(conditions.values()):
        known = Known(statements, seen)
        answers, logs = _answers(whole, list(asked.values()), known)
        weights = whole.log_weights - logsumexp(whole.log_weights) + logs
        totals[column] = logsumexp(weights)
        if totals[column] == -np.inf:
            raise impossible(model, known)
        likely = np.exp(weights - totals[column])
        values[:, column] = np.where(likely > 0, answers, 0) @ likely
        if not whole.exact:
            effective[column] = 1 / (likely**2).sum()
        if learned is not None and row is None:
            drawn = answers if not whole.exact else _answers(learned.drawn, list(asked.values()), known)[0]
            shares[:, column] = _statistics(drawn)
            if whole.exact and not statements and not seen:
                shares[:, column, 0] = values[:, column]
    coords = _coordinates(tuple(asked), tuple(conditions))
    answer: dict[str, Any] = {"probability_of_given": ("given", np.exp(totals))}
    if learned is None:
        return xr.Dataset({"value": (("query", "given"), values), **answer}, coords)
    answer["effective_draws"] = ("given", effective)
    if row is not None:
        return xr.Dataset({"studied_case": (("query", "given"), values), **answer}, coords, {"row": row})
    answer |= dict.fromkeys(("value", "new_case"), (("query", "given"), values))
    answer["share"] = (("query", "given", "statistic"), shares)
    return xr.Dataset(answer, coords, {"interval": 0.95}).assign_coords(statistic=list(STATISTICS))


@lru_cache(maxsize=256)
def _coordinates(queries: tuple[str, ...], given: tuple[str, ...]) -> xr.Coordinates:
    """Return the labels of an answer as coordinates, whose type is stated: to infer it takes xarray longer than the answer itself."""
    import pandas as pd
    import xarray as xr
    from xarray.indexes import PandasIndex

    indexes = {}
    for name, labels in (("query", queries), ("given", given)):
        indexes[name] = PandasIndex(pd.Index(labels, dtype=object), name, coord_dtype=np.array(labels).dtype)
    variables = {name: index.create_variables()[name] for name, index in indexes.items()}
    return xr.Coordinates(variables, indexes)


STATISTICS = ("mean", "sd", "low", "high")
"""What is said of a share in the population; `low` and `high` are the ends of its central 95 % interval."""


def _statistics(drawn: Array) -> Array:
    """Return the statistics of answers (query, draw); draws under which what is given is impossible count for nothing."""
    known = drawn[:, ~np.isnan(drawn).any(axis=0)]
    ends = np.quantile(known, [0.025, 0.975], axis=1)
    return np.stack([known.mean(axis=1), known.std(axis=1), *ends], axis=1)


def _answers(whole: Mixture, asked: Sequence[Statement], known: Known) -> tuple[Array, Array]:
    """Return the expectation of each statement under each table of shares (statement, table), and the log probability of what is known."""
    model = whole.model
    answers: list[Array] = []
    total: Array | None = None
    for statement in asked:
        values = list(dict.fromkeys(values_of(statement)))
        if is_truth(statement) and prod(len(model.graph.levels[value.node]) for value in values) > OPEN_AT_ONCE:
            total = whole.each([], known).log_total() if total is None else total
            both = whole.each([], Known((*known.statements, *conjuncts(statement)), known.reports)).log_total()
            with np.errstate(invalid="ignore"):
                answers.append(np.exp(both - total))
        else:
            table = whole.each(values, known)
            total = table.log_total()
            answers.append(table.mean(statement))
        if (total == -np.inf).all():
            answers = [np.full(len(total), np.nan)] * len(asked)
            break
    return np.array(answers), np.asarray(total)


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
