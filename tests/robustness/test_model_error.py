"""A unit that may be worthless, by hand."""

from __future__ import annotations

import numpy as np
from strategies.designs import by_pairs

from processtrace import robustness


def test_a_unit_that_may_be_worthless() -> None:
    """(1 - e) p + e times the mean of all: 0.9 x 0.8 + 0.1 x 0.5 against 0.9 x 0.2 + 0.1 x 0.5; caps 10 log10(1 + 2 x 9)."""
    data = robustness.model_error(by_pairs((0.8, 0.2), (0.3, 0.6)), [0.1, 0.0, 1.0])
    joint = np.array([0.77 * (0.9 * 0.3 + 0.1 * 0.45), 0.23 * (0.9 * 0.6 + 0.1 * 0.45)])
    np.testing.assert_allclose(data["posterior"].values[0, 0], joint / joint.sum(), rtol=1e-12)
    np.testing.assert_allclose(data["posterior"].values[0, 1], [2 / 3, 1 / 3], rtol=1e-12)
    np.testing.assert_allclose(data["posterior"].values[0, 2], [0.5, 0.5], rtol=1e-12)
    np.testing.assert_allclose(data["cap_db"].values, [10 * np.log10(19), np.inf, 0], rtol=1e-12)
