"""Which cases to study: how much is expected to be known of a query after clues are looked for in some cases of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import comb, prod
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import gammaln

from processtrace.causal.cases import UNSEEN, Cases, Given, read_cases
from processtrace.causal.faults import unknown_node
from processtrace.causal.joint import Known
from processtrace.causal.learn import learn
from processtrace.causal.learned import Mixture, read_learned
from processtrace.causal.model import CausalModel
from processtrace.causal.query import Asked, condition, labelled
from processtrace.causal.spread import Spread, spread
from processtrace.causal.statements import Number, Operation, Statement, Value, evaluate, is_truth, nodes_of, values_of
from processtrace.errors import AnalysisError, StudyError, UsageError
from processtrace.logspace import Array, logsumexp, normalise

if TYPE_CHECKING:
    import xarray as xr

Sought = Mapping[str, Mapping[str, int]]
"""For each kind of case, in how many of them which nodes are looked for."""

MOST_OUTCOMES = 400
"""Outcomes of a plan up to which each is worked out exactly."""

MOST_BY_DRAWS = 50_000
"""Outcomes of a plan up to which draws are reweighted by each."""


@dataclass(frozen=True, eq=False)
class _Search:
    """One search: a row of the data that has such cases, how many are studied, and the levels that can be seen (level set, node)."""

    row: int
    number: int
    columns: tuple[int, ...]
    levels: Array


def cases(
    model: CausalModel,
    cases: Given,
    look_for: Sought | Sequence[Sought] | Mapping[str, Sought],
    query: Asked,
    given: str | None = None,
    selected: str | None = None,
    draws: int = 4000,
    random_seed: int | None = None,
) -> xr.Dataset:
    """Return how uncertain a query about the population is expected to be after clues are looked for in some cases of each kind.

    Which cases are worth a study depends on the query, which must therefore be named. Every outcome of a plan is worked out: exactly where
    the data are few cases, and else by draws from the posterior that are weighed by how probable the outcome is under each.

    Parameters
    ----------
    model
        The causal model.
    cases
        What is known already, as in `learn`: the path of a CSV file, a pandas table, or a list of mappings.
    look_for
        A plan: for each kind of case, a statement such as `X == 1 & Y == 1`, in how many of the cases of this kind which node is looked
        for, as in `{"X == 1 & Y == 1": {"M": 2}}`; several nodes that are looked for in the same cases are joined by a comma (`M, K`).
        Or several plans, in a list or by name.
    query
        What is asked of the population: one statement, a list, or a mapping from label to statement.
    given
        A condition under which it is asked: then by draws, as a share among such cases is a ratio of shares.
    selected
        A statement by which the cases were selected, as in `learn`.
    draws
        How many draws, where draws are needed.
    random_seed
        The seed of the draws.

    Returns
    -------
    xarray.Dataset
        With the dimensions `plan` and `query`: `variance` (query), the posterior variance now, and `expected_variance` (plan, query)
        after each plan; `studied` (plan), in how many cases anything is looked for; `outcomes` (plan), how many outcomes were worked out;
        and `effective_share` (plan), the smallest effective part of the draws after any outcome, 1 where all is exact. The attribute
        `method` says `exact` or `draws`.

    Raises
    ------
    UsageError
        If there are fewer cases of a kind than are to be studied, or cases of a kind differ in what else is known of them.
    StudyError
        If a statement or a case can't be read.
    AnalysisError
        If a plan has too many outcomes.

    References
    ----------
    Humphreys, M., & Jacobs, A. M. (2023). *Integrated Inferences*, chapter 13. https://doi.org/10.1017/9781316718636

    Examples
    --------
    >>> import processtrace as pt
    >>> m = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"])
    >>> known = [{"X": 1, "Y": 1, "count": 2}, {"X": 0, "Y": 0, "count": 2}]
    >>> found = pt.planning.cases(m, known, {"X == 1 & Y == 1": {"M": 1}}, "Y[X=1] > Y[X=0]")
    >>> bool(found.expected_variance.item() < found.variance.item())
    True
    """
    import xarray as xr

    plans = _plans(look_for)
    asked = {label: model.read(text) for label, text in labelled(query, "query").items()}
    known = Known(condition(model, given or ""))
    read = read_cases(cases, model.graph)
    searches = {name: _searches(model, read, plan) for name, plan in plans.items()}
    statements = list(asked.values())
    now = None if known.statements else spread(model, read, selected, statements)
    rows = [None if now is None else _exactly(model, read, selected, statements, own, now) for own in searches.values()]
    if now is not None and None not in rows:
        variance, found = now.variance, [row for row in rows if row is not None]
    else:
        tree = learn(model, cases, selected, draws, random_seed)
        drawn = read_learned(tree).drawn
        numbers = np.array([drawn.each(values_of(one), known).mean(one) for one in statements])
        variance = numbers.var(axis=1)
        found = [_by_draws(drawn, read, own, numbers) for own in searches.values()]
    expected, outcomes, effective = zip(*found, strict=True)
    return xr.Dataset(
        {
            "variance": ("query", variance),
            "expected_variance": (("plan", "query"), np.array(expected)),
            "studied": ("plan", [sum(one.number for one in own) for own in searches.values()]),
            "outcomes": ("plan", list(outcomes)),
            "effective_share": ("plan", list(effective)),
        },
        {"plan": list(plans), "query": list(asked)},
        {"method": "exact" if now is not None and None not in rows else "draws", "given": given or ""},
    )


def _plans(look_for: Sought | Sequence[Sought] | Mapping[str, Sought]) -> dict[str, Sought]:
    given: Any = look_for
    if isinstance(given, Sequence) and not isinstance(given, str):
        given = {_in_words(one) if isinstance(one, Mapping) else one: one for one in given}
    elif isinstance(given, Mapping) and not _is_plan_of_plans(given):
        given = {_in_words(given): given}
    if isinstance(given, Mapping) and all(
        isinstance(plan, Mapping) and all(isinstance(wanted, Mapping) for wanted in plan.values()) for plan in given.values()
    ):
        return {str(name): plan for name, plan in given.items()}
    raise UsageError(
        f"look_for: {look_for!r}; a plan such as {{'X == 1 & Y == 1': {{'M': 2}}}}, a list of plans, or a mapping from name to plan"
    )


def _is_plan_of_plans(given: Mapping[str, Any]) -> bool:
    return any(isinstance(wanted, Mapping) for plan in given.values() if isinstance(plan, Mapping) for wanted in plan.values())


def _in_words(plan: Mapping[str, Any]) -> str:
    parts = [
        f"{nodes} in {number} with {kind}"
        for kind, wanted in plan.items()
        if isinstance(wanted, Mapping)
        for nodes, number in wanted.items()
    ]
    return "; ".join(parts) or "nothing"


def _searches(model: CausalModel, read: Cases, plan: Sought) -> list[_Search]:
    """Return the searches of a plan, each in one row of the data."""
    found: list[_Search] = []
    left = read.counts.copy()
    for kind, wanted in plan.items():
        statement = Operation("and", condition(model, kind)) if kind.strip() else Operation("==", (Number(1), Number(1)))
        for text, number in wanted.items():
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise UsageError(f"look_for: {number!r} cases with {kind}; a whole number is allowed")
            nodes = [part.strip() for part in text.split(",")]
            for node in nodes:
                if node not in model.graph.position:
                    raise unknown_node("look_for", node, model.nodes)
            columns = tuple(model.graph.position[node] for node in nodes)
            rows = [row for row in range(len(read.seen)) if left[row] and _is_of(model, read, row, statement, columns)]
            patterns = {tuple(read.seen[row].tolist()) for row in rows}
            if len(patterns) > 1:
                differ = [model.nodes[k] for k, seen in enumerate(zip(*patterns, strict=True)) if len(set(seen)) > 1]
                raise UsageError(
                    f"look_for: cases with {kind} differ in {', '.join(differ)}; name what is known of these nodes too, or say which is not known by leaving such cases out"
                )
            if sum(int(left[row]) for row in rows) < number:
                raise UsageError(
                    f"look_for: {number} cases with {kind}; the data have {sum(int(left[row]) for row in rows)} of which {text} is not known"
                )
            levels = np.array(list(product(*(range(len(model.graph.levels[node])) for node in nodes))))
            for row in rows:
                some = min(number, int(left[row]))
                if some:
                    found.append(_Search(row, some, columns, levels))
                left[row] -= some
                number -= some
    return _joined(read, found)


def _joined(read: Cases, found: Sequence[_Search]) -> list[_Search]:
    """Join searches for the same nodes in equal rows: what they can find differs by numbers only."""
    whole: dict[tuple[tuple[int, ...], tuple[int, ...]], _Search] = {}
    for one in found:
        key = (tuple(read.seen[one.row].tolist()), one.columns)
        whole[key] = one if key not in whole else replace(whole[key], number=whole[key].number + one.number)
    return list(whole.values())


def _is_of(model: CausalModel, read: Cases, row: int, statement: Statement, columns: Sequence[int]) -> bool:
    """Whether a row is of a kind, as far as is known of it, and nobody has looked for the nodes."""
    if (read.seen[row, list(columns)] != UNSEEN).any():
        return False
    if any(value.settings for value in values_of(statement)) or not is_truth(statement):
        raise UsageError("look_for: a kind of case is a statement about cases as they are, such as X == 1 & Y == 1")
    if any(read.seen[row, model.graph.position[node]] == UNSEEN for node in nodes_of(statement)):
        return False
    return bool(evaluate(statement, {Value(node): int(read.seen[row, model.graph.position[node]]) for node in nodes_of(statement)}))


def _divisions(number: int, options: int) -> list[tuple[int, ...]]:
    """Return every division of so many cases between options."""
    if options == 1:
        return [(number,)]
    return [(first, *rest) for first in range(number + 1) for rest in _divisions(number - first, options - 1)]


def _outcomes(searches: Sequence[_Search], most: int) -> list[tuple[tuple[int, ...], ...]] | None:
    """Return how often each search finds what, in every way; none where there are too many."""
    if prod(comb(one.number + len(one.levels) - 1, len(one.levels) - 1) for one in searches) > most:
        return None
    return list(product(*(_divisions(one.number, len(one.levels)) for one in searches)))


def _orders(outcome: Sequence[Sequence[int]]) -> float:
    """Return the log of the number of orders in which an outcome comes about."""
    return float(sum(gammaln(sum(numbers) + 1) - sum(gammaln(number + 1) for number in numbers) for numbers in outcome))


def _exactly(
    model: CausalModel, read: Cases, selected: str | None, asked: Sequence[Statement], searches: Sequence[_Search], now: Spread
) -> tuple[Array, int, float] | None:
    """Return the expected variance after a plan, how many outcomes it has and 1; none where it can't be computed exactly."""
    outcomes = _outcomes(searches, MOST_OUTCOMES)
    if outcomes is None:
        return None
    expected = np.zeros(len(asked))
    for outcome in outcomes:
        try:
            after = spread(model, _after(read, searches, outcome), selected, asked)
        except StudyError:  # the model holds this outcome impossible
            continue
        if after is None:
            return None
        expected += np.exp(after.log_evidence - now.log_evidence + _orders(outcome)) * after.variance
    return expected, len(outcomes), 1.0


def _after(read: Cases, searches: Sequence[_Search], outcome: Sequence[Sequence[int]]) -> Cases:
    """Return the data after an outcome: cases leave their rows for rows that hold what was found."""
    counts, seen = read.counts.copy(), [read.seen]
    for one, numbers in zip(searches, outcome, strict=True):
        alike = np.flatnonzero((read.seen == read.seen[one.row]).all(axis=1))
        left = one.number
        for row in alike:
            some = min(left, int(counts[row]))
            counts[row] -= some
            left -= some
        for levels, number in zip(one.levels, numbers, strict=True):
            new = read.seen[one.row].copy()
            new[list(one.columns)] = levels
            seen.append(new[None])
            counts = np.append(counts, number)
    rows = np.concatenate(seen)
    names = (*read.names, *(f"studied {k}" for k in range(len(rows) - len(read.names))))
    return Cases(names, rows, counts, (*read.places, *(("", 0) for _ in range(len(rows) - len(read.names)))))


def _by_draws(drawn: Mixture, read: Cases, searches: Sequence[_Search], numbers: Array) -> tuple[Array, int, float]:
    """Return the expected variance after a plan, how many outcomes it has, and the smallest effective part of the draws."""
    outcomes = _outcomes(searches, MOST_BY_DRAWS)
    if outcomes is None:
        raise AnalysisError(f"a plan with more than {MOST_BY_DRAWS:,} outcomes; study fewer cases, or plan them in steps")
    chances = [_chances(drawn, read, one) for one in searches]
    expected, smallest = np.zeros(len(numbers)), 1.0
    size = numbers.shape[1]
    for outcome in outcomes:
        logs = np.full(size, _orders(outcome))
        for found, own in zip(outcome, chances, strict=True):
            used = np.flatnonzero(found)
            logs = logs + own[:, used] @ np.array(found, float)[used]
        total = logsumexp(logs) - np.log(size)
        if total == -np.inf:
            continue
        weights = np.exp(normalise(logs))
        smallest = min(smallest, float(1 / (weights**2).sum() / size))
        mean = numbers @ weights
        expected += np.exp(total) * (((numbers - mean[:, None]) ** 2) @ weights)
    return expected, len(outcomes), smallest


def _chances(drawn: Mixture, read: Cases, one: _Search) -> Array:
    """Return the log probability of each finding in a case of this kind, under each draw (draw, finding)."""
    model = drawn.model
    seen = tuple(
        Operation("==", (Value(node), Number(int(level))))
        for node, level in zip(model.nodes, read.seen[one.row], strict=True)
        if level != UNSEEN
    )
    sought = [Value(model.nodes[column]) for column in one.columns]
    always = Operation("==", (Number(1), Number(1)))
    logs = drawn.each(sought, Known(seen)).log_table(sought, always)
    return np.asarray(normalise(logs.reshape(len(logs), -1)))
