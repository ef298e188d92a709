"""A lean: what the errors of all judgements under one hypothesis have in common.

The log odds of a judged range are mu + sd (sqrt(1 - r) e + sqrt(r) l), with an error e of its own and a lean l that all items of the
case share, both N(0, 1); l is independent between hypotheses. The likelihood is one integral over l for each hypothesis, with ranges,
clusters and sources inside it. The trapezoidal rule converges exponentially (Trefethen & Weideman 2014, doi:10.1137/130932132).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from processtrace.exact.items import Item
from processtrace.exact.ranges import log_expit, log_normal_density, log_odds
from processtrace.logspace import Array, logsumexp

_DIGITS = 27.0  # exponent of the error that the step is chosen for: exp(-27) = 2e-12
_START = 6.0  # standard deviations on either side of 0 that are always looked at
_MORE = 4  # nodes by which the window grows
_LOWEST = 28.0  # nats below the peak at which the integrand is left
_FARTHEST = (-700.0, 36.0)  # log odds beyond which a probability is 0 or 1 in floating point


def half_widths(items: Sequence[Item]) -> Array:
    """Return half the width of each judged range.

    Parameters
    ----------
    items
        The items.

    Returns
    -------
    Array
        Log odds, nats, (item, hypothesis); 0 for points.
    """
    low, high = (np.array([getattr(item, end) for item in items], float) for end in ("low", "high"))
    ranged = low < high
    return np.where(ranged, log_odds(np.where(ranged, high, 0.5)) - log_odds(np.where(ranged, low, 0.5)), 0.0) / 2


def lean_of(items: Sequence[Item]) -> float:
    """Return the correlation of the errors of items' judgements; 0 where no two of them could share a lean."""
    lean = max((item.lean for item in items), default=0.0)
    return lean if lean > 0 and (half_widths(items) > 0).sum(axis=0).max() > 1 else 0.0


def moved(item: Item, hypotheses: Sequence[int], by: Array, narrowed: float = 1.0) -> Item:
    """Return an item with one column for each hypothesis named, each with its judgement moved.

    Parameters
    ----------
    item
        The item.
    hypotheses
        Places of hypotheses, one for each column; a hypothesis may be named several times.
    by
        How far the middle of each range, or each point, is moved in log odds, nats, (column,). A probability of 0 or 1 stays.
    narrowed
        Factor on the width of each range, 0 to 1.

    Returns
    -------
    Item
        The item with as many columns as `hypotheses`.
    """
    places = list(hypotheses)
    low, high, least, most = (np.array(getattr(item, end))[places] for end in ("low", "high", "least", "most"))
    lower, upper = log_odds(low), log_odds(high)
    certain = (high <= 0) | (low >= 1)
    with np.errstate(invalid="ignore"):
        middle, half = (lower + upper) / 2 + by, (upper - lower) / 2 * narrowed
    still = certain | ((by == 0) & ((narrowed == 1) | (low == high)))
    reached = [np.clip(np.where(certain, 0.0, middle + side * half), *_FARTHEST) for side in (-1, 1)]
    ends = [np.where(still, end, np.exp(log_expit(odds))) for end, odds in zip((low, high), reached, strict=True)]
    lower_end, upper_end, worst, best = (tuple(part.tolist()) for part in (*ends, least, most))
    return dataclasses.replace(item, low=lower_end, high=upper_end, least=worst, most=best)


def over_lean(items: Sequence[Item], correlation: float, z: float, log_likelihood: Callable[[list[Item]], Array]) -> Array:
    """Return a likelihood with the lean under each hypothesis integrated out.

    Parameters
    ----------
    items
        The items; those with ranges lean.
    correlation
        Correlation r of the errors under one hypothesis, 0 to 1.
    z
        Normal quantile of the ranges.
    log_likelihood
        From the items with their judgements moved, and one column for each lean, to log likelihoods (..., column), nats.

    Returns
    -------
    Array
        Nats, (..., hypothesis).
    """
    n = len(items[0].low)
    slopes = np.sqrt(correlation) * half_widths(items).reshape(-1, n) / z
    narrowed = float(np.sqrt(1 - correlation))

    def under(h: int, lean: Array) -> Array:
        columns = [h] * len(lean)
        there = [moved(item, columns, slope * lean, narrowed) for item, slope in zip(items, slopes[:, h], strict=True)]
        return log_likelihood([dataclasses.replace(item, lean=0.0) for item in there])

    return np.stack([_integral(partial(under, h), slopes[:, h]) for h in range(n)], axis=-1)


def _integral(log_likelihood: Callable[[Array], Array], slopes: Array) -> Array:
    """Return the logs of the means of likelihoods over a standard normal lean that moves each log odds by its slope.

    The step follows from the strip in which the integrand grows at most by exp(c d^2), half way to the poles of the logistic
    function; the nodes reach on either side until every integrand is exp(-28) of its peak.
    """
    if not slopes.any():
        return log_likelihood(np.zeros(1))[..., 0]
    step = step_of(slopes)
    count = int(np.ceil(_START / step))
    lean = np.asarray(step * np.arange(-count, count + 1), float)
    total = log_normal_density(lean) + log_likelihood(lean)
    for side in (1, -1):
        while _unfinished(total, side):
            more = np.asarray(lean[::side][-1] + side * step * np.arange(1, _MORE + 1), float)
            added = log_normal_density(more) + log_likelihood(more)
            lean, total = (_joined(old, new, side) for old, new in ((lean, more), (total, added)))
    return np.asarray(logsumexp(total) + np.log(step))


def _joined(old: Array, new: Array, side: int) -> Array:
    """Return values along nodes with those of further nodes, which go outward, at one end."""
    return np.concatenate([old, new] if side == 1 else [new[..., ::-1], old], axis=-1)


def _unfinished(total: Array, side: int) -> bool:
    """Return whether an integrand is still high at an end of its nodes."""
    best = total.max(axis=-1)
    known = np.isfinite(best)
    return bool((total[..., -1 if side == 1 else 0][known] > best[known] - _LOWEST).any())


def step_of(slopes: Array) -> float:
    """Return the step of the trapezoidal rule over a lean, in its standard deviations."""
    growth = 0.5 + 0.15 * float(slopes @ slopes)
    strip = min(np.sqrt(_DIGITS / growth), np.pi / (2 * slopes.max()))
    return float(2 * np.pi * strip / (_DIGITS + growth * strip**2))
