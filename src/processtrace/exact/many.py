"""The update in many scenarios at once: other priors, other likelihoods, or both, on plain arrays.

One pass over memory in compiled code, on all cores. A row is multiplied out relative to its best hypothesis; where that
would lose digits to underflow it is summed in logarithms instead, so that nothing underflows here either.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from processtrace.errors import UsageError
from processtrace.logspace import Array

SAFE = 1e-270
"""A sum of products below this is taken again in logarithms."""


def posteriors(prior: ArrayLike, log_likelihood: ArrayLike, case: ArrayLike | None = None) -> Array:
    """Posterior probabilities in many scenarios, shape (scenario, case, hypothesis).

    `prior`: weights of 0 or more, (scenario, case, hypothesis), or (case, hypothesis) for all scenarios. `log_likelihood`:
    nats, (scenario, evidence, hypothesis), or (evidence, hypothesis) for all. `case`: for each item the row of the prior
    it belongs to, in ascending order; left out, the items are the cases (their log likelihoods are summed already).
    A row in which every hypothesis is refuted is NaN. Raises UsageError where the shapes do not go together.
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
    out = np.empty((scenarios, cases, hypotheses))
    kernel = _kernels()
    if nats.ndim == 2:
        total = np.zeros((cases, hypotheses))
        np.add.at(total, rows, nats)
        best = np.where(np.isfinite(total.max(axis=1)), total.max(axis=1), 0.0)[:, None]
        kernel[0](np.ascontiguousarray(weights), np.exp(total - best), total, out)
    else:
        kernel[1](np.ascontiguousarray(np.broadcast_to(weights, (scenarios, cases, hypotheses))), np.ascontiguousarray(nats), starts, out)
    return out


@cache
def _kernels() -> tuple[Any, Any]:
    """Compiled when first used: numba costs more to import than everything else here."""
    from numba import njit, prange

    @njit(cache=True)  # type: ignore[untyped-decorator]
    def in_logs(weights: Array, total: Array, out: Array) -> None:
        best = -np.inf
        for h in range(len(weights)):
            out[h] = total[h] + np.log(weights[h]) if weights[h] > 0 else -np.inf
            best = max(best, out[h])
        summed = 0.0
        for h in range(len(weights)):
            out[h] = np.exp(out[h] - best) if best > -np.inf else np.nan
            summed += out[h]
        for h in range(len(weights)):
            out[h] /= summed

    @njit(parallel=True, cache=True)  # type: ignore[untyped-decorator]
    def fixed(prior: Array, relative: Array, total: Array, out: Array) -> None:
        scenarios, cases, hypotheses = out.shape
        for s in prange(scenarios):
            for c in range(cases):
                summed = 0.0
                for h in range(hypotheses):
                    value = prior[s, c, h] * relative[c, h]
                    out[s, c, h] = value
                    summed += value
                if summed > SAFE:
                    scale = 1.0 / summed
                    for h in range(hypotheses):
                        out[s, c, h] *= scale
                else:
                    in_logs(prior[s, c], total[c], out[s, c])

    @njit(parallel=True, cache=True)  # type: ignore[untyped-decorator]
    def changing(prior: Array, nats: Array, starts: NDArray[np.int64], out: Array) -> None:
        scenarios, cases, hypotheses = out.shape
        for s in prange(scenarios):
            total = np.zeros(hypotheses)
            for c in range(cases):
                total[:] = 0.0
                for e in range(starts[c], starts[c + 1]):
                    for h in range(hypotheses):
                        total[h] += nats[s, e, h]
                in_logs(prior[s, c], total, out[s, c])

    return fixed, changing
