"""Each case by counts alone, beside its judged posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import TIE_DB, Reading, readings
from processtrace.inference.update import CASE
from processtrace.robustness.count_models import COUNT_MODEL, counting
from processtrace.robustness.margins import evidence_margin_db
from processtrace.robustness.question import Answer, Question
from processtrace.robustness.tipping import weights_db
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def counted(study: Study) -> xr.Dataset:
    """Return the leader against the runner-up if every item counted alike: the baseline for the judgements.

    An item is for the leader, or against it, by the sign of its weight given all the others.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `for_`, `against` (case), numbers of items; `bayes_factor` and `bias_to_flip` (case, count_model), those of
        `counting` (NaN without a leader, or where no item leans); `judged_bayes_factor` (case), that of the judgements, 10 to the
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
    >>> pt.robustness.counted(study).bayes_factor.values.round(6).tolist()
    [[7.827586, 39.0]]
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
            "judged_bayes_factor": ((CASE,), judged),
        },
        {COUNT_MODEL: models[COUNT_MODEL].values, "count_model_label": (COUNT_MODEL, models["count_model_label"].values)},
    )
    return data.assign(sentence=((CASE,), np.array([_sentence(data.isel({CASE: row})) for row in range(len(found))], object)))


def _case(reading: Reading) -> tuple[int, int, np.ndarray, np.ndarray]:
    weights = weights_db(reading)
    for_, against = int((weights > TIE_DB).sum()), int((weights < -TIE_DB).sum())
    if for_ + against == 0:
        return 0, 0, np.full(2, np.nan), np.full(2, np.nan)
    data = counting(for_, against)
    return for_, against, data["bayes_factor"].values, data["bias_to_flip"].values


def _sentence(row: xr.Dataset) -> str:
    for_, against = int(row["for_"]), int(row["against"])
    if for_ + against == 0:
        return ""
    binomial, urn = (float(value) for value in row["bayes_factor"].values)
    flip = float(row["bias_to_flip"].values[0])
    ways = f"{ratio(binomial)} (binomial){f' or {ratio(urn)} (urn)' if np.isfinite(urn) else ''}"
    bias = (
        f"; the first falls to 1 where findings for it were {ratio(max(flip, 1 / flip))} times as {'easy' if flip > 1 else 'hard'} to see"
    )
    return (
        f"By mere counts, {for_} {'item' if for_ == 1 else 'items'} for and {against} against the leading explanation: a Bayes factor of {ways} against the next, "
        f"where the judgements give {ratio(float(row['judged_bayes_factor']))}{bias if np.isfinite(flip) else ''}."
    )


def ratio(value: float) -> str:
    """Return a Bayes factor as printed, with two digits."""
    if not np.isfinite(value):
        return "no limit"
    return f"{float(f'{value:.2g}'):,.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.995 else f"{float(f'{value:.2g}'):g}"


def _keys(answer: Answer) -> dict[str, Any]:
    models = [str(name) for name in answer.data[COUNT_MODEL].values]
    by_model = {name: dict(zip(models, answer.value(name), strict=True)) for name in ("bayes_factor", "bias_to_flip")}
    counts = {"for": answer.value("for_"), "against": answer.value("against")}
    return {
        "counted": {**counts, **by_model, "judged_bayes_factor": answer.value("judged_bayes_factor"), "sentence": answer.value("sentence")}
    }


COUNTED = Question(counted, _keys)
