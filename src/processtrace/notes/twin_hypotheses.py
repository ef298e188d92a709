"""Two explanations that the judgements do not separate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from processtrace.logspace import DB_PER_NAT
from processtrace.notes.note import Note
from processtrace.notes.weights import SILENT_DB, Weighed, db, names_of, spread_db, weighed
from processtrace.study import Study
from processtrace.text.names import listed

NAMES = {"twin-hypotheses": "two explanations whose judgements follow each other so closely that they cannot be texts apart"}

EACH_DB, TOGETHER_DB = 1.0, 3.0
"""Decibels that no single item, and that all of them together, may put between two explanations called twins."""

FEWEST = 2
"""Items that say something from which on two explanations can be said to follow each other."""


SHOWN, CLOSEST = 6, 3
"""Explanations, and pairs, of a group that are named at most."""


def notes(study: Study) -> Iterator[Note]:
    """Yield explanations that no item separates by 1 dB, nor all items together by 3 dB, where items say something at all.

    Pairs that have an explanation in common make one group, which is one note.
    """
    names = names_of(study)
    found: dict[tuple[int, int], list[tuple[str, float]]] = {}
    for case in weighed(study):
        for pair, parted in _twins(case):
            found.setdefault(pair, []).append((case.case.name, parted))
    for group in _groups(list(found)):
        if len(group) == 1:
            (h, k), texts = group[0], found[group[0]]
            where = listed(f"{name}, {db(parted)} by all items together" for name, parted in texts)
            yield Note("twin-hypotheses", f"{names[h]} and {names[k]}", f"no item separates them by {EACH_DB:g} dB: {where}")
            continue
        members = sorted({h for pair in group for h in pair})
        closest = sorted(group, key=lambda pair: min(parted for _, parted in found[pair]))[:CLOSEST]
        least = {pair: min(found[pair], key=lambda part: part[1]) for pair in closest}
        shown = listed(
            f"{names[h]} and {names[k]} ({case}, {db(parted)} by all items together)" for (h, k), (case, parted) in least.items()
        )
        others = [f"{len(members) - SHOWN} others"] if len(members) > SHOWN else []
        yield Note(
            "twin-hypotheses",
            listed([*(names[h] for h in members[:SHOWN]), *others]),
            f"no item separates {len(group)} pairs of these {len(members)} by {EACH_DB:g} dB; the closest: {shown}",
        )


def _twins(case: Weighed) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield the pairs that the items of a case do not separate, with the decibels between them by all items, as if independent."""
    speaking = [nats for _, item in case.rows if spread_db(nats := case.alone(item)) >= SILENT_DB]
    if len(speaking) < FEWEST:
        return
    nats = np.array(speaking)
    for h, k in combinations(range(nats.shape[1]), 2):
        one, other = nats[:, h], nats[:, k]
        with np.errstate(invalid="ignore"):
            steps = np.where(np.isneginf(one) & np.isneginf(other), 0.0, one - other) * DB_PER_NAT
        if np.abs(steps).max() < EACH_DB and abs(steps.sum()) < TOGETHER_DB:
            yield (h, k), float(abs(steps.sum()))


def _groups(pairs: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return pairs in groups that are linked by what they have in common, in their order."""
    groups: list[list[tuple[int, int]]] = []
    for pair in pairs:
        touched = [group for group in groups if any(set(pair) & set(other) for other in group)]
        joined = [*(other for group in touched for other in group), pair]
        groups = [group for group in groups if group not in touched] + [joined]
    return groups
