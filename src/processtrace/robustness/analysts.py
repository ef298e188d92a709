"""What each analyst's judgements alone would imply, and where they disagree."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.exact.case import CaseNumbers, terms
from processtrace.inference.labelled import evidence_coords, labelled
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import Reading, reading_of, readings
from processtrace.inference.update import ANALYST, CASE, EVIDENCE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array, normalise, to_probability
from processtrace.robustness.question import Answer, Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def analysts(study: Study) -> xr.Dataset:
    """Return each analyst's own posterior, and the items by disagreement.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `posterior` (case, analyst, hypothesis), probabilities from what the analyst judged and the items with one common
        judgement, NaN where no item of the case has a judgement of the analyst's own, or all of it contradicts itself; `items` and
        `left_out` (case, analyst), how many items entered and how many that count did not; `disagreement_db` (evidence), the
        largest difference between any two analysts about an item's weight, alone, between any two hypotheses, decibels: 0 where
        fewer than two judged it, infinite where one refutes what another does not.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> judged = {name: {"probability": {"a": p, "b": 0.2}} for name, p in (("ana", 0.8), ("ben", 0.4))}
    >>> case = pt.Case("x", evidence=[pt.Evidence("memo", finding="A memo.", judgements=judged)])
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[case], analysts={"ana": {}, "ben": {}})
    >>> pt.robustness.analysts(study).disagreement_db.values.round(2).tolist()
    [3.01]
    """
    each = readings(study)
    names = list(study.analysts)
    shape = (len(each), len(names))
    posterior = np.full((*shape, len(study.explanations)), np.nan)
    items, left_out = np.zeros(shape, int), np.zeros(shape, int)
    disagreement = []
    for row, reading in enumerate(each):
        own: dict[str, CaseNumbers] = {}
        for column, name in enumerate(names):
            if not any(name in (reading.case.item(i).judgements or ()) for i in _counting(reading)):
                continue
            own[name] = case_numbers(study, reading.case, name)
            there = reading_of(reading.case, own[name])
            joint = there.log_prior + there.log_likelihood
            if not np.isneginf(joint).all():
                posterior[row, column] = to_probability(normalise(joint))
            items[row, column], left_out[row, column] = len(own[name].ids), len(own[name].left_out)
        disagreement.append(_disagreement(reading, own))
    return labelled(
        study,
        {
            "posterior": ((CASE, ANALYST, HYPOTHESIS), posterior),
            "items": ((CASE, ANALYST), items),
            "left_out": ((CASE, ANALYST), left_out),
            "disagreement_db": ((EVIDENCE,), np.concatenate(disagreement or [np.zeros(0)])),
        },
        {
            **evidence_coords(each),
            ANALYST: names,
            "analyst_label": (ANALYST, [study.analysts[name].name for name in names]),
        },
    )


def _counting(reading: Reading) -> list[str]:
    return [item.id for item in reading.case.evidence if item.counts]


def _disagreement(reading: Reading, own: dict[str, CaseNumbers]) -> Array:
    """Return the widest difference in decibels about each item that enters, (item,)."""
    n = len(reading.log_prior)
    alone = {name: dict(zip(numbers.ids, terms(numbers, n).alone, strict=True)) for name, numbers in own.items()}
    widest = np.zeros(len(reading.numbers.ids))
    for place, item in enumerate(reading.numbers.ids):
        said = [part[item] for name, part in alone.items() if name in (reading.case.item(item).judgements or ()) and item in part]
        if len(said) > 1:
            widest[place] = max((_widest(np.array(said)[:, [h, k]]) for h, k in combinations(range(n), 2)), default=0.0)
    return widest


def _widest(said: Array) -> float:
    """Return the decibels between the most and the least that analysts say about a pair, (analyst, 2) nats."""
    with np.errstate(invalid="ignore"):
        weights = said[:, 0] - said[:, 1]
    known = weights[~np.isnan(weights)]
    if not len(known) or (known == known[0]).all():
        return 0.0
    return float((known.max() - known.min()) * DB_PER_NAT)


def _keys(answer: Answer) -> dict[str, Any]:
    items, posterior = (answer.data[name].values[answer.row] for name in ("items", "posterior"))
    return {
        "analysts": {
            str(who): {"posterior": answer.by_hypothesis(posterior[k]), "items": int(items[k])}
            for k, who in enumerate(answer.data[ANALYST].values)
            if items[k]
        }
    }


ANALYSTS = Question(analysts, _keys)
