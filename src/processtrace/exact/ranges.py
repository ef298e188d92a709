"""Ranges as logit-normal distributions: their means and their Gauss rules.

A range [low, high] with coverage c is logit-normal with mu = (logit low + logit high)/2 and sd = (logit high - logit low)/(2 z),
where z is the standard normal quantile of (1 + c)/2. Integrals over it use the trapezoidal rule in the normal variable, which
converges exponentially (Trefethen & Weideman 2014, doi:10.1137/130932132).
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from processtrace.logspace import Array, log, logsumexp

REACH = 9.0
"""Standard deviations kept beyond a peak: what lies outside is below 1e-18 of it."""

_DIGITS = 34.0  # exponent of the error that a step is chosen for: exp(-34) = 2e-15


def z_of(coverage: float) -> float:
    """Return the standard normal quantile of (1 + coverage)/2."""
    return -NormalDist().inv_cdf((1 - coverage) / 2)


def log_odds(p: ArrayLike) -> Array:
    """Return log p - log(1 - p), elementwise, right for p close to 0 and to 1, and infinite at 0 and 1."""
    with np.errstate(divide="ignore"):
        return np.asarray(log(np.asarray(p, float)) - np.log1p(-np.asarray(p, float)))


def parameters(low: ArrayLike, high: ArrayLike, z: float) -> tuple[Array, Array]:
    """Return (mu, sd) on the logit scale of ranges with ends strictly inside (0, 1)."""
    lower, upper = log_odds(low), log_odds(high)
    return np.asarray((lower + upper) / 2), np.asarray((upper - lower) / (2 * z))


def log_expit(x: Array) -> Array:
    """Return log(1/(1 + exp(-x))), elementwise, without overflow."""
    return np.asarray(-np.maximum(-x, 0.0) - np.log1p(np.exp(-np.abs(x))))


def probit(odds: ArrayLike) -> Array:
    """Return Phi^-1 of a probability given as log odds, right in both tails, and infinite at the ends."""
    x = np.asarray(odds, float)
    from scipy.special import ndtri_exp

    lower = ndtri_exp(log_expit(-np.abs(x)))
    return np.asarray(np.where(x < 0, lower, -lower))


def log_normal_density(z: Array) -> Array:
    """Return the log density of the standard normal distribution."""
    return np.asarray(-0.5 * z * z - 0.5 * np.log(2 * np.pi))


def normal_grid(mu: float, sd: float, degree: int = 1) -> tuple[Array, Array]:
    """Return nodes z and log weights for polynomials of `degree` in expit(mu + sd z) and its complement against N(0, 1).

    The window reaches beyond the farthest peak of such a product. The step follows from the strip abs(Im z) <= d in which the
    integrand grows at most by exp(c d^2), c = 1/2 + 0.15 degree sd^2 while d <= pi/(2 sd), half way to the poles of expit.
    """
    spread = np.log1p(degree * sd * sd) / sd
    down, up = (min(degree * sd, max(0.0, side * mu / sd) + spread) for side in (1, -1))
    growth = 0.5 + 0.15 * degree * sd * sd
    d = min(np.sqrt(_DIGITS / growth), np.pi / (2 * sd))
    step = min(0.25, 2 * np.pi * d / (_DIGITS + growth * d * d))
    nodes = np.arange(-REACH - down, REACH + up + step, step)
    return nodes, log_normal_density(nodes) + np.log(step)


@lru_cache(maxsize=4096)
def _log_means(low: float, high: float, z: float) -> tuple[float, float]:
    if low == high:
        return float(log(low)), float(np.log1p(-low)) if low < 1 else -np.inf
    mu, sd = (float(part) for part in parameters(low, high, z))
    if sd == 0:
        return _log_means(low, low, z)
    nodes, weights = normal_grid(mu, sd)
    x = mu + sd * nodes
    return float(logsumexp(weights + log_expit(x))), float(logsumexp(weights + log_expit(-x)))


def log_means(low: Array, high: Array, z: float) -> tuple[Array, Array]:
    """Return (log E[theta], log E[1 - theta]) of points and ranges, elementwise."""
    pairs = [_log_means(float(lo), float(hi), z) for lo, hi in zip(np.ravel(low), np.ravel(high), strict=True)]
    both = np.array(pairs, float).reshape(*np.shape(low), 2)
    return both[..., 0], both[..., 1]


@lru_cache(maxsize=1024)
def gauss_rule(low: float, high: float, z: float, degree: int) -> tuple[Array, Array, Array]:
    """Return a rule that integrates polynomials of `degree` in r exactly against a range.

    It is the Golub-Welsch rule on the range's own orthogonal polynomials, by Lanczos with full reorthogonalisation, with the
    weights by Christoffel's formula.

    Parameters
    ----------
    low, high
        Ends of the range, in (0, 1).
    z
        Normal quantile of the ranges.
    degree
        Highest degree that is integrated exactly.

    Returns
    -------
    tuple of Array
        Nodes r, complements 1 - r, and log weights, (node,) each.

    References
    ----------
    Golub & Welsch 1969, doi:10.1090/S0025-5718-69-99647-1.
    """
    mu, sd = (float(part) for part in parameters(low, high, z))
    nodes, log_weights = normal_grid(mu, sd, degree)
    weights = np.exp(log_weights)
    weights = weights / weights.sum()
    # Work with the complement where r is close to 1, so that small complements keep their digits.
    flipped = mu > 0
    points = np.exp(log_expit(-(mu + sd * nodes) if flipped else mu + sd * nodes))
    order = degree // 2 + 1
    basis = np.zeros((order, len(points)))
    basis[0] = np.sqrt(weights)
    diagonal, off = np.zeros(order), np.zeros(order)
    size = order
    for j in range(order):
        following = points * basis[j]
        diagonal[j] = basis[j] @ following
        for _ in range(2):
            following = following - basis[: j + 1].T @ (basis[: j + 1] @ following)
        off[j] = np.linalg.norm(following)
        if j + 1 < order:
            if off[j] < 1e-13 * max(abs(diagonal[0]), 1e-300):
                size = j + 1
                break
            basis[j + 1] = following / off[j]
    matrix = np.diag(diagonal[:size]) + np.diag(off[: size - 1], 1) + np.diag(off[: size - 1], -1)
    values = np.clip(np.linalg.eigvalsh(matrix), 0.0, 1.0)
    rest = 1 - values
    r, complement = (rest, values) if flipped else (values, rest)
    return r, complement, _log_christoffel(values, diagonal[:size], off[:size])


def _log_christoffel(nodes: Array, diagonal: Array, off: Array) -> Array:
    """Return log Gauss weights, -log sum_j p_j(node)^2 over the orthonormal polynomials.

    They are right to the last digits for the smallest weights too, which eigenvectors give only to 1e-16 of the largest. A product
    of many improbable reports depends on these weights. The polynomials are scaled down where they grow beyond what a number holds.
    """
    before, now = np.zeros_like(nodes), np.ones_like(nodes)
    scale, total = np.zeros_like(nodes), np.zeros_like(nodes)
    for j in range(len(diagonal) - 1):
        before, now = now, ((nodes - diagonal[j]) * now - (off[j - 1] * before if j else 0.0)) / off[j]
        size = np.maximum(np.maximum(np.abs(before), np.abs(now)), 1.0)
        before, now, scale = before / size, now / size, scale + np.log(size)
        total = np.logaddexp(total, 2 * (log(np.abs(now)) + scale))
    return -total
