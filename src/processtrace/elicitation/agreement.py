"""How far analysts agree: Krippendorff's alpha on weights of evidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from processtrace.exact.case import subset_nats
from processtrace.inference.numbers import case_numbers
from processtrace.logspace import Array, to_db
from processtrace.study import Case, Study


def krippendorff(values: Array) -> float:
    """Krippendorff's alpha, interval scale, of values (item, analyst); NaN where an analyst did not judge.

    1 is agreement without exception, 0 what chance would give; NaN where fewer than two judgements can be paired or all
    are equal. Hayes & Krippendorff 2007, doi:10.1080/19312450709336664.
    """
    sums = np.array([part for part in map(_sums, np.asarray(values, float)) if part[1] > 0]).reshape(-1, 4).sum(axis=0)
    return float(_alpha(sums[None])[0])


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
