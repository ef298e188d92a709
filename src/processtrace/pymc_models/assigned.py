"""Shares drawn again by way of what accounts for each unit, with the shares integrated out (collapsed Gibbs sampling).

A share whose prior is next to 0 and which the evidence may raise has two modes, between which a sampler of the shares hardly moves. What
accounts for a unit moves freely, and a reliability with it. The sweeps leave the posterior as it is, whatever the draws that they start
from.

References
----------
Liu, J. S. (1994). The collapsed Gibbs sampler in Bayesian computations. https://doi.org/10.1080/01621459.1994.10476829
Cotter, S. L., Roberts, G. O., Stuart, A. M., & White, D. (2013). MCMC methods for functions. https://doi.org/10.1214/13-STS421
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from processtrace.inference.layout.integrated import Integrated, unit_nats_at
from processtrace.inference.layout.labels import WITNESS
from processtrace.logspace import Array, log, logsumexp

SWEEPS, EXCHANGES = 25, 4
"""Sweeps between two draws, and exchanges in each of them: with them the slowest of 200 random studies forgets where it started."""

LEAST = -690.0
"""Log of the smallest share that is told from 0."""

_SAMPLES = ("chain", "draw")

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Division:
    """What is divided over hypotheses: blocks, such as units or cases, each of which one hypothesis accounts for.

    Attributes
    ----------
    nats
        Function from reliabilities on the scale where they are standard normal, (draw, source), to log P(unit | hypothesis),
        (draw, unit, hypothesis).
    unit
        The unit whose findings a source reports, (source,).
    block
        The block to which each unit belongs, (unit,).
    group
        The group to which each block belongs, (block,): the blocks of a group have shares in common.
    alpha
        Dirichlet parameters of the shares, (draw, group, hypothesis), or one draw for all. A share whose parameter is 0 is 0.
    background
        What is known of each block beside its units, (block, hypothesis), nats.
    """

    nats: Callable[[Array], Array]
    unit: Places
    block: Places
    group: Places
    alpha: Array
    background: Array


@dataclass(frozen=True)
class Divided:
    """Draws of a division: `log_share` (draw, group, hypothesis), `standard` (draw, source), and `nats` there, (draw, block, hypothesis)."""

    log_share: Array
    standard: Array
    nats: Array


def divided(made: Division, standard: Array, log_share: Array, rng: np.random.Generator, sweeps: int = SWEEPS) -> Divided:
    """Return shares and reliabilities, drawn again.

    Parameters
    ----------
    made
        What is divided.
    standard
        Reliabilities from which the sweeps start, standard normal, (draw, source).
    log_share
        Logs of the shares from which the sweeps start, (draw, group, hypothesis).
    rng
        Generator of the draws.
    sweeps
        How often what accounts for each block is drawn.
    """
    units = made.nats(standard)
    possible = _possible(made, units)
    accounts = _marked(_scaled(possible + np.maximum(log_share, LEAST)[:, made.group]), rng)
    for _ in range(sweeps):
        accounts = _reassigned(made, possible, accounts, rng)
        if standard.shape[1]:
            standard, units = _reliabilities_moved(made, standard, units, accounts, rng)
            possible = _possible(made, units)
    shares = log_dirichlet(made.alpha + _counts(made, accounts), rng)
    return Divided(shares, standard, possible)


def _possible(made: Division, units: Array) -> Array:
    """Return log P(findings of a block | hypothesis), (draw, block, hypothesis), -inf where its share is 0."""
    blocks = [units[:, made.block == k].sum(axis=1) for k in range(len(made.group))]
    whole = np.stack(blocks, axis=1) if blocks else units[:, :0]
    return np.asarray(np.where(made.alpha > 0, 0.0, -np.inf)[:, made.group] + whole + made.background)


def _counts(made: Division, accounts: Array) -> Array:
    """Return how many blocks of each group every hypothesis accounts for, (draw, group, hypothesis)."""
    return np.stack([accounts[:, made.group == own].sum(axis=1) for own in range(made.alpha.shape[1])], axis=1)


def _reassigned(made: Division, possible: Array, accounts: Array, rng: np.random.Generator) -> Array:
    """Return what accounts for each block, (draw, block, hypothesis), drawn one block after another and then by exchanges."""
    accounts, counts, likelihood, group = accounts.copy(), _counts(made, accounts), _scaled(possible), made.group
    for some in _in_turn(group):
        own = group[some]
        counts[:, own] -= accounts[:, some]
        accounts[:, some] = _marked((made.alpha[:, own] + counts[:, own]) * likelihood[:, some], rng)
        counts[:, own] += accounts[:, some]
    for own in np.unique(group):
        some = np.flatnonzero(group == own)
        for _ in range(EXCHANGES):
            order = _exchange(possible[:, some], made.alpha[:, own], accounts[:, some], rng)
            accounts[:, some] = np.take_along_axis(accounts[:, some], order[:, None], axis=-1)
    return accounts


def _reliabilities_moved(made: Division, standard: Array, units: Array, accounts: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return reliabilities, and log P(unit | hypothesis) there, after a step that needs no more than the prior to be normal.

    The sources of a unit are moved together, and accepted by what the unit says given the hypothesis that accounts for it.
    """
    stay = rng.random((len(standard), 1))
    proposed = stay * standard + np.sqrt(1 - stay**2) * rng.standard_normal(standard.shape)
    there = made.nats(proposed)
    held = accounts[:, made.block] > 0
    gain = np.where(held, there, 0.0).sum(axis=-1) - np.where(held, units, 0.0).sum(axis=-1)
    taken = -rng.standard_exponential(gain.shape) < gain
    return np.where(taken[:, made.unit], proposed, standard), np.where(taken[..., None], there, units)


def _exchange(nats: Array, alpha: Array, accounts: Array, rng: np.random.Generator) -> Places:
    """Return the order of hypotheses, (draw, hypothesis), after a Metropolis step that lets two of them change places in a whole group.

    One by one, blocks seldom pass from one hypothesis to another whose prior share is low. One of the two accounts for a block that is
    drawn, the other is any: as probable from either side of the exchange.
    """
    draws, every = np.arange(len(accounts)), accounts.shape[2]
    one = accounts[draws, rng.integers(accounts.shape[1], size=len(draws))].argmax(axis=-1)
    other = rng.integers(every, size=len(draws))
    still = np.tile(np.arange(every), (len(draws), 1))
    order = still.copy()
    order[draws, one], order[draws, other] = other, one

    def log_value(accounts: Array) -> Array:
        held = np.where(alpha > 0, gammaln(np.maximum(alpha, np.finfo(float).tiny) + accounts.sum(axis=1)), 0.0)
        return np.asarray(np.where(accounts > 0, nats, 0.0).sum(axis=(1, 2)) + held.sum(axis=-1))

    gain = log_value(np.take_along_axis(accounts, order[:, None], axis=-1)) - log_value(accounts)
    return np.where((-rng.standard_exponential(len(draws)) < gain)[:, None], order, still)


def division(form: Integrated, block: Places, group: Places, alpha: Array, background: Array) -> Division:
    """Return how the units of a study divide, given the block of each unit and the group of each block (see `Division`)."""
    free, unit = form.reliability, np.zeros(len(form.reliability.labels), np.int64)
    for k, own in enumerate(form.unit):
        unit[form.source[k, (form.true[k] + form.false[k]).any(axis=0)]] = own
    return Division(lambda y: unit_nats_at(form, expit(free.mu + free.sd * y)), unit, block, group, alpha, background)


def drawn_standard(form: Integrated, posterior: xr.Dataset) -> Array:
    """Return the uncertain reliabilities of a study in each draw of all chains, standard normal before the evidence, (draw, source)."""
    return _of_sources(form, posterior, "reliability_standard")


def reliabilities_drawn(form: Integrated, standard: Array) -> dict[str, Array]:
    """Return the variables of a posterior that hold reliabilities, (draw, source) each; none where a study has no uncertain ones."""
    free = form.reliability
    return {"reliability_standard": standard, "reliability": expit(free.mu + free.sd * standard)} if free.labels else {}


def drawn_reliabilities(form: Integrated, posterior: xr.Dataset) -> Array:
    """Return the uncertain reliabilities of a study in each draw of all chains, (draw, source)."""
    return _of_sources(form, posterior, "reliability")


def _of_sources(form: Integrated, posterior: xr.Dataset, name: str) -> Array:
    if not form.reliability.labels:
        return np.zeros((int(np.prod([posterior.sizes[dim] for dim in _SAMPLES])), 0))
    return flattened(posterior[name].sel({WITNESS: list(form.reliability.labels)}), WITNESS)


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


def _in_turn(group: Places) -> list[Places]:
    """Return the blocks as lists of which each holds at most one of a group."""
    place = np.array([(group[:k] == own).sum() for k, own in enumerate(group)], dtype=np.int64)
    return [np.flatnonzero(place == k) for k in range(int(place.max(initial=-1)) + 1)]


def _scaled(nats: Array) -> Array:
    """Return weights in proportion to exp(nats) along the last axis, the largest of them 1."""
    return np.asarray(np.exp(nats - nats.max(axis=-1, keepdims=True)))


def chosen(weight: Array, rng: np.random.Generator) -> Places:
    """Draw a place along the last axis by weight, (...,)."""
    below = np.cumsum(weight, axis=-1)
    whole = below[..., -1]
    u = np.minimum(rng.random(whole.shape) * whole, np.nextafter(whole, 0))
    return np.asarray((below <= u[..., None]).sum(axis=-1))


def _marked(weight: Array, rng: np.random.Generator) -> Array:
    """Draw a place along the last axis by weight; return 1 there and 0 elsewhere."""
    return np.asarray(chosen(weight, rng)[..., None] == np.arange(weight.shape[-1]), float)


def log_dirichlet(alpha: Array, rng: np.random.Generator) -> Array:
    """Return logs of Dirichlet draws along the last axis: gamma(a) is gamma(a + 1) times a uniform number to the power 1/a."""
    held = np.maximum(alpha, 1e-12)
    scores = log(rng.standard_gamma(held + 1)) - rng.standard_exponential(held.shape) / held
    scores = np.where(alpha > 0, scores, -np.inf)
    return np.asarray(scores - logsumexp(scores)[..., None])
