"""Scales of judgement, pools, circles and compounds, by hand and by brute force."""

from __future__ import annotations

import ast
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import processtrace as pt
from processtrace.study import Judgement
from processtrace.study.compounds import build_compounds
from processtrace.study.judged import JudgementError, each_end, ends, judged
from processtrace.study.pool import pool
from processtrace.study.scales import ICD_203, SCALES, Scale, ScaleName
from processtrace.study.transitivity import transitivity


def to_probability(scale: ScaleName, values: dict[str, Any], anchor: float, words: dict[str, Any]) -> dict[str, Any]:
    return SCALES[scale].to_probabilities(values, anchor, words)


def test_ratios_stand_to_each_other_as_stated_and_the_largest_is_the_anchor() -> None:
    made = to_probability("ratio", {"a": 8, "b": (1, 4), "c": 0}, 0.6, {})
    assert made["a"] == pytest.approx(0.6, rel=1e-14)
    assert made["b"] == pytest.approx((0.6 / 8, 0.3), rel=1e-14)
    assert made["c"] == 0
    by_upper_end = to_probability("ratio", {"a": (1, 10), "b": 5}, 0.9, {})
    assert by_upper_end["a"] == pytest.approx((0.09, 0.9), rel=1e-14)
    assert by_upper_end["b"] == pytest.approx(0.45, rel=1e-14)


def test_decibels_are_powers_of_ten_below_the_anchor() -> None:
    made = to_probability("decibels", {"a": 0, "b": (-20, -10), "c": 10}, 0.5, {})
    assert made["c"] == pytest.approx(0.5, rel=1e-14)
    assert made["a"] == pytest.approx(0.05, rel=1e-13)
    assert made["b"] == pytest.approx((0.0005, 0.005), rel=1e-13)


@pytest.mark.parametrize(("below", "refused"), [(2999.9, False), (3000.0, False), (3000.1, True)])
def test_three_thousand_decibels_below_the_largest_is_the_end(below: float, refused: bool) -> None:
    def read() -> Any:
        return to_probability("decibels", {"a": 7, "b": (7 - below, 0)}, 0.9, {})

    if refused:
        with pytest.raises(JudgementError, match="below the largest; at most 3000 dB below"):
            read()
    else:
        assert read()["b"][0] == pytest.approx(0.9 * 10 ** (-below / 10), rel=1e-10, abs=1e-310)


@pytest.mark.parametrize(("smallest", "refused"), [(2e-300, False), (0.5e-300, True), (0.0, False)])
def test_ratios_of_less_than_one_in_ten_to_the_three_hundred_are_refused_and_zero_is_not(smallest: float, refused: bool) -> None:
    if refused:
        with pytest.raises(JudgementError, match="at least 1e-300 of the largest"):
            to_probability("ratio", {"a": 1, "b": smallest}, 0.9, {})
    else:
        assert to_probability("ratio", {"a": 1, "b": smallest}, 0.9, {})["b"] == pytest.approx(0.9 * smallest, rel=1e-12)
    with pytest.raises(JudgementError, match="a ratio of 0 under every hypothesis"):
        to_probability("ratio", {"a": 0, "b": 0}, 0.9, {})
    with pytest.raises(JudgementError, match="at least 1e-300 of the largest"):  # a quotient that no double holds
        to_probability("ratio", {"a": 1e200, "b": 1e-200}, 0.9, {})


def test_words_are_the_ranges_of_the_directive() -> None:
    """ODNI, ICD 203 (2015): neighbouring words share an end, from 1 % to 99 %."""
    values = list(ICD_203.values())
    assert values[0][0] == 0.01
    assert values[-1][1] == 0.99
    assert [low for low, _ in values[1:]] == [high for _, high in values[:-1]] == [0.05, 0.2, 0.45, 0.55, 0.8, 0.95]
    made = to_probability("words", {"a": " Very  LIKELY", "b": ("unlikely", "likely")}, 0.9, ICD_203)
    assert made == {"a": (0.8, 0.95), "b": (0.2, 0.8)}
    with pytest.raises(JudgementError, match="less probable word first"):
        to_probability("words", {"a": ("likely", "unlikely")}, 0.9, ICD_203)
    own = {"never": 0, "even": 0.5, "always": 1}
    assert to_probability("words", {"a": "never", "b": "even"}, 0.9, own) == {"a": 0, "b": 0.5}
    for pair in (("never", "even"), ("even", "always")):
        with pytest.raises(JudgementError, match=r"a range inside \(0, 1\)"):
            to_probability("words", {"a": pair}, 0.9, own)
    with pytest.raises(JudgementError, match="a word of the scale") as caught:
        to_probability("words", {"a": "liekly"}, 0.9, ICD_203)
    assert caught.value.fix == "did you mean 'likely'?"


def test_a_pool_is_the_weighted_geometric_mean_end_by_end() -> None:
    made = pool([{"a": 0.8, "b": (0.1, 0.4)}, {"a": 0.2, "b": 0.3}, {"a": 0.9, "b": 0.9}], [1, 3, 0])
    assert made["a"] == pytest.approx(0.8**0.25 * 0.2**0.75, rel=1e-14)
    assert made["b"] == pytest.approx((0.1**0.25 * 0.3**0.75, 0.4**0.25 * 0.3**0.75), rel=1e-14)
    assert pool([{"a": 0.0}, {"a": 0.9}], [1, 1]) == {"a": 0.0}
    assert pool([{"a": 0.0}, {"a": 0.9}], [0, 2])["a"] == pytest.approx(0.9, rel=1e-15)
    assert pool([{"a": 1.0}, {"a": 1.0}], [0.1, 0.2]) == {"a": 1.0}
    assert pool([{"a": (0.5, 0.6)}, {"a": 0.0}], [1, 1]) == {"a": 0.0}


def circles_by_hand(pairs: dict[tuple[str, str], Any]) -> dict[frozenset[tuple[str, str]], float]:
    """Chordless circles of any length by all permutations, with the least sum that the ranges allow."""
    known = {}
    for (h, k), value in pairs.items():
        low, high = value if isinstance(value, tuple) else (value, value)
        known[k, h] = (-high, -low)
    for pair, value in pairs.items():
        known[pair] = value if isinstance(value, tuple) else (value, value)
    names = sorted({name for pair in pairs for name in pair})
    found = {}
    for size in range(3, len(names) + 1):
        for chosen in itertools.permutations(names, size):
            steps = list(zip(chosen, chosen[1:] + chosen[:1], strict=True))
            chords = [(a, b) for a, b in itertools.combinations(chosen, 2) if (a, b) not in steps and (b, a) not in steps]
            if any(step not in known for step in steps) or any(chord in known for chord in chords):
                continue
            low, high = sum(known[s][0] for s in steps), sum(known[s][1] for s in steps)
            least = max(low, -high)
            if least > 1e-9:
                found[frozenset(frozenset(step) for step in steps)] = least
    return found  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(25))
def test_circles_that_do_not_close_are_those_of_every_permutation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = list("abcdef")[: int(rng.integers(3, 7))]
    pairs: dict[tuple[str, str], Any] = {}
    for h, k in itertools.combinations(names, 2):
        if rng.random() < 0.6:
            x = float(rng.integers(-12, 13))
            pair = (h, k) if rng.random() < 0.5 else (k, h)
            pairs[pair] = (x, x + float(rng.integers(1, 9))) if rng.random() < 0.4 else x
    found = transitivity(pairs)
    got = {frozenset(frozenset(step) for step in zip(c, (*c[1:], c[0]), strict=True)): value for c, value in found.items()}
    assert len(got) == len(found), "each circle once"
    truth = circles_by_hand(pairs)
    assert got.keys() == truth.keys()
    for circle, value in truth.items():
        assert got[circle] == pytest.approx(value, abs=1e-9)  # type: ignore[index]


def test_a_pair_judged_both_ways_must_be_its_own_opposite() -> None:
    assert transitivity({("a", "b"): 5.0, ("b", "a"): -5.0}) == {}
    assert transitivity({("a", "b"): 5.0, ("b", "a"): -3.0}) == {("a", "b"): 2.0}
    assert transitivity({("a", "b"): -5.0, ("b", "a"): 2.0}) == {("a", "b"): 3.0}
    assert transitivity({("a", "b"): (1.0, 4.0), ("b", "a"): (-9.0, -3.0)}) == {}


def test_compounds_by_each_rule() -> None:
    values = {"none": 0.2, "p": (0.4, 0.5), "q": 0.6, "r": 0.2}
    mean, largest, either = (build_compounds(values, ["p", "q", "r"], rule) for rule in ("mean", "maximum", "noisy-or"))
    assert mean["p+q+r"] == pytest.approx((1.2 / 3, 1.3 / 3), rel=1e-14)
    assert mean["p+q"] == pytest.approx((0.5, 0.55), rel=1e-14)
    assert largest["p+q"] == 0.6
    assert largest["p+r"] == (0.4, 0.5)
    assert either["p+q"] == pytest.approx((1 - 0.6 * 0.4 / 0.8, 1 - 0.5 * 0.4 / 0.8), rel=1e-14)
    assert either["q+r"] == pytest.approx(0.6, rel=1e-14)
    assert set(mean) == {"none", "p", "q", "r", "p+q", "p+r", "q+r", "p+q+r"}
    assert build_compounds(values | {"p+q": 0.9}, ["p", "q", "r"], "mean")["p+q"] == 0.9
    assert set(build_compounds(values | {"p+q": 0.9}, ["p", "q", "r"], "judged")) == {"none", "p", "q", "r", "p+q"}
    assert build_compounds({"none": 1, "p": 1, "q": 1}, ["p", "q"], "noisy-or")["p+q"] == 1.0
    with pytest.raises(JudgementError, match=r"0\.1 under one factor, 0\.2 under none"):
        build_compounds({"none": 0.2, "p": 0.1, "q": 0.3}, ["p", "q"], "noisy-or")


def test_ends_and_points() -> None:
    assert ends(0.3) == (0.3, 0.3)
    assert judged(0.3, 0.3) == 0.3
    assert judged(0.3, 0.4) == (0.3, 0.4)
    assert each_end(math.sqrt, (0.25, 0.49)) == pytest.approx((0.5, 0.7))


def test_no_code_asks_for_a_scale_by_its_name() -> None:
    source = Path(pt.__file__).parent
    found = [
        f"{path.relative_to(source)}:{node.lineno}"
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        and "scale" in ast.unparse(node)
        and any(isinstance(part, ast.Constant) and part.value in SCALES for part in ast.walk(node))
    ]
    assert found == []


@pytest.mark.parametrize("scale", SCALES.values(), ids=lambda scale: scale.name)
def test_every_scale_is_a_field_that_its_record_reads(scale: Scale) -> None:
    text = {True: 0.5, False: "likely"}[scale.numeric]
    for kind in (Judgement, pt.Evidence):
        owner = {} if kind is Judgement else {"id": "memo", "finding": "A memo."}
        made: Any = kind(**owner, **{scale.name: {"a": text}})
        assert made.filled == {scale.name: {"a": scale.read(text)}}
    with pytest.raises(pt.StudyError):
        pt.Evidence("memo", finding="A memo.", **{scale.name: {"a": {}}})
