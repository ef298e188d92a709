"""What can go wrong, as one tree.

ProcesstraceError
├── StudyError          faults in what a user wrote, all of them at once
├── ContradictionError  every hypothesis of a case is refuted
│   └── ImpossibleError what is known of a case can't all hold under a causal model
├── AnalysisError       a question that this study cannot be asked
└── UsageError          an argument that no study would make right
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Location = tuple[str | int, ...]

_LONGEST_PART = 400  # characters of each part of a message: names in a file may be of any length


class ProcesstraceError(Exception):
    """Anything this library raises on purpose; its text is meant for the user."""


class AnalysisError(ProcesstraceError):
    """A question that this study cannot be asked, with what would make it askable."""


class UsageError(ProcesstraceError):
    """An argument that is wrong whatever the study."""


@dataclass(frozen=True)
class Fault:
    """One mistake in what a user wrote: where it is, what was read, what is allowed, and how to fix it.

    `loc` is the path of keys and indices within the study; `path` and `line` are known for files only.
    """

    where: str
    read: str
    allowed: str
    fix: str = ""
    loc: Location = ()
    path: str = ""
    line: int = 0

    def __str__(self) -> str:
        """Return the fault on one line."""
        place = f"{self.path}:{self.line}: " if self.line else f"{self.path}: " if self.path else ""
        where = f"{_on_one_line(self.where)}: " if self.where else ""
        return place + where + "; ".join(_on_one_line(part) for part in (self.read, self.allowed, self.fix) if part)


def _on_one_line(text: str) -> str:
    flat = " ".join(text.encode("utf-8", errors="backslashreplace").decode("utf-8").split())
    return flat if len(flat) <= _LONGEST_PART else flat[: _LONGEST_PART - 3] + "..."


class StudyError(ProcesstraceError):
    """Faults in what a user wrote. `faults` holds them all, in the order of the files."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[StudyError], tuple[tuple[Fault, ...]]]:
        """Return what pickle needs."""
        return StudyError, (self.faults,)


class ContradictionError(ProcesstraceError):
    """Every hypothesis of a case is refuted: by prior zero, by judged zeros, or by dependence.

    `refuted` maps each hypothesis to the items that refute it (empty where its prior is 0).
    """

    def __init__(self, case: str, refuted: dict[str, list[str]]):
        self.case, self.refuted = case, refuted
        where, *parts = self.parts
        super().__init__(f"{where}: {'; '.join(parts)}")

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Where it is, what was read, what is allowed, and how to fix it: the parts of a fault."""
        why = "; ".join(
            f"{hypothesis} by {', '.join(items)}" if items else f"{hypothesis} by a prior of 0"
            for hypothesis, items in self.refuted.items()
        )
        return (
            f"case '{self.case}'",
            f"every hypothesis is refuted ({why})",
            "at least one must be left possible",
            "judge a small probability instead of 0 for what is merely unlikely",
        )

    def __reduce__(self) -> tuple[type[ContradictionError], tuple[object, ...]]:
        """Return what pickle needs."""
        return ContradictionError, (self.case, self.refuted)


class ImpossibleError(ContradictionError):
    """What is known of a case has probability 0 under a causal model.

    `clues` is a smallest set of what is known that can't go together.
    """

    def __init__(self, clues: Sequence[str]):
        self.clues = tuple(clues)
        self.case, self.refuted = "", {}
        why = f"these can't go together: {'; '.join(self.clues)}" if len(self.clues) > 1 else f"this can't be: {self.clues[0]}"
        Exception.__init__(
            self,
            f"under the causal model {why}; leave one out, let a source err, or lift the restriction or the share of 0 that rules it out",
        )

    def __reduce__(self) -> tuple[type[ImpossibleError], tuple[tuple[str, ...]]]:
        """Return what pickle needs."""
        return ImpossibleError, (self.clues,)
