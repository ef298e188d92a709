"""Judgements and sensitivities are drawn given the reliabilities and the hypothesis that accounts for each unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from processtrace.exact.case import CaseNumbers
from processtrace.exact.fixed import Setting, at, log_ends, reports
from processtrace.exact.items import Item, log_means_of
from processtrace.exact.unit import clues_of
from processtrace.inference.draws.unit import present_or_absent, unit_draws
from processtrace.inference.layout import Free, Layout
from processtrace.inference.layout.labels import JUDGED, SEARCH, WITNESS
from processtrace.inference.reading import Reading, common_sensitivity
from processtrace.logspace import Array

Hypotheses = NDArray[np.int64]

_KINDS = {"judgement": JUDGED, "reliability": WITNESS, "sensitivity": SEARCH}


def kinds(form: Layout) -> dict[str, Free]:
    """Return the free variables of a layout by dimension."""
    return {JUDGED: form.judgement, WITNESS: form.reliability, SEARCH: form.sensitivity}


class Ranges:
    """Log odds of everything uncertain in a study, in many draws.

    Parameters
    ----------
    form
        The study as index arrays.
    count
        Number of draws.
    rng
        Generator of all draws.

    Attributes
    ----------
    odds
        (variable, draw) by dimension: drawn from the ranges as elicited, until others replace them.
    """

    def __init__(self, form: Layout, count: int, rng: np.random.Generator):
        self.form, self.count, self.rng = form, count, rng
        self.odds = {dim: _elicited(free, count, rng) for dim, free in kinds(form).items()}
        self.places = {dim: {label: k for k, label in enumerate(free.labels)} for dim, free in kinds(form).items()}

    def reliability(self, reading: Reading, w: int) -> Array:
        """Return the log odds of a reliability in each draw, (draw,), as a view."""
        return np.asarray(self.odds[WITNESS][self.places[WITNESS][f"{reading.case.id}/{reading.numbers.sources[w]}"]])

    def reliabilities(self, reading: Reading, unit: tuple[int, ...], h: int, these: Hypotheses) -> Mapping[int, Array]:  # noqa: ARG002
        """Return the log odds of a unit's reliabilities in some draws, in which hypothesis `h` accounts for it."""
        used = {w for i in unit for w in reading.numbers.items[i].sources}
        return {w: self.reliability(reading, w)[these] for w in used}

    def given(self, reading: Reading, accounts: Hypotheses) -> None:
        """Draw a case's judgements and sensitivities given its reliabilities and what accounts for each unit.

        Parameters
        ----------
        reading
            The case.
        accounts
            Place of the hypothesis that accounts for each unit, (unit, draw).
        """
        numbers = reading.numbers
        bare = [k for k, unit in enumerate(numbers.units) if len(unit) == 1 and _bare(numbers.items[unit[0]])]
        if bare:
            self._bare(reading, [numbers.units[k][0] for k in bare], accounts[bare])
        others = [k for k, unit in enumerate(numbers.units) if k not in bare and not clues_of(numbers.items, unit)]
        for h in np.unique(accounts):
            for k in others:
                these = np.flatnonzero(accounts[k] == h)
                if len(these):
                    self._unit(reading, numbers.units[k], int(h), these)

    def _unit(self, reading: Reading, unit: tuple[int, ...], h: int, these: Hypotheses) -> None:
        numbers, hypothesis = reading.numbers, self.form.hypotheses[h]
        drawn = unit_draws(numbers, unit, h, self.reliabilities(reading, unit, h, these), len(these), self.rng)
        for i, odds in drawn.sensitivity.items():
            self.odds[SEARCH][self._search(reading, i, hypothesis), these] = odds
        for i, odds in drawn.judgement.items():
            self.odds[JUDGED][self.places[JUDGED][f"{reading.case.id}/{numbers.ids[i]}/{hypothesis}"], these] = odds

    def _bare(self, reading: Reading, items: Sequence[int], accounts: Hypotheses) -> None:
        numbers, place = reading.numbers, self.places[JUDGED]
        table = np.array([[place.get(f"{reading.case.id}/{numbers.ids[i]}/{h}", -1) for h in self.form.hypotheses] for i in items])
        own = np.take_along_axis(table, accounts, axis=1)
        rows, draws = np.nonzero(own >= 0)
        judged, present = own[rows, draws], np.array([_present(numbers, i) for i in items])[rows, accounts[rows, draws]]
        free = self.form.judgement
        self.odds[JUDGED][judged, draws] = present_or_absent(self.rng, free.mu[judged], free.sd[judged], present)

    def _search(self, reading: Reading, i: int, hypothesis: str) -> int:
        label = f"{reading.case.id}/{reading.numbers.ids[i]}"
        return self.places[SEARCH][label if common_sensitivity(reading.case, reading.numbers, i) else f"{label}/{hypothesis}"]

    def log_likelihood(self, reading: Reading) -> Array:
        """Return log P(E | theta, h) of a case in each draw, (hypothesis, draw), nats.

        What is uncertain in a unit with clues of a causal model is integrated out.
        """
        numbers, hypotheses = reading.numbers, self.form.hypotheses
        r = np.ones((len(numbers.ranges), self.count))
        for w in range(len(numbers.sources)):
            if f"{reading.case.id}/{numbers.sources[w]}" in self.places[WITNESS]:
                r[w] = expit(self.reliability(reading, w))
        s = np.empty((len(numbers.items), len(hypotheses), self.count))
        joined = {i for unit in numbers.units if clues_of(numbers.items, unit) for i in unit}
        odds = {}
        for i, item in enumerate(numbers.items):
            low = log_ends(item)[0]
            own = [self.places[JUDGED].get(f"{reading.case.id}/{numbers.ids[i]}/{h}") for h in hypotheses]
            points = all(place is None for place in own)
            odds[i] = np.array(
                [
                    low[k : k + 1] if points else np.full(self.count, low[k]) if p is None else self.odds[JUDGED][p]
                    for k, p in enumerate(own)
                ]
            )
            for k, h in enumerate(hypotheses):
                ranged = item.least[k] < item.most[k] and i not in joined
                s[i, k] = expit(self.odds[SEARCH][self._search(reading, i, h)]) if ranged else item.least[k]
        total = np.zeros((len(hypotheses), self.count))
        for u, unit in enumerate(numbers.units):
            total = total + (reading.unit_nats[u][:, None] if unit[0] in joined else at(numbers, unit, Setting(r, s), odds))
        return total

    def values(self) -> dict[str, Array]:
        """Return `judgement`, `reliability` and `sensitivity`, probabilities (draw, variable), those that there are."""
        return {name: expit(self.odds[dim]).T for name, dim in _KINDS.items() if self.places[dim]}


def _elicited(free: Free, count: int, rng: np.random.Generator) -> Array:
    """Return log odds from the ranges as elicited, (variable, draw)."""
    drawn = rng.standard_normal((len(free.labels), count))
    drawn *= free.sd[:, None]
    drawn += free.mu[:, None]
    return drawn


def _bare(item: Item) -> bool:
    """Return whether nothing of an item is uncertain but its judgements."""
    return not item.sources and item.least == item.most


def _present(numbers: CaseNumbers, i: int) -> Array:
    """Return P(the finding is there | it was reported as it was, h), (hypothesis,), for an item that is bare and alone in its unit."""
    item = numbers.items[i]
    log_t, log_f = reports(item, np.ones((len(numbers.ranges), 1)), np.array(item.least)[:, None])
    log_p, log_q = log_means_of(item, numbers.z)
    with np.errstate(invalid="ignore"):
        return np.asarray(expit(np.nan_to_num(log_t[:, 0] + log_p - log_f[:, 0] - log_q, nan=0.0)))
