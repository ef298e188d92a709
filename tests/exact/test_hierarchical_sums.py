"""Shares around a common mean, given that mean: the polynomial's coefficients, and sums over every assignment.

Nothing here is random but fixed problems: a failure is an error, never chance.
"""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.special import gammaln

from processtrace.errors import AnalysisError
from processtrace.exact import hierarchical
from processtrace.exact.hierarchical import learned, ways


def enumerated(a: np.ndarray, nats: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Log P(units | Dirichlet(a)), and E[w], E[w^2] after them, by every assignment of units to hypotheses."""
    units, count = nats.shape
    held, total = a > 0, a.sum()
    whole, first, second = 0.0, np.zeros(count), np.zeros(count)
    for z in product(np.flatnonzero(held), repeat=units):
        n = np.bincount(z, minlength=count)
        log_w = gammaln(total) - gammaln(total + units) + (gammaln(a[held] + n[held]) - gammaln(a[held])).sum()
        w = np.exp(log_w + nats[np.arange(units), z].sum())
        whole += w
        first += w * (a + n) / (total + units)
        second += w * (a + n) * (a + n + 1) / ((total + units) * (total + units + 1))
    return float(np.log(whole)), first / whole, second / whole


@pytest.mark.parametrize(("units", "hypotheses"), [(0, 2), (1, 3), (4, 2), (3, 4), (5, 1)])
def test_exponents_are_all_counts_once(units: int, hypotheses: int) -> None:
    found = hierarchical._exponents(units, hypotheses)
    brute = {n for n in product(range(units + 1), repeat=hypotheses) if sum(n) == units}
    assert set(map(tuple, found.T.tolist())) == brute
    assert found.shape == (hypotheses, len(brute))
    assert ways(units, hypotheses) == len(brute) == comb(units + hypotheses - 1, units)


@pytest.mark.parametrize(("units", "hypotheses"), [(0, 3), (1, 2), (2, 3), (4, 3), (3, 4)])
def test_coefficients_are_those_of_the_polynomial(units: int, hypotheses: int) -> None:
    """At any weights the sum over ways equals the product over units, and each coefficient the sum over its assignments."""
    rng = np.random.default_rng(10 * units + hypotheses)
    likelihood = rng.uniform(0, 1, (2, units, hypotheses))
    counts, coefficients = hierarchical._coefficients(likelihood)
    brute: dict[tuple[int, ...], np.ndarray] = {}
    for z in product(range(hypotheses), repeat=units):
        n = tuple(np.bincount(z, minlength=hypotheses).tolist())
        brute[n] = brute.get(n, 0.0) + np.prod(likelihood[:, np.arange(units), z], axis=1)
    assert counts.shape[1] == len(brute)
    for n, value in zip(counts.T.tolist(), coefficients.T, strict=True):
        np.testing.assert_allclose(value, brute[tuple(n)], rtol=1e-13)
    w = rng.dirichlet(np.ones(hypotheses))
    np.testing.assert_allclose(coefficients @ np.prod(w[:, None] ** counts, axis=0), np.prod(likelihood @ w, axis=1), rtol=1e-13)


BACKGROUND = np.array([[0.0, 0.0, 0.0], [0.4, -0.7, 0.1], [0.0, 0.0, 0.0], [0.2, -np.inf, 0.0]])
UNITS = [3, 2, 3, 4]


def problem() -> list[np.ndarray]:
    rng = np.random.default_rng(8)
    return [rng.normal(0, 2, (n, 3)) - 300 * (k == 1) for k, n in enumerate(UNITS)]


def own(log_m: np.ndarray, kappa: float, background: np.ndarray) -> np.ndarray:
    weight = np.exp(log_m + background)
    return kappa * weight / weight.sum()


POINTS = np.log(np.array([[0.2, 0.5, 0.3], [0.05, 0.05, 0.9], [1e-6, 0.3, 0.7 - 1e-6]])), np.log(np.array([3.0, 0.02, 400.0]))


def test_evidence_at_a_mean_and_concentration_is_the_sum_over_assignments() -> None:
    """Cases with as many units and one background are taken together: here the first and the third."""
    units = problem()
    alike = hierarchical._grouped(BACKGROUND, units)
    assert sorted(part.cases.tolist() for part in alike) == [[0, 2], [1], [3]]
    found = hierarchical._evidence(*POINTS, alike) + sum(part.taken for part in alike)
    for p in range(3):
        truth = 0.0
        for background, nats in zip(BACKGROUND, units, strict=True):
            shift = 300 * (nats.max() < -200)
            truth += enumerated(own(POINTS[0][p], np.exp(POINTS[1][p]), background), nats + shift)[0] - shift * len(nats)
        assert found[p] == pytest.approx(truth, rel=0, abs=1e-9)


def test_shares_at_weighted_points_are_the_sum_over_assignments() -> None:
    units, weight = problem(), np.array([0.5, 0.2, 0.3])
    first, second = hierarchical._shares(*POINTS, weight, hierarchical._grouped(BACKGROUND, units), (4, 3))
    for c, nats in enumerate(units):
        each = [enumerated(own(POINTS[0][p], np.exp(POINTS[1][p]), BACKGROUND[c]), nats - nats.max()) for p in range(3)]
        np.testing.assert_allclose(first[c], sum(w * part[1] for w, part in zip(weight, each, strict=True)), rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(second[c], sum(w * part[2] for w, part in zip(weight, each, strict=True)), rtol=1e-10, atol=1e-14)


def test_no_unit_says_nothing() -> None:
    """The posterior is the prior: evidence 1, m ~ Dirichlet(alpha), log kappa ~ N(log sum alpha, 1), Beta shares given both."""
    alpha = np.array([1.0, 2.0, 0.5])
    made = learned(alpha, np.zeros((2, 3)), [np.zeros((0, 3))] * 2)
    total = alpha.sum()
    assert made.log_evidence == pytest.approx(0, abs=max(6 * made.error_nats, 1e-6))
    assert made.error_nats < 0.01
    np.testing.assert_allclose(made.common_mean, alpha / total, atol=6 * made.error_mean)
    np.testing.assert_allclose(made.common_sd, np.sqrt(alpha * (total - alpha) / (total**2 * (total + 1))), rtol=0.02)
    assert made.concentration_mean == pytest.approx(total * np.exp(0.5), rel=0.02)
    assert made.concentration_sd == pytest.approx(total * np.sqrt(np.exp(2) - np.exp(1)), rel=0.15)
    np.testing.assert_allclose(made.share_mean, np.tile(alpha / total, (2, 1)), atol=6 * made.error_mean)
    # E[Var(w | kappa, m)] + Var(m): E[m (1 - m)] E[1/(kappa + 1)] + Var(m), the second by a sum over log kappa
    x = np.linspace(-9, 9, 1801)
    shrunk = (np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi) * 0.01 / (1 + total * np.exp(x))).sum()
    spread = alpha * (total - alpha) / (total * (total + 1))
    variance = spread * shrunk + spread / total
    np.testing.assert_allclose(made.share_sd, np.tile(np.sqrt(variance), (2, 1)), rtol=0.02)


@pytest.mark.parametrize("ways_of_one", [1, 8_000, 20_000, 100_000, 10**9])
def test_the_number_of_points_is_the_power_of_two_that_the_work_allows(ways_of_one: int) -> None:
    """From 64 to 2,048 in each of eight scrambles, of 5e9 products: 40 and one for each case, for each way."""
    part = hierarchical._Alike(np.arange(2), np.zeros(1), np.broadcast_to(np.int64(0), (1, ways_of_one)), np.zeros((2, 1)), 0.0)
    work = 8 * ways_of_one * (40 + 2) + 8 * ways_of_one * (40 + 2)
    count = hierarchical._points([part, part])
    assert count in (64, 128, 256, 512, 1024, 2048)
    assert count == 64 or count * work <= 5e9
    assert count == 2048 or 2 * count * work > 5e9


def test_ways_are_limited_of_one_case_and_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    units = [np.zeros((2, 3))] * 2  # six ways each
    monkeypatch.setattr(hierarchical, "MOST_WAYS", 6)
    monkeypatch.setattr(hierarchical, "MOST_COEFFICIENTS", 12)
    assert len(hierarchical._grouped(np.zeros((2, 3)), units)) == 1
    monkeypatch.setattr(hierarchical, "MOST_COEFFICIENTS", 11)
    with pytest.raises(AnalysisError, match="2 cases of up to 2 units under 3 hypotheses"):
        hierarchical._grouped(np.zeros((2, 3)), units)
    monkeypatch.setattr(hierarchical, "MOST_COEFFICIENTS", 12)
    monkeypatch.setattr(hierarchical, "MOST_WAYS", 5)
    with pytest.raises(AnalysisError, match="more than 5 ways"):
        hierarchical._grouped(np.zeros((2, 3)), units)


def test_a_unit_that_every_hypothesis_left_refutes_is_told() -> None:
    background = np.array([[0.0, -np.inf]])
    with pytest.raises(AnalysisError, match="impossible under every hypothesis"):
        learned(np.ones(2), background, [np.array([[-np.inf, 0.0]])])


def test_what_is_common_to_all_hypotheses_of_a_unit_shifts_the_evidence_and_nothing_else() -> None:
    alpha, background, units = np.array([1.0, 0.5, 2.0]), BACKGROUND[:2], problem()[:2]
    shift = [np.array([[4.0], [-700.0], [0.5]]), np.array([[-2.0], [1.5]])]
    plain, shifted = (learned(alpha, background, [u + k * s for u, s in zip(units, shift, strict=True)]) for k in (0, 1))
    assert shifted.log_evidence - plain.log_evidence == pytest.approx(4 - 700 + 0.5 - 2 + 1.5, rel=0, abs=1e-9)
    np.testing.assert_allclose(shifted.share_mean, plain.share_mean, rtol=1e-9)
    np.testing.assert_allclose(shifted.common_mean, plain.common_mean, rtol=1e-9)
