"""Citations of keys that no entry of the bibliography has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from processtrace.errors import Fault, Location
from processtrace.study import Case, Citation, Reference, Source
from processtrace.text.names import nearest


def in_items(case: Case, places: Sequence[int], references: Mapping[str, Reference]) -> Iterator[Fault]:
    """Yield a fault for each key that an item cites and nobody has; `places` are those of the items in their file."""
    for place, item in zip(places, case.evidence, strict=True):
        yield from _unknown(item.cite, f"evidence '{item.id}'", references, ("evidence", place, "cite"))


def in_sources(sources: Mapping[str, Source], references: Mapping[str, Reference]) -> Iterator[Fault]:
    """Yield a fault for each key that a source cites and nobody has."""
    for name, source in sources.items():
        yield from _unknown(source.cite, f"source '{name}'", references, ("sources", name, "cite"))


def _unknown(cited: Sequence[Citation], where: str, references: Mapping[str, Reference], loc: Location) -> Iterator[Fault]:
    for citation in cited:
        if citation.key not in references:
            fix = nearest(citation.key, references) or "add the entry to the bibliography"
            yield Fault(f"{where}, cite", citation.key, "a key of the bibliography", fix, loc)
