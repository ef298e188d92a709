"""What a sheet or a page brings back: judgements, and second judgements of the same findings under a name of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processtrace.study import Analyst, Judgement
from processtrace.study.validation import read_as

AGAIN = "_again"
"""What is added to the name of an analyst for second judgements of the same findings."""


@dataclass(frozen=True)
class Returned:
    """What a sheet brings back: judgements by case and item, and how many of its findings were left blank.

    `others` holds further judgements of the same items, by the same judge under names of their own.
    """

    analyst: Analyst
    judgements: Mapping[tuple[str, str], Judgement]
    blank: int
    others: tuple[tuple[Analyst, Mapping[tuple[str, str], Judgement]], ...] = ()

    @property
    def codings(self) -> list[tuple[Analyst, Mapping[tuple[str, str], Judgement]]]:
        """Each analyst with their judgements."""
        return [(self.analyst, self.judgements), *self.others]


def later_round(revises: str, label: str) -> dict[str, str]:
    """Return what marks the coding of a second round: whose it revises, and a label of its own; nothing for a first round."""
    if not revises:
        return {}
    return {"revises": revises, "judge": revises} | ({"label": f"{label[: 40 - len(', round 2')]}, round 2"} if label else {})


def again_of(analyst: Analyst) -> Analyst:
    """Return the name under which second judgements of the same findings are kept; they do not enter the pool."""
    given: dict[str, Any] = {
        "id": f"{analyst.id[: 60 - len(AGAIN)]}{AGAIN}",
        "label": f"{analyst.name[: 40 - len(', again')]}, again",
        "note": f"the same judge, asked a second time about the same findings{f'; {analyst.note}' if analyst.note else ''}",
        "weight": 0,
        "judge": analyst.judge or analyst.id,
    }
    if analyst.words:
        given["words"] = dict(analyst.words)
    return read_as(Analyst, given)
