"""Judgements that a model integrated out and drew afterwards, against quadrature and against independent draws."""

from __future__ import annotations

import arviz as az
import numpy as np
import pytest
from strategies.designs import ten_items
from strategies.studies import examples, redrawn

import processtrace as pt
from processtrace.inference import mixtures

STUDY = examples(redrawn(ten_items(3, own_prior=True)), 2)[1]


@pytest.fixture(scope="module")
def drawn():
    return {model: pt.sample(STUDY, model, draws=1000, tune=400, chains=4, random_seed=3) for model in ("explanation", "pooled", "shares")}


def test_judgements_are_those_of_independent_draws(drawn):
    """Two samplers that share the last step only: none of some 70 moments beyond 4.5 joint standard errors (below 5e-4)."""
    independent = pt.exact_draws(STUDY, draws=3000, random_seed=4)["posterior"]
    for name in ("judgement", "sensitivity", "reliability"):
        for power in (1, 2):
            one, other = drawn["explanation"]["posterior"][name] ** power, independent[name] ** power
            error = np.sqrt(az.mcse(one) ** 2 + other.var(("chain", "draw")) / (other.sizes["chain"] * other.sizes["draw"]))
            off = (one.mean(("chain", "draw")) - other.mean(("chain", "draw"))) / error
            assert float(np.abs(off).max()) < 4.5, (name, power)


def test_judgements_weigh_by_the_models_own_explanation(drawn):
    """In `pooled` a judgement's mean is that given each hypothesis, weighed by that model's posterior: within 4.5 standard errors."""
    exact = pt.update(STUDY)["posterior"]
    pooled = mixtures.pooled(STUDY)["explanation"]
    free = drawn["explanation"]["posterior"]["judgement"]
    label = next(
        one for one in free["judged"].values if abs(float(exact.sel(case=one.split("/")[0], hypothesis=one.split("/")[2])) - 0.5) < 0.4
    )
    case, _, h = label.split("/")
    tilted = free.sel(judged=label).mean()
    # under another hypothesis the judgement keeps its range: mean = prior + P(h) (tilted - prior), linear in P(h)
    share = {name: float(part.sel(case=case, hypothesis=h)) for name, part in (("explanation", exact), ("pooled", pooled))}
    prior = independent_mean(label)
    expected = prior + (float(tilted) - prior) * share["pooled"] / share["explanation"]
    part = drawn["pooled"]["posterior"]["judgement"].sel(judged=label)
    error = np.hypot(float(az.mcse(part)), share["pooled"] / share["explanation"] * float(az.mcse(free.sel(judged=label))))
    assert abs(float(part.mean()) - expected) < 4.5 * error


def independent_mean(label):
    from processtrace.inference.layout import layout

    form = layout(STUDY)
    k = form.judgement.labels.index(label)
    x, w = np.polynomial.hermite_e.hermegauss(40)
    return float((w / w.sum()) @ (1 / (1 + np.exp(-(form.judgement.mu[k] + form.judgement.sd[k] * x)))))


def test_the_mean_explanation_is_the_exact_one_after_recovery(drawn):
    for model in ("explanation", "pooled"):
        tree = drawn[model]
        off = (tree["posterior"]["explanation"].mean(("chain", "draw")) - tree["exact"]["explanation"]) / az.mcse(
            tree["posterior"]["explanation"]
        )
        assert float(np.abs(off).max()) < 4.5


def test_a_cluster_too_near_one_finding_is_sampled_without_its_judgements():
    import dataclasses

    from processtrace.study.frozen import Map

    near = dataclasses.replace(STUDY, clusters=Map({"k": pt.Cluster("k", correlation=0.99999)}))
    tree = pt.sample(near, draws=50, tune=100, chains=2, random_seed=1)
    assert "judgement" not in tree["posterior"]
    assert np.allclose(tree["posterior"]["explanation"].sum("hypothesis"), 1)
