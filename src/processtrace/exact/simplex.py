"""Mixtures over hypotheses with Dirichlet weights: exact quadrature over the simplex, importance sampling for many terms.

P(data | w) = prod_t sum_h w_h L_th is a polynomial in w. In stick-breaking coordinates w_k = v_k prod_{j<k} (1 - v_j) the
Dirichlet is a product of independent Beta distributions (Connor & Mosimann 1969, doi:10.1080/01621459.1969.10500963), and
a Gauss rule of each, with (terms + 3)/2 nodes, integrates the polynomial and its first two moments exactly. Where that asks
for too many nodes, a coarser rule serves, or weighted points around the mode: log w is concave in it, so there is but one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from processtrace.exact.importance import points
from processtrace.logspace import Array, logsumexp

MOST_NODES = 1_000_000
"""Nodes of the product rule up to which it is exact; beyond that it is coarser, and its error is stated."""

MOST_ORDER = 500
"""Nodes of one coordinate: a rule's own cost grows with their third power."""

MOST_TERMS = 300
"""Terms up to which a coarser rule is tried; with more the posterior lies between its nodes."""

GOOD_ENOUGH = 1e-4
"""Error of the means at which a coarser rule is taken without asking points around the mode."""

POINTS = 512
"""In each scramble."""


@dataclass(frozen=True)
class Mixture:
    """What a Dirichlet mixture says. `log_evidence`: nats. `mean`, `sd` of each weight: (hypothesis,).

    `responsibility`: P(term t comes from h | all data), (term, hypothesis). `error_nats`: of the log evidence, and
    `error_mean`: the largest of the means; 0 where the rule is exact, the difference to a coarser one where it is not, and
    the standard error where points are weighted: then `effective` is the number of draws they stand for.
    """

    log_evidence: float
    mean: Array
    sd: Array
    responsibility: Array
    error_nats: float = 0.0
    error_mean: float = 0.0
    effective: float = np.inf

    @property
    def method(self) -> str:
        """Which of the three ways it was, in words."""
        if np.isfinite(self.effective):
            return f"importance sampling: points worth {self.effective:.0f} draws"
        return "quadrature with fewer nodes than exactness needs" if self.error_nats else "exact quadrature"


def mixture(alpha: Array, nats: Array) -> Mixture:
    """Posterior of Dirichlet weights, given log likelihoods of terms.

    `alpha`: Dirichlet parameters, (hypothesis,); at 0 a hypothesis has no weight. `nats`: log P(term | hypothesis),
    (term, hypothesis). Where every term is impossible under all weights, `log_evidence` is -inf and the rest NaN.
    """
    alpha = np.asarray(alpha, float)
    held = np.flatnonzero(alpha > 0)
    needed = (len(nats) + 4) // 2
    affordable = needed if len(held) < 2 else min(needed, MOST_ORDER, int(MOST_NODES ** (1 / (len(held) - 1))))
    if affordable == needed:
        return _integrated(alpha, nats, held, needed)
    if len(nats) > MOST_TERMS:
        return _weighted(alpha, nats, held)
    made, coarser = (_integrated(alpha, nats, held, order) for order in (affordable, affordable - 1))
    error_nats, error_mean = abs(made.log_evidence - coarser.log_evidence), float(np.abs(made.mean - coarser.mean).max())
    made = replace(made, error_nats=error_nats, error_mean=error_mean)
    return made if error_mean <= GOOD_ENOUGH else min(made, _weighted(alpha, nats, held), key=lambda part: part.error_mean)


def _weighted(alpha: Array, nats: Array, held: NDArray[np.int64]) -> Mixture:
    """Weighted points around the mode, in log ratios of the weights to the last one."""
    from scipy.special import gammaln

    some, count = nats[:, held], len(alpha)
    best = some.max(axis=1)
    if np.isneginf(best).any():
        return _impossible(nats.shape)
    relative = np.exp(some - best[:, None])
    padded = np.vstack([relative, np.ones((-len(relative) % _TOGETHER, len(held)))]).T
    parts = [np.ascontiguousarray(padded[:, k::_TOGETHER]) for k in range(_TOGETHER)]
    size = int(np.clip(_CACHED / len(nats), 4, 64))
    constant = gammaln(alpha[held].sum()) - gammaln(alpha[held]).sum()

    def log_density(x: Array) -> Array:
        log_w = _log_weights(x)
        w = np.exp(log_w)
        terms = np.concatenate([_log_product(w[rows], parts) for rows in _blocks(len(w), size)])
        return np.asarray(constant + log_w @ alpha[held] + terms)

    found = points(log_density, np.zeros(len(held) - 1), POINTS)
    w, weight = np.exp(_log_weights(found.x)), np.exp(found.log_weight)
    means, error = found.mean(w)
    mean, sd, responsibility = np.zeros(count), np.zeros(count), np.zeros(nats.shape)
    mean[held], sd[held] = means, np.sqrt(weight @ (w - means) ** 2)
    apart = np.empty_like(relative)
    for rows in _blocks(len(nats), 16):
        mixed = relative[rows] @ w.T
        apart[rows] = relative[rows] * (np.divide(weight, mixed, out=mixed) @ w)
    responsibility[:, held] = apart
    log_evidence = found.log_evidence + float(best.sum())
    return Mixture(log_evidence, mean, sd, responsibility, found.error_nats, float(error.max()), found.effective)


_CACHED = 1_000_000
"""Products of points and terms at a time, an eighth of which are kept."""

_TOGETHER = 8
"""Terms multiplied before one logarithm is taken: it costs more than the rest."""


def _log_product(w: Array, parts: list[Array]) -> Array:
    """Log of the product over terms of w @ term, (point,)."""
    product = w @ parts[0]
    for part in parts[1:]:
        product *= w @ part
    if product.min() > _SAFE:
        return np.asarray(np.log(product).sum(axis=1))
    return np.asarray(sum(np.log(w @ part).sum(axis=1) for part in parts))


_SAFE = 1e-290
"""Below it a product may have lost digits."""


def _log_weights(x: Array) -> Array:
    """Log ratios to the last hypothesis, (point, hypothesis - 1), as log weights (point, hypothesis)."""
    whole = np.hstack([x, np.zeros((len(x), 1))])
    return whole - logsumexp(whole)[:, None]


def _blocks(count: int, size: int) -> list[slice]:
    """Slices that stay in the cache."""
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
    """Log weights of the hypotheses at each node, (node, hypothesis), and the nodes' log weights under Dirichlet(alpha)."""
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
    """Gauss rule of Beta(a, b): nodes v, complements 1 - v, log weights (Golub & Welsch 1969, doi:10.2307/2004418).

    Weights are Christoffel numbers, right in relative terms where an eigenvector's components would not be.
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
    v = (1 + x) / 2
    return v, 1 - v, log_weight - logsumexp(log_weight)


def _recurrence(a: float, b: float, order: int) -> tuple[Array, Array]:
    """Jacobi matrix of the weight (1 - x)^a (1 + x)^b on [-1, 1]: diagonal, and off-diagonal from its second entry."""
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
