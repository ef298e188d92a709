"""Fixed nodes for the integral over a cluster's common cause, accurate wherever the sampler moves the judgements.

The rule is that of `exact.cluster` (trapezoid, Trefethen & Weideman 2014, doi:10.1137/130932132), but coarser, because its gradient
is computed thousands of times. Nodes cover the integrand's peak for judgements as far as _FURTHEST standard deviations out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from processtrace.exact.copula import furthest_peak, given_cause, step, unit_step
from processtrace.exact.ranges import log_normal_density, log_odds, parameters, probit
from processtrace.logspace import Array

_EXPONENT = 20.0  # of the step's error: exp(-20) = 2e-9
_TAIL = 5.6  # standard deviations kept beyond a peak: 2e-8 of its mass lies outside
_FURTHEST = 4.5  # standard deviations to which judgements are followed


@dataclass(frozen=True)
class Member:
    """One item of a cluster under one hypothesis. `log_t`, `log_f` are used where no free variable reaches it."""

    found: bool
    low: float
    high: float
    fixed: bool = False
    log_t: float = 0.0
    log_f: float = 0.0


def extremes(member: Member, z: float) -> tuple[float, float]:
    """Return the probits of the lowest and highest probability that is followed; NaN for a point of 0 or 1."""
    if member.high <= 0 or member.low >= 1:
        return np.nan, np.nan
    mu, sd = parameters(np.float64(member.low), np.float64(member.high), z)
    mu = log_odds(np.float64(member.low)) if member.low == member.high else mu
    low, high = probit(np.array([mu - _FURTHEST * sd, mu + _FURTHEST * sd]))
    return float(low), float(high)


def window(members: Sequence[Member], rho: float, z: float) -> tuple[float, float, float]:
    """Return (first, last, step) of the nodes that a cluster under one hypothesis needs.

    Parameters
    ----------
    members
        Items of the cluster.
    rho
        Latent correlation, in [0, 1).
    z
        Normal quantile of the ranges.

    Returns
    -------
    tuple of float
        First node, last node and largest step.
    """
    n = len(members)
    reach = [extremes(member, z) for member in members]
    up = [low for member, (low, _) in zip(members, reach, strict=True) if member.found and not np.isnan(low)]
    down = [-high for member, (_, high) in zip(members, reach, strict=True) if not member.found and not np.isnan(high)]
    return -_peak(down, rho) - _TAIL, _peak(up, rho) + _TAIL, step(unit_step(_EXPONENT), rho, n)


def _peak(probits: Sequence[float], rho: float) -> float:
    """Return where phi(u) prod Phi((probit + sqrt(rho) u)/sqrt(1 - rho)) has its peak."""
    furthest = furthest_peak(max((abs(q) for q in probits), default=0.0), rho, len(probits))
    u = np.linspace(0.0, furthest + 1e-9, 200)
    total = -0.5 * u * u
    for q in probits:
        total = total + log_ndtr(given_cause(q, rho, u))
    return float(u[int(np.argmax(total))])


def nodes(first: float, last: float, count: int) -> tuple[Array, Array]:
    """Return `count` equidistant nodes and their log weights."""
    u = np.linspace(first, last, count)
    return u, log_normal_density(u) + np.log(u[1] - u[0])


def fixed_factor(member: Member, rho: float, u: Array) -> Array:
    """Return the log of a fixed member's factor g = F + (T - F) Phi(x) at each node."""
    if member.high <= 0:
        return np.full(len(u), member.log_f)
    if member.low >= 1:
        return np.full(len(u), member.log_t)
    x = given_cause(float(probit(log_odds(np.float64(member.low)))), rho, u)
    return np.asarray(np.logaddexp(member.log_f + log_ndtr(-x), member.log_t + log_ndtr(x)))
