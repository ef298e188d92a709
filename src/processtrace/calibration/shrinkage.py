"""What one factor on all of an analyst's weights would have gained on cases whose answer is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from processtrace.calibration.known_cases import KnownCases
from processtrace.logspace import Array, normalise

LARGEST_FACTOR = 4.0
"""A factor is looked for between 0 (the evidence says nothing) and this."""


def shrunk(log_prior: ArrayLike, log_likelihood: ArrayLike, factor: float) -> Array:
    """Return the posterior where every weight of evidence is multiplied by a factor.

    Parameters
    ----------
    log_prior, log_likelihood : array_like
        Nats, (..., hypothesis).
    factor : float
        0 or more; 1 changes nothing. What is refuted stays refuted, except by 0.

    Returns
    -------
    ndarray
        Probabilities in proportion to prior x likelihood^factor, (..., hypothesis).
    """
    likelihood = np.asarray(log_likelihood, float)
    scaled = np.zeros_like(likelihood) if factor == 0 else factor * likelihood
    return np.exp(normalise(np.asarray(log_prior, float) + scaled))


def best_factor(known: KnownCases) -> float:
    """Return the factor on all weights that would have given the right answers the highest probability.

    The log score is a concave function of the factor, so that its slope has one zero, which is found to 1e-12.

    Parameters
    ----------
    known : KnownCases
        What the judgements said, and what was right.

    Returns
    -------
    float
        Between 0 and 4: below 1 where the weights were too large, above 1 where they were too small; NaN where there is no
        case. A right answer that was refuted has probability 0 under every factor above 0, so that the best is 0.
    """
    if not len(known):
        return float("nan")
    rows = np.arange(len(known))
    right = known.log_likelihood[rows, known.answer]
    if np.isneginf(right).any():
        return 0.0
    finite = np.where(np.isneginf(known.log_likelihood), 0.0, known.log_likelihood)

    def slope(factor: float) -> float:
        p = np.exp(normalise(known.log_prior + np.where(np.isneginf(known.log_likelihood), -np.inf, factor * finite)))
        return float((right - (p * finite).sum(axis=1)).sum())

    low, high = 0.0, LARGEST_FACTOR
    if slope(low) <= 0:
        return low
    if slope(high) >= 0:
        return high
    return float(brentq(slope, low, high, xtol=1e-12))


def cross_validated(known: KnownCases) -> Array:
    """Return what the factor would have gained in each case, found from all the other cases.

    Parameters
    ----------
    known : KnownCases
        What the judgements said, and what was right.

    Returns
    -------
    ndarray
        The log score as judged less the log score with the factor, bits, (case,): positive where the factor helps; NaN
        where both are infinite. Empty with fewer than two cases.
    """
    if len(known) < 2:
        return np.zeros(0)
    gains = []
    for row in range(len(known)):
        factor = best_factor(known.chosen(np.delete(np.arange(len(known)), row)))
        there = known.log_prior[row], known.log_likelihood[row]
        with np.errstate(divide="ignore", invalid="ignore"):
            gains.append(np.log2(shrunk(*there, factor)[known.answer[row]]) - np.log2(shrunk(*there, 1.0)[known.answer[row]]))
    return np.array(gains, float)
