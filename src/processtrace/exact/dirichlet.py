"""Mixtures over hypotheses with Dirichlet weights: exact quadrature over the simplex, importance sampling for many terms.

P(data | w) = prod_t sum_h w_h L_th is a polynomial in w. In stick-breaking coordinates w_k = v_k prod_{j<k} (1 - v_j) the Dirichlet
is a product of independent Beta distributions (Connor & Mosimann 1969, doi:10.1080/01621459.1969.10500963), and a Gauss rule of
each, with (terms + 3)/2 nodes, integrates the polynomial and its first two moments exactly. Where that needs too many nodes, a
coarser rule is used, or weighted points around the mode. The log likelihood is concave in w, so there is only one mode.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from processtrace.exact.importance import TRUSTED, log_standard_normal, points, worth
from processtrace.logspace import Array, logsumexp

MOST_NODES = 1_000_000
"""Largest number of nodes of the product rule. A rule that needs more is coarser, and its error is stated."""

MOST_ORDER = 500
"""Largest number of nodes of one coordinate. The cost of a rule grows with its third power."""

MOST_TERMS, COARSE_NODES = 1000, 100_000
"""Largest number of terms for which a coarser rule of so many nodes is tried first. With more terms the posterior may lie between its nodes."""

GOOD_ENOUGH = 1e-4
"""Error of the means up to which a coarser rule is used without points around the mode."""

POINTS = 512
"""Number of points in each scramble."""


@dataclass(frozen=True)
class Mixture:
    """The posterior of a Dirichlet mixture.

    Attributes
    ----------
    log_evidence
        Nats.
    mean, sd
        Posterior mean and standard deviation of each weight, (hypothesis,).
    responsibility
        P(term t comes from h | all data), (term, hypothesis).
    error_nats
        Error of the log evidence, nats: 0 where the rule is exact, the difference to a coarser rule where it is not, and the
        standard error where points are weighted.
    error_mean
        Largest error of the means, of the same kind.
    effective
        Number of draws that weighted points are worth; infinite for quadrature.
    exact
        Whether the rule is exact.
    """

    log_evidence: float
    mean: Array
    sd: Array
    responsibility: Array
    error_nats: float = 0.0
    error_mean: float = 0.0
    effective: float = np.inf
    exact: bool = True

    @property
    def method(self) -> str:
        """Return in words which of the three methods was used."""
        if np.isfinite(self.effective):
            return worth(self.effective)
        return "exact quadrature" if self.exact else "quadrature with fewer nodes than exactness needs"


def mixture(alpha: Array, nats: Array) -> Mixture:
    """Return the posterior of Dirichlet weights, given log likelihoods of terms.

    Parameters
    ----------
    alpha
        Dirichlet parameters, (hypothesis,). A hypothesis with 0 has no weight.
    nats
        log P(term | hypothesis), (term, hypothesis).

    Returns
    -------
    Mixture
        Where every term is impossible under all weights, `log_evidence` is -inf and the rest NaN.
    """
    alpha = np.asarray(alpha, float)
    held = np.flatnonzero(alpha > 0)
    needed = (len(nats) + 4) // 2
    affordable = needed if len(held) < 2 else min(needed, MOST_ORDER, int(MOST_NODES ** (1 / (len(held) - 1))))
    if affordable == needed:
        return _integrated(alpha, nats, held, needed)
    order = min(affordable, int((MOST_NODES if len(nats) < 50 else COARSE_NODES) ** (1 / (len(held) - 1))))
    weighted = _weighted(alpha, nats, held) if len(nats) > MOST_TERMS or order < 3 else None
    if weighted and (weighted.effective >= TRUSTED or order < 3):
        return weighted
    made, coarser = (_integrated(alpha, nats, held, each) for each in (order, order - max(1, order // 5)))
    error_nats, error_mean = abs(made.log_evidence - coarser.log_evidence), float(np.abs(made.mean - coarser.mean).max())
    made = replace(made, error_nats=error_nats, error_mean=error_mean, exact=False)
    if error_mean <= GOOD_ENOUGH:
        return made
    return min(made, weighted or _weighted(alpha, nats, held), key=lambda part: part.error_mean)


def _weighted(alpha: Array, nats: Array, held: NDArray[np.int64]) -> Mixture:
    """Weight points around the mode, in coordinates in which the prior is standard normal."""
    some, count = nats[:, held], len(alpha)
    best = some.max(axis=1)
    if np.isneginf(best).any():
        return _impossible(nats.shape)
    relative = np.exp(some - best[:, None])
    padded = np.vstack([relative, np.ones((-len(relative) % _TOGETHER, len(held)))]).T
    parts = [np.ascontiguousarray(padded[:, k::_TOGETHER]) for k in range(_TOGETHER)]
    size = int(np.clip(_CACHED / max(len(nats), 1), 4, 64))

    def log_density(x: Array) -> Array:
        w = np.exp(stick_breaking(alpha[held], x))
        terms = np.concatenate([_log_product(w[rows], parts) for rows in blocks(len(w), size)])
        return np.asarray(log_standard_normal(x) + terms)

    found = points(log_density, np.zeros(len(held) - 1), POINTS)
    w, weight = np.exp(stick_breaking(alpha[held], found.x)), np.exp(found.log_weight)
    means, error = found.mean(w)
    mean, sd, responsibility = np.zeros(count), np.zeros(count), np.zeros(nats.shape)
    mean[held], sd[held] = means, np.sqrt(weight @ (w - means) ** 2)
    apart = np.empty_like(relative)
    for rows in blocks(len(nats), 16):
        mixed = relative[rows] @ w.T
        apart[rows] = relative[rows] * (np.divide(weight, mixed, out=mixed) @ w)
    responsibility[:, held] = apart
    log_evidence = found.log_evidence + float(best.sum())
    return Mixture(log_evidence, mean, sd, responsibility, found.error_nats, float(error.max()), found.effective, False)


_CACHED = 1_000_000
"""Number of products of points and terms at a time, of which an eighth are kept."""

_TOGETHER = 8
"""Number of terms multiplied before one logarithm is taken, which costs more than the rest."""


def _log_product(w: Array, parts: list[Array]) -> Array:
    """Return the log of the product over terms of w @ term, (point,)."""
    product = w @ parts[0]
    for part in parts[1:]:
        product *= w @ part
    if product.min() > _SAFE:
        return np.asarray(np.log(product).sum(axis=1))
    return np.asarray(sum(np.log(w @ part).sum(axis=1) for part in parts))


_SAFE = 1e-290
"""Below it a product may have lost digits."""


def stick_breaking(alpha: Array, x: Array) -> Array:
    """Return log weights at standard normal coordinates: their distribution is Dirichlet(alpha).

    Phi(x_k) is the quantile of v_k ~ Beta. The logs of v and 1 - v follow from their own tails, where they would underflow.

    Parameters
    ----------
    alpha
        Dirichlet parameters, all above 0, (hypothesis,).
    x
        Coordinates, (point, hypothesis - 1).

    Returns
    -------
    Array
        Log weights, (point, hypothesis).
    """
    from scipy.special import betaincinv, betaln, log_ndtr, ndtr

    parts, rest = [], np.zeros(len(x))
    for k in range(len(alpha) - 1):
        a, b = alpha[k], alpha[k + 1 :].sum()
        both = []
        for first, second, z in ((a, b, x[:, k]), (b, a, -x[:, k])):
            with np.errstate(divide="ignore"):
                tail = (log_ndtr(z) + np.log(first) + betaln(first, second)) / first
                both.append(np.where(tail < -600, tail, np.log(betaincinv(first, second, ndtr(z)))))
        parts.append(rest + both[0])
        rest = rest + both[1]
    return np.stack([*parts, rest], axis=1)


def blocks(count: int, size: int) -> list[slice]:
    """Return slices that are small enough to stay in the cache."""
    return [slice(start, start + size) for start in range(0, count, size)]


def _impossible(shape: tuple[int, ...]) -> Mixture:
    nowhere = np.full(shape[1], np.nan)
    return Mixture(-np.inf, nowhere, nowhere, np.full(shape, np.nan))


def _integrated(alpha: Array, nats: Array, held: NDArray[np.int64], order: int) -> Mixture:
    log_w, log_weight = simplex_rule(tuple(float(a) for a in alpha[held]), order)
    some = nats[:, held]
    best = some.max(axis=1, initial=-np.inf, keepdims=True)
    scale = np.where(np.isfinite(best), best, 0.0)
    relative, w = np.exp(some - scale), np.exp(log_w)
    with np.errstate(divide="ignore"):
        total = log_weight + sum((np.log(w @ row) for row in relative), np.zeros(len(w)))
    log_evidence = float(logsumexp(total))
    count = len(alpha)
    mean, square, responsibility = np.zeros(count), np.zeros(count), np.zeros((len(nats), count))
    if np.isneginf(log_evidence):
        return _impossible(nats.shape)
    post = np.exp(total - log_evidence)
    mean[held], square[held] = post @ w, post @ w**2
    for t, row in enumerate(relative):
        mixed = w @ row
        responsibility[t, held] = row * ((post / np.where(mixed > 0, mixed, 1.0)) @ w)
    return Mixture(log_evidence + float(scale.sum()), mean, np.sqrt(np.maximum(square - mean**2, 0.0)), responsibility)


@lru_cache(maxsize=64)
def simplex_rule(alpha: tuple[float, ...], order: int) -> tuple[Array, Array]:
    """Return a product rule for Dirichlet(alpha).

    Parameters
    ----------
    alpha
        Dirichlet parameters, all above 0.
    order
        Nodes of each coordinate.

    Returns
    -------
    tuple of Array
        Log weights of the hypotheses at each node, (node, hypothesis), and the nodes' log weights, (node,).
    """
    log_w, log_weight = np.zeros((1, 0)), np.zeros(1)
    rest = np.zeros(1)
    for k in range(len(alpha) - 1):
        v, complement, log_rule = beta_rule(alpha[k], sum(alpha[k + 1 :]), order)
        log_w = np.hstack([np.repeat(log_w, order, axis=0), (rest[:, None] + np.log(v)).reshape(-1, 1)])
        rest = (rest[:, None] + np.log(complement)).ravel()
        log_weight = (log_weight[:, None] + log_rule).ravel()
    return np.hstack([log_w, rest[:, None]]), log_weight


@lru_cache(maxsize=256)
def beta_rule(a: float, b: float, order: int) -> tuple[Array, Array, Array]:
    """Return the Gauss rule of Beta(a, b).

    Weights are Christoffel numbers, right in relative terms where an eigenvector's components would not be.

    Parameters
    ----------
    a, b
        Parameters of the Beta distribution.
    order
        Number of nodes.

    Returns
    -------
    tuple of Array
        Nodes v, complements 1 - v, and log weights, (node,) each.

    References
    ----------
    Golub & Welsch 1969, doi:10.2307/2004418.
    """
    diagonal, off = _recurrence(b - 1, a - 1, order)
    x = np.linalg.eigvalsh(np.diag(diagonal) + np.diag(off[1:], 1) + np.diag(off[1:], -1))
    previous, current = np.zeros(order), np.ones(order)
    squares, log_scale = np.ones(order), np.zeros(order)
    for k in range(order - 1):
        previous, current = current, ((x - diagonal[k]) * current - off[k] * previous) / off[k + 1]
        squares = squares + current**2
        big = np.sqrt(squares)
        previous, current, squares, log_scale = previous / big, current / big, np.ones(order), log_scale + np.log(big)
    log_weight = -2 * log_scale - np.log(squares)
    v, rest = (np.maximum((1 + side * x) / 2, np.finfo(float).tiny) for side in (1, -1))
    return v, rest, log_weight - logsumexp(log_weight)


def _recurrence(a: float, b: float, order: int) -> tuple[Array, Array]:
    """Return the Jacobi matrix of (1 - x)^a (1 + x)^b on [-1, 1]: its diagonal, and its off-diagonal from the second entry."""
    k = np.arange(order, dtype=float)
    total = 2 * k + a + b
    diagonal = np.empty(order)
    diagonal[0] = (b - a) / (a + b + 2)
    diagonal[1:] = (b - a) * (b + a) / (total[1:] * (total[1:] + 2))
    off = np.zeros(order)
    if order > 1:
        off[1] = np.sqrt(4 * (1 + a) * (1 + b) / ((2 + a + b) ** 2 * (3 + a + b)))
    n, t = k[2:], total[2:]
    off[2:] = np.sqrt(4 * n * (n + a) * (n + b) * (n + a + b) / (t**2 * (t + 1) * (t - 1)))
    return diagonal, off
