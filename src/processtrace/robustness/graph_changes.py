"""How the answer about a case changes with the graph: arrows left out and added, and hidden common causes of one pair at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from processtrace.causal.extremes import Shares
from processtrace.causal.graph import Graph, read_graph
from processtrace.causal.model import CausalModel
from processtrace.causal.nodal_types import strides, too_many
from processtrace.errors import StudyError
from processtrace.logspace import Array
from processtrace.robustness.causal_case import CausalCase, ratio

MOST_ARROWS = 100
"""Changed graphs that are tried."""

MOST_PAIRS_OF_TYPES = 4096
"""Combinations of the types of two nodes up to which they are tried with a hidden common cause."""

STEPS = 60
"""Most steps to the lowest and the highest answer, where a stated prior makes it no ratio of linear functions."""


@dataclass(frozen=True)
class Redrawn:
    """The posterior of each explanation under a changed graph: `kind` is `left out`, or `added` where it is another model."""

    arrow: str
    kind: str
    posterior: tuple[float, ...]


@lru_cache(maxsize=32)
def arrows_of(case: CausalCase) -> list[Redrawn]:
    """Return the posterior without each arrow, and with each that is missing.

    Without an arrow the types on which it has no effect keep their shares in proportion, or have equal ones where they had none. With one
    more the node has equal shares of all types that the restrictions allow: another model, with another prior.
    """
    found: list[Redrawn] = []
    for arrow, kind, model, tables in _redrawn(case.model):
        if len(found) >= MOST_ARROWS:
            break
        try:
            changed = replace(case, model=model)
            posterior = changed.posterior(tables)[0]
        except StudyError:  # an event that names a level or a node in a way that the changed graph does not allow
            posterior = np.full(len(case.names), np.nan)
        found.append(Redrawn(arrow, kind, tuple(map(float, posterior))))
    return found


def _redrawn(model: CausalModel) -> Iterator[tuple[str, str, CausalModel, dict[str, Array]]]:
    graph = model.graph
    for node in graph.nodes:
        for parent in graph.parents[node]:
            changed = (
                _rows_without_arrow(model, node, parent)
                if node in model.by_rows
                else (model, {node: _without_effect(model, node, parent)[None]})
            )
            yield f"{parent} -> {node}", "left out", *changed
    for cause in graph.order:
        for effect in graph.order:
            if cause != effect and cause not in graph.parents[effect] and effect not in graph.ancestors([cause]):
                try:
                    more = _with_parents(model, effect, [*graph.parents[effect], cause])
                    (more.response_table if effect in more.by_rows else more.share_table)(effect)
                except StudyError:  # too many types, or restrictions that leave none
                    continue
                yield f"{cause} -> {effect}", "added", more, {}


def _without_effect(model: CausalModel, node: str, parent: str) -> Array:
    """Return the shares of a node's types on which a parent has no effect, in proportion."""
    types, table = model.nodal_types(node), model.share_table(node)
    place = types.parents.index(parent)
    sizes = types.shape[1]
    step = strides(sizes)[place]
    lowest = np.arange(types.outputs.shape[1])
    lowest = lowest - (lowest // step % sizes[place]) * step
    same = (types.outputs == types.outputs[:, lowest]).all(axis=1)
    kept = np.where(same, table, 0.0)
    total = kept.sum(axis=-1, keepdims=True)
    even = same / max(int(same.sum()), 1)
    return np.asarray(np.where(total > 0, kept / np.where(total > 0, total, 1.0), even))


def _rows_without_arrow(model: CausalModel, node: str, parent: str) -> tuple[CausalModel, dict[str, Array]]:
    """Return the model without an arrow to a node that answers by rows, and the node's shares there.

    Types on which the parent has no effect have one value in all rows that differ in it alone, so that these shares are multiplied.
    """
    levels, sizes = model.shape(node)
    whole = model.response_table(node).reshape(*sizes[::-1], levels)
    kept = whole.prod(axis=len(sizes) - 1 - model.graph.parents[node].index(parent)).reshape(-1, levels)
    total = kept.sum(axis=-1, keepdims=True)
    shares = np.where(total > 0, kept / np.where(total > 0, total, 1.0), 1 / levels)
    left = [other for other in model.graph.parents[node] if other != parent]
    return _with_parents(model, node, left), {node: shares[None] if left else shares}


def _with_parents(model: CausalModel, node: str, parents: list[str]) -> CausalModel:
    """Return the model in which a node has these parents; what is stated of its shares, and of those that depend on them, is left out."""
    graph = model.graph
    levels = {other: list(labels) for other, labels in graph.levels.items()}
    into = {**{other: list(own) for other, own in graph.parents.items()}, node: parents}
    lines = [f"{cause} -> {effect}" for effect, causes in into.items() for cause in causes] + [f"{a} <-> {b}" for a, b in graph.hidden]
    drawn: Graph = read_graph("\n".join([*graph.nodes, *lines]), levels, into)
    confounded = {other for other in graph.nodes if node in graph.conditions[other]} | {node}
    shares = {key: dict(entries) for key, entries in model.shares if key.partition("|")[0].strip() not in confounded}
    alpha: dict[str, Any] = {
        key: entries if isinstance(entries, Fraction) else dict(entries)
        for key, entries in model.alpha
        if key.partition("|")[0].strip() not in confounded
    }
    keep = {other: labels for other, labels in model.keep if other != node}
    rules = {other: "rows" for other in model.by_rows if into[other]}
    return CausalModel(drawn, never=model.never, keep=keep, shares=shares, alpha=alpha, rules=rules)


@dataclass(frozen=True)
class Confounded:
    """What a hidden common cause of two nodes could do.

    Attributes
    ----------
    pair
        The nodes, as in `I <-> D`.
    tips_at
        The smallest share of cases with such a cause at which the lead can be lost; NaN where none.
    lowest, highest
        The leader's posterior where all cases have one.
    exact
        False where these come from a search, and may lie further out.
    """

    pair: str
    tips_at: float
    lowest: float
    highest: float
    exact: bool


@lru_cache(maxsize=32)
def confounding_of(case: CausalCase) -> list[Confounded]:
    """Return what a hidden common cause of each pair of nodes could do, while each node's own shares stay as they are.

    Of a share d of cases the types of the two nodes may depend on each other in any way. Pairs that a hidden common cause joins already, and
    pairs with more than 4,096 combinations of types (a node that answers by rows has one for each way of answering them), are left out.
    """
    if case.leader is None:
        return []
    model = case.model
    found = []
    few = [node for node in model.nodes if node not in model.by_rows or not too_many(model.shape(node))]
    for first, second in combinations(few, 2):
        one, two = model.share_table(first), model.share_table(second)
        if one.ndim > 1 or two.ndim > 1 or any({first, second} & set(other) for other in model.graph.conditions.values()):
            continue
        if one.size * two.size <= MOST_PAIRS_OF_TYPES:
            found.append(_confounded(case, first, second))
    return found


def _confounded(case: CausalCase, first: str, second: str) -> Confounded:
    assert case.leader is not None
    one, two = case.model.share_table(first), case.model.share_table(second)
    pairs = np.indices((len(one), len(two))).reshape(2, -1)
    above, below = case.fractions({first: np.eye(len(one))[pairs[0]], second: np.eye(len(two))[pairs[1]]})
    sums = np.vstack([*(pairs[0] == k for k in range(len(one))), *(pairs[1] == k for k in range(1, len(two)))]).astype(float)
    couplings = Shares(sums, np.array([*one, *two[1:]]), np.eye(one.size * two.size))
    now = (one[:, None] * two).ravel()
    others = [k for k in range(len(case.names)) if k != case.leader]
    if case.prior is None:
        # all events have the probability of what is known below them, so that ratios of their weights are ratios of linear functions
        known = below[:, 0]
        likely = np.where((below == 1).all(axis=0) & (np.arange(len(case.names)) >= len(case.events)), above * known[:, None], above)
        ends = [couplings.best(likely[:, case.leader], likely.sum(axis=1), sign) for sign in (-1, 1)]
        low, high = (float("nan") if end is None else end[0] for end in ends)
        gaps = [likely[:, case.leader] - likely[:, other] for other in others]
        least = [couplings.best(gap, np.ones(len(gap)), -1) for gap in gaps]
        tips = [now @ gap / (now @ gap - end[0]) for gap, end in zip(gaps, least, strict=True) if end is not None and end[0] < 0]
        return Confounded(f"{first} <-> {second}", min(tips, default=float("nan")), low, high, True)
    search = _Search(couplings, above, below, now)
    low, high = (search.furthest(case.leader, others, sign, 1.0) for sign in (-1, 1))
    tips = [search.tie(case.leader, other) for other in others]
    found = [at for at in tips if at == at]
    return Confounded(f"{first} <-> {second}", min(found, default=float("nan")), low, high, False)


@dataclass(frozen=True, eq=False)
class _Search:
    """The joint shares of two nodes' types, and the two numbers of each explanation at each of them (joint type, explanation)."""

    couplings: Shares
    above: Array
    below: Array
    now: Array

    def furthest(self, leader: int, others: Sequence[int], sign: int, part: float) -> float:
        """Return the leader's lowest (-1) or highest (1) posterior against others where a part of the cases has a common cause.

        Steps go to corners along which the odds change most, from the present shares and from corners drawn by chance.
        """
        random = np.random.default_rng(1)
        best = -np.inf
        for start in (self.now, self.couplings.somewhere(random)):
            at, reached = start, -np.inf
            for _ in range(STEPS):
                weights, slopes = self._weights((1 - part) * self.now + part * at)
                rest = weights[others].sum()
                value = sign * float(weights[leader] / max(weights[leader] + rest, 1e-300))
                if not value > reached + 1e-10:
                    break
                reached = value
                slope = sign * (slopes[:, leader] * rest - slopes[:, others].sum(axis=1) * weights[leader])
                corner = self.couplings.best(slope, np.ones(len(slope)), 1)
                if corner is None:
                    break
                tried = [at + step * (corner[1] - at) for step in np.linspace(0, 1, 9)]
                at = max(tried, key=lambda one: sign * self._posterior((1 - part) * self.now + part * one, leader, others))
            best = max(best, reached)
        return sign * best

    def tie(self, leader: int, other: int) -> float:
        """Return the smallest part of the cases at which another explanation can catch up; NaN where none is enough."""
        if self.furthest(leader, [other], -1, 1.0) > 0.5:
            return float("nan")
        low, high = 0.0, 1.0
        for _ in range(16):
            middle = (low + high) / 2
            low, high = (middle, high) if self.furthest(leader, [other], -1, middle) > 0.5 else (low, middle)
        return high

    def _weights(self, shares: Array) -> tuple[Array, Array]:
        """Return the weight of each explanation, and how it changes with each joint share (joint type, explanation)."""
        above, below = shares @ self.above, shares @ self.below
        weights = ratio(above, below)
        return weights, ratio(self.above - weights * self.below, np.broadcast_to(below, self.above.shape))

    def _posterior(self, shares: Array, leader: int, others: Sequence[int]) -> float:
        weights, _ = self._weights(shares)
        return float(weights[leader] / max(weights[leader] + weights[others].sum(), 1e-300))
