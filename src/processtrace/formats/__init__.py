"""Studies from other forms and into them. Each form is told by the file itself; see `rules` for what becomes a number and how."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from processtrace.study import Study

__all__ = ["read", "write"]


def read(path: str | PathLike[str]) -> Study:
    """The study in a file or folder of any form: YAML, workbook, folder of CSV, REFI-QDA, ACH matrix, contribution tracing, pairwise decibels.

    Raises StudyError, with every fault that can be told, for what is no such form.
    """
    from processtrace.formats.registry import read

    return read(Path(path))


def write(study: Study, path: str | PathLike[str]) -> list[Path]:
    """Write a study where nothing stands yet: a workbook (.xlsx), pages of CSV (a name that ends in csv), else a YAML project.

    A name that ends in .yaml is the study file itself, with its evidence in a folder. Returns what was written, first the main file.
    Whole or not at all; UsageError where something has that name.
    """
    from processtrace.formats.registry import write

    return write(study, Path(path))
