"""Pairwise ratios that break transitivity.

One analyst's judgement is one vector over the explanations, whose ratios cannot run in a circle. Those of several
analysts can, pair by pair: most of them put A above B, most B above C, and most C above A (Condorcet). A table of pairs is
checked by the same function, `study.transitivity`, before it becomes a study.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from statistics import median

from processtrace.notes.note import Note
from processtrace.notes.weights import SILENT_DB, db, difference_db, judged_nats, names_of
from processtrace.study import Evidence, Study
from processtrace.study.probabilities import judged_by_analyst
from processtrace.study.transitivity import transitivity
from processtrace.text.names import listed

NAMES = {"broken-transitivity": "an item on which the analysts' ratios, taken pair by pair, run in a circle"}


def notes(study: Study) -> Iterator[Note]:
    """Yield items of three analysts or more whose median ratios run in a circle, with the decibels by which they do."""
    for case in study.cases:
        several = [
            item for item in case.evidence if item.counts and item.judgements is not None and len(item.judgements) > 2 and not item.node
        ]
        texts = [part for item in several for part in _of_item(study, item)]
        if texts:
            yield Note(
                "broken-transitivity",
                case.name,
                f"the analysts' median ratios run in a circle, which the pool cannot follow: {listed(texts)}",
            )


def _of_item(study: Study, item: Evidence) -> Iterator[str]:
    each = [
        judged_nats(study, item, values) for name, values in judged_by_analyst(study, item).items() if study.analysts[str(name)].weight > 0
    ]
    if len(each) < 3:
        return
    names = names_of(study)
    over = {(names[h], names[k]): median(difference_db(nats, h, k) for nats in each) for h, k in combinations(range(len(names)), 2)}
    over |= {(k, h): -value for (h, k), value in over.items()}
    for circle, broken in transitivity(over).items():
        for order in (circle, circle[::-1]):
            steps = list(zip(order, (*order[1:], order[0]), strict=True))
            if all(over[step] >= SILENT_DB for step in steps):
                yield f"{item.name}, {', '.join(f'{h} {db(over[h, k])} over {k}' for h, k in steps)}: {db(broken)} too much"
