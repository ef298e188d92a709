"""Table: how judges differ, in decibels an item."""

from __future__ import annotations

import pandas as pd

from processtrace.elicitation.differences import differences as measured
from processtrace.study import Study
from processtrace.study.judges import sampled
from processtrace.tables.frames import frame

_COLUMNS = (
    "Judge",
    "Other judge",
    "Explanation",
    "Against",
    "Mean (dB)",
    "SD (dB)",
    "Low (dB)",
    "High (dB)",
    "Items",
    "Infinite weights left out",
)


def differences(study: Study) -> pd.DataFrame:
    """Return by how many decibels the judges differ about an item, pair by pair.

    The difference is that of the item's weight by itself, the first judge's minus the other's. Its mean is the lean of one judge
    against the other; its standard deviation is the noise of both. About 95 % of items lie between `Low` and `High`, the limits of
    agreement.

    Parameters
    ----------
    study : Study
        A study in which two analysts judged an item.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of judges and of explanations, indexed (judge, other_judge, hypothesis, against), decibels.

    Raises
    ------
    AnalysisError
        If no item was judged by two analysts.

    References
    ----------
    Bland, J. M., & Altman, D. G. (1986). Statistical methods for assessing agreement between two methods of clinical measurement.
    The Lancet, 327(8476), 307-310. https://doi.org/10.1016/S0140-6736(86)90837-8
    """
    found = measured(study)
    rows = [
        {
            "Judge": study.analysts[first].name,
            "Other judge": study.analysts[second].name,
            "Explanation": study.explanations[h].name,
            "Against": study.explanations[k].name,
            "Mean (dB)": row.mean_db,
            "SD (dB)": row.sd_db,
            "Low (dB)": row.low_db,
            "High (dB)": row.high_db,
            "Items": row.items,
            "Infinite weights left out": row.infinite,
        }
        for (first, second, h, k), row in found.items()
    ]
    return frame(
        rows,
        _COLUMNS,
        list(found),
        ("judge", "other_judge", "hypothesis", "against"),
        title="Differences between judges, in decibels an item",
        note=(
            "Weight of an item by itself, the judge's minus the other judge's. Mean: lean. SD: standard deviation. Limits of agreement: "
            "mean and 1.96 standard deviations to either side (Bland and Altman 1986). " + sampled(study)
        ).strip(),
        shown=[
            *([name, "text", [name]] for name in ("Judge", "Other judge", "Explanation", "Against")),
            *([name, "decibels", [name]] for name in ("Mean (dB)", "SD (dB)", "Low (dB)", "High (dB)")),
            ["Items", "count", ["Items"]],
        ],
    )
