"""A study with the files that it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from processtrace.study import Study


@dataclass(frozen=True)
class StudyFiles:
    """A study with the files it was read from, in the order read: the study's, shared, bibliography, cases, locked plans.

    `said` holds sentences on what of the files the study does not use.
    """

    study: Study
    paths: tuple[Path, ...]
    case_paths: dict[str, Path]
    project: Path
    said: tuple[str, ...] = ()
