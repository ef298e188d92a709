"""Shares of all priors under which each leads, in closed form."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from strategies.designs import by_pairs

import processtrace as pt
from processtrace import robustness
from processtrace.robustness.priors import leading_share


def test_shares_of_the_prior_simplex_that_each_leads() -> None:
    """P(L_h E_h is the largest) of exponentials: two, L_a/(L_a + L_b); three, by the sum over the rivals' orders."""
    two = robustness.prior_odds_to_overturn(by_pairs((0.8, 0.2)))
    np.testing.assert_allclose(two["share_of_priors"].values[0], [0.8, 0.2], rtol=1e-12)
    np.testing.assert_allclose(two["prior_odds"].values[0], [np.nan, 0.25], rtol=1e-12)
    item = pt.Evidence("e", finding="E.", probability={"a": 0.6, "b": 0.3, "c": 0.2})
    three = robustness.prior_odds_to_overturn(pt.Study("T", hypotheses={h: {} for h in "abc"}, cases=[pt.Case("x", evidence=[item])]))
    of_a = 1 - 1 / (1 + 2) - 1 / (1 + 3) + 1 / (1 + 2 + 3)
    of_b = 1 - 1 / (1 + 0.5) - 1 / (1 + 1.5) + 1 / (1 + 0.5 + 1.5)
    np.testing.assert_allclose(three["share_of_priors"].values[0, :2], [of_a, of_b], rtol=1e-12)
    assert three["share_of_priors"].sum().item() == pytest.approx(1, rel=1e-12)


def test_the_prior_simplex_has_every_multiple_once() -> None:
    item = pt.Evidence("e", finding="E.", probability={"a": 0.6, "b": 0.3, "c": 0.0})
    data = robustness.prior_simplex(pt.Study("T", hypotheses={h: {} for h in "abc"}, cases=[pt.Case("x", evidence=[item])]), steps=4)
    prior = data["prior"].values
    assert {tuple(row) for row in (4 * prior).round(12).tolist()} == {(i, j, 4 - i - j) for i in range(5) for j in range(5 - i)}
    assert len(prior) == 15
    with np.errstate(invalid="ignore"):
        joint = prior * [0.6, 0.3, 0.0]
        np.testing.assert_allclose(data["posterior"].values[0], joint / joint.sum(axis=1, keepdims=True), rtol=1e-12)
    assert sorted(robustness.prior_simplex(by_pairs((0.8, 0.2)), steps=1)["prior"].values[:, 0].tolist()) == [0, 1]


def by_subsets(ratios: list[Fraction]) -> list[Fraction]:
    """The chance that L_h E_h is the largest, by inclusion and exclusion over subsets of rivals, in exact fractions."""
    made = []
    for h, own in enumerate(ratios):
        rivals = [own / other for k, other in enumerate(ratios) if k != h]
        some = [subset for size in range(len(rivals) + 1) for subset in combinations(rivals, size)]
        made.append(sum(((-1) ** len(subset) / (1 + sum(subset)) for subset in some), Fraction(0)))
    return made


@pytest.mark.parametrize("ratios", [[1], [3, 1], [5, 3, 1, 1], [1000, 7, 3, 2, 1, 1], [10**9, 10**6, 1], [9, 8, 7, 6, 5, 4, 3, 2, 1]])
def test_shares_of_the_simplex_against_exact_fractions(ratios):
    found = leading_share(np.log(np.array(ratios, float)))
    np.testing.assert_allclose(found, [float(part) for part in by_subsets([Fraction(part) for part in ratios])], rtol=1e-12, atol=1e-14)


def test_shares_of_fifty_explanations_take_no_time_and_the_refuted_has_none():
    assert leading_share(np.zeros(50)) == pytest.approx(np.full(50, 0.02), rel=1e-12)
    spread = np.append(np.linspace(0, -800, 49), -np.inf)
    shares = leading_share(spread)
    assert shares.sum() == pytest.approx(1, rel=1e-12)
    assert shares[-1] == 0
    assert shares[0] == pytest.approx(1 / (1 + np.exp(-800 / 48)), rel=1e-6)


def test_every_question_is_answered_of_the_cells_of_five_factors():
    """Thirty-two explanations: what doubled with each of them would not end."""
    factors = {name: {} for name in ("fear", "greed", "faith", "habit", "law")}
    judged = {"none": 0.2, "fear": 0.7, "greed": 0.6, "faith": 0.3, "habit": 0.4, "law": 0.5}
    items = [pt.Evidence(f"e{k}", finding="F.", probability={h: p + 0.02 * k for h, p in judged.items()}) for k in range(4)]
    cells = pt.Study("T", factors=factors, compounds="mean", cases=[pt.Case("x", evidence=items)])
    found = robustness.as_json(cells)["cases"]["x"]
    assert len(found["leave_out"]["item"]["e0"]["posterior"]) == 32
    assert found["leader"] == "fear"
