"""Sources and clusters that are declared and never used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from processtrace.notes.note import STUDY, Note
from processtrace.study import Study
from processtrace.study.parts import Named
from processtrace.text.names import listed

NAMES = {
    "unused-source": "a source that no item names",
    "unused-cluster": "a cluster that no item names",
}


def notes(study: Study) -> Iterator[Note]:
    """Yield sources and clusters, of the study or of a case, that no item names."""
    items = [item for case in study.cases for item in case.evidence]
    yield from _unused(STUDY, "source", study.sources, {name for item in items for name in item.source})
    yield from _unused(STUDY, "cluster", study.clusters, {item.cluster for item in items})
    for case in study.cases:
        yield from _unused(case.name, "source", case.sources, {name for item in case.evidence for name in item.source})
        yield from _unused(case.name, "cluster", case.clusters, {item.cluster for item in case.evidence})


def _unused(where: str, kind: str, declared: Mapping[str, Named], used: Iterable[str | None]) -> Iterator[Note]:
    idle = [part.name for name, part in declared.items() if name not in set(used)]
    if idle:
        yield Note(f"unused-{kind}", where, f"declared, and named by no item: {listed(idle)}")
