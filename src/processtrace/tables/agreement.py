"""Table: how far several codings agree."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from processtrace.elicitation.agreement import _by_analyst, _grouped, _row
from processtrace.errors import AnalysisError, UsageError
from processtrace.study import Case, Study
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
    if not 0 < coverage < 1 or draws < 1:
        raise UsageError(f"coverage={coverage:g}, draws={draws}; a coverage between 0 and 1, and at least 1 draw")
    if not any(item.counts and item.judgements is not None and len(item.judgements) > 1 for case in study.cases for item in case.evidence):
        raise AnalysisError("agreement: no item was judged by two analysts; give items 'judgements:' by two or more")
    nats = {case.id: _by_analyst(study, case) for case in study.cases}
    parts: list[tuple[str, str, list[Case]]] = [("", "All cases", list(study.cases))] if len(study.cases) > 1 else []
    parts += [(case.id, case.name, [case]) for case in study.cases]
    rows, index = [], []
    for (first, one), (second, other) in combinations(enumerate(study.explanations.values()), 2):
        for case_id, label, cases in parts:
            found = _row(
                [_grouped(case, nats[case.id], first, second) for case in cases], coverage, draws, np.random.default_rng(random_seed)
            )
            rows.append({"Case": label, "Explanation": one.name, "Against": other.name, **found})
            index.append((case_id, list(study.explanations)[first], list(study.explanations)[second]))
    table = frame(
        rows,
        _COLUMNS,
        index,
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
