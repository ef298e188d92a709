"""Reasons that are empty or repeated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from processtrace.notes.note import Note
from processtrace.study import Case, Study
from processtrace.study.judged import SILENT
from processtrace.text.names import counted, listed

NAMES = {
    "no-reason": "a judgement without a reason",
    "repeated-reason": "one reason given in several places",
}

SHOWN = 60
"""Characters of a repeated reason that are shown."""


def notes(study: Study) -> Iterator[Note]:
    """Yield judgements without a reason under some explanation, and reasons given more than once, analyst by analyst.

    A note on a judgement is a reason for all of it; that an explanation says nothing may be the reason in any number of places.
    """
    for case in study.cases:
        for analyst in (None, *study.analysts):
            where = f"{case.name}, {study.analysts[analyst].name}" if analyst else case.name
            yield from _empty(study, case, analyst, where)
            yield from _repeated(study, case, analyst, where)


def _empty(study: Study, case: Case, analyst: str | None, where: str) -> Iterator[Note]:
    judged = [(item, part) for item in case.evidence if (part := item.by_analyst.get(analyst)) is not None]
    names = {h: part.name for h, part in study.explanations.items()}
    silent = [item.name for item, part in judged if not part.because and not part.note]
    partly = [
        f"{item.name} (under {', '.join(missing)})"
        for item, part in judged
        if part.because and not part.note and (missing := [names[h] for h in part.values if h in names and h not in part.because])
    ]
    if silent or partly:
        total = counted(len(judged), "item", "items")
        without = "all of them" if len(silent) == len(judged) else listed(silent)
        texts = [f"none for {len(silent)} of {total}: {without}"] if silent else []
        texts += [f"not under each explanation: {listed(partly)}"] if partly else []
        yield Note("no-reason", where, listed(texts))


def _repeated(study: Study, case: Case, analyst: str | None, where: str) -> Iterator[Note]:
    places: dict[str, list[str]] = defaultdict(list)
    shown: dict[str, str] = {}
    names = {h: part.name for h, part in study.explanations.items()}
    for item in case.evidence:
        part = item.by_analyst.get(analyst)
        for h, reason in part.because.items() if part is not None else ():
            if h in names and reason != SILENT:
                key = " ".join(reason.lower().split())
                shown.setdefault(key, " ".join(reason.split()))
                places[key].append(f"{item.name} under {names[h]}")
    texts = [f"“{_cut(shown[key])}” ({', '.join(where)})" for key, where in places.items() if len(where) > 1]
    if texts:
        yield Note("repeated-reason", where, f"one reason in several places: {listed(texts)}")


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rsplit(" ", 1)[0] + "…"
