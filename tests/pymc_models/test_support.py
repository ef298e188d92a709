"""The support of a study inside a model of the user's own: values against the exact update, gradients through priors and sources."""

from __future__ import annotations

import arviz as az
import numpy as np
import pymc as pm
import pytensor.tensor as tt
import pytest
from scipy.special import logsumexp
from scipy.stats import beta
from strategies.designs import ten_items
from strategies.studies import examples, redrawn

import processtrace as pt
from processtrace.inference.layout.integrated import integrated, unit_nats_at
from processtrace.pymc_models import reliable_sources, support_model
from processtrace.pymc_models.operations import AS_IT_IS, runs_as_it_is

STUDY = examples(redrawn(ten_items(3, own_prior=True)), 1)[0]
RELIABLE = len(reliable_sources(STUDY))


def likelihood(r):
    """(case, hypothesis), nats, at reliabilities of the study's sources."""
    form = integrated(STUDY)
    units = unit_nats_at(form, np.asarray(r, float)[None])[0]
    return np.array([units[form.unit_case == place].sum(axis=0) for place in range(len(form.cases))])


def test_a_prior_and_reliabilities_of_the_users_own_enter_as_they_are():
    labels = reliable_sources(STUDY)
    r = np.linspace(0.3, 0.8, len(labels))
    score = np.random.default_rng(1).normal(size=(3, 3))
    with pm.Model() as model:
        shift = pm.Normal("shift", shape=(3, 3))
        support_model(STUDY, log_prior=score + shift, reliability=r)
    point = {"shift": np.full((3, 3), 0.25) * np.arange(3)}
    joint = likelihood(r) + score + point["shift"]
    joint -= logsumexp(score + point["shift"], axis=1)[:, None]
    evidence = logsumexp(joint, axis=1)
    made = {name: model[name].eval({model["shift"]: point["shift"]}, mode=AS_IT_IS) for name in ("explanation", "log_evidence")}
    assert np.allclose(made["log_evidence"], evidence, rtol=1e-12)
    assert np.allclose(made["explanation"], np.exp(joint - evidence[:, None]), rtol=1e-12)
    dlogp = model.compile_dlogp(mode=AS_IT_IS)(point)
    logp = model.compile_logp(mode=AS_IT_IS)
    ends = [[logp({"shift": point["shift"] + step * one.reshape(3, 3)}) for one in np.eye(9)] for step in (-1e-5, 1e-5)]
    assert np.allclose(dlogp, (np.array(ends[1]) - ends[0]) / 2e-5, rtol=1e-6, atol=1e-8)


def test_a_hypothesis_that_the_study_excludes_stays_excluded():
    study = STUDY.with_prior({"a": 1, "b": 0, "c": 1})
    with pm.Model() as model:
        support_model(study, log_prior=np.zeros(3), reliability=np.full(len(reliable_sources(study)), 0.5))
    assert (model["explanation"].eval(mode=AS_IT_IS)[:, 1] == 0).all()


def test_one_reliability_for_all_cases_and_a_hierarchical_prior_are_sampled():
    """A model with both, against a grid over its two unknowns: within 4.5 standard errors (below 1e-4 in all)."""
    labels = reliable_sources(STUDY)
    with pm.Model() as model:
        trust = pm.Beta("trust", 4, 2)
        tilt = pm.Normal("tilt", 0, 1)
        support_model(STUDY, log_prior=tt.stack([tilt, 0.0, 0.0]), reliability=tt.full((len(labels),), trust))
    tree = pt.sample(STUDY, model, draws=600, tune=400, chains=4, random_seed=2)
    assert tree.attrs["converged"] == 1
    t, w = np.linspace(0.005, 0.995, 100), np.linspace(-5, 5, 101)
    each = np.array([likelihood(np.full(len(labels), one)) for one in t])[:, None]
    prior = np.stack([w, 0 * w, 0 * w], axis=-1)
    prior = prior - logsumexp(prior, axis=-1)[:, None]
    joint = each + prior[None, :, None, :]
    nats = logsumexp(joint, axis=-1).sum(axis=-1) + 3 * np.log(t)[:, None] + np.log1p(-t)[:, None] - w**2 / 2
    weight = np.exp(nats - logsumexp(nats))
    support = np.exp(joint - logsumexp(joint, axis=-1)[..., None])
    expected = {"trust": weight.sum(axis=1) @ t, "tilt": weight.sum(axis=0) @ w, "explanation": np.tensordot(weight, support, 2)}
    for name, value in expected.items():
        part = tree["posterior"][name]
        assert (np.abs(part.mean(("chain", "draw")).values - value) < 4.5 * az.mcse(part).values + 1e-4).all(), name


def test_an_intervention_on_a_reliability_reaches_the_support():
    with pm.Model() as model:
        support_model(STUDY)
    r = np.full(len(reliable_sources(STUDY)), 0.4)
    done = pm.do(model, {"reliability": r})
    joint = likelihood(r) + np.log(integrated(STUDY).prior)
    assert np.allclose(done["log_evidence"].eval(mode=AS_IT_IS), logsumexp(joint, axis=1))


def test_outside_a_model_there_is_nothing_to_add_to():
    with pytest.raises(TypeError, match="on context stack"):
        support_model(STUDY)


def test_a_model_without_uncertain_sources_runs_as_it_is_too():
    """So that its graph is not compiled: what is left of the study is the log of a sum of exponentials."""
    item = pt.Evidence("e", finding="F.", probability={"a": 0.6, "b": 0.3})
    study = pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    with pm.Model() as model:
        tilt = pm.Normal("tilt", shape=2)
        support_model(study, log_prior=tilt)
    assert runs_as_it_is(model)
    with pm.Model() as other:
        pm.Normal("x")
    assert not runs_as_it_is(other)


def shared_reliability():
    labels = reliable_sources(STUDY)
    with pm.Model() as model:
        trust = pm.Beta("trust", 4, 2)
        support_model(STUDY, reliability=tt.full((len(labels),), trust))
    return model, len(labels)


def test_an_observed_reliability_leaves_the_evidence_at_that_value():
    model, count = shared_reliability()
    seen = pm.observe(model, {"trust": 0.7})
    joint = likelihood(np.full(count, 0.7)) + np.log(integrated(STUDY).prior)
    expected = beta(4, 2).logpdf(0.7) + logsumexp(joint, axis=1).sum()
    assert seen.free_RVs == []
    # PyMC takes the constant of the Beta density in single precision
    assert float(seen.compile_logp(mode=AS_IT_IS)({})) == pytest.approx(expected, abs=1e-6)


def test_an_analysts_lean_shifts_log_odds_of_the_prior_in_all_cases():
    """The posterior of a lean against a grid: within 4.5 standard errors and .001."""
    with pm.Model() as model:
        lean = pm.Normal("lean", 0, 0.5)
        support_model(STUDY, log_prior=np.log(integrated(STUDY).prior) + tt.stack([lean, 0.0, 0.0]), reliability=np.full(RELIABLE, 0.6))
    tree = pt.sample(STUDY, model, draws=500, tune=300, random_seed=5)
    assert tree.attrs["converged"] == 1
    at = np.linspace(-3, 3, 601)
    prior = np.log(integrated(STUDY).prior)[None] + np.stack([at, 0 * at, 0 * at], axis=-1)[:, None]
    prior = prior - logsumexp(prior, axis=-1)[..., None]
    nats = logsumexp(likelihood(np.full(RELIABLE, 0.6))[None] + prior, axis=-1).sum(axis=1) - at**2 / 2 / 0.25
    weight = np.exp(nats - logsumexp(nats))
    part = tree["posterior"]["lean"]
    assert abs(float(part.mean()) - weight @ at) < 4.5 * float(az.mcse(part).values) + 1e-3


def within(tree, expected, tolerance=1e-3):
    """Means of draws against those of a grid, within 4.5 standard errors and what the grid is short of."""
    for name, value in expected.items():
        part = tree["posterior"][name]
        assert (np.abs(part.mean(("chain", "draw")).values - value) < 4.5 * az.mcse(part).values + tolerance).all(), name


def first_of_three(odds):
    """Log prior of three hypotheses, (..., hypothesis), the first at these log odds to each of the others."""
    score = np.stack([odds, 0 * odds, 0 * odds], axis=-1)
    return score - logsumexp(score, axis=-1)[..., None]


FIXED = np.full(RELIABLE, 0.6)


def test_a_regression_of_support_on_a_covariate_of_the_cases():
    """Level and slope against a grid over both."""
    covariate = np.array([-1.0, 0.2, 0.8])
    with pm.Model() as model:
        level, slope = pm.Normal("level", 0, 1), pm.Normal("slope", 0, 1)
        odds = level + slope * covariate
        support_model(STUDY, log_prior=tt.stack([odds, 0 * odds, 0 * odds], axis=1), reliability=FIXED)
    tree = pt.sample(STUDY, model, draws=600, tune=400, random_seed=3)
    assert tree.attrs["converged"] == 1
    at = np.linspace(-5, 5, 201)
    joint = likelihood(FIXED) + first_of_three(at[:, None, None] + at[None, :, None] * covariate)
    nats = logsumexp(joint, axis=-1).sum(axis=-1) - at[:, None] ** 2 / 2 - at**2 / 2
    weight = np.exp(nats - logsumexp(nats))
    support = np.exp(joint - logsumexp(joint, axis=-1)[..., None])
    within(tree, {"level": weight.sum(axis=1) @ at, "slope": weight.sum(axis=0) @ at, "explanation": np.tensordot(weight, support, 2)})


def test_a_hierarchical_prior_over_groups_of_cases():
    """Mean and spread of two groups against a grid over both, the groups' own odds summed by a Gauss-Hermite rule of 60 nodes."""
    group = np.array([0, 0, 1])
    with pm.Model() as model:
        mean, spread = pm.Normal("mean", 0, 1), pm.HalfNormal("spread", 1)
        own = (mean + spread * pm.Normal("own_standard", shape=2))[group]
        support_model(STUDY, log_prior=tt.stack([own, 0 * own, 0 * own], axis=1), reliability=FIXED)
    tree = pt.sample(STUDY, model, draws=600, tune=400, random_seed=4, target_accept=0.9)
    assert tree.attrs["converged"] == 1
    at, size = np.linspace(-5, 5, 101), np.linspace(0.005, 5, 150)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    odds = at[:, None, None] + size[:, None] * nodes
    each = logsumexp(likelihood(FIXED) + first_of_three(odds[..., None] * np.ones(3)), axis=-1)
    groups = [logsumexp(each[..., group == k].sum(axis=-1) + np.log(weights / weights.sum()), axis=-1) for k in (0, 1)]
    nats = groups[0] + groups[1] - at[:, None] ** 2 / 2 - size**2 / 2
    weight = np.exp(nats - logsumexp(nats))
    within(tree, {"mean": weight.sum(axis=1) @ at, "spread": weight.sum(axis=0) @ size}, tolerance=0.005)


def test_arviz_summarises_draws_and_compares_models_of_ones_own():
    """Two priors that differ by a thousand to one: the comparison puts first the one with the higher evidence."""
    trees, evidence = {}, {}
    for name, score in (("first", [7.0, 0.0, 0.0]), ("second", [0.0, 7.0, 0.0])):
        with pm.Model() as model:
            support_model(STUDY, log_prior=np.array(score))
        trees[name] = pt.sample(STUDY, model, draws=300, tune=200, random_seed=6)
        evidence[name] = float(trees[name]["log_likelihood"]["evidence"].mean(("chain", "draw")).sum())
    table = az.compare(trees)
    assert table.index[0] == max(evidence, key=evidence.__getitem__)
    summary = az.summary(trees["first"], var_names=["explanation", "reliability"])
    assert len(summary) == 9 + RELIABLE
    mean = trees["first"]["posterior"]["explanation"].mean(("chain", "draw"))
    assert float(summary.loc[f"explanation[{STUDY.cases[0].id}, a]", "mean"]) == pytest.approx(float(mean[0, 0]), abs=0.006)
