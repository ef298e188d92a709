"""Shares drawn again: held against a sum over every division of the units, and from draws that are stuck in one mode.

Means are held to 4.5 standard errors of independent draws: nine means, so that a right step fails in one of 16,000 runs.
"""

import itertools
from pathlib import Path

import numpy as np
import pytest
from scipy.special import gammaln

import processtrace as pt
from processtrace.pymc_models.assigned import Division, divided

ROOT = Path(__file__).parents[2]
DRAWS = 20_000
NATS = np.log([[0.9, 0.02, 0.3], [0.7, 0.05, 0.6], [0.2, 0.1, 0.2]])


def exact(nats, alpha):
    """Mean and variance of the shares, by every division of the units: a mixture of Dirichlet distributions."""
    weights, means, seconds = [], [], []
    for accounts in itertools.product(range(len(alpha)), repeat=len(nats)):
        counts = np.bincount(accounts, minlength=len(alpha))
        if ((alpha == 0) & (counts > 0)).any():
            continue
        held = alpha > 0
        weights.append(sum(nats[k, h] for k, h in enumerate(accounts)) + (gammaln((alpha + counts)[held]) - gammaln(alpha[held])).sum())
        total = (alpha + counts).sum()
        means.append((alpha + counts) / total)
        seconds.append((alpha + counts) * (alpha + counts + 1) / (total * (total + 1)))
    p = np.exp(np.array(weights) - max(weights))
    mean, second = p @ means / p.sum(), p @ seconds / p.sum()
    return mean, second - mean**2


def log_shares(nats, alpha, start, group, rng, sweeps=25):
    """Shares of blocks that are units and have no source, drawn again."""
    each = np.arange(len(group))
    made = Division(lambda _: nats, np.zeros(0, np.int64), each, group, alpha, np.zeros(nats.shape[1:]))
    return divided(made, np.zeros((len(nats), 0)), start, rng, sweeps).log_share


@pytest.mark.parametrize("alpha", [[0.01, 1.5, 0.0], [0.3, 0.3, 0.3], [2.0, 0.001, 0.5]])
@pytest.mark.parametrize("stuck", [0, 1])
def test_shares_are_those_of_every_division_wherever_they_start(alpha, stuck):
    alpha = np.array(alpha)
    start = np.full((DRAWS, 1, 3), -np.inf)
    start[..., stuck] = 0.0
    nats = np.broadcast_to(NATS, (DRAWS, *NATS.shape))
    made = np.exp(log_shares(nats, alpha[None, None], start, np.zeros(3, np.int64), np.random.default_rng(1), sweeps=40))[:, 0]
    mean, variance = exact(NATS, alpha)
    assert np.abs(made.mean(axis=0) - mean) == pytest.approx(0, abs=4.5 * np.sqrt(variance.max() / DRAWS))
    # a spread of a hundred thousandth is that of a share that is nearly always 0 or 1
    assert made.var(axis=0) == pytest.approx(variance, abs=0.012)
    assert (made[:, alpha == 0] == 0).all()


def test_groups_have_shares_of_their_own_and_parameters_may_differ_by_draw():
    group = np.array([1, 0, 1])
    alpha = np.stack([np.tile([[0.5, 0.5, 0.5], [1.0, 0.2, 0.3]], (DRAWS, 1, 1)), np.ones((DRAWS, 2, 3))], axis=1).reshape(-1, 2, 3)
    nats = np.broadcast_to(NATS, (len(alpha), *NATS.shape))
    made = np.exp(log_shares(nats, alpha, np.full((len(alpha), 2, 3), -np.log(3)), group, np.random.default_rng(2)))
    for k, some in enumerate((slice(0, None, 2), slice(1, None, 2))):
        for own in (0, 1):
            mean, variance = exact(NATS[group == own], alpha[k, own])
            assert np.abs(made[some, own].mean(axis=0) - mean) == pytest.approx(0, abs=4.5 * np.sqrt(variance.max() / DRAWS))


def test_no_sweep_leaves_draws_of_the_posterior_what_they_are():
    """Without a sweep the step draws what accounts for the units, then the shares: from the prior it would go to neither."""
    alpha = np.array([0.4, 1.0, 0.6])
    nats = np.zeros((DRAWS, 3, 3))
    rng = np.random.default_rng(3)
    before = np.log(rng.dirichlet(alpha, DRAWS))[:, None]
    made = np.exp(log_shares(nats, alpha[None, None], before, np.zeros(3, np.int64), rng, sweeps=0))[:, 0]
    assert np.abs(made.mean(axis=0) - alpha / 2) == pytest.approx(0, abs=4.5 * np.sqrt(0.25 / 3 / DRAWS))


@pytest.mark.parametrize("start", [-3.0, 3.0])
def test_reliabilities_move_with_what_accounts_for_their_units_and_both_are_the_posterior(start):
    """Two units of one block, each with a source: held against a sum over a grid of both reliabilities and both hypotheses."""

    def nats(y):
        return np.stack([np.stack([y[:, 0], -0.5 + 0 * y[:, 0]], -1), np.stack([0.5 - y[:, 1], 0.5 * y[:, 1]], -1)], axis=1)

    one = np.zeros(2, np.int64)
    made = Division(nats, np.array([0, 1]), one, one[:1], np.array([[[0.2, 0.4]]]), np.array([[0.3, 0.0]]))
    begin = np.full((DRAWS, 1, 2), -np.inf)
    begin[..., 0 if start < 0 else 1] = 0.0
    drawn = divided(made, np.full((DRAWS, 2), start), begin, np.random.default_rng(4), sweeps=60)
    grid = np.linspace(-9, 9, 721)
    y = np.stack([part.ravel() for part in np.meshgrid(grid, grid, indexing="ij")], axis=1)
    value = np.log([0.2, 0.4]) + nats(y).sum(axis=1) + [0.3, 0.0] - (y * y).sum(axis=1, keepdims=True) / 2
    p = np.exp(value - value.max())
    p /= p.sum()
    shares = np.array([[1.2, 0.4], [0.2, 1.4]]) / 1.6
    # each within 4.5 standard errors of independent draws: five means, so that a right step fails in one of 29,000 runs
    for got, want in (
        (np.exp(drawn.log_share[:, 0, 0]), p.sum(axis=0) @ shares[:, 0]),
        *((drawn.standard[:, k], (p.sum(axis=1) * y[:, k]).sum()) for k in (0, 1)),
        *((drawn.standard[:, k] ** 2, (p.sum(axis=1) * y[:, k] ** 2).sum()) for k in (0, 1)),
    ):
        assert got.mean() == pytest.approx(want, abs=4.5 * got.std() / np.sqrt(DRAWS))
    np.testing.assert_allclose(drawn.nats[:, 0], nats(drawn.standard).sum(axis=1) + np.array([0.3, 0.0]))


def test_blocks_that_belong_together_pass_from_one_hypothesis_to_another():
    """Six blocks of which either of two hypotheses accounts for all: one by one they would pass through what is next to impossible."""
    nats = np.broadcast_to(np.log([[0.5, 0.5, 1e-9]] * 6), (4000, 6, 3))
    alpha, start = np.full((1, 1, 3), 1e-7), np.full((4000, 1, 3), -np.inf)
    start[..., 0] = 0.0
    made = np.exp(log_shares(nats, alpha, start, np.zeros(6, np.int64), np.random.default_rng(5)))[:, 0]
    # after 100 exchanges, of which one in three is of these two and all are taken, half of the draws are on either side, +-4.5 se
    assert (made[:, 1] > 0.5).mean() == pytest.approx(0.5, abs=4.5 * 0.5 / np.sqrt(4000))


@pytest.mark.parametrize(("model", "share"), [("pooled", "case_share"), ("shares", "evidence_share")])
def test_a_mode_with_a_prior_next_to_nothing_is_reached(model, share):
    """R v Adams: one of 200,000 before a match that one of millions would show; chains of shares alone stay near the prior."""
    study = pt.load_study(ROOT / "models" / "adams.yaml")
    tree = pt.sample(study, model, random_seed=1)
    assert tree.attrs["converged"], tree.attrs["diagnostics"]
    exact_mean = getattr(pt.mixtures, model)(study)[share]
    assert float(np.abs(tree["posterior"][share].mean(("chain", "draw")) - exact_mean).max()) < 0.02
