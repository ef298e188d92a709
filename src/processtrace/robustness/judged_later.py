"""The posterior without the items that were judged later than the others."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import reading_of
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array, to_probability
from processtrace.robustness.question import Answer, Question
from processtrace.study import Case, Evidence, Study
from processtrace.text.dates import date_span
from processtrace.text.numbers import support

if TYPE_CHECKING:
    import xarray as xr


def judged_later(study: Study) -> xr.Dataset:
    """Return the posterior of each case without the items judged after the study's first day of judging.

    What is judged given these items is left out too. Analysts who add items once a posterior was seen may, without meaning to, look
    for items that support what they expect.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `posterior` (case, hypothesis) without these items, probabilities, NaN where nothing possible is left; `items`
        (case), how many were judged later, 0 where all were judged on one date or none is given; `sentence` (case), what they
        changed in words, empty where none was judged later. Attribute `later`: these items, as `case/id`.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(f"e{k}", finding="A memo.", probability={"a": 0.8, "b": 0.2}, judged=f"2026-11-2{k}") for k in (3, 5)]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> pt.robustness.judged_later(study).posterior.sel(case="x", hypothesis="a").item().__round__(3)
    0.8
    """
    days = [day for case in study.cases for item in case.evidence if (day := judged_on(study, item)) is not None]
    first = min(days, default=0)
    found = {
        case.id: [item.id for item in case.evidence if item.counts and (judged_on(study, item) or first) > first] for case in study.cases
    }
    posterior = to_probability(np.array([_without(study, case, set(found[case.id])) for case in study.cases])).reshape(
        -1, len(study.explanations)
    )
    names = [part.name for part in study.explanations.values()]
    sentences = [_sentence(names, len(items), row) for items, row in zip(found.values(), posterior, strict=True)]
    return labelled(
        study,
        {
            "posterior": ((CASE, HYPOTHESIS), posterior),
            "items": ((CASE,), np.array([len(part) for part in found.values()], int)),
            "sentence": ((CASE,), np.array(sentences, object)),
        },
        later=[f"{case}/{item}" for case, items in found.items() for item in items],
    )


def _without(study: Study, case: Case, items: set[str]) -> Array:
    fell = case.following(items)
    kept = dataclasses.replace(case, evidence=tuple(item for item in case.evidence if item.id not in fell))
    return reading_of(kept, case_numbers(study, kept)).log_posterior


def _sentence(names: list[str], count: int, row: Array) -> str:
    if not count:
        return ""
    posterior = {str(h): None if np.isnan(p) else float(p) for h, p in enumerate(row)}
    printed = ", ".join(f"{name} {support(posterior, str(h))}" for h, name in enumerate(names))
    return f"{count} {'item was' if count == 1 else 'items were'} judged later than the first; without {'it' if count == 1 else 'them'}: {printed}."


def judged_on(study: Study, item: Evidence) -> int | None:
    """Return the last day on which an item was judged by the main analyst, or by any analyst who is pooled.

    Parameters
    ----------
    study
        The study.
    item
        One of its items.

    Returns
    -------
    int or None
        Proleptic ordinal of the day; None where no day is given.
    """
    parts = item.by_analyst
    chosen = [parts[study.analyst]] if study.analyst in parts else list(parts.values())
    dates = [date for date in (item.judged, *(part.judged for part in chosen)) if date is not None]
    return max((date_span(date)[1].toordinal() for date in dates), default=None)


def _keys(answer: Answer) -> dict[str, Any]:
    items = [name.removeprefix(f"{answer.case}/") for name in answer.data.attrs["later"] if name.startswith(f"{answer.case}/")]
    return {"judged_later": {"items": items, "posterior": answer.each("posterior"), "sentence": answer.value("sentence")}}


JUDGED_LATER = Question(judged_later, _keys)
