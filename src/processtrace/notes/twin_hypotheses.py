"""Two explanations that the judgements do not separate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from processtrace.notes.note import Note
from processtrace.notes.weights import SILENT_DB, Weighed, db, difference_db, names_of, spread_db, weighed
from processtrace.study import Study
from processtrace.text.names import listed

NAMES = {"twin-hypotheses": "two explanations whose judgements follow each other so closely that they cannot be texts apart"}

EACH_DB, TOGETHER_DB = 1.0, 3.0
"""Decibels that no single item, and that all of them together, may put between two explanations called twins."""

FEWEST = 2
"""Items that say something from which on two explanations can be said to follow each other."""


def notes(study: Study) -> Iterator[Note]:
    """Yield pairs that no item separates by 1 dB, nor all items together by 3 dB, where items say something at all."""
    names = names_of(study)
    for h, k in combinations(range(len(names)), 2):
        found = [(case.case.name, apart) for case in weighed(study) if (apart := _distance_db(case, h, k)) is not None]
        if found:
            texts = listed(f"{name}, {db(apart)} by all items together" for name, apart in found)
            yield Note("twin-hypotheses", f"{names[h]} and {names[k]}", f"no item separates them by {EACH_DB:g} dB: {texts}")


def _distance_db(case: Weighed, h: int, k: int) -> float | None:
    """Return the decibels between two explanations by all items, as if independent; None where the items separate them."""
    speaking = [nats for _, item in case.rows if spread_db(nats := case.alone(item)) >= SILENT_DB]
    steps = [difference_db(nats, h, k) for nats in speaking]
    if len(steps) < FEWEST or max(map(abs, steps)) >= EACH_DB or abs(sum(steps)) >= TOGETHER_DB:
        return None
    return abs(sum(steps))
