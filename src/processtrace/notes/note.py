"""A note, and how its text names things."""

from __future__ import annotations

from dataclasses import dataclass

STUDY = "the study"
"""The place of a note that is about no single case."""


@dataclass(frozen=True)
class Note:
    """One note: its name, by which a study answers it under `accepted:`, the case or part it is about, and what was noticed."""

    name: str
    where: str
    text: str

    def __str__(self) -> str:
        """Return the note on one line."""
        return f"{self.name}: {self.where}: {self.text}"
