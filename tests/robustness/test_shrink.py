"""Evidence shrunk until the explanations are even, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from strategies.designs import by_pairs

from processtrace import robustness


def test_shrinking_by_hand() -> None:
    """Prior 1 : 8, evidence 64 : 1: even at f = 1/2; with 16 for and 1/2 against, for^f / 2 = 4 where 16^f = 8, f = 3/4."""
    both = by_pairs((0.8, 0.1), (0.8, 0.1), prior=(1, 8))
    assert robustness.common_shrink(both)["common_shrink"].item() == pytest.approx(0.5, rel=1e-12)
    assert robustness.shrink_to_even(both)["shrink_to_even"].item() == pytest.approx(0.5, rel=1e-12)
    mixed = by_pairs((0.8, 0.2), (0.8, 0.2), (0.4, 0.8), prior=(1, 4))
    assert robustness.shrink_for(mixed)["shrink_for"].item() == pytest.approx(0.75, rel=1e-12)
    assert np.isnan(robustness.shrink_for(by_pairs((0.8, 0.2), prior=(2, 1)))["shrink_for"].item())  # leads without evidence
    even = by_pairs((0.8, 0.2))
    assert robustness.shrink_for(even)["shrink_for"].item() == 0
