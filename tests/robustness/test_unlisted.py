"""What an explanation that is not listed would need, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies.designs import by_pairs

import processtrace as pt
from processtrace import robustness


def test_what_an_unlisted_explanation_needs() -> None:
    """Prior 1/2 and P(E|a) = 0.8 x 0.5: at a prior of 1/5 of its own, 4 x 0.5 x 0.4 = 0.8 = q^2."""
    data = robustness.unlisted(by_pairs((0.8, 0.2), (0.5, 0.1)), [0.2, 0.5, 0.05])
    np.testing.assert_allclose(data["q"].values[0, 0], [np.sqrt(0.8), np.sqrt(0.2), np.nan], rtol=1e-12)
    above = [10 * np.log10(4 * 0.5) / 2, 10 * np.log10(0.5) / 2, np.nan]
    np.testing.assert_allclose(data["db_per_item"].values[0, 0], above, rtol=1e-12)
    # the certain story has P = 1: p/(1 - p) = 0.5 x 0.4
    assert data["prior_of_certain_story"].item() == pytest.approx(0.2 / 1.2, rel=1e-12)


def test_the_certain_story_of_what_was_not_found_is_that_it_is_not_there() -> None:
    """Not found by a search of sensitivity 0.9: 1 - 0.9 p under the leader, 1 where nothing is there."""
    data = robustness.unlisted(by_pairs((0.2, 0.8), status="not_found", search_sensitivity=0.9), [0.45])
    leader = 1 - 0.9 * 0.2
    assert data["prior_of_certain_story"].item() == pytest.approx(0.5 * leader / (1 + 0.5 * leader), rel=1e-12)
    assert data["q"].item() == pytest.approx(0.5 * leader * 0.55 / 0.45, rel=1e-12)


@pytest.mark.parametrize("prior", [[], [0.0], [1.0], [0.1, 1.2], [[0.1]]])
def test_priors_of_the_unlisted_lie_inside(prior: Any) -> None:
    with pytest.raises(pt.UsageError, match="prior"):
        robustness.unlisted(by_pairs((0.8, 0.2)), prior)
