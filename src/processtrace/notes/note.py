"""A note, and how its text names things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STUDY = "the study"
"""Where a note stands that is about no single case."""


@dataclass(frozen=True)
class Note:
    """One note: its name, by which a study answers it under `accepted:`, the case or part it is about, and what is to be seen."""

    name: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.where}: {self.text}"


def listed(parts: Iterable[str]) -> str:
    """Several things in a row; labels hold commas, so semicolons part them."""
    return "; ".join(parts)


def counted(number: int, one: str, several: str) -> str:
    """A number with its noun: '1 item', '3 items'."""
    return f"{number} {one if number == 1 else several}"
