"""The posterior at other anchors, which ratios and decibels leave open."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.errors import UsageError
from processtrace.inference.labelled import labelled
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import reading_of, readings
from processtrace.inference.update import CASE, HYPOTHESIS, anchored
from processtrace.logspace import normalise, to_probability
from processtrace.robustness.question import Answer, Question
from processtrace.study import Study
from processtrace.study.probabilities import judgements_in_force

if TYPE_CHECKING:
    import xarray as xr

ANCHOR = "anchor"
BESIDE = (0.5, 0.95)
"""Anchors at which the posterior is computed by default."""


def anchor(study: Study, anchors: Sequence[float] = BESIDE) -> xr.Dataset:
    """Return the posterior at other anchors.

    The anchor is the probability that the largest ratio of an item represents. An item or judgement that states an anchor of its
    own keeps it.

    Parameters
    ----------
    study
        The study.
    anchors
        Probabilities inside (0, 1).

    Returns
    -------
    Dataset
        Variable `posterior` (case, anchor, hypothesis), probabilities. The attribute `anchored` lists the items whose effect
        depends on the anchor, as `case/id`. Where it is empty, the posterior is the same at all anchors.

    Raises
    ------
    UsageError
        If an anchor is outside (0, 1), or if there is none.
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", ratio={"a": 4, "b": 1})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.anchor(study).posterior.sel(case="x", hypothesis="a").values.round(3).tolist()
    [0.8, 0.8]
    """
    if not len(anchors) or not all(0 < value < 1 for value in anchors):
        raise UsageError(f"anchors: {list(anchors)}; probabilities inside (0, 1)")
    found = []
    for reading in readings(study):
        for value in anchors:
            changed = with_anchor(study.only(reading.case.id), value)
            there = reading_of(changed.cases[0], case_numbers(changed, changed.cases[0]))
            found.append(to_probability(normalise(there.log_prior + there.log_likelihood)))
    posterior = np.array(found).reshape(len(study.cases), len(anchors), len(study.explanations))
    return labelled(study, {"posterior": ((CASE, ANCHOR, HYPOTHESIS), posterior)}, {ANCHOR: list(anchors)}, anchored=anchored(study))


def with_anchor(study: Study, value: float) -> Study:
    """Return the study with another anchor."""
    return dataclasses.replace(study, anchor=value)


def enters(study: Study) -> bool:
    """Return whether any item that counts is judged on a relative scale: ratios or decibels."""
    return any(part.anchored for case in study.cases for item in case.evidence if item.counts for part in judgements_in_force(study, item))


def _keys(answer: Answer) -> dict[str, Any]:
    posterior = answer.data["posterior"].values[answer.row]
    return {"anchor": {f"{value:g}": answer.by_hypothesis(posterior[k]) for k, value in enumerate(answer.data[ANCHOR].values)}}


OTHER_ANCHORS = Question(anchor, _keys)
