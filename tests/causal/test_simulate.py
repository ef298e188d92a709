"""Cases drawn from a causal model, against its own probabilities."""

from __future__ import annotations

import numpy as np
import pytest

import processtrace as pt


def test_simulated_cases_have_the_frequencies_of_the_model():
    """Each cell within 5 standard errors: an error rate below 1e-5 for the 24 cells of both models."""
    models = [
        pt.CausalModel("X -> M -> Y; X <-> Y", shares={"Y|0": {"raises": 0.7}, "Y|1": {"lowers": 0.7}, "M": {"raises": 0.6}}),
        pt.CausalModel("X -> Y; W", {"X": 3}, shares={"W": {"1": 0.9}, "Y": {"010": 0.5}}),
    ]
    n = 20_000
    for model in models:
        cases = pt.causal.simulate(model, n, random_seed=3)
        assert list(cases.columns) == list(model.nodes)
        for levels in np.ndindex(*(len(model.graph.levels[node]) for node in model.nodes)):
            given = " & ".join(f"{node} == {level}" for node, level in zip(model.nodes, levels, strict=True))
            p = pt.causal.query(model, given)["value"].item()
            seen = (cases.to_numpy() == levels).all(axis=1).mean()
            assert abs(seen - p) <= 5 * np.sqrt(p * (1 - p) / n) + 1e-12, (given, seen, p)


def test_simulation_repeats_with_its_seed():
    m = pt.CausalModel("X -> Y")
    assert pt.causal.simulate(m, 50, 1).equals(pt.causal.simulate(m, 50, 1))
    assert not pt.causal.simulate(m, 50, 1).equals(pt.causal.simulate(m, 50, 2))
    assert len(pt.causal.simulate(m, 0, 1)) == 0
    with pytest.raises(pt.UsageError, match="a whole number"):
        pt.causal.simulate(m, -1)
