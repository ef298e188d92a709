"""Mixtures over hypotheses with Dirichlet weights: exact quadrature over the simplex.

P(data | w) = prod_t sum_h w_h L_th is a polynomial in w. In stick-breaking coordinates w_k = v_k prod_{j<k} (1 - v_j) the
Dirichlet is a product of independent Beta distributions (Connor & Mosimann 1969, doi:10.1080/01621459.1969.10500963), and
a Gauss rule of each, with (terms + 3)/2 nodes, integrates the polynomial and its first two moments exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from processtrace.logspace import Array, logsumexp

MOST_NODES = 1_000_000
"""Nodes of the product rule up to which it is exact; beyond that it is coarser, and its error is stated."""


@dataclass(frozen=True)
class Mixture:
    """What a Dirichlet mixture says. `log_evidence`: nats. `mean`, `sd` of each weight: (hypothesis,).

    `responsibility`: P(term t comes from h | all data), (term, hypothesis). `error_nats`: of the log evidence, and
    `error_mean`: of the means; 0 where the rule is exact, else the difference to a coarser one.
    """

    log_evidence: float
    mean: Array
    sd: Array
    responsibility: Array
    error_nats: float = 0.0
    error_mean: float = 0.0


def mixture(alpha: Array, nats: Array) -> Mixture:
    """Posterior of Dirichlet weights, given log likelihoods of terms.

    `alpha`: Dirichlet parameters, (hypothesis,); at 0 a hypothesis has no weight. `nats`: log P(term | hypothesis),
    (term, hypothesis). Where every term is impossible under all weights, `log_evidence` is -inf and the rest NaN.
    """
    held = np.flatnonzero(np.asarray(alpha) > 0)
    needed = (len(nats) + 4) // 2
    affordable = needed if len(held) < 2 else min(needed, int(MOST_NODES ** (1 / (len(held) - 1))))
    made = _integrated(np.asarray(alpha, float), nats, held, affordable)
    if affordable == needed:
        return made
    coarser = _integrated(np.asarray(alpha, float), nats, held, affordable - 1)
    return Mixture(
        made.log_evidence,
        made.mean,
        made.sd,
        made.responsibility,
        abs(made.log_evidence - coarser.log_evidence),
        float(np.abs(made.mean - coarser.mean).max()),
    )


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
        return Mixture(-np.inf, np.full(count, np.nan), np.full(count, np.nan), np.full((len(nats), count), np.nan))
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
