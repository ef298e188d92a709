"""The integral over a cluster's common cause: one-factor Gaussian copula, in log space.

Given u ~ N(0, 1) the findings of a cluster are independent, the i-th with probability
Phi((Phi^-1(theta) + sqrt(rho) u)/sqrt(1 - rho)) (Vasicek 2002; Li 2000, doi:10.3905/jfi.2000.319253). The integrand is
entire in u and falls like a Gaussian, so the trapezoidal rule converges faster than any power (Trefethen & Weideman 2014,
doi:10.1137/130932132); nodes and step follow from the judgements, and a coarser rule checks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from processtrace.exact.items import Item
from processtrace.exact.ranges import REACH, log_expit, log_normal_density, log_odds, parameters
from processtrace.logspace import Array, logsumexp

_STEP = 2 * np.pi / np.sqrt(2 * 34.0)  # resolves exp(-y^2/2)-growth to exp(-34)
_STEEPEST = np.sqrt(2 * np.pi) / 4  # of Phi^-1(expit(x)), at x = 0
AGREEMENT = 1e-3
"""Rules with steps h and 2h that agree to d leave an error of about d^4: here below 1e-12 nats."""


@dataclass(frozen=True)
class Latent:
    """A cluster's findings given its common cause: nodes u, and each item's log probabilities there.

    `u`, `log_weight`: (node,); `log_p`, `log_q`: log E[Phi], log E[1 - Phi], shape (item, hypothesis, node).
    """

    u: Array
    log_weight: Array
    log_p: Array
    log_q: Array


def latent(items: tuple[Item, ...], rho: float, z: float, refine: int = 0) -> Latent:
    """The findings of a cluster on nodes of its common cause; `refine` halves the step that many times."""
    low, high = (np.array([getattr(item, end) for item in items]) for end in ("low", "high"))
    inside = (high > 0) & (low < 1)
    reach = np.where(
        inside,
        np.maximum(np.abs(_probit(log_odds(np.where(inside, low, 0.5)))), np.abs(_probit(log_odds(np.where(inside, high, 0.5))))),
        0.0,
    )
    n = len(items)
    furthest = np.sqrt(rho) * n * (float(reach.max()) + 0.8) / (1 - rho + n * rho)
    step = _STEP / np.sqrt(1 + n * rho / (1 - rho)) / 2**refine
    u = np.arange(-REACH - furthest, REACH + furthest + step, step)
    shape = (n, low.shape[1], len(u))
    log_p, log_q = np.empty(shape), np.empty(shape)
    for i in range(n):
        for h in range(shape[1]):
            log_p[i, h], log_q[i, h] = _given_cause(float(low[i, h]), float(high[i, h]), rho, z, u)
    return Latent(u, log_normal_density(u) + np.log(step), log_p, log_q)


def _probit(odds: Array) -> Array:
    """Phi^-1(expit(odds)), right in both tails."""
    lower = ndtri_exp(log_expit(-np.abs(odds)))
    return np.asarray(np.where(odds < 0, lower, -lower))


def _given_cause(low: float, high: float, rho: float, z: float, u: Array) -> tuple[Array, Array]:
    if high <= 0:
        return np.full(len(u), -np.inf), np.zeros(len(u))
    if low >= 1:
        return np.zeros(len(u)), np.full(len(u), -np.inf)
    if low == high:
        x = (float(_probit(log_odds(low))) + np.sqrt(rho) * u) / np.sqrt(1 - rho)
        return log_ndtr(x), log_ndtr(-x)
    return _averaged(low, high, rho, z, u)


def _peaks(mu: float, sd: float, slope: float, rho: float, u: float) -> tuple[float, float]:
    """Where in a range, in sd from its middle, not finding at a cause of +u and finding at one of -u count most.

    Between these lie the peaks at every smaller |u|, since each moves one way. The argument of Phi is at most `out` in
    the middle and changes by at most `slope` for each sd, which bounds the search.
    """
    out = (abs(float(_probit(np.asarray(mu)))) + np.sqrt(rho) * u) / np.sqrt(1 - rho)
    limit = 1 + out * (slope / (1 + slope**2) if slope < 1 else 0.5)
    x = np.linspace(-limit, limit, 1001)
    q = _probit(mu + sd * x)
    found = -x * x / 2 + log_ndtr((q - np.sqrt(rho) * u) / np.sqrt(1 - rho))
    missed = -x * x / 2 + log_ndtr(-(q + np.sqrt(rho) * u) / np.sqrt(1 - rho))
    return min(0.0, float(x[np.argmax(missed)])), max(0.0, float(x[np.argmax(found)]))


def _averaged(low: float, high: float, rho: float, z: float, u: Array) -> tuple[Array, Array]:
    """Log E[Phi] and log E[1 - Phi] over a range, at each u."""
    mu, sd = (float(part) for part in parameters(low, high, z))
    slope = _STEEPEST * sd / np.sqrt(1 - rho)
    step = min(_STEP / np.sqrt(1 + slope**2), 0.5 / sd)
    down, up = _peaks(mu, sd, slope, rho, float(np.abs(u).max()))
    nodes = np.arange(down - REACH, up + REACH + step, step)
    log_weight = log_normal_density(nodes) + np.log(step)
    q = _probit(mu + sd * nodes)
    log_p, log_q = np.empty(len(u)), np.empty(len(u))
    chunk = max(1, 2_000_000 // len(nodes))
    for start in range(0, len(u), chunk):
        some = slice(start, start + chunk)
        x = (q + np.sqrt(rho) * u[some, None]) / np.sqrt(1 - rho)
        log_p[some] = logsumexp(log_weight + log_ndtr(x))
        log_q[some] = logsumexp(log_weight + log_ndtr(-x))
    return log_p, log_q


@lru_cache(maxsize=512)
def settled(items: tuple[Item, ...], rho: float, z: float) -> Latent:
    """The latent form at a step that a coarser rule confirms for the whole cluster, found and not found as recorded."""
    for refine in range(6):
        form = latent(items, rho, z, refine)
        if _disagreement(form, items) < AGREEMENT:
            return form
    return form


def _disagreement(form: Latent, items: tuple[Item, ...]) -> float:
    found = np.array([item.found for item in items])[:, None, None]
    total = form.log_weight + np.where(found, form.log_p, form.log_q).sum(axis=0)
    fine = logsumexp(total)
    coarse = [logsumexp(total[:, parity::2]) + np.log(2) for parity in (0, 1)]
    known = np.isfinite(fine)
    return float(max((np.abs(part[known] - fine[known]).max() for part in coarse), default=0.0)) if known.any() else 0.0
