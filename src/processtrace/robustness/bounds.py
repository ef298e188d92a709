"""The lowest and highest posterior that the ranges of judgements allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from processtrace.causal.corners import Ranged
from processtrace.causal.ranged import MOST_CORNERS, Chosen, climbed
from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array, normalise, to_probability
from processtrace.robustness.question import Question
from processtrace.robustness.unknowns import Box
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

    from processtrace.causal.explained import Explained

STARTS = 64
"""Number of random points, in addition to the corners, from which reliabilities and common sensitivities are optimised."""

MOST_BESIDE = 256
"""Corners of shares up to which all are tried where other unknowns are optimised too."""

_MOST_CORNERS = 64
_POLISHED = 3


def bounds(study: Study) -> xr.Dataset:
    """Return the lowest and highest posterior of each hypothesis when every judgement moves through its range.

    A judgement, or a sensitivity stated per hypothesis, moves one hypothesis one way, in clusters and pools too, so two corners are
    exact. A range of reliability, of a sensitivity common to the hypotheses in an item not found, and of what is judged given a
    node's value, moves several at once and is optimised (corners and 64 random starts, the best polished by L-BFGS-B).

    Ranges of shares in a causal model move too. Where the prior follows from the model, the extremes lie where each set of shares is at a
    corner: all are tried up to 100,000, and 256 beside other unknowns; beyond that one set after the other is moved to its best corner.
    Under a stated prior they may lie between the corners, and are optimised with the rest.

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
    found = [_of_case(study, reading) for reading in each]
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
        optimised=[reading.case.id for reading, part in zip(each, found, strict=True) if part[3]],
        method="exact at two corners, except in the cases named under 'optimised'",
    )


def _of_case(study: Study, reading: Reading) -> tuple[Array, Array, float, bool]:
    if study.causal is None:
        return _case(reading, None, False)
    return _case(reading, study.explained(reading.case), study.prior_from_model and reading.case.prior is None)


@lru_cache(maxsize=64)
def _case(reading: Reading, explained: Explained | None, from_model: bool) -> tuple[Array, Array, float, bool]:
    """Return the log odds of each hypothesis at its lowest and highest, the leader's worst margin in decibels, and whether optimised."""
    n, leader = len(reading.log_prior), reading.lead.leader

    def each(box: Box, points: Array) -> Array:
        """Return what is maximised, (point, corner, goal): each hypothesis's odds, each one's odds against it, the leader's deficit."""
        low, high = (end.reshape(-1, n) for end in box.at(points))
        goals = [_odds(high, low, h) for h in range(n)] + [-_odds(low, high, h) for h in range(n)]
        if leader is not None and n > 1:
            goals.append(np.delete(high, leader, axis=1).max(axis=1) - low[:, leader])
        return np.stack(goals, axis=1).reshape(len(points), -1, len(goals))

    box, exact = Box.of(reading), True
    if explained is not None and (ranged := Ranged.of(explained)) is not None:
        box, exact = _with_corners(box, ranged, from_model, each)
    best = _largest(lambda points: _over_corners(each(box, points)), box.limits) if box.free else _over_corners(each(box, box.middle))[0]
    worst = -float(best[2 * n]) * DB_PER_NAT if len(best) > 2 * n else float("nan")
    return -best[n : 2 * n], best[:n], worst, bool(box.free) or not exact


def _with_corners(box: Box, ranged: Ranged, from_model: bool, each: Callable[[Box, Array], Array]) -> tuple[Box, bool]:
    """Return the unknowns with the corners of shares that are to be tried, and whether these are all that can matter."""
    middle = box.middle
    if ranged.number <= (MOST_CORNERS if from_model and not box.free else MOST_BESIDE):
        return replace(box, corners=ranged.every(), from_model=from_model, mixed=not from_model), True

    def values(places: Sequence[Chosen]) -> Array:
        return np.asarray(each(replace(box, corners=ranged.at(places), from_model=from_model), middle)[0])

    chosen = list(dict.fromkeys(climbed(ranged.sizes, values)))
    return replace(box, corners=ranged.at(chosen), from_model=from_model), False


def _over_corners(values: Array) -> Array:
    """Return the largest of values over the corners (point, goal); a corner at which what is known is impossible does not count."""
    return np.asarray(values[:, 0] if values.shape[1] == 1 else np.where(np.isnan(values), -np.inf, values).max(axis=1))


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
