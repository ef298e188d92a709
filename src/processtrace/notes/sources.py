"""What sources take from items, and what they cannot carry."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from processtrace.exact.items import Item
from processtrace.notes.note import Note
from processtrace.notes.weights import SILENT_DB, Weighed, alone, bare, db, difference_db, spread_db, weighed
from processtrace.study import Study
from processtrace.text.names import listed

NAMES = {
    "source-takes-half": "an item of whose weight its sources take more than half",
    "over-source": "an item judged to weigh more than its sources can carry",
    "second-source": "what an item's further sources add to the best of them",
}

HALF_FROM_DB = 1.0
"""Judged weights below this are too small for their halves to matter."""


def notes(study: Study) -> Iterator[Note]:
    """Yield items that lose more than half of their weight to their sources or exceed what these can carry, and what further sources add."""
    for case in weighed(study):
        where = case.case.name
        halved = [texts for row in case.rows if (texts := _halved(case, row[0].name, row[1]))]
        if halved:
            yield Note("source-takes-half", where, f"the sources take more than half of the judged weight: {listed(halved)}")
        over = [texts for row in case.rows if (texts := _over(case, row[0].name, row[1]))]
        if over:
            yield Note("over-source", where, f"judged to weigh more than the sources can carry: {listed(over)}")
        added = [_added(study, case, i) for i, item in enumerate(case.evidence) if len(item.source) > 1]
        if added:
            yield Note("second-source", where, f"what further sources add: {listed(added)}")


def _reported(item: Item) -> bool:
    return bool(item.rates or item.sources)


def _halved(case: Weighed, name: str, item: Item) -> str:
    if not _reported(item):
        return ""
    judged, left = spread_db(case.alone(bare(item))), spread_db(case.alone(item))
    return f"{name} ({db(judged)} judged, {db(left)} left)" if judged >= HALF_FROM_DB and left < judged / 2 else ""


def _over(case: Weighed, name: str, item: Item) -> str:
    searched_alike = len(set(zip(item.least, item.most, strict=True))) == 1
    if not _reported(item) or not searched_alike:
        return ""
    judged, most = spread_db(case.alone(bare(item))), carried_db(item, case)
    return f"{name} ({db(judged)} judged, at most {db(most)} carried, {db(spread_db(case.alone(item)))} left)" if judged > most else ""


def carried_db(item: Item, case: Weighed) -> float:
    """Return the most that an item can weigh through its sources, in decibels.

    For an item that was found it is the sum over the sources of 10 log10(a/b); for one that was not found it is 10 log10 of
    prod (1 - s b)/prod (1 - s a). A range of reliability counts with its mean.
    """
    certain, never = (
        alone(Item(item.found, (p,), (p,), item.least[:1], item.most[:1], item.rates, item.sources), case.numbers.ranges, case.numbers.z)
        for p in (1.0, 0.0)
    )
    return abs(difference_db(np.concatenate([certain, never]), 0, 1))


def _added(study: Study, case: Weighed, place: int) -> str:
    evidence, item = case.evidence[place], case.numbers.items[place]
    together = spread_db(case.alone(item))
    single = []
    for name in evidence.source:
        source = study.source_of(case.case, name)
        sources = (case.numbers.sources.index(name),) if source.ranged else ()
        one = dataclasses.replace(item, rates=() if source.ranged else (source.rates,), sources=sources)
        single.append((spread_db(case.alone(one)), source.name))
    best, name = max(single)
    others = len(single) - 1
    more = "the second" if others == 1 else f"{others} more"
    return f"{evidence.name} ({db(best)} with {name} alone, {more} {_adds(together - best)})"


def _adds(gain: float) -> str:
    if abs(gain) < SILENT_DB:
        return "adds nothing"
    return f"adds {db(gain)}" if gain > 0 else f"takes {db(-gain)}"
