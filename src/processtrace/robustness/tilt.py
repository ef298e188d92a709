"""Errors that judgements share: a coder leans towards one explanation, in every item a little."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.errors import UsageError
from processtrace.exact.lean import half_widths
from processtrace.exact.ranges import log_expit
from processtrace.exact.tilted import lean_nats, moved_nats
from processtrace.inference.labelled import labelled
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import Reading, readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array, normalise, to_probability
from processtrace.notes.weights import alone, difference_db
from processtrace.robustness.question import Answer, Question, plain
from processtrace.robustness.ranges import SCRAMBLES, central, log_odds_draws
from processtrace.study import Study
from processtrace.study.judges import coders

if TYPE_CHECKING:
    import xarray as xr

CORRELATION = "correlation"
SWEEP = (0.0, 0.1, 0.25, 0.5, 1.0)
"""Correlations of errors at which `tilt` is computed by default."""

_FARTHEST = 800.0
"""Log odds beyond which a judgement moves no further in floating point, nats."""


def tilt_to_tie(study: Study, half_width_db: float | None = None) -> xr.Dataset:
    """Return the common tilt of the judgements at which each rival reaches the leader.

    Every judgement is moved against the leader and for the rival, by the same share of its own range: the range moves in log odds by
    the share times half its width, which stays as it is, and a point by the share times the median half width of the case's ranges. A
    judgement of what was found moves down under the leader and up under the rival; of what was not found, the other way, because there
    a high probability counts against an explanation. A share of 0 is the judgement as it is, and 1 has its middle at the range's end.

    Parameters
    ----------
    study
        The study.
    half_width_db
        Half width that is used for points, decibels of odds. If None, it is the median half width of the case's ranges.

    Returns
    -------
    Dataset
        Variables: `share` (case, hypothesis), the share at which this rival ties with the leader, which may exceed 1 (NaN for the
        leader, for a refuted rival, where no tilt does it, and where a case has neither ranges nor a stated half width);
        `db_per_item` (case, hypothesis), the leader's lead over this rival divided by the number of items: the weight that the tilt
        takes from an item on average, decibels; `lean_spread_db` (case), the standard deviation between analysts of the mean weight
        for the leader against the runner-up over the items that all of them judged, decibels an item: a lean that is realistic (NaN
        with fewer than two analysts).

    Raises
    ------
    UsageError
        If the half width is not above 0.
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(n, finding="A memo.", probability={"a": (0.6, 0.8), "b": (0.4, 0.6)}) for n in ("memo", "note")]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> tie = pt.robustness.tilt_to_tie(study).sel(case="x", hypothesis="b")
    >>> float(tie.share.round(2)), float(tie.db_per_item.round(2))
    (1.0, 1.5)
    """
    if half_width_db is not None and not half_width_db > 0:
        raise UsageError(f"half_width_db: {half_width_db}; decibels above 0")
    each = readings(study)
    n = len(study.explanations)
    found = np.array([shares(reading, half_width_db) for reading in each]).reshape(len(each), n)
    per_item = np.array([db_per_item(reading) for reading in each]).reshape(len(each), n)
    return labelled(
        study,
        {
            "share": ((CASE, HYPOTHESIS), found),
            "db_per_item": ((CASE, HYPOTHESIS), per_item),
            "lean_spread_db": ((CASE,), np.array([_lean_spread_db(study, reading) for reading in each], float)),
        },
    )


def tilt(study: Study, correlation: Sequence[float] = SWEEP) -> xr.Dataset:
    """Return the posterior, and its central 90 %, along the correlation of the errors of judgements under one hypothesis.

    The log odds of a range are mu + sd (sqrt(1 - r) e + sqrt(r) lean), with an error e for each judgement and a lean for each
    hypothesis, which all items of a case share. At r = 0 this is `ranges`. Reliabilities and sensitivities err independently.

    Parameters
    ----------
    study
        The study.
    correlation
        Correlations r of the errors, 0 to 1.

    Returns
    -------
    Dataset
        Variables, all probabilities, (case, correlation, hypothesis): `posterior`, with errors and lean integrated out exactly; `low`,
        `high`, the 5th and 95th percentile of P(h|E, theta), by the points of `ranges`; `low_error`, `high_error`, their standard
        errors.

    Raises
    ------
    UsageError
        If a correlation is outside [0, 1], or if there is none.
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Owen 1998, doi:10.1006/jcom.1998.0487 (scrambled Sobol points); Trefethen & Weideman 2014, doi:10.1137/130932132 (the integral).

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(n, finding="A memo.", probability={"a": (0.4, 0.9), "b": 0.3}) for n in ("memo", "note")]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> pt.robustness.tilt(study, [0, 1]).posterior.sel(case="x", hypothesis="a").values.round(3).tolist()
    [0.84, 0.847]
    """
    if not len(correlation) or not all(0 <= r <= 1 for r in correlation):
        raise UsageError(f"correlation: {list(correlation)}; correlations from 0 to 1")
    each = readings(study)
    shape = (len(each), len(correlation), len(study.explanations))
    posterior = [[to_probability(normalise(reading.log_prior + leaning_nats(reading, r))) for r in correlation] for reading in each]
    ends = np.array([[_ends(reading, r) for r in correlation] for reading in each]).reshape(*shape[:2], 4, shape[2])
    names = ("low", "high", "low_error", "high_error")
    return labelled(
        study,
        {"posterior": ((CASE, CORRELATION, HYPOTHESIS), np.array(posterior).reshape(shape))}
        | {name: ((CASE, CORRELATION, HYPOTHESIS), ends[:, :, k]) for k, name in enumerate(names)},
        {CORRELATION: list(correlation)},
    )


def leaning_nats(reading: Reading, correlation: float) -> Array:
    """Return the log likelihood of a case whose errors have this correlation, (hypothesis,), nats."""
    declared = max((item.lean for item in reading.numbers.items), default=0.0)
    return reading.log_likelihood if correlation == declared else lean_nats(reading.numbers, correlation)


def _ends(reading: Reading, correlation: float) -> list[Array]:
    odds = log_odds_draws(reading, correlation)
    low, high = to_probability(log_expit(central(odds)))
    if len(odds) == 1:
        return [low, high, np.zeros(odds.shape[1]), np.zeros(odds.shape[1])]
    each = np.exp(log_expit(central(odds.reshape(SCRAMBLES, -1, odds.shape[1]), axis=1)))
    return [low, high, *(each.std(axis=1, ddof=1) / np.sqrt(SCRAMBLES))]


@lru_cache(maxsize=64)
def shares(reading: Reading, half_width_db: float | None = None) -> Array:
    """Return the share of each range by which all judgements lean where a rival ties with the leader.

    Parameters
    ----------
    reading
        The case.
    half_width_db
        Half width that is used for points, decibels of odds; if None, the median of the case's ranges.

    Returns
    -------
    Array
        (hypothesis,); NaN where no share does it.
    """
    leader = reading.lead.leader
    found = np.full(len(reading.log_prior), np.nan)
    if leader is None or not reading.numbers.items:
        return found
    against = -_towards(reading, half_width_db)
    for rival in np.flatnonzero(np.isfinite(reading.log_posterior)):
        if rival != leader:
            found[rival] = _tie(reading, against[:, leader], -against[:, rival], leader, int(rival))
    return found


def _towards(reading: Reading, half_width_db: float | None) -> Array:
    """Return how far a share of 1 moves each judgement in favour of its hypothesis in log odds, (item, hypothesis), nats."""
    items = reading.numbers.items
    half = half_widths(items)
    stated = None if half_width_db is None else half_width_db / DB_PER_NAT
    of_points = stated if stated is not None else float(np.median(half[half > 0])) if (half > 0).any() else 0.0
    signs = np.array([1.0 if item.found else -1.0 for item in items])
    return np.asarray(signs[:, None] * np.where(half > 0, half, of_points))


def _tie(reading: Reading, down: Array, up: Array, leader: int, rival: int) -> float:
    """Return the share at which a rival reaches the leader, who only loses as it grows; NaN where no share does it."""
    from scipy.optimize import brentq

    by = np.column_stack([down, up])
    prior = float(reading.log_prior[leader] - reading.log_prior[rival])

    def ahead(share: float) -> float:
        nats = moved_nats(reading.numbers, [leader, rival], share * by)
        return prior + float(nats[0] - nats[1])

    moving = np.abs(by[by != 0])
    high = 1.0
    while (value := ahead(high)) > 0 and len(moving) and high * moving.min() < _FARTHEST:
        high *= 2
    return float(brentq(ahead, 0.0, high, xtol=1e-10)) if value <= 0 else float("nan")


def db_per_item(reading: Reading) -> Array:
    """Return the leader's lead over each rival divided by the number of items, decibels, (hypothesis,); NaN where there is none."""
    leader, items = reading.lead.leader, len(reading.numbers.items)
    ahead = np.full(len(reading.log_prior), np.nan)
    if leader is not None and items:
        ahead = (reading.log_posterior[leader] - reading.log_posterior) * DB_PER_NAT / items
        ahead[leader] = np.nan
    return np.where(np.isfinite(ahead), ahead, np.nan)


def _lean_spread_db(study: Study, reading: Reading) -> float:
    """Return the standard deviation between analysts of their mean weight for the leader, decibels an item; NaN where one is infinite.

    What an analyst judged again, and single answers of a language model, are no further analysts.
    """
    if reading.lead.pair is None:
        return float("nan")
    leader, rival = reading.lead.pair
    weights: dict[str, dict[str, float]] = {}
    for name in coders(study):
        own = [item.id for item in reading.case.evidence if item.counts and name in (item.judgements or ())]
        if own:
            numbers = case_numbers(study, reading.case, name)
            each = {i: alone(item, numbers.ranges, numbers.z) for i, item in zip(numbers.ids, numbers.items, strict=True) if i in own}
            weights[name] = {i: difference_db(nats, leader, rival) for i, nats in each.items()}
    common = set.intersection(*(set(part) for part in weights.values())) if weights else set()
    if len(weights) < 2 or not common:
        return float("nan")
    means = [sum(float(part[i]) for i in sorted(common)) / len(common) for part in weights.values()]
    return float(np.std(means, ddof=1)) if np.isfinite(means).all() else float("nan")


def _tie_keys(answer: Answer) -> dict[str, Any]:
    rivals = zip(answer.hypotheses, answer.value("share"), answer.value("db_per_item"), strict=True)
    found = {h: {"share": share, "db_per_item": each} for h, share, each in rivals if h != answer.leader}
    return {"tilt_to_tie": found if answer.led else None}


def _keys(answer: Answer) -> dict[str, Any]:
    along = {name: answer.by_hypothesis(answer.data[name].values[answer.row].T) for name in ("posterior", "low", "high")}
    return {"tilt": {CORRELATION: plain(answer.data[CORRELATION].values), **along}}


TILT_TO_TIE = Question(tilt_to_tie, _tie_keys)
TILT = Question(tilt, _keys)
