"""Table: how far several codings agree."""

from __future__ import annotations

import pandas as pd

from processtrace.elicitation.agreement import agreement as measured
from processtrace.study import Study
from processtrace.study.judges import repeated_by_models, sampled
from processtrace.tables.frames import frame

_CAUTION = "Agreement of codings by one language model measures repeatability, not validity."
_COLUMNS = ("Case", "Explanation", "Against", "Alpha", "Low", "High", "Items", "Clusters", "Infinite weights")


def caution(study: Study) -> str:
    """Return what agreement does not show where a study says that a language model judged; nothing where persons did."""
    return _CAUTION if repeated_by_models(study) else ""


def agreement(study: Study, *, coverage: float = 0.95, draws: int = 2000, random_seed: int = 0) -> pd.DataFrame:
    """Return how far the analysts agree on the weight of items: Krippendorff's alpha on the interval scale, pair by pair.

    The values compared are each analyst's weights of an item by itself, with its source and search: 10 log10 of a
    likelihood ratio, in decibels. A weight that a judged zero makes infinite counts as larger than any other: alpha is the
    limit of what ever larger numbers in its place would give. It is NaN for fewer than two items. Agreement of codings by
    one language model measures repeatability, not validity.

    Parameters
    ----------
    study : Study
        A study in which two analysts judged an item.
    coverage : float
        The central part of the bootstrap that `Low` and `High` enclose, between 0 and 1.
    draws : int
        Draws of the bootstrap over clusters; the items of a cluster go together, and an item in none is one by itself.
    random_seed : int
        The seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row for each pair of explanations, over all cases and then case by case, indexed (case, hypothesis, against);
        the case is empty for all.

    Raises
    ------
    AnalysisError
        If no item was judged by two analysts.
    UsageError
        If the coverage is not between 0 and 1, or there are no draws.

    References
    ----------
    Hayes, A. F. and Krippendorff, K. (2007). Answering the call for a standard reliability measure for coding data.
    Communication Methods and Measures 1(1), 77-89. doi:10.1080/19312450709336664
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
            "Infinite weights": row.infinite,
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
            "Krippendorff's alpha, interval scale, on weights in decibels: 1 is agreement without exception, 0 what chance would give; "
            "undefined for fewer than two items, and where all weigh alike. "
            f"Interval: central {100 * coverage:g} % of {draws} bootstrap samples of clusters. "
            f"{caution(study)} {sampled(study)}"
        ).strip(),
        shown=[
            *([name, "text", [name]] for name in ("Case", "Explanation", "Against")),
            ["Alpha", "coefficient", ["Alpha"]],
            [f"{100 * coverage:g} % interval", "coefficients", ["Low", "High"]],
            ["Items", "count", ["Items"]],
            ["Clusters", "count", ["Clusters"]],
        ],
    )
    table.attrs["caution"] = caution(study)
    return table
