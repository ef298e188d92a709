"""Answers to notes that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from processtrace.notes.note import Note
from processtrace.study import Study
from processtrace.text.names import nearest

NAMES = {"unknown-answer": "an answer under 'accepted:' to a note that does not exist"}


def notes(study: Study, known: Iterable[str]) -> Iterator[Note]:
    """Yield names under `accepted:` that no note has, with the nearest that one has."""
    names = sorted(known)
    for name in study.accepted:
        if name not in names:
            yield Note("unknown-answer", f"accepted, '{name}'", nearest(name, names) or f"the notes are {', '.join(names)}")
