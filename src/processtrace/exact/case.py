"""All terms of one case: the chain rule within each unit, each item alone, and each item given all the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from processtrace.exact.items import Item
from processtrace.exact.unit import likelihood
from processtrace.logspace import Array


@dataclass(frozen=True)
class CaseNumbers:
    """One case as the exact engine takes it, with the items that count, in file order.

    Attributes
    ----------
    hypotheses
        Names of the hypotheses.
    prior
        Relative weights by hypothesis.
    ids, items
        Identifier and numbers of each item.
    clusters, rho
        Name and latent correlation of each cluster.
    sources, ranges
        Name and range of reliability of each source whose reliability is a range.
    units
        Places of items, each unit in order of time.
    z
        Normal quantile of the ranges.
    left_out
        Items that the main analyst did not judge, and what was judged given them.
    """

    hypotheses: tuple[str, ...]
    prior: tuple[float, ...]
    ids: tuple[str, ...]
    items: tuple[Item, ...]
    clusters: tuple[str, ...]
    rho: tuple[float, ...]
    sources: tuple[str, ...]
    ranges: tuple[tuple[float, float], ...]
    units: tuple[tuple[int, ...], ...]
    z: float
    left_out: tuple[str, ...] = ()

    def members(self, cluster: int) -> list[int]:
        """Return the places of the items that a cluster joins."""
        return self._members.get(cluster, [])

    @cached_property
    def _members(self) -> dict[int | None, list[int]]:
        """Places of items by cluster."""
        held: dict[int | None, list[int]] = {}
        for i, item in enumerate(self.items):
            held.setdefault(item.cluster, []).append(i)
        return held

    @cached_property
    def unit_of(self) -> dict[int, int]:
        """The place of the unit of each item, by the item's place."""
        return {i: u for u, unit in enumerate(self.units) for i in unit}


@dataclass(frozen=True)
class Terms:
    """Log-likelihood terms of a case, nats, each of shape (item, hypothesis).

    Attributes
    ----------
    chain
        Given the earlier items of the unit. The terms sum to the case's log likelihood. After a term of -inf the unit's later terms
        are 0.
    alone
        The item outside its unit.
    last
        Given all other items; NaN where both are impossible.
    error
        Standard error of the case's log likelihood, (hypothesis,); 0 where the terms are exact.
    whole
        All items of each unit, (unit, hypothesis).
    """

    chain: Array
    alone: Array
    last: Array
    error: Array
    whole: Array


def subset_nats(numbers: CaseNumbers, unit: Sequence[int], subsets: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return log P of subsets of a unit's items, and its standard error.

    Parameters
    ----------
    numbers
        The case.
    unit
        Places of the unit's items.
    subsets
        Boolean, (subset, item of the unit).

    Returns
    -------
    tuple of Array
        Log probability and standard error, nats, (subset, hypothesis) each.
    """
    items = [numbers.items[i] for i in unit]
    result = likelihood(items, subsets, numbers.rho, numbers.ranges, numbers.z)
    return result.nats, result.error


def terms(numbers: CaseNumbers, hypotheses: int) -> Terms:
    """Return every term of a case whose units are in order of time.

    Parameters
    ----------
    numbers
        The case.
    hypotheses
        Number of hypotheses.

    Returns
    -------
    Terms
        Nats, (item, hypothesis).
    """
    shape = (len(numbers.items), hypotheses)
    chain, alone, last = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    variance, together = np.zeros(hypotheses), np.zeros((len(numbers.units), hypotheses))
    for u, unit in enumerate(numbers.units):
        n = len(unit)
        whole = np.ones((1, n), bool)
        subsets = whole if n == 1 else np.vstack([np.tri(n, dtype=bool), np.eye(n, dtype=bool), ~np.eye(n, dtype=bool)])
        nats, error = subset_nats(numbers, unit, subsets)
        places, together[u] = list(unit), nats[n - 1]
        if n == 1:
            chain[places] = alone[places] = last[places] = nats
        else:
            chain[places] = _steps(nats[:n])
            alone[places] = nats[n : 2 * n]
            with np.errstate(invalid="ignore"):
                last[places] = nats[n - 1] - nats[2 * n :]
        variance += error[n - 1] ** 2
    return Terms(chain, alone, last, np.sqrt(variance), together)


def _steps(cumulative: Array) -> Array:
    """Return the differences along the chain, with 0 after a step to -inf."""
    before = np.vstack([np.zeros((1, cumulative.shape[1])), cumulative[:-1]])
    with np.errstate(invalid="ignore"):
        step = cumulative - before
    return np.where(np.isneginf(before), 0.0, step)
