"""What wide ranges count as."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from processtrace.exact.ranges import log_means, z_of
from processtrace.notes.note import Note
from processtrace.notes.weights import Weighed, weighed
from processtrace.study import SCALES, Evidence, Study
from processtrace.study.judged import Judged, ends
from processtrace.text.names import listed
from processtrace.text.numbers import decibels

NAMES = {"wide-range": "a range wider than 10 dB, and the value that it counts as"}

WIDE_DB = 10.0
"""Decibels between the ends of a range beyond which its effective value is printed."""


def notes(study: Study) -> Iterator[Note]:
    """Yield the value that each range wider than 10 dB counts as: its mean, which lies near its upper end."""
    z = z_of(study.range_coverage)
    for case in weighed(study):
        texts = [part for item in case.evidence for part in _of_item(study, case, item, z)]
        for name in case.numbers.sources:
            source = study.source_of(case.case, name)
            assert isinstance(source.reliability, tuple)
            texts += [f"reliability of {source.name}, {_counts(source.reliability, z)}"] if _wide(source.reliability) else []
        if texts:
            yield Note("wide-range", case.case.name, f"a wide range counts near its upper end: {listed(texts)}")


def _of_item(study: Study, case: Weighed, item: Evidence, z: float) -> Iterator[str]:
    numbers = case.numbers.items[case.numbers.ids.index(item.id)]
    stated = item.search_sensitivity
    searched: Mapping[str, Judged] = stated if isinstance(stated, Mapping) else {} if stated is None else {"": stated}
    for h, value in searched.items():
        if _wide(value) and (not h or h in study.explanations):
            under = f" under {study.explanations[h].name}" if h else ""
            yield f"search for {item.name}{under}, {_counts(value, z)}"
    for part, low, high in zip(study.explanations.values(), numbers.low, numbers.high, strict=True):
        value = (low, high)
        if _wide(value) or (item.status == "not_found" and _wide((1 - high, 1 - low))):
            yield f"{item.name} under {part.name}, {_as_judged(study, item, value, z)}"


def _wide(value: Judged) -> bool:
    low, high = ends(value)
    return 0 < low < high and 10 * math.log10(high / low) > WIDE_DB


def _mean(value: Judged, z: float) -> float:
    low, high = ends(value)
    return float(np.exp(log_means(np.array([low]), np.array([high]), z)[0][0]))


def _counts(value: Judged, z: float) -> str:
    low, high = ends(value)
    return f"[{low:.2g}, {high:.2g}] counts as {_mean(value, z):.2g}"


def _as_judged(study: Study, item: Evidence, value: tuple[float, float], z: float) -> str:
    """Return what a range counts as, on the scale of the one analyst who judged the item, where that scale has a unit of its own."""
    part, *others = item.by_analyst.values()
    scale = SCALES[part.scale]
    if others or scale.from_probability is None:
        return _counts(value, z)
    anchor, top = study.anchor_of(item, part), max(ends(judged)[1] for judged in part.values.values())
    low, high, mean = (f"{decibels(scale.from_probability(p, top, anchor))} {scale.unit}" for p in (*value, _mean(value, z)))
    return f"[{low}, {high}] counts as {mean}"
