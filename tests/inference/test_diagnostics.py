"""Runs with known faults, made by hand: each is told in its own words, and a sound run is not accused.

Draws are independent normals: of 100 sound runs none may be called divided, and that chains are said to disagree has
probability below .01 (see test_chains).
"""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from processtrace.inference.diagnostics import diagnose

SHAPE = (4, 1000, 2, 2)


def tree(values, stats=None, **groups):
    dims = ("chain", "draw", "case", "hypothesis")
    coords = {"case": ["x", "y"], "hypothesis": ["a", "b"]}
    posterior = xr.Dataset({"evidence_share": (dims, values)}, coords=coords)
    labels = xr.Dataset({"case_label": ("case", ["Land X", "Land Y"]), "hypothesis_label": ("hypothesis", ["One", "Two"])}, coords=coords)
    return xr.DataTree.from_dict(
        {"posterior": posterior, "constant_data": labels} | ({"sample_stats": stats} if stats is not None else {}) | groups
    )


def sound(seed=0):
    return np.random.default_rng(seed).normal(size=SHAPE)


def test_a_sound_run_is_not_accused():
    said = diagnose(tree(sound()))
    assert said.passed
    assert said.lines[0].startswith("The chains agree: no divergences")
    assert len(said.lines) == 1


@pytest.mark.parametrize("draw", [lambda r: r.normal(size=SHAPE), lambda r: r.uniform(size=SHAPE), lambda r: r.beta(0.5, 0.5, SHAPE)])
def test_one_mode_is_not_called_two(draw):
    for seed in range(25):
        assert not any("Two modes" in line for line in diagnose(tree(draw(np.random.default_rng(seed)))).lines)


def test_two_modes_that_all_chains_visit_are_told_with_labels():
    values = sound()
    values[..., 1, 0] += 12 * (np.random.default_rng(1).random(SHAPE[:2]) < 0.3)
    said = diagnose(tree(values))
    assert said.passed
    assert "Two modes, with little between them, in evidence share (Land Y, One)" in said.lines[-1]


def test_chains_in_different_modes_fail_and_the_modes_are_told():
    values = sound()
    values[:2, :, 0, 1] += 12
    said = diagnose(tree(values))
    assert not said.passed
    assert said.lines[0] == "This run did not converge; its numbers must not be used."
    assert "r-hat" in said.lines[1]
    assert "evidence share (Land X, Two)" in said.lines[-1]


def test_divergences_energy_and_few_draws_are_told():
    slow = np.cumsum(np.random.default_rng(2).normal(size=SHAPE), axis=1)
    energy = np.cumsum(np.random.default_rng(3).normal(size=SHAPE[:2]), axis=1)
    diverging = np.zeros(SHAPE[:2], bool)
    diverging[0, :5] = True
    stats = xr.Dataset({"diverging": (("chain", "draw"), diverging), "energy": (("chain", "draw"), energy)})
    told = " ".join(diagnose(tree(slow, stats)).lines)
    for part in ("5 divergent transitions", "too few effective draws", "the tails were explored badly"):
        assert part in told


def test_what_is_not_finite_fails():
    values = sound()
    values[0, 0, 0, 0] = np.nan
    assert not diagnose(tree(values)).passed


def test_a_prior_that_is_left_as_it_was_dominates():
    coords = {"case": ["x", "y"], "hypothesis": ["a", "b"]}
    sd = xr.Dataset({"evidence_share_sd": (("case", "hypothesis"), [[1.0, 5.0], [5.0, 5.0]])}, coords=coords)
    said = diagnose(tree(sound(), elicited=sd))
    assert said.lines[-1].startswith("The prior dominates evidence share (Land X, One):")


def test_means_that_miss_the_exact_result_fail():
    exact = xr.Dataset(
        {"evidence_share": (("case", "hypothesis"), np.full((2, 2), 0.2))}, coords={"case": ["x", "y"], "hypothesis": ["a", "b"]}
    )
    said = diagnose(tree(sound(), exact=exact))
    assert not said.passed
    assert "miss the exact result" in said.lines[1]
    assert diagnose(tree(sound(), exact=exact * 0)).lines[1].startswith("The means of the draws agree")
