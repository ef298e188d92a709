"""Shares around a learned mean, and weighted points: against quadrature on a grid, closed forms and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from inference.test_mixtures import enumerated
from scipy.special import gammaln, logsumexp
from strategies.designs import ten_items

from processtrace.errors import AnalysisError
from processtrace.exact import hierarchical as learned_module
from processtrace.exact.dirichlet import mixture
from processtrace.exact.hierarchical import learned
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
