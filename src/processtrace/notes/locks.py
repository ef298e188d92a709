"""Judgements that a locked plan does not cover: changed since, made after the finding was known, or not shown to come before."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import STUDY, Note
from processtrace.study import Study
from processtrace.study.locks import standings
from processtrace.text.names import listed

NAMES = {
    "lock-undeposited": "a locked plan whose hash was deposited nowhere, which proves no order",
    "lock-changed": "a judgement that is not as it was locked",
    "lock-late": "an item whose finding was known before its judgement was locked, or that no lock holds",
    "lock-unproven": "an item as it was locked, without dates that show what came first",
}

_BY_VERDICT = {"changed": "lock-changed", "after": "lock-late", "not locked": "lock-late", "unproven": "lock-unproven"}


def notes(study: Study) -> Iterator[Note]:
    """Yield locks without a deposit, then the items that a lock does not cover."""
    undeposited = [lock.file for lock in study.lock if lock.deposited is None]
    if undeposited:
        yield Note(
            "lock-undeposited",
            STUDY,
            "a lock proves order only if its hash was deposited where the date is another's (a registry, a journal, an e-mail to the "
            f"editor); state 'deposited' and 'where': {listed(undeposited)}",
        )
    for said in standings(study):
        if said.verdict in _BY_VERDICT:
            case = study.case(said.case)
            yield Note(_BY_VERDICT[said.verdict], case.name, f"{case.item(said.item).name}: {said.text}")
