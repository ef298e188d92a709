"""Whether data could settle a query: a test of ranks on the map from shares to the probabilities of what is observed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from processtrace.causal.conflict import impossible
from processtrace.causal.elimination import refuse_beyond_memory
from processtrace.causal.faults import unknown_node
from processtrace.causal.joint import Joint, Known, joint
from processtrace.causal.model import CausalModel
from processtrace.causal.query import Asked, condition, labelled
from processtrace.causal.statements import Statement, Value, values_of
from processtrace.errors import UsageError
from processtrace.logspace import Array

if TYPE_CHECKING:
    import xarray as xr

POINTS = 3
"""Points at which ranks are compared: at any point but those of a set of measure 0 the answer is the same."""

_AT_ONCE = 512  # changed shares that one contraction takes
_RANK = 1e-9  # of the largest singular value: below it one counts as 0
_INSIDE = 1e-7  # of a gradient: what may lie outside of the span of those of the observed probabilities

Change = tuple[str, tuple[int, ...], int]
"""A node, a row of its table, and the type that this row gives the share 1."""


def identified(model: CausalModel, query: Asked, given: Asked | None = None, observed: Iterable[str] | None = None) -> xr.Dataset:
    """Return whether the probabilities of observed nodes would settle a query, if they were known without error.

    A query is locally identified where every small change of shares that leaves the probabilities of all that is observed as they are leaves
    the query as it is too: where its gradient lies in the span of theirs. It is tried at three points drawn by chance. A query that is not
    identified has bounds (`bounds`), and its prior never washes out.

    Parameters
    ----------
    model
        The causal model. Its restrictions count, its shares do not.
    query
        What is asked: one statement, a list, or a mapping from label to statement.
    given
        What is known of the case: one condition, a list, or a mapping.
    observed
        The nodes that are observed in every case; all of them where left out.

    Returns
    -------
    xarray.Dataset
        With the dimensions `query` and `given`: `identified`, and `outside`, the part of the query's gradient that lies outside of the span of
        the observed probabilities' (0 where it is identified, 1 at most). `free_shares` says how many shares are free, and
        `settled_shares` how many directions of them the observed probabilities settle.

    Raises
    ------
    StudyError
        If a statement can't be read, or an observed node is no node of the model.
    ImpossibleError
        If what is given is impossible.

    References
    ----------
    Rothenberg, T. J. (1971). Identification in parametric models. https://doi.org/10.2307/1913267

    Examples
    --------
    >>> import processtrace as pt
    >>> m = pt.CausalModel("X -> Y")
    >>> pt.causal.identified(m, ["Y[X=1] - Y[X=0]", "Y[X=1] > Y[X=0]"]).identified.values.ravel().tolist()
    [True, False]
    """
    import xarray as xr

    if not isinstance(model, CausalModel):
        raise UsageError("model: a learned model; whether a query is identified follows from a CausalModel alone")
    asked = {label: model.read(text) for label, text in labelled(query, "query").items()}
    conditions = {label: condition(model, text) for label, text in labelled("" if given is None else given, "given").items()}
    seen = model.nodes if observed is None else tuple(dict.fromkeys([observed] if isinstance(observed, str) else observed))
    for node in seen:
        if node not in model.graph.parents:
            raise unknown_node("observed", node, model.nodes)
    refuse_beyond_memory(prod(len(model.graph.levels[node]) for node in seen) * sum(model.share_table(node).size for node in model.nodes))
    outside = np.zeros((len(asked), len(conditions)))
    random, settled = np.random.default_rng(1), 0
    for _ in range(POINTS):
        tables = {
            node: random.dirichlet(np.ones(model.share_table(node).shape[-1]), model.share_table(node).shape[:-1]) for node in model.nodes
        }
        span = _span(_gradients(model, tables, [Value(node) for node in seen], Known()))
        settled = max(settled, len(span))
        for column, known in enumerate(conditions.values()):
            for row, statement in enumerate(asked.values()):
                gradient = _gradient(model, tables, statement, Known(known))
                size = float(np.linalg.norm(gradient))
                if size > 1e-12:
                    left = gradient - (gradient @ span.T) @ span
                    outside[row, column] = max(outside[row, column], float(np.linalg.norm(left)) / size)
    counts = model.counts()
    outside = np.where(outside < _INSIDE, 0.0, outside)
    return xr.Dataset(
        {
            "identified": (("query", "given"), outside == 0),
            "outside": (("query", "given"), outside),
            "free_shares": counts["shares"] - counts["parameter_sets"],
            "settled_shares": settled,
        },
        {"query": list(asked), "given": list(conditions)},
        {"observed": list(seen)},
    )


def _changes(model: CausalModel) -> list[tuple[Change, Change]]:
    """Return directions in which shares can change: in each row of each table, the first type becomes rarer as another becomes more common."""
    found = []
    for node in model.nodes:
        shape = model.share_table(node).shape
        for row in np.ndindex(shape[:-1]):
            found += [((node, row, other), (node, row, 0)) for other in range(1, shape[-1])]
    return found


def _changed(
    model: CausalModel, tables: Mapping[str, Array], values: Sequence[Value], known: Known
) -> tuple[Joint, Array, dict[Change, Array]]:
    """Return a joint distribution at some shares: its axes, its probabilities, and these after each change.

    A probability is linear in each row of each table. So it changes along a direction by the difference of two probabilities: those where
    the row gives all cases one type or the other.
    """
    changes: list[Change] = list(dict.fromkeys(one for pair in _changes(model) for one in pair))
    table = joint(model, values, known, {node: own[None] for node, own in tables.items()})
    found: dict[Change, Array] = {}
    for start in range(0, len(changes), _AT_ONCE):
        some = changes[start : start + _AT_ONCE]
        moved = {node: np.repeat(own[None], len(some), axis=0) for node, own in tables.items()}
        for place, (node, row, kind) in enumerate(some):
            moved[node][(place, *row)] = np.arange(moved[node].shape[-1]) == kind
        logs = joint(model, values, known, moved).log_probability
        found |= dict(zip(some, np.exp(np.broadcast_to(logs, (len(some), *logs.shape[1:]))), strict=True))
    return table, np.exp(table.log_probability[0]), found


def _gradients(model: CausalModel, tables: Mapping[str, Array], values: Sequence[Value], known: Known) -> Array:
    """Return the gradients of the probabilities of all levels of some values (combination, direction)."""
    _, now, changed = _changed(model, tables, values, known)
    directions = [(changed[more] - changed[less]).ravel() for more, less in _changes(model)]
    return np.array(directions).reshape(-1, now.size).T


def _gradient(model: CausalModel, tables: Mapping[str, Array], asked: Statement, known: Known) -> Array:
    """Return the gradient of the answer to a query (direction)."""
    table, now, changed = _changed(model, tables, list(values_of(asked)), known)
    number = np.multiply(table.evaluate(asked), 1.0)
    total = float(now.sum())
    if not total:
        raise impossible(CausalModel(model.graph, never=model.never, keep=dict(model.keep)), known)
    mean = float((now * number).sum()) / total
    return np.array([(((number - mean) * (changed[more] - changed[less])).sum()) / total for more, less in _changes(model)])


def _span(gradients: Array) -> Array:
    """Return an orthonormal basis of the span of some gradients (basis, direction)."""
    if not gradients.size:
        return np.zeros((0, gradients.shape[1] if gradients.ndim > 1 else 0))
    _, sizes, right = np.linalg.svd(gradients, full_matrices=False)
    return np.asarray(right[sizes > _RANK * max(float(sizes[0]), 1e-300)])
