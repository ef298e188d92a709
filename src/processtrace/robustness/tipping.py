"""How far one judgement of the leading explanation would have to move before the lead is gone."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from processtrace.exact.clues import mean_nats
from processtrace.exact.cluster import latent, settled
from processtrace.exact.items import Item, log_means_of, log_reports
from processtrace.exact.lean import lean_of
from processtrace.exact.ranges import log_expit, probit
from processtrace.exact.unit import blocks, clues_of, likelihood, reliabilities
from processtrace.inference.labelled import evidence_coords, labelled
from processtrace.inference.reading import Reading, readings
from processtrace.inference.update import EVIDENCE
from processtrace.logspace import DB_PER_NAT, Array, logsumexp
from processtrace.robustness.margins import margin_db
from processtrace.robustness.question import Answer, Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

_FURTHEST_ODDS = 690.0
_EVEN = Item(True, (0.5,), (0.5,), (1.0,), (1.0,))  # shows where each node of a common cause is
_FAR = Item(True, (1e-300,), (1e-300,), (1.0,), (1.0,))  # makes the nodes reach as far as any judgement


def tipping(study: Study) -> xr.Dataset:
    """Return what each item would have to weigh for leader and runner-up to tie, with everything else fixed.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables (evidence), NaN without a leader: `weight_db`, leader against runner-up given all the other items, decibels
        (infinite where the item refutes the runner-up, NaN where the others do, and the rest is NaN then); `tips_at_db` = weight_db
        - margin_db; `tips_at_probability`, the point judgement of the leader, in place of its own, at which they tie (NaN where
        search, sources or dependence keep it from being reached, and for a clue, which follows from a causal model); `rank` of the
        needed change, the margin, among the absolute weights of the other items (1: none is larger).

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(name, finding="A memo.", probability={"a": 0.8, "b": 0.2}) for name in ("memo", "note")]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> pt.robustness.tipping(study).tips_at_probability.values.round(3).tolist()
    [0.05, 0.05]
    """
    each = readings(study)
    parts = [_case(reading) for reading in each]
    names = ("weight_db", "tips_at_db", "tips_at_probability", "rank")
    columns = {name: ((EVIDENCE,), np.concatenate([part[k] for part in parts] or [np.zeros(0)])) for k, name in enumerate(names)}
    return labelled(study, columns, evidence_coords(each))


def weights_db(reading: Reading) -> Array:
    """Return each item's weight for the leader against the runner-up, given all the others.

    Parameters
    ----------
    reading
        The case.

    Returns
    -------
    Array
        Decibels, (item,); NaN without a pair.
    """
    pair = reading.lead.pair
    if pair is None:
        return np.full(len(reading.numbers.ids), np.nan)
    last = reading.terms.last
    with np.errstate(invalid="ignore"):
        return np.asarray((last[:, pair[0]] - last[:, pair[1]]) * DB_PER_NAT)


def _case(reading: Reading) -> tuple[Array, Array, Array, Array]:
    weight, margin = weights_db(reading), margin_db(reading)
    nothing = np.full(len(weight), np.nan)
    pair = reading.lead.pair
    if pair is None or not np.isfinite(margin):
        return weight, nothing, nothing, nothing
    point = [tips_at(reading, i, pair[0], margin / DB_PER_NAT) for i in range(len(weight))]
    size = np.abs(weight)
    rank = [1.0 + float((np.delete(size, i) > margin).sum()) for i in range(len(weight))]
    return weight, weight - margin, np.array(point, float), np.array(rank, float)


def tips_at(reading: Reading, place: int, leader: int, nats: float) -> float:
    """Return the leader's probability of an item that lowers its log likelihood by so many nats.

    The likelihood of the unit is linear in the probability of an item outside a cluster, and monotone in one inside.

    Parameters
    ----------
    reading
        The case.
    place
        Place of the item.
    leader
        Place of the leader.
    nats
        How far the log likelihood is lowered.

    Returns
    -------
    float
        Probability; NaN where none does it, and for a clue, whose probability follows from a causal model.
    """
    u = _unit_of(reading, place)
    unit = reading.numbers.units[u]
    if reading.numbers.items[place].clue is not None:
        return float("nan")
    target = float(reading.unit_nats[u, leader]) - nats
    leaning = lean_of([reading.numbers.items[i] for i in unit]) > 0
    integrand = None if leaning else _integrand(reading, unit, place, leader)
    value = partial(_leaning_at, reading, unit, place, leader) if integrand is None else integrand.at
    never, always = value(-np.inf), value(np.inf)
    if not min(never, always) <= target <= max(never, always) or never == always:
        return float("nan")
    alone = not _clustered(reading, unit, place) if integrand is None else integrand.shift is None
    if alone:
        return _linear(target, never, always)
    if target in (never, always):
        return 0.0 if target == never else 1.0
    from scipy.optimize import brentq

    ends = (-_FURTHEST_ODDS, _FURTHEST_ODDS)
    off = [value(x) - target for x in ends]
    if off[0] * off[1] > 0:
        return 0.0 if abs(off[0]) < abs(off[1]) else 1.0
    return float(np.exp(log_expit(np.asarray(brentq(lambda x: value(x) - target, *ends, xtol=1e-13, rtol=1e-14)))))


def _leaning_at(reading: Reading, unit: tuple[int, ...], place: int, h: int, odds: float) -> float:
    """Return the log likelihood of a unit whose judgements lean together, at another probability of one item, as log odds."""
    p = (float(np.exp(log_expit(np.asarray(odds)))),)
    items = [_under(reading.numbers.items[i], h) for i in unit]
    items = [dataclasses.replace(item, low=p, high=p) if i == place else item for i, item in zip(unit, items, strict=True)]
    numbers = reading.numbers
    return float(likelihood(items, np.ones((1, len(items)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0, 0])


def _clustered(reading: Reading, unit: tuple[int, ...], place: int) -> bool:
    """Return whether an item is in a cluster with another."""
    items = reading.numbers.items
    return items[place].cluster is not None and sum(items[i].cluster == items[place].cluster for i in unit) > 1


def _linear(target: float, never: float, always: float) -> float:
    """Return the p at which exp(never) (1 - p) + exp(always) p = exp(target), from logs."""
    if always > never:
        return float(np.exp(target - always) * np.expm1(never - target) / np.expm1(never - always))
    return float(np.expm1(target - never) / np.expm1(always - never))


def _unit_of(reading: Reading, place: int) -> int:
    return next(u for u, unit in enumerate(reading.numbers.units) if place in unit)


@dataclass(frozen=True)
class Integrand:
    """A unit's likelihood under one hypothesis as a function of one item's probability.

    Attributes
    ----------
    with_true, with_false
        Log weights of the unit's integrand where the item is true and where it is false, nats: inside a cluster at nodes of the
        common cause, otherwise one number each.
    rho
        Latent correlation of the cluster.
    shift
        Effect of each node on a judgement, as a probit; None outside a cluster.
    """

    with_true: Array
    with_false: Array
    rho: float = 0.0
    shift: Array | None = None

    def at(self, odds: float) -> float:
        """Return the log likelihood of the unit at a probability given as log odds."""
        if self.shift is None:
            log_p, log_q = log_expit(np.asarray(odds)), log_expit(np.asarray(-odds))
        else:
            x = probit(np.asarray(odds)) / np.sqrt(1 - self.rho) + self.shift
            log_p, log_q = log_ndtr(x), log_ndtr(-x)
        return float(logsumexp(np.ravel(np.logaddexp(self.with_false + log_q, self.with_true + log_p))))


def _integrand(reading: Reading, unit: tuple[int, ...], place: int, h: int) -> Integrand:
    parts = _parts(reading, unit, h)
    own = next(block for block in parts.blocks if place in block)
    total = parts.log_weight + sum((value for block, value in parts.blocks.items() if block != own), np.zeros(1))
    t, f = parts.reports[place]
    if len(own) == 1:
        return Integrand(logsumexp(total + t), logsumexp(total + f))
    others = [i for i in own if i != place]
    rho = reading.numbers.rho[parts.items[place].cluster or 0]
    form = latent((*(parts.items[i] for i in others), _EVEN, _FAR), rho, reading.numbers.z, 1)
    inside = form.log_weight[:, None] + total
    for i, log_p, log_q in zip(others, form.log_p[:, 0, :, None], form.log_q[:, 0, :, None], strict=False):
        inside = inside + np.logaddexp(parts.reports[i][1] + log_q, parts.reports[i][0] + log_p)
    below, above = form.log_p[-2, 0], form.log_q[-2, 0]
    nearer = ndtri_exp(np.minimum(below, above))
    return Integrand(logsumexp(inside + t), logsumexp(inside + f), rho, np.where(below < above, nearer, -nearer))


@dataclass(frozen=True)
class Parts:
    """A unit under one hypothesis, at nodes of its reliabilities.

    A block is the places of a cluster, or of one item outside all clusters.

    Attributes
    ----------
    log_weight
        Log weights, (node,).
    items
        Items by place.
    reports
        (log T, log F) of each item, (node,).
    blocks
        Log likelihood of each block, (node,), nats.
    """

    log_weight: Array
    items: dict[int, Item]
    reports: dict[int, tuple[Array, Array]]
    blocks: dict[tuple[int, ...], Array]


@lru_cache(maxsize=16)
def _parts(reading: Reading, unit: tuple[int, ...], h: int) -> Parts:
    numbers = reading.numbers
    items = {i: _under(numbers.items[i], h) for i in unit}
    nodes = reliabilities(numbers.ranges, list(items.values()), numbers.z)
    both = {i: log_reports(items[i], nodes.r, nodes.rest, numbers.z) for i in unit}
    reports = {i: (t[0], f[0]) for i, (t, f) in both.items()}
    values: dict[tuple[int, ...], Array] = {}
    if clues := clues_of(items, unit):
        whole = [numbers.items[i] for i in clues]
        own = [log_reports(item, nodes.r, nodes.rest, numbers.z) for item in whole]
        log_t, log_f = (np.array([pair[side] for pair in own]) for side in (0, 1))
        values[tuple(clues)] = mean_nats(whole, np.ones((1, len(clues))), log_t, log_f, numbers.z)[0, h]
    for cluster, places in blocks(items, unit):
        if cluster is None:
            for i in places:
                log_p, log_q = log_means_of(items[i], numbers.z)
                values[(i,)] = np.logaddexp(reports[i][1] + log_q, reports[i][0] + log_p)
            continue
        form = settled(tuple(items[i] for i in places), numbers.rho[cluster], numbers.z)
        inside = form.log_weight[:, None]
        for i, log_p, log_q in zip(places, form.log_p[:, 0, :, None], form.log_q[:, 0, :, None], strict=True):
            inside = inside + np.logaddexp(reports[i][1] + log_q, reports[i][0] + log_p)
        values[places] = logsumexp(inside, axis=0)
    return Parts(nodes.log_weight, items, reports, values)


def _under(item: Item, h: int) -> Item:
    """Return an item under one hypothesis alone."""
    return dataclasses.replace(item, low=(item.low[h],), high=(item.high[h],), least=(item.least[h],), most=(item.most[h],))


def _keys(answer: Answer) -> dict[str, Any]:
    found = answer.items(("weight_db", "tips_at_db", "tips_at_probability", "rank"))
    ranked = {name: values | {"rank": None if values["rank"] is None else int(values["rank"])} for name, values in found.items()}
    return {"tipping": ranked if answer.led else None}


TIPPING = Question(tipping, _keys)
