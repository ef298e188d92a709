"""The cost of likelihood ratios: Cllr, and what of it better discrimination or better calibration would save."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from processtrace.calibration.reliability import pool_adjacent_violators


def cllr(log_ratio: ArrayLike, right: ArrayLike) -> float:
    """Return the cost of log likelihood ratios: 0 is perfect, 1 is what ratios of 1 cost, more is worse than no evidence.

    Parameters
    ----------
    log_ratio : array_like
        Log likelihood ratios of a hypothesis against its rivals, nats, (n,).
    right : array_like of bool
        Whether the hypothesis is right, (n,).

    Returns
    -------
    float
        The mean over the right and the wrong ones of the cost in bits, each side with half of the weight; NaN where one side
        is empty, infinite where a right hypothesis was refuted or a wrong one is the only one left.

    References
    ----------
    Brümmer, N., & du Preez, J. (2006). Application-independent evaluation of speaker detection. Computer Speech & Language,
    20(2-3), 230-275. https://doi.org/10.1016/j.csl.2005.08.001
    """
    ratio, truth = np.asarray(log_ratio, float), np.asarray(right, bool)
    if truth.all() or not truth.any():
        return float("nan")
    costs = (np.logaddexp(0, -ratio[truth]), np.logaddexp(0, ratio[~truth]))
    return float(sum(cost.mean() for cost in costs) / (2 * np.log(2)))


def cllr_min(log_ratio: ArrayLike, right: ArrayLike) -> float:
    """Return the lowest cost that ratios in this order can have: what is left is due to discrimination alone.

    Parameters
    ----------
    log_ratio : array_like
        Log likelihood ratios, nats, (n,); only their order matters.
    right : array_like of bool
        Whether the hypothesis is right, (n,).

    Returns
    -------
    float
        Cllr after the pool-adjacent-violators algorithm; `cllr - cllr_min` is the cost of calibration. NaN where one side is empty.

    References
    ----------
    Brümmer, N., & du Preez, J. (2006). https://doi.org/10.1016/j.csl.2005.08.001
    """
    ratio, truth = np.asarray(log_ratio, float), np.asarray(right, bool)
    if truth.all() or not truth.any():
        return float("nan")
    share = pool_adjacent_violators(ratio, truth)
    with np.errstate(divide="ignore"):
        odds = np.log(share) - np.log1p(-share)
    return cllr(odds - np.log(truth.sum() / (~truth).sum()), truth)
