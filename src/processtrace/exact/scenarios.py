"""The update in many scenarios at once: other priors, other likelihoods, or both, on plain arrays.

Compiled code passes over memory once, on all cores. It is compiled for each number of hypotheses, because with a constant number a
row stays in registers. A row is multiplied out relative to its best hypothesis. A scenario in which that would lose digits to
underflow is computed again in logarithms, so nothing underflows here either.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from processtrace.errors import UsageError
from processtrace.logspace import Array, log, normalise

SAFE = 1e-270
"""A sum of products below this is computed again in logarithms."""


def posteriors(prior: ArrayLike, log_likelihood: ArrayLike, case: ArrayLike | None = None) -> Array:
    """Return posterior probabilities in many scenarios.

    Parameters
    ----------
    prior
        Weights of 0 or more, (scenario, case, hypothesis), or (case, hypothesis) for all scenarios.
    log_likelihood
        Nats, (scenario, evidence, hypothesis), or (evidence, hypothesis) for all scenarios.
    case
        For each item the row of the prior to which it belongs, in ascending order. If None, the items are the cases: their log
        likelihoods are already summed.

    Returns
    -------
    Array
        Probabilities, (scenario, case, hypothesis). A row in which every hypothesis is refuted is NaN.

    Raises
    ------
    UsageError
        If the shapes do not match.
    """
    weights, nats = np.asarray(prior, float), np.asarray(log_likelihood, float)
    if weights.ndim not in (2, 3) or nats.ndim not in (2, 3) or weights.ndim + nats.ndim < 5:
        raise UsageError(
            f"prior {weights.shape}, log_likelihood {nats.shape}; (scenario, case, hypothesis) and (evidence, hypothesis), "
            "with a first dimension 'scenario' in one of them or both"
        )
    cases, hypotheses = weights.shape[-2:]
    rows = np.arange(cases) if case is None else np.asarray(case, np.int64)
    scenarios = weights.shape[0] if weights.ndim == 3 else nats.shape[0]
    if nats.shape[-2:] != (len(rows), hypotheses) or (weights.ndim == nats.ndim and nats.shape[0] != scenarios):
        raise UsageError(f"prior {weights.shape}, log_likelihood {nats.shape}, case {rows.shape}; the same scenarios, items and hypotheses")
    if len(rows) and (rows.min() < 0 or rows.max() >= cases or (np.diff(rows) < 0).any()):
        raise UsageError(f"case: rows of the prior from 0 to {cases - 1}, in ascending order; sort the items by case")
    starts = np.searchsorted(rows, np.arange(cases + 1))
    out, doubtful = np.empty((scenarios, cases, hypotheses)), np.zeros(scenarios, np.uint8)
    fixed, changing = _kernels(hypotheses)
    if nats.ndim == 2:
        total = np.zeros((cases, hypotheses))
        np.add.at(total, rows, nats)
        best = np.where(np.isfinite(total.max(axis=1)), total.max(axis=1), 0.0)[:, None]
        fixed(np.ascontiguousarray(weights), np.exp(total - best), out, doubtful)
    else:
        changing(np.broadcast_to(weights, out.shape), np.ascontiguousarray(nats), starts, out, doubtful)
    again = np.flatnonzero(doubtful)
    if len(again):
        some = weights[again] if weights.ndim == 3 else weights
        out[again] = in_logs(some, total if nats.ndim == 2 else _totals(nats[again], starts))
    return out


def _totals(nats: Array, starts: NDArray[np.int64]) -> Array:
    """Return the log likelihood of each case, (scenario, case, hypothesis)."""
    return np.stack([nats[:, first:last].sum(axis=1) for first, last in pairwise(starts)], axis=1)


def in_logs(weights: Array, total: Array) -> Array:
    """Return posterior probabilities along the last axis, from weights and the log likelihoods of all evidence.

    Parameters
    ----------
    weights
        Prior weights of 0 or more, (..., hypothesis).
    total
        Log likelihoods of all evidence, nats, (..., hypothesis).

    Returns
    -------
    Array
        Probabilities, (..., hypothesis); NaN where every hypothesis is refuted.
    """
    joint = log(weights) + total
    refuted = np.isneginf(joint).all(axis=-1, keepdims=True)
    return np.where(refuted, np.nan, np.exp(normalise(joint)))


@cache
def _kernels(hypotheses: int) -> tuple[Any, Any]:
    """Compile the update when first used: numba costs more to import than everything else here."""
    from numba import njit, prange

    @njit(parallel=True, cache=True, error_model="numpy")  # type: ignore[untyped-decorator]
    def fixed(prior: Array, relative: Array, out: Array, doubtful: NDArray[np.uint8]) -> None:
        scenarios, cases = out.shape[:2]
        for s in prange(scenarios):
            for c in range(cases):
                summed = 0.0
                for h in range(hypotheses):
                    summed += prior[s, c, h] * relative[c, h]
                if not SAFE < summed < np.inf:
                    doubtful[s] = 1
                scale = 1.0 / summed
                for h in range(hypotheses):
                    out[s, c, h] = prior[s, c, h] * relative[c, h] * scale

    @njit(parallel=True, cache=True, error_model="numpy")  # type: ignore[untyped-decorator]
    def changing(prior: Array, nats: Array, starts: NDArray[np.int64], out: Array, doubtful: NDArray[np.uint8]) -> None:
        scenarios, cases = out.shape[:2]
        for s in prange(scenarios):
            total = np.empty(hypotheses)
            for c in range(cases):
                for h in range(hypotheses):
                    total[h] = 0.0
                for e in range(starts[c], starts[c + 1]):
                    for h in range(hypotheses):
                        total[h] += nats[s, e, h]
                best = -np.inf
                for h in range(hypotheses):
                    if prior[s, c, h] > 0 and total[h] > best:
                        best = total[h]
                summed = 0.0
                for h in range(hypotheses):
                    out[s, c, h] = prior[s, c, h] * np.exp(total[h] - best)
                    summed += out[s, c, h]
                if not SAFE < summed < np.inf:
                    doubtful[s] = 1
                scale = 1.0 / summed
                for h in range(hypotheses):
                    out[s, c, h] *= scale

    return fixed, changing
