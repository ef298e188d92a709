"""Table: how far several codings agree."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from processtrace.errors import AnalysisError, UsageError
from processtrace.exact.case import subset_nats
from processtrace.logspace import Array, to_db
from processtrace.resolve import case_numbers
from processtrace.study import Case, Study
from processtrace.tables.frames import frame

CAUTION = "Agreement of codings by one language model measures repeatability, not validity."
_COLUMNS = ("Case", "Explanation", "Against", "Alpha", "Low", "High", "Items", "Clusters", "Infinite weights left out")


def krippendorff(values: Array) -> float:
    """Krippendorff's alpha, interval scale, of values (item, analyst); NaN where an analyst did not judge.

    1 is agreement without exception, 0 what chance would give; NaN where fewer than two judgements can be paired or all
    are equal. Hayes & Krippendorff 2007, doi:10.1080/19312450709336664.
    """
    sums = np.array([part for part in map(_sums, np.asarray(values, float)) if part[1] > 0]).reshape(-1, 4).sum(axis=0)
    return float(_alpha(sums[None])[0])


def agreement(study: Study, *, coverage: float = 0.95, draws: int = 2000, seed: int = 0) -> pd.DataFrame:
    """Agreement of analysts on the weight of items, for each pair of explanations: Krippendorff's alpha, interval scale.

    What is compared is each analyst's 10 log10 of the likelihood ratio of an item by itself, with its source and search,
    in decibels; items with judgements of two analysts or more. `Low` and `High` are the central `coverage` of a bootstrap
    over clusters (an item in none is one by itself) of `draws` draws from `seed`; the items of a cluster go together.
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
            found = _row([_grouped(case, nats[case.id], first, second) for case in cases], coverage, draws, np.random.default_rng(seed))
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


def _by_analyst(study: Study, case: Case) -> dict[str, list[Array]]:
    """Log likelihoods by hypothesis of each item that an analyst judged, alone; by item, one array an analyst."""
    several = {item.id for item in case.evidence if item.counts and item.judgements is not None and len(item.judgements) > 1}
    made: dict[str, list[Array]] = {name: [] for name in several}
    for analyst in study.analysts:
        numbers = case_numbers(dataclasses.replace(study, analyst=analyst), case)
        for place, name in enumerate(numbers.ids):
            if name in several:
                made[name].append(subset_nats(numbers, (place,), np.ones((1, 1), bool))[0][0])
    return made


def _grouped(case: Case, nats: dict[str, list[Array]], first: int, second: int) -> Iterator[tuple[str, Array, int]]:
    """Of each item compared: its cluster, its finite weights in decibels by analyst, and how many were infinite."""
    for item in case.evidence:
        if item.id in nats:
            with np.errstate(invalid="ignore"):
                weights = np.array([to_db(one[first] - one[second]) for one in nats[item.id]], float)
            finite = weights[np.isfinite(weights)]
            group = f"cluster {item.cluster}" if item.cluster and not item.given else f"item {item.id}"
            yield f"{case.id}/{group}", finite, len(weights) - len(finite)


def _row(grouped: list[Iterator[tuple[str, Array, int]]], coverage: float, draws: int, rng: np.random.Generator) -> dict[str, Any]:
    by_cluster: dict[str, Array] = {}
    items = lost = 0
    for name, weights, infinite in (part for one in grouped for part in one):
        lost += infinite
        if len(weights) > 1:
            items += 1
            by_cluster[name] = by_cluster.get(name, np.zeros(4)) + _sums(weights)
    whole = np.array(list(by_cluster.values())).reshape(-1, 4)
    low = high = float("nan")
    if len(whole) > 1:
        counts = rng.multinomial(len(whole), np.full(len(whole), 1 / len(whole)), size=draws)
        alphas = _alpha(counts @ whole)
        if not np.isnan(alphas).all():
            low, high = (float(end) for end in np.nanquantile(alphas, [(1 - coverage) / 2, (1 + coverage) / 2]))
    alpha = float(_alpha(whole.sum(axis=0)[None])[0])
    return {"Alpha": alpha, "Low": low, "High": high, "Items": items, "Clusters": len(whole), "Infinite weights left out": lost}


def _sums(values: Array) -> Array:
    """What alpha needs of one item, additive over items: disagreement within, number, sum and sum of squares."""
    known = values[~np.isnan(values)]
    n = len(known)
    if n < 2:
        return np.zeros(4)
    within = 2 * (n * (known**2).sum() - known.sum() ** 2) / (n - 1)
    return np.array([within, n, known.sum(), (known**2).sum()])


def _alpha(sums: Array) -> Array:
    """1 - observed/expected disagreement, from rows of sums."""
    within, n, total, squares = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = 2 * (n * squares - total**2) / (n - 1)
        return np.asarray(np.where((n > 1) & (expected > 1e-12 * np.maximum(squares, 1e-300)), 1 - within / expected, np.nan))
