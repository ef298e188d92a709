"""How the other items predict each item, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from strategies.designs import by_pairs

from processtrace import robustness


def test_how_the_others_predict_an_item() -> None:
    """Without e0: P(a) = 0.8, and e0 has 0.5 under a, 0.25 under b: -log2 0.45; the best alone would have said 1 bit."""
    data = robustness.prediction_bits(by_pairs((0.5, 0.25), (0.8, 0.2)))
    assert data["bits"].values[0] == pytest.approx(-np.log2(0.8 * 0.5 + 0.2 * 0.25), rel=1e-12)
    assert data["bits"].values[1] == pytest.approx(-np.log2(2 / 3 * 0.8 + 1 / 3 * 0.2), rel=1e-12)
    np.testing.assert_allclose(data["best_bits"].values, [1, -np.log2(0.8)], rtol=1e-12)
    np.testing.assert_allclose(data["excess"].values, data["bits"].values - data["best_bits"].values, rtol=1e-12)
    np.testing.assert_allclose(data["bits_under"].values, -np.log2([[0.5, 0.25], [0.8, 0.2]]), rtol=1e-12)
    refuted = robustness.prediction_bits(by_pairs((0.5, 0.25), (0.8, 0.0)))  # the rest refutes b where e0 is asked for
    assert refuted["bits"].values[0] == pytest.approx(1, rel=1e-12)
    assert np.isnan(refuted["bits_under"].values[0, 1])
