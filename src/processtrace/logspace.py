"""Arithmetic on logarithms: nats in, nats out, nothing underflows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DB_PER_NAT = 10 / np.log(10)
"""Decibels in one nat: 10 / ln 10 = 4.342944819."""


def to_db(nats: Array) -> Array:
    """Return nats as decibels."""
    return np.asarray(nats * DB_PER_NAT)


def log(probability: Array | float) -> Array:
    """Return the natural logarithm, with log(0) = -inf and no warning: a judged zero is a valid value.

    Parameters
    ----------
    probability : array or float
        Numbers of 0 or more.

    Returns
    -------
    array
        Nats, in the shape of `probability`.
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(probability))


def logsumexp(values: Array, axis: int = -1) -> Array:
    """Return log(sum(exp(values))) along an axis, without underflow.

    Parameters
    ----------
    values : array
        Nats.
    axis : int
        The axis that is summed over.

    Returns
    -------
    array
        Nats, without that axis; -inf where all values are -inf.
    """
    peak = values.max(axis=axis, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0.0)
    return np.asarray(log(np.exp(values - peak).sum(axis=axis)) + peak.squeeze(axis))


def normalise(values: Array, axis: int = -1) -> Array:
    """Return log weights as log probabilities along an axis.

    Parameters
    ----------
    values : array
        Log weights, nats.
    axis : int
        The axis along which the probabilities sum to 1.

    Returns
    -------
    array
        Nats, in the shape of `values`; a slice of nothing but -inf stays -inf.
    """
    total = np.expand_dims(logsumexp(values, axis), axis)
    return np.asarray(values - np.where(np.isfinite(total), total, 0.0))


LEAST = 5e-324
"""The smallest number above 0: what stands for a probability that is smaller, and not 0."""


def to_probability(log_probability: Array) -> Array:
    """Return probabilities from their logarithms; only what is impossible (-inf) is 0, however improbable the rest is.

    Parameters
    ----------
    log_probability : array
        Nats.

    Returns
    -------
    array
        Probabilities; `LEAST` for what is smaller than any number above 0, NaN where the logarithm is undefined.
    """
    held = np.exp(log_probability)
    return np.asarray(np.where((held == 0) & ~np.isneginf(log_probability), LEAST, held))


def relative_db(nats: Array) -> Array:
    """Return decibels relative to the best value along the last axis.

    Parameters
    ----------
    nats : array, (..., hypothesis)
        Log likelihoods or log weights, nats.

    Returns
    -------
    array, (..., hypothesis)
        Decibels, 0 for the best; NaN where all are -inf.
    """
    best = nats.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return to_db(nats - best)


def odds_db(log_posterior: Array) -> Array:
    """Return the odds of each hypothesis against all others, in decibels.

    Parameters
    ----------
    log_posterior : array, (..., hypothesis)
        Log probabilities, nats.

    Returns
    -------
    array, (..., hypothesis)
        Decibels; -inf where a hypothesis is refuted, +inf where it alone is left.
    """
    whole = np.asarray(log_posterior, float)
    if whole.shape[-1] == 1:
        return np.where(np.isneginf(whole), -np.inf, np.inf)
    rest = np.stack([logsumexp(np.delete(whole, k, axis=-1)) for k in range(whole.shape[-1])], axis=-1)
    return np.asarray(np.where(np.isneginf(whole), -np.inf, (np.where(np.isneginf(whole), 0.0, whole) - rest) * DB_PER_NAT))


def log_mix(log_weights: Sequence[Array], log_values: Sequence[Array]) -> Array:
    """Return log(w1 v1 + w2 v2) for two weighted values, element by element.

    Parameters
    ----------
    log_weights : two arrays
        Log weights, nats.
    log_values : two arrays
        Logarithms of the values, nats; shapes are broadcast.

    Returns
    -------
    array
        Nats.
    """
    (w1, w2), (v1, v2) = log_weights, log_values
    with np.errstate(invalid="ignore"):
        first, second = w1 + v1, w2 + v2
    return np.asarray(np.logaddexp(np.where(np.isnan(first), -np.inf, first), np.where(np.isnan(second), -np.inf, second)))
