"""The integral over a cluster's common cause (`exact.copula`), in log space.

The integrand is entire in u and decreases like a Gaussian, so the trapezoidal rule converges faster than any power (Trefethen &
Weideman 2014, doi:10.1137/130932132). Nodes and step follow from the judgements, and a coarser rule checks them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from processtrace.exact.copula import furthest_peak, given_cause, step, unit_step
from processtrace.exact.items import Item
from processtrace.exact.near_one import nodes_at_jumps
from processtrace.exact.ranges import REACH, log_normal_density, log_odds, parameters, probit
from processtrace.logspace import Array, log, logsumexp

_STEP = unit_step(34.0)
_INNER_STEP = 0.68 * _STEP  # twice it still resolves that growth to 1e-8, so that a check at twice the step can pass
_WIDEST = 6.0  # width of a range in normal quantiles, over sqrt(1 - rho), up to which its own nodes are used
_LOST = np.log(1e-250)  # sums below this are computed again in logarithms
_WIDE = 60.0  # distance of two peaks, in standard deviations, from which each has a window of its own
_COARSE, _MOST_ROUNDS = 13, 40  # points among which a peak is looked for in each round, and rounds
_NEAR = 0.25  # standard deviations to which a peak is known, within REACH
_TOGETHER = 200_000  # nodes x and u of judgements at a time
_STEEPEST = np.sqrt(2 * np.pi) / 4  # of Phi^-1(expit(x)), at x = 0
NEAR_ONE = 0.9999
"""Correlations above this are integrated piece by piece between the jumps."""

AGREEMENT = 1e-3
"""Rules with steps h and 2h that agree to d leave an error of about d^4: here below 1e-12 nats."""

_INNER_AGREEMENT, _MOST_HALVINGS = 1e-6, 5
"""Over a range the poles of the logistic function bound the strip, and rules that agree to d leave an error of d^2."""


@dataclass(frozen=True)
class Latent:
    """A cluster's findings given its common cause: nodes u, and each item's log probabilities there.

    Attributes
    ----------
    u, log_weight
        Nodes and log weights, (node,).
    log_p, log_q
        log E[Phi] and log E[1 - Phi], (item, hypothesis, node).
    """

    u: Array
    log_weight: Array
    log_p: Array
    log_q: Array


def latent(items: tuple[Item, ...], rho: float, z: float, refine: int = 0) -> Latent:
    """Return the findings of a cluster on nodes of its common cause.

    Parameters
    ----------
    items
        Items of the cluster.
    rho
        Latent correlation, in [0, 1).
    z
        Normal quantile of the ranges.
    refine
        How many times the step is halved.

    Returns
    -------
    Latent
        Log probabilities, (item, hypothesis, node).
    """
    low, high = (np.array([getattr(item, end) for item in items]) for end in ("low", "high"))
    inside = (high > 0) & (low < 1)
    lower, upper = (np.where(inside, probit(log_odds(np.where(inside, end, 0.5))), 0.0) for end in (low, high))
    reach = np.maximum(np.abs(lower), np.abs(upper))
    n = len(items)
    furthest = furthest_peak(float(reach.max()), rho, n)
    if rho > NEAR_ONE:
        middle = np.where(inside, (lower + upper) / 2, np.inf)
        found = np.array([item.found for item in items])
        u, log_length = nodes_at_jumps(middle, (upper - lower) / 2, found, rho, REACH + furthest, refine)
    else:
        h = step(_STEP, rho, n) / 2**refine
        u = np.arange(-REACH - furthest, REACH + furthest + h, h)
        log_length = np.log(np.full(len(u), h))
    judged, place = np.unique(np.stack([low.ravel(), high.ravel()]), axis=1, return_inverse=True)
    log_p, log_q = (part[place.ravel()].reshape(*low.shape, len(u)) for part in _averages(judged[0], judged[1], rho, z, u))
    return Latent(u, log_normal_density(u) + log_length, log_p, log_q)


def _averages(low: Array, high: Array, rho: float, z: float, u: Array) -> tuple[Array, Array]:
    """Return log probabilities, (judgement, node), of findings judged [low, high] and of their absence, given the cause."""
    point = (low == high) | (high <= 0) | (low >= 1)
    q = probit(log_odds(low))
    with np.errstate(invalid="ignore"):
        x = given_cause(q[:, None], rho, u)
    log_p, log_q = log_ndtr(x), log_ndtr(-x)
    ranged = np.flatnonzero(~point)
    mu, sd = parameters(low[ranged], high[ranged], z)
    narrow = probit(mu + sd) - probit(mu - sd) < _WIDEST * np.sqrt(1 - rho)
    for inner, some in ((_over_range, narrow), (_over_noise, ~narrow)):
        log_p[ranged[some]], log_q[ranged[some]] = _averaged(inner, mu[some], sd[some], rho, u)
    return log_p, log_q


def _averaged(inner: Callable[..., Array], mu: Array, sd: Array, rho: float, u: Array) -> tuple[Array, Array]:
    """Return log E[Phi] and log E[1 - Phi] over each range, (judgement, node u), at a step that a coarser rule confirms.

    The finding holds where Phi^-1(theta) + sqrt(rho) u + sqrt(1 - rho) e > 0, with theta from the range and e normal. The inner sum
    runs over whichever of the two leaves the other's normal integral smooth.
    """
    slope, furthest = _STEEPEST * sd / np.sqrt(1 - rho), float(np.abs(u).max())
    steps = np.full(len(mu), _INNER_STEP)
    if inner is _over_range:
        steps = np.minimum(steps / np.sqrt(1 + slope**2), 0.5 / np.maximum(sd, 1e-9))
    limit = 1 + (np.abs(probit(mu)) + np.sqrt(rho) * furthest) / np.sqrt(1 - rho) * np.minimum(slope, 1.0)
    down = _peaks(lambda x: log_ndtr(-inner(x, furthest, mu, sd, rho)), -limit)
    up = _peaks(lambda x: log_ndtr(inner(x, -furthest, mu, sd, rho)), limit)
    log_p, log_q = np.empty((2, len(mu), len(u)))
    apart = up - down >= _WIDE
    for i in np.flatnonzero(apart):
        own = partial(inner, mu=mu[i], sd=sd[i], rho=rho)
        for some, windows in _windows(own, limit[i], _WIDE * np.sqrt(1 - rho), u):
            log_p[i, some], log_q[i, some] = (part[0] for part in _settled_sums(own, windows[:, None], steps[[i]], u[some]))
    length = np.ceil(4 * np.log2((up - down + 2 * REACH) / steps))
    for size in np.unique(length[~apart]):  # of the judgements that need about as many nodes, all together
        some = np.flatnonzero(~apart & (length == size))
        own = partial(inner, mu=mu[some, None, None], sd=sd[some, None, None], rho=rho)
        log_p[some], log_q[some] = _settled_sums(own, np.stack([down[some], up[some]], axis=-1)[None], steps[some], u)
    return log_p, log_q


def _windows(inner: Callable[..., Array], limit: float, width: float, u: Array) -> Iterator[tuple[NDArray[np.int64], Array]]:
    """Yield the places of nodes u that are near each other, with the windows (window, end) of x in which their integrands have peaks.

    The finding's peak and that of its absence are far apart here, each near 0 or where the noise makes up for the cause, and there is
    nothing between them. Both peaks move downward as u grows.
    """
    block = np.floor((u - u.min()) / width).astype(int)
    places = [np.flatnonzero(block == k) for k in np.unique(block)]
    ends = np.array([[u[some].min(), u[some].max()] for some in places])
    edges = np.full(len(places), limit)
    down = [_peaks(partial(_log_chance, inner, -1.0, at), -edges) for at in ends.T]
    up = [_peaks(partial(_log_chance, inner, 1.0, at), edges) for at in ends.T]
    for k, some in enumerate(places):
        absent, present = (down[1][k], down[0][k]), (up[1][k], up[0][k])
        apart = absent[1] + 2 * REACH < present[0]
        yield some, np.array([absent, present] if apart else [(min(absent[0], present[0]), max(absent[1], present[1]))])


def _log_chance(inner: Callable[..., Array], side: float, u: Array, x: Array) -> Array:
    """Return log Phi of a finding (side 1), or of its absence (side -1), at nodes x given the cause u."""
    return np.asarray(log_ndtr(side * inner(x, u)))


def _settled_sums(inner: Callable[..., Array], windows: Array, step: Array, u: Array) -> tuple[Array, Array]:
    """Return logs of the sums of Phi and 1 - Phi, (judgement, node u), at a step for each judgement that a coarser rule confirms.

    The nodes x lie in windows (window, judgement, end), and beyond them as far as another judgement needs.
    """
    for _ in range(_MOST_HALVINGS):
        needed = 2 * (1 + ((windows[..., 1] - windows[..., 0] + 2 * REACH) / step / 2).astype(int))
        parts = [own[:, :1] - REACH + step[:, None] * np.arange(most.max()) for own, most in zip(windows, needed, strict=True)]
        log_p, log_q, disagreement = _summed(inner, np.concatenate(parts, axis=1), step, u)
        if disagreement < _INNER_AGREEMENT:
            break
        step = step / 2
    return log_p, log_q


def _over_range(x: Array, u: Array | float, mu: Array, sd: Array, rho: float) -> Array:
    """Return Phi^-1 of the probability of a finding where the range is x sd from its middle."""
    return given_cause(probit(mu + sd * x), rho, u)


def _over_noise(x: Array, u: Array | float, mu: Array, sd: Array, rho: float) -> Array:
    """Return the same where the item's own normal variable is x, averaged over the range."""
    threshold = np.sqrt(rho) * u + np.sqrt(1 - rho) * x
    return np.asarray((mu + log_ndtr(threshold) - log_ndtr(-threshold)) / sd)


def _peaks(log_value: Callable[[Array], Array], end: Array) -> Array:
    """Return where between 0 and each `end` the value counts most under a standard normal, to `_NEAR`. The value has one peak."""
    low, high, every = np.zeros(len(end)), np.asarray(end, float), np.arange(len(end))
    for _ in range(_MOST_ROUNDS):
        if np.abs(high - low).max(initial=0.0) <= 2 * _NEAR:
            break
        x = low + (high - low) * np.linspace(0, 1, _COARSE)[:, None]
        at = np.argmax(log_value(x) - x * x / 2, axis=0)
        low, high = x[np.maximum(at - 1, 0), every], x[np.minimum(at + 1, _COARSE - 1), every]
    return np.asarray((low + high) / 2)


def _summed(argument: Callable[[Array, Array], Array], x: Array, step: Array, u: Array) -> tuple[Array, Array, float]:
    """Return logs of the sums of Phi and 1 - Phi over nodes x (judgement, node) at each u, (judgement, node u).

    The third value is how far sums over every other node differ from them, at most.
    """
    log_weight = log_normal_density(x) + np.log(step)[:, None]
    every_other = np.exp(log_weight)[..., None] * np.stack([np.ones(x.shape[1]), 2.0 * (np.arange(x.shape[1]) % 2 == 0)], axis=-1)
    sums = np.empty((2, len(x), len(u), 2))
    chunk = max(1, _TOGETHER // x.size)
    for start in range(0, len(u), chunk):
        some = slice(start, start + chunk)
        at = argument(x[:, None], u[some, None])
        less, below = ndtr(-np.abs(at)), at < 0
        more = 1 - less
        sums[0, :, some] = log(np.where(below, less, more) @ every_other)
        sums[1, :, some] = log(np.where(below, more, less) @ every_other)
        for out, side in zip(sums, (1, -1), strict=True):
            judgement, node = np.nonzero(out[:, some].min(axis=-1) < _LOST)
            logs = log_weight[judgement] + log_ndtr(side * at[judgement, node])
            out[judgement, start + node] = np.stack([logsumexp(logs), logsumexp(logs[:, ::2]) + np.log(2)], axis=-1)
    return sums[0, ..., 0], sums[1, ..., 0], float(np.abs(sums[..., 1] - sums[..., 0]).max())


@lru_cache(maxsize=512)
def settled(items: tuple[Item, ...], rho: float, z: float) -> Latent:
    """Return the latent form at a step that a coarser rule confirms for the whole cluster.

    Parameters
    ----------
    items
        Items of the cluster, found and not found as recorded.
    rho
        Latent correlation, in [0, 1).
    z
        Normal quantile of the ranges.

    Returns
    -------
    Latent
        Log probabilities, (item, hypothesis, node).
    """
    if rho > NEAR_ONE:
        return latent(items, rho, z)
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
