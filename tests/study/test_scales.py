"""Scales of judgement, pools, circles and compounds: by hand and by brute force, in the library and on the command line."""

from __future__ import annotations

import ast
import itertools
import json
import math
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, logit, ndtri
from scipy.stats import norm

import processtrace as pt
from processtrace.study import Judgement
from processtrace.study.compounds import build_compounds
from processtrace.study.judged import JudgementError, each_end, ends, judged
from processtrace.study.pool import pool
from processtrace.study.scales import ICD_203, SCALES, Scale, ScaleName
from processtrace.study.transitivity import transitivity

COVERAGE, ANCHOR = 0.8, 0.7
Z = ndtri((1 + COVERAGE) / 2)
TOLERANCE = 1e-9


def mean(value: float | Sequence[float], f: Callable[[float], float] = lambda p: p) -> float:
    """Mean of f over a logit-normal range, by adaptive quadrature; f itself at a point."""
    if not isinstance(value, list | tuple):
        return f(value)
    low, high = value
    mu, sd = (logit(low) + logit(high)) / 2, (logit(high) - logit(low)) / (2 * Z)
    return quad(lambda x: norm.pdf(x) * f(float(expit(mu + sd * x))), -10, 10, epsabs=1e-14, epsrel=1e-12, limit=300)[0]


@dataclass(frozen=True)
class Coded:
    """An item as a file codes it, and its likelihood under a, b, c by hand: under the pool, and by analyst where it differs."""

    coded: str
    by_hand: Sequence[float]
    ana: Sequence[float] | None = None
    ben: Sequence[float] | None = None


ABSENT = "status: not_found, searched: The archive,"
ROWS = {
    "probability": Coded("probability: {a: 0.8, b: 0.4, c: 0.1}", (0.8, 0.4, 0.1)),
    "probability_zero": Coded("probability: {a: 0.8, b: 0.4, c: 0}", (0.8, 0.4, 0)),
    "ratio": Coded("ratio: {a: 8, b: 2, c: 1}", (8, 2, 1)),
    "ratio_zero": Coded("ratio: {a: 8, b: 2, c: 0}", (8, 2, 0)),
    "decibels": Coded("decibels: {a: 3, b: -10, c: -25}", (10**0.3, 0.1, 10**-2.5)),
    "words": Coded(
        "words: {a: very likely, b: Roughly  Even, c: almost no chance}", tuple(mean(r) for r in ((0.8, 0.95), (0.45, 0.55), (0.01, 0.05)))
    ),
    "words_range": Coded(
        "words: {a: [unlikely, very likely], b: likely, c: [very unlikely, very unlikely]}",
        tuple(mean(r) for r in ((0.2, 0.95), (0.55, 0.8), (0.05, 0.2))),
    ),
    "probability_range": Coded("probability: {a: [0.3, 0.9], b: [0.001, 0.2], c: 0.3}", (mean((0.3, 0.9)), mean((0.001, 0.2)), 0.3)),
    "ratio_range": Coded("ratio: {a: [4, 8], b: [1, 2], c: 3}", (mean((0.35, 0.7)), mean((0.0875, 0.175)), 0.2625)),
    "decibels_range": Coded(
        "decibels: {a: [-60, -30], b: [-10, 0], c: -40}",
        (mean((0.7e-6, 0.7e-3)), mean((0.07, 0.7)), 0.7e-4),
    ),
    "own_anchor": Coded(f"{ABSENT} search_sensitivity: 0.9, anchor: 0.5, ratio: {{a: 5, b: 2, c: 1}}", (0.55, 0.82, 0.91)),
    "study_anchor": Coded(f"{ABSENT} search_sensitivity: 0.9, ratio: {{a: 7, b: 2, c: 1}}", (0.37, 0.82, 0.91)),
    "sensitivity": Coded(f"{ABSENT} search_sensitivity: 0.7, probability: {{a: 0.9, b: 0.5, c: 0.1}}", (0.37, 0.65, 0.93)),
    "sensitivity_range": Coded(
        f"{ABSENT} search_sensitivity: [0.4, 0.9], probability: {{a: 0.9, b: [0.2, 0.6], c: 0.1}}",
        tuple(1 - mean((0.4, 0.9)) * p for p in (0.9, mean((0.2, 0.6)), 0.1)),
    ),
    "sensitivity_by_hypothesis": Coded(
        f"{ABSENT} search_sensitivity: {{a: [0.1, 0.5], b: 0.9, c: 0}}, probability: {{a: 0.9, b: 0.5, c: 0.1}}",
        (1 - mean((0.1, 0.5)) * 0.9, 0.55, 1.0),
    ),
    "found_though_hidden": Coded(
        "search_sensitivity: {a: [0.1, 0.5], b: 0.9, c: 0.4}, probability: {a: 0.9, b: 0.5, c: 0.1}", (mean((0.1, 0.5)) * 0.9, 0.45, 0.04)
    ),
    "reliability": Coded(
        "source: point, probability: {a: 0.9, b: [0.2, 0.6], c: 0}", tuple(0.2 + 0.6 * p for p in (0.9, mean((0.2, 0.6)), 0))
    ),
    "rates": Coded("source: rates, probability: {a: 0.9, b: 0.5, c: 0.1}", tuple(0.05 + 0.65 * p for p in (0.9, 0.5, 0.1))),
    "reliability_range": Coded(
        "source: ranged, probability: {a: 0.9, b: 0.5, c: 0.1}",
        tuple((1 - r) / 2 + r * p for r in (mean((0.6, 0.95)),) for p in (0.9, 0.5, 0.1)),
    ),
    "corroboration": Coded(
        "source: [point, rates, ranged], probability: {a: 0.9, b: 0.5, c: 0.1}",
        tuple(0.8 * 0.7 * (1 + r) / 2 * p + 0.2 * 0.05 * (1 - r) / 2 * (1 - p) for r in (mean((0.6, 0.95)),) for p in (0.9, 0.5, 0.1)),
    ),
    "sources_that_were_silent": Coded(
        f"{ABSENT} source: [point, ranged], search_sensitivity: [0.4, 0.9], probability: {{a: 0.9, b: [0.2, 0.6], c: 0.1}}",
        tuple(
            p * mean((0.4, 0.9), lambda s, r=r: (1 - 0.8 * s) * (1 - s * (1 + r) / 2))
            + (1 - p) * mean((0.4, 0.9), lambda s, r=r: (1 - 0.2 * s) * (1 - s * (1 - r) / 2))
            for r in (mean((0.6, 0.95)),)
            for p in (0.9, mean((0.2, 0.6)), 0.1)
        ),
    ),
    "pool": Coded(
        "judgements: {ana: {probability: {a: 0.8, b: 0.4, c: 0.1}}, ben: {ratio: {a: 1, b: 7, c: 2}}}",
        tuple(p ** (2 / 3) * q ** (1 / 3) for p, q in ((0.8, 0.1), (0.4, 0.7), (0.1, 0.2))),
        (0.8, 0.4, 0.1),
        (0.1, 0.7, 0.2),
    ),
    "pool_of_ranges": Coded(
        "judgements: {ana: {probability: {a: [0.5, 0.8], b: 0.4, c: 0.1}}, ben: {decibels: {a: 0, b: [-10, -5], c: -20}}}",
        (
            mean([p ** (2 / 3) * 0.7 ** (1 / 3) for p in (0.5, 0.8)]),
            mean([0.4 ** (2 / 3) * (0.7 * 10**x) ** (1 / 3) for x in (-1, -0.5)]),
            0.1 ** (2 / 3) * 0.007 ** (1 / 3),
        ),
        (mean((0.5, 0.8)), 0.4, 0.1),
        (0.7, mean((0.07, 0.7 * 10**-0.5)), 0.007),
    ),
    "veto": Coded(
        "judgements: {ana: {probability: {a: 0.8, b: 0.4, c: 0.1}}, ben: {probability: {a: 0.8, b: 0.4, c: 0}}}",
        (0.8, 0.4, 0),
        (0.8, 0.4, 0.1),
        (0.8, 0.4, 0),
    ),
    "absent_for_two": Coded(
        f"{ABSENT} search_sensitivity: 0.5, judgements: {{ana: {{probability: {{a: 0.8, b: 0.4, c: 0.1}}}}, ben: {{words: {{a: likely, b: likely, c: likely}}}}}}",
        tuple(1 - 0.5 * mean([p ** (2 / 3) * q ** (1 / 3) for q in (0.55, 0.8)]) for p in (0.8, 0.4, 0.1)),
        (0.6, 0.8, 0.95),
        (1, 1, 1),
    ),
    "ben_alone": Coded("judgements: {ben: {probability: {a: 0.2, b: 0.4, c: 0.6}}}", (0.2, 0.4, 0.6), (1, 1, 1), (0.2, 0.4, 0.6)),
}
PRIOR = np.array([1.0, 2.0, 1.5])


def by_hand(row: Coded, analyst: str | None) -> np.ndarray:
    likelihood = (getattr(row, analyst) if analyst else None) or row.by_hand
    weights = PRIOR * np.array(likelihood, float)
    return weights / weights.sum()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A study on disk with one case for each way of judging."""
    folder = tmp_path_factory.mktemp("encodings")
    head = f"""
title: Encodings
hypotheses: {{a: {{prior: 1}}, b: {{prior: 2}}, c: {{prior: 1.5}}}}
range_coverage: {COVERAGE}
anchor: {ANCHOR}
analysts: {{ana: {{weight: 2}}, ben: }}
sources:
  point: {{reliability: 0.6}}
  ranged: {{reliability: [0.6, 0.95]}}
  rates: {{reports_if_true: 0.7, reports_if_false: 0.05}}
cases: cases
"""
    (folder / "study.yaml").write_text(head, encoding="utf-8")
    (folder / "cases").mkdir()
    for name, row in ROWS.items():
        text = f"case: {name}\nevidence:\n  - {{id: e, finding: A finding, {row.coded}}}\n"
        (folder / "cases" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


@pytest.mark.parametrize("analyst", [None, "ana", "ben"])
def test_the_library_agrees_with_arithmetic_by_hand(file, analyst):
    study = pt.load_study(file)
    found = pt.update(study if analyst is None else pt.Study(**{**study_fields(study), "analyst": analyst}))
    for name, row in ROWS.items():
        posterior = found["posterior"].sel(case=name).values
        np.testing.assert_allclose(posterior, by_hand(row, analyst), rtol=TOLERANCE, atol=0, err_msg=name)


def study_fields(study: pt.Study) -> dict[str, object]:
    return {name: getattr(study, name) for name in study.__dataclass_fields__}


@pytest.mark.parametrize("analyst", [None, "ana", "ben"])
def test_the_command_line_agrees_with_arithmetic_by_hand(file, analyst):
    chosen = ["--analyst", analyst] if analyst else []
    call = [sys.executable, "-m", "processtrace", "update", str(file), "--format", "json", *chosen]
    told = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)["cases"]
    assert set(told) == set(ROWS)
    for name, row in ROWS.items():
        case, right = told[name], by_hand(row, analyst)
        np.testing.assert_allclose([case["posterior"][h] for h in "abc"], right, rtol=TOLERANCE, atol=0, err_msg=name)
        np.testing.assert_allclose([case["prior"][h] for h in "abc"], PRIOR / PRIOR.sum(), rtol=1e-15)
        assert case["refuted"] == [h for h, p in zip("abc", right, strict=True) if p == 0]
        assert case["error_nats"] == 0
        left_out = name == "ben_alone" and analyst == "ana"
        assert [item["id"] for item in case["evidence"]] == ([] if left_out else ["e"])
        with np.errstate(divide="ignore"):
            weight = 10 * np.log10(right / PRIOR)
        for kind in ("weight_db", "alone_db", "last_db") if not left_out else ():
            shown = [-np.inf if (v := case["evidence"][0][kind][h]) is None else v for h in "abc"]
            np.testing.assert_allclose(shown, weight - weight.max(), atol=1e-8, err_msg=name)


def test_a_study_has_its_own_words_as_numbers_and_ranges():
    words = {"surely": 0.95, "may be": (0.3, 0.7), "hardly": 0.1, "never": 0.0}
    judged = {"a": ("may be", "surely"), "b": "hardly", "c": "Never"}
    item = pt.Evidence("e", finding="E.", words=judged)
    study = pt.Study(
        "Own words", hypotheses=dict.fromkeys("abc"), words=words, range_coverage=COVERAGE, cases=[pt.Case("x", evidence=[item])]
    )
    right = np.array([mean((0.3, 0.95)), 0.1, 0])
    np.testing.assert_allclose(pt.update(study).posterior.values[0], right / right.sum(), rtol=TOLERANCE)


def test_reports_of_one_source_share_its_unknown_reliability():
    """Two items of one source: the product is averaged over r, not each factor."""
    judged = [{"a": 0.9, "b": 0.2}, {"a": 0.6, "b": 0.3}]
    items = [pt.Evidence(f"e{k}", finding="E.", source="s", probability=p) for k, p in enumerate(judged)]
    study = pt.Study(
        "One source",
        hypotheses=dict.fromkeys("ab"),
        sources={"s": {"reliability": (0.3, 0.9)}},
        range_coverage=COVERAGE,
        cases=[pt.Case("x", evidence=items)],
    )
    right = np.array([mean((0.3, 0.9), lambda r, h=h: np.prod([(1 - r) / 2 + r * p[h] for p in judged])) for h in "ab"])
    np.testing.assert_allclose(pt.update(study).posterior.values[0], right / right.sum(), rtol=TOLERANCE)
    apart = np.prod([[(1 - r) / 2 + r * p[h] for h in "ab"] for r in (mean((0.3, 0.9)),) for p in judged], axis=0)
    assert abs(apart[0] / apart.sum() - right[0] / right.sum()) > 1e-4


def test_a_sensitivity_for_all_hypotheses_is_one_unknown_for_all_sources():
    """Two silent sources searched with one unknown sensitivity: its square enters, averaged."""
    item = pt.Evidence(
        "e", finding="E.", status="not_found", search_sensitivity=(0.3, 0.9), source=["s", "t"], probability={"a": 0.9, "b": 0.2}
    )
    sources = {"s": {"reliability": 0.8}, "t": {"reliability": 0.5}}
    study = pt.Study(
        "Silence", hypotheses=dict.fromkeys("ab"), sources=sources, range_coverage=COVERAGE, cases=[pt.Case("x", evidence=[item])]
    )
    silent_if_true = mean((0.3, 0.9), lambda s: (1 - 0.9 * s) * (1 - 0.75 * s))
    silent_if_false = mean((0.3, 0.9), lambda s: (1 - 0.1 * s) * (1 - 0.25 * s))
    right = np.array([p * silent_if_true + (1 - p) * silent_if_false for p in (0.9, 0.2)])
    np.testing.assert_allclose(pt.update(study).posterior.values[0], right / right.sum(), rtol=TOLERANCE)


def test_the_pool_is_the_logarithmic_pool_of_the_analysts_posteriors():
    """Found points without source or cluster, judged by both: weights 2 and 1, under the common prior."""
    rng = np.random.default_rng(4)
    p = rng.uniform(0.05, 0.95, (6, 2, 3))
    items = [
        pt.Evidence(
            f"e{k}",
            finding="E.",
            judgements={
                who: {"probability": dict(zip("abc", row.tolist(), strict=True))} for who, row in zip(("ana", "ben"), each, strict=True)
            },
        )
        for k, each in enumerate(p)
    ]
    study = pt.Study(
        "Pool", hypotheses=dict.fromkeys("abc"), analysts={"ana": {"weight": 2}, "ben": {}}, cases=[pt.Case("x", evidence=items)]
    )
    own = [pt.update(pt.Study(**{**study_fields(study), "analyst": who})).posterior.values[0] for who in ("ana", "ben")]
    right = own[0] ** (2 / 3) * own[1] ** (1 / 3)
    np.testing.assert_allclose(pt.update(study).posterior.values[0], right / right.sum(), rtol=TOLERANCE)


def test_hypotheses_that_the_study_leaves_out_still_set_the_scale_of_ratios():
    """The anchor is over all that the item judges: a study with fewer has the same likelihoods for those it keeps."""
    absent = {"status": "not_found", "search_sensitivity": 1.0}
    item = pt.Evidence("e", finding="E.", ratio={"a": 1, "b": 2, "c": 4}, **absent)
    study = pt.Study("Fewer", hypotheses=dict.fromkeys("ab"), anchor=0.8, cases=[pt.Case("x", judges=["a", "b", "c"], evidence=[item])])
    np.testing.assert_allclose(np.exp(pt.to_dataset(study).log_likelihood.values[0]), [0.8, 0.6], rtol=TOLERANCE)


def test_what_an_analyst_did_not_judge_is_counted(file):
    call = [sys.executable, "-m", "processtrace", "update", str(file), "--analyst", "ana", "--case", "ben_alone"]
    told = subprocess.run(call, capture_output=True, text=True, check=True).stdout
    assert "Not counted: 1 that Ana did not judge, or that were judged given such." in told


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
