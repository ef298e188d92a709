"""Tables: what each analyst's judgements alone imply, and which items divide the analysts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from processtrace.inference.update import ANALYST, CASE, EVIDENCE, HYPOTHESIS
from processtrace.logspace import log, odds_db
from processtrace.robustness import analysts as computed
from processtrace.study import Study
from processtrace.tables.agreement import caution
from processtrace.tables.frames import frame
from processtrace.tables.posterior import ODDS

if TYPE_CHECKING:
    import xarray as xr

_ODDS = f"Support, {ODDS}"


def codings(study: Study, *, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the posterior that each analyst's judgements alone imply, with how many items entered.

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset, optional
        The Dataset of `robustness.analysts(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each case, analyst and explanation, indexed (case, analyst, hypothesis). The support is NaN where the
        analyst judged nothing of the case, or all of it contradicts itself. A column holds its odds in decibels.
    """
    data = computed(study) if data is None else data
    support = data["posterior"].transpose(CASE, ANALYST, HYPOTHESIS).values
    odds = odds_db(log(support))
    rows, index = [], []
    for c, case in enumerate(data[CASE].values):
        for a, who in enumerate(data[ANALYST].values):
            for h, name in enumerate(data[HYPOTHESIS].values):
                labels = [data["case_label"].values[c], data["analyst_label"].values[a], data["hypothesis_label"].values[h]]
                row = dict(zip(("Case", "Analyst", "Explanation"), map(str, labels), strict=True))
                held = {"Support": float(support[c, a, h]), "Items": int(data["items"].values[c, a]), _ODDS: float(odds[c, a, h])}
                rows.append({**row, **held})
                index.append((str(case), str(who), str(name)))
    return frame(
        rows,
        ("Case", "Analyst", "Explanation", "Support", "Items", _ODDS),
        index,
        ("case", "analyst", "hypothesis"),
        title="Support by each analyst's own judgements",
        note=f"From what the analyst judged and the items with one common judgement. {caution(study)}".strip(),
        shown=[
            *([name, "text", [name]] for name in ("Case", "Analyst", "Explanation")),
            ["Support", "probability", ["Support", _ODDS]],
            ["Items", "count", ["Items"]],
        ],
    )


def dividing(study: Study, *, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the items that divide the analysts, case by case, those that divide them most first.

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset, optional
        The Dataset of `robustness.analysts(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each item, indexed (case, evidence). `Apart (dB)` is the largest difference between any two analysts
        about the weight of the item, by itself, between any two explanations; it is infinite where one refutes what
        another does not. Items on which they agree entirely, or which fewer than two judged, are left out.
    """
    data = computed(study) if data is None else data
    apart = data["disagreement_db"].values
    names = {case.id: case.name for case in study.cases}
    cases = [str(name) for name in data["evidence_case"].values]
    places = sorted(np.flatnonzero(apart > 0), key=lambda e: (list(names).index(cases[e]), -apart[e]))
    return frame(
        [{"Case": names[cases[e]], "Item": str(data["evidence_label"].values[e]), "Apart (dB)": float(apart[e])} for e in places],
        ("Case", "Item", "Apart (dB)"),
        [(cases[e], str(data[EVIDENCE].values[e]).split("/", 1)[1]) for e in places],
        ("case", "evidence"),
        title="The items that divide the analysts",
        note=f"Apart: the widest difference between two analysts about the weight of the item, in decibels. {caution(study)}".strip(),
        shown=[["Case", "text", ["Case"]], ["Item", "text", ["Item"]], ["Apart (dB)", "decibels", ["Apart (dB)"]]],
    )
