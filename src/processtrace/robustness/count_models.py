"""The baseline of counts alone: how many findings are for an explanation, and how many are against it.

One model: each finding favours the explanation with a probability that is above one half if the explanation is right, and at most one
half if its rival is. The urn is the model of the paper's first version.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from math import comb
from math import log as log_of
from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import UsageError
from processtrace.exact.ranges import log_expit
from processtrace.logspace import Array, log, logsumexp

if TYPE_CHECKING:
    import xarray as xr

COUNT_MODEL = "count_model"
_MOST_BIAS, _UNDERFLOW = 1e9, 1e-290


def counting(for_: int, against: int, threshold: float = 20.0) -> xr.Dataset:
    """Return Bayes factors from counts alone, whatever the findings weigh.

    Parameters
    ----------
    for_
        Number of findings that favour an explanation.
    against
        Number of findings that favour its rival.
    threshold
        Bayes factor below which the rival is no longer set aside, above 0.

    Returns
    -------
    Dataset
        Dimension `count_model`: `binomial`, uniform weights on the shares of findings that each explanation allows, above one half and
        at most one half; `urn`, the older model, `(for_ + 1, max(1, against))` balls against `(for_, for_ + 1)`, drawn without
        replacement; `worst_case`, the same share for the explanation, and for the rival the share of one half, which no weights
        within its range make more probable where more findings are for than against. Variables (count_model): `bayes_factor`, NaN
        where the urn cannot hold the counts (`against > for_ + 1`); `bias_to_flip`, Fisher's odds ratio by which findings for must have
        been easier to see than findings against (below 1: harder) for the Bayes factor to be 1, NaN where no bias does it; `recoded`,
        how many findings for would have to be recoded as against for the Bayes factor to be below the threshold, 0 where it is already
        (NaN where none does it).

    Raises
    ------
    UsageError
        If a count is negative or not whole, if both are 0, or if the threshold is not above 0.

    References
    ----------
    López & Bowers, Bayes factors for process tracing, doi:10.48550/arXiv.2606.16683, and their R package DrWrinch 0.0.2.0 (2026).

    Examples
    --------
    >>> import processtrace as pt
    >>> pt.robustness.counting(9, 3).bayes_factor.sel(count_model=["binomial", "worst_case"]).values.round(2).tolist()
    [20.67, 2.73]
    """
    import xarray as xr

    for name, count in (("for_", for_), ("against", against)):
        if isinstance(count, bool) or count != int(count) or count < 0:
            raise UsageError(f"{name}: {count}; a whole number of findings, 0 or more")
    if for_ + against == 0:
        raise UsageError("for_ and against: 0 and 0; at least one finding")
    if not threshold > 0:
        raise UsageError(f"threshold: {threshold}; a Bayes factor above 0")
    models = {"binomial": binomial_factor, "urn": urn_factor, "worst_case": worst_case_factor}
    factors = [model(int(for_), int(against)) for model in models.values()]
    flips = [_flip(model, int(for_), int(against)) for model in models.values()]
    recoded = [_recoded(model, int(for_), int(against), threshold) for model in models.values()]
    return xr.Dataset(
        {"bayes_factor": (COUNT_MODEL, factors), "bias_to_flip": (COUNT_MODEL, flips), "recoded": (COUNT_MODEL, recoded)},
        coords={
            COUNT_MODEL: list(models),
            "count_model_label": (COUNT_MODEL, ["Uniform weights", "Urn (older model)", "Worst case over weights"]),
        },
        attrs={"for": int(for_), "against": int(against), "threshold": float(threshold)},
    )


def binomial_factor(for_: int, against: int, bias: float = 1.0) -> float:
    """Return P(share > 1/2) : P(share < 1/2) under a uniform prior on the share, seen through an odds ratio of observation.

    The share seen has the log odds of the share plus the log of the bias. The integral is over log odds.

    Parameters
    ----------
    for_, against
        Number of findings for and against.
    bias
        Odds ratio of observation, above 0.

    Returns
    -------
    float
        Bayes factor.
    """
    from scipy.special import betainc

    if bias == 1:
        below = float(betainc(for_ + 1, against + 1, 0.5))
        if below > _UNDERFLOW:
            return (1 - below) / below
    above, below = log_halves(for_, against, bias)
    return _exp(above - below)


def worst_case_factor(for_: int, against: int, bias: float = 1.0) -> float:
    """Return P(counts | share > 1/2, uniform) : P(counts | share = 1/2), seen through an odds ratio of observation.

    Without bias it is sum_(j <= for) C(n + 1, j) / ((n + 1) C(n, for)), n the number of findings. Where as many findings are for as
    against, or more, no other weights on the rival's shares of at most one half make the Bayes factor smaller.

    Parameters
    ----------
    for_, against
        Number of findings for and against.
    bias
        Odds ratio of observation, above 0.

    Returns
    -------
    float
        Bayes factor.
    """
    at_half = for_ * log_expit(np.log(bias)) + against * log_expit(-np.log(bias))
    return _exp(np.log(2) + log_halves(for_, against, bias)[0] - at_half)


def log_halves(for_: int, against: int, bias: float) -> tuple[float, float]:
    """Return the log integrals of the likelihood over shares above and below one half, seen through an odds ratio of observation.

    Parameters
    ----------
    for_, against
        Number of findings for and against.
    bias
        Odds ratio of observation, above 0.

    Returns
    -------
    tuple of float
        Nats.
    """
    reach = 60 + abs(np.log(bias))
    pieces = int(np.ceil(reach * max(1.0, np.sqrt(for_ + against) / 3)))
    nodes, weights = np.polynomial.legendre.leggauss(20)
    edges = np.linspace(0, reach, pieces + 1)
    above = np.ravel((edges[:-1, None] + edges[1:, None]) / 2 + np.diff(edges)[:, None] / 2 * nodes)
    width = np.ravel(np.diff(edges)[:, None] / 2 * weights)

    def log_total(x: Array) -> Array:
        seen = x + np.log(bias)
        density = log_expit(x) + log_expit(-x)
        return logsumexp(log(width) + density + for_ * log_expit(seen) + against * log_expit(-seen))

    return float(log_total(above)), float(log_total(-above))


def urn_factor(for_: int, against: int, bias: float = 1.0) -> float:
    """Return P(counts | the explanation's urn) : P(counts | its rival's), by Fisher's non-central hypergeometric draws.

    Parameters
    ----------
    for_, against
        Number of findings for and against.
    bias
        Odds ratio of observation, above 0.

    Returns
    -------
    float
        Bayes factor; NaN where the rival's urn cannot hold the counts.
    """
    if against > for_ + 1:
        return float("nan")
    return _exp(_log_drawn(for_, against, for_ + 1, max(1, against), bias) - _log_drawn(for_, against, for_, for_ + 1, bias))


def _log_drawn(for_: int, against: int, balls_for: int, balls_against: int, bias: float) -> float:
    """Return the log chance of the counts in so many draws without replacement."""
    x, weight = _draws(for_ + against, balls_for, balls_against)
    biased = weight + x * np.log(bias)
    return float(biased[x == for_][0] - logsumexp(biased))


@lru_cache(maxsize=64)
def _draws(total: int, balls_for: int, balls_against: int) -> tuple[Array, Array]:
    """Return how many findings for can be drawn, and the log number of ways to draw them."""
    span = range(max(0, total - balls_against), min(total, balls_for) + 1)
    return np.array(span, float), np.array([log_of(comb(balls_for, x) * comb(balls_against, total - x)) for x in span])


def _exp(nats: float) -> float:
    """Return a number from its logarithm; infinite where it is too large to hold."""
    with np.errstate(over="ignore"):
        return float(np.exp(nats))


def _recoded(model: Callable[[int, int], float], for_: int, against: int, threshold: float) -> float:
    """Return the smallest number of findings recoded as against at which the Bayes factor is below the threshold; NaN where none is.

    The factor falls with each finding that is recoded, until the counts have none.
    """
    moved = bisect_left(range(for_ + 1), True, key=lambda k: not model(for_ - k, against + k) >= threshold)
    return float(moved) if moved <= for_ and model(for_ - moved, against + moved) < threshold else float("nan")


def _flip(model: object, for_: int, against: int) -> float:
    """Return the bias at which a Bayes factor is 1. Each decreases as the bias grows."""
    from scipy.optimize import brentq

    assert callable(model)

    def log_factor(log_bias: float) -> float:
        with np.errstate(divide="ignore"):
            return float(np.log(model(for_, against, float(np.exp(log_bias)))))

    here = log_factor(0.0)
    if np.isnan(here) or abs(here) < 1e-12:
        return 1.0 if abs(here) < 1e-12 else float("nan")
    far, most = np.sign(here) * 0.5, np.log(_MOST_BIAS)
    while abs(far) < most and np.sign(log_factor(far)) == np.sign(here):
        far *= 2
    if abs(far) >= most:
        return float("nan")
    return float(np.exp(brentq(log_factor, 0.0, far, xtol=1e-12)))
