"""From every scale of judgement to probabilities: plain numbers and pairs, one item at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from processtrace.study.values import Judged

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

NONE = "none"


class JudgementError(ValueError):
    """A judgement that cannot become probabilities: about which hypothesis, what was read, what is allowed, how to mend it."""

    def __init__(self, hypothesis: str, read: str, allowed: str, mend: str = ""):
        self.hypothesis, self.read, self.allowed, self.mend = hypothesis, read, allowed, mend
        super().__init__(f"{hypothesis}: {read}; {allowed}")


def ends(judged: Judged) -> tuple[float, float]:
    """(low, high) of a point or range."""
    return judged if isinstance(judged, tuple) else (judged, judged)


def judged(low: float, high: float) -> Judged:
    """A point where the ends are equal, else a range."""
    return low if low == high else (low, high)


def each_end(change: Callable[[float], float], value: Judged) -> Judged:
    low, high = ends(value)
    return judged(change(low), change(high))


def to_probability(scale: str, values: Mapping[str, Any], anchor: float, words: Mapping[str, Judged]) -> dict[str, Judged]:
    """One analyst's judgement of one item as probabilities by hypothesis.

    Ratios and decibels are scaled so that the largest (a range by its upper end) is `anchor`, over all hypotheses
    that `values` names.
    """
    if scale == "probability":
        return dict(values)
    if scale == "words":
        return {h: _from_words(h, word, words) for h, word in values.items()}
    if scale == "decibels":
        return _from_decibels(values, anchor)
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


def _from_decibels(values: Mapping[str, Judged], anchor: float) -> dict[str, Judged]:
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


def _from_words(h: str, word: str | tuple[str, str], words: Mapping[str, Judged]) -> Judged:
    said = word if isinstance(word, tuple) else (word, word)
    scale = {" ".join(key.lower().split()): value for key, value in words.items()}
    found = [scale.get(" ".join(part.lower().split())) for part in said]
    for part, value in zip(said, found, strict=True):
        if value is None:
            raise JudgementError(h, f"'{part}'", f"a word of the scale: {', '.join(words)}", _nearest_word(part, words))
    first, last = found
    assert first is not None
    assert last is not None
    low, high = ends(first)[0], ends(last)[1]
    if low > high:
        raise JudgementError(h, f"[{said[0]}, {said[1]}]", "a range with the less probable word first", f"write [{said[1]}, {said[0]}]")
    if low != high and not (low > 0 and high < 1):
        raise JudgementError(h, f"[{said[0]}, {said[1]}]", "a range inside (0, 1)", "give a point, or words whose ends are not 0 or 1")
    return judged(low, high)


def _nearest_word(word: str, words: Mapping[str, Judged]) -> str:
    import difflib

    close = difflib.get_close_matches(word.lower(), words, 1)
    return f"did you mean '{close[0]}'?" if close else ""


def pool(judgements: Sequence[Mapping[str, Judged]], weights: Sequence[float]) -> dict[str, Judged]:
    """Weighted geometric mean of several analysts' probabilities, ranges end by end. Weights are renormalised."""
    total = sum(weights)
    shares = [weight / total for weight in weights]

    def mean(h: str, end: int) -> float:
        parts = [(ends(j[h])[end], share) for j, share in zip(judgements, shares, strict=True) if share]
        if any(p == 0 for p, _ in parts):
            return 0.0
        return min(1.0, math.exp(math.fsum(share * math.log(p) for p, share in parts)))

    pooled = {}
    for h in judgements[0]:
        low, high = mean(h, 0), mean(h, 1)
        points = all(not isinstance(j[h], tuple) for j in judgements)
        pooled[h] = high if points or low == 0 or high >= 1 else judged(low, high)
    return pooled


def transitivity(pairs: Mapping[tuple[str, str], Judged]) -> dict[tuple[str, ...], float]:
    """Where weights judged pair by pair break transitivity, and by how many decibels.

    `pairs` maps (h, k) to the decibels of h over k, a point or a range. Around a circle such as h over k, k over l, l over
    h the weights of one judgement sum to 0; a range goes as far to meet that as it can. Returned are the circles that do
    not, each by its hypotheses in order: pairs judged both ways, and circles that no judged pair cuts short, which in a
    whole table are its triangles.
    """
    known = {(k, h): (-ends(value)[1], -ends(value)[0]) for (h, k), value in pairs.items()} | {
        pair: ends(value) for pair, value in pairs.items()
    }
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    twice = [(h, k) for h, k in combinations(names, 2) if (h, k) in pairs and (k, h) in pairs]
    breaks = {}
    for circle in (*twice, *_circles(names, known)):
        steps = [known[pair] for pair in zip(circle, (*circle[1:], circle[0]), strict=True)]
        low, high = math.fsum(step[0] for step in steps), math.fsum(step[1] for step in steps)
        if max(low, -high) > 1e-9:
            breaks[circle] = max(low, -high)
    return breaks


def _circles(names: Sequence[str], known: Mapping[tuple[str, str], Any]) -> Iterator[tuple[str, ...]]:
    """Circles of three or more names that no known pair cuts short, each once."""
    for i, start in enumerate(names):
        later = names[i + 1 :]
        trails: list[tuple[str, ...]] = [(start, second) for second in later if (start, second) in known]
        while trails:
            trail = trails.pop(0)
            for name in later:
                cut = name in trail or any((name, earlier) in known for earlier in trail[1:-1])
                if cut or (trail[-1], name) not in known:
                    continue
                if (name, start) not in known:
                    trails.append((*trail, name))
                elif later.index(trail[1]) < later.index(name):
                    yield (*trail, name)


def build_compounds(values: Mapping[str, Judged], factors: Sequence[str], rule: str) -> dict[str, Judged]:
    """Judgements under every cell of the factors; a compound that was not judged is built by the rule, end by end.

    `mean` is arithmetic over the factors present, `maximum` the largest of them, `noisy-or` is
    1 - (1 - p_none) prod (1 - p_i)/(1 - p_none), which needs p_i >= p_none.
    """
    built = {NONE: values[NONE]} | {name: values[name] for name in factors}
    for size in range(2, len(factors) + 1):
        for some in combinations(factors, size):
            cell = "+".join(some)
            if cell in values:
                built[cell] = values[cell]
            elif rule != "judged":
                low, high = (_compound([ends(values[name])[end] for name in some], ends(values[NONE])[end], rule, cell) for end in (0, 1))
                built[cell] = judged(low, high)
    return built


def _compound(parts: list[float], none: float, rule: str, cell: str) -> float:
    if rule == "mean":
        return math.fsum(parts) / len(parts)
    if rule == "maximum":
        return max(parts)
    if min(parts) < none:
        raise JudgementError(
            cell,
            f"{min(parts):g} under one factor, {none:g} under none",
            "noisy-or needs each factor at least as probable as none",
            "judge the compound itself",
        )
    if none == 1:
        return 1.0
    rest = 1 - none
    return 1 - rest * math.prod((1 - p) / rest for p in parts)
