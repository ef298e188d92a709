"""The cluster integral of many clusters at many correlations at once: compiled, point judgements, log space.

The rule is the one of `exact.cluster`, for one integral at a time. Every factor is at most 1, so a running product is an upper
bound of the integrand. Where it is too small to count beside the best node so far, the rest is not computed.
"""

from __future__ import annotations

from functools import cache
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri_exp

from processtrace.errors import UsageError
from processtrace.exact.cluster import AGREEMENT, NEAR_ONE
from processtrace.exact.copula import unit_step
from processtrace.exact.items import Item
from processtrace.exact.ranges import REACH, z_of
from processtrace.logspace import Array, log

_LOSE = 1e-13  # of the best node: smaller values are left out
_STEP = unit_step(23.0)  # a rule of twice the step checks it
LOW, HIGH, CELLS = 5.0, 8.5, 16
"""The table of Phi reaches from -LOW to HIGH, with so many cells for each unit."""


def cluster_likelihoods(probability: ArrayLike, rho: ArrayLike, true: ArrayLike = 1.0, false: ArrayLike = 0.0) -> Array:
    """Return the log likelihood of clusters of dependent items at many correlations.

    The clusters follow a one-factor Gaussian copula.

    Parameters
    ----------
    probability
        Point judgements in [0, 1], (cluster, evidence, hypothesis).
    rho
        Latent correlations in [0, 1), (rho,).
    true, false
        Probability of the record where the finding holds and where it does not, in [0, 1], of a shape that broadcasts with
        `probability`: 1 and 0 for what was found, 1 - sensitivity and 1 for what was not.

    Returns
    -------
    Array
        Nats, (cluster, rho, hypothesis). The error is below 1e-9 nats.

    Raises
    ------
    UsageError
        If a number is outside these bounds.

    References
    ----------
    Li 2000, doi:10.3905/jfi.2000.319253.
    """
    p, correlations = np.asarray(probability, float), np.atleast_1d(np.asarray(rho, float))
    if p.ndim != 3 or correlations.ndim != 1:
        raise UsageError(f"probability {p.shape}, rho {correlations.shape}; (cluster, evidence, hypothesis) and (rho,)")
    t, f = (np.broadcast_to(np.asarray(part, float), p.shape) for part in (true, false))
    if not all(((part >= 0) & (part <= 1)).all() for part in (p, t, f)) or not ((correlations >= 0) & (correlations < 1)).all():
        raise UsageError("probability, true, false: numbers in [0, 1]; rho: numbers of 0 or more, below 1")
    out = np.empty((len(p), len(correlations), p.shape[2]))
    ordinary = correlations <= NEAR_ONE
    some = np.empty((len(p), int(ordinary.sum()), p.shape[2]))
    lower, upper = ndtri_exp(log(np.minimum(p, 0.5))), ndtri_exp(log(1 - np.maximum(p, 0.5)))
    order = np.argsort(p, axis=1, kind="stable")  # the least probable first: they end a product soonest
    q, t_of, f_of = (
        np.ascontiguousarray(np.take_along_axis(part, order, 1).swapaxes(1, 2)) for part in (np.where(p < 0.5, lower, -upper), t, f)
    )
    _kernel()(q, t_of, f_of, correlations[ordinary], some, _table())
    out[:, ordinary] = some
    for k in np.flatnonzero(~ordinary):
        for c in range(len(p)):
            out[c, k] = _one_by_one(p[c], t[c], f[c], float(correlations[k]))
    return out


def _one_by_one(p: Array, t: Array, f: Array, rho: float) -> Array:
    from processtrace.exact.cluster import settled
    from processtrace.logspace import logsumexp

    items = tuple(Item(True, tuple(row), tuple(row), (1.0,) * len(row), (1.0,) * len(row), cluster=0) for row in p.tolist())
    form = settled(items, rho, z_of(0.9))
    return logsumexp(np.logaddexp(log(f)[..., None] + form.log_q, log(t)[..., None] + form.log_p).sum(axis=0) + form.log_weight)


@cache
def _table() -> Array:
    """Return the Taylor coefficients of Phi about the middle of each cell, (cell, power)."""
    x = (np.arange(int((LOW + HIGH) * CELLS)) + 0.5) / CELLS - LOW
    hermite = [np.ones_like(x), x]
    for k in range(1, 6):
        hermite.append(x * hermite[k] - k * hermite[k - 1])
    density = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    return np.stack([ndtr(x), *((-1) ** k * hermite[k] * density / factorial(k + 1) for k in range(7))], axis=1)


@cache
def _kernel() -> Any:
    """Compile the integrals when first used: numba costs more to import than everything else here."""
    import math

    from numba import njit, prange

    root_half, log_root_tau = math.sqrt(0.5), 0.5 * math.log(2 * math.pi)
    lose, log_lose, reach, unit_step, agreement = _LOSE, math.log(_LOSE), float(REACH), float(_STEP), AGREEMENT

    @njit(cache=True)  # type: ignore[untyped-decorator]
    def log_phi(x: float) -> float:
        if x > -30:
            return math.log(0.5 * math.erfc(-x * root_half)) if x < 5 else math.log1p(-0.5 * math.erfc(x * root_half))
        s = 1 / (x * x)
        tail = 1 - s * (1 - 3 * s * (1 - 5 * s * (1 - 7 * s * (1 - 9 * s))))
        return -0.5 * x * x - math.log(-x) - log_root_tau + math.log(tail)

    @njit(cache=True)  # type: ignore[untyped-decorator]
    def log_factor(x: float, t: float, f: float) -> float:
        one = math.log(t) + log_phi(x) if t > 0 else -math.inf
        two = math.log(f) + log_phi(-x) if f > 0 else -math.inf
        high, low = max(one, two), min(one, two)
        return high + math.log1p(math.exp(low - high)) if high > -math.inf else high

    @njit(cache=True, fastmath={"contract"})  # type: ignore[untyped-decorator]
    def phi(x: float, table: Array) -> float:
        """Return Phi(x), near a node of the table by Taylor's series, with a relative error below 1e-11."""
        if x >= -LOW:
            if x >= HIGH:
                return 1.0
            place = (x + LOW) * CELLS
            k = int(place)
            d = (place - k - 0.5) / CELLS
            c = table[k]
            value: float = c[0] + d * (c[1] + d * (c[2] + d * (c[3] + d * (c[4] + d * (c[5] + d * (c[6] + d * c[7]))))))
            return value
        return 0.5 * math.erfc(-x * root_half)

    @njit(cache=True)  # type: ignore[untyped-decorator]
    def plainly(u: float, z: Array, t: Array, f: Array, slope: float, least: float, table: Array) -> float:
        """Return the integrand times sqrt(2 pi), or a number below `least` where it is less."""
        v = math.exp(-0.5 * u * u)
        for i in range(len(z)):
            if v < least:
                return 0.0
            x = z[i] + slope * u
            if f[i] == 0.0:
                v *= t[i] * phi(x, table)
            elif t[i] == 0.0:
                v *= f[i] * phi(-x, table)
            else:
                v *= t[i] * phi(x, table) + f[i] * phi(-x, table)
        return v

    @njit(cache=True)  # type: ignore[untyped-decorator]
    def in_logs(u: float, z: Array, t: Array, f: Array, slope: float, least: float) -> float:
        """Return the log of the same, right wherever that is finite, or -inf where it is below `least`."""
        e = -0.5 * u * u
        for i in range(len(z)):
            if e < least:
                return -math.inf
            e += log_factor(z[i] + slope * u, t[i], f[i])
        return e

    @njit(cache=True)  # type: ignore[untyped-decorator]
    def integral(q: Array, t: Array, f: Array, rho: float, table: Array) -> float:
        n = len(q)
        far, one_peak = 0.0, True  # without false reports the integrand is log-concave
        for i in range(n):
            one_peak = one_peak and (t[i] == 0.0 or f[i] == 0.0)
            if abs(q[i]) < math.inf:
                far = max(far, abs(q[i]))
        end = reach + math.sqrt(rho) * n * (far + 0.8) / (1 - rho + n * rho)
        slope, scale = math.sqrt(rho / (1 - rho)), 1 / math.sqrt(1 - rho)
        z = q * scale
        step = unit_step / math.sqrt(1 + n * rho / (1 - rho))
        for _ in range(7):
            count = int(2 * end / step) + 2
            best, middle = 0.0, 0
            for k in range(0, count, 8):
                value = plainly(-end + k * step, z, t, f, slope, best, table)
                if value > best:
                    best, middle = value, k
            even, odd, log_scale = 0.0, 0.0, 0.0
            if best > 1e-250:
                wide = math.sqrt(-2 * math.log(best * lose))  # beyond it the density of u alone is too small
                first, last = max(0, int((end - wide) / step)), min(count, int((end + wide) / step) + 2)
                for way in (1, -1):
                    k = middle if way == 1 else middle - 1
                    while first <= k < last:
                        value = plainly(-end + k * step, z, t, f, slope, best * lose, table)
                        if value < best * lose and one_peak:
                            break
                        if k % 2:
                            odd += value
                        else:
                            even += value
                        k += way
            else:
                log_scale = -math.inf
                for k in range(0, count, 8):
                    log_scale = max(log_scale, in_logs(-end + k * step, z, t, f, slope, log_scale))
                for k in range(count):
                    value = in_logs(-end + k * step, z, t, f, slope, log_scale + log_lose)
                    if value == -math.inf:
                        continue
                    if value > log_scale + 30:
                        shrink = math.exp(log_scale - value)
                        even, odd, log_scale = even * shrink, odd * shrink, value
                    if k % 2:
                        odd += math.exp(value - log_scale)
                    else:
                        even += math.exp(value - log_scale)
            total = even + odd
            if total == 0.0:
                return -math.inf
            if 0.5 * abs(even - odd) < agreement * min(even, odd):
                break
            step /= 2
        return log_scale + math.log(total * step) - log_root_tau

    @njit(parallel=True, cache=True)  # type: ignore[untyped-decorator]
    def integrals(q: Array, t: Array, f: Array, rho: Array, out: Array, table: Array) -> None:
        clusters, hypotheses, _ = q.shape
        for job in prange(clusters * len(rho)):
            c, r = job // len(rho), job % len(rho)
            for h in range(hypotheses):
                out[c, r, h] = integral(q[c, h], t[c, h], f[c, h], rho[r], table)

    return integrals
