"""A unit: items of a case linked by a cluster, by a source of uncertain reliability, or by `given`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from processtrace.exact.clues import mean_nats
from processtrace.exact.cluster import settled
from processtrace.exact.items import Item, log_means_of, log_reports
from processtrace.exact.lean import half_widths, lean_of, over_lean
from processtrace.exact.ranges import gauss_rule, log_expit, parameters
from processtrace.logspace import Array, logsumexp

MOST_EXACT = 3
"""Largest number of ranged sources in one unit whose reliabilities are integrated exactly."""

SOBOL_POINTS, SOBOL_SCRAMBLES = 1024, 8
_FLOOR = -1e200  # represents log 0 where it is multiplied by a mask


@dataclass(frozen=True)
class Reliabilities:
    """Nodes for the reliabilities of ranged sources.

    Attributes
    ----------
    r, rest
        r and 1 - r, (source, node).
    log_weight
        Log weights, (node,).
    groups
        Number of independent randomisations among the nodes: 1 where the rule is exact.
    """

    r: Array
    rest: Array
    log_weight: Array
    groups: int = 1


def reliabilities(sources: Sequence[tuple[float, float]], items: Sequence[Item], z: float) -> Reliabilities:
    """Return nodes for the reliabilities of the ranged sources that some items name.

    Parameters
    ----------
    sources
        Ranges of reliability of the case's ranged sources.
    items
        Items of the unit.
    z
        Normal quantile of the ranges.

    Returns
    -------
    Reliabilities
        An exact product rule for up to three ranged sources, and scrambled Sobol points for more.
    """
    used = sorted({w for item in items for w in item.sources})
    if len(used) > MOST_EXACT:
        return _sobol(sources, used, z)
    rules = []
    for w in used:
        degree = sum(w in item.sources for item in items)
        rules.append(gauss_rule(*sources[w], z, degree))
    combinations = list(product(*(range(len(rule[0])) for rule in rules)))
    r, rest = np.ones((len(sources), len(combinations))), np.zeros((len(sources), len(combinations)))
    weight = np.zeros(len(combinations))
    for k, chosen in enumerate(combinations):
        for w, rule, place in zip(used, rules, chosen, strict=True):
            r[w, k], rest[w, k] = rule[0][place], rule[1][place]
            weight[k] += rule[2][place]
    return Reliabilities(r, rest, weight)


def _sobol(sources: Sequence[tuple[float, float]], used: list[int], z: float) -> Reliabilities:
    from scipy.special import ndtri
    from scipy.stats import qmc

    r, rest = (np.full((len(sources), SOBOL_POINTS * SOBOL_SCRAMBLES), end) for end in (1.0, 0.0))
    points = np.concatenate([qmc.Sobol(len(used), rng=np.random.default_rng(seed)).random(SOBOL_POINTS) for seed in range(SOBOL_SCRAMBLES)])
    for column, w in enumerate(used):
        low, high = sources[w]
        mu, sd = parameters(low, high, z)
        odds = mu + sd * ndtri(np.clip(points[:, column], 1e-12, 1 - 1e-12))
        r[w], rest[w] = np.exp(log_expit(odds)), np.exp(log_expit(-odds))
    return Reliabilities(r, rest, np.full(len(points), -np.log(len(points))), SOBOL_SCRAMBLES)


def blocks(items: Sequence[Item] | Mapping[int, Item], places: Iterable[int]) -> Iterator[tuple[int | None, tuple[int, ...]]]:
    """Split the items of a unit that are no clues into what is independent given its reliabilities.

    Parameters
    ----------
    items
        Items by place.
    places
        Places of the unit's items.

    Yields
    ------
    tuple
        (cluster, places) of each cluster of two or more of these items; (None, places) of items that are independent of all others:
        first those of no cluster, and then the only item of a cluster.
    """
    places = tuple(i for i in places if items[i].clue is None)
    for cluster in sorted({items[i].cluster for i in places}, key=lambda c: -1 if c is None else c):
        own = tuple(i for i in places if items[i].cluster == cluster)
        yield (cluster if len(own) > 1 else None), own


def apart(items: Sequence[Item]) -> list[list[int]]:
    """Return what is independent given a lean: items that a cluster, a ranged source or a causal model links, part by part.

    Parameters
    ----------
    items
        Items of a unit.

    Returns
    -------
    list of list of int
        Places of items.
    """
    parts: list[tuple[set[object], list[int]]] = []
    for i, item in enumerate(items):
        links: set[object] = {("source", w) for w in item.sources}
        links |= {("cluster", item.cluster)} if item.cluster is not None else set()
        links |= {"clues"} if item.clue is not None else set()
        met = [part for part in parts if part[0] & links]
        parts = [part for part in parts if not part[0] & links]
        parts.append((links.union(*(part[0] for part in met)), sorted([i, *(k for part in met for k in part[1])])))
    return [places for _, places in parts]


def clues_of(items: Sequence[Item] | Mapping[int, Item], places: Iterable[int]) -> list[int]:
    """Return the places of the items that are clues."""
    return [i for i in places if items[i].clue is not None]


@dataclass(frozen=True)
class Likelihood:
    """Log likelihood of subsets of a unit's items: `nats` (subset, hypothesis), and the standard error of each."""

    nats: Array
    error: Array


def likelihood(
    items: Sequence[Item],
    subsets: NDArray[np.bool_],
    rho: Sequence[float],
    sources: Sequence[tuple[float, float]],
    z: float,
) -> Likelihood:
    """Return log P(items of each subset | hypothesis).

    Parameters
    ----------
    items
        Items of the unit.
    subsets
        Boolean, (subset, item).
    rho
        Latent correlation of each cluster of the case.
    sources
        Ranges of reliability of the case's ranged sources.
    z
        Normal quantile of the ranges.

    Returns
    -------
    Likelihood
        Nats, (subset, hypothesis), exact (error 0) unless more than three ranged sources meet in the unit. Then it is a randomised
        quasi-Monte Carlo mean with the standard error over its randomisations.

    References
    ----------
    Owen 1998, doi:10.1006/jcom.1998.0487 (scrambled Sobol points).
    """
    if (lean := lean_of(items)) > 0:
        return _leaning(items, subsets, rho, sources, z, lean)
    nodes = reliabilities(sources, items, z)
    chosen = np.asarray(subsets, float)
    hypotheses = len(items[0].low)
    total = np.zeros((len(chosen), hypotheses, len(nodes.log_weight)))
    reports = [log_reports(item, nodes.r, nodes.rest, z) for item in items]
    if clues := clues_of(items, range(len(items))):
        log_t, log_f = (np.array([reports[i][side] for i in clues]) for side in (0, 1))
        total += np.maximum(mean_nats([items[i] for i in clues], chosen[:, clues], log_t, log_f, z), _FLOOR)
    for cluster, places in blocks(items, range(len(items))):
        if cluster is None:
            alone = np.array([_factor(items[i], *reports[i], z) for i in places])
            total += _masked(chosen[:, places], alone)
            continue
        form = settled(tuple(items[i] for i in places), rho[cluster], z)
        for k in range(len(nodes.log_weight)):
            t = np.array([reports[i][0][:, k] for i in places])[:, :, None]
            f = np.array([reports[i][1][:, k] for i in places])[:, :, None]
            factors = np.logaddexp(f + form.log_q, t + form.log_p)
            total[:, :, k] += logsumexp(_masked(chosen[:, places], factors) + form.log_weight)
    total[total < _FLOOR / 2] = -np.inf
    return _over_nodes(total + nodes.log_weight, nodes.groups)


def _leaning(
    items: Sequence[Item],
    subsets: NDArray[np.bool_],
    rho: Sequence[float],
    sources: Sequence[tuple[float, float]],
    z: float,
    lean: float,
) -> Likelihood:
    """Return the same with the lean of the judgements integrated out; given it, parts that share no cluster and source are independent."""
    chosen, bare = np.asarray(subsets, bool), [replace(item, lean=0.0) for item in items]
    parts = apart(items)
    leaning = [part for part in parts if not clues_of(items, part) and half_widths([items[i] for i in part]).any()]
    still = [likelihood([bare[i] for i in part], chosen[:, part], rho, sources, z) for part in parts if part not in leaning]
    places = [i for part in leaning for i in part]

    def together(there: list[Item]) -> Array:
        own = dict(zip(places, there, strict=True))
        return np.sum([likelihood([own[i] for i in part], chosen[:, part], rho, sources, z).nats for part in leaning], axis=0)

    moving = [likelihood([bare[i] for i in part], chosen[:, part], rho, sources, z).error for part in leaning if _many(items, part)]
    nats = over_lean([items[i] for i in places], lean, z, together)
    error = np.sqrt(sum((part**2 for part in (*moving, *(one.error for one in still))), np.zeros(nats.shape)))
    return Likelihood(nats + sum((one.nats for one in still), np.zeros(nats.shape)), error)


def _many(items: Sequence[Item], part: Sequence[int]) -> bool:
    """Return whether more ranged sources meet in a part than are integrated exactly."""
    return len({w for i in part for w in items[i].sources}) > MOST_EXACT


def _factor(item: Item, log_t: Array, log_f: Array, z: float) -> Array:
    log_p, log_q = log_means_of(item, z)
    return np.logaddexp(log_f + log_q[:, None], log_t + log_p[:, None])


def _masked(chosen: Array, factors: Array) -> Array:
    return np.tensordot(chosen, np.maximum(factors, _FLOOR), axes=1)


def _over_nodes(values: Array, groups: int) -> Likelihood:
    nats = logsumexp(values)
    if groups == 1:
        return Likelihood(nats, np.zeros_like(nats))
    each = logsumexp(values.reshape(*values.shape[:-1], groups, -1)) + np.log(groups)
    with np.errstate(invalid="ignore"):
        ratio = np.exp(each - nats[..., None])
    error = np.where(np.isfinite(nats), ratio.std(axis=-1, ddof=1) / np.sqrt(groups), 0.0)
    return Likelihood(nats, error)
