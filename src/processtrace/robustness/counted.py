"""Each case by counts alone, beside its judged posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import TIE_DB, Reading, readings
from processtrace.inference.update import CASE
from processtrace.notes.weights import SILENT_DB
from processtrace.robustness.count_models import COUNT_MODEL, counting
from processtrace.robustness.margins import evidence_margin_db
from processtrace.robustness.question import Answer, Question
from processtrace.robustness.tipping import weights_db
from processtrace.study import Study
from processtrace.text.names import counted as counted_words
from processtrace.text.numbers import decibels

if TYPE_CHECKING:
    import xarray as xr


_OF_COUNTS = ("bayes_factor", "bias_to_flip", "recoded")
_MOST = 1000


def counted(study: Study) -> xr.Dataset:
    """Return the leader against the runner-up if every item counted alike: the baseline for the judgements.

    An item is for the leader, or against it, by the sign of its weight given all the others; how many of these weigh so little that
    0.0 is printed is said.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `for_`, `against` (case), numbers of items; `bayes_factor`, `bias_to_flip` and `recoded` (case, count_model), those
        of `counting` (NaN without a leader, or where no item leans); `judged_bayes_factor` (case), that of the judgements, 10 to the
        power of the evidence margin in decibels over 10; `sentence` (case), the baseline in words, empty where there is none.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    López & Bowers, Bayes factors for process tracing, doi:10.48550/arXiv.2606.16683.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(f"e{k}", finding="A memo.", probability={"a": 0.6, "b": 0.4} if k < 7 else {"a": 0.4, "b": 0.6}) for k in range(10)]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> pt.robustness.counted(study).bayes_factor.sel(count_model="binomial").values.round(6).tolist()
    [7.827586]
    """
    found = [_case(reading) for reading in readings(study)]
    models = counting(1, 0)
    shape = (len(found), models.sizes[COUNT_MODEL])
    with np.errstate(over="ignore"):
        judged = 10 ** (np.array([evidence_margin_db(reading) for reading in readings(study)], float) / 10)
    data = labelled(
        study,
        {
            "for_": ((CASE,), np.array([part[0] for part in found], int)),
            "against": ((CASE,), np.array([part[1] for part in found], int)),
            "bayes_factor": ((CASE, COUNT_MODEL), np.array([part[2] for part in found]).reshape(shape)),
            "bias_to_flip": ((CASE, COUNT_MODEL), np.array([part[3] for part in found]).reshape(shape)),
            "recoded": ((CASE, COUNT_MODEL), np.array([part[4] for part in found]).reshape(shape)),
            "judged_bayes_factor": ((CASE,), judged),
        },
        {COUNT_MODEL: models[COUNT_MODEL].values, "count_model_label": (COUNT_MODEL, models["count_model_label"].values)},
    )
    margins = [evidence_margin_db(reading) for reading in readings(study)]
    slight = [int(((np.abs(w) > TIE_DB) & (np.abs(w) < SILENT_DB)).sum()) for w in map(weights_db, readings(study))]
    told = [_sentence(data.isel({CASE: row}), margin, slight[row]) for row, margin in enumerate(margins)]
    return data.assign(sentence=((CASE,), np.array(told, object)))


def _case(reading: Reading) -> tuple[Any, ...]:
    weights = weights_db(reading)
    for_, against = int((weights > TIE_DB).sum()), int((weights < -TIE_DB).sum())
    if for_ + against == 0:
        return 0, 0, *(np.full(counting(1, 0).sizes[COUNT_MODEL], np.nan) for _ in _OF_COUNTS)
    data = counting(for_, against)
    return for_, against, *(data[name].values for name in _OF_COUNTS)


def _sentence(row: xr.Dataset, margin: float, slight: int) -> str:
    for_, against = int(row["for_"]), int(row["against"])
    if for_ + against == 0:
        return ""
    uniform, worst = (row.sel({COUNT_MODEL: name}) for name in ("binomial", "worst_case"))
    judged = f"{decibels(margin)} dB" if np.isfinite(margin) else "no limit"
    flip, moved = float(uniform["bias_to_flip"]), float(uniform["recoded"])
    told = (
        f"By mere counts, {counted_words(for_, 'item', 'items')} for and {against} against the leading explanation: a Bayes factor of "
        f"{ratio(float(uniform['bayes_factor']))} with uniform weights on the shares that each explanation allows, and of "
        f"{ratio(float(worst['bayes_factor']))} in the worst case over weights, where the judgements give {judged} against the next."
    )
    if slight:
        told += f" {counted_words(slight, 'of these items weighs', 'of these items weigh')} 0.0 dB."
    if np.isfinite(flip) and flip != 1:
        ease = f"{ratio(max(flip, 1 / flip))} times as {'easy' if flip > 1 else 'hard'} to see"
        told += f" The first falls to 1 where findings for it were {ease}."
    if moved > 0:
        told += f" It falls below 20 if {counted_words(int(moved), 'item is', 'items are')} recoded."
    return told


def ratio(value: float) -> str:
    """Return a Bayes factor from counts as printed: two digits below 1,000, and beyond that no more than counts can carry."""
    if value > _MOST:
        return f"more than {_MOST:,}"
    return f"{float(f'{value:.2g}'):,.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.995 else f"{float(f'{value:.2g}'):g}"


def _keys(answer: Answer) -> dict[str, Any]:
    models = [str(name) for name in answer.data[COUNT_MODEL].values]
    by_model = {name: dict(zip(models, answer.value(name), strict=True)) for name in _OF_COUNTS}
    counts = {"for": answer.value("for_"), "against": answer.value("against")}
    return {
        "counted": {**counts, **by_model, "judged_bayes_factor": answer.value("judged_bayes_factor"), "sentence": answer.value("sentence")}
    }


COUNTED = Question(counted, _keys)
