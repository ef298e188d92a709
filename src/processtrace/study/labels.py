"""Labels within a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processtrace.study.declared import Declared


def within(study: Declared) -> list[str]:
    """Return the labels of the explanations as they read inside a sentence, in the study's order.

    A label loses its capital only where its first word has no other capital letter and is written in lower case
    somewhere in the study's own prose: 'Leader survival' becomes 'leader survival' where a statement speaks of a
    leader, while names and acronyms stay as they are.

    >>> import processtrace as pt
    >>> hypotheses = {"a": {"label": "Leader survival", "statement": "The leader must survive."}, "b": {"label": "Moscow's hand"}}
    >>> within(pt.Study("Example", hypotheses=hypotheses))
    ['leader survival', "Moscow's hand"]
    """
    words = {word for text in _prose(study) for word in re.findall(r"\b[^\W\d_]+\b", text) if word.islower()}
    return [_lowered(part.name, words) for part in study.explanations.values()]


def _lowered(label: str, words: set[str]) -> str:
    first = re.match(r"[^\W\d_]+", label)
    if first is None or len(first.group()) < 2 or not first.group()[1:].islower() or first.group().lower() not in words:
        return label
    return label[0].lower() + label[1:]


def _prose(study: Declared) -> Iterator[str]:
    yield from (study.title, study.description or "", study.question or "")
    yield from (part.statement or "" for part in study.hypotheses.values())
    yield from (part.statement or "" for part in study.factors.values())
    for case in study.cases:
        yield case.description or ""
        for item in case.evidence:
            yield item.finding
            yield from (text for part in item.by_analyst.values() for text in part.because.values())
