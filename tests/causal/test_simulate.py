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


def test_tables_from_what_was_learned_vary_as_the_posterior_and_the_cases_do():
    """A table of 10 cases has a variance of s(1 - s)/10 about its share s, which has a Beta(4, 2) posterior; 5 standard errors over 3,000."""
    tree = pt.causal.learn(pt.CausalModel("X -> Y"), [{"X": 1, "count": 3}, {"X": 0}], random_seed=1, draws=4000)
    random = np.random.default_rng(2)
    means = np.array([pt.causal.simulate(tree, 10, random)["X"].mean() for _ in range(3000)])
    mean, variance = 4 / 6, 4 * 2 / (6**2 * 7)
    expected = variance + (mean - mean**2 - variance) / 10
    assert means.mean() == pytest.approx(mean, abs=5 * np.sqrt(expected / 3000) + 5 * np.sqrt(variance / 4000))
    assert means.var() == pytest.approx(expected, rel=5 * np.sqrt(2 / 3000) + 0.05)
