"""Scores of probabilities by what turned out to be right: Brier's and the logarithmic."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from processtrace.logspace import Array


def brier_score(probability: ArrayLike, answer: ArrayLike) -> Array:
    """Return Brier's score of each case: 0 is perfect, 2 is certainty of what is wrong.

    Parameters
    ----------
    probability : array_like
        Probabilities, (case, hypothesis); each row sums to 1.
    answer : array_like of int
        The place of the right hypothesis, (case,).

    Returns
    -------
    ndarray
        The sum of squared differences from the answer, (case,).

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review, 78(1), 1-3.
    https://doi.org/10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
    """
    p = np.asarray(probability, float)
    truth = np.zeros_like(p)
    truth[np.arange(len(p)), np.asarray(answer, np.intp)] = 1.0
    return np.asarray(((p - truth) ** 2).sum(axis=1))


def log_score(probability: ArrayLike, answer: ArrayLike) -> Array:
    """Return the logarithmic score of each case, in bits: 0 is perfect, infinity is a right answer that was refuted.

    Parameters
    ----------
    probability : array_like
        Probabilities, (case, hypothesis); each row sums to 1.
    answer : array_like of int
        The place of the right hypothesis, (case,).

    Returns
    -------
    ndarray
        -log2 of the probability of the right hypothesis, (case,).

    References
    ----------
    Good, I. J. (1952). Rational decisions. Journal of the Royal Statistical Society B, 14(1), 107-114.
    https://doi.org/10.1111/j.2517-6161.1952.tb00104.x
    """
    p = np.asarray(probability, float)
    right = p[np.arange(len(p)), np.asarray(answer, np.intp)]
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log2(right) + 0.0)
