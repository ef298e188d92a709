"""Models that a user changed: interventions and observations do what was asked, or are refused with what to do instead."""

from __future__ import annotations

import arviz as az
import matplotlib.pyplot as plt
import numpy as np
import pymc as pm
import pytest
from strategies.designs import six_items
from truth.calibration import panel_study

import processtrace as pt
from processtrace.pymc_models import explanation_model, judgements_model, panel_model, pooled_model, reliable_sources
from processtrace.pymc_models.changed import check_changed

STUDY = six_items(2)
RELIABLE = len(reliable_sources(STUDY))


def test_set_shares_of_cases_are_the_prior_of_each():
    """Against the update with these shares as its prior: within 4.5 standard errors, which one of four right means misses once in 3e4 runs."""
    shares = {"a": 0.7, "b": 0.3}
    tree = pt.sample(STUDY, pm.do(pooled_model(STUDY), {"case_share": np.array(list(shares.values()))}), draws=400, tune=300, random_seed=1)
    part = tree["posterior"]["explanation"]
    off = np.abs(part.mean(("chain", "draw")) - pt.update(STUDY.with_prior(shares))["posterior"]).values
    assert (off < 4.5 * az.mcse(part).values).all()
    assert np.abs(off).max() < np.abs(part.mean(("chain", "draw")) - pt.update(STUDY)["posterior"]).values.max()


def test_an_observed_normal_variable_is_taken():
    seen = pm.observe(explanation_model(STUDY), {"reliability_standard": np.zeros(RELIABLE)})
    tree = pt.sample(STUDY, seen, draws=10, chains=1)
    part = tree["posterior"]["explanation"]
    assert (part == part.isel(draw=0)).all()


@pytest.mark.parametrize(
    ("model", "name"),
    [(judgements_model(STUDY), "judgement"), (judgements_model(STUDY), "sensitivity"), (panel_model(panel_study({})), "judgement")],
)
def test_an_intervention_that_would_be_lost_is_refused(model, name):
    value = np.full(len(model.coords[model.named_vars_to_dims[name][0]]), 0.5)
    with pytest.raises(pt.UsageError, match=f"'{name}' was set with pymc.do, but the likelihood of this model reads '{name}_standard'"):
        check_changed(pm.do(model, {name: value}))


def test_an_intervention_on_a_lean_or_a_spread_is_taken():
    check_changed(pm.do(panel_model(panel_study({})), {"lean": np.zeros((3, 2)), "spread": np.full(3, 0.5)}))


@pytest.mark.parametrize(("model", "name", "value"), [(explanation_model, "reliability", RELIABLE), (pooled_model, "case_share", 2)])
def test_an_observation_without_a_density_is_refused(model, name, value):
    seen = pm.observe(model(STUDY), {name: np.full(value, 0.5)})
    with pytest.raises(pt.UsageError, match=f"'{name}' was observed, but it is computed from '{name}_standard'.*pymc.do"):
        pt.sample(STUDY, seen)


def test_a_judgement_that_was_integrated_out_is_not_in_the_model():
    with pytest.raises(KeyError, match="judgement"):
        pm.do(explanation_model(STUDY), {"judgement": np.array([0.5])})


@pytest.mark.parametrize(
    "plot", ["plot_autocorr", "plot_dist", "plot_energy", "plot_ess", "plot_forest", "plot_mcse", "plot_rank", "plot_ridge", "plot_trace"]
)
def test_arviz_plots_draws(plot):
    tree = pt.sample(STUDY, draws=100, tune=100, chains=2, random_seed=1)
    more = {} if plot == "plot_energy" else {"var_names": ["explanation"]}
    assert getattr(az, plot)(tree, **more) is not None
    plt.close("all")
