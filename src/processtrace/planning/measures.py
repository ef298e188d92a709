"""What a table of outcomes is worth: information, variance, and the posterior after each outcome."""

from __future__ import annotations

import numpy as np

from processtrace.logspace import Array, logsumexp, normalise, to_probability

_BIT = np.log(2)


def joint(log_prior: Array, table: Array) -> Array:
    """Return log P(outcome, h).

    Parameters
    ----------
    log_prior
        log P(h), nats, (hypothesis,).
    table
        log P(outcome | h), nats, with one axis for each item, then (hypothesis,).

    Returns
    -------
    Array
        Nats, (outcome, hypothesis).
    """
    return np.asarray(table.reshape(-1, table.shape[-1]) + log_prior)


def information_bits(joint_nats: Array) -> float:
    """Return the mutual information of explanation and outcome.

    Parameters
    ----------
    joint_nats
        log P(outcome, h), nats, (outcome, hypothesis).

    Returns
    -------
    float
        Bits, never below 0.

    References
    ----------
    Lindley 1956, doi:10.1214/aoms/1177728069.
    """
    p = np.exp(joint_nats)
    with np.errstate(invalid="ignore"):
        pull = joint_nats - logsumexp(joint_nats)[:, None] - logsumexp(joint_nats, axis=0)
    return max(0.0, float(np.where(p > 0, p * np.where(p > 0, pull, 0.0), 0.0).sum() / _BIT))


def remaining_bits(joint_nats: Array) -> Array:
    """Return P(outcome) times the entropy of the explanation after it.

    Parameters
    ----------
    joint_nats
        log P(outcome, h), nats, (outcome, hypothesis).

    Returns
    -------
    Array
        Bits, (outcome,).
    """
    p = np.exp(joint_nats)
    with np.errstate(invalid="ignore"):
        own = joint_nats - logsumexp(joint_nats)[:, None]
    return np.asarray(-np.where(p > 0, p * np.where(p > 0, own, 0.0), 0.0).sum(axis=1) / _BIT)


def expected_variance(joint_nats: Array) -> Array:
    """Return E[P(h | outcome) (1 - P(h | outcome))].

    Parameters
    ----------
    joint_nats
        log P(outcome, h), nats, (outcome, hypothesis).

    Returns
    -------
    Array
        Squared probabilities, (hypothesis,).
    """
    p, after = np.exp(joint_nats), np.exp(_after(joint_nats))
    return np.asarray((p * (1 - np.where(np.isnan(after), 1.0, after))).sum(axis=0))


def after(joint_nats: Array) -> Array:
    """Return P(h | outcome).

    Parameters
    ----------
    joint_nats
        log P(outcome, h), nats, (outcome, hypothesis).

    Returns
    -------
    Array
        Probabilities, (outcome, hypothesis); NaN after an outcome that is impossible.
    """
    return to_probability(_after(joint_nats))


def _after(joint_nats: Array) -> Array:
    return np.where(np.isneginf(joint_nats).all(axis=1, keepdims=True), np.nan, normalise(joint_nats))
