"""How well each analyst's past judgements were calibrated, and what that would do to the cases that are still open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.calibration.cllr import cllr, cllr_min
from processtrace.calibration.known_cases import KnownCases, analysts_of, judged_by, known_cases, log_terms
from processtrace.calibration.reliability import decomposition, events, reliability
from processtrace.calibration.scores import brier_score, log_score
from processtrace.calibration.shrinkage import best_factor, cross_validated, shrunk
from processtrace.errors import AnalysisError
from processtrace.inference.update import ANALYST, CASE, HYPOTHESIS
from processtrace.logspace import Array
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

ENOUGH = 20
"""With fewer known cases than this the scores are printed as "too few to say"."""
COMMON = "common"
"""The name of judgements that are no single analyst's."""
_RESAMPLED = 1000  # sets of cases drawn for an interval


def _scores(known: KnownCases) -> dict[str, float]:
    """Return every score of an analyst that is a mean over cases or hypotheses."""
    ratio, right = known.ratios
    parts = decomposition(known.posterior.ravel(), events(known.answer, known.posterior.shape[1]))
    brier, log = brier_score(known.posterior, known.answer), log_score(known.posterior, known.answer)
    brier_without, log_without = brier_score(known.prior, known.answer), log_score(known.prior, known.answer)
    cost, least = cllr(ratio, right), cllr_min(ratio, right)
    return {
        "brier": float(brier.mean()),
        "brier_gain": float((brier_without - brier).mean()),
        "log_score": float(log.mean()),
        "log_score_gain": float((log_without - log).mean()),
        "cllr": cost,
        "cllr_min": least,
        "cllr_calibration": cost - least if np.isfinite(least) else float("nan"),
        "miscalibration": parts.miscalibration,
        "discrimination": parts.discrimination,
        "factor": best_factor(known),
    }


def _interval(known: KnownCases, measure: Callable[[KnownCases], dict[str, float]], ci_prob: float, random_seed: int) -> dict[str, Array]:
    """Return the central interval of every score when the cases are drawn anew with replacement."""
    rng = np.random.default_rng(random_seed)
    drawn = [measure(known.chosen(rng.integers(len(known), size=len(known)))) for _ in range(_RESAMPLED)]
    ends = [(1 - ci_prob) / 2, (1 + ci_prob) / 2]
    return {name: _quantiles(np.array([row[name] for row in drawn]), ends) for name in drawn[0]}


def _quantiles(values: Array, ends: list[float]) -> Array:
    there = np.sort(values[~np.isnan(values)])
    if not len(there):
        return np.full(2, np.nan)
    # An order statistic, not a value between two: one of the two may be infinite.
    return np.array([there[min(int(end * len(there)), len(there) - 1)] for end in ends])


def calibrate(study: Study, present: Study | None = None, *, ci_prob: float = 0.9, random_seed: int = 0) -> xr.Dataset:
    """Return how well past judgements fit the known answers, by analyst, and what shrinking would do to the open cases.

    Parameters
    ----------
    study : Study
        The study; a case with `known_answer` is a past one, the others are open.
    present : Study or None
        The study whose open cases are corrected, where it is another one; an analyst is known by the same identifier.
    ci_prob : float
        The share of the interval of each score.
    random_seed : int
        For the cases that are drawn anew, with replacement, to find the intervals.

    Returns
    -------
    Dataset
        Dimension `analyst`: `cases`, the number of known ones; `enough`, whether there are at least twenty; `refuted`, in how many
        the right answer was refuted. With dimension `bound` (value, low, high): `brier` (0 to 2) and
        `log_score` (bits), means over cases; `brier_gain` and `log_score_gain`, what they are better by than the priors alone;
        `cllr` (bits), `cllr_min` (what discrimination costs) and `cllr_calibration` (the rest); `miscalibration` and
        `discrimination` of each hypothesis' probability (parts of the mean squared error); `factor`, the one on all weights
        that would have been best; `factor_gain` (bits a case, cross-validated).
        With dimensions (case, analyst, hypothesis) for open cases: `posterior` and `posterior_shrunk`, NaN where the
        analyst judged nothing.

    Raises
    ------
    AnalysisError
        If no case has a known answer, or nobody judged one.

    Notes
    -----
    A likelihood ratio here is that of a hypothesis against its rivals, weighted by their priors. Intervals come from
    cases drawn with replacement; with a few cases they are themselves uncertain.

    References
    ----------
    Brümmer, N., & du Preez, J. (2006). Application-independent evaluation of speaker detection. Computer Speech & Language,
    20(2-3), 230-275. https://doi.org/10.1016/j.csl.2005.08.001
    """
    return _calibrated(study, _each(study), present, ci_prob, random_seed)


def _calibrated(study: Study, each: dict[str | None, KnownCases], present: Study | None, ci_prob: float, random_seed: int) -> xr.Dataset:
    import xarray as xr

    there = present if present is not None else study
    names = [COMMON if who is None else who for who in each]
    rows = [_with_bounds(known, ci_prob, random_seed) for known in each.values()]
    variables: dict[str, Any] = {
        "cases": ((ANALYST,), [len(known) for known in each.values()]),
        "enough": ((ANALYST,), [len(known) >= ENOUGH for known in each.values()]),
        "refuted": (
            (ANALYST,),
            [int(np.isneginf(known.log_likelihood[np.arange(len(known)), known.answer]).sum()) for known in each.values()],
        ),
    }
    variables |= {name: ((ANALYST, "bound"), np.array([row[name] for row in rows])) for name in rows[0]}
    open_cases = [case for case in there.cases if case.known_answer is None]
    now, then = (np.full((len(open_cases), len(each), len(there.explanations)), np.nan) for _ in range(2))
    for column, who in enumerate(each):
        factor = rows[column]["factor"][0]
        for row, case in enumerate(open_cases):
            if judged_by(case, who):
                prior, likelihood = log_terms(there, case, who)
                if not np.isneginf(prior + likelihood).all():
                    now[row, column], then[row, column] = shrunk(prior, likelihood, 1.0), shrunk(prior, likelihood, factor)
    variables |= {"posterior": ((CASE, ANALYST, HYPOTHESIS), now), "posterior_shrunk": ((CASE, ANALYST, HYPOTHESIS), then)}
    labels = [study.analysts[who].name if who is not None else "common judgements" for who in each]
    return xr.Dataset(
        variables,
        {
            ANALYST: names,
            "analyst_label": (ANALYST, labels),
            "bound": ["value", "low", "high"],
            CASE: [case.id for case in open_cases],
            "case_label": (CASE, [case.name for case in open_cases]),
            HYPOTHESIS: list(there.explanations),
            "hypothesis_label": (HYPOTHESIS, [part.name for part in there.explanations.values()]),
        },
        attrs={"ci_prob": ci_prob, "enough": ENOUGH},
    )


def _each(study: Study) -> dict[str | None, KnownCases]:
    if all(case.known_answer is None for case in study.cases):
        raise AnalysisError(
            "no case has a known answer; write 'known_answer: ' and the identifier of the right explanation in the file of each case whose answer is known"
        )
    each = {who: known_cases(study, who) for who in analysts_of(study)}
    each = {who: known for who, known in each.items() if len(known)}
    if not each:
        raise AnalysisError("nobody judged a case whose answer is known")
    return each


def _with_bounds(known: KnownCases, ci_prob: float, random_seed: int) -> dict[str, Array]:
    value = _scores(known)
    spread = _interval(known, _scores, ci_prob, random_seed)
    made = {name: np.array([value[name], *spread[name]]) for name in value}
    gains = cross_validated(known)
    rng = np.random.default_rng(random_seed)
    if len(gains):
        means = gains[rng.integers(len(gains), size=(_RESAMPLED, len(gains)))].mean(axis=1)
        made["factor_gain"] = np.array([gains.mean(), *_quantiles(means, [(1 - ci_prob) / 2, (1 + ci_prob) / 2])])
    else:
        made["factor_gain"] = np.full(3, np.nan)
    return made


def as_json(study: Study, present: Study | None = None, *, random_seed: int = 0) -> dict[str, Any]:
    """Return what `calibrate` finds in plain values, and the points of the reliability diagram.

    Parameters
    ----------
    study, present : Study
        As in `calibrate`.
    random_seed : int
        For the intervals.

    Returns
    -------
    dict
        `title`, `analysts` and `cases`, ready for JSON; what is infinite or undefined is None.
    """
    each = _each(study)
    data = _calibrated(study, each, present, 0.9, random_seed)
    measures = [str(name) for name, part in data.data_vars.items() if part.dims == (ANALYST, "bound")]
    analysts = {}
    for name, known in zip(data[ANALYST].values, each.values(), strict=True):
        one = data.sel({ANALYST: name})
        diagram = reliability(known.posterior, known.answer, random_seed=random_seed)
        analysts[str(name)] = {
            "cases": int(one.cases),
            "enough": bool(one.enough),
            "refuted": int(one.refuted),
            **{part: dict(zip(("value", "low", "high"), map(_plain, one[part].values), strict=True)) for part in measures},
            "reliability": {
                part: [_plain(value) for value in diagram[part].values] for part in ("forecast", "share", "count", "low", "high")
            },
        }
    cases = {}
    for case in data[CASE].values:
        one = data.sel({CASE: case})
        cases[str(case)] = {
            str(who): {
                "posterior": _by_hypothesis(one.posterior.sel({ANALYST: who})),
                "posterior_shrunk": _by_hypothesis(one.posterior_shrunk.sel({ANALYST: who})),
            }
            for who in data[ANALYST].values
            if not np.isnan(one.posterior.sel({ANALYST: who}).values).all()
        }
    return {"title": study.title, "analysts": analysts, "cases": cases}


def _by_hypothesis(part: xr.DataArray) -> dict[str, float]:
    return {str(h): float(value) for h, value in zip(part[HYPOTHESIS].values, part.values, strict=True)}


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
