"""Ranges as logit-normal distributions: against integrals in mpmath, 20 digits.

Nothing here is random: a failure is an error, never chance.
"""

from __future__ import annotations

from functools import cache

import mpmath
import numpy as np
import pytest

from processtrace.exact import ranges
from processtrace.exact.ranges import gauss_rule, log_expit, log_means, log_normal_density, log_odds, normal_grid, parameters, z_of
from processtrace.logspace import logsumexp

SPANS = [(0.2, 0.6), (0.9, 0.99), (1e-6, 1e-3), (0.999, 0.99999), (0.001, 0.999), (0.45, 0.451)]


@cache
def integral(low: float, high: float, z: float, up: int, down: int) -> float:
    """Log of E[theta^up (1 - theta)^down] of a range, by the trapezoidal rule over its normal variable, 12 wide on either side of the peak."""
    with mpmath.workdps(20):
        mu = (mpmath.log(low / (1 - mpmath.mpf(low))) + mpmath.log(high / (1 - mpmath.mpf(high)))) / 2
        sd = (mpmath.log(high / (1 - mpmath.mpf(high))) - mpmath.log(low / (1 - mpmath.mpf(low)))) / (2 * mpmath.mpf(z))

        def integrand(x):
            odds = mu + sd * x
            return mpmath.exp(-x * x / 2 - up * mpmath.log1p(mpmath.exp(-odds)) - down * mpmath.log1p(mpmath.exp(odds)))

        # the integrand is log-concave: its peak by bisection
        left, right = mpmath.mpf(-60 - down * sd), mpmath.mpf(60 + up * sd)
        for _ in range(60):
            middle = (left + right) / 2
            p = 1 / (1 + mpmath.exp(-mu - sd * middle))
            if up * sd * (1 - p) - down * sd * p - middle > 0:
                left = middle
            else:
                right = middle
        step = min(mpmath.mpf("0.05"), mpmath.pi / (12 * sd))
        total = mpmath.fsum(integrand(left + step * k) for k in range(-int(12 / step), int(12 / step)))
        return float(mpmath.log(total * step / mpmath.sqrt(2 * mpmath.pi)))


def test_log_odds_and_their_inverse_have_all_digits_in_both_tails() -> None:
    for p in (1e-300, 1e-20, 1e-8, 0.3, 0.5, 0.8, 1 - 1e-12):
        with mpmath.workdps(40):
            truth = float(mpmath.log(mpmath.mpf(p) / (1 - mpmath.mpf(p))))
        assert log_odds(p) == pytest.approx(truth, rel=1e-14)
    assert [log_odds(0.0), log_odds(1.0)] == [-np.inf, np.inf]
    for x in (-800.0, -40.0, -1.0, 0.0, 1e-9, 1.0, 40.0, 800.0):
        with mpmath.workdps(400):
            truth = float(-mpmath.log1p(mpmath.exp(-mpmath.mpf(x))))
        assert log_expit(np.array(x)) == pytest.approx(truth, rel=1e-14, abs=0)


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9, 0.95, 0.999])
def test_a_range_holds_its_coverage_between_its_ends(coverage: float) -> None:
    z = z_of(coverage)
    assert float(mpmath.ncdf(z) - mpmath.ncdf(-z)) == pytest.approx(coverage, rel=1e-13)
    mu, sd = parameters(np.array([0.2, 0.01]), np.array([0.6, 0.9]), z)
    np.testing.assert_allclose(1 / (1 + np.exp(-(mu - z * sd))), [0.2, 0.01], rtol=1e-13)
    np.testing.assert_allclose(1 / (1 + np.exp(-(mu + z * sd))), [0.6, 0.9], rtol=1e-13)


def test_the_normal_density_is_that_of_mpmath() -> None:
    x = np.array([-20.0, -1.3, 0.0, 0.7, 9.0])
    np.testing.assert_allclose(log_normal_density(x), [float(mpmath.log(mpmath.npdf(v))) for v in x], rtol=1e-14)


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_means_of_a_range_and_of_its_complement(span: tuple[float, float], coverage: float) -> None:
    z = z_of(coverage)
    log_p, log_q = log_means(np.array([span[0]]), np.array([span[1]]), z)
    assert log_p[0] == pytest.approx(integral(*span, z, 1, 0), rel=0, abs=2e-13)
    assert log_q[0] == pytest.approx(integral(*span, z, 0, 1), rel=0, abs=2e-13)


def test_means_of_points_are_logs_and_a_range_without_width_is_a_point() -> None:
    p = np.array([[0.0, 0.25], [1.0, 1e-300]])
    log_p, log_q = log_means(p, p, 1.6)
    np.testing.assert_array_equal(log_p, [[-np.inf, np.log(0.25)], [0.0, np.log(1e-300)]])
    np.testing.assert_array_equal(log_q, [[0.0, np.log1p(-0.25)], [-np.inf, np.log1p(-1e-300)]])
    low, high = 1e-300, np.nextafter(1e-300, 1)  # so close that their log odds are one number
    assert log_odds(low) == log_odds(high)
    both = log_means(np.array([low]), np.array([high]), 1.6)
    np.testing.assert_array_equal(both, log_means(np.array([low]), np.array([low]), 1.6))


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("degree", [1, 5, 24])
def test_grids_hold_every_product_of_a_probability_and_its_complement(span: tuple[float, float], degree: int) -> None:
    """The window reaches the peak of each, and the step resolves it: relative error below 1e-12."""
    z = z_of(0.9)
    mu, sd = (float(part) for part in parameters(*span, z))
    x, log_weight = normal_grid(mu, sd, degree)
    odds = mu + sd * x
    for up in {0, 1, degree // 2, degree}:
        values = log_weight + up * log_expit(odds) + (degree - up) * log_expit(-odds)
        assert np.logaddexp.reduce(values) == pytest.approx(integral(*span, z, up, degree - up), rel=0, abs=1e-12)


@pytest.mark.parametrize("span", [*SPANS, (1e-20, 1e-17)])
@pytest.mark.parametrize("degree", [1, 2, 5, 24])
def test_gauss_rules_integrate_every_product_of_their_degree(span: tuple[float, float], degree: int) -> None:
    z = z_of(0.9)
    r, rest, log_weight = gauss_rule(*span, z, degree)
    assert len(r) == degree // 2 + 1
    np.testing.assert_allclose(r + rest, 1, rtol=1e-15)
    for up in {0, 1, degree // 2, degree - 1, degree}:
        values = log_weight + up * np.log(r) + (degree - up) * np.log(rest)
        assert np.logaddexp.reduce(values) == pytest.approx(integral(*span, z, up, degree - up), rel=0, abs=1e-9)


def test_a_gauss_rule_of_a_range_next_to_a_point_stops_at_the_nodes_that_it_can_tell_apart() -> None:
    r, rest, log_weight = gauss_rule(0.3, 0.3 + 1e-15, 1.6, 20)
    assert len(r) < 3
    assert np.exp(log_weight) @ r**20 == pytest.approx(0.3**20, rel=1e-10)
    assert np.exp(log_weight) @ rest**20 == pytest.approx(0.7**20, rel=1e-10)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("span", [(1e-61, 1e-58), (1e-60, 1e-20), (1 - 1e-9, 1 - 1e-15)])
def test_a_gauss_rule_holds_weights_below_any_number(span: tuple[float, float]) -> None:
    """Twenty-four reports: E[(1 + r)^k (1 - r)^(24 - k)] against the trapezoidal rule in logarithms."""
    z = z_of(0.9)
    r, rest, log_weight = gauss_rule(*span, z, 24)
    mu, sd = (float(part) for part in parameters(*span, z))
    nodes, grid = normal_grid(mu, sd, 24)
    log_r, log_rest = log_expit(mu + sd * nodes), log_expit(-mu - sd * nodes)
    for k in (0, 1, 12, 23, 24):
        mean = logsumexp(grid + k * np.log1p(np.exp(log_r)) + (24 - k) * log_rest)
        assert logsumexp(log_weight + k * np.log1p(r) + (24 - k) * np.log(rest)) == pytest.approx(mean, abs=1e-12)


def test_what_lies_beyond_the_reach_is_below_one_part_in_ten_to_the_eighteen() -> None:
    assert 2 * mpmath.ncdf(-ranges.REACH) < 1e-18
