"""Clues: items that observe a node of a causal model, or are judged given its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from processtrace.study.judged import Judged

if TYPE_CHECKING:
    from processtrace.causal.model import CausalModel
    from processtrace.study.case import Case
    from processtrace.study.evidence import Evidence

Labels = tuple[str, ...]


def clues(case: Case) -> list[Evidence]:
    """Return the items of a case that observe a node or are about one, in file order."""
    return [item for item in case.evidence if item.node is not None]


def level_of(labels: Labels, key: str) -> int | None:
    """Return the level that a label or a number names; none where it names none."""
    if key in labels:
        return labels.index(key)
    return int(key) if key.isdecimal() and int(key) < len(labels) else None


def by_level(item: Evidence, values: Mapping[str, Judged], labels: Labels) -> list[Judged]:
    """Return how probable a clue's finding is at each level of its node.

    It is 1 at the level that it observes and 0 elsewhere, or as judged where it is about the node.
    """
    if item.observes is not None:
        (level,) = item.observes.values()
        seen = level_of(labels, level)
        return [float(k == seen) for k in range(len(labels))]
    named = {level_of(labels, key): value for key, value in values.items()}
    return [named[k] for k in range(len(labels))]


def labels_of(models: Mapping[str, CausalModel], node: str) -> Labels | None:
    """Return the labels of a node's levels; none where no model has it, and the first model's where they differ."""
    for model in models.values():
        if node in model.graph.levels:
            return model.graph.levels[node]
    return None
