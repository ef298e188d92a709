"""The one-factor Gaussian copula of a cluster, and the window and step of the integral over its common cause.

Given u ~ N(0, 1) the findings of a cluster are independent, the i-th with probability
Phi((Phi^-1(theta) + sqrt(rho) u)/sqrt(1 - rho)) (Vasicek 2002; Li 2000, doi:10.3905/jfi.2000.319253). Every rule for the
integral over u, in Python and in the browser, takes its window and step from here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from processtrace.logspace import Array

_BEYOND = 0.8  # of a probit: how far beyond it log Phi still pulls the peak of a product


def given_cause(probits: ArrayLike, rho: float, u: ArrayLike) -> Array:
    """Return the probit of each finding given the common cause.

    Parameters
    ----------
    probits
        Phi^-1 of the judged probabilities; broadcasts against `u`.
    rho
        Latent correlation of the cluster, in [0, 1).
    u
        Values of the common cause.

    Returns
    -------
    Array
        (probit + sqrt(rho) u)/sqrt(1 - rho).
    """
    return np.asarray((probits + np.sqrt(rho) * np.asarray(u)) / np.sqrt(1 - rho))


def furthest_peak(probit: float, rho: float, items: int) -> float:
    """Return how far from 0 the integrand of a cluster can have a peak.

    Parameters
    ----------
    probit
        Largest absolute probit of its judgements.
    rho
        Latent correlation of the cluster, in [0, 1).
    items
        Number of its items.

    Returns
    -------
    float
        A bound on the absolute value of u, in standard deviations of the common cause.
    """
    return float(np.sqrt(rho) * items * (probit + _BEYOND) / (1 - rho + items * rho))


def unit_step(digits: float) -> float:
    """Return the step of the trapezoidal rule for exp(-u^2/2) whose error is exp(-digits).

    Parameters
    ----------
    digits
        Minus the natural logarithm of the error.

    Returns
    -------
    float
        Step in u.

    References
    ----------
    Trefethen & Weideman 2014, doi:10.1137/130932132.
    """
    return float(2 * np.pi / np.sqrt(2 * digits))


def step(unit: float, rho: float, items: int) -> float:
    """Return the step for a cluster's integrand, which is narrower than exp(-u^2/2) the more items it has.

    Parameters
    ----------
    unit
        Step for exp(-u^2/2), from `unit_step`.
    rho
        Latent correlation of the cluster, in [0, 1).
    items
        Number of its items.

    Returns
    -------
    float
        Step in u.
    """
    return float(unit / np.sqrt(1 + items * rho / (1 - rho)))
