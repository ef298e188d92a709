"""Everything uncertain in one unit is drawn exactly, given the hypothesis that accounts for it.

Reliabilities come first, from their posterior; then each cluster's common cause; then each item's sensitivity; last its
judgement, tilted by its factor F + (T - F) theta. Each step draws from one density with all later ones integrated out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_ndtr

from processtrace.errors import UsageError
from processtrace.exact.case import CaseNumbers
from processtrace.exact.cluster import NEAR_ONE, Latent, latent
from processtrace.exact.copula import given_cause
from processtrace.exact.fixed import independent, reports
from processtrace.exact.items import Item, log_means_of, log_reports
from processtrace.exact.ranges import log_expit, parameters, probit
from processtrace.exact.unit import MOST_EXACT, Reliabilities, reliabilities
from processtrace.inference.draws.density import between, interpolated, range_grid, repeated, tilted
from processtrace.logspace import Array, log, logsumexp

_CHUNK = 2_000_000

_SAFE = 1e-200
"""A largest product below this is taken again in logarithms."""


@dataclass(frozen=True)
class Drawn:
    """Log odds drawn, (draw,) each, by place of the item."""

    sensitivity: dict[int, Array]
    judgement: dict[int, Array]


def unit_draws(
    numbers: CaseNumbers, unit: Sequence[int], h: int, reliability: Mapping[int, Array], count: int, rng: np.random.Generator
) -> Drawn:
    """Return independent draws of a unit's sensitivities and judgements, given all its findings and what accounts for it.

    Exact but for the interpolation of densities.

    Parameters
    ----------
    numbers
        The case in numbers.
    unit
        Places of its items.
    h
        Place of the hypothesis that accounts for the unit.
    reliability
        Log odds of the reliability of each uncertain source of the unit, (draw,), by its place in the case.
    count
        Number of draws.
    rng
        Generator of the draws.
    """
    drawn = Drawn({}, {})
    odds = np.zeros((len(numbers.ranges), count))
    for w, value in reliability.items():
        odds[w] = value
    r, rest = expit(odds), expit(-odds)
    for rho, places in independent(numbers, unit):
        items = tuple(numbers.items[i] for i in places)
        if len(items) == 1:
            log_p, log_q = (part[h] for part in log_means_of(items[0], numbers.z))
            u, means = None, [(np.full(count, log_p), np.full(count, log_q))]
        else:
            u, means = _cause(items, rho, numbers.z, h, r, rest, rng)
        for i, item, (log_p, log_q) in zip(places, items, means, strict=True):
            s = np.full((len(item.low), count), item.least[h])
            if item.least[h] < item.most[h]:
                drawn.sensitivity[i] = _sensitivity(item, h, numbers.z, r, log_p, log_q, rng)
                s = np.tile(expit(drawn.sensitivity[i]), (len(item.low), 1))
            if item.low[h] < item.high[h]:
                log_t, log_f = (part[h] for part in reports(item, r, s))
                there, absent = log_t + log_p, log_f + log_q
                if u is None:
                    drawn.judgement[i] = _alone(item, h, numbers.z, there, absent, rng)
                else:
                    drawn.judgement[i] = _clustered(item, h, numbers.z, rho, u, there, absent, rng)
    return drawn


def reliability_draws(numbers: CaseNumbers, unit: Sequence[int], h: int, count: int, rng: np.random.Generator) -> dict[int, Array]:
    """Return log odds of the unit's uncertain reliabilities, one source after the other, those still to come integrated out.

    Where more than three reliabilities meet, they are resampled from 8,192 Sobol points by their likelihood.
    """
    items = [numbers.items[i] for i in unit]
    used = sorted({w for item in items for w in item.sources})
    if not used:
        return {}
    if len(used) > MOST_EXACT:
        every = reliabilities(numbers.ranges, items, numbers.z)
        weight = _given_reliabilities(numbers, unit, h, every) + every.log_weight
        chosen = repeated(rng, np.arange(len(weight), dtype=float), weight, count)[1]
        return {w: log(every.r[w, chosen]) - log(every.rest[w, chosen]) for w in used}
    drawn: dict[int, Array] = {}
    place = np.zeros((0, count), int)
    grids = {w: range_grid(*_parameters(*numbers.ranges[w], numbers.z), sum(w in item.sources for item in items)) for w in used}
    for k, w in enumerate(used):
        settled, back = np.unique(place, axis=1, return_inverse=True) if k else (np.zeros((0, 1), int), np.zeros(count, int))
        later = reliabilities(numbers.ranges, [_only(item, used[k + 1 :]) for item in items], numbers.z)
        nodes, odds, density = grids[w]
        shape = (settled.shape[1], len(nodes), len(later.log_weight))
        r, rest = (np.tile(part[:, None, None, :], (1, *shape[:2], 1)) for part in (later.r, later.rest))
        for before, row in zip(used[:k], settled, strict=True):
            r[before], rest[before] = (expit(sign * grids[before][1][row])[:, None, None] for sign in (1, -1))
        r[w], rest[w] = (expit(sign * odds)[None, :, None] for sign in (1, -1))
        flat = Reliabilities(r.reshape(len(r), -1), rest.reshape(len(r), -1), np.zeros(int(np.prod(shape))))
        nats = _given_reliabilities(numbers, unit, h, flat).reshape(shape)
        table = density + logsumexp(nats + later.log_weight)
        x, chosen = interpolated(rng, nodes, table[back.ravel()]) if k else repeated(rng, nodes, table[0], count)
        drawn[w] = odds[0] + (odds[1] - odds[0]) / (nodes[1] - nodes[0]) * (x - nodes[0])
        place = np.vstack([place, chosen])
    return drawn


def _only(item: Item, some: Sequence[int]) -> Item:
    return Item(item.found, item.low, item.high, item.least, item.most, item.rates, tuple(w for w in item.sources if w in some))


def _given_reliabilities(numbers: CaseNumbers, unit: Sequence[int], h: int, at: Reliabilities) -> Array:
    """Return log P(the unit's findings | reliabilities, h), (node,), nats; all else integrated out."""
    total = np.zeros(len(at.log_weight))
    for rho, places in independent(numbers, unit):
        items = tuple(numbers.items[i] for i in places)
        pairs = [tuple(part[h] for part in log_reports(item, at.r, at.rest, numbers.z)) for item in items]
        if len(items) == 1:
            log_p, log_q = (part[h] for part in log_means_of(items[0], numbers.z))
            total += np.logaddexp(pairs[0][1] + log_q, pairs[0][0] + log_p)
            continue
        form = _fine(items, rho, numbers.z, 0)
        width = max(1, _CHUNK // len(form.log_weight))
        for start in range(0, len(total), width):
            some = slice(start, start + width)
            density, scale = _findings(form, h, [(t[some], f[some]) for t, f in pairs])
            total[some] += np.log(density.sum(axis=1)) + scale
    return total


def _findings(form: Latent, h: int, pairs: Sequence[tuple[Array, ...]]) -> tuple[Array, Array]:
    """Return P(a cluster's findings | u, h) times the density of u, (draw, node), each row up to a factor, and that factor's log (draw,)."""
    product = np.tile(np.exp(form.log_weight), (len(pairs[0][0]), 1))
    for i, (t, f) in enumerate(pairs):
        product *= np.exp(np.stack([f, t], axis=1)) @ np.exp(np.stack([form.log_q[i, h], form.log_p[i, h]]))
    if product.max(axis=1).min() > _SAFE:
        return product, np.zeros(len(product))
    parts = [np.logaddexp(f[:, None] + form.log_q[i, h], t[:, None] + form.log_p[i, h]) for i, (t, f) in enumerate(pairs)]
    nats = np.asarray(np.sum(parts, axis=0)) + form.log_weight
    top = nats.max(axis=1)
    return np.exp(nats - top[:, None]), top


@lru_cache(maxsize=128)
def _fine(items: tuple[Item, ...], rho: float, z: float, refine: int) -> Latent:
    return latent(items, rho, z, refine)


def _cause(
    items: tuple[Item, ...], rho: float, z: float, h: int, r: Array, rest: Array, rng: np.random.Generator
) -> tuple[Array, list[tuple[Array, Array]]]:
    """Return a cluster's common cause in each draw, and each item's log E[Phi] and log E[1 - Phi] there."""
    if rho > NEAR_ONE:
        raise UsageError(
            f"correlation {rho}: draws need equal steps of the common cause, up to {NEAR_ONE}; lower it, or use the exact update"
        )
    form = _fine(items, rho, z, 3)
    nodes = form.u
    pairs = [tuple(part[h] for part in log_reports(item, r, rest, z)) for item in items]
    u = np.empty(r.shape[1])
    width = max(1, _CHUNK // len(nodes))
    for start in range(0, len(u), width):
        some = slice(start, start + width)
        u[some] = between(rng, nodes, _findings(form, h, [(t[some], f[some]) for t, f in pairs])[0])[0]
    return u, [(np.interp(u, nodes, form.log_p[i, h]), np.interp(u, nodes, form.log_q[i, h])) for i in range(len(items))]


def _sensitivity(item: Item, h: int, z: float, r: Array, log_p: Array, log_q: Array, rng: np.random.Generator) -> Array:
    """Return log odds of an item's sensitivity in each draw, its judgement integrated out."""
    nodes, odds, density = range_grid(*_parameters(item.least[h], item.most[h], z), max(1, len(item.rates) + len(item.sources)))
    scale = (odds[1] - odds[0]) / (nodes[1] - nodes[0])
    if item.found:
        return np.asarray(odds[0] + scale * (repeated(rng, nodes, density + log_expit(odds), len(log_p))[0] - nodes[0]))
    drawn = np.empty(len(log_p))
    width = max(1, _CHUNK // len(nodes))
    for start in range(0, len(drawn), width):
        some = slice(start, start + width)
        shape = (len(drawn[some]), len(nodes))
        s = np.tile(expit(odds), shape[0])[None]
        log_t, log_f = (part[0].reshape(shape) for part in reports(item, np.repeat(r[:, some], len(nodes), axis=1), s))
        table = density + np.logaddexp(log_f + log_q[some, None], log_t + log_p[some, None])
        drawn[some] = odds[0] + scale * (interpolated(rng, nodes, table)[0] - nodes[0])
    return drawn


def _alone(item: Item, h: int, z: float, log_true: Array, log_false: Array, rng: np.random.Generator) -> Array:
    """Return log odds of a judgement tilted by F + (T - F) theta."""
    mu, sd = (np.full(len(log_true), part) for part in _parameters(item.low[h], item.high[h], z))
    return present_or_absent(rng, mu, sd, expit(log_true - log_false))


def present_or_absent(rng: np.random.Generator, mu: Array, sd: Array, present: Array) -> Array:
    """Return log odds of judgements, (draw,), tilted by theta where the finding is there, with probability `present`, else by 1 - theta."""
    side = _sides(present, rng)
    return tilted(rng, mu, sd, 1, lambda odds, draws: log(expit(side[draws] * odds)))


def _clustered(item: Item, h: int, z: float, rho: float, u: Array, log_true: Array, log_false: Array, rng: np.random.Generator) -> Array:
    """Return log odds of a judgement given the common cause, tilted by Phi((Phi^-1(theta) + sqrt(rho) u)/sqrt(1 - rho)), or by what it leaves of 1."""
    side = _sides(expit(log_true - log_false), rng)
    mu, sd = (np.full(len(u), part) for part in _parameters(item.low[h], item.high[h], z))

    def log_probability(odds: Array, draws: NDArray[np.int64]) -> Array:
        return np.asarray(log_ndtr(side[draws] * given_cause(probit(odds), rho, u[draws])))

    return tilted(rng, mu, sd, _steepness(rho), log_probability)


def _parameters(low: float, high: float, z: float) -> tuple[float, float]:
    mu, sd = parameters(low, high, z)
    return float(mu), float(sd)


def _sides(present: Array, rng: np.random.Generator) -> Array:
    """Return 1 in draws in which the finding is there, -1 in those in which it is not."""
    return np.where(rng.random(len(present)) < present, 1.0, -1.0)


def _steepness(rho: float) -> int:
    """Return a degree whose window holds a judgement tilted by Phi at this correlation, which falls as a power 1/(1 - rho) of it."""
    return int(np.ceil(1 / (1 - rho)))
