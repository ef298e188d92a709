"""Each sampled model against its exact counterpart, over six random cases with ranges, clusters, sources and absences.

Each comparison allows 4 Monte Carlo standard errors and .02: for a correct model a single one fails with probability 6e-5,
all 50 of them together with .003. Of 24 independent differences, five or more lie beyond 2 standard errors with .004.
"""

from __future__ import annotations

import arviz as az
import numpy as np
import pytest
from strategies.designs import ten_items
from strategies.studies import examples, redrawn

import processtrace as pt
from processtrace.inference import mixtures
from processtrace.pymc_models import pooled_model

SEED = 20261123
STUDY = examples(redrawn(ten_items(6, own_prior=True)), 4)[3]
"""One in which dependence matters: without it a posterior differs by .09, a share by .02."""

QUANTITIES = {"explanation": ["explanation"], "pooled": ["explanation", "case_share"], "shares": ["evidence_share"]}


@pytest.fixture(scope="module")
def drawn():
    return {model: pt.sample(STUDY, model, draws=1000, tune=500, chains=4, random_seed=SEED) for model in QUANTITIES}


def exact(model, study=STUDY):
    made = {"explanation": pt.update, "pooled": mixtures.pooled, "shares": mixtures.shares}[model](study)
    return made.assign(explanation=made["posterior"]) if model == "explanation" else made


def differences(tree, truth, names):
    """Differences of the means in Monte Carlo standard errors and as they are, and the summary."""
    summary = az.summary(tree, var_names=names, round_to="none").astype(float)
    expected = np.concatenate(
        [truth[name].transpose(*[d for d in ("case", "hypothesis") if d in truth[name].dims]).values.ravel() for name in names]
    )
    off = summary["mean"].to_numpy() - expected
    return off / summary["mcse_mean"].to_numpy(), off, summary


@pytest.mark.parametrize("model", QUANTITIES)
def test_a_sampled_model_is_its_exact_counterpart(drawn, model):
    errors, off, summary = differences(drawn[model], exact(model), QUANTITIES[model])
    assert summary["ess_bulk"].min() >= 1500
    assert summary["r_hat"].max() < 1.01
    assert np.abs(errors).max() < 4
    assert np.abs(off).max() < 0.02
    assert drawn[model].attrs["converged"] == 1


def test_no_more_differences_beyond_two_errors_than_chance_allows(drawn):
    # two hypotheses of three: the third follows from them
    found = [
        differences(drawn[m], exact(m), [name])[0].reshape(6, 3)[:, :2].ravel()
        for m, name in (("explanation",) * 2, ("shares", "evidence_share"))
    ]
    assert (np.abs(np.concatenate(found)) > 2).sum() < 5


@pytest.mark.parametrize("model", QUANTITIES)
def test_a_broken_model_is_caught(drawn, model):
    """Each model against the truth of another: without dependence, or with another concentration."""
    import dataclasses

    from processtrace.study.frozen import Map

    broken = dataclasses.replace(STUDY, clusters=Map({"k": pt.Cluster("k", correlation=0)}))
    assert np.abs(differences(drawn[model], exact(model, broken), QUANTITIES[model])[0]).max() > 4
    if model != "explanation":
        other = {"pooled": mixtures.pooled, "shares": mixtures.shares}[model](STUDY, concentration=4.5)
        assert np.abs(differences(drawn[model], other, QUANTITIES[model])[0]).max() > 4


@pytest.mark.parametrize("model", QUANTITIES)
def test_the_diagnosis_compares_with_the_exact_result(drawn, model):
    tree = drawn[model]
    assert any(line.startswith("The means of the draws agree with the exact result") for line in tree.attrs["diagnostics"])
    from processtrace.inference.diagnostics import diagnose

    wrong = tree.copy()
    name = QUANTITIES[model][-1]
    wrong["exact"][name] = wrong["exact"][name] + 0.1
    said = diagnose(wrong)
    assert not said.passed
    assert f"the draws of {name} miss the exact result" in " ".join(said.lines)


def test_arviz_and_files_take_every_model(drawn, tmp_path):
    import xarray as xr

    for model, tree in drawn.items():
        assert tree["log_likelihood"]["evidence"].dims == ("chain", "draw", "case")
        assert list(tree["constant_data"]["case_label"].values) == [case.name for case in STUDY.cases]
        assert "Case 0: Two., under B" in tree["constant_data"]["judged_label"].values
        tree.to_netcdf(tmp_path / f"{model}.nc", engine="h5netcdf")
        with xr.open_datatree(tmp_path / f"{model}.nc", engine="h5netcdf") as again:
            assert again.attrs["converged"] == 1
            xr.testing.assert_equal(again["posterior"].to_dataset(), tree["posterior"].to_dataset())


def test_a_prior_that_dominates_is_named(drawn):
    assert any(line.startswith("The prior dominates evidence share (") for line in drawn["shares"].attrs["diagnostics"])


def test_a_concentration_must_be_positive():
    with pytest.raises(pt.UsageError, match="a number above 0"):
        pooled_model(STUDY, concentration=-1)
