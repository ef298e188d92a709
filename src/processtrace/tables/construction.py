"""Table: judged cells beside built ones, and what building gave each compound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from processtrace.inference.construction import RULE
from processtrace.inference.construction import construction as computed
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import log, odds_db
from processtrace.study import Study
from processtrace.tables.frames import frame
from processtrace.tables.posterior import ODDS

if TYPE_CHECKING:
    import xarray as xr


def construction(study: Study, *, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the support for every cell as the study has it and under each rule that builds cells from their parts.

    Parameters
    ----------
    study : Study
        A study of factors.
    data : xarray.Dataset, optional
        The Dataset of `construction.construction(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each case and cell, indexed (case, hypothesis). The columns are the support `As in the study` and
        under each rule, each with `..., gained (dB)`: the decibels of a compound over the best of its parts on the items
        where it was built, NaN for what is no compound. Columns of odds hold 10 log10 p/(1 - p).

    Raises
    ------
    AnalysisError
        If the study has no factors.
    """
    data = computed(study) if data is None else data
    rules = [str(name) for name in data["rule_label"].values]
    support = data["posterior"].transpose(CASE, HYPOTHESIS, RULE).values
    gained = data["construction_db"].transpose(CASE, HYPOTHESIS, RULE).values
    mixed = bool(np.nanmax(np.abs(gained[..., 0]), initial=0.0) > 0)
    heads, odds_heads = [f"{rule}, gained (dB)" for rule in rules], [f"{rule}, {ODDS}" for rule in rules]
    odds = np.moveaxis(odds_db(log(np.moveaxis(support, -1, -2))), -2, -1)
    rows, index = [], []
    for c, case in enumerate(data[CASE].values):
        for h, cell in enumerate(data[HYPOTHESIS].values):
            row = {"Case": str(data["case_label"].values[c]), "Cell": str(data["hypothesis_label"].values[h])}
            row |= dict(zip(odds_heads, odds[c, h].tolist(), strict=True))
            row |= dict(zip(rules, support[c, h].tolist(), strict=True)) | dict(zip(heads, gained[c, h].tolist(), strict=True))
            rows.append(row)
            index.append((str(case), str(cell)))
    shown = [["Case", "text", ["Case"]], ["Cell", "text", ["Cell"]]]
    for k, (rule, head) in enumerate(zip(rules, heads, strict=True)):
        shown += [[rule, "probability", [rule, f"{rule}, {ODDS}"]]] + ([[head, "decibels", [head]]] if k or mixed else [])
    return frame(
        rows,
        ("Case", "Cell", *(column for pair in zip(rules, heads, strict=True) for column in pair), *odds_heads),
        index,
        ("case", "hypothesis"),
        title="Support for each combination, judged and built",
        note=(
            "For comparison only: a rule that builds a combination from its parts favours it whatever the record says. Gained: decibels "
            "of a combination over the best of its parts on the items where it was built. Empty: left out by the study, or no such rule."
            + "".join(f" {text}." for text in data.attrs["impossible"])
        ),
        shown=shown,
    )
