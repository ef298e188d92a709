"""Brier's score and the logarithmic one by hand, and that honest probabilities score best."""

import numpy as np
import pytest

from processtrace.calibration import brier_score, log_score


def test_by_hand():
    p = [[0.7, 0.2, 0.1], [0.25, 0.5, 0.25], [0.0, 1.0, 0.0]]
    assert brier_score(p, [0, 2, 1]).tolist() == pytest.approx([0.09 + 0.04 + 0.01, 0.0625 + 0.25 + 0.5625, 0])
    assert log_score(p, [0, 2, 1]).tolist() == pytest.approx([-np.log2(0.7), 2, 0])


def test_a_refuted_right_answer_is_infinite():
    assert log_score([[0.0, 1.0]], [0]).tolist() == [np.inf]
    assert brier_score([[0.0, 1.0]], [0]).tolist() == [2]


@pytest.mark.parametrize("score", [brier_score, log_score])
def test_the_true_probabilities_have_the_best_expectation(score):
    true = np.array([0.5, 0.3, 0.2])

    def expected(said):
        return sum(true[k] * score(np.array([said]), [k])[0] for k in range(3))

    for said in ([0.6, 0.25, 0.15], [0.4, 0.4, 0.2], [1 / 3] * 3, [0.5, 0.2, 0.3]):
        assert expected(true) < expected(np.array(said))
