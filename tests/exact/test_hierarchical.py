"""Shares around a learned mean, and weighted points: against sums over every assignment, quadrature, closed forms and simulated truth."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp
from strategies.designs import ten_items
from truth.all_assignments import enumerated

from processtrace.errors import AnalysisError
from processtrace.exact import hierarchical
from processtrace.exact import hierarchical as learned_module
from processtrace.exact.dirichlet import mixture
from processtrace.exact.hierarchical import learned, ways
from processtrace.exact.importance import points
from processtrace.inference import mixtures


def on_a_grid(alpha, background, units):
    """log evidence and means of two hypotheses' shares, by the trapezoidal rule over logit m and log kappa."""
    odds, log_kappa = np.linspace(-18, 18, 241), np.log(alpha.sum()) + np.linspace(-6, 6, 121)
    total, m, shares = np.zeros((241, 121)), 1 / (1 + np.exp(-odds)), np.zeros((len(units), 241, 121))
    for i in range(241):
        for j in range(121):
            mean = np.array([m[i], 1 / (1 + np.exp(odds[i]))])
            total[i, j] = alpha @ np.log(mean) + gammaln(alpha.sum()) - gammaln(alpha).sum()
            total[i, j] -= (log_kappa[j] - np.log(alpha.sum())) ** 2 / 2 + 0.5 * np.log(2 * np.pi)
            for c, nats in enumerate(units):
                own = mean * np.exp(background[c])
                evidence, share, _, _ = enumerated(np.exp(log_kappa[j]) * own / own.sum(), nats)
                total[i, j] += evidence
                shares[c, i, j] = share[0]
    post = np.exp(total - logsumexp(total))
    log_evidence = logsumexp(total) + np.log((odds[1] - odds[0]) * (log_kappa[1] - log_kappa[0]))
    common = (post.sum(axis=1) * m).sum()
    kappa = (post.sum(axis=0) * np.exp(log_kappa)).sum()
    return log_evidence, common, kappa, (shares * post).sum(axis=(1, 2))


def test_learned_shares_are_those_of_a_grid():
    rng = np.random.default_rng(1)
    alpha, background = np.array([1.2, 0.9]), np.array([[0.0, 0.0], [0.4, -0.7]])
    units = [rng.normal(0, 3, (4, 2)), rng.normal(0, 3, (2, 2)) - 200]
    truth, made = on_a_grid(alpha, background, units), learned(alpha, background, units)
    assert made.log_evidence == pytest.approx(truth[0], abs=max(6 * made.error_nats, 1e-3))
    assert made.error_nats < 0.01
    assert made.common_mean[0] == pytest.approx(truth[1], abs=6 * made.error_mean)
    assert made.concentration_mean == pytest.approx(truth[2], rel=0.01)
    assert np.allclose(made.share_mean[:, 0], truth[3], atol=6 * made.error_mean)
    assert made.error_mean < 0.002
    assert np.allclose(made.share_mean.sum(axis=1), 1)


def test_a_hypothesis_that_a_case_excludes_has_no_share_there():
    rng = np.random.default_rng(2)
    background = np.array([[0.0, 0.0, 0.0], [0.2, -np.inf, 0.0]])
    made = learned(np.ones(3), background, [rng.normal(0, 2, (5, 3)), rng.normal(0, 2, (5, 3))])
    assert made.share_mean[1, 1] == made.share_sd[1, 1] == 0
    assert made.share_mean[0, 1] > 0.01


def test_many_cases_find_the_mean_that_made_them():
    """300 simulated cases whose units are all but labelled: mean and concentration within 4 posterior sd (a right method fails once in 4,000)."""
    rng = np.random.default_rng(3)
    m, kappa = np.array([0.6, 0.3, 0.1]), 5.0
    units = []
    for share in rng.dirichlet(kappa * m, 300):
        nats = np.full((12, 3), -6.0)
        nats[np.arange(12), rng.choice(3, 12, p=share)] = 0
        units.append(nats)
    made = learned(np.ones(3), np.zeros((300, 3)), units)
    assert (np.abs(made.common_mean - m) < 4 * made.common_sd).all()
    assert abs(made.concentration_mean - kappa) < 4 * made.concentration_sd
    assert made.concentration_sd < 1
    assert (np.abs(made.common_mean - m) < 0.1).all()


def test_too_many_ways_are_told(monkeypatch):
    monkeypatch.setattr(learned_module, "MOST_COEFFICIENTS", 100)
    with pytest.raises(AnalysisError, match="sample them instead"):
        learned(np.ones(4), np.zeros((2, 4)), [np.zeros((9, 4))] * 2)


def test_points_find_a_normal_and_state_their_error():
    """A bivariate normal with a factor e^7: its integral, mean and variance are known; six standard errors."""
    mean, cov = np.array([2.0, -1.0]), np.array([[1.0, 0.8], [0.8, 2.0]])
    inverse = np.linalg.inv(cov)

    def log_density(x):
        off = x - mean
        return 7 - 0.5 * np.einsum("pi,ij,pj->p", off, inverse, off) - np.log(2 * np.pi) - 0.5 * np.linalg.slogdet(cov)[1]

    found = points(log_density, np.zeros(2), 512)
    assert found.log_evidence == pytest.approx(7, abs=6 * found.error_nats)
    assert found.error_nats < 2e-3
    middle, error = found.mean(found.x)
    assert (np.abs(middle - mean) < 6 * error).all()
    spread, error = found.mean((found.x - mean) ** 2)
    assert (np.abs(spread - np.diag(cov)) < 6 * error).all()
    assert 0.6 * 4096 < found.effective < 4096


@pytest.mark.parametrize("terms", [1100, 3000])
def test_many_cases_are_weighted_points_and_agree_with_a_fine_grid(terms):
    """Two hypotheses, more terms than exactness can afford: the weight's density on 200,001 points of [0, 1]."""
    rng = np.random.default_rng(terms)
    nats = rng.normal(0, 2, (terms, 2)) + np.array([0.5, 0.0])
    w = np.linspace(0, 1, 200_001)[1:-1]
    total = 0.3 * np.log(w) + np.log1p(-w) + gammaln(3.3) - gammaln(1.3) - gammaln(2)
    for row in nats:
        total += row.max() + np.log(w * np.exp(row[0] - row.max()) + (1 - w) * np.exp(row[1] - row.max()))
    post = np.exp(total - logsumexp(total))
    mean, made = post @ w, mixture(np.array([1.3, 2.0]), nats)
    assert np.isfinite(made.effective)
    assert "importance" in made.method
    assert made.log_evidence == pytest.approx(logsumexp(total) + np.log(w[1] - w[0]), abs=6 * made.error_nats)
    assert made.mean[0] == pytest.approx(mean, abs=6 * made.error_mean)
    assert made.sd[0] == pytest.approx(np.sqrt(post @ (w - mean) ** 2), rel=0.01)
    assert made.error_mean < 1e-3
    one = np.exp(nats[5] - nats[5].max())
    assert made.responsibility[5, 0] == pytest.approx(post @ (w * one[0] / (w * one[0] + (1 - w) * one[1])), abs=1e-3)


@pytest.mark.parametrize("alpha", [[0.5, 0.5, 1, 1], [1.485, 1.455, 0.03, 0.03], [2.5e-4] * 4])
def test_a_hypothesis_told_apart_in_two_changes_nothing_for_the_others(alpha):
    """Of four hypotheses two predict alike: with 400 cases the exact rule reaches three, and four only a coarser one."""
    nats = np.random.default_rng(5).normal(0, 1.5, (400, 3))
    whole = mixture(np.array([alpha[0] + alpha[1], *alpha[2:]]), nats)
    made = mixture(np.array(alpha), np.hstack([nats[:, :1], nats]))
    assert whole.exact
    assert not made.exact
    assert made.log_evidence == pytest.approx(whole.log_evidence, abs=1e-6)
    assert np.allclose(made.mean[2:], whole.mean[1:], atol=1e-6)


@pytest.mark.parametrize("alpha", [[1, 1, 1], [1.485, 1.485, 0.03], [3e-4] * 3])
def test_one_unit_a_case_leaves_nothing_to_divide(alpha):
    """P(E_c) is then m @ L whatever the concentration, so that the exact mixture is the answer."""
    nats = np.random.default_rng(6).normal(0, 2, (5, 3))
    made = learned(np.array(alpha, float), np.zeros((5, 3)), [row[None] for row in nats])
    truth = mixture(np.array(alpha, float), nats)
    assert made.log_evidence == pytest.approx(truth.log_evidence, abs=max(6 * made.error_nats, 1e-3))
    assert np.allclose(made.common_mean, truth.mean, atol=max(6 * made.error_mean, 1e-3))
    assert made.effective > 400


def test_a_case_that_excludes_its_best_hypothesis_keeps_its_digits():
    units = [np.log(np.tile([0.9, 1e-6, 2e-6], (60, 1))), np.zeros((2, 3))]
    made = learned(np.ones(3), np.array([[-np.inf, 0.0, 0.0], [0.0, 0.0, 0.0]]), units)
    assert made.share_mean[0, 0] == 0
    assert made.share_mean[0, 2] > 0.95


@pytest.mark.parametrize("hypotheses", [21, 32])
def test_more_hypotheses_than_any_rule_can_hold(hypotheses):
    """Nothing but one term: the mean is (alpha + responsibility)/(total + 1)."""
    nats = np.random.default_rng(7).normal(0, 2, (1, hypotheses))
    made, likelihood = mixture(np.ones(hypotheses), nats), np.exp(nats[0])
    assert made.log_evidence == pytest.approx(np.log(likelihood.mean()), abs=max(6 * made.error_nats, 1e-3))
    assert np.allclose(made.mean, (1 + likelihood / likelihood.sum()) / (hypotheses + 1), atol=max(6 * made.error_mean, 1e-3))


def test_a_term_impossible_everywhere_and_one_hypothesis_without_prior():
    nats = np.random.default_rng(4).normal(0, 1, (2000, 3))
    made = mixture(np.array([1.0, 0.0, 2.0]), nats)
    two = mixture(np.array([1.0, 2.0]), nats[:, [0, 2]])
    assert made.mean[1] == 0
    assert np.allclose(made.mean[[0, 2]], two.mean)
    nats[7] = [-np.inf, 0, -np.inf]
    assert np.isneginf(mixture(np.array([1.0, 0.0, 2.0]), nats).log_evidence)


def test_learned_shares_of_a_study():
    study = ten_items(3)
    data = mixtures.learned_shares(study)
    assert np.allclose(data["evidence_share"].sum("hypothesis"), 1)
    assert data["common_share"].sum() == pytest.approx(1)
    assert "importance" in data.attrs["method"]


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
        np.testing.assert_allclose(
            second[c], sum(w * (part[1] ** 2 + part[2] ** 2) for w, part in zip(weight, each, strict=True)), rtol=1e-10, atol=1e-14
        )


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
