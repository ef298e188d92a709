"""The update, one by one and in many scenarios at once, against exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from processtrace import UsageError
from processtrace.exact import scenarios
from processtrace.exact.posterior import log_posterior, posterior, probabilities, relative
from processtrace.exact.scenarios import in_logs, posteriors

RNG = np.random.default_rng(3)
CASE = np.array([0, 0, 1, 3, 3, 3])  # the third case has no evidence


def by_fractions(prior: np.ndarray, likelihood: np.ndarray, case: np.ndarray) -> np.ndarray:
    out = np.empty(prior.shape)
    for c, row in enumerate(prior):
        joint = [Fraction(float(w)) for w in row]
        for item in likelihood[case == c]:
            joint = [a * Fraction(float(b)) for a, b in zip(joint, item, strict=True)]
        out[c] = [float(part / sum(joint)) for part in joint]
    return out


PRIOR = RNG.gamma(1.0, size=(5, 4, 3))
LIKELIHOOD = RNG.uniform(0.01, 1, (5, 6, 3))
LIKELIHOOD[2, 3, 1] = 0
PRIOR[3, 1, 2] = 0


@pytest.mark.parametrize("one", [0, 2])  # in the third likelihood an item refutes a hypothesis
@pytest.mark.parametrize("which", ["both", "prior", "likelihood"])
def test_scenarios_are_bayes_rule_in_fractions(which: str, one: int) -> None:
    prior = PRIOR if which != "likelihood" else PRIOR[one + 1]
    likelihood = LIKELIHOOD if which != "prior" else LIKELIHOOD[one]
    with np.errstate(divide="ignore"):
        found = posteriors(prior, np.log(likelihood), CASE)
    assert found.shape == (5, 4, 3)
    for s in range(5):
        truth = by_fractions(prior[s] if prior.ndim == 3 else prior, likelihood[s] if likelihood.ndim == 3 else likelihood, CASE)
        np.testing.assert_allclose(found[s], truth, rtol=1e-12)


@pytest.mark.parametrize("many_likelihoods", [True, False])
def test_ordinary_numbers_need_no_logs(many_likelihoods: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is taken again in logarithms would be right whatever the compiled sums are: here they answer alone."""
    monkeypatch.setattr(scenarios, "in_logs", None)
    likelihood = LIKELIHOOD + 0.1 if many_likelihoods else LIKELIHOOD[0]
    found = posteriors(PRIOR, np.log(likelihood), CASE)
    for s in range(5):
        truth = by_fractions(PRIOR[s], likelihood[s] if many_likelihoods else likelihood, CASE)
        np.testing.assert_allclose(found[s], truth, rtol=1e-12)


def test_without_cases_the_items_are_the_cases() -> None:
    found = posteriors(PRIOR, np.log(LIKELIHOOD[:, :4] + 0.1))
    for s in range(5):
        np.testing.assert_allclose(found[s], by_fractions(PRIOR[s], LIKELIHOOD[s, :4] + 0.1, np.arange(4)), rtol=1e-12)


@pytest.mark.parametrize("many_likelihoods", [True, False])
def test_scenarios_that_would_underflow_are_taken_in_logs(many_likelihoods: bool) -> None:
    """Against log posteriors one by one; whatever the prior does not exclude sets the scale."""
    nats = np.array([[-4000.0, -4100.0, -9000.0], [-500.0, -900.0, 0.0]])
    prior = np.array([[[1.0, 1.0, 0.0]], [[0.0, 1e-200, 1.0]], [[1e-300, 1e-310, 1e-300]], [[0.0, 0.0, 1.0]], [[1e300, 1e308, 1e308]]])
    found = posteriors(prior, np.tile(nats, (5, 1, 1)) if many_likelihoods else nats, [0, 0])
    total = nats.sum(axis=0)
    for s in range(5):
        with np.errstate(divide="ignore"):
            joint = np.log(prior[s, 0]) + total
        np.testing.assert_allclose(found[s, 0], np.exp(joint - np.logaddexp.reduce(joint)), rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("many_likelihoods", [True, False])
def test_refuted_in_every_way_is_not_a_number_and_spares_the_others(many_likelihoods: bool) -> None:
    nats = np.array([[-np.inf, 0.0], [-1.0, -2.0]])
    prior = np.array([[[1.0, 0.0], [1.0, 1.0]], [[0.5, 0.5], [0.0, 0.0]]])
    found = posteriors(prior, np.tile(nats, (2, 1, 1)) if many_likelihoods else nats)
    assert np.isnan(found[0, 0]).all()
    assert np.isnan(found[1, 1]).all()
    np.testing.assert_allclose(found[0, 1], [1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))], rtol=1e-13)
    np.testing.assert_array_equal(found[1, 0], [0, 1])


def test_totals_of_cases_are_sums_of_their_items() -> None:
    nats = RNG.normal(size=(2, 6, 3))
    starts = np.searchsorted(CASE, np.arange(5))
    truth = np.array([[[nats[s][c == CASE][:, h].sum() for h in range(3)] for c in range(4)] for s in range(2)])
    np.testing.assert_allclose(scenarios._totals(nats, starts), truth, rtol=1e-13, atol=1e-15)
    assert np.isnan(in_logs(np.array([1.0, 0.0]), np.array([-np.inf, 0.0]))).all()


@pytest.mark.parametrize(
    ("prior", "nats", "case"),
    [
        ((4, 3), (6, 3), None),  # no scenario anywhere
        ((2, 4, 3, 1), (6, 3), None),
        ((2, 4, 3), (6, 2), [0] * 6),
        ((2, 4, 3), (5, 3), [0] * 6),
        ((2, 4, 3), (3, 6, 3), [0] * 6),
        ((2, 4, 3), (6, 3), [0, 0, 1, 1, 4, 4]),
        ((2, 4, 3), (6, 3), [-1, 0, 1, 1, 2, 2]),
        ((2, 4, 3), (6, 3), [0, 1, 0, 1, 2, 2]),
    ],
)
def test_shapes_and_cases_that_do_not_go_together_are_refused(
    prior: tuple[int, ...], nats: tuple[int, ...], case: list[int] | None
) -> None:
    with pytest.raises(UsageError):
        posteriors(np.ones(prior), np.zeros(nats), case)
    posteriors(np.ones((2, 4, 3)), np.zeros((6, 3)), [0, 0, 1, 1, 3, 3])


def test_one_update_is_bayes_rule() -> None:
    with np.errstate(divide="ignore"):
        nats = np.log(LIKELIHOOD[2])
    np.testing.assert_allclose(posterior(PRIOR[3], nats, CASE), by_fractions(PRIOR[3], LIKELIHOOD[2], CASE), rtol=1e-12)
    one = by_fractions(PRIOR[0, :1], LIKELIHOOD[0], np.zeros(6, int))[0]
    np.testing.assert_allclose(posterior(PRIOR[0, 0], np.log(LIKELIHOOD[0])), one, rtol=1e-12)
    np.testing.assert_allclose(np.exp(log_posterior(PRIOR[0, 0], np.log(LIKELIHOOD[0]))), one, rtol=1e-12)
    refuted = log_posterior([1.0, 0.0], np.array([[-np.inf, 0.0]]))
    np.testing.assert_array_equal(refuted, [-np.inf, -np.inf])
    np.testing.assert_array_equal(probabilities(refuted), [0, 0])


def test_what_is_common_to_all_hypotheses_cancels_before_it_costs_digits() -> None:
    """A million items of 1e-300 under both, one of which tells a little."""
    nats = np.full((1000, 2), -690.775527)
    nats[0, 1] = -690.775527 - 1e-9
    found = log_posterior([1.0, 1.0], nats)
    assert found[0] - found[1] == pytest.approx(1e-9, rel=1e-3)
    np.testing.assert_array_equal(relative(np.array([[-3.0, -5.0], [-np.inf, -np.inf]])), [[0, -2], [-np.inf, -np.inf]])


def test_probabilities_sum_to_one_whatever_the_logs_lost() -> None:
    np.testing.assert_allclose(probabilities(np.log([[0.2, 0.3], [0.5, 0.5]])), [[0.4, 0.6], [0.5, 0.5]], rtol=1e-14)
