"""What every robustness analysis reads of a study: each case in numbers, its units' likelihoods, and its leader."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from processtrace.exact.case import CaseNumbers, Terms, terms
from processtrace.exact.items import Item
from processtrace.exact.unit import Likelihood, likelihood
from processtrace.inference.numbers import case_numbers
from processtrace.inference.update import update
from processtrace.logspace import DB_PER_NAT, Array, log, normalise
from processtrace.study import Case, Study

TIE_DB = 1e-9
"""Hypotheses whose posteriors differ by no more than this many decibels tie."""


@dataclass(frozen=True)
class Lead:
    """Places of the leader and the runner-up among the hypotheses; None where there is none. `tied`: those that share the top."""

    leader: int | None
    runner_up: int | None
    tied: tuple[int, ...] = ()

    @property
    def pair(self) -> tuple[int, int] | None:
        """Return leader and runner-up, or None where one of them is missing."""
        return None if self.leader is None or self.runner_up is None else (self.leader, self.runner_up)


def lead_of(log_posterior: Array) -> Lead:
    """Return who leads a case.

    Parameters
    ----------
    log_posterior
        Nats, (hypothesis,).

    Returns
    -------
    Lead
        Leader, runner-up and ties within TIE_DB decibels.
    """
    order = np.argsort(-log_posterior, kind="stable")
    best = log_posterior[order[0]]
    if not np.isfinite(best):
        return Lead(None, None)
    tied = [int(h) for h in order if (best - log_posterior[h]) * DB_PER_NAT <= TIE_DB]
    if len(tied) > 1:
        return Lead(None, None, tuple(sorted(tied)))
    return Lead(int(order[0]), int(order[1]) if len(order) > 1 else None)


@dataclass(frozen=True, eq=False)
class Reading:
    """A case as the analyses read it.

    Each reading equals only itself, so that results can be cached by it.

    Attributes
    ----------
    case, numbers
        The case, and the case in numbers.
    log_prior
        Nats, (hypothesis,).
    unit_nats, unit_error
        Log likelihood of each unit and its standard error, nats, (unit, hypothesis); the error is 0 where a unit is exact.
    """

    case: Case
    numbers: CaseNumbers
    log_prior: Array
    unit_nats: Array
    unit_error: Array

    @property
    def log_likelihood(self) -> Array:
        """Return the log likelihood of all the evidence, (hypothesis,), nats."""
        return np.asarray(self.unit_nats.sum(axis=0))

    @property
    def log_posterior(self) -> Array:
        """Return the log posterior probabilities, (hypothesis,), nats."""
        return normalise(self.log_prior + self.log_likelihood)

    @cached_property
    def lead(self) -> Lead:
        """Return the leader and the runner-up."""
        return lead_of(self.log_posterior)

    @cached_property
    def terms(self) -> Terms:
        """Return each item's terms: in the chain, alone, and given all the others."""
        return terms(self.numbers, len(self.log_prior))

    @property
    def error_nats(self) -> float:
        """Return the standard error of the log likelihood, the largest over the hypotheses, nats; 0 where it is exact."""
        return float(np.sqrt((self.unit_error**2).sum(axis=0)).max(initial=0.0))

    def following(self, items: Iterable[str]) -> tuple[int, ...]:
        """Return the places of the items that leave when these are left out: themselves and what is judged given them.

        Parameters
        ----------
        items
            Identifiers of items that are left out.

        Returns
        -------
        tuple of int
            Places of items.
        """
        fell = self.case.following(set(items))
        return tuple(i for i, name in enumerate(self.numbers.ids) if name in fell)

    def without(self, sets: Sequence[Sequence[int]]) -> Array:
        """Return the log likelihood of what is left when each set of places is left out.

        Parameters
        ----------
        sets
            Places of items, for each set.

        Returns
        -------
        Array
            Nats, (set, hypothesis).
        """
        kept = np.ones((len(sets), len(self.numbers.ids)), bool)
        for row, places in enumerate(sets):
            kept[row, list(places)] = False
        total = np.zeros((len(sets), len(self.log_prior)))
        for u, unit in enumerate(self.numbers.units):
            own = kept[:, list(unit)]
            part = np.tile(self.unit_nats[u], (len(sets), 1))
            touched = ~own.all(axis=1)
            if touched.any():
                masks, back = np.unique(own[touched], axis=0, return_inverse=True)
                part[touched] = unit_subsets(self.numbers, unit, masks).nats[back.ravel()]
            total += part
        return total


@lru_cache(maxsize=8)
def readings(study: Study) -> tuple[Reading, ...]:
    """Return every case of a study.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    tuple of Reading
        One for each case.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.
    """
    return tuple(read(study, case) for case in study.cases)


def read(study: Study, case: Case) -> Reading:
    """Return one case of a study.

    Parameters
    ----------
    study
        The study.
    case
        One of its cases.

    Returns
    -------
    Reading
        The case in numbers, with its units' likelihoods.

    Raises
    ------
    ContradictionError
        If every hypothesis is refuted.
    """
    reading = reading_of(case, case_numbers(study, case))
    if np.isneginf(reading.log_prior + reading.log_likelihood).all():
        update(study.only(case.id))  # its error names the items
    return reading


def reading_of(case: Case, numbers: CaseNumbers) -> Reading:
    """Return a case from its numbers, whether or not they refute every hypothesis."""
    prior = np.array(numbers.prior, float)
    parts = [unit_likelihood(numbers, unit) for unit in numbers.units]
    shape = (len(parts), len(prior))
    nats = np.array([part.nats[0] for part in parts]).reshape(shape)
    error = np.array([part.error[0] for part in parts]).reshape(shape)
    return Reading(case, numbers, log(prior / prior.sum()), nats, error)


def unit_likelihood(numbers: CaseNumbers, unit: Sequence[int]) -> Likelihood:
    """Return the log likelihood of a whole unit; what was computed once for these items is not computed again.

    Parameters
    ----------
    numbers
        The case.
    unit
        Places of the unit's items.

    Returns
    -------
    Likelihood
        Nats, (1, hypothesis).
    """
    return _whole(*_by_itself(numbers, unit), numbers.z)


def unit_subsets(numbers: CaseNumbers, unit: Sequence[int], subsets: NDArray[np.bool_]) -> Likelihood:
    """Return the log likelihood of subsets of a unit's items.

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
    Likelihood
        Nats, (subset, hypothesis).
    """
    items, rho, ranges = _by_itself(numbers, unit)
    return likelihood(items, subsets, rho, ranges, numbers.z)


@lru_cache(maxsize=4096)
def _whole(items: tuple[Item, ...], rho: tuple[float, ...], ranges: tuple[tuple[float, float], ...], z: float) -> Likelihood:
    return likelihood(items, np.ones((1, len(items)), bool), rho, ranges, z)


def _by_itself(numbers: CaseNumbers, unit: Sequence[int]) -> tuple[tuple[Item, ...], tuple[float, ...], tuple[tuple[float, float], ...]]:
    """Return a unit's items with clusters and sources numbered within the unit: the same for every study that contains it."""
    items = [numbers.items[i] for i in unit]
    clusters = sorted({item.cluster for item in items if item.cluster is not None})
    sources = sorted({w for item in items for w in item.sources})
    made = tuple(
        dataclasses.replace(
            item,
            cluster=None if item.cluster is None else clusters.index(item.cluster),
            sources=tuple(sources.index(w) for w in item.sources),
        )
        for item in items
    )
    return made, tuple(numbers.rho[k] for k in clusters), tuple(numbers.ranges[w] for w in sources)


def ranged_levels(numbers: CaseNumbers) -> tuple[tuple[int, int], ...]:
    """Return (place, level) of each range that is judged given the value of a node."""
    return tuple(
        (i, k)
        for i, item in enumerate(numbers.items)
        if item.clue is not None
        for k, (low, high) in enumerate(zip(item.clue.low, item.clue.high, strict=True))
        if low < high
    )


def common_sensitivity(case: Case, numbers: CaseNumbers, place: int) -> bool:
    """Return whether an item's search sensitivity is one range for all hypotheses."""
    item = numbers.items[place]
    stated = case.item(numbers.ids[place]).search_sensitivity
    return not isinstance(stated, Mapping) and item.least != item.most
