"""How far a judge who is asked again says the same, in decibels of an item's weight: repeats, orders and formats of the question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from processtrace.elicitation.blind import BlindItem, blind_items
from processtrace.elicitation.differences import of_coding, sd_within
from processtrace.elicitation.prompts import ALL, FORMATS, ONE, ORDERS, listed
from processtrace.errors import AnalysisError
from processtrace.logspace import Array, to_db
from processtrace.study import Study
from processtrace.study.judges import repeated

type Cell = tuple[str, str]
type Weights = Mapping[str, Mapping[Cell, Sequence[float]]]


@dataclass(frozen=True)
class Repetition:
    """What asking a judge again changes about the weight of an item between two explanations, decibels.

    Attributes
    ----------
    noise_db : float
        The standard deviation of judgements that were asked for in the same way; NaN where none was.
    order_mean_db, order_sd_db : float
        Over items, the weight where the first explanation is listed before the second, minus that where it is listed after it.
        NaN for people.
    format_mean_db, format_sd_db : float
        Over items, the weight where all explanations are put at once, minus that where each is put by itself. NaN for people.
    items : int
        Items that were judged more than once, with finite weights.
    """

    noise_db: float
    order_mean_db: float
    order_sd_db: float
    format_mean_db: float
    format_sd_db: float
    items: int


def repetition(study: Study) -> dict[tuple[str, str, str], Repetition]:
    """Return what asking each judge again changes, for each pair of explanations.

    Parameters
    ----------
    study : Study
        A study in which a person judged items twice, or a language model gave several answers.

    Returns
    -------
    dict of Repetition
        By judge, explanation and the one it is weighed against.

    Raises
    ------
    AnalysisError
        If nobody was asked twice.
    """
    rows = {(row.case, row.item): row for row in blind_items(study)}
    found = {}
    for judge in study.analysts:
        codings = repeated(study, judge)
        if not codings:
            continue
        held = {name: of_coding(study, name) for name in codings}
        if not any(study.analysts[name].asked for name in codings):
            held[judge] = of_coding(study, judge)
        for first, second in combinations(range(len(study.explanations)), 2):
            names = list(study.explanations)
            weights = _by_item(study, held, first, second)
            found[judge, names[first], names[second]] = _measured(weights, rows, names[first], names[second])
    if not found:
        raise AnalysisError("no judge was asked twice; ask for it by --repeat, or by --prompts for a language model")
    return found


def _by_item(study: Study, held: Mapping[str, Mapping[str, Array]], first: int, second: int) -> Weights:
    """Return finite weights in decibels by item, and by format and order of the question."""
    made: dict[str, dict[Cell, list[float]]] = defaultdict(lambda: defaultdict(list))
    for coding, values in held.items():
        asked = study.analysts[coding].asked
        for item, nats in values.items():
            with np.errstate(invalid="ignore"):
                weight = float(to_db(nats[first] - nats[second]))
            if np.isfinite(weight):
                made[item][asked.get("format", ""), asked.get("order", "")].append(weight)
    return made


def _measured(weights: Weights, rows: Mapping[tuple[str, str], BlindItem], first: str, second: str) -> Repetition:
    noise = sd_within(cell for by_cell in weights.values() for cell in by_cell.values())
    orders, formats, items = [], [], 0
    for place, by_cell in weights.items():
        items += sum(map(len, by_cell.values())) > 1
        means = {cell: float(np.mean(values)) for cell, values in by_cell.items()}
        case, item = place.split("/", 1)
        row = rows.get((case, item))
        sides = [
            means[form, str(ORDERS[0])] - means[form, str(ORDERS[1])]
            for form in FORMATS.values()
            if {(form, str(order)) for order in ORDERS} <= set(means)
        ]
        if sides and row is not None and {first, second} <= set(row.explanations):
            before = listed(row.key, [first, second], ORDERS[0])[0] == first
            orders.append(float(np.mean(sides)) * (1 if before else -1))
        both = [
            means[FORMATS[ALL], str(order)] - means[FORMATS[ONE], str(order)]
            for order in ORDERS
            if {(form, str(order)) for form in FORMATS.values()} <= set(means)
        ]
        formats += [float(np.mean(both))] if both else []
    return Repetition(noise, *_mean_and_sd(orders), *_mean_and_sd(formats), items)


def _mean_and_sd(values: Sequence[float]) -> tuple[float, float]:
    return float(np.mean(values)) if values else float("nan"), float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
