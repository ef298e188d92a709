"""Table: the information that each planned item can be expected to give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from processtrace.study import Study
from processtrace.tables.frames import distinct, frame

if TYPE_CHECKING:
    import xarray as xr

_BITS, _CHANCE, _COST, _PER = "Expected information (bits)", "Chance of finding it", "Cost", "Bits per cost"
_VARIANCE = "Expected variance"


def plan(study: Study, *, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return how informative each planned item can be expected to be, the most informative of a case first.

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset, optional
        The Dataset of `planning.items(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each planned item, indexed (case, evidence) by identifier: expected information in bits, the
        probability of finding it, the support of every explanation after it is found and after it is not, the expected
        posterior variance summed over the explanations, its cost, and the bits for each unit of cost.
    """
    if data is None:
        from processtrace.planning import items

        data = items(study)
    names = distinct(str(label) for label in data["hypothesis_label"].values)
    labels = {str(case.id): case.name for case in study.cases}
    place = {case.id: k for k, case in enumerate(study.cases)}
    cases = [str(name) for name in data["planned_case"].values]
    order = sorted(range(len(cases)), key=lambda k: (place[cases[k]], -float(data["information_bits"].values[k])))
    rows, index = [], []
    for k in order:
        missed, found = data["posterior"].values[k]
        row = {
            "Case": labels[cases[k]],
            "Item": str(data["planned_label"].values[k]),
            _BITS: float(data["information_bits"].values[k]),
            _CHANCE: float(data["chance"].values[k, 1]),
            _VARIANCE: float(data["expected_variance_sum"].values[k]),
            _COST: float(data["cost"].values[k]),
            _PER: float(data["bits_per_cost"].values[k]),
        }
        for h, name in enumerate(names):
            row |= {f"{name}, found": float(found[h]), f"{name}, not found": float(missed[h])}
        rows.append(row)
        index.append((cases[k], str(data["planned_id"].values[k])))
    after = [f"{name}, {outcome}" for name in names for outcome in ("found", "not found")]
    costed = bool((data["cost"].values >= 0).any())
    return frame(
        rows,
        ["Case", "Item", _BITS, _CHANCE, *after, _VARIANCE, _COST, _PER],
        index,
        ("case", "evidence"),
        title="What each planned item can be expected to show",
        note=(
            "Expected information: mutual information of the explanation and the outcome of the search, under the present support. "
            "Support for each explanation is given after the item is found and after it is not. Expected variance: the posterior "
            "variance to be expected, summed over the explanations."
        ),
        shown=[
            ["Case", "text", ["Case"]],
            ["Item", "text", ["Item"]],
            [_BITS, "coefficient", [_BITS]],
            [_CHANCE, "probability", [_CHANCE]],
            *([name, "probability", [name]] for name in after),
            [_VARIANCE, "coefficient", [_VARIANCE]],
            *([[_COST, "text", [_COST]], [_PER, "coefficient", [_PER]]] if costed else []),
        ],
    )
