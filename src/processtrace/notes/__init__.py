"""What is allowed but worth a second look: one module for each subject, each a function of a study that yields notes.

A note has a name, by which a study can answer it: `accepted: {idle-item: looked at and kept}`.
"""

from __future__ import annotations

from processtrace.notes import (
    across,
    analysts,
    answers,
    burden,
    circles,
    clusters,
    dates,
    declared,
    idle,
    locked,
    priors,
    ranges,
    reasons,
    searches,
    sources,
    swallowed,
    tags,
    together,
    total,
    twins,
)
from processtrace.notes.burden import numbers_asked
from processtrace.notes.note import Note
from processtrace.study import Study

_SUBJECTS = (
    priors,
    total,
    twins,
    idle,
    ranges,
    sources,
    searches,
    clusters,
    together,
    across,
    analysts,
    circles,
    dates,
    reasons,
    swallowed,
    tags,
    declared,
    locked,
    burden,
)

NAMES: dict[str, str] = {name: meaning for subject in (*_SUBJECTS, answers) for name, meaning in subject.NAMES.items()}
"""Every note by its name, with what it is about."""

__all__ = ["NAMES", "Note", "notes", "numbers_asked"]


def notes(study: Study) -> list[Note]:
    """Every note on a study, subject by subject, in the order of its cases."""
    return [*(note for subject in _SUBJECTS for note in subject.notes(study)), *answers.notes(study, NAMES)]
