"""Where analysts disagree in direction, veto each other, or did not judge."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import combinations

from processtrace.inference.contradictions import contradictions
from processtrace.notes.note import Note
from processtrace.notes.weights import db, difference_db, judged_nats, names_of, weighed
from processtrace.study import POOL, Case, Evidence, Study
from processtrace.study.judged import ends
from processtrace.study.judges import coders
from processtrace.study.probabilities import judged_by_analyst, weight_in_pool
from processtrace.text.names import counted, listed

NAMES = {
    "opposed-analysts": "an item on which two analysts point in opposite directions",
    "vetoing-zero": "a probability of 0 by one analyst, which the pool keeps",
    "contradictory-coding": "judgements of one analyst that by themselves refute every explanation of a case",
    "not-judged": "items that the main analyst did not judge, which are left out",
}

OPPOSED_DB = 1.0
"""Decibels that two analysts must each give a pair of explanations, in opposite directions, to be noted."""


def notes(study: Study) -> Iterator[Note]:
    """Yield items with opposed analysts, zeros by one analyst that the pool keeps, and items that the main analyst did not judge."""
    for case in study.cases:
        several = [
            item for item in case.evidence if item.counts and item.judgements is not None and len(item.judgements) > 1 and not item.node
        ]
        pairs = [text for first, second in combinations(coders(study), 2) if (text := _opposed_pair(study, several, first, second))]
        if pairs:
            yield Note("opposed-analysts", case.name, ". ".join(pairs))
        vetoed = [texts for item in several if study.analyst == POOL for texts in _vetoes(study, item)]
        if vetoed:
            yield Note("vetoing-zero", case.name, f"the pool keeps a zero by one analyst, whatever the others judged: {listed(vetoed)}")
    for name in study.analysts:
        yield from _contradictory(study, name)
    for each in weighed(study):
        yield from _left_out(study, each.case, each.numbers.left_out)


def _contradictory(study: Study, analyst: str) -> Iterator[Note]:
    """Yield cases of which an analyst, who is not the main one, has judged items and left no explanation possible."""
    if analyst == study.analyst:
        return
    for error in contradictions(dataclasses.replace(study, analyst=analyst)):
        case = study.case(error.case)
        by = [
            f"{study.explanations[h].name} by {', '.join(case.item(name).name for name in items) or 'a prior of 0'}"
            for h, items in error.refuted.items()
        ]
        if any(analyst in (item.judgements or ()) for item in case.evidence):
            yield Note(
                "contradictory-coding",
                case.name,
                f"the judgements of {study.analysts[analyst].name} alone refute every explanation: {listed(by)}",
            )


def _opposed_pair(study: Study, items: list[Evidence], first: str, second: str) -> str | None:
    """Return the items on which two analysts point in opposite directions, the farthest apart first; None where there is none."""
    opposed = [found for item in items if (found := _opposed(study, item, first, second))]
    if not opposed:
        return None
    who = f"{study.analysts[first].name} and {study.analysts[second].name} point in opposite directions"
    texts = listed(text for _, text in sorted(opposed, key=lambda pair: -pair[0]))
    return f"{who} on {counted(len(opposed), 'item', 'items')}: {texts}"


def _opposed(study: Study, item: Evidence, first: str, second: str) -> tuple[float, str] | None:
    """Return the pair of explanations on which two analysts are farthest apart in opposite directions, as judged."""
    each = judged_by_analyst(study, item)
    if first not in each or second not in each:
        return None
    one, other = (judged_nats(study, item, each[name]) for name in (first, second))
    names = names_of(study)
    found = []
    for h, k in combinations(range(len(names)), 2):
        a, b = difference_db(one, h, k), difference_db(other, h, k)
        if min(a, b) <= -OPPOSED_DB and max(a, b) >= OPPOSED_DB:
            found.append((min(abs(a), abs(b)), f"{item.name} ({names[h]} over {names[k]}: {db(a)} and {db(b)})"))
    return max(found) if found else None


def _vetoes(study: Study, item: Evidence) -> Iterator[str]:
    judged = judged_by_analyst(study, item)
    each = {name: values for name, values in judged.items() if weight_in_pool(study, str(name), judged) > 0}
    for h, part in study.explanations.items():
        zeros = [study.analysts[str(name)].name for name, values in each.items() if ends(values[h])[1] == 0]
        if zeros and len(zeros) < len(each):
            yield f"{item.name} under {part.name}, by {', '.join(zeros)}"


def _left_out(study: Study, case: Case, names: tuple[str, ...]) -> Iterator[Note]:
    if names:
        share = f"{len(names)} of {counted(sum(item.counts for item in case.evidence), 'item', 'items')}"
        texts = listed(case.item(name).name for name in names)
        who = study.analysts[study.analyst].name
        yield Note("not-judged", case.name, f"{share} left out, not judged by {who} or judged given such: {texts}")
