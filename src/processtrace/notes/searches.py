"""Searches that found nothing: described, and on a scale of their own."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import Note
from processtrace.study import Evidence, Study
from processtrace.study.scales import relative
from processtrace.text.names import listed

NAMES = {
    "search-undescribed": "an item looked for and not found, without 'searched'",
    "search-unanchored": f"an item not found that is judged in {relative('or')} without an anchor of its own",
}


def notes(study: Study) -> Iterator[Note]:
    """Yield items not found whose search is not described, or whose weight depends on the study's anchor."""
    for case in study.cases:
        absent = [item for item in case.evidence if item.status == "not_found"]
        undescribed = [item.name for item in absent if not item.searched]
        if undescribed:
            yield Note("search-undescribed", case.name, f"'searched' does not say where and how it was looked for: {listed(undescribed)}")
        unanchored = [item.name for item in absent if _unanchored(item)]
        if unanchored:
            yield Note(
                "search-unanchored",
                case.name,
                f"what an absence weighs depends on how probable the finding was, here by the study's anchor of {study.anchor:g} only; "
                f"give the item an 'anchor' of its own, or judge probabilities: {listed(unanchored)}",
            )


def _unanchored(item: Evidence) -> bool:
    return item.anchor is None and any(part.anchored and part.anchor is None for part in item.by_analyst.values())
