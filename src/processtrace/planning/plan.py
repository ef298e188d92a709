"""What could be found: the probability of every outcome of planned items under each hypothesis, given the record.

A planned item is found with probability s (a p + b (1 - p)), the factor of a found item; otherwise it has the factor of an item not
found. A plan and the record that it leads to therefore give one posterior.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from processtrace.errors import AnalysisError
from processtrace.exact.case import CaseNumbers
from processtrace.exact.items import Item
from processtrace.exact.unit import MOST_EXACT, likelihood
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import Reading, read
from processtrace.logspace import Array, log, logsumexp
from processtrace.study import Case, Evidence, Study
from processtrace.study.correlations import joint
from processtrace.study.judged import ends
from processtrace.study.probabilities import judged

MOST_TOGETHER = 12
"""Planned items of one unit of which every outcome is enumerated."""

_ROWS, _ROWS_SAMPLED, _MOST_ROWS = 256, 16, 2**18

type Pair = tuple[int, int, Array]
"""Places of two correlated items, and the log probabilities of their truth: (first, second, hypothesis)."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A case with its planned items as if all had been found.

    Attributes
    ----------
    reading
        The case as recorded.
    whole
        The case with every planned item found.
    places
        Places of the planned items in `whole`, in file order.
    pairs
        Correlated pairs of planned items.
    left_out
        Planned items that the main analyst did not judge.
    """

    reading: Reading
    whole: CaseNumbers
    places: tuple[int, ...]
    pairs: tuple[Pair, ...]
    left_out: tuple[str, ...]

    @cached_property
    def items(self) -> tuple[Evidence, ...]:
        """Return the planned items, in the order of `places`."""
        return tuple(self.reading.case.item(self.whole.ids[i]) for i in self.places)

    @cached_property
    def _kept(self) -> dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[Array, float]]:
        return {}

    def table(self, chosen: Sequence[int]) -> Array:
        """Return log P(outcomes | record, h) of planned items.

        Parameters
        ----------
        chosen
            Numbers of the items, as in `items`.

        Returns
        -------
        Array
            Nats, one axis for each item (0 not found, 1 found), then (hypothesis,).
        """
        places = [self.places[k] for k in chosen]
        total: Array = np.zeros(len(self.whole.hypotheses))
        order: list[int] = []
        for unit in self.whole.units:
            own = tuple(i for i in unit if i in places)
            if own:
                part = self._unit(unit, own)[0]
                total = total[..., *([None] * len(own)), :] + part
                order += own
        return np.transpose(total, [*(order.index(i) for i in places), len(order)])

    def error(self, chosen: Sequence[int]) -> float:
        """Return the largest standard error of `table`, nats; 0 where it is exact."""
        places = [self.places[k] for k in chosen]
        parts = [self._unit(unit, own)[1] for unit in self.whole.units if (own := tuple(i for i in unit if i in places))]
        return float(np.sqrt(np.sum(np.square(parts)))) if parts else 0.0

    def _unit(self, unit: tuple[int, ...], own: tuple[int, ...]) -> tuple[Array, float]:
        """Return the table of a unit's planned items, from that of all of them where there are few."""
        held = tuple(i for i in unit if i in self.places)
        if len(held) > MOST_TOGETHER:
            held = own
        if (unit, held) not in self._kept:
            self._kept[unit, held] = _unit_table(self.whole, unit, set(self.places), held, self.pairs)
        table, error = self._kept[unit, held]
        over = tuple(axis for axis, i in enumerate(held) if i not in own)
        return (np.logaddexp.reduce(table, axis=over) if over else table), error


@lru_cache(maxsize=8)
def plans(study: Study) -> tuple[Plan, ...]:
    """Return every case of a study with its planned items.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    tuple of Plan
        One plan for each case.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.
    """
    return tuple(_plan(study, case) for case in study.cases)


def _plan(study: Study, case: Case) -> Plan:
    whole = case_numbers(study, with_all_found(case))
    planned = [item for item in case.evidence if item.status == "planned"]
    ids = {item.id: item for item in planned}
    places = tuple(i for i, name in enumerate(whole.ids) if name in ids)
    pairs: list[Pair] = []
    for pair in case.correlations:
        if all(name in whole.ids for name in pair.items):
            first, second = (judged(study, ids[name]) or {} for name in pair.items)
            tables = [joint(ends(first[h])[0], ends(second[h])[0], pair.under.get(h, 0.0)) for h in whole.hypotheses]
            a, b = (whole.ids.index(name) for name in pair.items)
            pairs.append((a, b, log(np.moveaxis(np.array(tables), 0, -1))))
    linked = dataclasses.replace(whole, units=_linked(whole.units, pairs))
    return Plan(read(study, case), linked, places, tuple(pairs), tuple(name for name in ids if name not in whole.ids))


def with_all_found(case: Case) -> Case:
    """Return the case with every planned item found, for its numbers only."""
    items = [dataclasses.replace(item, status="found", cost=None) if item.status == "planned" else item for item in case.evidence]
    return dataclasses.replace(case, evidence=tuple(items), correlations=())


def _linked(units: tuple[tuple[int, ...], ...], pairs: Sequence[Pair]) -> tuple[tuple[int, ...], ...]:
    """Return the units, joined where two items of a correlated pair are in different ones."""
    joined = list(units)
    for first, second, _ in pairs:
        both = [unit for unit in joined if first in unit or second in unit]
        if len(both) == 2:
            joined[joined.index(both[0])] = both[0] + both[1]
            joined.remove(both[1])
    return tuple(joined)


def _unit_table(
    whole: CaseNumbers, unit: tuple[int, ...], planned: set[int], own: tuple[int, ...], pairs: Sequence[Pair]
) -> tuple[Array, float]:
    """Return log P(outcomes of `own` | the unit's record, h), (2, ..., 2, hypothesis), and its standard error.

    The engine takes an item's outcomes as two items of which each row holds one. The findings of a correlated pair are certain or
    impossible in each of four rows, which are then weighted by their joint probability.
    """
    held = [(own.index(a), own.index(b), table) for a, b, table in pairs if a in own and b in own]
    rows = 2 ** len(own) * 4 ** len(held)
    if rows > _MOST_ROWS:
        raise AnalysisError(
            f"{len(own)} planned items with {len(held)} correlated pairs depend on each other: {rows} outcomes; "
            f"at most {_MOST_ROWS}; plan fewer of them at once"
        )
    recorded = [whole.items[i] for i in unit if i not in planned]
    paired = {k for a, b, _ in held for k in (a, b)}
    items = list(recorded)
    column: dict[tuple[int, bool, bool | None], int] = {}
    for k, i in enumerate(own):
        truths_of_one: tuple[bool | None, ...] = (False, True) if k in paired else (None,)
        for found, sure in product((False, True), truths_of_one):
            column[k, found, sure] = len(items)
            items.append(_version(whole.items[i], found, sure))
    truths = list(product(*(product((False, True), repeat=2) for _ in held)))
    masks = np.zeros((rows + 1, len(items)), bool)
    masks[:, : len(recorded)] = True
    for row, (outcome, truth) in enumerate(product(product((False, True), repeat=len(own)), truths)):
        true = {k: t for (a, b, _), pair in zip(held, truth, strict=True) for k, t in zip((a, b), pair, strict=True)}
        for k, found in enumerate(outcome):
            masks[row, column[k, found, true.get(k)]] = True
    nats, error = _in_pieces(items, masks, whole)
    weight = np.zeros((len(truths), len(whole.hypotheses)))
    for row, truth in enumerate(truths):
        for (_, _, table), (first, second) in zip(held, truth, strict=True):
            weight[row] += table[int(first), int(second)]
    seen = logsumexp(nats[:-1].reshape(2 ** len(own), len(truths), -1) + weight, axis=1)
    possible = np.isfinite(nats[-1])
    given = np.where(possible, seen - np.where(possible, nats[-1], 0.0), -len(own) * np.log(2))
    return given.reshape(*(2,) * len(own), -1), error


def _version(item: Item, found: bool, truth: bool | None) -> Item:
    if truth is None:
        return dataclasses.replace(item, found=found)
    sure = (float(truth),) * len(item.low)
    return dataclasses.replace(item, found=found, low=sure, high=sure)


def _in_pieces(items: list[Item], masks: NDArray[np.bool_], whole: CaseNumbers) -> tuple[Array, float]:
    sources = {w for item in items for w in item.sources}
    width = _ROWS if len(sources) <= MOST_EXACT else _ROWS_SAMPLED
    if not items:
        return np.zeros((len(masks), len(whole.hypotheses))), 0.0
    parts = [likelihood(items, masks[k : k + width], whole.rho, whole.ranges, whole.z) for k in range(0, len(masks), width)]
    return np.concatenate([part.nats for part in parts]), float(max(part.error.max() for part in parts))
