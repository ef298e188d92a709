"""Arithmetic on logarithms: nats in, nats out, nothing underflows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DB_PER_NAT = 10 / np.log(10)
"""Decibels in one nat: 10 / ln 10 = 4.342944819."""


def to_db(nats: Array) -> Array:
    """Nats to decibels."""
    return np.asarray(nats * DB_PER_NAT)


def log(probability: Array | float) -> Array:
    """Natural logarithm with log(0) = -inf, silently: a judged zero is an answer, not an accident."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(probability))


def logsumexp(values: Array, axis: int = -1) -> Array:
    """log(sum(exp(values))) along an axis; a slice of nothing but -inf gives -inf."""
    peak = values.max(axis=axis, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0.0)
    return np.asarray(log(np.exp(values - peak).sum(axis=axis)) + peak.squeeze(axis))


def normalise(values: Array, axis: int = -1) -> Array:
    """Log weights to log probabilities along an axis. A slice of nothing but -inf stays -inf."""
    total = np.expand_dims(logsumexp(values, axis), axis)
    return np.asarray(values - np.where(np.isfinite(total), total, 0.0))


def relative_db(nats: Array) -> Array:
    """Decibels relative to the best along the last axis (best = 0; all -inf gives NaN)."""
    best = nats.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return to_db(nats - best)


def odds_db(log_posterior: Array) -> Array:
    """Odds of each hypothesis against all others in decibels, from log probabilities (…, hypothesis)."""
    whole = np.asarray(log_posterior, float)
    if whole.shape[-1] == 1:
        return np.where(np.isneginf(whole), -np.inf, np.inf)
    rest = np.stack([logsumexp(np.delete(whole, k, axis=-1)) for k in range(whole.shape[-1])], axis=-1)
    return np.asarray(np.where(np.isneginf(whole), -np.inf, (np.where(np.isneginf(whole), 0.0, whole) - rest) * DB_PER_NAT))


def log_mix(log_weights: Sequence[Array], log_values: Sequence[Array]) -> Array:
    """log(w1 v1 + w2 v2) elementwise for two weighted values, broadcasting."""
    (w1, w2), (v1, v2) = log_weights, log_values
    with np.errstate(invalid="ignore"):
        first, second = w1 + v1, w2 + v2
    return np.asarray(np.logaddexp(np.where(np.isnan(first), -np.inf, first), np.where(np.isnan(second), -np.inf, second)))
