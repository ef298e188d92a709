"""The scales on which analysts judge, one record for each, and how a judgement on each becomes probabilities.

A new scale is a record here and a field in `study/evidence.py`; everything else asks the record.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from processtrace.study.judged import (
    JUDGED_SCHEMA,
    RATIO_SCHEMA,
    SHARE_SCHEMA,
    Judged,
    JudgementError,
    Word,
    as_judged,
    as_probability,
    as_ratio,
    as_word,
    each_end,
    ends,
    judged,
)
from processtrace.study.values import TEXT_SCHEMA
from processtrace.text.names import nearest

ScaleName = Literal["probability", "ratio", "decibels", "words"]

ICD_203: dict[str, tuple[float, float]] = {
    "almost no chance": (0.01, 0.05),
    "very unlikely": (0.05, 0.2),
    "unlikely": (0.2, 0.45),
    "roughly even": (0.45, 0.55),
    "likely": (0.55, 0.8),
    "very likely": (0.8, 0.95),
    "almost certain": (0.95, 0.99),
}
"""Words of probability: US Office of the Director of National Intelligence, Intelligence Community Directive 203 (2015)."""

LOWEST_DB = -3000.0
"""Decibels below the largest at which a judgement would refute silently (1e-300): a fault."""


@dataclass(frozen=True, eq=False)
class Scale:
    """A scale of judgement.

    Attributes
    ----------
    name : str
        The key of a case file under which values on this scale are written.
    plural : str
        What the values are called in a sentence.
    meaning : str
        What a value means, in one sentence for those who write a file.
    read : callable
        From loose input to a value; refuses what is not allowed.
    schema : Mapping
        JSON schema of a value.
    to_probabilities : callable
        From values by hypothesis, the anchor, and the scale of words to probabilities by hypothesis.
    anchored : bool
        Whether values are relative, so that the anchor decides which probabilities they are.
    numeric : bool
        Whether values are numbers or ranges of numbers, else words.
    unit : str
        The unit in print; empty where there is none.
    from_probability : callable or None
        From a probability, the judgement's largest value and its anchor to a value on this scale; None where a
        probability is printed as such.
    """

    name: ScaleName
    plural: str
    meaning: str
    read: Callable[[object], Any]
    schema: Mapping[str, Any]
    to_probabilities: Callable[[Mapping[str, Any], float, Mapping[str, Judged]], dict[str, Judged]]
    anchored: bool = False
    numeric: bool = True
    unit: str = ""
    from_probability: Callable[[float, float, float], float] | None = None

    def described(self, anchor: str) -> str:
        """Return the name of the scale as a table prints it, and, if it is anchored, what its largest value means."""
        return f"{self.name}, the largest standing for {anchor}" if self.anchored else self.name


def _from_probabilities(values: Mapping[str, Judged], _anchor: float, _words: Mapping[str, Judged]) -> dict[str, Judged]:
    return dict(values)


def _from_ratios(values: Mapping[str, Judged], anchor: float, _words: Mapping[str, Judged]) -> dict[str, Judged]:
    """Return ratios scaled so that the largest, a range by its upper end, is the anchor."""
    top = max((ends(value)[1] for value in values.values()), default=0.0)
    if top <= 0:
        raise JudgementError("", "a ratio of 0 under every hypothesis", "at least one above 0")
    for h, value in values.items():
        if 0 < ends(value)[0] / top < 10 ** (LOWEST_DB / 10) or ends(value)[0] / top == 0 < ends(value)[0]:
            raise JudgementError(
                h,
                f"{ends(value)[0]:g} where the largest ratio is {top:g}",
                f"at least 1e{LOWEST_DB / 10:g} of the largest",
                "for what is impossible judge a probability of 0",
            )
    return {h: each_end(lambda x: x / top * anchor, value) for h, value in values.items()}


def _from_decibels(values: Mapping[str, Judged], anchor: float, _words: Mapping[str, Judged]) -> dict[str, Judged]:
    """Return decibels scaled so that the largest, a range by its upper end, is the anchor."""
    top = max((ends(value)[1] for value in values.values()), default=0.0)
    for h, value in values.items():
        if ends(value)[0] - top < LOWEST_DB:
            raise JudgementError(
                h,
                f"{ends(value)[0]:g} dB, {top - ends(value)[0]:g} below the largest",
                f"at most {-LOWEST_DB:g} dB below",
                "for what is impossible judge a probability of 0",
            )
    return {h: each_end(lambda x: anchor * 10 ** ((x - top) / 10), value) for h, value in values.items()}


def _to_decibels(probability: float, top: float, anchor: float) -> float:
    return top + 10 * math.log10(probability / anchor)


def _from_words(values: Mapping[str, Word], _anchor: float, words: Mapping[str, Judged]) -> dict[str, Judged]:
    return {h: _meant(h, word, words) for h, word in values.items()}


def _meant(h: str, word: Word, words: Mapping[str, Judged]) -> Judged:
    said = word if isinstance(word, tuple) else (word, word)
    scale = {" ".join(key.lower().split()): value for key, value in words.items()}
    found = [scale.get(" ".join(part.lower().split())) for part in said]
    for part, value in zip(said, found, strict=True):
        if value is None:
            raise JudgementError(h, f"'{part}'", f"a word of the scale: {', '.join(words)}", nearest(part.lower(), words))
    first, last = found
    assert first is not None
    assert last is not None
    low, high = ends(first)[0], ends(last)[1]
    if low > high:
        raise JudgementError(h, f"[{said[0]}, {said[1]}]", "a range with the less probable word first", f"write [{said[1]}, {said[0]}]")
    if low != high and not (low > 0 and high < 1):
        raise JudgementError(h, f"[{said[0]}, {said[1]}]", "a range inside (0, 1)", "give a point, or words whose ends are not 0 or 1")
    return judged(low, high)


_ALL = (
    Scale(
        "probability",
        "probabilities",
        "How probable a finding of this kind is under each hypothesis: a number, or a range [low, high].",
        as_probability,
        SHARE_SCHEMA,
        _from_probabilities,
    ),
    Scale(
        "ratio",
        "ratios",
        "How many times more probable it is under each hypothesis, relative to one another.",
        as_ratio,
        RATIO_SCHEMA,
        _from_ratios,
        anchored=True,
    ),
    Scale(
        "decibels",
        "decibels",
        "The same as ratios in decibels: 10 is ten times, 3 is twice.",
        as_judged,
        JUDGED_SCHEMA,
        _from_decibels,
        anchored=True,
        unit="dB",
        from_probability=_to_decibels,
    ),
    Scale(
        "words",
        "words",
        "How probable it is under each hypothesis, in words of the scale.",
        as_word,
        {"anyOf": [TEXT_SCHEMA, {"type": "array", "items": TEXT_SCHEMA, "minItems": 2, "maxItems": 2}]},
        _from_words,
        numeric=False,
    ),
)

SCALES: dict[ScaleName, Scale] = {scale.name: scale for scale in _ALL}
"""Every scale by its name, in the order in which a file lists them."""


def relative(conjunction: str) -> str:
    """Return the scales that depend on the anchor in words, as in "ratios or decibels"."""
    return f" {conjunction} ".join(scale.plural for scale in SCALES.values() if scale.anchored)


def unnamed(numeric: bool) -> ScaleName:
    """Return the scale of values that name none: the first that holds numbers, or the first that holds words."""
    return next(scale.name for scale in SCALES.values() if scale.numeric is numeric)
