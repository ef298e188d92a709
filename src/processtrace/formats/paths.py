"""Which files a study may name: those of its own project, and no others."""

from __future__ import annotations

import os
from pathlib import Path

_MARKS = ("models", "pyproject.toml", ".git")


def project_of(study: Path) -> Path:
    """Return the nearest folder above the study with `models/`, `pyproject.toml` or `.git`; else the study's own folder."""
    folder = study.resolve().parent
    return next((up for up in (folder, *folder.parents) if any((up / mark).exists() for mark in _MARKS)), folder)


def inside(named: str, beside: Path, project: Path) -> Path:
    """Return the file that a study names, relative to the file `beside`; ValueError, in words, for one outside the project."""
    if "\0" in named:
        raise ValueError("a path with a NUL character")
    path = Path(named)
    if path.is_absolute() or named.startswith(("~", "\\")) or (len(named) > 1 and named[1] == ":"):
        raise ValueError("an absolute path")
    try:
        resolved = (beside.resolve().parent / path).resolve()
        resolved.exists()
    except (OSError, RuntimeError):
        raise ValueError("a path that no file can have") from None
    if not resolved.is_relative_to(project):
        raise ValueError("a path that leaves the project")
    return resolved


def display(path: Path, project: Path) -> str:
    """Return a path as messages show it: relative to the working folder if inside it, else to the project."""
    for base in (Path.cwd(), project):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return os.fspath(path)
