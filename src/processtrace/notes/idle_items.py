"""Items that say nothing."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import Note
from processtrace.notes.weights import SILENT_DB, Weighed, spread_db, weighed
from processtrace.study import Study
from processtrace.text.names import counted, listed

NAMES = {"idle-item": "an item outside any cluster that favours no explanation"}


def notes(study: Study) -> Iterator[Note]:
    """Yield items outside any cluster that weigh nothing between any two explanations, case by case."""
    if len(study.explanations) < 2:
        return
    for case in weighed(study):
        joined = {place for places in case.groups.values() for place in places}
        idle = [
            i for i, (_, item) in enumerate(case.rows) if i not in joined and item.clue is None and spread_db(case.alone(item)) < SILENT_DB
        ]
        if idle:
            share = f"{len(idle)} of {counted(len(case.evidence), 'item', 'items')}"
            what = f"{share} {'says' if len(idle) == 1 else 'say'} nothing, less than {SILENT_DB:g} dB between any two explanations"
            yield Note("idle-item", case.case.name, f"{what}: {listed(_named(case, i) for i in idle)}")


def _named(case: Weighed, place: int) -> str:
    name = case.evidence[place].name
    sources = case.numbers.items[place].sources
    shared = [w for w in sources if sum(w in item.sources for item in case.numbers.items) > 1]
    return f"{name} (but it changes how far its source is trusted elsewhere)" if shared else name
