"""What a study's items weigh, by themselves: read once for all notes, without labels of arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from processtrace.exact.case import CaseNumbers
from processtrace.exact.items import Item, log_means_of, log_reports
from processtrace.exact.ranges import log_means, z_of
from processtrace.inference.numbers import case_numbers
from processtrace.logspace import DB_PER_NAT, Array
from processtrace.study import Case, Evidence, Study
from processtrace.study.judged import Judged, ends
from processtrace.text.numbers import decibels

SILENT_DB = 0.05
"""Decibels below which a weight is printed as 0.0 and says nothing."""


@dataclass(frozen=True)
class Weighed:
    """A case with its numbers; `evidence` are the items that count, in the order of the numbers."""

    case: Case
    numbers: CaseNumbers
    evidence: tuple[Evidence, ...]

    @property
    def rows(self) -> list[tuple[Evidence, Item]]:
        """The items that count, in words and in numbers."""
        return list(zip(self.evidence, self.numbers.items, strict=True))

    @property
    def groups(self) -> dict[str, list[int]]:
        """Places of the items that each cluster joins, in order of time; clusters of two items or more."""
        order = {place: k for k, place in enumerate(place for unit in self.numbers.units for place in unit)}
        members = {name: sorted(self.numbers.members(k), key=order.__getitem__) for k, name in enumerate(self.numbers.clusters)}
        return {name: places for name, places in members.items() if len(places) > 1}

    def alone(self, item: Item) -> Array:
        """Return the log probability of an item by itself, nats, (hypothesis,)."""
        return alone(item, self.numbers.ranges, self.numbers.z)


@lru_cache(maxsize=4)
def weighed(study: Study) -> tuple[Weighed, ...]:
    """Return every case in numbers, under the study's main analyst."""
    made = []
    for case in study.cases:
        numbers = case_numbers(study, case)
        known = {item.id: item for item in case.evidence}
        made.append(Weighed(case, numbers, tuple(known[name] for name in numbers.ids)))
    return tuple(made)


@lru_cache(maxsize=4096)
def alone(item: Item, reliabilities: tuple[tuple[float, float], ...], z: float) -> Array:
    """Return the log probability of an item by itself, nats, (hypothesis,).

    A range of reliability counts with its mean: a single report is linear in it, and sources err independently.
    """
    low, high = (np.array([reliabilities[w][end] for w in item.sources]) for end in (0, 1))
    r, rest = (np.exp(part) for part in log_means(low, high, z))
    rates = (*item.rates, *zip(((1 + r) / 2).tolist(), (rest / 2).tolist(), strict=True))
    plain = dataclasses.replace(item, rates=rates, sources=())
    log_t, log_f = log_reports(plain, np.zeros((0, 1)), np.zeros((0, 1)), z)
    log_p, log_q = log_means_of(item, z)
    return np.asarray(np.logaddexp(log_f[:, 0] + log_q, log_t[:, 0] + log_p))


def bare(item: Item) -> Item:
    """Return the item as if no source had reported it."""
    return dataclasses.replace(item, rates=(), sources=())


def spread_db(nats: Array) -> float:
    """Return the decibels between the best and the worst hypothesis; infinite where one is refuted, 0 where all are."""
    best, worst = float(nats.max()), float(nats.min())
    return (best - worst) * DB_PER_NAT if np.isfinite(best) else 0.0


def difference_db(nats: Array, h: int, k: int) -> float:
    """Return the decibels of h over k; 0 where both are refuted."""
    return 0.0 if np.isneginf(nats[h]) and np.isneginf(nats[k]) else float(nats[h] - nats[k]) * DB_PER_NAT


def judged_nats(study: Study, item: Evidence, values: Mapping[str, Judged]) -> Array:
    """Return the log probability, as judged, of the finding or of its absence, before source and search; nats, (hypothesis,)."""
    pairs = np.array([ends(values[h]) for h in study.explanations])
    log_p, log_q = log_means(pairs[:, 0], pairs[:, 1], z_of(study.range_coverage))
    return log_q if item.status == "not_found" else log_p


def names_of(study: Study) -> list[str]:
    """Return the explanations by their names, in order."""
    return [part.name for part in study.explanations.values()]


def db(value: float) -> str:
    """Return decibels with their unit, as they are printed."""
    return f"{decibels(value)} dB"
