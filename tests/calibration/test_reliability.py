"""The reliability diagram: pooling by brute force over all partitions, parts that add up, and a band that covers."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from processtrace.calibration import decomposition, pool_adjacent_violators, reliability


def _best_by_enumeration(event):
    """The non-decreasing block means with the least squared error, over all ways to cut the ordered events into blocks."""
    n = len(event)
    best, found = np.inf, None
    for size in range(n):
        for cuts in combinations(range(1, n), size):
            parts = np.split(np.array(event, float), cuts)
            means = [part.mean() for part in parts]
            if any(a > b for a, b in pairwise(means)):
                continue
            fit = np.concatenate([np.full(len(part), mean) for part, mean in zip(parts, means, strict=True)])
            error = ((fit - event) ** 2).sum()
            if error < best - 1e-12:
                best, found = error, fit
    return found


def test_pooling_against_enumeration():
    rng = np.random.default_rng(1)
    for _ in range(40):
        n = rng.integers(1, 9)
        forecast, event = np.sort(rng.random(n)), (rng.random(n) < 0.5).astype(float)
        assert pool_adjacent_violators(forecast, event) == pytest.approx(_best_by_enumeration(event), abs=1e-12)


def test_equal_forecasts_get_one_share_and_order_does_not_matter():
    forecast, event = np.array([0.9, 0.2, 0.9, 0.2, 0.5]), np.array([1.0, 0.0, 0.0, 1.0, 0.0])
    shares = pool_adjacent_violators(forecast, event)
    assert shares[0] == shares[2]
    assert shares[1] == shares[3]
    turned = pool_adjacent_violators(forecast[::-1], event[::-1])[::-1]
    assert shares == pytest.approx(turned)
    assert shares[1] == pytest.approx(1 / 3)  # 0, 1 and 0 are pooled
    assert pool_adjacent_violators([], []).shape == (0,)


def test_the_parts_add_up_to_the_error():
    rng = np.random.default_rng(5)
    p = rng.random(50)
    y = (rng.random(50) < p).astype(float)
    parts = decomposition(p, y)
    assert parts.miscalibration - parts.discrimination + parts.uncertainty == pytest.approx(((p - y) ** 2).mean(), abs=1e-12)
    assert parts.uncertainty == pytest.approx(y.mean() * (1 - y.mean()))
    assert min(parts.miscalibration, parts.discrimination) >= 0
    perfect = decomposition(y, y)
    assert perfect.miscalibration == pytest.approx(0)
    assert perfect.discrimination == pytest.approx(perfect.uncertainty)


def test_the_band_covers_honest_judges_and_leaves_out_overconfident_ones():
    # 200 sets of 40 honest cases: the share at the middle forecast is inside the 90 % band in 180 of them in expectation; fewer
    # than 160 has a probability below 1e-4.
    rng = np.random.default_rng(11)
    inside = 0
    for _ in range(200):
        p = rng.dirichlet([1, 1], size=40)
        answer = (rng.random(40) > p[:, 0]).astype(int)
        diagram = reliability(p, answer, draws=100, random_seed=2)
        middle = len(diagram["forecast"]) // 2
        inside += bool(diagram["low"].values[middle] <= diagram["share"].values[middle] <= diagram["high"].values[middle])
    assert inside >= 160
    said = np.tile([0.95, 0.05], (60, 1))
    answer = np.r_[np.zeros(36, int), np.ones(24, int)]  # right in 60 %
    diagram = reliability(said, answer, draws=200)
    assert diagram["share"].values.tolist() == pytest.approx([0.4, 0.6])
    assert diagram["share"][1] < diagram["low"][1]
    assert diagram["count"].values.tolist() == [60, 60]
