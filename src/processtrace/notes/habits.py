"""What a coding looks like as a whole: ranges of one width, a silent explanation, clusters on one side, evidence in one direction."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from processtrace.exact.items import log_means_of
from processtrace.logspace import DB_PER_NAT, Array, log
from processtrace.notes.note import STUDY, Note
from processtrace.notes.total_weight import total_nats
from processtrace.notes.weights import SILENT_DB, Weighed, db, names_of, weighed
from processtrace.study import SCALES, Judgement, Study
from processtrace.study.judged import ends
from processtrace.study.judges import reads_again
from processtrace.text.names import counted, listed

NAMES = {
    "silent-hypothesis": "an explanation that most items are judged least probable under, each by little",
    "habitual-ranges": "ranges that are mostly of one width",
    "lopsided-clusters": "clusters declared for items on one side much more than for those on the other",
    "one-direction": "a case in which no item is less probable under the leading explanation",
}

SHARE = "probability"
"""The kind of a width that is a difference of probabilities."""

MANY = 5
"""The smallest number of items, or of ranges, of which a habit is noted."""

LITTLE_DB = 3.0
"""Decibels below the next explanation up to which an item counts as silent about one, not as against it."""

LOPSIDED = 0.25
"""Difference between the clustered shares of the two sides from which it is noted."""

_WIDTH = 0.02
"""Probabilities, or decibels over 20, within which two widths are one."""


def notes(study: Study) -> Iterator[Note]:
    """Yield habits of a coding, each with what to look at."""
    for case in weighed(study):
        yield from _silent(study, case)
    yield from _habitual(study)
    for case in weighed(study):
        yield from _sides(study, case)


def _silent(study: Study, case: Weighed) -> Iterator[Note]:
    names = names_of(study)
    if len(names) < 3 or len(case.numbers.items) < MANY:
        return
    judged = np.array([log_means_of(item, case.numbers.z)[0] for item in case.numbers.items])
    for h, name in enumerate(names):
        with np.errstate(invalid="ignore"):
            gap = (np.delete(judged, h, axis=1).min(axis=1) - judged[:, h]) * DB_PER_NAT
        lowest = gap[gap > SILENT_DB]
        if 2 * len(lowest) > len(judged) and float(np.median(lowest)) <= LITTLE_DB:
            yield Note(
                "silent-hypothesis",
                case.case.name,
                f"{name} is the least probable in {len(lowest)} of {len(judged)} items, by {db(float(np.median(lowest)))} in the middle one: "
                "if it says nothing about these findings, judge it as the mean of the explanations that do; see whether its statement "
                "says which way it predicts",
            )


def _habitual(study: Study) -> Iterator[Note]:
    """Yield analysts more than half of whose ranges have one width on the scale on which they are judged."""
    parts: dict[str | None, list[Judgement]] = {}
    for case in study.cases:
        for item in case.evidence:
            for analyst, part in (pair for pair in item.by_analyst.items() if pair[1].scales):
                parts.setdefault(analyst and reads_again(study, analyst), []).append(part)
    texts = []
    for analyst, judged in parts.items():
        widths = [width for part in judged for width in _widths(part)]
        if len(widths) < MANY:
            continue
        kind, most = max(widths, key=lambda one: _alike(widths, one))
        alike = _alike(widths, (kind, most))
        if 2 * alike > len(widths):
            who = study.analysts[analyst].name if analyst else "the common judgements"
            size = f"{most:.2f} wide" if kind == SHARE else f"{db(most * 20)} wide"
            texts.append(f"{alike} of {len(widths)} ranges of {who} are {size}")
    if texts:
        text = "a range is to be as wide as the doubt; ask for the doubt about each judgement, before its middle"
        yield Note("habitual-ranges", STUDY, f"{listed(texts)}: {text}")


def _widths(part: Judgement) -> Iterator[tuple[str, float]]:
    """Yield the scale and the width of each range: in probabilities, or in decibels over 20."""
    scale = SCALES[part.scale]
    for value in part.values.values() if scale.numeric else ():
        low, high = ends(value)
        if low == high:
            continue
        if not scale.anchored:
            yield SHARE, high - low
        elif scale.unit:
            yield scale.unit, (high - low) / 20
        elif low > 0:
            yield "dB", float(log(high / low)) * DB_PER_NAT / 20


def _alike(widths: list[tuple[str, float]], one: tuple[str, float]) -> int:
    return sum(kind == one[0] and abs(width - one[1]) <= _WIDTH for kind, width in widths)


def _sides(study: Study, case: Weighed) -> Iterator[Note]:
    """Yield what is noticed of the items for the leading explanation and of those against it."""
    found = _leading(case)
    if found is None:
        return
    leader, rival = found
    names = names_of(study)
    alone = np.array([case.alone(item) for item in case.numbers.items])
    with np.errstate(invalid="ignore"):
        weights = (alone[:, leader] - alone[:, rival]) * DB_PER_NAT
    for_, against = weights > SILENT_DB, weights < -SILENT_DB
    stands = np.array([item.cluster is not None for item in case.numbers.items])
    if min(for_.sum(), against.sum()) >= MANY:
        shares = stands[for_].mean(), stands[against].mean()
        if abs(shares[0] - shares[1]) >= LOPSIDED:
            sides = [
                f"{int(stands[side].sum())} of {counted(int(side.sum()), 'item', 'items')} that {'favour' if side.sum() > 1 else 'favours'} {names[h]}"
                for side, h in ((for_, leader), (against, rival))
            ]
            yield Note(
                "lopsided-clusters",
                case.case.name,
                f"clusters are declared for {' and for '.join(sides)}: join items by one rule, whichever side they are on; 'undeclared' of "
                "the robustness section shows what the missing clusters would do",
            )
    if len(weights) >= MANY and not against.any():
        yield Note(
            "one-direction",
            case.case.name,
            f"none of its {len(weights)} items is less probable under {names[leader]} than under {names[rival]}: see whether findings that "
            f"{names[leader]} would not lead one to expect were looked for, and whether it could have been wrong about any of these",
        )


def _leading(case: Weighed) -> tuple[int, int] | None:
    """Return the places of the two explanations with the highest posterior; None without a leader."""
    prior = np.array(case.numbers.prior, float)
    joint: Array = log(prior / prior.sum()) + total_nats(case)
    if len(joint) < 2 or not case.numbers.items:
        return None
    first, second = (int(h) for h in np.argsort(-joint, kind="stable")[:2])
    return (first, second) if np.isfinite(joint[second]) and joint[first] - joint[second] > 1e-9 else None
