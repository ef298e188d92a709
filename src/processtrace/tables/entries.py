"""Every item of a study in words: what was found, where it can be read, how it was judged and why, what it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processtrace.inference.update import EVIDENCE, HYPOTHESIS, update
from processtrace.study import SCALES, Case, Citation, Evidence, Judgement, Source, Study
from processtrace.study.probabilities import time_key
from processtrace.text.dates import in_words

if TYPE_CHECKING:
    import xarray as xr

STATUS = {
    "found": "Found",
    "not_found": "Looked for, not found",
    "planned": "Planned",
    "unjudged": "Not yet judged",
    "set_aside": "Set aside",
}
"""Words for the status of an item, in the order in which items are listed."""


@dataclass(frozen=True)
class Cited:
    """Where something can be read: the reference in words, its link if it has one, and the place in it."""

    text: str
    url: str = ""
    at: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.text, self.at, self.url) if part)


@dataclass(frozen=True)
class Witness:
    """A source in words: who reports, what kind of source it is, and how reliably it reports."""

    name: str
    kind: str
    reports: str
    note: str = ""
    citations: tuple[Cited, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} ({'; '.join(part for part in (self.kind, self.reports) if part)})"


@dataclass(frozen=True)
class Said:
    """One judgement in words: under which explanation, whose (empty for a common one), what, on which scale, and why."""

    explanation: str
    analyst: str
    value: str
    scale: str
    reason: str

    def __str__(self) -> str:
        return f"{self.analyst}: {self.value}" if self.analyst else self.value


@dataclass(frozen=True)
class Entry:
    """An item in words. The weights are decibels by explanation in the study's order, None where the item does not enter."""

    case_id: str
    id: str
    case: str
    label: str
    date: str
    status: str
    enters: bool
    finding: str
    quote: str
    note: str
    citations: tuple[Cited, ...]
    witnesses: tuple[Witness, ...]
    searched: str
    sensitivity: str
    cluster: str
    given: tuple[str, ...]
    tags: tuple[tuple[str, tuple[str, ...]], ...]
    said: tuple[Said, ...]
    remarks: tuple[str, ...]
    found_on: str
    judged: str
    cost: str
    weight_db: tuple[float, ...] | None
    alone_db: tuple[float, ...] | None
    last_db: tuple[float, ...] | None


def entries(study: Study, *, data: xr.Dataset | None = None) -> list[Entry]:
    """Every item in words, case by case: those that count in order of time, then planned, unjudged and set aside.

    `data` is the Dataset of `update(study)`, computed where it is left out; weights are in decibels relative to the
    explanation that the item supports most (0).
    """
    data = update(study) if data is None else data
    weighed = _weights(data)
    return [_entry(study, case, item, weighed) for case in study.cases for item in sorted(case.evidence, key=_place)]


def _place(item: Evidence) -> tuple[int, tuple[int, str]]:
    return (0 if item.counts else list(STATUS).index(item.status)), time_key(item)


def _weights(data: xr.Dataset) -> dict[str, dict[str, tuple[float, ...]]]:
    names = [str(name) for name in data[EVIDENCE].values]
    made: dict[str, dict[str, tuple[float, ...]]] = {name: {} for name in names}
    for kind in ("weight_db", "alone_db", "last_db"):
        if kind in data:
            for name, row in zip(names, data[kind].transpose(EVIDENCE, HYPOTHESIS).values, strict=True):
                made[name][kind] = tuple(float(value) for value in row)
    return made


def _entry(study: Study, case: Case, item: Evidence, weighed: Mapping[str, Mapping[str, tuple[float, ...]]]) -> Entry:
    found = weighed.get(f"{case.id}/{item.id}", {})
    names = {one.id: one.name for one in case.evidence}
    return Entry(
        case_id=case.id,
        id=item.id,
        case=case.name,
        label=item.name,
        date=in_words(item.date),
        status=STATUS[item.status],
        enters=f"{case.id}/{item.id}" in weighed,
        finding=item.finding,
        quote=item.quote or "",
        note=item.note or "",
        citations=tuple(cited(study, citation) for citation in item.cite),
        witnesses=tuple(witness(study, study.source_of(case, name)) for name in item.source),
        searched=item.searched or "",
        sensitivity=_sensitivity(study, item),
        cluster=_cluster(study, case, item),
        given=tuple(names[name] for name in item.given),
        tags=_tags(study, item),
        said=tuple(part for analyst, judgement in item.by_analyst.items() for part in _said(study, item, analyst, judgement)),
        remarks=tuple(_remark(study, analyst, part) for analyst, part in item.by_analyst.items() if analyst and (part.note or part.judged)),
        found_on=in_words(item.found_on),
        judged=in_words(item.judged),
        cost=number(item.cost) if item.cost is not None else "",
        weight_db=found.get("weight_db"),
        alone_db=found.get("alone_db"),
        last_db=found.get("last_db"),
    )


def cited(study: Study, citation: Citation) -> Cited:
    """A citation in words: author, year, title and outlet, with the place in it; its key where the study has no such entry."""
    reference = study.references.get(citation.key)
    return Cited(str(reference), reference.url, citation.at or "") if reference else Cited(citation.key, "", citation.at or "")


def witness(study: Study, source: Source) -> Witness:
    """A source in words."""
    return Witness(source.name, source.kind or "", reports(source), source.note or "", tuple(cited(study, part) for part in source.cite))


def reports(source: Source) -> str:
    """How reliably a source reports, in words."""
    if source.reports_if_true is not None and source.reports_if_false is not None:
        return f"reports with probability {number(source.reports_if_true)} if true, {number(source.reports_if_false)} if false"
    return "taken at its word" if source.reliability is None else f"reliability {span(source.reliability)}"


def number(value: float) -> str:
    """A number as it was judged."""
    return f"{value:.10g}".replace("-", "−")


def span(value: object) -> str:
    """A judged point, range or word, as it was judged."""
    if isinstance(value, tuple):
        return " to ".join(span(end) for end in value)
    return number(float(value)) if isinstance(value, int | float) else str(value)


def _sensitivity(study: Study, item: Evidence) -> str:
    stated = item.search_sensitivity
    if stated is None:
        return ""
    if isinstance(stated, Mapping):
        return "; ".join(f"{part.name} {span(stated[name])}" for name, part in study.explanations.items() if name in stated)
    return span(stated)


def _cluster(study: Study, case: Case, item: Evidence) -> str:
    if item.cluster is None:
        return ""
    part = study.cluster_of(case, item.cluster)
    alone = ", entered alone because it is judged given other items" if item.given else ""
    return f"{part.name} (correlation {number(study.correlation_of(case, item.cluster))}{alone})"


def _tags(study: Study, item: Evidence) -> tuple[tuple[str, tuple[str, ...]], ...]:
    from processtrace.text.names import spelled

    grouped: dict[str, list[str]] = {}
    for name in item.tags:
        tag = study.tags.get(name)
        grouped.setdefault((tag.group or "") if tag else "", []).append(tag.name if tag else spelled(name))
    return tuple((spelled(group) if group else "Tags", tuple(names)) for group, names in grouped.items())


def _said(study: Study, item: Evidence, analyst: str | None, judgement: Judgement) -> list[Said]:
    who = study.analysts[analyst].name if analyst else ""
    scale = SCALES[judgement.scale]
    described = scale.described(number(study.anchor_of(item, judgement)))
    unit = f" {scale.unit}" if scale.unit else ""
    return [
        Said(
            part.name,
            who,
            f"{span(judgement.values[name])}{unit}" if name in judgement.values else f"built: {study.compounds} of its parts",
            described,
            judgement.because.get(name, ""),
        )
        for name, part in study.explanations.items()
    ]


def _remark(study: Study, analyst: str, part: Judgement) -> str:
    told = [f"judged {in_words(part.judged)}" if part.judged else "", part.note or ""]
    return f"{study.analysts[analyst].name}: {'; '.join(text for text in told if text)}"
