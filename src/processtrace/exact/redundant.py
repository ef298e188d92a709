"""A unit in which the findings of each cluster are as dependent as they can be: the limit rho -> 1.

All findings of a cluster share one uniform v, and the i-th is true where v <= theta_i: the integral over v of
prod_i [F_i + (T_i - F_i) P(theta_i >= v)].
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import log_ndtr

from processtrace.exact.case import CaseNumbers
from processtrace.exact.clues import mean_nats
from processtrace.exact.cluster import settled
from processtrace.exact.items import Item, log_means_of, log_reports
from processtrace.exact.lean import lean_of, over_lean
from processtrace.exact.ranges import log_expit, log_odds, parameters
from processtrace.exact.unit import apart, blocks, clues_of, reliabilities
from processtrace.logspace import Array, log, logsumexp

NODES = 24
"""Gauss-Legendre nodes on each piece; pieces are no longer than 1.5 standard deviations of any range, nor 2 log odds."""

_REACH, _PIECE, _LONGEST = 30.0, 1.5, 2.0


def redundant_nats(numbers: CaseNumbers, unit: Sequence[int], redundant: Collection[int]) -> Array:
    """Return the log likelihood of a unit of which some clusters are fully redundant.

    For points it is a sum over the sorted judgements, in closed form. For ranges it is an integral over pieces on which the
    integrand is smooth.

    Parameters
    ----------
    numbers
        The case.
    unit
        Places of the unit's items.
    redundant
        Places of the clusters that are fully redundant.

    Returns
    -------
    Array
        Nats, (hypothesis,); -inf where a hypothesis is refuted.
    """
    items = [numbers.items[i] for i in unit]
    if (lean := lean_of(items)) > 0:
        return _leaning(numbers, unit, redundant, lean)
    nodes = reliabilities(numbers.ranges, items, numbers.z)
    reports = [log_reports(item, nodes.r, nodes.rest, numbers.z) for item in items]
    total = np.tile(nodes.log_weight, (len(items[0].low), 1))
    if clues := clues_of(items, range(len(items))):
        log_t, log_f = (np.array([reports[i][side] for i in clues]) for side in (0, 1))
        total = total + mean_nats([items[i] for i in clues], np.ones((1, len(clues))), log_t, log_f, numbers.z)[0]
    for cluster, places in blocks(items, range(len(items))):
        if cluster is None:
            for i in places:
                log_p, log_q = log_means_of(items[i], numbers.z)
                total = total + np.logaddexp(reports[i][1] + log_q[:, None], reports[i][0] + log_p[:, None])
            continue
        if cluster not in redundant:
            form = settled(tuple(items[i] for i in places), numbers.rho[cluster], numbers.z)
            inside = form.log_weight[None, :, None]
            for i, p, q in zip(places, form.log_p, form.log_q, strict=True):
                t, f = (part[:, None, :] for part in reports[i])
                inside = inside + np.logaddexp(f + q[:, :, None], t + p[:, :, None])
            total = total + logsumexp(inside, axis=1)
            continue
        for h in range(len(total)):
            weight, log_p, log_q = shared_uniform([(items[i].low[h], items[i].high[h]) for i in places], numbers.z)
            inside = np.tile(weight[:, None], (1, total.shape[1]))
            for i, p, q in zip(places, log_p, log_q, strict=True):
                inside = inside + np.logaddexp(reports[i][1][h] + q[:, None], reports[i][0][h] + p[:, None])
            total[h] += logsumexp(inside, axis=0)
    return logsumexp(total)


def _leaning(numbers: CaseNumbers, unit: Sequence[int], redundant: Collection[int], lean: float) -> Array:
    """Return the same where the judgements lean together; clues of a causal model, and what is linked to them, do not."""
    bare = replace(numbers, items=tuple(replace(item, lean=0.0) for item in numbers.items))
    parts = [[unit[k] for k in part] for part in apart([numbers.items[i] for i in unit])]
    leaning = [part for part in parts if not clues_of(numbers.items, part)]
    places = [i for part in leaning for i in part]

    def together(there: list[Item]) -> Array:
        own = dict(zip(places, there, strict=True))
        moved = replace(bare, items=tuple(own.get(i, item) for i, item in enumerate(bare.items)))
        return np.sum([redundant_nats(moved, part, redundant) for part in leaning], axis=0)

    still = [redundant_nats(bare, part, redundant) for part in parts if part not in leaning]
    nats = over_lean([numbers.items[i] for i in places], lean, numbers.z, together)
    return np.asarray(nats + sum(still, np.zeros(len(nats))))


def shared_uniform(judged: Sequence[tuple[float, float]], z: float) -> tuple[Array, Array, Array]:
    """Return nodes of the shared uniform v for points and ranges.

    Parameters
    ----------
    judged
        Ends of each judgement; equal ends are a point.
    z
        Normal quantile of the ranges.

    Returns
    -------
    tuple of Array
        Log weights, (node,), then log P(theta_i >= v) and log P(theta_i < v), (item, node) each.
    """
    if all(low == high for low, high in judged):
        return _steps(np.array([low for low, _ in judged]))
    inner = np.array([low == high and 0 < low < 1 for low, high in judged])
    points = np.array([log_odds(np.float64(low)) for (low, _), kept in zip(judged, inner, strict=True) if kept])
    normal = [parameters(np.float64(low), np.float64(high), z) for low, high in judged if low < high]
    steps = np.arange(-_REACH, _REACH + _PIECE, _PIECE)
    cuts = np.concatenate([points, *(float(mu) + float(sd) * steps for mu, sd in normal)])
    cuts = np.unique(np.concatenate([cuts, np.arange(cuts.min(), cuts.max(), _LONGEST)]))
    x, width = _legendre(cuts)
    weight = np.concatenate(
        [log_expit(cuts[:1]), width + log_expit(x) + log_expit(-x), log_expit(-cuts[-1:])]  # what lies below and above the cuts
    )
    x = np.concatenate([[-np.inf], x, [np.inf]])
    log_p, log_q = np.empty((len(judged), len(x))), np.empty((len(judged), len(x)))
    for i, (low, high) in enumerate(judged):
        if low == high:
            true = x <= log_odds(np.float64(low))
            log_p[i], log_q[i] = log(true.astype(float)), log((~true).astype(float))
        else:
            mu, sd = parameters(np.float64(low), np.float64(high), z)
            log_p[i], log_q[i] = log_ndtr((mu - x) / sd), log_ndtr((x - mu) / sd)
    return weight, log_p, log_q


def _steps(p: Array) -> tuple[Array, Array, Array]:
    """Return one node for each piece between neighbouring judgements, where nothing changes, with its length as weight."""
    edges = np.unique(np.concatenate([[0.0], p, [1.0]]))
    true = edges[1:] <= p[:, None]
    return log(np.diff(edges)), log(true.astype(float)), log((~true).astype(float))


def _legendre(cuts: Array) -> tuple[Array, Array]:
    """Return Gauss-Legendre nodes on each piece and the logs of their weights."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half, middle = np.diff(cuts)[:, None] / 2, ((cuts[1:] + cuts[:-1]) / 2)[:, None]
    return np.ravel(middle + half * nodes), np.ravel(log(half * weights))
