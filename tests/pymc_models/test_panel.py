"""The panel and the learned shares, piece by piece against closed forms; sampled, they are calibrated in test_calibration."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import gamma, multivariate_normal, norm

import processtrace as pt
from processtrace.inference.layout import panel_layout
from processtrace.pymc_models import panel_model, shares_model
from processtrace.pymc_models.operations import AS_IT_IS
from processtrace.pymc_models.panel import CONSENSUS_SD

Z = norm.ppf(0.95)


def judged(**each):
    return {name: {"probability": values} for name, values in each.items()}


def study(*more: pt.Evidence) -> pt.Study:
    items = [
        pt.Evidence("one", finding="One.", judgements=judged(ana={"a": (0.5, 0.9), "b": 0.2}, ben={"a": 0.6, "b": (0.1, 0.2)})),
        pt.Evidence("two", finding="Two.", judgements=judged(ana={"a": 0.7, "b": 0.4}, ben={"a": 0.4, "b": 0.3}, cat={"a": 0.9, "b": 0.2})),
        pt.Evidence("three", finding="Three.", judgements=judged(cat={"a": 0.3, "b": 0.6})),
        pt.Evidence("four", finding="Four.", probability={"a": (0.3, 0.6), "b": 0.5}),
        *more,
    ]
    return pt.Study(
        "Panel",
        hypotheses={"a": {}, "b": {"prior": 2}},
        analysts={"ana": {"label": "Ana"}, "ben": {}, "cat": {}},
        cases=[pt.Case("x", evidence=items)],
    )


def test_what_the_analysts_judged_stands_in_arrays():
    form, told = panel_layout(study())
    assert told.analysts == ("ana", "ben", "cat")
    assert told.items == ("x/one", "x/two")
    assert len(told.odds) == 12
    ana = np.flatnonzero((told.analyst == 0) & (told.hypothesis == 0))[0]
    assert told.odds[ana] == pytest.approx((logit(0.5) + logit(0.9)) / 2)
    assert told.sd[ana] == pytest.approx((logit(0.9) - logit(0.5)) / (2 * Z))
    assert set(form.judgement.labels) == {f"x/{item}/{h}" for item in ("one", "two", "three") for h in "ab"} | {"x/four/a"}
    assert (told.item == -1).sum() == 2


def test_opinions_have_their_normal_density_and_the_consensus_its_normal_posterior():
    """log p(said | lean, spread) is a multivariate normal with the consensus integrated out; the consensus given both by least squares."""
    form, told = panel_layout(study())
    model = panel_model(study())
    rng = np.random.default_rng(1)
    raw, spread = rng.normal(size=(2, 3)), np.array([0.3, 0.8, 1.2])
    raw -= raw.mean(axis=1, keepdims=True)
    point = {model["lean_standard"]: raw, model["spread"]: spread}
    total = 0.0
    middle = np.zeros(len(form.judgement.labels))
    for place in np.unique(told.judged):
        own = told.judged == place
        analyst = told.analyst[own]
        variance = spread[analyst] ** 2 + told.sd[own] ** 2
        rest = told.odds[own] - raw[told.hypothesis[own], analyst]
        covariance = CONSENSUS_SD**2 + np.diag(variance)
        total += multivariate_normal(np.zeros(len(rest)), covariance).logpdf(rest)
        middle[place] = CONSENSUS_SD**2 * np.linalg.solve(covariance, rest).sum()
    assert model["opinions"].eval(point) == pytest.approx(total, rel=1e-12)
    at_middle = model["judgement"].eval(point | {model["judgement_standard"]: np.zeros(len(middle))})
    known = np.isin(np.arange(len(middle)), told.judged)
    assert np.allclose(at_middle[known], expit(middle[known]), rtol=1e-12)
    four = form.judgement.labels.index("x/four/a")
    assert at_middle[four] == pytest.approx(expit((logit(0.3) + logit(0.6)) / 2))


def test_one_analyst_is_no_panel():
    alone = study().without(analyst="ana").without(analyst="ben")
    with pytest.raises(pt.AnalysisError, match="a panel needs an item that two analysts judged"):
        panel_model(alone)


def test_certainty_against_doubt_is_refused_and_shared_certainty_is_kept():
    against = pt.Evidence("five", finding="Five.", judgements=judged(ana={"a": 0.5, "b": 0}, ben={"a": 0.5, "b": 0.1}))
    with pytest.raises(pt.AnalysisError, match="evidence 'five', under b: Ana judged 0 and others did not"):
        panel_layout(study(against))
    shared = pt.Evidence("five", finding="Five.", judgements=judged(ana={"a": 0.5, "b": 0}, ben={"a": 0.4, "b": 0}))
    form, _ = panel_layout(study(shared))
    assert "x/five/b" not in form.judgement.labels
    assert "x/five/a" in form.judgement.labels


def test_learned_shares_are_normalised_gamma_variables():
    """At any values of their normal variables the shares are the quantiles of Gamma variables, normalised, by SciPy's own quantiles."""
    two = dataclasses.replace(study(), cases=(*study().cases, pt.Case("y")), analyst="pool")
    model = shares_model(two, mean="learned")
    rng = np.random.default_rng(2)
    z, common, kappa = rng.normal(size=4), rng.normal(size=2), 0.4
    point = {model["evidence_share_standard"]: z, model["common_share_standard"]: common, model["case_concentration_standard"]: kappa}
    mean = gamma([2 / 3, 4 / 3]).ppf(norm.cdf(common))
    mean /= mean.sum()
    concentration = 2 * np.exp(kappa)
    expected = gamma(concentration * np.tile(mean, 2)).ppf(norm.cdf(z)).reshape(2, 2)
    made = {
        name: model[name].eval(point, mode=AS_IT_IS, on_unused_input="ignore")
        for name in ("common_share", "case_concentration", "evidence_share")
    }
    assert np.allclose(made["common_share"], mean, rtol=1e-10)
    assert made["case_concentration"] == pytest.approx(concentration)
    assert np.allclose(made["evidence_share"], expected / expected.sum(axis=1, keepdims=True), rtol=1e-9)


def test_the_gradient_of_learned_shares_is_that_of_differences():
    two = dataclasses.replace(study(), cases=(*study().cases, pt.Case("y")), analyst="pool")
    model = shares_model(two, mean="learned")
    rng = np.random.default_rng(3)
    point = {name: rng.normal(size=np.shape(value)) for name, value in model.initial_point().items()}
    logp, slope = model.compile_logp(mode=AS_IT_IS), model.compile_dlogp(mode=AS_IT_IS)(point)
    numeric = []
    for name, value in point.items():
        for k in range(np.size(value)):
            step = np.zeros(np.size(value))
            step[k] = 1e-5
            ends = [logp(point | {name: value + sign * step.reshape(np.shape(value))}) for sign in (1, -1)]
            numeric.append((ends[0] - ends[1]) / 2e-5)
    assert np.allclose(slope, numeric, rtol=1e-5, atol=1e-7)
