"""What a table of outcomes is worth, against sums over every cell in plain probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest

from processtrace.planning.measures import after, expected_variance, information_bits, joint, remaining_bits

PRIOR = np.array([0.5, 0.3, 0.2])
# P(outcome | h) of two items of two outcomes each: (first, second, hypothesis); the third hypothesis excludes one outcome
TABLE = np.random.default_rng(2).dirichlet(np.ones(4), 3).T.reshape(2, 2, 3)
TABLE[0, 1, 2] += TABLE[1, 1, 2]
TABLE[1, 1, 2] = 0.0


def made() -> np.ndarray:
    with np.errstate(divide="ignore"):
        return joint(np.log(PRIOR), np.log(TABLE))


def entropy(p: np.ndarray) -> float:
    return -sum(float(x) * math.log2(x) for x in np.ravel(p) if x > 0)


def test_joint_probabilities_run_over_all_outcomes_the_last_item_fastest() -> None:
    cells = np.exp(made())
    assert cells.shape == (4, 3)
    np.testing.assert_allclose(cells[1], TABLE[0, 1] * PRIOR, rtol=1e-13)
    np.testing.assert_allclose(cells[2], TABLE[1, 0] * PRIOR, rtol=1e-13)
    assert cells.sum() == pytest.approx(1, rel=1e-13)


def test_information_is_the_sum_of_entropies_less_that_of_the_pair() -> None:
    cells = np.exp(made())
    truth = entropy(cells.sum(axis=0)) + entropy(cells.sum(axis=1)) - entropy(cells)
    assert information_bits(made()) == pytest.approx(truth, rel=1e-12)
    rest = [float(row.sum()) * entropy(row / row.sum()) for row in cells]
    np.testing.assert_allclose(remaining_bits(made()), rest, rtol=1e-12)
    assert entropy(PRIOR) - remaining_bits(made()).sum() == pytest.approx(truth, rel=1e-12)


def test_an_outcome_that_tells_all_or_nothing() -> None:
    with np.errstate(divide="ignore"):
        sure = joint(np.log(np.array([0.5, 0.5])), np.log(np.eye(2)))
    assert information_bits(sure) == pytest.approx(1, rel=1e-14)
    np.testing.assert_allclose(remaining_bits(sure), [0, 0], atol=1e-15)
    np.testing.assert_allclose(expected_variance(sure), [0, 0], atol=1e-15)
    idle = joint(np.log(np.array([0.25, 0.75])), np.log(np.full((2, 2), 0.5)))
    assert 0 <= information_bits(idle) < 1e-15
    np.testing.assert_allclose(expected_variance(idle), [0.1875, 0.1875], rtol=1e-13)


def test_variance_is_expected_over_the_outcomes() -> None:
    cells = np.exp(made())
    truth = sum(row.sum() * (row / row.sum()) * (1 - row / row.sum()) for row in cells)
    np.testing.assert_allclose(expected_variance(made()), truth, rtol=1e-12)


def test_after_an_outcome_and_after_one_that_cannot_be() -> None:
    with np.errstate(divide="ignore"):
        cells = np.log(np.array([[0.1, 0.3], [0.0, 0.0], [0.6, 0.0]]))
    np.testing.assert_allclose(after(cells), [[0.25, 0.75], [np.nan, np.nan], [1, 0]], rtol=1e-13)
    np.testing.assert_allclose(expected_variance(cells), [0.4 * 0.1875] * 2, rtol=1e-12)
    assert information_bits(cells) == pytest.approx(entropy(np.array([0.7, 0.3])) - 0.4 * entropy(np.array([0.25, 0.75])), rel=1e-12)
