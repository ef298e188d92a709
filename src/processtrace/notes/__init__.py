"""What is allowed but worth a second look: one module for each subject, each a function of a study that yields notes.

A note has a name, by which a study can answer it: `accepted: {idle-item: looked at and kept}`.
"""

from __future__ import annotations

from processtrace.notes import (
    addresses,
    analysts,
    causal_models,
    clusters,
    dates,
    excluding_priors,
    explanations,
    habits,
    idle_items,
    keys_in_text,
    locks,
    numbers_asked,
    placeholders,
    ranges,
    reasons,
    searches,
    shared_between_cases,
    sources,
    statements,
    tags,
    total_weight,
    transitivity,
    twin_hypotheses,
    unclustered,
    unknown_answers,
    unused,
)
from processtrace.notes.note import Note
from processtrace.study import Study

_SUBJECTS = (
    placeholders,
    explanations,
    excluding_priors,
    total_weight,
    twin_hypotheses,
    idle_items,
    ranges,
    sources,
    searches,
    clusters,
    unclustered,
    shared_between_cases,
    analysts,
    transitivity,
    dates,
    reasons,
    keys_in_text,
    tags,
    unused,
    addresses,
    locks,
    numbers_asked,
    habits,
    statements,
    causal_models,
)

NAMES: dict[str, str] = {name: meaning for subject in (*_SUBJECTS, unknown_answers) for name, meaning in subject.NAMES.items()}
"""Every note by its name, with what it is about."""

UNANSWERABLE = frozenset(placeholders.NAMES)
"""Notes that no answer settles: under `check --strict` they are faults."""

__all__ = ["NAMES", "UNANSWERABLE", "Note", "notes"]


def notes(study: Study) -> list[Note]:
    """Return every note on a study, subject by subject, in the order of its cases.

    Parameters
    ----------
    study : Study
        The study that is looked at.

    Returns
    -------
    list of Note
        The notes, also those that the study answers under `accepted:`.
    """
    return [*(note for subject in _SUBJECTS for note in subject.notes(study)), *unknown_answers.notes(study, NAMES)]
