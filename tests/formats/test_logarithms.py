"""Logarithms of likelihood ratios in tables: the base that a heading says is the one that is read.

Expected posteriors are worked out here from Bayes' rule.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

import processtrace as pt
from processtrace.formats.foreign.answers import Answers
from processtrace.formats.foreign.logarithms import in_decibels, without_logarithm
from processtrace.formats.registry import import_study


def posterior(tmp_path: Any, text: str, **answers: Any) -> list[float]:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    return pt.update(import_study(tmp_path / "t.csv", Answers(**answers)).study).posterior.values[0].tolist()


def holds(ratio: float) -> float:
    return ratio / (1 + ratio)


@pytest.mark.parametrize(
    ("head", "ratio_of_one"),
    [("log10 LR", 10), ("log10(LR)", 10), ("log₁₀ LR", 10), ("lg(LR)", 10), ("ln(LR)", math.e), ("ln LR", math.e), ("WoE (ln)", math.e),
     ("WoE (nats)", math.e), ("log_e LR", math.e), ("natural log of the likelihood ratio", math.e), ("log2(BF)", 2), ("WoE (bits)", 2),
     ("WoE (bans)", 10), ("Weight of evidence (dB)", 10**0.1), ("Likelihood ratio (log10)", 10), ("ln(P(E|H)/P(E|~H))", math.e)],
)  # fmt: skip
def test_the_base_that_a_heading_says(tmp_path, head, ratio_of_one):
    found = posterior(tmp_path, f"Evidence,{head}\nA,1\nB,-1.5\nC,2\n")
    assert found[0] == pytest.approx(holds(ratio_of_one**1.5), rel=1e-9)


@pytest.mark.parametrize("head", ["logLR", "log LR", "log-likelihood ratio", "log(BF)"])
@pytest.mark.parametrize(("values", "base"), [("ln", math.e), ("log10", 10), ("log2", 2)])
def test_a_logarithm_without_a_base_is_a_question(tmp_path, head, values, base):
    text = f"Evidence,{head}\nA,1\nB,-1.5\n"
    with pytest.raises(pt.StudyError, match="--values log10, ln or log2"):
        posterior(tmp_path, text)
    assert posterior(tmp_path, text, values=values)[0] == pytest.approx(holds(base**-0.5), rel=1e-9)


@pytest.mark.parametrize(
    ("heads", "base"),
    [("ln LR (A vs C),ln LR (B vs C)", math.e), ("log10 LR A vs C,log10 LR B vs C", 10), ("dB A vs C,dB B vs C", 10**0.1),
     ("dB (A/C),dB (B/C)", 10**0.1), ("A vs C (bits),B vs C (bits)", 2), ("WoE A vs. C (ln),WoE B vs. C (ln)", math.e)],
)  # fmt: skip
def test_pairs_in_logarithms(tmp_path, heads, base):
    found = posterior(tmp_path, f"Evidence,{heads}\nx,2,0.5\n")
    weights = sorted([base**2, base**0.5, 1.0])
    assert sorted(found) == pytest.approx([weight / sum(weights) for weight in weights], rel=1e-9)
    names = set(import_study(tmp_path / "t.csv").study.hypotheses)
    assert names == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("heads", "row", "weights"),
    [("Pact (log10),Revolt (log10)", "1,-0.2", (10, 10**-0.2)), ("ln P(E|H1),ln P(E|H2)", "-0.1,-2", (math.exp(-0.1), math.exp(-2))),
     ("-log10 P(E|H1),-log10 P(E|H2)", "0.1,0.9", (10**-0.1, 10**-0.9))],
)  # fmt: skip
def test_logarithms_under_each_explanation(tmp_path, heads, row, weights):
    assert posterior(tmp_path, f"Evidence,{heads}\nx,{row}\n")[0] == pytest.approx(weights[0] / sum(weights), rel=1e-9)


def test_a_row_for_each_explanation_in_logarithms(tmp_path):
    found = posterior(tmp_path, "item,hypothesis,log10 LR\nTalks,Pact,1\nTalks,Revolt,-0.5\n")
    assert found[0] == pytest.approx(holds(10**1.5), rel=1e-9)


def test_logarithms_beside_numbers_of_which_nothing_is_said_are_a_question(tmp_path):
    with pytest.raises(pt.StudyError, match="--values log10, ln or log2"):
        posterior(tmp_path, "Evidence,Pact (ln),Revolt\nx,1,0.2\n")


def test_words_that_begin_like_a_logarithm_are_none():
    assert [without_logarithm(text)[1] for text in ("Logging ban", "Log book", "Bits of paper", "Ln. 12", "Pact (ban)x")] == [""] * 5


def test_the_ends_of_a_range_change_places_under_a_minus():
    assert in_decibels(["1", "2"], "-log10") == [-20.0, -10.0]
