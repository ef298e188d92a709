"""Dates outside the period of their case."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import Note
from processtrace.study import Case, Study
from processtrace.text.dates import date_span
from processtrace.text.names import listed

NAMES = {"date-outside-period": "an item dated outside the period of its case"}


def notes(study: Study) -> Iterator[Note]:
    """Yield items whose date begins before the period of their case or ends after it."""
    for case in study.cases:
        if case.period and (outside := list(_outside(case))):
            yield Note("date-outside-period", case.name, f"the period is {case.period[0]} to {case.period[1]}: {listed(outside)}")


def _outside(case: Case) -> Iterator[str]:
    assert case.period is not None
    first, last = date_span(case.period[0])[0], date_span(case.period[1])[1]
    for item in case.evidence:
        if item.date:
            start, end = date_span(item.date)
            if start < first or end > last:
                yield f"{item.name} ({item.date})"
