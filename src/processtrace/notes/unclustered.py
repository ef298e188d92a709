"""Many items of one date or one source outside any cluster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from processtrace.notes.note import Note
from processtrace.notes.weights import weighed
from processtrace.study import Evidence, Study
from processtrace.text.names import listed

NAMES = {
    "unclustered-date": "several items of one date that are in no cluster",
    "unclustered-source": "several items of one source that are in no cluster",
}

MANY = 3
"""The smallest number of items of one date or source that is noted."""


def notes(study: Study) -> Iterator[Note]:
    """Yield dates and sources with three items or more that neither a cluster nor `given` joins: they may not be independent."""
    for case in weighed(study):
        free = [item for item in case.evidence if item.cluster is None and not item.given]
        dates: dict[str, list[Evidence]] = defaultdict(list)
        sources: dict[str, list[Evidence]] = defaultdict(list)
        for item in free:
            if item.date:
                dates[item.date].append(item)
            for name in item.source:
                sources[study.source_of(case.case, name).name].append(item)
        if texts := _many(dates):
            yield Note("unclustered-date", case.case.name, f"items of one date in no cluster, taken as independent: {texts}")
        if texts := _many(sources):
            yield Note("unclustered-source", case.case.name, f"items of one source in no cluster, taken as independent: {texts}")


def _many(groups: Mapping[str, list[Evidence]]) -> str:
    many = sorted(((key, items) for key, items in groups.items() if len(items) >= MANY), key=lambda pair: -len(pair[1]))
    return listed(f"{key} ({len(items)}: {', '.join(item.name for item in items)})" for key, items in many)
