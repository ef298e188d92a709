"""Judgements that were made under other statements of the explanations, or by others than the main analyst."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import STUDY, Note
from processtrace.study import POOL, Case, Evidence, Judgement, Study
from processtrace.study.judges import reads_again
from processtrace.study.statements import digest, statement_of
from processtrace.text.names import counted, listed

NAMES = {
    "mixed-statements": "judgements made under other statements of the explanations than the study's, which enter the posterior",
    "mixed-analysts": "judgements of several analysts in a case whose main ones are one analyst's",
}


def notes(study: Study) -> Iterator[Note]:
    """Yield cases in which judgements under other statements enter, and cases with judgements of others than the main analyst."""
    for case in study.cases:
        texts = [*_restated(study, case), *_changed(study, case)]
        if texts:
            text = f"judged under other statements than the study's; compare them as codings by their wording: {listed(texts)}"
            yield Note("mixed-statements", case.name, text)
    yield from _of_several(study)


def _of_several(study: Study) -> Iterator[Note]:
    """Yield one note on the cases that others than the main analyst judged too."""
    cases, others, common = [], [], 0
    for case in study.cases:
        judged = [item for item in case.evidence if item.counts and item.judgements is not None]
        who = [name for name in study.analysts if any(name in (item.judgements or ()) for item in judged)]
        if study.analyst in who and len({reads_again(study, name) for name in who}) > 1:
            cases.append(case.name)
            others += [name for name in who if name != study.analyst and reads_again(study, name) == name]
            common += sum(item.counts and item.common is not None for item in case.evidence)
    if cases:
        main = study.analysts[study.analyst].name
        beside = f", with {counted(common, 'item', 'items')} of one common judgement" if common else ""
        told = ", ".join(study.analysts[name].name for name in dict.fromkeys(others))
        where = cases[0] if len(cases) == 1 else STUDY
        there = "" if len(cases) == 1 else f" in {', '.join(cases)}"
        text = f"the posterior is that of {main} alone{beside}; {told} judged items too{there}: look at 'analysts' and 'wording'"
        yield Note("mixed-analysts", where, f"{text} of the robustness section")


def _entering(study: Study, item: Evidence) -> dict[str, Judgement]:
    """Return the judgements of an item that enter the posterior, by analyst."""
    each = dict(item.judgements or {}) if item.counts else {}
    return {
        name: part
        for name, part in each.items()
        if study.analyst in (POOL, name) and (study.analyst == name or study.analysts[name].weight > 0)
    }


def _restated(study: Study, case: Case) -> Iterator[str]:
    """Yield the codings with wordings of their own that enter the posterior."""
    for name, analyst in study.analysts.items():
        count = sum(name in _entering(study, item) for item in case.evidence)
        if analyst.statements and count:
            yield f"{counted(count, 'item', 'items')} by {analyst.name}, whose coding restates {', '.join(_labels(study, analyst.statements))}"


def _changed(study: Study, case: Case) -> Iterator[str]:
    """Yield the explanations whose statement is another today than when items were judged under it."""
    now = {
        h: (digest(statement_of(study, h)), *(digest(statement_of(study, h, name)) for name in study.analysts)) for h in study.explanations
    }
    for name, analyst in study.analysts.items():
        place = 1 + list(study.analysts).index(name)
        for h in study.explanations:
            then = [part.statements[h] for item in case.evidence if (part := _entering(study, item).get(name)) and h in part.statements]
            other = sum(fingerprint != now[h][place] for fingerprint in then)
            if other:
                yield f"{counted(other, 'item', 'items')} by {analyst.name} under an earlier statement of {study.explanations[h].name}"


def _labels(study: Study, names: object) -> Iterator[str]:
    for name in names:  # type: ignore[attr-defined]
        part = study.factors.get(name) or study.explanations.get(name)
        if part is not None:
            yield part.name
