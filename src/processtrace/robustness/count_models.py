"""The baseline of counts alone: how many findings are for an explanation, and how many are against it."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import UsageError
from processtrace.exact.ranges import log_expit
from processtrace.logspace import Array, log, logsumexp

if TYPE_CHECKING:
    import xarray as xr

COUNT_MODEL = "count_model"
_MOST_BIAS = 1e9


def counting(for_: int, against: int) -> xr.Dataset:
    """Return Bayes factors from counts alone, whatever the findings weigh.

    Parameters
    ----------
    for_
        Number of findings that favour an explanation.
    against
        Number of findings that favour its rival.

    Returns
    -------
    Dataset
        Dimension `count_model`: `binomial`, a uniform prior on the share of evidence that favours the explanation, cut at one half;
        `urn`, `(for_ + 1, max(1, against))` balls against `(for_, for_ + 1)`, drawn without replacement. Variables (count_model):
        `bayes_factor`, NaN where the urn cannot hold the counts (`against > for_ + 1`); `bias_to_flip`, Fisher's odds ratio by
        which findings for must have been easier to see than findings against (below 1: harder) for the Bayes factor to be 1, NaN
        where no bias does it.

    Raises
    ------
    UsageError
        If a count is negative or not whole, or if both are 0.

    References
    ----------
    López & Bowers, Bayes factors for process tracing, doi:10.48550/arXiv.2606.16683.

    Examples
    --------
    >>> import processtrace as pt
    >>> pt.robustness.counting(7, 3).bayes_factor.values.round(6).tolist()
    [7.827586, 39.0]
    """
    import xarray as xr

    for name, count in (("for_", for_), ("against", against)):
        if isinstance(count, bool) or count != int(count) or count < 0:
            raise UsageError(f"{name}: {count}; a whole number of findings, 0 or more")
    if for_ + against == 0:
        raise UsageError("for_ and against: 0 and 0; at least one finding")
    models = {"binomial": binomial_factor, "urn": urn_factor}
    factors = [model(int(for_), int(against)) for model in models.values()]
    flips = [_flip(model, int(for_), int(against)) for model in models.values()]
    return xr.Dataset(
        {"bayes_factor": (COUNT_MODEL, factors), "bias_to_flip": (COUNT_MODEL, flips)},
        coords={
            COUNT_MODEL: list(models),
            "count_model_label": (COUNT_MODEL, ["Binomial, uniform share", "Urn without replacement"]),
        },
        attrs={"for": int(for_), "against": int(against)},
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
        return (1 - below) / below
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

    return float(np.exp(log_total(above) - log_total(-above)))


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
    rival = _drawn(for_, against, for_, for_ + 1, bias)
    return _drawn(for_, against, for_ + 1, max(1, against), bias) / rival if rival > 0 else float("nan")


def _drawn(for_: int, against: int, balls_for: int, balls_against: int, bias: float) -> float:
    """Return the chance of the counts in so many draws without replacement, relative to all that the urn can give."""
    total = for_ + against
    if for_ > balls_for or against > balls_against:
        return 0.0
    span = range(max(0, total - balls_against), min(total, balls_for) + 1)
    return 1.0 / sum(
        comb(balls_for, x) * comb(balls_against, total - x) / (comb(balls_for, for_) * comb(balls_against, against)) * bias ** (x - for_)
        for x in span
    )


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
