"""Importance sampling around the mode: densities whose integral, mode and curvature are known in closed form.

Points are fixed: a failure is an error, never chance. What has a standard error is held to six of it.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp

from processtrace.exact import importance
from processtrace.exact.importance import SCRAMBLES, Points, log_standard_normal, points, worth

MEAN = np.array([2.0, -1.0, 0.5])
PRECISION = np.array([[2.0, 0.6, 0.1], [0.6, 1.0, -0.3], [0.1, -0.3, 0.7]])


def normal(x: np.ndarray) -> np.ndarray:
    """Three dependent normal parameters, up to a factor whose log is known."""
    off = x - MEAN
    return -0.5 * np.einsum("pi,ij,pj->p", off, PRECISION, off)


LOG_INTEGRAL = 1.5 * np.log(2 * np.pi) - 0.5 * np.linalg.slogdet(PRECISION)[1]


def test_the_standard_normal_density_is_normalised() -> None:
    x = np.linspace(-9, 9, 181)
    assert logsumexp(log_standard_normal(x[:, None])) + np.log(0.1) == pytest.approx(0, abs=1e-13)
    pairs = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
    assert logsumexp(log_standard_normal(pairs)) + 2 * np.log(0.1) == pytest.approx(0, abs=1e-13)


def test_curvature_of_a_function_with_known_derivatives() -> None:
    """f = -cosh(x) - 2 y^2 + x y at (0.3, -0.2): slope and Hessian by hand."""
    x, y = 0.3, -0.2
    slope, values, vectors = importance._curvature(lambda p: -np.cosh(p[:, 0]) - 2 * p[:, 1] ** 2 + p[:, 0] * p[:, 1], np.array([x, y]))
    np.testing.assert_allclose(slope, [-np.sinh(x) + y, -4 * y + x], atol=1e-6)
    np.testing.assert_allclose(vectors * values @ vectors.T, [[np.cosh(x), -1], [-1, 4]], atol=1e-5)


def test_directions_that_curve_upwards_are_turned_round_and_flat_ones_are_bounded() -> None:
    _, values, _ = importance._curvature(lambda p: 2 * p[:, 0] ** 2 - 3 * p[:, 1] ** 2, np.zeros(2))
    np.testing.assert_allclose(sorted(values), [4, 6], rtol=1e-5)
    _, values, _ = importance._curvature(lambda p: np.zeros(len(p)), np.zeros(2))
    np.testing.assert_allclose(values, importance._WIDEST**-2, rtol=1e-12)


@pytest.mark.parametrize("start", [np.zeros(3), np.array([40.0, -30.0, 25.0])])
def test_the_mode_of_a_normal_and_the_root_of_its_covariance(start: np.ndarray) -> None:
    middle, root = importance._mode(normal, start)
    np.testing.assert_allclose(middle, MEAN, atol=1e-4)
    np.testing.assert_allclose(root @ root.T, np.linalg.inv(PRECISION), rtol=1e-4, atol=1e-4)


def test_the_mode_of_a_skewed_density_far_from_the_start() -> None:
    """log density a x - e^x (the log of a Gamma variable): mode log a, curvature a."""
    for a in (0.5, 300.0):
        middle, root = importance._mode(lambda x, a=a: a * x[:, 0] - np.exp(x[:, 0]), np.zeros(1))
        assert middle[0] == pytest.approx(np.log(a), abs=1e-3)
        assert root[0, 0] ** 2 == pytest.approx(1 / a, rel=1e-2)


def test_a_normal_has_its_integral_and_moments() -> None:
    found = points(normal, np.zeros(3), 512)
    assert found.x.shape == (SCRAMBLES * 512, 3)
    assert np.exp(found.log_weight).sum() == pytest.approx(1, rel=1e-12)
    assert found.error_nats < 5e-3
    assert found.log_evidence == pytest.approx(LOG_INTEGRAL, abs=6 * found.error_nats)
    mean, error = found.mean(found.x)
    assert (error < 0.01).all()
    assert (np.abs(mean - MEAN) < 6 * error).all()
    products, error = found.mean((found.x - MEAN)[:, :, None] * (found.x - MEAN)[:, None])
    assert products.shape == (3, 3)
    assert (np.abs(products - np.linalg.inv(PRECISION)) < 6 * error).all()
    assert found.effective > 0.5 * len(found.x)


def test_the_proposal_is_normalised_wherever_the_density_lies() -> None:
    """A constant times the prior, whose integral is the constant, and a narrow density far out."""
    found = points(lambda x: 3.0 + log_standard_normal(x), np.zeros(2), 512)
    assert found.error_nats < 2e-3
    assert found.log_evidence == pytest.approx(3, abs=6 * found.error_nats)
    far = points(lambda x: log_standard_normal(4 * (x - 7)), np.zeros(2), 512)
    assert far.error_nats < 5e-3
    assert far.log_evidence == pytest.approx(-2 * np.log(4), abs=6 * far.error_nats)


def test_a_skewed_density_has_its_gamma_function() -> None:
    """The integral of exp(a x - e^x) is Gamma(a)."""
    a = 2.5
    found = points(lambda x: a * x[:, 0] - np.exp(x[:, 0]), np.zeros(1), 512)
    assert found.error_nats < 5e-3
    assert found.log_evidence == pytest.approx(gammaln(a), abs=6 * found.error_nats)


def test_two_peaks_of_which_the_mode_tells_of_one() -> None:
    """Points from the prior find the other: half of all, on each side of 0."""

    def density(x: np.ndarray) -> np.ndarray:
        return np.logaddexp(log_standard_normal(3 * (x - 1.5)), log_standard_normal(3 * (x + 1.5))) + np.log(3 / 2)

    found = points(density, np.full(1, 1.0), 512)
    assert found.error_nats < 0.05
    assert found.log_evidence == pytest.approx(0, abs=6 * found.error_nats)
    share, error = found.mean((found.x[:, 0] > 0).astype(float))
    assert error < 0.05
    assert share == pytest.approx(0.5, abs=6 * error)


def test_the_error_of_the_evidence_is_that_of_the_scrambles_own_means() -> None:
    """A scramble's share of all weight is an eighth, times its own mean relative to that of all."""
    found = points(lambda x: log_standard_normal(2 * (x - 1)), np.zeros(2), 64)
    relative = SCRAMBLES * np.exp(found.log_weight).reshape(SCRAMBLES, 64).sum(axis=1)
    assert found.error_nats == pytest.approx(np.std(relative, ddof=1) / np.sqrt(8), rel=1e-10)


def test_effective_draws_and_means_by_hand() -> None:
    """Kish: 1/sum w^2. The standard error is that of eight scrambles' own weighted means."""
    rng = np.random.default_rng(5)
    weight = rng.gamma(1.0, size=SCRAMBLES * 4)
    weight /= weight.sum()
    values = rng.normal(size=(SCRAMBLES * 4, 2))
    made = Points(np.zeros((SCRAMBLES * 4, 1)), np.log(weight), 0.0, 0.0)
    assert made.effective == pytest.approx(1 / (weight**2).sum(), rel=1e-12)
    mean, error = made.mean(values)
    np.testing.assert_allclose(mean, weight @ values, rtol=1e-12)
    each = [weight[k : k + 4] @ values[k : k + 4] / weight[k : k + 4].sum() for k in range(0, SCRAMBLES * 4, 4)]
    np.testing.assert_allclose(error, np.std(each, axis=0, ddof=1) / np.sqrt(8), rtol=1e-12)


def test_what_few_points_are_worth_is_doubted() -> None:
    assert worth(399.6) == "importance sampling: points worth 400 draws, too few for their stated error to be trusted"
    assert worth(400.0) == "importance sampling: points worth 400 draws"
