"""The judgements of several analysts become arrays over what a panel has to agree on. Numpy only."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from processtrace.errors import AnalysisError
from processtrace.exact.case import CaseNumbers
from processtrace.exact.items import Item
from processtrace.exact.ranges import log_expit, log_odds, parameters, z_of
from processtrace.inference.layout.assembly import layout
from processtrace.inference.layout.types import Layout, Places
from processtrace.inference.update import numbers_of
from processtrace.logspace import Array
from processtrace.study import POOL, Case, Evidence, Study
from processtrace.study.judged import Judged, ends
from processtrace.study.probabilities import judged_by_analyst, weight_in_pool

_FURTHEST = 30.0
"""Log odds to which a consensus is followed in either direction: probabilities from 1e-13."""


@dataclass(frozen=True)
class Opinions:
    """One entry for each judgement of an analyst on an item under a hypothesis (opinion,).

    `analyst`, `hypothesis`: places of both. `judged`: place of the consensus among the free judgements of the layout.
    `item`: place in `items`, those that two analysts or more judged, -1 for others. `odds`: log odds of a point, or of
    the middle of a range; `sd`: standard deviation of the range, 0 for a point.
    """

    analysts: tuple[str, ...]
    items: tuple[str, ...]
    analyst: Places
    hypothesis: Places
    judged: Places
    item: Places
    odds: Array
    sd: Array


Entry = tuple[str, str, int, str, float, float]


def panel_layout(study: Study) -> tuple[Layout, Opinions]:
    """Return the index arrays of a study whose separately judged items wait for a consensus, and what each analyst judged.

    An item with one common judgement keeps it. Analysts of weight 0 are left out.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Layout
        The pooled study, with a free consensus for each separately judged item and hypothesis.
    Opinions
        What each analyst judged.

    Raises
    ------
    AnalysisError
        Where no item was judged by two analysts, and where a judged 0 or 1, whose log odds are infinite, meets another
        judgement.
    """
    each = numbers_of(dataclasses.replace(study, analyst=POOL))
    entries: list[Entry] = []
    for case in study.cases:
        numbers, made = each[case.id], []
        for name, item in zip(numbers.ids, numbers.items, strict=True):
            own = _entries_of(study, case, case.item(name))
            entries += own
            made.append(_open(item, numbers, own))
        each[case.id] = dataclasses.replace(numbers, items=tuple(made))
    judges: dict[str, set[str]] = {}
    for analyst, place, *_ in entries:
        judges.setdefault(place, set()).add(analyst)
    items = tuple(place for place, some in judges.items() if len(some) > 1)
    if not items:
        raise AnalysisError(
            "a panel needs an item that two analysts judged, each with weight above 0; "
            f"analysts here with judgements of their own: {len({entry[0] for entry in entries})}; "
            "give at least one item 'judgements' by two analysts"
        )
    form = layout(study, each)
    analysts = tuple(name for name in study.analysts if any(entry[0] == name for entry in entries))
    return form, _gathered(entries, analysts, items, form)


def _gathered(entries: list[Entry], analysts: tuple[str, ...], items: tuple[str, ...], form: Layout) -> Opinions:
    place = {label: k for k, label in enumerate(form.judgement.labels)}
    seat = {name: k for k, name in enumerate(items)}
    return Opinions(
        analysts,
        items,
        analyst=np.array([analysts.index(entry[0]) for entry in entries]),
        hypothesis=np.array([entry[2] for entry in entries]),
        judged=np.array([place[entry[3]] for entry in entries]),
        item=np.array([seat.get(entry[1], -1) for entry in entries]),
        odds=np.array([entry[4] for entry in entries]),
        sd=np.array([entry[5] for entry in entries]),
    )


def _entries_of(study: Study, case: Case, item: Evidence) -> list[Entry]:
    """Return what each analyst judged of an item.

    Nothing where there is one common judgement, where all judged 0, or all 1, and of a clue, whose judgements are integrated out.
    """
    if item.node is not None:
        return []
    judged = judged_by_analyst(study, item)
    each = {str(name): part for name, part in judged.items() if name is not None and weight_in_pool(study, name, judged)}
    z = z_of(study.range_coverage)
    own: list[Entry] = []
    for k, h in enumerate(study.explanations):
        values = {name: part[h] for name, part in each.items()}
        certain = {name: value for name, value in values.items() if value in (0, 1)}
        if certain and len(certain) == len(values) and len(set(certain.values())) == 1:
            continue
        for name, value in certain.items():
            raise AnalysisError(
                f"case '{case.id}', evidence '{item.id}', under {h}: {study.analysts[name].name} judged {value:g} and others did not; "
                "no consensus lies between certainty and doubt; judge a small probability, or 1 less a small one, instead"
            )
        own += [(name, f"{case.id}/{item.id}", k, f"{case.id}/{item.id}/{h}", *_normal(value, z)) for name, value in values.items()]
    return own


def _normal(value: Judged, z: float) -> tuple[float, float]:
    low, high = ends(value)
    if low == high:
        return float(log_odds(low)), 0.0
    mu, sd = parameters(low, high, z)
    return float(mu), float(sd)


def _open(item: Item, numbers: CaseNumbers, own: list[Entry]) -> Item:
    """Return an item whose separately judged probabilities are ranges as wide as a consensus may move."""
    low, high = list(item.low), list(item.high)
    for k in {entry[2] for entry in own}:
        odds, sd = (np.array([entry[column] for entry in own if entry[2] == k]) for column in (4, 5))
        weight = 1 / (1 + sd**2)
        middle = float(np.clip(weight @ odds / weight.sum(), -_FURTHEST, _FURTHEST))
        width = float(1 / np.sqrt(weight.sum()) + np.ptp(odds) / 2)
        for end, sign in ((low, -1), (high, 1)):
            end[k] = float(np.exp(log_expit(np.array(middle + sign * width * numbers.z))))
    return dataclasses.replace(item, low=tuple(low), high=tuple(high))
