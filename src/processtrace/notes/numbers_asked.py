"""How many numbers a study asked of its analysts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from processtrace.notes.note import STUDY, Note
from processtrace.study import Judgement, Study
from processtrace.study.judges import reads_again
from processtrace.text.names import listed

NAMES = {"numbers-asked": "more numbers asked of one analyst than anyone can judge with equal care"}

MANY = 200
"""Numbers asked of one analyst beyond which it is noted."""


def notes(study: Study) -> Iterator[Note]:
    """Yield the analysts of whom more than 200 numbers were asked, their second readings among them.

    The single answers of a language model are not added up: each comes from a conversation of its own, which asks about one finding.
    """
    of_each: Counter[str | None] = Counter()
    for analyst, n in numbers_asked(study).items():
        if analyst and study.analysts[analyst].asked:
            continue
        of_each[analyst and reads_again(study, analyst)] += n
    asked = {analyst: n for analyst, n in of_each.items() if n > MANY}
    if asked:
        texts = listed(f"{n:,} of {study.analysts[analyst].name if analyst else 'the analyst'}" for analyst, n in asked.items())
        yield Note(
            "numbers-asked",
            STUDY,
            f"numbers asked, two for a range: {texts}; nobody judges so many with equal care, so test with errors of judgement",
        )


def numbers_asked(study: Study) -> dict[str | None, int]:
    """Return how many numbers, or words, each analyst gave; a range is two. Common judgements are under None."""
    asked: Counter[str | None] = Counter()
    for case in study.cases:
        for item in case.evidence:
            for analyst, part in item.by_analyst.items():
                asked[analyst] += _numbers(part)
    return dict(asked)


def _numbers(part: Judgement) -> int:
    return sum(2 if isinstance(value, tuple) else 1 for value in part.values.values())
