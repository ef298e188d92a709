"""The update itself, on plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from processtrace.logspace import Array, log, normalise, to_probability


def log_posterior(prior: ArrayLike, log_likelihood: ArrayLike, case: ArrayLike | None = None) -> Array:
    """Return log posterior probabilities: log prior plus the sum of log-likelihood terms, normalised in log space.

    Parameters
    ----------
    prior
        Weights of 0 or more, (hypothesis,) or (case, hypothesis).
    log_likelihood
        Nats, (evidence, hypothesis).
    case
        For each item the row of `prior` to which it belongs. If None, all items belong to one case.

    Returns
    -------
    Array
        Nats, in the shape of `prior`. A row of only -inf is kept: every hypothesis is refuted there.
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
    """Return terms minus the largest of their row, which cancels, so that sums of many very improbable items keep their digits."""
    best = terms.max(axis=-1, keepdims=True, initial=-np.inf)
    return np.asarray(terms - np.where(np.isfinite(best), best, 0.0))


def posterior(prior: ArrayLike, log_likelihood: ArrayLike, case: ArrayLike | None = None) -> Array:
    """Return posterior probabilities.

    Parameters
    ----------
    prior
        Weights of 0 or more, (hypothesis,) or (case, hypothesis).
    log_likelihood
        Nats, (evidence, hypothesis).
    case
        For each item the row of `prior` to which it belongs. If None, all items belong to one case.

    Returns
    -------
    Array
        Probabilities, in the shape of `prior`.
    """
    return probabilities(log_posterior(prior, log_likelihood, case))


def probabilities(log_posterior: Array) -> Array:
    """Return probabilities from their logs, with rows that sum to 1 after rounding. Only -inf becomes 0."""
    held = to_probability(log_posterior)
    total = held.sum(axis=-1, keepdims=True)
    return np.asarray(held / np.where(total > 0, total, 1.0))
