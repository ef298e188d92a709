"""References whose address no report can link to."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import STUDY, Note
from processtrace.study import Study
from processtrace.study.values import shown
from processtrace.text.names import listed

NAMES = {"no-link": "a cited reference whose address is none of the web"}
_LINKED = ("https://", "http://")


def notes(study: Study) -> Iterator[Note]:
    """Yield cited references with an address that begins neither with https:// nor with http://."""
    sources = [*study.sources.values(), *(source for case in study.cases for source in case.sources.values())]
    items = [item for case in study.cases for item in case.evidence]
    cites = [*(source.cite for source in sources), *(item.cite for item in items)]
    cited = dict.fromkeys(citation.key for part in cites for citation in part)
    named = [study.references[key] for key in cited if key in study.references]
    odd = [f"{one.id} ({shown(one.url)})" for one in named if one.url and not one.url.lower().startswith(_LINKED)]
    if odd:
        yield Note("no-link", STUDY, f"an address that is printed and not linked, since it is none of the web: {listed(odd)}")
