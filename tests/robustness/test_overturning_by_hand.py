"""What would overturn a lead, worked out by hand on factors of four and of two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import processtrace as pt
from processtrace import robustness

FOUR, TWO = 10 * np.log10(4), 10 * np.log10(2)


def study(*judged: tuple[float, float], prior: tuple[float, float] = (1, 1), **fields: Any) -> pt.Study:
    items = [pt.Evidence(f"e{k}", finding="A memo.", probability={"a": a, "b": b}, **fields) for k, (a, b) in enumerate(judged)]
    hypotheses = {h: {"prior": p} for h, p in zip("ab", prior, strict=True)}
    return pt.Study("By hand", hypotheses=hypotheses, cases=[pt.Case("x", evidence=items)])


@pytest.mark.parametrize(
    ("judged", "count", "median", "turned"),
    [
        ([(0.8, 0.2)] * 3 + [(0.2, 0.8)], 2, FOUR, False),  # 4 x 4 x 4 / 4 = 16, undone by two of 4: the second makes the tie
        ([(0.8, 0.2)] * 3 + [(0.4, 0.8)], 5, TWO, False),  # 32, undone by five of 2
        ([(0.8, 0.2), (0.8, 0.4)], 2, (FOUR + TWO) / 2, True),  # nothing against: 8, by two of the root of 8
        ([(0.8, 0.2)] * 4 + [(0.4, 0.8), (0.2, 0.8), (0.4, 0.8)], 4, TWO, False),  # 256/16 = 16, by four of the median 2
        ([(0.8, 0.2)] * 3 + [(0.4, 0.8), (0.2, 0.8)], 2, (FOUR + TWO) / 2, False),  # 8, by two of the root of 8, the middle of 2 and 4
    ],
)
def test_the_fail_safe_number(judged: list[tuple[float, float]], count: int, median: float, turned: bool) -> None:
    data = robustness.fail_safe(study(*judged))
    assert data["fail_safe"].item() == count
    assert data["median_db"].item() == pytest.approx(median, rel=1e-9)
    assert bool(data["reversed"].item()) == turned


def test_no_number_without_a_lead_that_items_could_undo() -> None:
    tied = robustness.fail_safe(study((0.5, 0.5)))
    assert np.isnan(tied["fail_safe"].item())
    idle = robustness.fail_safe(study((0.5, 0.5), prior=(2, 1)))  # a lead by the prior, and an item that weighs nothing
    assert np.isnan(idle["fail_safe"].item())
    assert idle["median_db"].item() == pytest.approx(0, abs=1e-9)
    refuted = robustness.fail_safe(study((0.5, 0.0)))
    assert np.isnan(refuted["fail_safe"].item())


def test_what_an_unlisted_explanation_needs() -> None:
    """Prior 1/2 and P(E|a) = 0.8 x 0.5: at a prior of 1/5 of its own, 4 x 0.5 x 0.4 = 0.8 = q^2."""
    data = robustness.unlisted(study((0.8, 0.2), (0.5, 0.1)), [0.2, 0.5, 0.05])
    np.testing.assert_allclose(data["q"].values[0, 0], [np.sqrt(0.8), np.sqrt(0.2), np.nan], rtol=1e-12)
    above = [10 * np.log10(4 * 0.5) / 2, 10 * np.log10(0.5) / 2, np.nan]
    np.testing.assert_allclose(data["db_per_item"].values[0, 0], above, rtol=1e-12)
    # the certain story has P = 1: p/(1 - p) = 0.5 x 0.4
    assert data["prior_of_certain_story"].item() == pytest.approx(0.2 / 1.2, rel=1e-12)


def test_the_certain_story_of_what_was_not_found_is_that_it_is_not_there() -> None:
    """Not found by a search of sensitivity 0.9: 1 - 0.9 p under the leader, 1 where nothing is there."""
    data = robustness.unlisted(study((0.2, 0.8), status="not_found", search_sensitivity=0.9), [0.45])
    leader = 1 - 0.9 * 0.2
    assert data["prior_of_certain_story"].item() == pytest.approx(0.5 * leader / (1 + 0.5 * leader), rel=1e-12)
    assert data["q"].item() == pytest.approx(0.5 * leader * 0.55 / 0.45, rel=1e-12)


@pytest.mark.parametrize("prior", [[], [0.0], [1.0], [0.1, 1.2], [[0.1]]])
def test_priors_of_the_unlisted_lie_inside(prior: Any) -> None:
    with pytest.raises(pt.UsageError, match="prior"):
        robustness.unlisted(study((0.8, 0.2)), prior)


def test_a_unit_that_may_be_worthless() -> None:
    """(1 - e) p + e times the mean of all: 0.9 x 0.8 + 0.1 x 0.5 against 0.9 x 0.2 + 0.1 x 0.5; caps 10 log10(1 + 2 x 9)."""
    data = robustness.model_error(study((0.8, 0.2), (0.3, 0.6)), [0.1, 0.0, 1.0])
    joint = np.array([0.77 * (0.9 * 0.3 + 0.1 * 0.45), 0.23 * (0.9 * 0.6 + 0.1 * 0.45)])
    np.testing.assert_allclose(data["posterior"].values[0, 0], joint / joint.sum(), rtol=1e-12)
    np.testing.assert_allclose(data["posterior"].values[0, 1], [2 / 3, 1 / 3], rtol=1e-12)
    np.testing.assert_allclose(data["posterior"].values[0, 2], [0.5, 0.5], rtol=1e-12)
    np.testing.assert_allclose(data["cap_db"].values, [10 * np.log10(19), np.inf, 0], rtol=1e-12)


def test_shares_of_the_prior_simplex_that_each_leads() -> None:
    """P(L_h E_h is the largest) of exponentials: two, L_a/(L_a + L_b); three, by the sum over the rivals' orders."""
    two = robustness.prior_odds_to_overturn(study((0.8, 0.2)))
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
    assert sorted(robustness.prior_simplex(study((0.8, 0.2)), steps=1)["prior"].values[:, 0].tolist()) == [0, 1]


def test_how_the_others_predict_an_item() -> None:
    """Without e0: P(a) = 0.8, and e0 has 0.5 under a, 0.25 under b: -log2 0.45; the best alone would have said 1 bit."""
    data = robustness.prediction_bits(study((0.5, 0.25), (0.8, 0.2)))
    assert data["bits"].values[0] == pytest.approx(-np.log2(0.8 * 0.5 + 0.2 * 0.25), rel=1e-12)
    assert data["bits"].values[1] == pytest.approx(-np.log2(2 / 3 * 0.8 + 1 / 3 * 0.2), rel=1e-12)
    np.testing.assert_allclose(data["best_bits"].values, [1, -np.log2(0.8)], rtol=1e-12)
    np.testing.assert_allclose(data["excess"].values, data["bits"].values - data["best_bits"].values, rtol=1e-12)
    np.testing.assert_allclose(data["bits_under"].values, -np.log2([[0.5, 0.25], [0.8, 0.2]]), rtol=1e-12)
    refuted = robustness.prediction_bits(study((0.5, 0.25), (0.8, 0.0)))  # the rest refutes b where e0 is asked for
    assert refuted["bits"].values[0] == pytest.approx(1, rel=1e-12)
    assert np.isnan(refuted["bits_under"].values[0, 1])


def test_shrinking_by_hand() -> None:
    """Prior 1 : 8, evidence 64 : 1: even at f = 1/2; with 16 for and 1/2 against, for^f / 2 = 4 where 16^f = 8, f = 3/4."""
    both = study((0.8, 0.1), (0.8, 0.1), prior=(1, 8))
    assert robustness.common_shrink(both)["common_shrink"].item() == pytest.approx(0.5, rel=1e-12)
    assert robustness.shrink_to_even(both)["shrink_to_even"].item() == pytest.approx(0.5, rel=1e-12)
    mixed = study((0.8, 0.2), (0.8, 0.2), (0.4, 0.8), prior=(1, 4))
    assert robustness.shrink_for(mixed)["shrink_for"].item() == pytest.approx(0.75, rel=1e-12)
    assert np.isnan(robustness.shrink_for(study((0.8, 0.2), prior=(2, 1)))["shrink_for"].item())  # leads without evidence
    even = study((0.8, 0.2))
    assert robustness.shrink_for(even)["shrink_for"].item() == 0


def test_noise_with_several_items_and_rivals() -> None:
    """Errors of n items add as variances; against two rivals as far behind P(leader first) is a sum over the leader's own error."""
    from scipy.integrate import quad
    from scipy.stats import norm

    item = [pt.Evidence(f"e{k}", finding="E.", probability={"a": 0.8, "b": 0.4, "c": 0.2}) for k in range(3)]
    case = pt.Study("N", hypotheses={h: {} for h in "abc"}, cases=[pt.Case("x", evidence=item)])
    s = 7.0 * np.sqrt(3 / 2)
    truth = quad(lambda e: norm.pdf(e) * norm.cdf(e + 3 * TWO / s) * norm.cdf(e + 3 * FOUR / s), -12, 12, epsabs=1e-13)[0]
    data = robustness.noise(case, [7.0, 1e-3])
    np.testing.assert_allclose(data["leader_stays"].values[0], [truth, 1], rtol=0, atol=1e-10)
    alone = robustness.noise(study((0.5, 0.0)))  # no rival left
    assert (alone["leader_stays"].values == 1).all()
    assert np.isnan(alone["sd_at_90"].item())
    assert np.isnan(robustness.noise(study((0.5, 0.5)))["leader_stays"].values).all()
