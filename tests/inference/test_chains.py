"""The rule by which chains are said to disagree: against ArviZ, and calibrated on right and on broken runs.

The quick runs hold the promise (at most 2 % of right runs accused, at least 98 % of broken ones) as far as their number goes:
with a true share of 2 % five or more of 40 right runs are accused with probability .001, and five or more of 40 broken ones
passed with the same. `tests/truth/broken_runs.py` measures it at length.
"""

from __future__ import annotations

import arviz as az
import numpy as np
import pytest
import xarray as xr
from truth.broken_runs import BROKEN, RIGHT, accused, chains

from processtrace.inference import chains as room
from processtrace.inference.chains import agreement


def test_r_hat_and_effective_draws_are_those_of_arviz():
    for k, phi in enumerate((-0.3, 0.0, 0.5, 0.9)):
        values = chains(np.random.default_rng(k), phi, 6)
        values[0, :, 0] *= 2
        values[1, :, 1] += 0.3
        data = xr.Dataset({"x": (("chain", "draw", "q"), values)})
        made = agreement(np.moveaxis(values, -1, 0))
        # where the chains disagree, as in the second quantity, the sum runs to their end, which ArviZ takes some draws earlier
        off = np.abs(made.ess / az.ess(data, method="bulk")["x"].values - 1)
        assert np.delete(off, 1).max() < 1e-9
        assert off[1] < 0.02
        both = [az.rhat(data, method=name)["x"].values for name in ("z_scale", "folded")]
        assert np.minimum(np.abs(made.rhat - both[0]), np.abs(made.rhat - both[1])).max() < 1e-9
        assert made.rhat[0] == pytest.approx(both[1][0], abs=1e-9)


@pytest.mark.parametrize("phi", [0.0, 0.6])
def test_one_quantity_exceeds_its_limit_as_often_as_the_level_says(phi, monkeypatch):
    """At level .2 of a single quantity (two comparisons of .1), 600 runs of one: between 10 and 26 per cent exceed it."""
    monkeypatch.setattr(room, "LEVEL", 0.2)
    monkeypatch.setattr(room, "HARMLESS", 1.0)
    values = chains(np.random.default_rng(5), phi, 600, draws=400)
    beyond = [agreement(values[..., k][None]) for k in range(600)]
    share = np.mean([(one.rhat > one.limit).item() for one in beyond])
    assert 0.1 < share < 0.26


@pytest.mark.parametrize("name", RIGHT)
def test_right_runs_are_hardly_ever_accused(name):
    assert accused(RIGHT[name], 40, quantities=30) <= 4 / 40


@pytest.mark.parametrize("name", BROKEN)
def test_broken_runs_are_nearly_always_accused(name):
    assert accused(BROKEN[name], 40, quantities=30) >= 36 / 40


@pytest.mark.long
@pytest.mark.parametrize("name", [*RIGHT, *BROKEN])
def test_at_length(name):
    """200 runs: with a true share of 2 % ten or more right runs are accused, or broken ones passed, with probability .008."""
    share = accused((RIGHT | BROKEN)[name], 200, quantities=100)
    print(f"{name}: {share:.1%}")
    assert share < 0.05 if name in RIGHT else share > 0.95
