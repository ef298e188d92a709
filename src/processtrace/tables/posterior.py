"""Table: the posterior of every explanation, with what the judged ranges allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from processtrace.inference.update import CASE, HYPOTHESIS, update
from processtrace.logspace import DB_PER_NAT, Array, odds_db
from processtrace.study import Study
from processtrace.study.verdict_words import VERDICT_SCALES
from processtrace.tables.frames import frame

if TYPE_CHECKING:
    import xarray as xr

ODDS = "odds (dB)"
WORD = "In words"
"""The column of words where the study names a scale under `verdict`."""

_SHOWN = [
    ["Case", "text", ["Case"]],
    ["Explanation", "text", ["Explanation"]],
    ["Prior", "probability", ["Prior", f"Prior, {ODDS}"]],
    ["Support", "probability", ["Support", f"Support, {ODDS}"]],
    ["Lowest to highest", "interval", ["Lowest", f"Lowest, {ODDS}", "Highest", f"Highest, {ODDS}"]],
    ["Central 90 %", "interval", ["Low", f"Low, {ODDS}", "High", f"High, {ODDS}"]],
    ["Evidence (dB)", "decibels", ["Evidence (dB)"]],
]
_COLUMNS = list(dict.fromkeys(column for _, _, columns in _SHOWN for column in columns))


def posterior(
    study: Study, *, data: xr.Dataset | None = None, bounds: xr.Dataset | None = None, ranges: xr.Dataset | None = None
) -> pd.DataFrame:
    """Return prior and posterior of every explanation of every case, beside what the judged ranges allow.

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset, optional
        The Dataset of `update(study)`, computed where it is left out.
    bounds : xarray.Dataset, optional
        The Dataset of `robustness.bounds(study)`, computed where it is left out.
    ranges : xarray.Dataset, optional
        The Dataset of `robustness.ranges(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each case and explanation, indexed (case, hypothesis) by identifier. `Support` is the posterior, a
        probability; `Lowest` and `Highest` are its bounds when every judgement runs through its range; `Low` and `High`
        are the central 90 % of P(h|E,theta) if every judgement errs independently; `Evidence (dB)` is in decibels
        relative to the explanation that the evidence supports most (0). Columns of odds hold 10 log10 p/(1 - p) where it
        is known. `In words` is there where the study names a scale under `verdict`.

    Raises
    ------
    ContradictionError
        If every explanation of a case is refuted.
    """
    if bounds is None or ranges is None:
        from processtrace import robustness

        bounds = robustness.bounds(study) if bounds is None else bounds
        ranges = robustness.ranges(study) if ranges is None else ranges
    data = update(study) if data is None else data
    log_post = data["log_posterior"].transpose(CASE, HYPOTHESIS).values
    refuted = np.isneginf(log_post)
    alone = ~refuted & (refuted.sum(axis=1, keepdims=True) == refuted.shape[1] - 1)
    values = {
        "Prior": data["prior"].transpose(CASE, HYPOTHESIS).values,
        "Support": data["posterior"].transpose(CASE, HYPOTHESIS).values,
        "Evidence (dB)": data["evidence_db"].transpose(CASE, HYPOTHESIS).values,
        f"Support, {ODDS}": odds_db(log_post),
    }
    for limits, name, head in (
        (bounds, "lowest", "Lowest"),
        (bounds, "highest", "Highest"),
        (ranges, "low", "Low"),
        (ranges, "high", "High"),
    ):
        aligned = limits.sel({CASE: data[CASE].values, HYPOTHESIS: data[HYPOTHESIS].values})
        values[head] = aligned[name].transpose(CASE, HYPOTHESIS).values
        log_odds = f"log_odds_{name}"
        known = aligned[log_odds].transpose(CASE, HYPOTHESIS).values * DB_PER_NAT if log_odds in aligned else _odds_known(values[head])
        values[f"{head}, {ODDS}"] = np.where(refuted, -np.inf, np.where(alone, np.inf, known))
    values[f"Prior, {ODDS}"] = np.where(values["Prior"] == 0, -np.inf, np.where(values["Prior"] == 1, np.inf, _odds_known(values["Prior"])))
    scale = VERDICT_SCALES[study.verdict] if study.verdict else None
    cases, labels = data["case_label"].values, data["hypothesis_label"].values
    places = [(c, h) for c in range(len(cases)) for h in range(len(labels))]
    return frame(
        [
            {
                "Case": str(cases[c]),
                "Explanation": str(labels[h]),
                **{name: float(part[c, h]) for name, part in values.items()},
                **({WORD: scale.of_result(float(values["Support"][c, h]), float(values["Evidence (dB)"][c, h]))} if scale else {}),
            }
            for c, h in places
        ],
        [*_COLUMNS, *([WORD] if scale else [])],
        [(str(data[CASE].values[c]), str(data[HYPOTHESIS].values[h])) for c, h in places],
        ("case", "hypothesis"),
        title="Support for each explanation, by case",
        note=(
            "Support is the posterior probability, given that one of these explanations is right. Lowest to highest: every judgement "
            f"{'and every share of the causal model ' if study.ranged_shares else ''}runs through its range. Central 90 %: every "
            "judgement errs independently within its range; common optimism is not in it. Evidence: decibels relative to the explanation that the evidence supports most (0), without the prior."
            + (f" In words: {scale.source}, {scale.url}." if scale else "")
        ),
        shown=[*_SHOWN, *([[WORD, "text", [WORD]]] if scale else [])],
    )


def _odds_known(p: Array) -> Array:
    inside = (p > 0) & (p < 1)
    safe = np.where(inside, p, 0.5)
    return np.where(inside, (np.log(safe) - np.log1p(-safe)) * DB_PER_NAT, np.nan)
