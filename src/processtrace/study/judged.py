"""Judged values: a point or a range, read from loose input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from processtrace.study.number_mistakes import meant_as_number
from processtrace.study.values import as_number, as_text, refuse, shown

Judged = float | tuple[float, float]
"""A judgement: a point, or a range (low, high)."""

Word = str | tuple[str, str]
"""A judgement in words: one word of a scale, or a range from one word to another."""

SILENT = "Says nothing about it; judged as the mean of those that speak."
"""The reason that is kept for an explanation which is silent about a finding."""


class JudgementError(ValueError):
    """A judgement that cannot become probabilities: about which hypothesis, what was read, what is allowed, how to fix it."""

    def __init__(self, hypothesis: str, read: str, allowed: str, fix: str = ""):
        self.hypothesis, self.read, self.allowed, self.fix = hypothesis, read, allowed, fix
        super().__init__(f"{hypothesis}: {read}; {allowed}")


def ends(judged: Judged) -> tuple[float, float]:
    """Return (low, high) of a point or range."""
    return judged if isinstance(judged, tuple) else (judged, judged)


def judged(low: float, high: float) -> Judged:
    """Return a point where the ends are equal, else a range."""
    return low if low == high else (low, high)


def each_end(change: Callable[[float], float], value: Judged) -> Judged:
    """Return the value with both ends changed in the same way."""
    low, high = ends(value)
    return judged(change(low), change(high))


def as_judged(value: object) -> Judged:
    """Return a number, or a range [low, high] with low <= high; equal ends are a point."""
    if not isinstance(value, list | tuple):
        return as_number(value)
    if len(value) != 2:
        raise refuse(f"a list of {len(value)}", "a number or a range [low, high]", _whole(value))
    low, high = as_number(value[0]), as_number(value[1])
    if low > high:
        raise refuse(f"[{shown(value[0])}, {shown(value[1])}]", "a range with the low end first", f"write [{high:g}, {low:g}]")
    return low if low == high else (low, high)


def _whole(value: Sequence[object]) -> str:
    """Return what to write for a list that is no range."""
    texts = [shown(part) for part in value]
    if len(value) == 1:
        said, fix = meant_as_number(texts[0])
        return fix if said.startswith("is a range") else "write one number without brackets, or the two ends of a range"
    if len(value) in (3, 4) and all(text.isdigit() for text in texts):
        fix = f": [{texts[0]}.{texts[1]}, {texts[2]}.{texts[3]}]" if len(value) == 4 else ""
        return f"decimal commas make two numbers of one: use a point{fix}"
    return "write its two ends"


def within(value: Judged, low: float, high: float, fix: str = "") -> Judged:
    """Return a judged value whose points lie in [low, high] and whose ranges lie inside it, without its ends."""
    bounds = f"[{low:g}, {high:g}]"
    if isinstance(value, tuple):
        if not (low < value[0] and value[1] < high):
            raise refuse(
                f"[{value[0]:g}, {value[1]:g}]",
                f"a range inside {bounds} that does not end in {low:g} or {high:g}",
                fix or "move the end inwards, or give a point",
            )
    elif not low <= value <= high:
        raise refuse(f"{value:g}", f"a number in {bounds}", fix)
    return value


def as_probability(value: object) -> Judged:
    """Return a probability, or a range of probabilities."""
    judged = as_judged(value)
    share = tuple(end / 100 for end in judged) if isinstance(judged, tuple) else judged / 100
    highest = share[1] if isinstance(share, tuple) else share
    percent = f"for per cent write {shown_judged(share)}; " if 0.02 <= highest <= 1 else ""
    return within(judged, 0, 1, f"{percent}for a likelihood ratio write 'ratio:'")


def as_share(value: object) -> Judged:
    """Return a reliability or a sensitivity, in the same form as a probability."""
    return within(as_judged(value), 0, 1)


def as_rate(value: object) -> float:
    """Return a probability that is a point."""
    rate = within(as_number(value), 0, 1)
    assert not isinstance(rate, tuple)
    return rate


def as_ratio(value: object) -> Judged:
    """Return a ratio of 0 or more, or a range above 0."""
    judged = as_judged(value)
    low = judged[0] if isinstance(judged, tuple) else judged
    if isinstance(judged, tuple) and low == 0:
        raise refuse(shown_judged(judged), "a range above 0", "move the lower end above 0, or give a point")
    if low < 0:
        raise refuse(
            shown_judged(judged),
            "a number of 0 or more, or a range above 0",
            "a ratio compares probabilities, it has no sign; for decibels write 'decibels:'",
        )
    return judged


def as_word(value: object) -> str | tuple[str, str]:
    """Return a word, or a range from one word to another."""
    if isinstance(value, list | tuple):
        if len(value) != 2:
            raise refuse(f"a list of {len(value)}", "a word or a range [word, word]")
        return as_text(value[0]), as_text(value[1])
    return as_text(value)


def shown_judged(value: object) -> str:
    """Return a number or range as a message quotes it."""
    return f"[{value[0]:g}, {value[1]:g}]" if isinstance(value, tuple) else f"{value:g}"


def _number_or_range(point: dict[str, Any], end: dict[str, Any]) -> dict[str, Any]:
    number = {"type": "number"}
    return {"anyOf": [number | point, {"type": "array", "items": number | end, "minItems": 2, "maxItems": 2}]}


SHARE_SCHEMA = _number_or_range({"minimum": 0, "maximum": 1}, {"exclusiveMinimum": 0, "exclusiveMaximum": 1})
RATIO_SCHEMA = _number_or_range({"minimum": 0}, {"exclusiveMinimum": 0})
JUDGED_SCHEMA = _number_or_range({}, {})

Probability = Annotated[Judged, PlainValidator(as_probability), WithJsonSchema(SHARE_SCHEMA)]
Share = Annotated[Judged, PlainValidator(as_share), WithJsonSchema(SHARE_SCHEMA)]
Rate = Annotated[float, PlainValidator(as_rate), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})]
