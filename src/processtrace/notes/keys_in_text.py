"""Keys that a text has swallowed, because they were indented as far as the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processtrace.notes.note import Note
from processtrace.study import Evidence, Study
from processtrace.text.names import listed

NAMES = {"key-in-text": "a text that holds what reads like a key, as when a key is indented as far as the text above it"}
_KEYS = re.compile(
    r"(?:^|\s)((?:date|status|source|cite|cluster|given|tags|probability|decibels|judgements|judged|search_sensitivity|searched|because):)(?=\s)"
)


def notes(study: Study) -> Iterator[Note]:
    """Yield items whose finding, quotation, note or search holds the name of a key with a colon, case by case."""
    for case in study.cases:
        found = [f"{item.name} ({', '.join(keys)})" for item in case.evidence if (keys := _keys(item))]
        if found:
            yield Note("key-in-text", case.name, f"indented too far, so that it became part of the text above it? {listed(found)}")


def _keys(item: Evidence) -> list[str]:
    return [key for text in (item.finding, item.quote, item.note, item.searched) if text for key in _KEYS.findall(text)]
