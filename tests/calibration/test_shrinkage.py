"""The best factor against a fine grid and a simulation with a known factor."""

import numpy as np
import pytest

from processtrace.calibration import KnownCases, best_factor, cross_validated, log_score, shrunk


def _made(n, factor, seed, k=3, strength=1.5):
    """Cases whose right weights are known, judged with weights that are `1 / factor` times too large."""
    rng = np.random.default_rng(seed)
    answer = rng.integers(k, size=n)
    right = rng.normal(0, strength, (n, k))
    right[np.arange(n), answer] += strength**2  # the log likelihood ratio of a normal shift
    return KnownCases(tuple(map(str, range(n))), np.zeros((n, k)), right / factor, answer)


def test_against_a_grid():
    for seed, factor in ((1, 0.5), (2, 1.0), (3, 2.5)):
        known = _made(40, factor, seed)
        grid = np.linspace(0, 4, 4001)
        scores = [log_score(shrunk(known.log_prior, known.log_likelihood, f), known.answer).mean() for f in grid]
        assert best_factor(known) == pytest.approx(grid[int(np.argmin(scores))], abs=1e-3)


def test_the_true_factor_is_found():
    # Five sets of 4,000 cases at a true factor of .5. An estimate has a standard deviation of about .015, their mean of .007:
    # .03 off has a probability below 1e-4.
    found = [best_factor(_made(4000, 0.5, seed)) for seed in range(5)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.03)


def test_the_ends():
    wrong = KnownCases(("a", "b"), np.zeros((2, 2)), np.array([[-1.0, 0.0], [-2.0, 0.0]]), np.array([0, 0]))
    assert best_factor(wrong) == 0
    sure = KnownCases(("a",), np.zeros((1, 2)), np.array([[1.0, 0.0]]), np.array([0]))
    assert best_factor(sure) == 4
    refuted = KnownCases(("a",), np.zeros((1, 2)), np.array([[-np.inf, 0.0]]), np.array([0]))
    assert best_factor(refuted) == 0
    rival_refuted = KnownCases(("a", "b"), np.zeros((2, 3)), np.array([[1.0, 0.0, -np.inf], [-1.0, 0.0, -np.inf]]), np.array([0, 0]))
    assert best_factor(rival_refuted) == pytest.approx(0, abs=1e-12)
    none = KnownCases((), np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, int))
    assert np.isnan(best_factor(none))
    assert cross_validated(none).shape == (0,)


def test_the_gain_is_honest():
    # With weights twice too large the gain is positive in expectation; each case is scored with a factor from the others.
    known = _made(200, 0.5, 9)
    gains = cross_validated(known)
    assert gains.mean() > 0.05
    rows = np.arange(200)
    factor = best_factor(known.chosen(np.delete(rows, 17)))
    before, after = (log_score(shrunk(known.log_prior[17:18], known.log_likelihood[17:18], f), known.answer[17:18])[0] for f in (1, factor))
    assert gains[17] == pytest.approx(before - after, abs=1e-12)


def test_shrinking_by_hand():
    assert shrunk([0.0, 0.0], np.log([4.0, 1.0]), 0.5).tolist() == pytest.approx([2 / 3, 1 / 3])
    assert shrunk(np.log([3.0, 1.0]), [-np.inf, 0.0], 0.5).tolist() == [0, 1]
    assert shrunk(np.log([3.0, 1.0]), [-np.inf, 0.0], 0).tolist() == pytest.approx([0.75, 0.25])
