"""Explanations that leave nothing to compare, or nothing to judge by."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import STUDY, Note
from processtrace.study import Study
from processtrace.text.names import listed

NAMES = {
    "single-explanation": "a study with one explanation, which no evidence can change",
    "no-statement": "an explanation that does not say what it claims",
}


def notes(study: Study) -> Iterator[Note]:
    """Yield a note for a study with one explanation, and one that names the explanations without a statement."""
    if len(study.explanations) == 1:
        (only,) = study.explanations.values()
        yield Note("single-explanation", STUDY, f"only {only.name}: its posterior is 1 whatever the evidence; add a rival explanation")
    stated = study.factors or study.hypotheses
    silent = [part.name for part in stated.values() if not (part.statement or "").strip()]
    if silent:
        yield Note("no-statement", STUDY, f"nothing says what these claim, so that nobody else can judge by them: {listed(silent)}")
