"""A file or folder that is to be read as a study: its kind, the names it gives, and its table, read once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.answers import NO_ANSWERS, Answers
from processtrace.formats.foreign.tables import Tables, read_tables
from processtrace.formats.identifiers import identifier
from processtrace.formats.workbook import sheet_names
from processtrace.text.names import spelled

FOLDER = "/"
"""The ending of a folder, beside those of files."""


class Input:
    """A file or folder named by a user.

    Parameters
    ----------
    path : Path
        Where it is.
    answers : Answers
        What the user says of a table, where the table can't say it.
    """

    def __init__(self, path: Path, answers: Answers = NO_ANSWERS):
        self.path, self.answers = path, answers
        self.shown_path = str(path)

    @property
    def ending(self) -> str:
        """The ending of its name in small letters, with its dot; `FOLDER` for a folder."""
        return FOLDER if self.path.is_dir() else self.path.suffix.lower()

    @property
    def case(self) -> str:
        """An identifier after its name, for the case of a form that names none."""
        return identifier(self.path.stem, otherwise="case")

    @property
    def title(self) -> str:
        """A title after its name, for a form that has none."""
        return spelled(self.path.stem if any(c.isalnum() for c in self.path.stem) else self.case)

    @cached_property
    def tables(self) -> Tables:
        """The tables of a file that hold judgements or coded passages; StudyError with every question that they leave open."""
        return read_tables(self.path, self.shown_path, self.answers)

    @cached_property
    def sheets(self) -> frozenset[str]:
        """The names of a workbook's sheets in small letters; StudyError for a file that could do harm or cannot be read."""
        return frozenset(name.lower() for name in sheet_names(self.path, self.shown_path))

    def shown(self, path: Path) -> str:
        """Return the path of a file in this folder as a message names it."""
        return f"{self.shown_path.rstrip('/')}/{path.relative_to(self.path).as_posix()}"

    def refusal(self, read: str, allowed: str, fix: str = "") -> StudyError:
        """Return the error for an input that is not read: what it is, what may be read, and what to do."""
        return StudyError([Fault("", read, allowed, fix, (), self.shown_path)])

    @property
    def studies(self) -> list[Path]:
        """The study files of a folder that is a project."""
        return sorted([*(self.path / "models").glob("*.yaml"), *(self.path / "models").glob("*.yml")])
