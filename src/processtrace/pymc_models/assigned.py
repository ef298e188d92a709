"""Shares drawn again by way of what accounts for each unit, with the shares integrated out (collapsed Gibbs sampling).

A share whose prior is next to 0 and which the evidence may raise has two modes, between which a sampler of the shares hardly moves. What
accounts for a unit moves freely. The sweeps leave the posterior as it is, whatever the draws that they start from.

References
----------
Liu, J. S. (1994). The collapsed Gibbs sampler in Bayesian computations. https://doi.org/10.1080/01621459.1994.10476829
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from processtrace.inference.layout.integrated import Integrated, unit_nats_at
from processtrace.inference.layout.labels import WITNESS
from processtrace.logspace import Array, log, logsumexp

SWEEPS = 20

LEAST = -690.0
"""Log of the smallest share that is told from 0."""

_SAMPLES = ("chain", "draw")


def log_shares(
    nats: Array, alpha: Array, log_share: Array, group: NDArray[np.int64], rng: np.random.Generator, sweeps: int = SWEEPS
) -> Array:
    """Return logs of shares (draw, group, hypothesis), drawn again.

    Parameters
    ----------
    nats
        Log P(unit | hypothesis), (draw, unit, hypothesis).
    alpha
        Dirichlet parameters of the shares, (draw, group, hypothesis), or one draw for all. A share whose parameter is 0 is 0.
    log_share
        Logs of the shares from which the sweeps start, (draw, group, hypothesis).
    group
        The group to which each unit belongs, (unit,).
    rng
        Generator of the draws.
    sweeps
        How often what accounts for each unit is drawn.
    """
    possible = np.where(alpha > 0, 0.0, -np.inf)[:, group] + nats
    likelihood = _scaled(possible)
    accounts = _chosen(_scaled(possible + np.maximum(log_share, LEAST)[:, group]), rng)
    counts = np.zeros((len(nats), alpha.shape[1], nats.shape[2]))
    for unit, own in enumerate(group):
        counts[:, own] += accounts[:, unit]
    for _ in range(sweeps):
        for units in _in_turn(group):
            own = group[units]
            counts[:, own] -= accounts[:, units]
            accounts[:, units] = _chosen((alpha[:, own] + counts[:, own]) * likelihood[:, units], rng)
            counts[:, own] += accounts[:, units]
    return log_dirichlet(alpha + counts, rng)


def drawn_nats(form: Integrated, posterior: xr.Dataset) -> Array:
    """Return log P(findings of a unit | reliabilities, hypothesis) in each draw, (draw, unit, hypothesis), nats."""
    return unit_nats_at(form, drawn_reliabilities(form, posterior))


def drawn_reliabilities(form: Integrated, posterior: xr.Dataset) -> Array:
    """Return the uncertain reliabilities of a study in each draw of all chains, (draw, source)."""
    if not form.reliability.labels:
        return np.zeros((int(np.prod([posterior.sizes[dim] for dim in _SAMPLES])), 0))
    part = posterior["reliability"].sel({WITNESS: list(form.reliability.labels)}).transpose(*_SAMPLES, WITNESS)
    return part.values.reshape(-1, len(form.reliability.labels))


def by_case(form: Integrated, units: Array) -> Array:
    """Return the sums over the units of each case, (draw, case, hypothesis), nats."""
    return np.stack([units[:, form.unit_case == place].sum(axis=1) for place in range(len(form.cases))], axis=1)


def flattened(part: xr.DataArray, *dims: str) -> Array:
    """Return the draws of all chains one after the other, (draw, ...)."""
    values = part.transpose(*_SAMPLES, *dims).values
    return np.asarray(values.reshape(-1, *values.shape[2:]))


def unflattened(posterior: xr.Dataset, values: Array) -> Array:
    """Return draws one after the other as (chain, draw, ...) of a posterior."""
    return values.reshape(*(posterior.sizes[dim] for dim in _SAMPLES), *values.shape[1:])


def _in_turn(group: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the units as lists of which each holds at most one of a group."""
    place = np.array([(group[:unit] == own).sum() for unit, own in enumerate(group)], dtype=np.int64)
    return [np.flatnonzero(place == k) for k in range(int(place.max(initial=-1)) + 1)]


def _scaled(nats: Array) -> Array:
    """Return weights in proportion to exp(nats) along the last axis, the largest of them 1."""
    return np.asarray(np.exp(nats - nats.max(axis=-1, keepdims=True)))


def _chosen(weight: Array, rng: np.random.Generator) -> Array:
    """Draw one place along the last axis by weight; return 1 there and 0 elsewhere."""
    below = np.cumsum(weight, axis=-1)
    whole = below[..., -1]
    u = np.minimum(rng.random(whole.shape) * whole, np.nextafter(whole, 0))
    return np.diff(u[..., None] < below, axis=-1, prepend=False).astype(float)


def log_dirichlet(alpha: Array, rng: np.random.Generator) -> Array:
    """Return logs of Dirichlet draws along the last axis: gamma(a) is gamma(a + 1) times a uniform number to the power 1/a."""
    held = np.maximum(alpha, 1e-12)
    scores = log(rng.standard_gamma(held + 1)) - rng.standard_exponential(held.shape) / held
    scores = np.where(alpha > 0, scores, -np.inf)
    return np.asarray(scores - logsumexp(scores)[..., None])
