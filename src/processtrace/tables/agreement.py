"""Table: how far several codings agree."""

from __future__ import annotations

import pandas as pd

from processtrace.elicitation.agreement import agreement as measured
from processtrace.study import Study
from processtrace.tables.frames import frame

CAUTION = "Agreement of codings by one language model measures repeatability, not validity."
_COLUMNS = ("Case", "Explanation", "Against", "Alpha", "Low", "High", "Items", "Clusters", "Infinite weights left out")


def agreement(study: Study, *, coverage: float = 0.95, draws: int = 2000, random_seed: int = 0) -> pd.DataFrame:
    """Agreement of analysts on the weight of items, for each pair of explanations: Krippendorff's alpha, interval scale.

    What is compared is each analyst's 10 log10 of the likelihood ratio of an item by itself, with its source and search,
    in decibels; items with judgements of two analysts or more. `Low` and `High` are the central `coverage` of a bootstrap
    over clusters (an item in none is one by itself) of `draws` draws from `random_seed`; the items of a cluster go together.
    Rows: all cases, then each, by pair; indexed (case, hypothesis, against), the case empty for all. Weights that are
    infinite (a judged zero) have no interval and are left out, and counted. Agreement of codings by one language model
    measures repeatability, not validity.

    Raises AnalysisError where no item has two analysts, UsageError for a coverage outside (0, 1) or fewer than 1 draw.
    Hayes & Krippendorff 2007, doi:10.1080/19312450709336664.
    """
    found = measured(study, coverage=coverage, draws=draws, random_seed=random_seed)
    rows = [
        {
            "Case": study.case(case).name if case else "All cases",
            "Explanation": study.explanations[first].name,
            "Against": study.explanations[second].name,
            "Alpha": row.alpha,
            "Low": row.low,
            "High": row.high,
            "Items": row.items,
            "Clusters": row.clusters,
            "Infinite weights left out": row.infinite,
        }
        for (case, first, second), row in found.items()
    ]
    table = frame(
        rows,
        _COLUMNS,
        list(found),
        ("case", "hypothesis", "against"),
        title="Agreement of the analysts on the weight of items",
        note=(
            "Krippendorff's alpha, interval scale, on weights in decibels: 1 is agreement without exception, 0 what chance would give. "
            f"Interval: central {100 * coverage:g} % of {draws} bootstrap samples of clusters. "
            f"{CAUTION}"
        ),
        shown=[
            *([name, "text", [name]] for name in ("Case", "Explanation", "Against")),
            ["Alpha", "coefficient", ["Alpha"]],
            [f"{100 * coverage:g} % interval", "coefficients", ["Low", "High"]],
            ["Items", "count", ["Items"]],
            ["Clusters", "count", ["Clusters"]],
        ],
    )
    table.attrs["caution"] = CAUTION
    return table
