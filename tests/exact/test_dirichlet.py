"""Dirichlet mixtures, part by part: Gauss-Jacobi rules, Dirichlet moments in closed form, Beta quantiles in mpmath.

Nothing here is random but fixed problems: a failure is an error, never chance. Weighted points have standard errors; they
are held to six of them.
"""

from __future__ import annotations

from itertools import product

import mpmath
import numpy as np
import pytest
from scipy.special import gammaln, log_ndtr, roots_jacobi

from processtrace.exact import dirichlet
from processtrace.exact.dirichlet import beta_rule, mixture, simplex_rule, stick_breaking


def dirichlet_moment(alpha: np.ndarray, powers: np.ndarray) -> float:
    """Log E[prod w^powers]."""
    total = alpha.sum()
    return float(gammaln(total) - gammaln(total + powers.sum()) + (gammaln(alpha + powers) - gammaln(alpha)).sum())


def enumerated(alpha: np.ndarray, nats: np.ndarray) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
    """Log evidence, mean, sd and responsibilities, by every assignment of terms to hypotheses."""
    terms, count = nats.shape
    best, total = -np.inf, alpha.sum()
    rows = []
    for z in product(range(count), repeat=terms):
        n = np.bincount(z, minlength=count)
        rows.append((n, z, dirichlet_moment(alpha, n) + nats[np.arange(terms), z].sum()))
        best = max(best, rows[-1][2])
    weight = np.exp([row[2] - best for row in rows])
    n = np.array([row[0] for row in rows])
    share = weight / weight.sum()
    mean = share @ (alpha + n) / (total + terms)
    square = share @ ((alpha + n) * (alpha + n + 1)) / ((total + terms) * (total + terms + 1))
    of = np.zeros((terms, count))
    for (_, z, _), part in zip(rows, share, strict=True):
        of[np.arange(terms), z] += part
    return best + np.log(weight.sum()), mean, np.sqrt(square - mean**2), of


@pytest.mark.parametrize(("a", "b"), [(1, 1), (0.5, 3), (3, 0.5), (0.02, 0.7), (0.5, 0.5), (40, 2.5), (1, 300)])
@pytest.mark.parametrize("order", [1, 2, 3, 12])
def test_beta_rules_integrate_every_product_of_their_degree(a: float, b: float, order: int) -> None:
    """E[v^i (1 - v)^j] = B(a + i, b + j)/B(a, b) for i + j up to 2 order - 1."""
    v, rest, log_weight = beta_rule(a, b, order)
    assert len(v) == order
    np.testing.assert_allclose(v + rest, 1, rtol=1e-14)
    for degree in range(2 * order):
        for up in {0, degree // 2, degree}:
            truth = dirichlet_moment(np.array([a, b]), np.array([up, degree - up]))
            found = np.logaddexp.reduce(log_weight + up * np.log(v) + (degree - up) * np.log(rest))
            assert found == pytest.approx(truth, rel=0, abs=1e-9)


def test_beta_rules_have_the_nodes_and_weights_of_jacobi() -> None:
    for a, b in ((1.3, 2.0), (0.4, 0.9), (7.0, 1.0)):
        x, weight = roots_jacobi(9, b - 1, a - 1)
        v, _, log_weight = beta_rule(a, b, 9)
        np.testing.assert_allclose(v, (1 + x) / 2, rtol=1e-10)
        np.testing.assert_allclose(np.exp(log_weight), weight / weight.sum(), rtol=1e-10)


def test_a_beta_rule_keeps_the_digits_of_its_smallest_weights() -> None:
    """(1 - v)^119 lives on nodes whose weights are below 1e-30."""
    _, rest, log_weight = beta_rule(30.0, 1.0, 60)
    assert log_weight.min() < np.log(1e-30)
    truth = dirichlet_moment(np.array([30.0, 1.0]), np.array([0, 119]))
    assert np.logaddexp.reduce(log_weight + 119 * np.log(rest)) == pytest.approx(truth, rel=0, abs=1e-6)


@pytest.mark.parametrize("alpha", [(1.0, 1.0, 1.0), (0.3, 2.0, 0.9), (5.0, 0.2), (0.5, 1.0, 2.0, 3.0), (2.0,)])
def test_simplex_rules_have_the_moments_of_the_dirichlet(alpha: tuple[float, ...]) -> None:
    log_w, log_weight = simplex_rule(alpha, 3)
    assert log_w.shape == (3 ** (len(alpha) - 1), len(alpha))
    np.testing.assert_allclose(np.exp(log_w).sum(axis=1), 1, rtol=1e-13)
    for powers in product(range(4), repeat=len(alpha)):
        if sum(powers) <= 5:
            found = np.logaddexp.reduce(log_weight + log_w @ np.array(powers))
            assert found == pytest.approx(dirichlet_moment(np.array(alpha), np.array(powers)), rel=0, abs=1e-11)


def test_sticks_break_where_the_beta_quantile_is_an_elementary_function() -> None:
    """Beta(a, 1) has the quantile p^(1/a), and the rest of Beta(1, b) is (1 - p)^(1/b): tails that no double holds included."""
    x = np.array([[-30.0], [-5.0], [-0.3], [0.0], [1.2], [6.0], [30.0]])
    for a in (1.0, 0.5, 0.004, 6.0):
        np.testing.assert_allclose(stick_breaking(np.array([a, 1.0]), x)[:, 0], log_ndtr(x[:, 0]) / a, rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(stick_breaking(np.array([1.0, a]), x)[:, 1], log_ndtr(-x[:, 0]) / a, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("alpha", [(2.5, 0.7, 1.3), (0.02, 0.03, 4.0)])
def test_sticks_are_beta_quantiles_of_what_is_left(alpha: tuple[float, ...]) -> None:
    x = np.array([[-2.0, 0.5], [0.4, -1.5], [1.1, 1.9], [0.0, 0.0]])
    log_w = stick_breaking(np.array(alpha), x)
    np.testing.assert_allclose(np.logaddexp.reduce(log_w, axis=1), 0, atol=1e-12)
    for row, (first, second) in zip(log_w, x, strict=True):
        with mpmath.workdps(30):
            v = mpmath.exp(row[0])
            left = mpmath.betainc(alpha[0], alpha[1] + alpha[2], 0, v, regularized=True)
            assert float(left) == pytest.approx(float(mpmath.ncdf(first)), rel=1e-9)
            second_v = mpmath.exp(row[1]) / (mpmath.exp(row[1]) + mpmath.exp(row[2]))
            left = mpmath.betainc(alpha[1], alpha[2], 0, second_v, regularized=True)
            assert float(left) == pytest.approx(float(mpmath.ncdf(second)), rel=1e-9)


def test_a_stick_too_short_for_a_double_follows_its_tail() -> None:
    """v^a/(a B(a, b)) = Phi(x) where v is next to 0: log v = -4,600 here."""
    a, b, x = 0.01, 0.7, -9.0
    log_v = stick_breaking(np.array([a, b]), np.array([[x]]))[0, 0]
    with mpmath.workdps(30):
        log_beta = mpmath.log(mpmath.beta(a, b))
        truth = (mpmath.log(mpmath.ncdf(x)) + mpmath.log(a) + log_beta) / a
    assert truth < -4000
    assert log_v == pytest.approx(float(truth), rel=1e-10)


ALPHAS = [[1, 1, 1], [0.3, 0.8, 2.5], [2.0, 0.1], [0.02, 0.03, 0.05]]


@pytest.mark.parametrize("alpha", ALPHAS)
def test_weighted_points_agree_with_every_assignment(alpha: list[float]) -> None:
    """Held to six of their own standard errors, which must be small."""
    nats = np.random.default_rng(11).normal(0, 2, (5, len(alpha))) - np.array([[0.0], [900.0], [3.0], [0.0], [0.0]])
    made = dirichlet._weighted(np.array(alpha, float), nats, np.arange(len(alpha)))
    log_evidence, mean, sd, responsibility = enumerated(np.array(alpha, float), nats)
    assert made.error_nats < 0.02
    assert made.error_mean < 0.01
    assert made.log_evidence == pytest.approx(log_evidence, abs=6 * made.error_nats)
    np.testing.assert_allclose(made.mean, mean, atol=6 * made.error_mean)
    np.testing.assert_allclose(made.sd, sd, atol=20 * made.error_mean)
    np.testing.assert_allclose(made.responsibility, responsibility, atol=20 * made.error_mean)
    assert not made.exact


def test_weighted_points_with_a_hypothesis_that_has_no_weight() -> None:
    nats = np.random.default_rng(12).normal(0, 1, (6, 3))
    made = dirichlet._weighted(np.array([1.0, 0.0, 2.0]), nats, np.array([0, 2]))
    two = dirichlet._weighted(np.array([1.0, 2.0]), nats[:, [0, 2]], np.arange(2))
    np.testing.assert_array_equal(made.mean, [two.mean[0], 0, two.mean[1]])
    np.testing.assert_array_equal(made.responsibility, np.insert(two.responsibility, 1, 0, axis=1))
    assert made.log_evidence == two.log_evidence
    refuted = nats.copy()
    refuted[3, [0, 2]] = -np.inf
    assert dirichlet._weighted(np.array([1.0, 0.0, 2.0]), refuted, np.array([0, 2])).log_evidence == -np.inf


def test_products_of_terms_are_taken_in_logarithms_where_they_would_underflow() -> None:
    w = np.array([[0.25, 0.75], [1e-200, 1.0]])
    parts = [np.array([[1.0, 0.5], [0.0, 0.2]]), np.array([[1.0, 1e-3], [0.3, 0.4]])]
    expected = sum(np.log(w @ part).sum(axis=1) for part in parts)
    np.testing.assert_allclose(dirichlet._log_product(w, parts), expected, rtol=1e-13)
    np.testing.assert_allclose(dirichlet._log_product(w[:1], parts), expected[:1], rtol=1e-13)
    tiny = [np.array([[1.0], [0.0]])] * 3  # 1e-600 in the second point
    np.testing.assert_allclose(dirichlet._log_product(w, tiny), 3 * np.log([0.25, 1e-200]), rtol=1e-13)


def test_blocks_cut_without_gap_or_overlap() -> None:
    assert [np.arange(7)[part].tolist() for part in dirichlet.blocks(7, 3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert dirichlet.blocks(0, 3) == []
    assert [np.arange(6)[part].tolist() for part in dirichlet.blocks(6, 3)] == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("terms", [0, 1, 2, 3, 4, 5])
def test_the_nodes_that_exactness_needs_are_no_more_than_that(terms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """(terms + 3)/2 nodes of each coordinate, rounded up, are exact; with one fewer the variance is not, and the rule says so."""
    alpha = np.array([0.6, 1.1, 0.8])
    nats = np.random.default_rng(terms).normal(0, 3, (terms, 3))
    needed = -(-(terms + 3) // 2)
    truth = enumerated(alpha, nats)
    monkeypatch.setattr(dirichlet, "MOST_NODES", needed**2)
    made = mixture(alpha, nats)
    assert made.exact
    assert (made.error_nats, made.error_mean) == (0, 0)
    for got, expected in zip((made.log_evidence, made.mean, made.sd, made.responsibility), truth, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-11)
    fewer = dirichlet._integrated(alpha, nats, np.arange(3), needed - 1)
    if terms % 2:
        assert np.abs(fewer.sd - truth[2]).max() > 1e-6


def test_a_coarser_rule_states_an_error_that_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    alpha, nats = np.array([0.6, 1.1, 0.8]), np.random.default_rng(21).normal(0, 2, (8, 3))
    log_evidence, mean, sd, responsibility = enumerated(alpha, nats)
    monkeypatch.setattr(dirichlet, "MOST_NODES", 5**2)  # six would be exact
    made = mixture(alpha, nats)
    assert not made.exact
    assert made.method == "quadrature with fewer nodes than exactness needs"
    assert 0 < made.error_mean < 1e-4
    assert made.log_evidence == pytest.approx(log_evidence, abs=made.error_nats)
    np.testing.assert_allclose(made.mean, mean, atol=made.error_mean)
    np.testing.assert_allclose(made.sd, sd, atol=1e-3)
    np.testing.assert_allclose(made.responsibility, responsibility, atol=1e-3)
    coarser = dirichlet._integrated(alpha, nats, np.arange(3), 4)
    assert made.error_nats == pytest.approx(abs(made.log_evidence - coarser.log_evidence), rel=1e-12)
    assert made.error_mean == pytest.approx(np.abs(made.mean - coarser.mean).max(), rel=1e-12)
    monkeypatch.setattr(dirichlet, "GOOD_ENOUGH", 0.0)  # now points are asked too, and the smaller error wins
    better = mixture(alpha, nats)
    points = dirichlet._weighted(alpha, nats, np.arange(3))
    assert better.error_mean == min(made.error_mean, points.error_mean)
    monkeypatch.setattr(dirichlet, "MOST_NODES", 2**2)  # fewer than three nodes of a coordinate: points alone
    assert np.isfinite(mixture(alpha, nats).effective)
    assert mixture(alpha, nats).method.startswith("importance sampling")


def test_the_exact_rule_says_so_and_one_hypothesis_needs_no_rule() -> None:
    assert mixture(np.ones(2), np.zeros((3, 2))).method == "exact quadrature"
    alone = mixture(np.array([0.0, 3.0]), np.array([[0.0, -2.0], [0.0, -5.0]]))
    assert alone.exact
    assert alone.log_evidence == pytest.approx(-7, rel=1e-14)
    np.testing.assert_array_equal(alone.mean, [0, 1])
    np.testing.assert_allclose(alone.sd, 0, atol=1e-7)
    np.testing.assert_allclose(alone.responsibility, [[0, 1], [0, 1]], rtol=1e-14)


@pytest.mark.parametrize("alpha", [[1.0, 1.0], [0.5, 0.5, 3.0]])
def test_terms_that_no_weight_allows_give_nothing(alpha: list[float]) -> None:
    nats = np.zeros((3, len(alpha)))
    nats[1] = -np.inf
    made = mixture(np.array(alpha), nats)
    assert made.log_evidence == -np.inf
    assert np.isnan(made.mean).all()
    assert np.isnan(made.sd).all()
    assert np.isnan(made.responsibility).all()
    assert made.responsibility.shape == nats.shape
