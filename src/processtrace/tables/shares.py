"""Table: how a case's evidence divides over explanations, and how often one explanation would look divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from processtrace.inference.mixtures import shares as computed
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.study import Study
from processtrace.tables.frames import frame

if TYPE_CHECKING:
    import xarray as xr

_COLUMNS = ("Case", "Explanation", "Prior share", "Prior sd", "Share", "Sd", "Divided against one (dB)", "Looks divided", "Error")


def shares(study: Study, *, data: xr.Dataset | None = None, simulated: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the share of a case's evidence that each explanation accounts for, beside its prior.

    Parameters
    ----------
    study : Study
        A study of hypotheses.
    data : xarray.Dataset, optional
        The Dataset of `mixtures.shares(study)`, computed where it is left out.
    simulated : xarray.Dataset, optional
        The Dataset of `division.looks_divided(study)`; its columns are left out where it is.

    Returns
    -------
    pandas.DataFrame
        One row for each case and explanation, indexed (case, hypothesis): prior and posterior mean and standard
        deviation of the share; the case's Bayes factor for shares against one explanation, in decibels; how often a
        simulated study of one explanation favours shares, with its Monte Carlo standard error.
    """
    data = computed(study) if data is None else data
    rows, index = [], []
    for c, case in enumerate(data[CASE].values):
        looks = [float("nan")] * 2
        if simulated is not None:
            looks = [float(simulated[name].sel({CASE: case})) for name in ("looks_divided", "looks_divided_mcse")]
        for h, name in enumerate(data[HYPOTHESIS].values):
            values = [float(data[part].values[c, h]) for part in ("prior_share", "prior_share_sd", "evidence_share", "evidence_share_sd")]
            last = [float(data["bayes_factor_db"].values[c]), *looks]
            labels = [str(data["case_label"].values[c]), str(data["hypothesis_label"].values[h])]
            rows.append(dict(zip(_COLUMNS, [*labels, *values, *last], strict=True)))
            index.append((str(case), str(name)))
    kinds = ("text", "text", "probability", "coefficient", "probability", "coefficient", "decibels", "probability", "coefficient")
    kept = _COLUMNS if simulated is not None else _COLUMNS[:-2]
    return frame(
        rows,
        kept,
        index,
        ("case", "hypothesis"),
        title="How the evidence divides over the explanations",
        note=_note(data, simulated),
        shown=[[head, kind, [head]] for head, kind in zip(kept, kinds[: len(kept)], strict=True)],
    )


def _note(data: xr.Dataset, simulated: xr.Dataset | None) -> str:
    text = (
        "A share of the evidence accounted for, not of joint causation: each unit of a case's items comes from one of the explanations. "
        "Sd: standard deviations; where that of the share is near its prior's, little was learned. Divided against one: Bayes factor for "
        "shares against one explanation, in decibels; above 0 it favours shares."
    )
    if simulated is not None:
        text += (
            f" Looks divided: of {simulated.attrs['draws']} simulated studies in which one explanation is right and judgements err within "
            "their stated ranges, the part in which the Bayes factor favours shares all the same, with its Monte Carlo standard error."
        )
    if np.any(data["error_mean"].values > 0):
        text += f" The quadrature is not exact: shares err by at most about {float(data['error_mean'].max()):.1g}."
    return text
