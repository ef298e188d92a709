"""Shares of a causal model by sampling: the density at points of our choice, and one posterior beside the exact one."""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytest
from pymc.model.transform.conditioning import remove_value_transforms
from scipy.stats import dirichlet

import processtrace as pt
from processtrace.pymc_models.causal import causal_model

CASES = [{"X": 0, "Y": 0, "count": 2}, {"X": 1, "Y": 1, "count": 3}, {"X": 1, "M": 1, "Y": 1}, {"Y": 0}]


@pytest.mark.parametrize(
    ("words", "selected"),
    [({"graph": "X -> M -> Y"}, None), ({"graph": "X -> M -> Y; M <-> Y"}, None), ({"graph": "X -> M -> Y", "alpha": {"Y": {"01": 3}}}, None), ({"graph": "X -> M -> Y"}, "Y == 1 | Y == 0 & X == 0")],
)  # fmt: skip
def test_the_density_is_that_of_the_shares_times_the_cases(words, selected):
    m = pt.CausalModel(**words)
    cases = CASES if selected is None else CASES[:3]
    density = remove_value_transforms(causal_model(m, cases, selected)).compile_logp(mode="FAST_COMPILE")
    random = np.random.default_rng(1)
    values = []
    for _ in range(3):
        point, expected = {}, 0.0
        for node in m.nodes:
            weights = m.weight_table(node)
            shares = np.array([random.dirichlet(row) for row in weights.reshape(-1, weights.shape[-1])])
            point[f"share_{node}"] = shares.reshape(weights.shape)
            expected += sum(dirichlet.logpdf(own, row) for own, row in zip(shares, weights.reshape(shares.shape), strict=True))
        stated = {}
        for node in m.nodes:
            table, labels = point[f"share_{node}"], m.nodal_types(node).labels
            if table.ndim == 1:
                stated[node] = dict(zip(labels, map(float, table), strict=True))
            else:
                stated |= {
                    f"{node}|{a}": dict(zip(labels, map(float, row), strict=True))
                    for a, row in zip(m.nodal_types("M").labels, table, strict=True)
                }
        at = pt.CausalModel(words["graph"], shares=stated)

        def chance(statement, at=at):
            return pt.causal.query(at, statement)["value"].item()

        for case in cases:
            seen = " & ".join(f"{node} == {level}" for node, level in case.items() if node != "count")
            expected += case.get("count", 1) * np.log(chance(seen) / (chance(selected) if selected else 1))
        values.append(float(density(point)) - expected)
    assert values == pytest.approx([0.0] * 3, abs=1e-8)


@pytest.mark.long
def test_the_posterior_is_that_of_learn():
    """4,000 draws: the mean shares lie within 5 standard errors, estimated with the effective number; fails 1 time in 100,000."""
    m = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]"])
    tree = pt.causal.learn(m, CASES, random_seed=1)
    with causal_model(m, CASES):
        drawn = pm.sample(1000, tune=1000, chains=4, cores=2, random_seed=1, progressbar=False)
    for node in m.nodes:
        sample, mean = drawn.posterior[f"share_{node}"], tree["summary"][f"mean_{node}"]
        error = pm.stats.mcse(drawn)[f"share_{node}"]
        assert np.abs(sample.mean(("chain", "draw")).values - mean.values).max() < 5 * float(error.max())


def test_shares_of_0_are_refused():
    with pytest.raises(pt.AnalysisError, match="expected share of 0"):
        causal_model(pt.CausalModel("X -> Y", shares={"Y": {"lowers": 0}}), [{"X": 1}])
