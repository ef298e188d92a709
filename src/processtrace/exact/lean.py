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

from processtrace.exact.case import CaseNumbers
from processtrace.exact.items import Item
from processtrace.exact.ranges import log_expit, log_normal_density, log_odds
from processtrace.exact.unit import clues_of, likelihood
from processtrace.logspace import Array, logsumexp

_DIGITS = 27.0  # exponent of the error that the step is chosen for: exp(-27) = 2e-12
_START = 6.0  # standard deviations on either side of 0 that are always looked at
_MORE = 4  # nodes by which the window grows
_LOWEST = 28.0  # nats below the peak at which the integrand is left


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
    ends = [np.where(still, end, np.exp(log_expit(np.where(certain, 0.0, middle + side * half)))) for end, side in ((low, -1), (high, 1))]
    lower_end, upper_end, worst, best = (tuple(part.tolist()) for part in (*ends, least, most))
    return dataclasses.replace(item, low=lower_end, high=upper_end, least=worst, most=best)


def moved_nats(numbers: CaseNumbers, hypotheses: Sequence[int], by: Array, narrowed: float = 1.0) -> Array:
    """Return the log likelihood of a case with its judgements moved, one column for each hypothesis named.

    Units that hold clues of a causal model stay as they are: what a clue says of an explanation follows from its graph.

    Parameters
    ----------
    numbers
        The case.
    hypotheses
        Places of hypotheses, one for each column.
    by
        How far each judgement is moved in log odds, nats, (item, column).
    narrowed
        Factor on the width of each range, 0 to 1.

    Returns
    -------
    Array
        Nats, (column,).
    """
    total = np.zeros(len(hypotheses))
    for unit in numbers.units:
        if clues_of(numbers.items, unit):
            own = [numbers.items[i] for i in unit]
            still = likelihood(own, np.ones((1, len(own)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0]
            total = total + still[list(hypotheses)]
            continue
        items = [moved(numbers.items[i], hypotheses, by[i], narrowed) for i in unit]
        total = total + likelihood(items, np.ones((1, len(items)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0]
    return total


def lean_nats(numbers: CaseNumbers, correlation: float) -> Array:
    """Return the log likelihood of a case whose judgements share a lean, which is integrated out.

    Parameters
    ----------
    numbers
        The case.
    correlation
        Correlation r of the errors under one hypothesis, 0 to 1.

    Returns
    -------
    Array
        Nats, (hypothesis,).

    References
    ----------
    Trefethen & Weideman 2014, doi:10.1137/130932132.
    """
    n = len(numbers.hypotheses)
    slopes = np.sqrt(correlation) * half_widths(numbers.items).reshape(-1, n) / numbers.z
    narrowed = float(np.sqrt(1 - correlation))

    def under(h: int, lean: Array) -> Array:
        return moved_nats(numbers, [h] * len(lean), slopes[:, [h]] * lean, narrowed)

    return np.array([_integral(partial(under, h), slopes[:, h]) for h in range(n)])


def _integral(log_likelihood: Callable[[Array], Array], slopes: Array) -> float:
    """Return the log of the mean of a likelihood over a standard normal lean that moves each log odds by its slope.

    The step follows from the strip in which the integrand grows at most by exp(c d^2), half way to the poles of the logistic
    function; the nodes reach on either side until the integrand is exp(-28) of its peak.
    """
    if not slopes.any():
        return float(log_likelihood(np.zeros(1))[0])
    growth = 0.5 + 0.15 * float(slopes @ slopes)
    strip = min(np.sqrt(_DIGITS / growth), np.pi / (2 * slopes.max()))
    step = 2 * np.pi * strip / (_DIGITS + growth * strip**2)
    count = int(np.ceil(_START / step))
    lean = step * np.arange(-count, count + 1)
    total = log_normal_density(lean) + log_likelihood(lean)
    for side in (1, -1):
        while total[::side][-1] > total.max() - _LOWEST:
            more = lean[::side][-1] + side * step * np.arange(1, _MORE + 1)
            both = (lean, more), (total, log_normal_density(more) + log_likelihood(more))
            lean, total = (np.concatenate([old, new] if side == 1 else [new[::-1], old]) for old, new in both)
    return float(logsumexp(total) + np.log(step))
