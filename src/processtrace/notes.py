"""Notes on a study: what is allowed but worth a second look. Each has a name, by which a study can answer it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from processtrace.judgements import ends
from processtrace.resolve import judged_by_analyst
from processtrace.study import Case, Evidence, Study
from processtrace.values import Judged, date_span

WIDE_DB = 10.0
"""Decibels between the ends of a range beyond which `check` says as what it counts."""


@dataclass(frozen=True)
class Note:
    """One note: its name, the item or part it is about, and what is to be seen there."""

    name: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.where}: {self.text}"


def notes(study: Study) -> list[Note]:
    """Every note on a study, in the order of its cases and items."""
    return [note for case in study.cases for note in _of_case(study, case)]


def _of_case(study: Study, case: Case) -> Iterator[Note]:
    for item in case.evidence:
        where = f"{case.name}, {item.name}"
        yield from _of_item(study, case, item, where)
        if item.is_judged:
            yield from _of_judgements(study, item, where)
    yield from _repeated(case)


def _of_item(study: Study, case: Case, item: Evidence, where: str) -> Iterator[Note]:
    if item.status == "not_found" and not item.searched:
        yield Note("search-undescribed", where, "looked for and not found, but 'searched' does not say where and how")
    unlisted = [tag for tag in item.tags if tag not in study.tags]
    if study.tags and unlisted:
        yield Note("unlisted-tag", where, f"{', '.join(unlisted)}; the study lists {', '.join(study.tags)}")
    if item.date and case.period:
        first, last = date_span(case.period[0])[0], date_span(case.period[1])[1]
        start, end = date_span(item.date)
        if start < first or end > last:
            yield Note("date-outside-period", where, f"{item.date}, the period is {case.period[0]} to {case.period[1]}")


def _of_judgements(study: Study, item: Evidence, where: str) -> Iterator[Note]:
    hypotheses = study.explanations
    for analyst, values in judged_by_analyst(study, item).items():
        who = f"{where}, {study.analysts[analyst].name}" if analyst else where
        own = {h: values[h] for h in hypotheses}
        if len(set(own.values())) == 1 and len(own) > 1:
            yield Note("idle-item", who, "judged alike under every explanation: it says nothing unless a cluster holds it")
        for h, value in own.items():
            low, high = ends(value)
            if 0 < low < high and 10 * math.log10(high / low) > WIDE_DB:
                counts = _mean(value, study.range_coverage)
                yield Note(
                    "wide-range",
                    who,
                    f"[{low:g}, {high:g}] under {hypotheses[h].name} counts as {counts:.2g}: a wide range counts near its upper end",
                )
        reasons = item.by_analyst[analyst].because
        silent = [hypotheses[h].name for h in hypotheses if h not in reasons]
        if reasons and silent:
            yield Note("no-reason", who, f"no reason under {', '.join(silent)}")


def _mean(value: Judged, coverage: float) -> float:
    import numpy as np

    from processtrace.exact.ranges import log_means, z_of

    low, high = ends(value)
    return float(np.exp(log_means(np.array([low]), np.array([high]), z_of(coverage))[0][0]))


def _repeated(case: Case) -> Iterator[Note]:
    places: dict[tuple[str | None, str, str], list[str]] = defaultdict(list)
    for item in case.evidence:
        for analyst, part in item.by_analyst.items():
            for h, reason in part.because.items():
                places[analyst, h, " ".join(reason.lower().split())].append(item.name)
    for (_, _, reason), names in places.items():
        if len(names) > 1:
            yield Note("repeated-reason", f"{case.name}, {', '.join(names)}", f"one reason for {len(names)} items: '{reason[:60]}'")
