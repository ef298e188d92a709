"""What moves several hypotheses of a case at once: reliabilities, common sensitivities, judgements given a node's value, and shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from processtrace.causal.corners import Corners
from processtrace.exact.case import CaseNumbers
from processtrace.exact.clues import clue_of
from processtrace.exact.fixed import Setting, extreme
from processtrace.inference.reading import Reading, common_sensitivity, ranged_levels
from processtrace.logspace import Array, log, logsumexp

Ends = tuple[Array, Array]

_LEAST = (
    1e-290  # weight of a corner: where an event is impossible at one corner, its likelihood is that of the nearest shares that allow it
)


@dataclass(frozen=True, eq=False)
class Box:
    """Unknowns that move several hypotheses at once.

    They are sources, places of items with a common sensitivity, (place, level) of ranges that are judged given a node's value, and the
    shares of causal models at their `corners`. Where these are `mixed`, shares may lie between the corners, with weights that are unknowns.
    """

    reading: Reading
    sources: tuple[int, ...]
    searches: tuple[int, ...]
    levels: tuple[tuple[int, int], ...] = ()
    corners: Corners | None = None
    from_model: bool = False
    mixed: bool = False

    @classmethod
    def of(cls, reading: Reading) -> Box:
        """Return the unknowns of a case, with the shares of causal models as they are expected."""
        numbers = reading.numbers
        named = sorted({w for item in numbers.items for w in item.sources})
        searched = [i for i, item in enumerate(numbers.items) if not item.found and common_sensitivity(reading.case, numbers, i)]
        return cls(reading, tuple(named), tuple(searched), ranged_levels(numbers))

    @property
    def free(self) -> int:
        """Return the number of unknowns, but for the corner."""
        return len(self.limits)

    @cached_property
    def limits(self) -> Array:
        """Return the ends of each unknown, (unknown, 2)."""
        numbers = self.reading.numbers
        searched = [(numbers.items[i].least[0], numbers.items[i].most[0]) for i in self.searches]
        given = [(clue_of(numbers.items[i]).low[k], clue_of(numbers.items[i]).high[k]) for i, k in self.levels]
        weights = [(0.0, 1.0)] * sum(self.corners.ranged.sizes) if self.corners is not None and self.mixed else []
        return np.array([*(numbers.ranges[w] for w in self.sources), *searched, *given, *weights], float).reshape(-1, 2)

    @property
    def middle(self) -> Array:
        """Return the middle of the unknowns as one point, (1, unknown)."""
        return np.asarray(self.limits.mean(axis=1)[None])

    @cached_property
    def touched(self) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
        """Return the units that an unknown moves, and the others."""
        items, moved = self.reading.numbers.items, {*self.searches, *(i for i, _ in self.levels)}
        if self.corners is not None:
            moved |= {i for i, item in enumerate(items) if item.clue is not None}
        parts: tuple[list[tuple[int, ...]], list[tuple[int, ...]]] = ([], [])
        for unit in self.reading.numbers.units:
            parts[0 if any(items[i].sources or i in moved for i in unit) else 1].append(unit)
        return parts

    def setting(self, points: Array, highest: bool) -> Setting:
        """Return the reports at points (point, unknown), with sensitivities of one hypothesis at their better or worse end.

        A common sensitivity of a found item multiplies every likelihood alike, so any value can be used.
        """
        numbers = self.reading.numbers
        r = np.ones((len(numbers.ranges), len(points)))
        r[list(self.sources)] = points[:, : len(self.sources)].T
        cancels = [common_sensitivity(self.reading.case, numbers, i) for i in range(len(numbers.items))]
        best = [item.most if item.found == highest or alike else item.least for item, alike in zip(numbers.items, cancels, strict=True)]
        s = np.tile(np.array(best, float).reshape(len(best), len(self.reading.log_prior), 1), (1, 1, len(points)))
        for column, i in enumerate(self.searches, start=len(self.sources)):
            s[i] = points[:, column]
        theta = {i: np.tile(np.array(clue_of(numbers.items[i]).low)[:, None], (1, len(points))) for i, _ in self.levels}
        for column, (i, k) in enumerate(self.levels, start=len(self.sources) + len(self.searches)):
            theta[i][k] = points[:, column]
        return Setting(r, s, theta)

    @cached_property
    def fixed(self) -> Ends:
        """Return the lowest and highest log likelihood, (hypothesis,), nats, of the units that no unknown moves."""
        low, high = (self._sum(self.touched[1], self.reading.numbers, self.middle, end)[:, 0] for end in (False, True))
        return low, high

    def at(self, points: Array) -> Ends:
        """Return the lowest and highest log prior times likelihood at each point and corner, (point, corner, hypothesis), nats.

        There is one corner where there are none, and where shares lie between them. It is NaN where what is known is impossible.
        """
        prior, numbers = self.reading.log_prior, self._numbers
        if self.corners is None:
            low, high = (self._sum(self.touched[0], numbers, points, end).T[:, None] for end in (False, True))
            return low + self.fixed[0] + prior, high + self.fixed[1] + prior
        number = len(self.corners.places)
        each = np.repeat(points, number, axis=0)
        low, high = (self._sum(self.touched[0], numbers, each, end).T.reshape(len(points), number, -1) for end in (False, True))
        if self.mixed:
            low, high = (self._between(points, end)[:, None] for end in (low, high))
        prior = self.corners.log_prior if self.from_model else prior
        return low + self.fixed[0] + prior, high + self.fixed[1] + prior

    @cached_property
    def _numbers(self) -> CaseNumbers:
        """The case in numbers, with clues whose likelihoods are those at the corners."""
        numbers, corners = self.reading.numbers, self.corners
        if corners is None:
            return numbers
        items = (item if item.clue is None else replace(item, clue=replace(item.clue, causes=corners)) for item in numbers.items)
        return replace(numbers, items=tuple(items))

    def _between(self, points: Array, nats: Array) -> Array:
        """Return log likelihoods of shares between the corners (point, hypothesis) from those at the corners (point, corner, hypothesis).

        What is known and reported together with an event, and the event alone, have probabilities that are linear in each set of shares.
        """
        assert self.corners is not None
        weights = points[:, -sum(self.corners.ranged.sizes) :] + _LEAST
        logs, start = np.zeros((len(points), len(self.corners.places))), 0
        for column, size in zip(np.array(self.corners.places).T, self.corners.ranged.sizes, strict=True):
            own = log(weights[:, start : start + size])
            logs = logs + (own - logsumexp(own)[:, None])[:, column]
            start += size
        below = logs[..., None] + self.corners.log_events
        with np.errstate(invalid="ignore"):
            return np.asarray(logsumexp(below + nats, axis=1) - logsumexp(below, axis=1))

    def _sum(self, units: list[tuple[int, ...]], numbers: CaseNumbers, points: Array, highest: bool) -> Array:
        total = np.zeros((len(self.reading.log_prior), len(points)))
        setting = self.setting(points, highest)
        for unit in units:
            total += extreme(numbers, unit, setting, highest)
        return total
