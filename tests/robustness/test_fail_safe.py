"""The fail-safe number by hand, on factors of four and of two."""

from __future__ import annotations

import numpy as np
import pytest
from strategies.designs import by_pairs

from processtrace import robustness

FOUR, TWO = 10 * np.log10(4), 10 * np.log10(2)


@pytest.mark.parametrize(
    ("judged", "count", "median", "turned"),
    [
        ([(0.8, 0.2)] * 3 + [(0.2, 0.8)], 2, FOUR, False),  # 4 x 4 x 4 / 4 = 16, undone by two of 4: the second makes the tie
        ([(0.8, 0.2)] * 3 + [(0.4, 0.8)], 5, TWO, False),  # 32, undone by five of 2
        ([(0.8, 0.2), (0.8, 0.4)], 2, (FOUR + TWO) / 2, True),  # nothing against: 8, by two of the root of 8
        ([(0.8, 0.2)] * 4 + [(0.4, 0.8), (0.2, 0.8), (0.4, 0.8)], 4, TWO, False),  # 256/16 = 16, by four of the median 2
        ([(0.8, 0.2)] * 3 + [(0.4, 0.8), (0.2, 0.8)], 2, (FOUR + TWO) / 2, False),  # 8, by two of the root of 8, the middle of 2 and 4
    ],
)
def test_the_fail_safe_number(judged: list[tuple[float, float]], count: int, median: float, turned: bool) -> None:
    data = robustness.fail_safe(by_pairs(*judged))
    assert data["fail_safe"].item() == count
    assert data["median_db"].item() == pytest.approx(median, rel=1e-9)
    assert bool(data["reversed"].item()) == turned


def test_no_number_without_a_lead_that_items_could_undo() -> None:
    tied = robustness.fail_safe(by_pairs((0.5, 0.5)))
    assert np.isnan(tied["fail_safe"].item())
    idle = robustness.fail_safe(by_pairs((0.5, 0.5), prior=(2, 1)))  # a lead by the prior, and an item that weighs nothing
    assert np.isnan(idle["fail_safe"].item())
    assert idle["median_db"].item() == pytest.approx(0, abs=1e-9)
    refuted = robustness.fail_safe(by_pairs((0.5, 0.0)))
    assert np.isnan(refuted["fail_safe"].item())
