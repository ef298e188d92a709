"""Probabilities as quantiles of the normal distribution, from log odds."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri_exp

from processtrace.exact.ranges import log_expit
from processtrace.logspace import Array


def probit(odds: ArrayLike) -> Array:
    """Phi^-1 of a probability given as log odds, right in both tails; infinite at the ends."""
    x = np.asarray(odds, float)
    lower = ndtri_exp(log_expit(-np.abs(x)))
    return np.asarray(np.where(x < 0, lower, -lower))
