"""Table: what a second round moved."""

from __future__ import annotations

import pandas as pd

from processtrace.elicitation.rounds import moved as measured
from processtrace.study import Study
from processtrace.tables.frames import frame

_COLUMNS = (
    "Judge",
    "Explanation",
    "Against",
    "Mean change (dB)",
    "SD of changes (dB)",
    "Items moved",
    "Items",
    "SD between judges before (dB)",
    "SD between judges after (dB)",
)


def moved(study: Study) -> pd.DataFrame:
    """Return what a second round changed about the weights of items, judge by judge.

    Parameters
    ----------
    study : Study
        A study with analysts that revise others.

    Returns
    -------
    pandas.DataFrame
        One row for each judge of the second round and pair of explanations, indexed (judge, hypothesis, against): the mean and the
        standard deviation of the changes, second round minus first, how many items moved, and the standard deviation between the
        judges before and after, decibels; NaN where fewer than two judges judged an item in both rounds.

    Raises
    ------
    AnalysisError
        If there is no second round.
    """
    found = measured(study)
    names = {h: part.name for h, part in study.explanations.items()}
    rows = [
        dict(
            zip(
                _COLUMNS,
                (
                    study.analysts[judge].name,
                    names[h],
                    names[k],
                    row.change.mean_db,
                    row.change.sd_db,
                    row.items_moved,
                    row.change.items,
                    row.sd_before,
                    row.sd_after,
                ),
                strict=True,
            )
        )
        for (judge, h, k), row in found.items()
    ]
    return frame(
        rows,
        _COLUMNS,
        list(found),
        ("judge", "hypothesis", "against"),
        title="What the second round moved, in decibels an item",
        note="Weight of an item by itself in the second round, minus that in the first. Both rounds are kept; the second enters the pool.",
        shown=[
            *([name, "text", [name]] for name in _COLUMNS[:3]),
            *([name, "decibels", [name]] for name in _COLUMNS[3:5]),
            *([name, "count", [name]] for name in _COLUMNS[5:7]),
            *([name, "decibels", [name]] for name in _COLUMNS[7:]),
        ],
    )
