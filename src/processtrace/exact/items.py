"""One item in numbers, and its factor g = F + (T - F) theta (search and sources)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from processtrace.exact.ranges import gauss_rule, log_means
from processtrace.logspace import Array, log, logsumexp


class Causes(Protocol):
    """How the clues of a case depend on each other: causal models, in each of which some of the hypotheses are events."""

    @property
    def by_hand(self) -> tuple[bool, ...]:
        """Whether each hypothesis is judged by hand, without a model."""
        ...

    def log_likelihood(self, reports: Sequence[tuple[str, Array]]) -> Array:
        """Return log P(reports of nodes | hypothesis), (batch, hypothesis), from each report's probability by level, (batch, level)."""
        ...

    def log_table(self, nodes: Sequence[str]) -> Array | None:
        """Return log P(levels of the nodes | hypothesis), (combination, hypothesis); none where the combinations are too many."""
        ...


@dataclass(frozen=True)
class Clue:
    """What makes an item a clue: the node it is about, and how probable the finding is at each of the node's levels.

    Attributes
    ----------
    causes
        What the clues of the case follow from.
    node
        Name of the node.
    low, high
        Probability of the finding by level; it is 1 at the level observed and 0 at the others where the item observes the node.
    """

    causes: Causes
    node: str
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Item:
    """One found or not-found item. Tuples have one entry per hypothesis, and points have equal ends.

    Attributes
    ----------
    found
        Whether the item was found.
    low, high
        Judged probabilities.
    least, most
        Search sensitivity.
    rates
        (a, b) of each source whose reliability is a point.
    sources
        Places, in the case's list, of sources whose reliability is a range.
    cluster
        Place in the case's list of clusters, or None.
    clue
        The node it is about, where it is a clue. `low` and `high` are then, under a hypothesis that has a model, the probability of
        the finding by itself.
    lean
        Correlation of the errors of all judgements under one hypothesis: of this item's, and of every other's that has one.
    """

    found: bool
    low: tuple[float, ...]
    high: tuple[float, ...]
    least: tuple[float, ...]
    most: tuple[float, ...]
    rates: tuple[tuple[float, float], ...] = ()
    sources: tuple[int, ...] = ()
    cluster: int | None = None
    clue: Clue | None = None
    lean: float = 0.0


def log_means_of(item: Item, z: float) -> tuple[Array, Array]:
    """Return (log E[theta], log E[1 - theta]) per hypothesis."""
    return log_means(np.array(item.low), np.array(item.high), z)


def log_reports(item: Item, reliability: Array, unreliability: Array, z: float) -> tuple[Array, Array]:
    """Return (log T, log F) at given reliabilities of the item's ranged sources.

    Found: T = s prod a, F = s prod b; without sources T = s, F = 0. Not found: T = prod (1 - s a), F = prod (1 - s b); without
    sources T = 1 - s, F = 1. A range of s is integrated out here.

    Parameters
    ----------
    item
        The item.
    reliability, unreliability
        r and 1 - r, (source of the case, node).
    z
        Normal quantile of the ranges.

    Returns
    -------
    tuple of Array
        Nats, (hypothesis, node) each.
    """
    nodes = reliability.shape[1]
    own = list(item.sources)
    a = np.vstack([np.full((1, nodes), rate[0]) for rate in item.rates] + [(1 + reliability[own]) / 2])
    b = np.vstack([np.full((1, nodes), rate[1]) for rate in item.rates] + [unreliability[own] / 2])
    ranges = list(zip(item.least, item.most, strict=True))
    each = {ends: _reports(item.found, *ends, a, b, z) for ends in set(ranges)}
    return np.array([each[ends][0] for ends in ranges]), np.array([each[ends][1] for ends in ranges])


def _reports(found: bool, least: float, most: float, a: Array, b: Array, z: float) -> tuple[Array, Array]:
    if least == most:
        s, rest, weights = np.array([least]), np.array([1 - least]), np.zeros(1)
    else:
        s, rest, weights = gauss_rule(least, most, z, max(1, len(a)))
    if found:
        log_s = logsumexp(weights + log(s))
        bare = len(a) == 0
        log_t = np.full(a.shape[1], log_s) if bare else log_s + log(a).sum(axis=0)
        log_f = np.full(a.shape[1], -np.inf) if bare else log_s + log(b).sum(axis=0)
        return log_t, log_f
    if len(a) == 0:
        return np.full(a.shape[1], logsumexp(weights + log(rest))), np.zeros(a.shape[1])
    # 1 - s a = (1 - s) + s (1 - a), without cancellation
    miss_t = log(rest[:, None, None] + s[:, None, None] * (1 - a)).sum(axis=1)
    miss_f = log(rest[:, None, None] + s[:, None, None] * (1 - b)).sum(axis=1)
    return logsumexp(weights[:, None] + miss_t, axis=0), logsumexp(weights[:, None] + miss_f, axis=0)
