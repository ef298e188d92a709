"""How often a study of one explanation would look divided over several, because judgements err, by simulation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr, ndtri

from processtrace.errors import UsageError
from processtrace.exact.case import CaseNumbers
from processtrace.exact.clues import clue_of
from processtrace.exact.copula import given_cause
from processtrace.exact.dirichlet import mixture
from processtrace.exact.items import Item
from processtrace.exact.ranges import log_odds, parameters
from processtrace.exact.unit import clues_of, likelihood
from processtrace.inference.mixtures import dirichlet, shares
from processtrace.inference.numbers import case_numbers
from processtrace.inference.update import CASE, update
from processtrace.logspace import DB_PER_NAT, Array, log, logsumexp, to_db
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

_EVEN_DB = 1e-9
"""Decibels that a Bayes factor must pass to favour one side."""


def looks_divided(study: Study, *, draws: int = 200, random_seed: int = 0, sd_db: float | None = None) -> xr.Dataset:
    """Return how often the Bayes factor favours `shares` in simulated studies of this kind in which one explanation is right.

    A simulated study draws one explanation of a case from its posterior, and from it the outcome of each item as the study judged
    it (a range by its median), through its clusters, sources and searches. An item of several sources is recorded with those that
    report. Then the judgements err: each range is centred anew, normally on the logit scale with its own stated width,
    independently by item and explanation; or, where `sd_db` is given, each log likelihood errs as in `robustness.noise`. The
    simulated study is updated exactly. What was judged in points does not err unless `sd_db` is given.

    Parameters
    ----------
    study
        The study.
    draws
        Number of simulated studies, 1 or more.
    random_seed
        Seed of the simulation.
    sd_db
        Standard deviation of the error between two explanations, decibels, 0 or more. If None, the stated ranges are used.

    Returns
    -------
    Dataset
        Variables (case): `bayes_factor_db` of the study itself, decibels for shares against one explanation; `looks_divided`, the
        share of simulated studies in which it is above 0, and `as_divided`, in which it is at least that of the study, each with
        its Monte Carlo standard error (`..._mcse`); `typical_db`, the median simulated Bayes factor, decibels.

    Raises
    ------
    UsageError
        If there are fewer than 1 draw, or if `sd_db` is below 0.
    """
    import xarray as xr

    if draws < 1 or (sd_db is not None and not (np.isfinite(sd_db) and sd_db >= 0)):
        raise UsageError(f"draws={draws}, sd_db={sd_db}; at least 1 draw, and an error of 0 dB or more, are allowed")
    result, divided = update(study), shares(study)
    factors = []
    for row, case in enumerate(study.cases):
        numbers = case_numbers(study, case)
        rng = np.random.default_rng([random_seed, *case.id.encode()])
        truth = rng.choice(len(numbers.hypotheses), size=draws, p=result["posterior"].values[row])
        prior = result["prior"].values[row]
        factors.append(_factors(simulated(numbers, truth, rng, sd_db), prior))
    found = np.array(factors).reshape(len(study.cases), draws)
    own = divided["bayes_factor_db"].values
    counted = {"looks_divided": found > _EVEN_DB, "as_divided": found >= own[:, None] - _EVEN_DB}
    shown = {name: part.mean(axis=1) for name, part in counted.items()}
    return xr.Dataset(
        {
            "bayes_factor_db": (CASE, own),
            **{name: (CASE, value) for name, value in shown.items()},
            **{f"{name}_mcse": (CASE, np.sqrt(value * (1 - value) / draws)) for name, value in shown.items()},
            "typical_db": (CASE, np.median(found, axis=1) if len(found) else np.zeros(0)),
        },
        coords={name: divided[name] for name in (CASE, "case_label")},
        attrs={
            "title": study.title,
            "method": "simulation",
            "draws": draws,
            "random_seed": random_seed,
            "sd_db": "stated ranges" if sd_db is None else float(sd_db),
        },
    )


def _factors(nats: Array, prior: Array) -> Array:
    """Return Bayes factors for shares against one explanation, decibels, (draw,), from log likelihoods (draw, unit, hypothesis)."""
    alpha = dirichlet(prior)
    one = logsumexp(nats.sum(axis=1) + log(prior))
    return to_db(np.array([mixture(alpha, units).log_evidence for units in nats]) - one)


def simulated(numbers: CaseNumbers, truth: NDArray[np.int64], rng: np.random.Generator, sd_db: float | None) -> Array:
    """Return log likelihoods of simulated records of a case.

    Parameters
    ----------
    numbers
        The case.
    truth
        Place of each draw's explanation, (draw,).
    rng
        Generator of random numbers.
    sd_db
        Error of each log likelihood, decibels between two explanations. If None, ranges are centred anew.

    Returns
    -------
    Array
        Nats, (draw, unit, hypothesis).
    """
    draws = len(truth)
    r = np.array([_ranged(np.array([low]), np.array([high]), numbers.z, rng, draws)[:, 0] for low, high in numbers.ranges])
    common = rng.standard_normal((draws, len(numbers.clusters)))
    clues = _clues(numbers, truth, rng)
    items = [_drawn(item, numbers, truth, r, common, rng, clues.get(i)) for i, item in enumerate(numbers.items)]
    judged = [_judged(item, numbers.z, rng, draws if sd_db is None else 0) for item in numbers.items]
    made = np.empty((draws, len(numbers.units), len(numbers.hypotheses)))
    for u, unit in enumerate(numbers.units):
        alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for d in range(draws):
            alike[tuple(items[i][d] for i in unit)].append(d)
        joined = bool(clues_of(numbers.items, unit))
        for record, members in ((one, part) for one, all_ in alike.items() for part in (([d] for d in all_) if joined else (all_,))):
            changed = [_item(numbers.items[i], record[k], judged[i], members) for k, i in enumerate(unit)]  # type: ignore[arg-type]
            nats = likelihood(changed, np.ones((1, len(unit)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0]
            made[members, u] = nats.reshape(-1, len(numbers.hypotheses))
    if sd_db:
        sizes = np.array([len(unit) for unit in numbers.units])[:, None]
        made = made + rng.standard_normal(made.shape) * sd_db / DB_PER_NAT * np.sqrt(sizes / 2)
    return made


@dataclass(frozen=True)
class _Record:
    """The result of a simulated search: whether anything was found, and by which of the item's sources."""

    found: bool
    rates: tuple[tuple[float, float], ...]
    sources: tuple[int, ...]


def _clues(numbers: CaseNumbers, truth: NDArray[np.int64], rng: np.random.Generator) -> dict[int, Array]:
    """Return how probable the finding of each clue is in every draw, by place: the levels of all nodes are drawn together.

    Where the nodes have too many combinations of levels to list, each clue is drawn by itself.
    """
    places = clues_of(numbers.items, range(len(numbers.items)))
    if not places:
        return {}
    clues = [clue_of(numbers.items[i]) for i in places]
    nodes = tuple(dict.fromkeys(clue.node for clue in clues))
    sizes = [next(len(clue.low) for clue in clues if clue.node == node) for node in nodes]
    table = clues[0].causes.log_table(nodes)
    made: dict[int, Array] = {}
    if table is None:
        return made
    drawn = np.array([rng.choice(len(table), p=np.exp(table[:, h] - logsumexp(table[:, h]))) for h in truth], np.int64)
    levels = dict(zip(nodes, np.unravel_index(drawn, sizes), strict=True))
    hand = np.array(clues[0].causes.by_hand)[truth]
    for i, clue in zip(places, clues, strict=True):
        item = numbers.items[i]
        alone = _middle(np.array(item.low), np.array(item.high))[truth]
        made[i] = np.where(hand, alone, _middle(np.array(clue.low), np.array(clue.high))[levels[clue.node]])
    return made


def _drawn(
    item: Item,
    numbers: CaseNumbers,
    truth: NDArray[np.int64],
    r: Array,
    common: Array,
    rng: np.random.Generator,
    probable: Array | None = None,
) -> list[_Record]:
    """Return the outcome of one item in every draw, in which it is as probable as `probable` says, else as judged."""
    draws = len(truth)
    theta = _middle(np.array(item.low), np.array(item.high))[truth] if probable is None else probable
    if item.cluster is not None:
        rho = numbers.rho[item.cluster]
        theta = ndtr(given_cause(ndtri(theta), rho, common[:, item.cluster]))
    there = rng.random(draws) < theta
    s = _ranged(np.array(item.least)[truth], np.array(item.most)[truth], numbers.z, rng)
    rates = [(np.full(draws, a), np.full(draws, b)) for a, b in item.rates] + [((1 + r[w]) / 2, (1 - r[w]) / 2) for w in item.sources]
    if not rates:
        return [_Record(bool(one), (), ()) for one in there & (rng.random(draws) < s)]
    reported = np.array([rng.random(draws) < s * np.where(there, a, b) for a, b in rates])
    made = []
    for column in reported.T:
        kept = column if column.any() else np.ones(len(column), bool)
        fixed = len(item.rates)
        rated = tuple(rate for rate, yes in zip(item.rates, kept[:fixed], strict=True) if yes)
        made.append(_Record(bool(column.any()), rated, tuple(w for w, yes in zip(item.sources, kept[fixed:], strict=True) if yes)))
    return made


def _middle(low: Array, high: Array) -> Array:
    """Return the median of a range, or the point itself."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(low == high, low, expit((log_odds(low) + log_odds(high)) / 2))


def _ranged(low: Array, high: Array, z: float, rng: np.random.Generator, draws: int = 0) -> Array:
    """Return a draw from each range, or `draws` rows of them."""
    noise = rng.standard_normal((draws, len(low)) if draws else len(low))
    point = low == high
    mu, sd = parameters(np.where(point, 0.4, low), np.where(point, 0.6, high), z)
    return np.where(point, low, expit(mu + sd * noise))


def _judged(item: Item, z: float, rng: np.random.Generator, draws: int) -> tuple[Array, Array]:
    """Return ranges centred anew in every draw, (draw, hypothesis) each; one row, unchanged, where `draws` is 0."""
    low, high = np.array(item.low)[None], np.array(item.high)[None]
    if not draws:
        return low, high
    point = low == high
    mu, sd = parameters(np.where(point, 0.4, low), np.where(point, 0.6, high), z)
    centre = mu + sd * rng.standard_normal((draws, low.shape[1]))
    return np.where(point, low, expit(centre - z * sd)), np.where(point, high, expit(centre + z * sd))


def _item(item: Item, record: _Record, judged: tuple[Array, Array], draws: Sequence[int]) -> Item:
    """Return the item as recorded and judged in some draws: its hypotheses are those of all these draws, one after another."""
    low, high = (np.broadcast_to(end, (max(len(end), max(draws) + 1), end.shape[1]))[list(draws)].ravel() for end in judged)
    times = len(draws)
    return replace(
        item,
        found=record.found,
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        least=item.least * times,
        most=item.most * times,
        rates=record.rates,
        sources=record.sources,
    )
