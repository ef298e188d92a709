"""The lowest and highest posterior that the ranges of judgements allow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from processtrace.exact.clues import clue_of
from processtrace.exact.fixed import Setting, extreme
from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, common_sensitivity, ranged_levels, readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array, normalise, to_probability
from processtrace.robustness.question import Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

STARTS = 64
"""Number of random points, in addition to the corners, from which reliabilities and common sensitivities are optimised."""

_MOST_CORNERS = 64
_POLISHED = 3


def bounds(study: Study) -> xr.Dataset:
    """Return the lowest and highest posterior of each hypothesis when every judgement moves through its range.

    A judgement, or a sensitivity stated per hypothesis, moves one hypothesis one way, in clusters and pools too, so two corners are
    exact. A range of reliability, of a sensitivity common to the hypotheses in an item not found, and of what is judged given a
    node's value, moves several at once and is optimised (corners and 64 random starts, the best polished by L-BFGS-B).

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `lowest`, `highest` (case, hypothesis), probabilities; `log_odds_lowest`, `log_odds_highest` (case, hypothesis),
        the same as log odds, nats; `margin_lowest_db` (case), the leader above its best rival at worst, decibels (NaN without a
        leader). The attribute `optimised` lists the cases in which an optimisation was needed.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": (0.6, 0.9), "b": 0.1})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.bounds(study).lowest.sel(case="x", hypothesis="a").item().__round__(4)
    0.8571
    """
    each = readings(study)
    found = [_case(reading) for reading in each]
    shape = (len(each), len(study.explanations))
    lowest, highest = (np.array([part[k] for part in found]).reshape(shape) for k in (0, 1))
    return labelled(
        study,
        {
            "lowest": ((CASE, HYPOTHESIS), to_probability(-np.logaddexp(0, -lowest))),
            "highest": ((CASE, HYPOTHESIS), to_probability(-np.logaddexp(0, -highest))),
            "log_odds_lowest": ((CASE, HYPOTHESIS), lowest),
            "log_odds_highest": ((CASE, HYPOTHESIS), highest),
            "margin_lowest_db": ((CASE,), np.array([part[2] for part in found], float)),
        },
        optimised=[r.case.id for r in each if Box.of(r).free],
        method="exact at two corners, except in the cases named under 'optimised'",
    )


@dataclass(frozen=True)
class Box:
    """Unknowns that move several hypotheses at once.

    They are sources, places of items with a common sensitivity, and (place, level) of ranges that are judged given a node's value.
    """

    reading: Reading
    sources: tuple[int, ...]
    searches: tuple[int, ...]
    levels: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, reading: Reading) -> Box:
        """Return the unknowns of a case."""
        numbers = reading.numbers
        named = sorted({w for item in numbers.items for w in item.sources})
        searched = [i for i, item in enumerate(numbers.items) if not item.found and common_sensitivity(reading.case, numbers, i)]
        return cls(reading, tuple(named), tuple(searched), ranged_levels(numbers))

    @property
    def free(self) -> int:
        """Return the number of unknowns."""
        return len(self.sources) + len(self.searches) + len(self.levels)

    @cached_property
    def limits(self) -> Array:
        """Return the ends of each unknown, (unknown, 2)."""
        numbers = self.reading.numbers
        searched = [(numbers.items[i].least[0], numbers.items[i].most[0]) for i in self.searches]
        given = [(clue_of(numbers.items[i]).low[k], clue_of(numbers.items[i]).high[k]) for i, k in self.levels]
        return np.array([*(numbers.ranges[w] for w in self.sources), *searched, *given], float).reshape(self.free, 2)

    @cached_property
    def touched(self) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
        """Return the units that an unknown moves, and the others."""
        items, moved = self.reading.numbers.items, {*self.searches, *(i for i, _ in self.levels)}
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
    def fixed(self) -> tuple[Array, Array]:
        """Return the lowest and highest log likelihood, (hypothesis,), nats, of the units that no unknown moves."""
        middle = self.limits.mean(axis=1)[None]
        return self._sum(self.touched[1], middle, False)[:, 0], self._sum(self.touched[1], middle, True)[:, 0]

    def at(self, points: Array) -> tuple[Array, Array]:
        """Return the lowest and highest log prior times likelihood at each point, (point, hypothesis), nats."""
        prior = self.reading.log_prior
        low, high = (self._sum(self.touched[0], points, end) for end in (False, True))
        return (low.T + self.fixed[0] + prior), (high.T + self.fixed[1] + prior)

    def _sum(self, units: list[tuple[int, ...]], points: Array, highest: bool) -> Array:
        total = np.zeros((len(self.reading.log_prior), len(points)))
        setting = self.setting(points, highest)
        for unit in units:
            total += extreme(self.reading.numbers, unit, setting, highest)
        return total


@lru_cache(maxsize=64)
def _case(reading: Reading) -> tuple[Array, Array, float]:
    """Return the log odds of each hypothesis at its lowest and highest, and the leader's worst margin in decibels."""
    box = Box.of(reading)
    n, leader = len(reading.log_prior), reading.lead.leader

    def values(points: Array) -> Array:
        """Return what is maximised, (point, goal): each hypothesis's odds, each one's odds against it, the leader's deficit."""
        low, high = box.at(points)
        goals = [_odds(high, low, h) for h in range(n)] + [-_odds(low, high, h) for h in range(n)]
        if leader is not None and n > 1:
            goals.append(np.delete(high, leader, axis=1).max(axis=1) - low[:, leader])
        return np.stack(goals, axis=1)

    best = _largest(values, box.limits) if box.free else values(np.zeros((1, 0)))[0]
    worst = -float(best[2 * n]) * DB_PER_NAT if len(best) > 2 * n else float("nan")
    return -best[n : 2 * n], best[:n], worst


def _odds(own: Array, others: Array, h: int) -> Array:
    """Return the log odds of a hypothesis at `own` while its rivals are at `others`, (point,)."""
    rivals = np.delete(others, h, axis=1)
    if not rivals.shape[1]:
        return np.full(len(own), np.inf)
    mixed = np.column_stack([own[:, h], rivals])
    shares = normalise(mixed)
    with np.errstate(invalid="ignore"):
        rest = np.logaddexp.reduce(shares[:, 1:], axis=1)
        return np.asarray(shares[:, 0] - rest)


def _largest(values: object, limits: Array) -> Array:
    """Return the largest of every goal over a box: corners and random points at once, the best polished."""
    from scipy.optimize import minimize

    assert callable(values)
    free = len(limits)
    rng = np.random.default_rng(0)
    corners = np.array(np.meshgrid(*([0.0, 1.0],) * min(free, 6), indexing="ij")).reshape(min(free, 6), -1).T
    if free > 6:
        corners = np.vstack([np.hstack([corners, rng.integers(0, 2, (len(corners), free - 6))]), np.zeros((1, free)), np.ones((1, free))])
    unit = np.vstack([corners[: _MOST_CORNERS + 2], rng.random((STARTS, free))])
    width = limits[:, 1] - limits[:, 0]

    def scaled(points: Array) -> Array:
        return np.asarray(values(limits[:, 0] + points * width), float)

    every = scaled(unit)
    best = every.max(axis=0)
    step = 1e-6 * np.eye(free)

    for goal in np.flatnonzero(np.isfinite(best)):
        for start in np.argsort(-every[:, goal], kind="stable")[:_POLISHED]:

            def downhill(x: Array, goal: int = int(goal)) -> tuple[float, Array]:
                away = np.where(x + 1e-6 > 1, -1.0, 1.0)
                found = scaled(np.vstack([x, x + step * away]))[:, goal]
                return -float(found[0]), -(found[1:] - found[0]) * away * 1e6

            result = minimize(downhill, unit[start], jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)] * free)
            best[goal] = max(best[goal], -float(result.fun))
    return best


BOUNDS = Question(bounds, lambda answer: {"bounds": answer.pairs("lowest", "highest")})
