"""Whether events to which a probability p was given happen in a share p of cases: the reliability diagram and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from processtrace.logspace import Array

if TYPE_CHECKING:
    import xarray as xr


def pool_adjacent_violators(forecast: ArrayLike, event: ArrayLike) -> Array:
    """Return the shares of events that are best among those that never fall as the forecast rises.

    Parameters
    ----------
    forecast : array_like
        What orders the cases: probabilities or log likelihood ratios, infinite ones too, (n,).
    event : array_like
        Whether it happened, 0 or 1, (n,). Equal forecasts get one share.

    Returns
    -------
    ndarray
        Shares from 0 to 1, (n,).

    References
    ----------
    Ayer, M., Brunk, H. D., Ewing, G. M., Reid, W. T., & Silverman, E. (1955). An empirical distribution function for
    sampling with incomplete information. Annals of Mathematical Statistics, 26(4), 641-647. https://doi.org/10.1214/aoms/1177728423
    """
    from scipy.optimize import isotonic_regression

    levels, where, count = np.unique(np.asarray(forecast, float), return_inverse=True, return_counts=True)
    if not len(levels):
        return np.zeros(0)
    share = np.bincount(where, weights=np.asarray(event, float)) / count
    return np.asarray(isotonic_regression(share, weights=count.astype(float)).x, float)[where]


@dataclass(frozen=True)
class Decomposition:
    """The mean squared error of forecasts of single events in three parts: `miscalibration - discrimination + uncertainty`.

    Attributes
    ----------
    miscalibration : float
        What would be gained if each forecast were replaced by the share of events that belongs to it; 0 is best.
    discrimination : float
        How far the forecasts tell events from others; larger is better.
    uncertainty : float
        The error of one constant forecast, the share of all events.
    """

    miscalibration: float
    discrimination: float
    uncertainty: float


def decomposition(forecast: ArrayLike, event: ArrayLike) -> Decomposition:
    """Return the parts of the mean squared error of forecasts.

    Parameters
    ----------
    forecast : array_like
        Probabilities, (n,).
    event : array_like
        Whether it happened, 0 or 1, (n,).

    Returns
    -------
    Decomposition
        Its three parts, each of 0 or more.

    References
    ----------
    Dimitriadis, T., Gneiting, T., & Jordan, A. I. (2021). Stable reliability diagrams for probabilistic classifiers.
    Proceedings of the National Academy of Sciences, 118(8), e2016191118. https://doi.org/10.1073/pnas.2016191118
    """
    p, y = np.asarray(forecast, float), np.asarray(event, float)
    best = pool_adjacent_violators(p, y)
    error, least, constant = (float(((guess - y) ** 2).mean()) for guess in (p, best, np.full(len(y), y.mean())))
    return Decomposition(error - least, constant - least, constant)


def reliability(probability: ArrayLike, answer: ArrayLike, *, draws: int = 1000, ci_prob: float = 0.9, random_seed: int = 0) -> xr.Dataset:
    """Return the reliability diagram of probabilities, each hypothesis of each case as one event.

    Parameters
    ----------
    probability : array_like
        Probabilities, (case, hypothesis).
    answer : array_like of int
        The place of the right hypothesis, (case,).
    draws : int
        How many sets of answers are drawn from the probabilities themselves, for the band.
    ci_prob : float
        The share of drawn diagrams inside the band, at each forecast.
    random_seed : int
        For the band.

    Returns
    -------
    Dataset
        By `forecast`, the distinct probabilities in rising order: `share`, the share of events that belongs to each; `count`, how
        many there are; `low` and `high`, where the share would be in `ci_prob` of studies if the probabilities were right.

    References
    ----------
    Dimitriadis, T., Gneiting, T., & Jordan, A. I. (2021). https://doi.org/10.1073/pnas.2016191118
    """
    import xarray as xr

    p = np.asarray(probability, float)
    n, k = p.shape
    forecast, first, count = np.unique(p.ravel(), return_index=True, return_counts=True)
    rng = np.random.default_rng(random_seed)
    ends = p.cumsum(axis=1)
    shares = np.empty((draws, len(forecast)))
    for draw in range(draws):
        drawn = np.minimum((rng.random((n, 1)) > ends).sum(axis=1), k - 1)
        shares[draw] = pool_adjacent_violators(p.ravel(), events(drawn, k))[first]
    low, high = np.quantile(shares, [(1 - ci_prob) / 2, (1 + ci_prob) / 2], axis=0)
    share = pool_adjacent_violators(p.ravel(), events(np.asarray(answer, np.intp), k))[first]
    parts = {"share": share, "count": count, "low": low, "high": high}
    return xr.Dataset({name: (("forecast",), values) for name, values in parts.items()}, {"forecast": forecast}, {"ci_prob": ci_prob})


def events(answer: NDArray[np.intp], hypotheses: int) -> Array:
    """Return whether each hypothesis of each case is the right one, 0 or 1, (case x hypothesis,)."""
    return np.asarray(answer[:, None] == np.arange(hypotheses), float).ravel()
