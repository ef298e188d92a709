"""How much unrecorded evidence would undo the lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import TIE_DB, Reading, readings
from processtrace.inference.update import CASE
from processtrace.robustness.margins import margin_db
from processtrace.robustness.question import Question
from processtrace.robustness.tipping import weights_db
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def fail_safe(study: Study) -> xr.Dataset:
    """Return how many unrecorded items, each of the median weight of those against the leader, would undo the lead.

    Weights are those of `tipping`: leader against runner-up, given all the other items.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables (case): `fail_safe`, the number of items, rounded up, since a tie undoes the lead (NaN without a leader, where the
        runner-up is refuted, or where that weight is 0); `median_db`, the weight, decibels; `reversed`, whether no item is against
        the leader, so that the median of all of them, with the sign reversed, was used.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Rosenthal 1979, doi:10.1037/0033-2909.86.3.638 (the file-drawer number, from which this is adapted).

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(n, finding="A memo.", probability={"a": p, "b": 0.2}) for n, p in (("memo", 0.9), ("vote", 0.1))]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> float(pt.robustness.fail_safe(study).fail_safe[0])  # 3.5 dB against items of 3.0
    2.0
    """
    found = [_case(reading) for reading in readings(study)]
    return labelled(
        study,
        {
            "fail_safe": ((CASE,), np.array([part[0] for part in found], float)),
            "median_db": ((CASE,), np.array([part[1] for part in found], float)),
            "reversed": ((CASE,), np.array([part[2] for part in found], bool)),
        },
    )


def _case(reading: Reading) -> tuple[float, float, bool]:
    margin, weights = margin_db(reading), weights_db(reading)
    against = -weights[weights < -TIE_DB]
    pool = against if len(against) else np.abs(weights[np.isfinite(weights)])
    median = float(np.median(pool)) if len(pool) else float("nan")
    if not np.isfinite(margin) or not median > TIE_DB:
        return float("nan"), median, not len(against)
    return float(np.ceil(margin / median - 1e-9)), median, not len(against)


FAIL_SAFE = Question(fail_safe, lambda answer: {"fail_safe": answer.value("fail_safe")})
