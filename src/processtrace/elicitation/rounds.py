"""Two rounds of judging: the anonymous spread of the first, and what moved in the second."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

import numpy as np

from processtrace.elicitation.blind import BlindExplanation, BlindItem, key_of
from processtrace.elicitation.differences import Difference, difference, of_coding, paired_weights, sd_within, weights_db
from processtrace.errors import AnalysisError
from processtrace.logspace import Array, to_db
from processtrace.study import Study
from processtrace.study.judged import Judged, ends
from processtrace.study.judges import coders
from processtrace.study.probabilities import probabilities

ROUND_2 = "_round_2"
"""What is added to the name of an analyst for the second round."""


@dataclass(frozen=True)
class Moved:
    """What a second round changed about the weight of an item between two explanations, decibels.

    Attributes
    ----------
    change : Difference
        The second round minus the first, over the items that the judge judged in both.
    items_moved : int
        How many of them changed at all.
    sd_before, sd_after : float
        The standard deviation between judges in the first round and the second, pooled over the items that two judged in both; NaN
        where there is none.
    """

    change: Difference
    items_moved: int
    sd_before: float
    sd_after: float


def with_spread(study: Study, rows: Sequence[BlindItem], analyst: str, explained: Sequence[BlindExplanation]) -> list[BlindItem]:
    """Return the findings that an analyst and somebody else judged in the first round, each with what all said there, without names.

    Parameters
    ----------
    study : Study
        The study, with the judgements of a first round.
    rows : sequence of BlindItem
        What can be asked.
    analyst : str
        Who is asked again.
    explained : sequence of BlindExplanation
        The explanations, for their labels.

    Returns
    -------
    list of BlindItem
        With `spread` filled in.

    Raises
    ------
    AnalysisError
        Where the analyst and somebody else have judged no finding in common.
    """
    labels = {one.id: one.label for one in explained}
    found = []
    for row in rows:
        item = study.case(row.case).item(row.item)
        judged = {who: part for who, part in (item.judgements or {}).items() if who in _first_round(study)}
        if analyst not in judged or len(judged) < 2:
            continue
        values = [probabilities(study, part, item, who) for who, part in judged.items()]
        said = [f"{labels[h]}: {_range([one[key_of(h)] for one in values if key_of(h) in one])}" for h in row.explanations]
        found.append(dataclasses.replace(row, spread=tuple(said)))
    if not found:
        raise AnalysisError(f"no finding was judged by {analyst} and by somebody else; a second round shows what a first one said")
    return found


def moved(study: Study) -> dict[tuple[str, str, str], Moved]:
    """Return what second rounds changed, for each judge and pair of explanations.

    Parameters
    ----------
    study : Study
        A study with analysts that revise others.

    Returns
    -------
    dict of Moved
        By analyst of the second round, explanation and the one it is weighed against.

    Raises
    ------
    AnalysisError
        If there is no second round.
    """
    names = list(study.explanations)
    before = {name: part.revises for name, part in study.analysts.items() if part.revises}
    held = {who: of_coding(study, who) for pair in before.items() for who in pair}
    found = {}
    for later, earlier in before.items():
        try:
            data = paired_weights(study, later, earlier)
        except AnalysisError:
            continue
        for (i, h), (j, k) in combinations(enumerate(names), 2):
            weights = weights_db(data, h, k)
            sds = _sd_between([(held[old], held[new]) for new, old in before.items()], i, j)
            found[later, h, k] = Moved(difference(weights), int((weights[:, 0] != weights[:, 1]).sum()), *sds)
    if not found:
        raise AnalysisError("no analyst revises another; ask for a second round by --round 2")
    return found


def _first_round(study: Study) -> list[str]:
    revised = {part.revises for part in study.analysts.values() if part.revises}
    return [name for name in study.analysts if name in revised or (name in coders(study) and not study.analysts[name].revises)]


def _range(values: Sequence[Judged]) -> str:
    lows, highs = zip(*map(ends, values), strict=True)
    middles = [low if low == high else _middle(low, high) for low, high in zip(lows, highs, strict=True)]
    return f"{min(lows):.2g} to {max(highs):.2g}, middle {median(middles):.2g} ({len(values)} judges)"


def _middle(low: float, high: float) -> float:
    """Return the middle of a range in log-odds."""
    centre = (math.log(low / (1 - low)) + math.log(high / (1 - high))) / 2
    return 1 / (1 + math.exp(-centre))


def _sd_between(pairs: Sequence[tuple[Mapping[str, Array], Mapping[str, Array]]], first: int, second: int) -> tuple[float, float]:
    """Return the standard deviation between judges in each round, pooled over items that two judges judged in both."""
    found: list[Array] = []
    for item in dict.fromkeys(item for old, _ in pairs for item in old):
        both = [(old[item], new[item]) for old, new in pairs if item in old and item in new]
        with np.errstate(invalid="ignore"):
            weights = np.array([[float(to_db(part[first] - part[second])) for part in pair] for pair in both])
        if len(weights) > 1 and np.isfinite(weights).all():
            found.append(weights)
    return sd_within(part[:, 0] for part in found), sd_within(part[:, 1] for part in found)
