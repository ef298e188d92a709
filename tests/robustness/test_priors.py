"""Shares of all priors under which each leads, in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from strategies.designs import by_pairs

import processtrace as pt
from processtrace import robustness


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
