"""The posterior when every judgement errs independently within its range."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from processtrace.exact.clues import clue_of
from processtrace.exact.fixed import Setting, at, log_ends
from processtrace.exact.ranges import log_expit, parameters
from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, common_sensitivity, ranged_levels, readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array, logsumexp, normalise, to_probability
from processtrace.robustness.margins import best_rival_db
from processtrace.robustness.question import Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

CENTRAL = 0.9
POINTS, SCRAMBLES = 256, 8
"""Number of Sobol points in each of eight independent scrambles. Their differences give the standard error."""


def ranges(study: Study) -> xr.Dataset:
    """Return the central 90 % of P(h|E, theta) if every judgement erred independently within its range.

    Judgements, reliabilities and sensitivities are drawn from their logit-normal ranges. A reliability is common to its source's
    items, and a sensitivity that is not given per hypothesis is common to the hypotheses. Common optimism is not in this interval:
    it narrows as items grow in number, and the posterior need not lie at its centre. There are eight scrambles of 256 Sobol points
    with a fixed seed.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `low`, `high` (case, hypothesis), the 5th and 95th percentile, probabilities; `low_error`, `high_error` (case,
        hypothesis), their standard errors; `log_odds_low`, `log_odds_high` (case, hypothesis), the same as log odds, nats;
        `log_odds` (case, draw, hypothesis), the log odds at each draw, nats, for intervals of another probability; `margin_low_db`,
        `margin_high_db` (case), the percentiles of the leader's margin above its best rival, decibels, and `leader_stays` (case),
        the share of draws in which it leads (NaN without a leader).

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Owen 1998, doi:10.1006/jcom.1998.0487 (scrambled Sobol points).

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": (0.6, 0.9), "b": 0.1})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.ranges(study).high.sel(case="x", hypothesis="a").item().__round__(2)
    0.9
    """
    each = readings(study)
    found = [_case(reading) for reading in each]
    names = ("low", "high", "low_error", "high_error", "log_odds_low", "log_odds_high")
    shape = (len(each), len(study.explanations))
    variables = {name: ((CASE, HYPOTHESIS), np.array([part[0][k] for part in found]).reshape(shape)) for k, name in enumerate(names)}
    margins = {name: ((CASE,), np.array([part[1][k] for part in found], float)) for k, name in enumerate(_MARGINS)}
    draws = (POINTS * SCRAMBLES, len(study.explanations))
    odds = np.array([np.broadcast_to(log_odds_draws(reading), draws) for reading in each]).reshape(len(each), *draws)
    drawn = {"log_odds": ((CASE, "draw", HYPOTHESIS), odds)}
    return labelled(
        study, {**variables, **margins, **drawn}, central=CENTRAL, draws=POINTS * SCRAMBLES, method="randomised quasi-Monte Carlo"
    )


_MARGINS = ("margin_low_db", "margin_high_db", "leader_stays")


@lru_cache(maxsize=64)
def log_posterior_draws(reading: Reading, correlation: float = 0.0) -> Array:
    """Return log P(h|E, theta) at each draw.

    Parameters
    ----------
    reading
        The case.
    correlation
        Correlation of the errors of all judgements under one hypothesis, 0 to 1: the share of their variance that is a common lean.

    Returns
    -------
    Array
        Nats, (draw, hypothesis), one scramble after another; one draw where nothing is given as a range.
    """
    numbers = reading.numbers
    unknowns = list(unknowns_of(reading))
    normal = _normal(len(unknowns))
    draws = normal.shape[1]
    if correlation and draws > 1:
        lean = _leans(len(reading.log_prior))
        for row, ((kind, _, h), _, _) in enumerate(unknowns):
            if kind == "judgement":
                normal[row] = np.sqrt(1 - correlation) * normal[row] + np.sqrt(correlation) * lean[h]
    value = {key: mu + sd * normal[row] for row, (key, mu, sd) in enumerate(unknowns)}

    def drawn(key: tuple[str, int, int], point: float) -> Array:
        return np.exp(log_expit(value[key])) if key in value else np.full(draws, point)

    hypotheses = range(len(reading.log_prior))
    r = np.array([drawn(("reliability", w, 0), 1.0) for w in range(len(numbers.ranges))]).reshape(len(numbers.ranges), draws)
    s = np.empty((len(numbers.items), len(hypotheses), draws))
    odds: dict[int, Array] = {}
    for i, item in enumerate(numbers.items):
        common = common_sensitivity(reading.case, numbers, i)
        s[i] = [drawn(("sensitivity", i, 0 if common else h), item.least[h]) for h in hypotheses]
        low = log_ends(item)[0]
        keys = [("judgement", i, h) for h in hypotheses]
        if any(key in value for key in keys):
            odds[i] = np.array([value[key] if key in value else np.full(draws, low[h]) for h, key in enumerate(keys)])
        else:
            odds[i] = low[:, None]
    theta = {
        i: np.array([drawn(("level", i, k), low) for k, low in enumerate(clue_of(numbers.items[i]).low)])
        for i in {place for place, _ in ranged_levels(numbers)}
    }
    total = np.tile(reading.log_prior[:, None], (1, draws))
    for unit in numbers.units:
        total = total + at(numbers, unit, Setting(r, s, theta), odds)
    return normalise(total.T)


def unknowns_of(reading: Reading) -> Iterator[tuple[tuple[str, int, int], float, float]]:
    """Yield every range of a case with its mean and standard deviation as log odds.

    Parameters
    ----------
    reading
        The case.

    Yields
    ------
    tuple
        (kind, place, hypothesis or level), mean and standard deviation, nats.
    """
    numbers = reading.numbers
    for w in sorted({w for item in numbers.items for w in item.sources}):
        yield ("reliability", w, 0), *_normal_of(*numbers.ranges[w], numbers.z)
    levels = ranged_levels(numbers)
    for i, item in enumerate(numbers.items):
        for h, (low, high) in enumerate(zip(item.low, item.high, strict=True)):
            if low < high:
                yield ("judgement", i, h), *_normal_of(low, high, numbers.z)
        for k in [level for place, level in levels if place == i]:
            yield ("level", i, k), *_normal_of(clue_of(item).low[k], clue_of(item).high[k], numbers.z)
        kinds = range(1) if common_sensitivity(reading.case, numbers, i) else range(len(item.least))
        for h in kinds:
            if item.least[h] < item.most[h]:
                yield ("sensitivity", i, h), *_normal_of(item.least[h], item.most[h], numbers.z)


def _normal_of(low: float, high: float, z: float) -> tuple[float, float]:
    mu, sd = parameters(np.float64(low), np.float64(high), z)
    return float(mu), float(sd)


def log_odds_of(log_posterior: Array, h: int) -> Array:
    """Return the log odds of a hypothesis against all the others.

    Parameters
    ----------
    log_posterior
        Nats, (..., hypothesis).
    h
        Place of the hypothesis.

    Returns
    -------
    Array
        Nats, over the last axis; infinite at the ends.
    """
    rivals = np.delete(log_posterior, h, axis=-1)
    against = logsumexp(rivals) if rivals.shape[-1] else np.full(log_posterior.shape[:-1], -np.inf)
    return np.asarray(log_posterior[..., h] - against)


def log_odds_draws(reading: Reading, correlation: float = 0.0) -> Array:
    """Return the log odds of each hypothesis against all the others at each draw, (draw, hypothesis), nats."""
    draws = log_posterior_draws(reading, correlation)
    return np.stack([log_odds_of(draws, h) for h in range(draws.shape[1])], axis=1)


def central(draws: Array, ci_prob: float = CENTRAL, axis: int = 0) -> Array:
    """Return the lower and the upper end of the central interval of draws.

    Parameters
    ----------
    draws
        The draws.
    ci_prob
        Probability of the interval.
    axis
        Axis of the draws.

    Returns
    -------
    Array
        The two ends, along a new first axis.
    """
    return np.asarray(np.quantile(draws, [(1 - ci_prob) / 2, (1 + ci_prob) / 2], axis=axis, method="inverted_cdf"))


def _normal(unknowns: int) -> Array:
    """Return standard normal draws, (unknown, draw)."""
    if not unknowns:
        return np.zeros((0, 1))
    from scipy.special import ndtri
    from scipy.stats import qmc

    points = [qmc.Sobol(unknowns, rng=np.random.default_rng(seed)).random(POINTS) for seed in range(SCRAMBLES)]
    return np.asarray(ndtri(np.clip(np.concatenate(points).T, 1e-12, 1 - 1e-12)))


def _leans(hypotheses: int) -> Array:
    """Return standard normal leans, (hypothesis, draw), in an order of their own: a sequence beside itself would not be independent."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    points = []
    for seed in range(SCRAMBLES):
        rng = np.random.default_rng([seed, 1])
        points.append(rng.permutation(qmc.Sobol(hypotheses, rng=rng).random(POINTS)))
    return np.asarray(ndtri(np.clip(np.concatenate(points).T, 1e-12, 1 - 1e-12)))


def _case(reading: Reading) -> tuple[list[Array], list[float]]:
    draws = log_posterior_draws(reading)
    odds = log_odds_draws(reading)
    quantiles = central(odds)
    if len(draws) == 1:
        error = np.zeros((2, draws.shape[1]))
    else:
        each = central(odds.reshape(SCRAMBLES, POINTS, -1), axis=1)
        error = np.exp(log_expit(each)).std(axis=1, ddof=1) / np.sqrt(SCRAMBLES)
    low, high = to_probability(log_expit(quantiles))
    leader = reading.lead.leader
    if leader is None or draws.shape[1] == 1:
        return [low, high, *error, *quantiles], [float("nan")] * 3
    above = best_rival_db(draws, leader)
    margin = central(above)
    return [low, high, *error, *quantiles], [*(float(part) for part in margin), float((above > 0).mean())]


RANGES = Question(ranges, lambda answer: {"ranges": answer.pairs("low", "high")})
