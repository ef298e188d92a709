"""Priors that exclude an explanation."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import Note, listed
from processtrace.study import Study

NAMES = {"prior-excludes": "a prior of 0, which no evidence can undo"}


def notes(study: Study) -> Iterator[Note]:
    """Explanations with a prior of 0, case by case."""
    for case in study.cases:
        prior = study.prior_of(case)
        excluded = [part.name for h, part in study.explanations.items() if prior[h] == 0]
        if excluded:
            yield Note("prior-excludes", case.name, f"a prior of 0 excludes, whatever the evidence: {listed(excluded)}")
