"""The sampled explanation agrees with the exact one, and a model that ignores dependence does not.

Each comparison allows 4 Monte Carlo standard errors and .02: for a correct model a single comparison fails with
probability 6e-5, all of them together with less than 1 in 500.
"""

from __future__ import annotations

import dataclasses

import arviz as az
import numpy as np
import pytest

import processtrace as pt
from processtrace.study.frozen import Map

SEED = 20261123


def study() -> pt.Study:
    """Two cases with ranges, clusters found and not found, searches, and sources of point and ranged reliability."""
    strong = {"a": (0.5, 0.9), "b": (0.1, 0.3), "c": 0.3}
    weak = {"a": (0.3, 0.6), "b": (0.2, 0.7), "c": (0.1, 0.4)}
    first = [
        pt.Evidence("e1", finding="One.", probability=strong, cluster="k", source="point"),
        pt.Evidence("e2", finding="Two.", probability=strong, cluster="k"),
        pt.Evidence("e3", finding="Three.", probability=strong, cluster="k", source="ranged"),
        pt.Evidence("e4", finding="Four.", probability=weak, source=["ranged", "point"]),
        pt.Evidence("e5", finding="Five.", probability=weak, status="not_found", search_sensitivity=(0.5, 0.9)),
        pt.Evidence("e6", finding="Six.", ratio={"a": 1, "b": (2, 6), "c": 3}, given="e1"),
    ]
    second = [
        pt.Evidence("f1", finding="One.", probability=weak, cluster="k", status="not_found", search_sensitivity=0.8),
        pt.Evidence("f2", finding="Two.", probability=strong, cluster="k", source="ranged"),
        pt.Evidence("f3", finding="Three.", probability={"a": 0.2, "b": 0.5, "c": 0.4}),
    ]
    return pt.Study(
        "Sampled and exact",
        hypotheses={"a": {"prior": 1}, "b": {"prior": 2}, "c": {}},
        sources={"point": {"reliability": 0.8}, "ranged": {"reliability": (0.3, 0.9)}},
        clusters={"k": {"correlation": 0.8}},
        cases=[pt.Case("x", evidence=first), pt.Case("y", evidence=second)],
    )


@pytest.fixture(scope="module")
def drawn():
    return pt.sample(study(), draws=1000, tune=500, chains=4, random_seed=SEED)


def disagreement(tree, exact) -> tuple[float, float]:
    """The largest difference of the means, in Monte Carlo standard errors and as it is."""
    summary = az.summary(tree, var_names=["explanation"], round_to="none")
    off = np.abs(summary["mean"].to_numpy(float) - exact.posterior.values.ravel())
    return float((off / summary["mcse_mean"].to_numpy(float)).max()), float(off.max())


def test_draws_are_many_and_the_chains_agree(drawn):
    summary = az.summary(drawn, var_names=["explanation"], round_to="none")
    assert summary["ess_bulk"].astype(float).min() >= 2000
    assert summary["r_hat"].astype(float).max() < 1.01
    assert drawn.attrs["converged"] == 1


def test_the_sampled_explanation_is_the_exact_one(drawn):
    errors, off = disagreement(drawn, pt.update(study()))
    assert errors < 4
    assert off < 0.02


def test_a_model_that_ignores_dependence_is_caught(drawn):
    independent = dataclasses.replace(study(), clusters=Map({"k": pt.Cluster("k", correlation=0)}))
    errors, _ = disagreement(drawn, pt.update(independent))
    assert errors > 4


def test_the_mean_likelihood_is_the_exact_evidence(drawn):
    """E[1/L] over the posterior is 1/P(E): the harmonic identity, here for case y, whose likelihood varies little."""
    exact = pt.update(study()).sel(case="y")
    rows = exact.evidence_case.values == "y"
    evidence = np.logaddexp.reduce(np.log(exact.prior.values) + exact.log_likelihood.values[rows].sum(axis=0))
    inverse = np.exp(-drawn["log_likelihood"]["evidence"].sel(case="y").values.ravel() + evidence)
    assert abs(inverse.mean() - 1) < 0.1


def test_judgements_and_reliabilities_are_those_of_independent_draws(drawn):
    """Two samplers that share no step: differences in their joint standard errors; beyond 4.5 one of 25 with below 2e-4."""
    independent = pt.exact_draws(study(), draws=4000, random_seed=SEED)["posterior"]
    for name in ("judgement", "reliability", "sensitivity"):
        for power in (1, 2):
            one, other = drawn["posterior"][name] ** power, independent[name] ** power
            error = np.sqrt(az.mcse(one) ** 2 + other.var(("chain", "draw")) / (other.sizes["chain"] * other.sizes["draw"]))
            off = (one.mean(("chain", "draw")) - other.mean(("chain", "draw"))) / error
            assert float(np.abs(off).max()) < 4.5, (name, power)


@pytest.mark.parametrize("name", ["plot_trace", "plot_forest", "plot_dist", "plot_rank"])
def test_arviz_draws_it(drawn, name):
    drawing = getattr(az, name)(drawn, var_names=["explanation"], backend="none")
    assert "explanation" in drawing.viz.children or drawing.viz.children


def test_arviz_takes_it_as_it_is(drawn):
    assert drawn["log_likelihood"]["evidence"].dims == ("chain", "draw", "case")
    assert drawn["posterior"]["explanation"].dims == ("chain", "draw", "case", "hypothesis")
    assert len(az.summary(drawn, var_names=["reliability"])) == 2


def test_without_ranges_the_draws_are_the_exact_posterior():
    sure = pt.Study(
        "Sure",
        hypotheses={"a": {}, "b": {}},
        cases=[pt.Case("x", evidence=[pt.Evidence("e", finding="E.", probability={"a": 0.8, "b": 0.2})])],
    )
    tree = pt.sample(sure, draws=10, chains=2)
    assert np.allclose(tree["posterior"]["explanation"].values, [0.8, 0.2])
    assert np.allclose(tree["log_likelihood"]["evidence"].values, np.log(0.5))
    assert "nothing to sample" in tree.attrs["diagnostics"][0]


def test_a_run_that_did_not_converge_says_so(drawn):
    broken = drawn.copy()
    shifted = broken["posterior"]["explanation"].copy()
    shifted[0] = 1 - shifted[0]
    broken["posterior"]["explanation"] = shifted
    from processtrace.inference.diagnostics import diagnose

    diagnosis = diagnose(broken)
    assert not diagnosis.passed
    assert diagnosis.lines[0].startswith("This run did not converge")
    assert "r-hat" in diagnosis.lines[1]


def test_an_unknown_model_is_refused():
    with pytest.raises(pt.UsageError, match="one of explanation"):
        pt.sample(study(), model="explanations")
