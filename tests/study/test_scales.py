"""Every way of judging gives the posterior that arithmetic by hand gives, in the library and on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, logit, ndtri
from scipy.stats import norm

import processtrace as pt

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
