"""What cases have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from processtrace.notes.note import STUDY, Note
from processtrace.notes.weights import Weighed, weighed
from processtrace.study import Study
from processtrace.text.names import listed

NAMES = {"shared-between-cases": "a source, cluster or finding that several cases share"}


class _Shared(NamedTuple):
    kind: str
    name: str


def notes(study: Study) -> Iterator[Note]:
    """Yield sources and clusters declared for all cases, and findings, that count in more than one case."""
    held: dict[_Shared, list[str]] = defaultdict(list)
    for case in weighed(study):
        for part in dict.fromkeys(_parts(study, case)):
            held[part].append(case.case.name)
    both = {part: cases for part, cases in held.items() if len(cases) > 1}
    texts = [f"{kind} {', '.join(part.name for part in both if part.kind == kind)}" for kind in dict.fromkeys(part.kind for part in both)]
    if texts:
        yield Note(
            "shared-between-cases",
            STUDY,
            f"several cases share {listed(texts)}; this leaves each case's posterior as it is, but the cases are counted as independent, "
            "so shares of explanations across cases look more certain than they are",
        )


def _parts(study: Study, case: Weighed) -> Iterator[_Shared]:
    for item in case.evidence:
        yield from (_Shared("the sources", study.sources[name].name) for name in item.source if name in study.sources)
    for item in case.evidence:
        if item.cluster is not None and item.cluster in study.clusters:
            yield _Shared("the clusters", study.clusters[item.cluster].name)
    for item in case.evidence:
        yield _Shared("the findings", f"“{' '.join(item.finding.split())[:60]}”")
