"""What is printed of an item: one record for each column, with its heading, its value, and the prints that have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from processtrace.study import Case, Evidence, Judgement, Source, Study
from processtrace.study.parts import Citation
from processtrace.tables.frames import as_judged
from processtrace.text.dates import in_words
from processtrace.text.names import spelled

STATUS = {
    "found": "Found",
    "not_found": "Looked for, not found",
    "planned": "Planned",
    "unjudged": "Not yet judged",
    "set_aside": "Set aside",
}
"""Words for the status of an item, in the order in which items are listed."""

TABLE, BLOCK, PAGE = "table", "block", "page"
"""The prints: a column of the appendix as a DataFrame and CSV, a line below an item in its LaTeX and HTML, a line in the report."""


@dataclass(frozen=True)
class Cited:
    """Where something can be read: the reference in words, its link if it has one, and the place in it."""

    text: str
    url: str = ""
    at: str = ""

    def __str__(self) -> str:
        """Return the reference with its place and its link."""
        return ", ".join(part for part in (self.text, self.at, self.url) if part)


@dataclass(frozen=True)
class PrintedSource:
    """A source in words: who reports, what kind of source it is, and how reliably it reports."""

    name: str
    kind: str
    reports: str
    note: str = ""
    citations: tuple[Cited, ...] = ()

    def __str__(self) -> str:
        """Return the name with the kind and the reliability."""
        return f"{self.name} ({'; '.join(part for part in (self.kind, self.reports) if part)})"


Parts = tuple[str | Cited | PrintedSource, ...]


class Place(NamedTuple):
    """An item with its case and study, which say what its names stand for."""

    study: Study
    case: Case
    item: Evidence


@dataclass(frozen=True)
class Column:
    """One fact about an item.

    Attributes
    ----------
    heading : str
        What is printed above it, or before it.
    value : callable
        The fact about the item at a place: a text, or parts that are printed one after the other; None and what is empty
        are not printed.
    prints : tuple of str
        Where it is printed: `TABLE`, `BLOCK`, `PAGE`.
    """

    heading: str
    value: Callable[[Place], str | Parts | None]
    prints: tuple[str, ...]

    def parts(self, at: Place) -> Parts:
        """Return the parts of the fact; none where there is nothing to print."""
        value = self.value(at)
        return value if isinstance(value, tuple) else (value,) if value else ()


def printed_source(study: Study, source: Source) -> PrintedSource:
    """Return a source in words."""
    citations = tuple(_cited(study, citation) for citation in source.cite)
    return PrintedSource(source.name, source.kind or "", _reports(source), source.note or "", citations)


def _reports(source: Source) -> str:
    if source.reports_if_true is not None and source.reports_if_false is not None:
        return f"reports with probability {as_judged(source.reports_if_true)} if true, {as_judged(source.reports_if_false)} if false"
    return "taken at its word" if source.reliability is None else f"reliability {as_judged(source.reliability)}"


def _cited(study: Study, citation: Citation) -> Cited:
    """Return a citation in words; its key where the study has no such reference."""
    reference = study.references.get(citation.key)
    return Cited(str(reference), reference.url, citation.at or "") if reference else Cited(citation.key, "", citation.at or "")


def _sources(at: Place) -> Parts:
    return tuple(printed_source(at.study, at.study.source_of(at.case, name)) for name in at.item.source)


def _sensitivity(at: Place) -> str:
    stated = at.item.search_sensitivity
    if isinstance(stated, Mapping):
        return "; ".join(f"{part.name} {as_judged(stated[name])}" for name, part in at.study.explanations.items() if name in stated)
    return "" if stated is None else as_judged(stated)


def _cluster(at: Place) -> str:
    study, case, item = at
    if item.cluster is None:
        return ""
    part = study.cluster_of(case, item.cluster)
    alone = ", entered alone because it is judged given other items" if item.given else ""
    return f"{part.name} (correlation {as_judged(study.correlation_of(case, item.cluster))}{alone})"


def _tags(at: Place) -> Parts:
    """Return the tags by group; those in none without a heading of their own."""
    grouped: dict[str, list[str]] = {}
    for name in at.item.tags:
        tag = at.study.tags.get(name)
        grouped.setdefault((tag.group or "") if tag else "", []).append(tag.name if tag else spelled(name))
    return tuple(f"{f'{spelled(group)}: ' if group else ''}{', '.join(names)}" for group, names in grouped.items())


def _remarks(at: Place) -> Parts:
    """Return what each analyst noted, and when they judged."""
    parts = {analyst: part for analyst, part in at.item.by_analyst.items() if analyst and (part.note or part.judged)}
    return tuple(f"{at.study.analysts[analyst].name}: {'; '.join(_remark(part))}" for analyst, part in parts.items())


def _remark(part: Judgement) -> list[str]:
    return [text for text in (f"judged {in_words(part.judged)}" if part.judged else "", part.note or "") if text]


def _notes(at: Place) -> str:
    return " ".join((at.item.note or "", *map(str, _remarks(at)))).strip()


_PAPER, _ALL = (TABLE, BLOCK), (TABLE, BLOCK, PAGE)

COLUMNS: tuple[Column, ...] = (
    Column("Case", lambda at: at.case.name, (TABLE,)),
    Column("Status", lambda at: STATUS[at.item.status], (TABLE,)),
    Column("Date", lambda at: in_words(at.item.date), (TABLE,)),
    Column("Item", lambda at: at.item.name, (TABLE,)),
    Column("Finding", lambda at: at.item.finding, _PAPER),
    Column("Quote", lambda at: at.item.quote, _PAPER),
    Column("Sources", _sources, _ALL),
    Column("Citations", lambda at: tuple(_cited(at.study, citation) for citation in at.item.cite), _ALL),
    Column("Searched", lambda at: at.item.searched, _ALL),
    Column("Search sensitivity", _sensitivity, _ALL),
    Column("Cluster", _cluster, _ALL),
    Column("Judged knowing", lambda at: tuple(at.case.item(name).name for name in at.item.given), _ALL),
    Column("Tags", _tags, _ALL),
    Column("Note", _notes, _PAPER),
    Column("Note", lambda at: at.item.note, (PAGE,)),
    Column("Analysts", _remarks, (PAGE,)),
    Column("Found on", lambda at: in_words(at.item.found_on), _ALL),
    Column("Judged on", lambda at: in_words(at.item.judged), _ALL),
    Column("Cost", lambda at: None if at.item.cost is None else as_judged(at.item.cost), (PAGE,)),
)
"""Every column, in the order in which they are printed. What identifies an item (its case, name, date and status) and the text
of the finding and quote have places of their own on the page."""
