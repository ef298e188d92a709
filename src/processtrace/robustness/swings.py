"""How far the lead swings when the judgement of one item runs over its own range."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from processtrace.inference.labelled import evidence_coords, labelled
from processtrace.inference.reading import Reading, readings, unit_likelihood
from processtrace.inference.update import EVIDENCE
from processtrace.logspace import DB_PER_NAT, Array
from processtrace.robustness.margins import margin_db
from processtrace.robustness.question import Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def swings(study: Study) -> xr.Dataset:
    """Return the lead at its lowest and at its highest while one item's judgement runs over its own range and all else stays.

    The likelihood under a hypothesis is monotone in the probability of an item under it, so the ends of the ranges are exact.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables (evidence), decibels: `lowest_db` and `highest_db`, the leader above its best rival. Both are the present lead
        where every judgement of the item is a point, and for a clue, whose probability follows from a causal model; NaN without a
        leader and a runner-up.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": (0.6, 0.8), "b": (0.1, 0.2)})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.swings(study).lowest_db.values.round(2).tolist()
    [4.77]
    """
    each = readings(study)
    parts = [_case(reading) for reading in each]
    columns = {
        name: ((EVIDENCE,), np.concatenate([part[:, k] for part in parts] or [np.zeros(0)]))
        for k, name in enumerate(("lowest_db", "highest_db"))
    }
    return labelled(study, columns, evidence_coords(each))


def _case(reading: Reading) -> Array:
    """Return the lowest and the highest lead, (item, 2), decibels."""
    numbers = reading.numbers
    found = np.full((len(numbers.ids), 2), np.nan)
    if reading.lead.pair is None:
        return found
    leader, rivals = reading.lead.pair[0], [h for h in range(len(reading.log_prior)) if h != reading.lead.pair[0]]
    for u, unit in enumerate(numbers.units):
        others = reading.log_prior + np.delete(reading.unit_nats, u, axis=0).sum(axis=0)
        for i in unit:
            item = numbers.items[i]
            if item.clue is not None or item.low == item.high:
                found[i] = margin_db(reading)
                continue
            ends = []
            for end in (item.low, item.high):
                items = tuple(dataclasses.replace(one, low=end, high=end) if k == i else one for k, one in enumerate(numbers.items))
                ends.append(others + unit_likelihood(dataclasses.replace(numbers, items=items), unit).nats[0])
            low, high = np.minimum(*ends), np.maximum(*ends)
            found[i] = low[leader] - high[rivals].max(), high[leader] - low[rivals].max()
            found[i] *= DB_PER_NAT
    return found


SWINGS = Question(swings, lambda _: {})
