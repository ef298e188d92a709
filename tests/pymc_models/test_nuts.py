"""Small models are moved by nutpie and evaluated as they are: values, a known distribution, seeds, and what goes to PyMC's own sampler."""

from __future__ import annotations

import arviz as az
import numpy as np
import pymc as pm
import pytensor.tensor as tt
import pytest
from scipy.stats import gamma
from strategies.designs import ten_items
from strategies.studies import examples, redrawn

import processtrace as pt
from processtrace.pymc_models import explanation_model, nuts, support_model
from processtrace.pymc_models.nuts import can_run, draw_as_it_is
from processtrace.pymc_models.operations import AS_IT_IS

STUDY = examples(redrawn(ten_items(3)), 1)[0]
FEW = {"draws": 40, "tune": 40, "chains": 2, "progressbar": False}


def test_named_variables_are_those_of_the_model_at_each_draw():
    model = explanation_model(STUDY)
    tree = draw_as_it_is(model, random_seed=1, **FEW)["posterior"].to_dataset()
    assert tree["explanation"].dims == ("chain", "draw", "case", "hypothesis")
    assert list(tree["witness"].values) == list(model.coords["witness"])
    one = tree.isel(chain=1, draw=7)
    expected = model["explanation"].eval({model["reliability_standard"]: one["reliability_standard"].values}, mode=AS_IT_IS)
    assert np.allclose(one["explanation"].values, expected, rtol=1e-12)


def test_the_density_and_its_gradient_are_those_of_the_model():
    """With a prior of the user's own, data that are shared with the model, and more than two terms in a sum."""
    with pm.Model() as model:
        tilt = pm.Normal("tilt", pm.Data("middle", 0.3), 1, shape=3)
        rate = pm.Gamma("rate", 2, 1)
        support_model(STUDY, log_prior=tilt * rate + tt.exp(-rate) + tilt**2)
    slope = nuts._slope(model, model.initial_point())
    logp, dlogp = model.compile_logp(mode=AS_IT_IS), model.compile_dlogp(mode=AS_IT_IS)
    rng = np.random.default_rng(4)
    for _ in range(3):
        point = {name: rng.normal(size=np.shape(value)) for name, value in model.initial_point().items()}
        value, gradient = slope(np.concatenate([np.ravel(part) for part in point.values()]))
        assert value == pytest.approx(float(logp(point)), rel=1e-12)
        assert np.allclose(gradient, dlogp(point), rtol=1e-9, atol=1e-12)


def test_a_transformed_variable_has_its_known_distribution():
    """Gamma(3, 2) and three Dirichlet weights: means within 4.5 standard errors, false once in 3e4 runs of these four means."""
    with pm.Model(coords={"part": ["x", "y", "z"]}) as model:
        pm.Gamma("g", 3, 2)
        pm.Dirichlet("w", np.array([1.0, 2.0, 3.0]), dims="part")
    tree = draw_as_it_is(model, draws=500, tune=200, chains=2, random_seed=3, progressbar=False)["posterior"].to_dataset()
    for name, mean in (("g", gamma(3, scale=0.5).mean()), ("w", np.array([1, 2, 3]) / 6)):
        off = np.abs(tree[name].mean(("chain", "draw")).values - mean)
        assert (off < 4.5 * az.mcse(tree[name]).values).all(), name
    assert tree["w"].dims == ("chain", "draw", "part")


def test_one_seed_gives_the_same_draws_and_another_others():
    first, again, other = (
        draw_as_it_is(explanation_model(STUDY), random_seed=seed, **FEW)["posterior"]["reliability"] for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("more", [{}, {"target_accept": 0.9}, {"init": "adapt_diag"}])
def test_settings_of_either_sampler_are_taken(more):
    tree = pt.sample(STUDY, draws=40, tune=40, chains=2, random_seed=1, **more)
    assert tree["posterior"].sizes["draw"] == 40


def test_a_discrete_variable_goes_to_the_samplers_of_pymc():
    """Which of two priors holds, as a variable: P(first | evidence) in closed form from the evidence under each, within 4.5 errors."""
    priors = np.log(np.array([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]))
    study = STUDY.only(STUDY.cases[0].id)
    with pm.Model() as model:
        which = pm.Bernoulli("which", 0.5)
        support_model(study, log_prior=tt.as_tensor(priors)[which], reliability=np.full(len(pt.pymc_models.reliable_sources(study)), 0.5))
    assert not can_run(model)
    tree = pt.sample(study, model, draws=500, tune=100, chains=2, random_seed=1)
    nats = [float(model["log_evidence"].eval({which: k}, mode=AS_IT_IS).sum()) for k in (0, 1)]
    expected = 1 / (1 + np.exp(nats[0] - nats[1]))
    part = tree["posterior"]["which"].astype(float)
    assert abs(float(part.mean()) - expected) < 4.5 * float(az.mcse(part).values)
