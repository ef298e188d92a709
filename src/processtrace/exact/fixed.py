"""The likelihood of a unit when every judgement, reliability and sensitivity is fixed, at many settings at once.

The common cause of a cluster is still integrated out; nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import log_ndtr, ndtr

from processtrace.exact.case import CaseNumbers
from processtrace.exact.clues import Levels, clue_nats, clue_of, levels_at
from processtrace.exact.copula import furthest_peak, given_cause, step, unit_step
from processtrace.exact.items import Item
from processtrace.exact.ranges import REACH, log_expit, log_normal_density, log_odds, probit
from processtrace.exact.unit import blocks, clues_of
from processtrace.logspace import Array, log, logsumexp

_STEP = unit_step(34.0)
_CHUNK = 1_000_000

_SAFE = 1e-200
"""A largest product below this is computed again in logarithms."""


@dataclass(frozen=True)
class Setting:
    """Fixed reports, one column per setting.

    Attributes
    ----------
    r
        Reliabilities, (source, setting).
    s
        Search sensitivities, (item, hypothesis, setting).
    theta
        By place of a clue how probable its finding is at each level of its node, (level, setting); as it is judged where left out.
    """

    r: Array
    s: Array
    theta: Mapping[int, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Cause:
    """Nodes u of a cluster's common cause, their log weights, and its correlation."""

    u: Array
    log_weight: Array
    rho: float

    def plain(self, t: Array, f: Array, probits: Array) -> Array:
        """Return F + (T - F) Phi of a judgement at each node, which may underflow. The nodes are the last axis."""
        x = given_cause(probits[..., None], self.rho, self.u)
        if np.isneginf(f).all():
            return np.asarray(np.exp(t) * ndtr(x))
        true, false = np.exp(t), np.exp(f)
        if (true >= false).all():  # a sum of what is not negative keeps its digits
            return np.asarray(false + (true - false) * ndtr(x))
        if (false >= true).all():
            return np.asarray(true + (false - true) * ndtr(-x))
        return np.asarray(true * ndtr(x) + false * ndtr(-x))

    def factor(self, t: Array, f: Array, probits: Array) -> Array:
        """Return log (F + (T - F) Phi) of a judgement at each node. The nodes are the last axis."""
        x = given_cause(probits[..., None], self.rho, self.u)
        if np.isneginf(f).all():
            return np.asarray(t + log_ndtr(x))
        below = log_ndtr(-np.abs(x))  # the smaller tail; the larger follows without loss
        above = np.log1p(-np.exp(below))
        log_p, log_q = np.where(x < 0, below, above), np.where(x < 0, above, below)
        return np.asarray(np.logaddexp(f + log_q, t + log_p))


def cause(rho: float, items: int, furthest: float) -> Cause:
    """Return nodes that resolve a cluster.

    Parameters
    ----------
    rho
        Latent correlation, in (0, 1).
    items
        Number of items.
    furthest
        Largest absolute probit of their judgements.

    Returns
    -------
    Cause
        Nodes and log weights, (node,).
    """
    reach, h = REACH + furthest_peak(furthest, rho, items), step(_STEP, rho, items)
    u = np.arange(-reach, reach + h, h)
    return Cause(u, log_normal_density(u) + np.log(h), rho)


def log_ends(item: Item) -> tuple[Array, Array]:
    """Return the log odds of both ends of an item's judgements, (hypothesis,) each."""
    return log_odds(np.array(item.low)), log_odds(np.array(item.high))


def independent(numbers: CaseNumbers, unit: Sequence[int]) -> list[tuple[float, tuple[int, ...]]]:
    """Return (rho, places) of each cluster of a unit whose correlation is above 0, and (0, (place,)) of each other item but clues."""
    made: list[tuple[float, tuple[int, ...]]] = []
    for cluster, places in blocks(numbers.items, unit):
        if cluster is None or numbers.rho[cluster] == 0:
            made += [(0.0, (i,)) for i in places]
        else:
            made.append((numbers.rho[cluster], places))
    return made


def reports(item: Item, r: Array, s: Array) -> tuple[Array, Array]:
    """Return (log T, log F) of an item at fixed reports.

    Parameters
    ----------
    item
        The item.
    r
        Reliabilities of the case's ranged sources, (source, setting).
    s
        Search sensitivities, (hypothesis, setting).

    Returns
    -------
    tuple of Array
        Log probability of the record where the finding holds and where it does not, nats, (hypothesis, setting) each.
    """
    columns, own = s.shape[1], list(item.sources)
    a = np.vstack([np.full((1, columns), rate[0]) for rate in item.rates] + [(1 + r[own]) / 2])
    b = np.vstack([np.full((1, columns), rate[1]) for rate in item.rates] + [(1 - r[own]) / 2])
    if item.found:
        t = log(s) + log(a).sum(axis=0)
        return t, (log(s) + log(b).sum(axis=0) if len(b) else np.full(s.shape, -np.inf))
    if not len(a):
        return log(1 - s), np.zeros(s.shape)
    missed = [log(1 - s[None] + s[None] * (1 - rate[:, None])).sum(axis=0) for rate in (a, b)]
    return missed[0], missed[1]


def log_factor(t: Array, f: Array, odds: Array) -> Array:
    """Return log (F + (T - F) p) at log odds of p, broadcasting, by the cheaper form where nothing is reported unless it is true."""
    if np.isneginf(f).all():
        return np.asarray(t + log_expit(odds))
    return np.asarray(np.logaddexp(f + log_expit(-odds), t + log_expit(odds)))


def extreme(numbers: CaseNumbers, unit: Sequence[int], setting: Setting, highest: bool) -> Array:
    """Return the highest or lowest log likelihood of a unit over the ends of its judgements.

    Each item's factor is monotone in its judgement at every value of the common cause, so the ends are exact.

    Parameters
    ----------
    numbers
        The case.
    unit
        Places of the unit's items.
    setting
        Reliabilities and sensitivities.
    highest
        Whether the highest is returned, not the lowest.

    Returns
    -------
    Array
        Nats, (hypothesis, setting).
    """
    best = np.maximum if highest else np.minimum

    def by_hand(i: int, t: Array, f: Array) -> Array:
        low, high = (log_factor(t, f, odds[:, None]) for odds in log_ends(numbers.items[i]))
        return np.asarray(best(low, high))

    total = _clues(numbers, unit, setting, by_hand)
    for rho, places in independent(numbers, unit):
        ends = [log_ends(numbers.items[i]) for i in places]
        if len(places) == 1:
            t, f = reports(numbers.items[places[0]], setting.r, setting.s[places[0]])
            low, high = (log_factor(t, f, odds[:, None]) for odds in ends[0])
            total = total + best(low, high)
            continue
        probits = [tuple(probit(odds) for odds in pair) for pair in ends]
        nodes = cause(rho, len(places), _furthest(probits))
        value = np.zeros((*total.shape, len(nodes.u)))
        for i, pair in zip(places, probits, strict=True):
            t, f = (part[..., None] for part in reports(numbers.items[i], setting.r, setting.s[i]))
            low, high = (nodes.factor(t, f, end[:, None]) for end in pair)
            value += best(low, high)
        total = total + logsumexp(value + nodes.log_weight)
    return total


def at(numbers: CaseNumbers, unit: Sequence[int], setting: Setting, odds: Mapping[int, Array]) -> Array:
    """Return the log likelihood of a unit at given judgements.

    Parameters
    ----------
    numbers
        The case.
    unit
        Places of the unit's items.
    setting
        Reliabilities and sensitivities.
    odds
        Judged log odds by place, (hypothesis, setting or 1).

    Returns
    -------
    Array
        Nats, (hypothesis, setting).
    """
    total = _clues(numbers, unit, setting, lambda i, t, f: log_factor(t, f, odds[i]))
    for rho, places in independent(numbers, unit):
        pairs = {i: reports(numbers.items[i], setting.r, setting.s[i]) for i in places}
        if len(places) == 1:
            i = places[0]
            total = total + log_factor(*pairs[i], odds[i])
            continue
        probits = {i: probit(odds[i]) for i in places}
        nodes = cause(rho, len(places), _furthest([(part,) for part in probits.values()]))
        width = max(1, _CHUNK // len(nodes.u))
        for h in range(total.shape[0]):
            for start in range(0, total.shape[1], width):
                some = slice(start, start + width)
                own = {i: probits[i][h] if probits[i].shape[1] == 1 else probits[i][h, some] for i in places}
                judged = [(pairs[i][0][h, some, None], pairs[i][1][h, some, None], own[i]) for i in places]
                total[h, some] += _integral(nodes, judged, total[h, some].size)
    return total


def _clues(numbers: CaseNumbers, unit: Sequence[int], setting: Setting, by_hand: Callable[[int, Array, Array], Array]) -> Array:
    """Return the log likelihood of a unit's clues, (hypothesis, setting); 0 where it has none."""
    places = clues_of(numbers.items, unit)
    if not places:
        return np.zeros(setting.s.shape[1:])
    items = [numbers.items[i] for i in places]
    pairs = [reports(item, setting.r, setting.s[i]) for i, item in zip(places, items, strict=True)]
    log_t, log_f = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    factors = np.array([np.broadcast_to(by_hand(i, t, f), t.shape) for i, t, f in zip(places, log_t, log_f, strict=True)])
    levels = [levels_at(setting.theta[i]) if i in setting.theta else _as_judged(item) for i, item in zip(places, items, strict=True)]
    return np.asarray(clue_nats(items, np.ones((1, len(items))), log_t, log_f, factors, levels)[0])


def _as_judged(item: Item) -> Levels:
    """Return the levels of a clue whose judgements are points; the low end of a range."""
    return levels_at(np.array(clue_of(item).low)[:, None])


def _integral(nodes: Cause, judged: Sequence[tuple[Array, Array, Array]], settings: int) -> Array:
    """Return the log of the integral over a common cause of judgements with log T, log F and probits, (setting,).

    It is computed in logarithms where products underflow.
    """
    product = np.tile(np.exp(nodes.log_weight), (settings, 1))
    for one in judged:
        product *= nodes.plain(*one)
    if product.max(axis=1, initial=0.0).min(initial=1.0) > _SAFE:
        return np.asarray(np.log(product.sum(axis=1)))
    return logsumexp(sum((nodes.factor(*one) for one in judged), nodes.log_weight))


def _furthest(probits: Sequence[tuple[Array, ...]]) -> float:
    every = np.concatenate([part.ravel() for pair in probits for part in pair])
    return float(np.abs(every[np.isfinite(every)]).max(initial=0.0))
