"""How far analysts agree: Krippendorff's alpha on weights of evidence."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from processtrace.errors import AnalysisError, UsageError
from processtrace.exact.case import subset_nats
from processtrace.inference.numbers import case_numbers
from processtrace.logspace import Array, to_db
from processtrace.study import Case, Evidence, Study
from processtrace.study.judges import coders

_SUMS = 8


@dataclass(frozen=True)
class Agreement:
    """How far analysts agree on the weights of items between two explanations.

    Attributes
    ----------
    alpha : float
        Krippendorff's alpha; NaN for fewer than two items, and where all weights are equal.
    low, high : float
        The ends of its bootstrap interval; NaN for fewer than two clusters.
    items : int
        Items with weights of two analysts or more.
    clusters : int
        Clusters of these items; an item in none is one by itself.
    infinite : int
        Weights that a judged zero makes infinite; they count as larger than any other.
    """

    alpha: float
    low: float
    high: float
    items: int
    clusters: int
    infinite: int


def agreement(study: Study, *, coverage: float = 0.95, draws: int = 2000, random_seed: int = 0) -> dict[tuple[str, str, str], Agreement]:
    """Return how far analysts agree on the weight of items, for each pair of explanations.

    The weight is each analyst's 10 log10 of the likelihood ratio of an item by itself, with its source and search, in decibels.

    Parameters
    ----------
    study : Study
        A study with items that two analysts or more have judged.
    coverage : float
        How much of the bootstrap distribution the interval holds, between 0 and 1.
    draws : int
        Bootstrap samples of clusters; the items of a cluster go together.
    random_seed : int
        The samples follow from it; every row uses the same ones.

    Returns
    -------
    dict of Agreement
        By case and two explanations; the case is empty for all cases together, where there are several.

    Raises
    ------
    AnalysisError
        Where no item has two analysts.
    UsageError
        For a coverage outside (0, 1), or fewer than 1 draw.

    References
    ----------
    Hayes & Krippendorff 2007, doi:10.1080/19312450709336664.
    """
    if not 0 < coverage < 1 or draws < 1:
        raise UsageError(f"coverage={coverage:g}, draws={draws}; a coverage between 0 and 1, and at least 1 draw")
    if not any(map(several(study), (item for case in study.cases for item in case.evidence))):
        raise AnalysisError("agreement: no item was judged by two analysts; give items 'judgements:' by two or more")
    nats = {case.id: _by_analyst(study, case) for case in study.cases}
    parts = [("", study.cases)] if len(study.cases) > 1 else []
    parts += [(case.id, (case,)) for case in study.cases]
    return {
        (name, one, other): _of_cases([_grouped(case, nats[case.id], first, second) for case in cases], coverage, draws, random_seed)
        for (first, one), (second, other) in combinations(enumerate(study.explanations), 2)
        for name, cases in parts
    }


def krippendorff(values: Array) -> float:
    """Return Krippendorff's alpha, interval scale.

    Parameters
    ----------
    values : array (item, analyst)
        Judgements; NaN where an analyst did not judge. What is infinite stands for a number that grows without limit, and alpha
        is its limit then.

    Returns
    -------
    float
        1 is agreement without exception, 0 what chance would give; NaN where fewer than two judgements can be paired or all
        are equal.

    References
    ----------
    Hayes & Krippendorff 2007, doi:10.1080/19312450709336664.
    """
    sums = np.array([_sums(part) for part in np.asarray(values, float)]).reshape(-1, _SUMS).sum(axis=0)
    return float(_alpha(sums[None])[0])


def several(study: Study) -> Callable[[Evidence], bool]:
    """Return whether an item counts and was judged by two coders; judgements that one of them repeated count once."""
    who = set(coders(study))
    return lambda item: item.counts and len(who.intersection(item.judgements or ())) > 1


def _by_analyst(study: Study, case: Case) -> dict[str, list[Array]]:
    """Return the log likelihoods of each item alone that several analysts judged: by item, an array (hypothesis) for each."""
    compared = {item.id for item in filter(several(study), case.evidence)}
    made: dict[str, list[Array]] = {name: [] for name in compared}
    for analyst in coders(study):
        numbers = case_numbers(dataclasses.replace(study, analyst=analyst), case)
        for place, name in enumerate(numbers.ids):
            if name in compared:
                made[name].append(subset_nats(numbers, (place,), np.ones((1, 1), bool))[0][0])
    return made


def _grouped(case: Case, nats: dict[str, list[Array]], first: int, second: int) -> Iterator[tuple[str, Array, int]]:
    """Give of each item compared its cluster, its weights in decibels by analyst, and how many of them are infinite.

    Where an analyst refutes both explanations, the item has no weight between them.
    """
    for item in case.evidence:
        if item.id in nats:
            with np.errstate(invalid="ignore"):
                weights = np.array([to_db(one[first] - one[second]) for one in nats[item.id]], float)
            known = weights[~np.isnan(weights)]
            group = f"cluster {item.cluster}" if item.cluster and not item.given else f"item {item.id}"
            yield f"{case.id}/{group}", known, int(np.isinf(known).sum())


def _of_cases(grouped: list[Iterator[tuple[str, Array, int]]], coverage: float, draws: int, random_seed: int) -> Agreement:
    by_cluster: dict[str, Array] = {}
    items = infinite = 0
    for name, weights, unlimited in (part for one in grouped for part in one):
        infinite += unlimited
        if len(weights) > 1:
            items += 1
            by_cluster[name] = by_cluster.get(name, np.zeros(_SUMS)) + _sums(weights)
    whole = np.array(list(by_cluster.values())).reshape(-1, _SUMS)
    low = high = float("nan")
    if len(whole) > 1:
        counts = np.random.default_rng(random_seed).multinomial(len(whole), np.full(len(whole), 1 / len(whole)), size=draws)
        alphas = _alpha(counts @ whole)
        if not np.isnan(alphas).all():
            low, high = (float(end) for end in np.nanquantile(alphas, [(1 - coverage) / 2, (1 + coverage) / 2]))
    alpha = float(_alpha(whole.sum(axis=0)[None])[0]) if items > 1 else float("nan")
    return Agreement(alpha, low, high, items, len(whole), infinite)


def _sums(values: Array) -> Array:
    """Return what alpha needs of one item, additive over items: disagreement within, number, sum and sum of squares.

    They are there twice: of the finite values, and of the signs of the infinite ones, whose share in alpha outgrows all else.
    """
    known = values[~np.isnan(values)]
    if len(known) < 2:
        return np.zeros(_SUMS)
    limit = np.isinf(known)
    return np.concatenate([_moments(np.where(limit, 0.0, known)), _moments(np.where(limit, np.sign(known), 0.0))])


def _moments(values: Array) -> Array:
    n, total, squares = len(values), values.sum(), (values**2).sum()
    return np.array([2 * (n * squares - total**2) / (n - 1), n, total, squares])


def _alpha(sums: Array) -> Array:
    """Return 1 - observed / expected disagreement, from rows of sums: in the limit, where infinite values disagree with others."""
    finite, unlimited = (_ratio(sums[:, part : part + _SUMS // 2]) for part in (0, _SUMS // 2))
    return np.where(np.isnan(unlimited), finite, unlimited)


def _ratio(sums: Array) -> Array:
    within, n, total, squares = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = 2 * (n * squares - total**2) / (n - 1)
        return np.asarray(np.where((n > 1) & (expected > 1e-12 * np.maximum(squares, 1e-300)), 1 - within / expected, np.nan))
