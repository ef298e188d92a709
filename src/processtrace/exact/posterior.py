"""The update itself, on plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from processtrace.logspace import Array, log, normalise


def log_posterior(prior: ArrayLike, log_likelihood: ArrayLike, case: ArrayLike | None = None) -> Array:
    """Log posterior probabilities, nats: log prior plus the sum of log-likelihood terms, normalised in log space.

    `prior`: weights of 0 or more, shape (hypothesis,) or (case, hypothesis). `log_likelihood`: nats, shape
    (evidence, hypothesis). `case`: for each item the row of `prior` it belongs to (all in one case where left out).
    Returns the shape of `prior`. A row of nothing but -inf stays so: every hypothesis is refuted there.
    """
    weights = np.asarray(prior, float)
    terms = relative(np.asarray(log_likelihood, float))
    total = log(weights)
    if case is None:
        total = total + terms.sum(axis=0)
    else:
        rows = np.asarray(case)
        summed = np.zeros_like(weights)
        np.add.at(summed, rows, terms)
        total = total + summed
    return normalise(total)


def relative(terms: Array) -> Array:
    """Terms less the largest of their row, which cancels: so sums of many very improbable items keep their digits."""
    best = terms.max(axis=-1, keepdims=True, initial=-np.inf)
    return np.asarray(terms - np.where(np.isfinite(best), best, 0.0))


def posterior(prior: ArrayLike, log_likelihood: ArrayLike, case: ArrayLike | None = None) -> Array:
    """Posterior probabilities; arguments and shapes as in `log_posterior`."""
    return probabilities(log_posterior(prior, log_likelihood, case))


def probabilities(log_posterior: Array) -> Array:
    """Log probabilities to probabilities whose rows sum to 1 whatever the logarithms lost; a row of -inf stays 0."""
    held = np.exp(log_posterior)
    total = held.sum(axis=-1, keepdims=True)
    return np.asarray(held / np.where(total > 0, total, 1.0))
