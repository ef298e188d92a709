"""Judgements that were locked before the search, and what can be said of an item found since.

A lock proves order only if its hash was deposited where the date is another's: a registry, a journal, an e-mail to the
editor. The study states where and when; this library does not check it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from processtrace.study.judged import shown_judged
from processtrace.study.locked_entry import read_entry
from processtrace.text.dates import date_span

if TYPE_CHECKING:
    from processtrace.study.case import Case
    from processtrace.study.declared import Declared
    from processtrace.study.evidence import Evidence, Judgement

type Verdict = Literal["before", "changed", "unproven", "after", "not locked"]


def entry(study: Declared, case: Case, item: Evidence) -> dict[str, Any]:
    """Return what is locked of an item: the finding, its judgement, and all that decides how it enters."""
    sources = [study.source_of(case, name) for name in item.source]
    return {
        "finding": " ".join(item.finding.split()),
        "judgements": {
            analyst or "": {"scale": part.scale, "values": _plain(part.values), "anchor": _anchor(study, item, part)}
            for analyst, part in item.by_analyst.items()
        },
        "because": {analyst or "": _plain(part.because) for analyst, part in item.by_analyst.items()},
        "search_sensitivity": _plain(item.search_sensitivity),
        "source": {
            part.id: [_plain(part.reliability)] if part.reports_if_true is None else [part.reports_if_true, part.reports_if_false]
            for part in sources
        },
        "cluster": None if item.cluster is None else {item.cluster: study.correlation_of(case, item.cluster)},
        "given": sorted(item.given),
    }


def _anchor(study: Declared, item: Evidence, part: Judgement) -> float | None:
    """Return what the largest value is on a relative scale, else None."""
    return study.anchor_of(item, part) if part.anchored else None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Standing:
    """What can be said of one item that was looked for: whether its judgement was locked before the finding was known."""

    case: str
    item: str
    verdict: Verdict
    text: str


def standings(study: Declared) -> Iterator[Standing]:
    """Yield every item looked for that is in a lock, or that was found after one was deposited. Without a lock there are none."""
    for case in study.cases if study.lock else ():
        for item in case.evidence:
            if item.counts:
                said = _standing(study, case, item)
                if said is not None:
                    yield Standing(case.id, item.id, *said)


def _standing(study: Declared, case: Case, item: Evidence) -> tuple[Verdict, str] | None:
    key, now = f"{case.id}/{item.id}", entry(study, case, item)
    held = [lock for lock in study.lock if key in lock.locked]
    if not held:
        return _unlocked(study, item)
    differences = {lock.file: _differences(lock.locked[key], now) for lock in held}
    same = [lock for lock in held if not differences[lock.file]]
    if not same:
        return "changed", f"not as it was locked: {'; '.join(differences[held[-1].file])}"
    lock = same[0]
    if lock.deposited is None:
        return "unproven", "as it was locked; no date of deposit is stated, and without one a lock proves no order"
    at = f"as it was locked (deposited {lock.deposited}{f', {lock.where}' if lock.where else ''})"
    if item.found_on is None:
        return "unproven", f"{at}; 'found_on' does not say when the finding was known"
    if date_span(item.found_on)[0] > date_span(lock.deposited)[1]:
        return "before", f"{at}, before the finding was known ({item.found_on})"
    if date_span(item.found_on)[1] < date_span(lock.deposited)[0]:
        return "after", f"{at}, but the finding was known before ({item.found_on})"
    return "unproven", f"{at}; the finding was known on {item.found_on}, so which came first is not known"


def _unlocked(study: Declared, item: Evidence) -> tuple[Verdict, str] | None:
    dates = [lock.deposited for lock in study.lock if lock.deposited is not None]
    first = min((date_span(date)[1] for date in dates), default=None)
    if item.found_on is None or first is None or date_span(item.found_on)[0] <= first:
        return None
    return "not locked", f"known since {item.found_on} and in no lock: it may have been judged knowing the finding"


def _differences(locked: str, now: Mapping[str, Any]) -> list[str]:
    """Return what differs between the text of an item in a lock and the item now."""
    before = read_entry(locked)
    return ["the lock holds no judgement that can be read"] if before is None else list(changes(before, now))


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs between an item as locked and as it is now; reasons and wording may differ."""
    for analyst in dict.fromkeys((*before["judgements"], *now["judgements"])):
        yield from _judgement(analyst, before["judgements"].get(analyst), now["judgements"].get(analyst))
    for key, words in (("search_sensitivity", "the search's sensitivity"), ("source", "the source"), ("cluster", "the cluster")):
        was, is_ = before[key], now[key]
        if key == "search_sensitivity":
            was, is_ = (1.0 if value is None else value for value in (was, is_))
        if was != is_:
            yield f"{words} was {_shown(before[key])} and is {_shown(now[key])}"
    if before["given"] != now["given"]:
        yield f"given was {', '.join(before['given']) or 'nothing'} and is {', '.join(now['given']) or 'nothing'}"


def _judgement(analyst: str, was: Any, is_: Any) -> Iterator[str]:
    who = f" of {analyst}" if analyst else ""
    if was is None or is_ is None:
        yield f"the judgement{who} was {'added' if was is None else 'taken away'}"
    elif was["scale"] != is_["scale"] or was["anchor"] != is_["anchor"]:
        yield f"the judgement{who} was on another scale"
    else:
        for h in dict.fromkeys((*was["values"], *is_["values"])):
            before, now = was["values"].get(h), is_["values"].get(h)
            if before != now:
                yield f"the judgement{who} under {h} was {_shown(before)} and is {_shown(now)}"


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(inner)}" for name, inner in value.items()) or "none"
    if isinstance(value, list):
        return _shown(value[0]) if len(value) == 1 else f"[{', '.join(map(_shown, value))}]"
    return value if isinstance(value, str) else shown_judged(value)
