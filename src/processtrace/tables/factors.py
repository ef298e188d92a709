"""Table: how probable it is that each factor is at work, before and after the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from processtrace.errors import AnalysisError
from processtrace.inference.update import CASE, FACTOR, update
from processtrace.logspace import DB_PER_NAT
from processtrace.study import Study
from processtrace.tables.frames import frame

if TYPE_CHECKING:
    import xarray as xr

_ODDS = "At work, odds (dB)"
_SHOWN = [
    ["Case", "text", ["Case"]],
    ["Factor", "text", ["Factor"]],
    ["Prior", "probability", ["Prior"]],
    ["At work", "probability", ["At work", _ODDS]],
]


def factors(study: Study, *, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the probability that each factor of each case is at work: the sum over its cells, prior and posterior.

    Parameters
    ----------
    study : Study
        A study of factors.
    data : xarray.Dataset, optional
        The Dataset of `update(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each case and factor, indexed (case, factor). The column of odds holds 10 log10 p/(1 - p).

    Raises
    ------
    AnalysisError
        If the study has no factors.
    """
    if not study.factors:
        raise AnalysisError("factors: the study has hypotheses, no factors; make cells of them with study.cells(...)")
    data = update(study) if data is None else data
    rows, index = [], []
    for c, case in enumerate(data[CASE].values):
        for f, name in enumerate(data[FACTOR].values):
            rows.append(
                {
                    "Case": str(data["case_label"].values[c]),
                    "Factor": str(data["factor_label"].values[f]),
                    "Prior": float(data["factor_prior"].values[c, f]),
                    "At work": float(data["factor_posterior"].values[c, f]),
                    _ODDS: float(data["factor_log_odds"].values[c, f]) * DB_PER_NAT,
                }
            )
            index.append((str(case), str(name)))
    return frame(
        rows,
        ("Case", "Factor", "Prior", "At work", _ODDS),
        index,
        ("case", "factor"),
        title="Factors at work, alone or with others",
        note=(
            "The sum of the support for all combinations in which a factor is at work, beside the same sum of the prior. "
            "The factors do not add up to 1: more than one may be at work."
        ),
        shown=_SHOWN,
    )
