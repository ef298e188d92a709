"""The lowest and the highest answer to a query over all shares that fit what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.cases import COUNT, UNSEEN, Cases, Given, Table, read_cases
from processtrace.causal.conflict import impossible
from processtrace.causal.districts import answers, districts, equations
from processtrace.causal.extremes import Shares, extremes
from processtrace.causal.joint import Known, joint
from processtrace.causal.model import CausalModel
from processtrace.causal.query import Asked, condition, labelled
from processtrace.causal.ranged import ranged_extremes, ranged_sets
from processtrace.causal.statements import Statement, values_of
from processtrace.errors import AnalysisError, UsageError
from processtrace.logspace import Array

if TYPE_CHECKING:
    import xarray as xr

BASES = {
    "any": "Nothing is known of shares, so that only what the model holds impossible bounds the answer.",
    "ranges": "Shares lie anywhere in their ranges; the others are as stated.",
    "data": "Shares are any that give the data, taken as the population; what is stated of shares is not used.",
}
"""What each kind of bounds rests on."""


def bounds(model: CausalModel, query: Asked, given: Asked | None = None, data: Given | None = None) -> xr.Dataset:
    """Return the lowest and the highest answer to a query over all shares that fit.

    With data these are the bounds without assumptions of Balke and Pearl: over every distribution of types that the graph and its
    restrictions allow, and that gives the data as the population. Without data they are over the ranges of the model's shares, where it
    has any. Without either, nothing is known of shares: a statement about one case then lies between 0 and 1 unless the restrictions say
    more.

    Parameters
    ----------
    model
        The causal model. Its shares count only where some are ranges and there are no data.
    query
        What is asked: one statement, a list, or a mapping from label to statement.
    given
        What is known of the case: one condition, a list, or a mapping.
    data
        The population: cases as in `learn`, of which each has a value for the same nodes; in a table or a list `count` may be a
        probability. Independences that the graph implies are taken as true.

    Returns
    -------
    xarray.Dataset
        With the dimensions `query` and `given`: `lowest` and `highest`, and `exact`, which is false where the true bounds may differ:
        wider where they come from a search, narrower where the graph has independent causes that nobody observed. The attributes `basis`
        (`any`, `ranges` or `data`) and `sentence` say what they rest on.

    Raises
    ------
    StudyError
        If a statement or the data can't be read.
    ImpossibleError
        If what is given is impossible.
    AnalysisError
        If no shares give the data, or there are too many joint types.

    References
    ----------
    Balke, A., & Pearl, J. (1997). Bounds on treatment effects from studies with imperfect compliance.
    https://doi.org/10.1080/01621459.1997.10474074
    Tian, J., & Pearl, J. (2000). Probabilities of causation: bounds and identification. https://doi.org/10.1023/A:1018912507879

    Examples
    --------
    >>> import processtrace as pt
    >>> trial = [{"X": 0, "Y": 0, "count": 7}, {"X": 0, "Y": 1, "count": 3}, {"X": 1, "Y": 0, "count": 2}, {"X": 1, "Y": 1, "count": 8}]
    >>> found = pt.causal.bounds(pt.CausalModel("X -> Y"), "Y[X=1] > Y[X=0]", "X == 1 & Y == 1", trial)
    >>> [round(float(found[end].item()), 3) for end in ("lowest", "highest")]
    [0.625, 0.875]
    """
    import xarray as xr

    if not isinstance(model, CausalModel):
        raise UsageError("model: a learned model; bounds are those of a CausalModel, with the cases given as data")
    asked = {label: model.read(text) for label, text in labelled(query, "query").items()}
    conditions = {label: condition(model, text) for label, text in labelled("" if given is None else given, "given").items()}
    ranged = ranged_sets(model) if data is None else []
    population = None if data is None else _population(model, read_cases(_counted(data), model.graph))
    shape = (len(asked), len(conditions))
    ends, exact = np.empty((2, *shape)), np.ones(shape, bool)
    for column, known in enumerate(conditions.values()):
        for row, statement in enumerate(asked.values()):
            if population is not None:
                found = _from_data(model, statement, known, *population)
            elif ranged:
                if not np.isfinite(joint(model, [], Known(known)).log_total()[0]):
                    raise impossible(model, Known(known))
                found = ranged_extremes(model, ranged, statement, Known(known))
            else:
                found = (*_of_any(model, statement, known), True)
            ends[0, row, column], ends[1, row, column], exact[row, column] = found
    basis = "data" if data is not None else "ranges" if ranged else "any"
    dims = ("query", "given")
    return xr.Dataset(
        {"lowest": (dims, ends[0]), "highest": (dims, ends[1]), "exact": (dims, exact)},
        {"query": list(asked), "given": list(conditions)},
        {"basis": basis, "sentence": BASES[basis]},
    )


def _of_any(model: CausalModel, asked: Statement, known: tuple[Statement, ...]) -> tuple[float, float]:
    """Return the lowest and the highest number that a case of any possible types can have."""
    even = {}
    for node in model.nodes:
        shape = (*(len(model.nodal_types(other)) for other in model.graph.conditions[node]), len(model.nodal_types(node)))
        even[node] = np.full((1, *shape), 1 / shape[-1])
    table = joint(model, values_of(asked), Known(known), even)
    possible = np.isfinite(table.log_probability[0])
    if not possible.any():
        raise impossible(CausalModel(model.graph, never=model.never, keep=dict(model.keep)), Known(known))
    numbers = np.broadcast_to(np.multiply(table.evaluate(asked), 1.0), possible.shape)[possible]
    return float(numbers.min()), float(numbers.max())


def _counted(data: Given) -> Given:
    """Return data of which `count` holds probabilities with whole numbers in their place, right to 15 digits."""
    if isinstance(data, str | PathLike | Table):
        return data
    listed: Any = data if isinstance(data, Sequence) else data.to_dict("records")
    rows: list[dict[str, Any]] = [dict(row) for row in listed]
    counts = [row.get(COUNT, 1) for row in rows]
    if all(isinstance(count, int | float | Fraction | np.number) and 0 <= count < float("inf") for count in counts) and any(
        count % 1 for count in counts
    ):
        for row, count in zip(rows, counts, strict=True):
            row[COUNT] = round(count * 10**15 / sum(counts))
        return rows
    return data


def _population(model: CausalModel, cases: Cases) -> tuple[tuple[str, ...], Array]:
    """Return the nodes that the data have, and the probability of every combination of their levels."""
    counted = cases.counts > 0
    seen, counts = cases.seen[counted], cases.counts[counted]
    if not counts.sum():
        raise UsageError("data: no case; at least one is needed, or no data at all")
    looked = (seen != UNSEEN).any(axis=0)
    if (seen[:, looked] == UNSEEN).any():
        row = int(np.argmax((seen[:, looked] == UNSEEN).any(axis=1)))
        name = cases.names[int(np.flatnonzero(counted)[row])]
        raise UsageError(
            f"data: case '{name}' has a blank; a population has a value of the same nodes in every case; leave the row or the column out"
        )
    observed = tuple(node for node, one in zip(model.nodes, looked, strict=True) if one)
    table = np.zeros([len(model.graph.levels[node]) for node in observed])
    np.add.at(table, tuple(seen[:, looked].T), counts.astype(float))
    return observed, table / table.sum()


def _from_data(
    model: CausalModel, asked: Statement, known: tuple[Statement, ...], observed: tuple[str, ...], population: Array
) -> tuple[float, float, bool]:
    whole = districts(model, observed)
    found = answers(model, whole, asked, known)
    named = [one for one, kinds in zip(whole, found.kinds, strict=True) if kinds.max() > 0]
    used = [k for k, one in enumerate(whole) if one in named] or [0]
    shares = [Shares.merged(*equations(model, whole[k], observed, population), found.kinds[k]) for k in used]
    number, holds = (table.reshape([size for size in table.shape if size > 1] or [1]) for table in (found.number, found.holds))
    if not holds.any():
        raise impossible(CausalModel(model.graph, never=model.never, keep=dict(model.keep)), Known(known))
    ends = extremes(shares, number, holds)
    if ends is None:
        raise AnalysisError("what is given has probability 0 in these data; a condition that happens in the population is needed")
    return ends[0], ends[1], ends[2] and all(whole[k].free for k in used)
