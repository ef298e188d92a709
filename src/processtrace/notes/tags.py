"""Tags that the study does not list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from processtrace.notes.note import Note
from processtrace.study import Study
from processtrace.text.names import counted, listed, nearest

NAMES = {"unlisted-tag": "a tag that the study does not list"}


def notes(study: Study) -> Iterator[Note]:
    """Yield tags of items that are missing from the study's list of tags, with the nearest that it has."""
    for case in study.cases:
        used = Counter(tag for item in case.evidence for tag in item.tags if tag not in study.tags)
        if study.tags and used:
            texts = listed(f"{tag} ({counted(n, 'item', 'items')}{_hint(tag, study)})" for tag, n in used.items())
            yield Note("unlisted-tag", case.name, f"{texts}; the study lists {', '.join(study.tags)}")


def _hint(tag: str, study: Study) -> str:
    close = nearest(tag, study.tags)
    return f", {close}" if close else ""
