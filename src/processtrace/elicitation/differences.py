"""How two judges differ, in the unit in which they judge: decibels of an item's weight."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import AnalysisError
from processtrace.exact.case import subset_nats
from processtrace.inference.numbers import case_numbers
from processtrace.inference.update import HYPOTHESIS
from processtrace.logspace import Array, to_db
from processtrace.study import Case, Study
from processtrace.study.judges import coders

if TYPE_CHECKING:
    import xarray as xr

LIMIT = 1.959963984540054
"""Standard deviations between the mean difference and the limits of agreement, which hold 95 % of normal differences."""


@dataclass(frozen=True)
class Difference:
    """How one judge's weights of items differ from another's, between two explanations.

    Attributes
    ----------
    mean_db : float
        The mean of the first judge's weight minus the second's, decibels: the lean. NaN without an item.
    sd_db : float
        The standard deviation of the differences (with n - 1), decibels; NaN for fewer than two items.
    low_db, high_db : float
        The limits of agreement: the mean less and plus 1.96 standard deviations, decibels.
    items : int
        Items with finite weights of both.
    infinite : int
        Items left out because a judged zero makes a weight infinite.
    """

    mean_db: float
    sd_db: float
    low_db: float
    high_db: float
    items: int
    infinite: int


def paired_weights(study: Study, first: str, second: str) -> xr.Dataset:
    """Return what two judges' judgements say of each item by itself that both judged.

    Parameters
    ----------
    study : Study
        The study.
    first, second : str
        Two of its analysts.

    Returns
    -------
    Dataset
        `log_likelihood` (evidence, judge, hypothesis), nats, with the item's source and search; `evidence` is labelled `case/id`.

    Raises
    ------
    AnalysisError
        If no item that counts was judged by both.
    """
    import xarray as xr

    names, values = [], []
    for case in study.cases:
        one, other = (alone(study, case, who) for who in (first, second))
        for item in case.evidence:
            if item.counts and {first, second} <= set(item.judgements or ()) and item.id in one and item.id in other:
                names.append(f"{case.id}/{item.id}")
                values.append([one[item.id], other[item.id]])
    if not names:
        raise AnalysisError(f"{study.analysts[first].name} and {study.analysts[second].name} have judged no item in common")
    return xr.Dataset(
        {"log_likelihood": (("evidence", "judge", HYPOTHESIS), np.array(values))},
        {
            "evidence": names,
            "judge": [first, second],
            "judge_label": ("judge", [study.analysts[who].name for who in (first, second)]),
            HYPOTHESIS: list(study.explanations),
            "hypothesis_label": (HYPOTHESIS, [part.name for part in study.explanations.values()]),
        },
    )


def alone(study: Study, case: Case, analyst: str) -> dict[str, Array]:
    """Return the log likelihood of each item by itself that an analyst judged, (hypothesis,)."""
    if not any(analyst in (item.judgements or ()) for item in case.evidence):
        return {}
    numbers = case_numbers(study, case, analyst)
    return {name: subset_nats(numbers, (place,), np.ones((1, 1), bool))[0][0] for place, name in enumerate(numbers.ids)}


def weights_db(data: xr.Dataset, hypothesis: str, against: str) -> Array:
    """Return the weights of the items between two explanations, decibels, (item, judge); infinite and undefined ones stay."""
    nats = data["log_likelihood"]
    with np.errstate(invalid="ignore"):
        return to_db(nats.sel({HYPOTHESIS: hypothesis}).values - nats.sel({HYPOTHESIS: against}).values)


def of_coding(study: Study, coding: str) -> dict[str, Array]:
    """Return by `case/item` the log likelihoods of what a coding itself judged and what counts, (hypothesis,)."""
    made: dict[str, Array] = {}
    for case in study.cases:
        own = {item.id for item in case.evidence if item.counts and coding in (item.judgements or ())}
        made |= {f"{case.id}/{name}": values for name, values in alone(study, case, coding).items() if name in own}
    return made


def sd_within(groups: Iterable[Sequence[float] | Array]) -> float:
    """Return the standard deviation within groups, pooled over all that have two members or more; NaN where none has."""
    kept = [group for group in groups if len(group) > 1]
    freedom = sum(len(group) - 1 for group in kept)
    return math.sqrt(sum(float(np.var(group)) * len(group) for group in kept) / freedom) if freedom else math.nan


def difference(weights: Array) -> Difference:
    """Return how the first column of weights differs from the second.

    Parameters
    ----------
    weights : ndarray
        Decibels, (item, 2).

    Returns
    -------
    Difference
        Mean, standard deviation and limits of agreement.

    References
    ----------
    Bland, J. M., & Altman, D. G. (1986). Statistical methods for assessing agreement between two methods of clinical measurement.
    The Lancet, 327(8476), 307-310. https://doi.org/10.1016/S0140-6736(86)90837-8
    """
    finite = np.isfinite(weights).all(axis=1)
    apart = weights[finite, 0] - weights[finite, 1]
    mean = float(apart.mean()) if len(apart) else float("nan")
    sd = float(apart.std(ddof=1)) if len(apart) > 1 else float("nan")
    return Difference(mean, sd, mean - LIMIT * sd, mean + LIMIT * sd, len(apart), int((~finite).sum()))


def limits_of_agreement(study: Study, first: str, second: str, hypothesis: str, against: str) -> xr.Dataset:
    """Return how far two judges differ about each item between two explanations, and the limits that hold about 95 % of items.

    Parameters
    ----------
    study : Study
        The study.
    first, second : str
        Two of its analysts.
    hypothesis, against : str
        The explanations between which the items are weighed.

    Returns
    -------
    Dataset
        Decibels: `mean_db` and `difference_db` (evidence), of both judges' weights, the first minus the second; `lean_db`, `low_db` and
        `high_db`, the mean difference and the limits of agreement, NaN with too few items. Items with an infinite weight are left out.

    Raises
    ------
    AnalysisError
        If no item that counts was judged by both.

    References
    ----------
    Bland, J. M., & Altman, D. G. (1986). https://doi.org/10.1016/S0140-6736(86)90837-8
    """
    import xarray as xr

    data = paired_weights(study, first, second)
    weights = weights_db(data, hypothesis, against)
    finite = np.isfinite(weights).all(axis=1)
    found, kept = difference(weights), weights[finite]
    return xr.Dataset(
        {
            "mean_db": (("evidence",), kept.mean(axis=1)),
            "difference_db": (("evidence",), kept[:, 0] - kept[:, 1]),
            "lean_db": found.mean_db,
            "low_db": found.low_db,
            "high_db": found.high_db,
        },
        {
            "evidence": data["evidence"].values[finite],
            "judge_label": ("judge", data["judge_label"].values),
            "hypothesis_label": ("hypothesis", [study.explanations[h].name for h in (hypothesis, against)]),
        },
    )


def differences(study: Study) -> dict[tuple[str, str, str, str], Difference]:
    """Return how each pair of judges differs, for each pair of explanations.

    Parameters
    ----------
    study : Study
        A study with items that two analysts or more have judged.

    Returns
    -------
    dict of Difference
        By first judge, second judge, explanation and the one it is weighed against; pairs without an item in common are left out,
        and so are second judgements by the same judge.
        Each item is weighed by itself, with its source and search.

    Raises
    ------
    AnalysisError
        If no two judges have an item in common.
    """
    found = {}
    for first, second in combinations(coders(study), 2):
        try:
            data = paired_weights(study, first, second)
        except AnalysisError:
            continue
        for h, k in combinations(study.explanations, 2):
            found[first, second, h, k] = difference(weights_db(data, h, k))
    if not found:
        raise AnalysisError("no item was judged by two analysts; give items 'judgements:' by two or more")
    return found


def widest(study: Study) -> xr.Dataset | None:
    """Return what `limits_of_agreement` says of the judges and explanations whose limits are widest; None where two items are too few."""
    try:
        found = differences(study)
    except AnalysisError:
        return None
    spread = {key: row.high_db - row.low_db for key, row in found.items() if row.items > 2}
    return limits_of_agreement(study, *max(spread, key=lambda key: spread[key])) if spread else None
