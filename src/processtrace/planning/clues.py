"""What clues about nodes of a causal model are worth: in every set, and step by step.

One contraction gives the probability of every outcome of all clues together with the answer. An outcome of some of them is one cell of this
table in which the others are summed: with one more place on each axis, for `not looked for`, all sets are cells of one table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from processtrace.causal.conflict import impossible
from processtrace.causal.faults import unknown_node
from processtrace.causal.joint import Known
from processtrace.causal.learned import mixture
from processtrace.causal.model import CausalModel
from processtrace.causal.query import condition
from processtrace.causal.statements import Value, is_truth, values_of
from processtrace.causal.worlds import Copy
from processtrace.errors import AnalysisError, UsageError
from processtrace.logspace import Array

if TYPE_CHECKING:
    import xarray as xr

SET, NODE = "planned_set", "node"
MOST_CELLS = 3**13
"""Cells of the table of all outcomes of all sets beyond which clues are too many."""

_NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class _Clues:
    """Clues, and the first three moments of the answer with every outcome of every set: each axis has a last place for `not looked for`.

    `truth` says whether the answer is true or false; `remaining` is the variance left at every outcome, times its probability.
    """

    names: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    costs: tuple[float, ...]
    truth: bool
    moments: Array
    remaining: Array

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many levels each clue can have."""
        return tuple(len(labels) for labels in self.labels)

    def at(self, levels: Mapping[int, int]) -> tuple[int, ...]:
        """Return the cell of some outcomes, by number of the clue."""
        return tuple(levels.get(k, size) for k, size in enumerate(self.sizes))

    def path(self, levels: Mapping[int, int]) -> str:
        """Return some outcomes in words."""
        return ", ".join(f"{self.names[k]}={self.labels[k][level]}" for k, level in levels.items())


def clues(
    model: CausalModel | xr.DataTree,
    clues: Sequence[str],
    query: str,
    given: str | None = None,
    costs: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Return what every set of clues about nodes is worth for a query about one case, exactly.

    Parameters
    ----------
    model
        The causal model, or what `learn` gave: then the case is a new one.
    clues
        The nodes that could be looked for.
    query
        What is asked of the case: one statement, or a number.
    given
        What is known of the case.
    costs
        What it costs to look for a node; 0 where left out.

    Returns
    -------
    xarray.Dataset
        With the dimension `planned_set`, the empty set first and smaller sets before larger ones: `member` (planned_set, clue),
        `expected_variance` of the answer (E[P(1 - P)] for a statement), `information_bits` about a statement that is true or false (NaN for
        a number), and `set_cost`.

    Raises
    ------
    StudyError
        If a statement can't be read, or a clue is no node.
    ImpossibleError
        If what is given is impossible.
    AnalysisError
        If there are too many clues: thirteen with two levels are allowed.

    Examples
    --------
    >>> import processtrace as pt
    >>> m = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"])
    >>> pt.planning.clues(m, ["X", "M"], "Y[X=1] > Y[X=0]", "Y == 1").expected_variance.values.round(4).tolist()
    [0.0988, 0.0889, 0.0926, 0.0833]
    """
    import xarray as xr

    read = _read(model, clues, query, given, costs)
    order = sorted(product((0, 1), repeat=len(read.names)), key=lambda row: (sum(row), [1 - one for one in row]))
    member = np.array(order, bool).reshape(len(order), len(read.names))
    place = tuple(member.T.astype(int))
    entropy = _per_set(_entropy(read), read.sizes)[place]
    return xr.Dataset(
        {
            "member": ((SET, "clue"), member),
            "expected_variance": (SET, _per_set(read.remaining, read.sizes)[place]),
            "information_bits": (SET, np.maximum(entropy[0] - entropy, 0.0)),
            "set_cost": (SET, member @ np.array(read.costs)),
        },
        {
            SET: ["+".join(name for name, one in zip(read.names, row, strict=True) if one) or "nothing" for row in order],
            "clue": list(read.names),
            "cost": ("clue", np.array(read.costs)),
        },
        {"query": query, "given": given or ""},
    )


def clue_tree(
    model: CausalModel | xr.DataTree,
    clues: Sequence[str],
    query: str,
    given: str | None = None,
    depth: int | None = None,
    budget: float | None = None,
    costs: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Return what to look for first and what next after each outcome, so that the answer is as certain as can be expected.

    Parameters
    ----------
    model
        The causal model, or what `learn` gave.
    clues
        The nodes that could be looked for.
    query
        What is asked of the case: one statement, or a number.
    given
        What is known of the case.
    depth
        Largest number of searches; all clues where left out.
    budget
        What the searches may cost together on any path.
    costs
        What it costs to look for a node; 0 where left out.

    Returns
    -------
    xarray.Dataset
        With the dimension `node`, labelled by the path of outcomes (`M=1, K=0`; the beginning is blank), parents before children: `next`,
        the node to look for there (blank at an end), `chance` of getting there, `value`, the answer there, and `variance`. The
        attributes `expected_variance` of the tree, and `fixed_variance` of the best set that is chosen beforehand under the same limits.

    Raises
    ------
    UsageError
        If depth or budget is too small.
    """
    import xarray as xr

    if (depth is not None and depth < 1) or (budget is not None and not budget >= 0):
        raise UsageError(f"depth: {depth}, budget: {budget}; 1 search or more, a budget of 0 or more")
    read = _read(model, clues, query, given, costs)
    steps = len(read.names) if depth is None else min(depth, len(read.names))
    most = np.inf if budget is None else budget * (1 + 1e-12)
    affordable = _spent(read, [[True] * size + [False] for size in read.sizes]) <= most
    best, choices = read.remaining, []
    for _ in range(steps):
        now, choice = read.remaining.copy(), np.full(read.remaining.shape, -1)
        for k, size in enumerate(read.sizes):
            after, whole, chosen = (np.moveaxis(table, k, 0) for table in (best, now, choice))
            searched = np.where(np.moveaxis(affordable, k, 0)[0], after[:size].sum(axis=0), np.inf)
            better = searched < whole[size] - _NOTHING
            whole[size][better], chosen[size][better] = searched[better], k
        best = now
        choices.append(choice)
    nodes = list(_grown(read, choices, {}))
    sets = _per_set(read.remaining, read.sizes)
    fits = (np.indices(sets.shape).sum(axis=0) <= steps) & (_spent(read, [(False, True)] * sets.ndim) <= most)
    cells = [read.at(levels) for levels, _ in nodes]
    whole, first, left = (np.array([table[cell] for cell in cells]) for table in (*read.moments[:2], read.remaining))
    return xr.Dataset(
        {"chance": (NODE, whole), "value": (NODE, first / whole), "variance": (NODE, left / whole)},
        {NODE: [read.path(levels) for levels, _ in nodes], "next": (NODE, ["" if k < 0 else read.names[k] for _, k in nodes])},
        {
            "expected_variance": float(best[read.at({})]),
            "fixed_variance": float(sets[fits].min()),
            "query": query,
            "given": given or "",
        },
    )


def _read(
    model: CausalModel | xr.DataTree, clues: Sequence[str], query: str, given: str | None, costs: Mapping[str, float] | None
) -> _Clues:
    whole = mixture(model)
    model = whole.model
    names = [clues] if isinstance(clues, str) else list(dict.fromkeys(clues))
    for node in (*names, *(costs or {})):
        if node not in model.graph.parents:
            raise unknown_node("clues", node, model.nodes)
    for node, cost in (costs or {}).items():
        if not cost >= 0:
            raise UsageError(f"costs: {cost} for {node}; 0 or more")
    labels = tuple(model.graph.levels[node] for node in names)
    if prod(len(own) + 1 for own in labels) > MOST_CELLS:
        raise AnalysisError(f"{len(names)} clues; at most thirteen with two levels can be planned together; name fewer")
    asked, known = model.read(query), Known(condition(model, given or ""))
    values = [Value(node) for node in names]
    table = whole.joint(dict.fromkeys([*values, *values_of(asked)]), known)
    if table.log_total()[0] == -np.inf:
        raise impossible(model, known)
    chances = np.exp(table.log_probability[0] - table.log_total()[0])
    number = np.broadcast_to(np.multiply(table.evaluate(asked), 1.0), chances.shape)
    moments = np.stack(
        [_every_outcome(chances * number**power, [table.places[value] for value in values], table.axes, labels) for power in range(3)]
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        left = np.where(moments[0] > 0, moments[2] - moments[1] ** 2 / moments[0], 0.0)
    return _Clues(
        tuple(names), labels, tuple(float((costs or {}).get(node, 0)) for node in names), is_truth(asked), moments, np.maximum(left, 0.0)
    )


def _every_outcome(weights: Array, places: Sequence[int | Copy], axes: Mapping[Copy, int], labels: Sequence[Sequence[str]]) -> Array:
    """Return a table summed to every outcome of every set of clues (one axis for each clue, the last place where it is not looked for)."""
    own = [axes[place] for place in places if isinstance(place, Copy)]
    summed = weights.sum(axis=tuple(axis for axis in range(weights.ndim) if axis not in own))
    kept = sorted(own)
    table = summed.transpose([kept.index(axis) for axis in own])
    for k, (place, levels) in enumerate(zip(places, labels, strict=True)):
        if isinstance(place, int):  # what is known already
            table = np.stack([table if level == place else np.zeros_like(table) for level in range(len(levels))], axis=k)
        table = np.concatenate([table, table.sum(axis=k, keepdims=True)], axis=k)
    return np.asarray(table)


def _per_set(table: Array, sizes: Sequence[int]) -> Array:
    """Return a table of all outcomes summed to sets: two places on each axis, for not looked for and looked for."""
    for k, size in enumerate(sizes):
        cells = np.moveaxis(table, k, 0)
        table = np.moveaxis(np.stack([cells[size], cells[:size].sum(axis=0)]), 0, k)
    return table


def _entropy(read: _Clues) -> Array:
    """Return the entropy in bits of the answer at every outcome, times the probability of the outcome; NaN where it is a number."""
    if not read.truth:
        return np.full(read.remaining.shape, np.nan)
    whole = read.moments[0]
    total = np.zeros(whole.shape)
    for part in (read.moments[1], whole - read.moments[1]):
        some = part > _NOTHING * whole
        total[some] -= part[some] * np.log2(part[some] / whole[some])
    return total


def _spent(read: _Clues, looked: Sequence[Sequence[bool]]) -> Array:
    """Return what was spent at every cell of a table, from whether each clue was looked for at each place of its axis."""
    total: Array = np.zeros(())
    for cost, places in zip(read.costs, looked, strict=True):
        total = total[..., None] + cost * np.array(places)
    return total


def _grown(read: _Clues, choices: Sequence[Array], levels: dict[int, int]) -> Iterator[tuple[dict[int, int], int]]:
    """Yield the outcomes and the next search at every node of a tree, parents before children."""
    following = int(choices[-1][read.at(levels)]) if choices else -1
    yield levels, following
    if following >= 0:
        for level in range(read.sizes[following]):
            now = {**levels, following: level}
            if read.moments[0][read.at(now)] > 0:
                yield from _grown(read, choices[:-1], now)
