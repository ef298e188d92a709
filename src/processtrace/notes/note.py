"""A note, and how its text names things."""

from __future__ import annotations

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
