"""Who leads, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array, to_probability
from processtrace.robustness.question import Answer, Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def margins(study: Study) -> xr.Dataset:
    """Return the leader of each case and its distance to the runner-up.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `leader`, `runner_up` (case), identifiers, empty where there is none; `margin_db` (case), 10 log10 of their
        posterior ratio, and `evidence_margin_db` (case), of their likelihood ratio, decibels (NaN where there is no pair, infinite
        where the runner-up is refuted); `tied` (case, hypothesis), those that share the top within 1e-9 dB; `posterior` (case,
        hypothesis), probabilities; `error_nats` (case), 0 where the likelihood is exact.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> round(float(pt.robustness.margins(study).margin_db[0]), 2)
    6.02
    """
    each = readings(study)
    names = list(study.explanations)
    tied = np.zeros((len(each), len(names)), bool)
    for row, reading in enumerate(each):
        tied[row, list(reading.lead.tied)] = True
    return labelled(
        study,
        {
            "leader": ((CASE,), [_name(names, reading.lead.leader) for reading in each]),
            "runner_up": ((CASE,), [_name(names, reading.lead.runner_up) for reading in each]),
            "tied": ((CASE, HYPOTHESIS), tied),
            "margin_db": ((CASE,), np.array([margin_db(reading) for reading in each], float)),
            "evidence_margin_db": ((CASE,), np.array([evidence_margin_db(reading) for reading in each], float)),
            "posterior": ((CASE, HYPOTHESIS), np.array([to_probability(r.log_posterior) for r in each]).reshape(len(each), len(names))),
            "error_nats": ((CASE,), np.array([reading.error_nats for reading in each], float)),
        },
    )


def margin_db(reading: Reading) -> float:
    """Return the leader against the runner-up, prior included, decibels; NaN without a pair."""
    return _between(reading, reading.log_posterior)


def evidence_margin_db(reading: Reading) -> float:
    """Return the leader against the runner-up by the evidence alone, decibels; NaN without a pair."""
    return _between(reading, reading.log_likelihood)


def best_rival_db(values: Array, leader: int) -> Array:
    """Return the decibels by which the leader is above its best rival, over the last axis; NaN without rivals."""
    rivals = np.delete(values, leader, axis=-1)
    if rivals.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    with np.errstate(invalid="ignore"):
        return np.asarray((values[..., leader] - rivals.max(axis=-1)) * DB_PER_NAT)


def _between(reading: Reading, values: Array) -> float:
    pair = reading.lead.pair
    return float("nan") if pair is None else float((values[pair[0]] - values[pair[1]]) * DB_PER_NAT)


def _name(names: list[str], place: int | None) -> str:
    return "" if place is None else names[place]


def _keys(answer: Answer) -> dict[str, Any]:
    shares = answer.data["tied"].values[answer.row]
    return {
        "leader": answer.value("leader") or None,
        "runner_up": answer.value("runner_up") or None,
        "tied": [h for h, tied in zip(answer.hypotheses, shares, strict=True) if tied],
        **{name: answer.value(name) for name in ("margin_db", "evidence_margin_db", "error_nats")},
    }


MARGINS = Question(margins, _keys)
