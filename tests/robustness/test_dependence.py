"""Dependence swept and in the limit, errors of the model, the unlisted, anchors, analysts: against the changed study."""

from __future__ import annotations

import dataclasses
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from strategies.designs import ten_items
from strategies.studies import leads, studies
from truth.plain_numbers import fixed, log_likelihood, updated

import processtrace as pt
from processtrace import robustness
from processtrace.exact.ranges import parameters, z_of
from processtrace.exact.redundant import redundant_nats
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import unit_likelihood
from processtrace.robustness.dependence import MANY, swept_nats
from processtrace.study.frozen import Map

SEEDS = range(20)


@settings(max_examples=20)
@given(studies().filter(leads))
def test_the_sweep_is_the_study_with_its_correlations_replaced(study):
    data = robustness.dependence(study, [0.0, 0.4, 0.9])
    for k, rho in enumerate((0.0, 0.4, 0.9)):
        own = Map({"mine": pt.Cluster("mine", correlation=rho)})
        case = dataclasses.replace(study.cases[0], clusters=own)
        changed = dataclasses.replace(study, cases=(case,), clusters=Map({"shared": pt.Cluster("shared", correlation=rho)}))
        np.testing.assert_allclose(data["posterior"].values[0, k], updated(changed), atol=1e-9)
    both = np.vstack([data["posterior"].values[0], data["fully_redundant"].values])
    np.testing.assert_array_equal(data["smallest"].values[0], np.nanmin(both, axis=0))
    np.testing.assert_array_equal(data["largest"].values[0], np.nanmax(both, axis=0))


@settings(max_examples=20)
@given(studies().filter(leads))
def test_items_of_one_source_become_one_cluster(study):
    data = robustness.one_source(study, [0.5])
    case = study.cases[0]
    for row, label in enumerate(map(str, data["joined_source"].values)):
        name = label.split("/")[1]
        items = tuple(
            dataclasses.replace(e, cluster="new") if name in e.source and e.cluster is None and not e.given and e.counts else e
            for e in case.evidence
        )
        clusters = Map({**case.clusters, "new": pt.Cluster("new", correlation=0.5)})
        changed = dataclasses.replace(study, cases=(dataclasses.replace(case, evidence=items, clusters=clusters),))
        np.testing.assert_allclose(data["posterior"].values[row, 0], updated(changed), atol=1e-9)


def together(factors: list[tuple[object, float, float]], z: float) -> mpmath.mpf:
    """The integral over one shared uniform, by mpmath: factors of (judgement, T, F)."""
    cuts = {mpmath.mpf(0), mpmath.mpf(1)}
    for theta, _, _ in factors:
        if isinstance(theta, tuple):
            mu, sd = (float(part) for part in parameters(np.float64(theta[0]), np.float64(theta[1]), z))
            cuts |= {1 / (1 + mpmath.exp(-(mu + k * sd))) for k in (-8, -4, -2, -1, 0, 1, 2, 4, 8)}
        else:
            cuts.add(mpmath.mpf(theta))

    def integrand(v: mpmath.mpf) -> mpmath.mpf:
        product = mpmath.mpf(1)
        for theta, t, f in factors:
            if isinstance(theta, tuple):
                mu, sd = (float(part) for part in parameters(np.float64(theta[0]), np.float64(theta[1]), z))
                above = mpmath.ncdf((mu - mpmath.log(v / (1 - v))) / sd)
            else:
                above = mpmath.mpf(1) if v <= theta else mpmath.mpf(0)
            product *= f + (t - f) * above
        return product

    return mpmath.quad(integrand, sorted(cuts))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("ranged", [0.0, 0.6])
def test_full_redundancy_against_mpmath(seed, ranged):
    rng = np.random.default_rng(seed)
    factors, items = [], []
    for k in range(int(rng.integers(2, 5))):
        p = float(rng.uniform(0.02, 0.9))
        theta = (p, p + float(rng.uniform(0.005, 0.09))) if rng.random() < ranged else p
        found, r, s = rng.random() < 0.7, float(rng.uniform(0.5, 1)), float(rng.uniform(0.4, 1))
        a, b = (1 + r) / 2, (1 - r) / 2
        factors.append((theta, s * a, s * b) if found else (theta, 1 - s * a, 1 - s * b))
        items.append(
            pt.Evidence(
                f"e{k}", finding="A poll.", status="found" if found else "not_found", search_sensitivity=s,
                source=f"s{k}", cluster="polls", probability={"a": theta, "b": 0.5},
            )
        )  # fmt: skip
        items[-1] = dataclasses.replace(items[-1], quote=str(r))
    sources = {f"s{k}": {"reliability": float(item.quote)} for k, item in enumerate(items)}
    case = pt.Case("x", evidence=items, sources=sources, clusters={"polls": {}})
    numbers = case_numbers(pt.Study("Limit", hypotheses={"a": {}, "b": {}}, cases=[case]), case)
    with mpmath.workdps(20):
        truth = float(mpmath.log(together(factors, z_of(0.9))))
    assert redundant_nats(numbers, numbers.units[0], {0})[0] == pytest.approx(truth, abs=1e-10)


def test_the_limit_is_where_the_sweep_goes():
    items = [
        pt.Evidence(f"e{k}", finding="A poll.", cluster="polls", probability={"a": p, "b": q})
        for k, (p, q) in enumerate([(0.8, 0.3), (0.6, 0.5)])
    ]
    case = pt.Case("x", evidence=items, clusters={"polls": {}})
    study = pt.Study("Limit", hypotheses={"a": {}, "b": {}}, cases=[case])
    data = robustness.dependence(study, [0.99, 0.9999])
    limit = data["fully_redundant"].values[0]
    np.testing.assert_allclose(limit, [0.6 / 0.9, 0.3 / 0.9], atol=1e-12)  # the smallest of each: min(.8, .6) against min(.3, .5)
    np.testing.assert_allclose(data["posterior"].values[0, 1], limit, atol=1e-3)


def test_full_redundancy_may_refute_and_is_not_an_error():
    items = [
        pt.Evidence("yes", finding="A poll.", cluster="polls", probability={"a": 0.9, "b": 0.2}),
        pt.Evidence("no", finding="A poll.", status="not_found", search_sensitivity=1, cluster="polls", probability={"a": 0.8, "b": 0.4}),
    ]
    case = pt.Case("x", evidence=items, clusters={"polls": {}})
    study = pt.Study("Refuted", hypotheses={"a": {}, "b": {}}, cases=[case])
    np.testing.assert_allclose(robustness.dependence(study)["fully_redundant"].values[0], [1, 0], atol=1e-15)
    twisted = study.with_judgement("x", "yes", {"a": 0.7, "b": 0.2})
    assert np.isnan(robustness.dependence(twisted)["fully_redundant"].values).all()
    assert robustness.as_json(twisted)["cases"]["x"]["dependence"]["fully_redundant"] == {"a": None, "b": None}


def test_correlations_outside_are_refused():
    with pytest.raises(pt.UsageError, match="below 1"):
        robustness.dependence(ten_items(), [0.5, 1.0])


@settings(max_examples=20)
@given(studies().filter(leads))
def test_model_error_by_its_formula(study):
    numbers = case_numbers(study, study.cases[0])
    data = robustness.model_error(study, [0.0, 0.01, 0.3, 1.0])
    prior = np.array(numbers.prior) / sum(numbers.prior)
    for k, eps in enumerate((0.0, 0.01, 0.3, 1.0)):
        joint = prior.copy()
        for unit in numbers.units:
            p = np.exp(log_likelihood(dataclasses.replace(numbers, units=(unit,))))
            joint = joint * ((1 - eps) * p + eps * p.mean())
        np.testing.assert_allclose(data["posterior"].values[0, k], joint / joint.sum(), atol=1e-12)
    np.testing.assert_allclose(data["posterior"].values[0, 3], prior, atol=1e-12)


def test_one_percent_of_model_error_caps_a_unit_of_three_at_24_7():
    """The figure of the page on robustness, and the weight of an item that refutes its rivals."""
    item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.4, "b": 0.0, "c": 0.0})
    study = pt.Study("Cap", hypotheses={"a": {}, "b": {}, "c": {}}, cases=[pt.Case("x", evidence=[item])])
    data = robustness.model_error(study, [0.01])
    assert data["cap_db"].item() == pytest.approx(24.7, abs=0.05)
    posterior = data["posterior"].values[0, 0]
    assert 10 * np.log10(posterior[0] / posterior[1]) == pytest.approx(data["cap_db"].item(), abs=1e-9)


@settings(max_examples=20)
@given(studies(excluded=False).filter(leads))
def test_a_hypothesis_of_that_mean_probability_ties_with_the_leader(study):
    """Recomputed with the unlisted explanation as a fourth or fifth column of likelihoods."""
    base = pt.to_dataset(study)
    nats, prior = base["log_likelihood"].values.sum(axis=0), base["prior"].values[0]
    a = int(np.argmax(np.log(prior) + nats))
    data = robustness.unlisted(study, [0.02, 0.3]).sel(anchor=study.anchor)
    n = base.sizes["evidence"]
    numbers = case_numbers(study, study.cases[0])
    theta = np.array([[float(item.found)] * len(nats) for item in numbers.items])
    s = np.array([[item.least[a]] * len(nats) for item in numbers.items])
    certain = dataclasses.replace(
        numbers,
        items=tuple(
            dataclasses.replace(
                item, low=tuple(theta[i]), high=tuple(theta[i]), least=(item.least[a],) * len(nats), most=(item.most[a],) * len(nats)
            )
            for i, item in enumerate(numbers.items)
        ),
    )
    best = log_likelihood(certain)[0]
    if all(item.least[a] == item.most[a] for item in numbers.items) and not numbers.ranges:
        assert best == pytest.approx(log_likelihood(fixed(numbers, theta, s, np.zeros(0)))[0], abs=1e-12)
    for k, p in enumerate((0.02, 0.3)):
        q = data["q"].values[0, k]
        needed = math.log(prior[a] * (1 - p) / p) + nats[a]
        if np.isnan(q):
            assert needed > best - 1e-9
            continue
        posterior = np.append(prior * (1 - p), p) * np.exp(np.append(nats, n * math.log(q)))
        assert posterior[a] == pytest.approx(posterior[-1], rel=1e-9)
        assert data["db_per_item"].values[0, k] == pytest.approx(10 * (math.log10(q) - nats[a] / n / math.log(10)), abs=1e-9)
    p = data["prior_of_certain_story"].item()
    assert math.log(p) + best == pytest.approx(math.log((1 - p) * prior[a]) + nats[a], abs=1e-9)


@settings(max_examples=20)
@given(studies().filter(leads))
def test_anchors_are_the_study_with_another_anchor(study):
    data = robustness.anchor(study)
    for k, value in enumerate((0.5, 0.95)):
        np.testing.assert_allclose(data["posterior"].values[0, k], updated(dataclasses.replace(study, anchor=value)), atol=1e-12)
        again = robustness.unlisted(dataclasses.replace(study, anchor=value))
        there = robustness.unlisted(study)
        if (
            value in there["anchor"].values
            and robustness.margins(study)["leader"].item() == robustness.margins(dataclasses.replace(study, anchor=value))["leader"].item()
        ):
            np.testing.assert_allclose(there["q"].sel(anchor=value).values, again["q"].sel(anchor=value).values, atol=1e-12)


@settings(max_examples=20)
@given(studies().filter(leads))
def test_each_analysts_own_posterior(study):
    data = robustness.analysts(study)
    for k, who in enumerate(study.analysts):
        own = [e for e in study.cases[0].evidence if e.counts and who in (e.judgements or ())]
        if not own:
            assert np.isnan(data["posterior"].values[0, k]).all()
            continue
        alone = dataclasses.replace(study, analyst=who)
        np.testing.assert_allclose(data["posterior"].values[0, k], updated(alone), atol=1e-12)
        assert data["items"].values[0, k] == pt.to_dataset(alone).sizes["evidence"]
    judged = {str(i): study.cases[0].item(str(i)).judgements or () for i in data["evidence_id"].values}
    for row, name in enumerate(judged):
        disagreement = data["disagreement_db"].values[row]
        if len(judged[name]) < 2:
            assert disagreement == 0
            continue
        alone = []
        for who in judged[name]:
            one = pt.to_dataset(dataclasses.replace(study, analyst=who))
            if name in one["evidence_id"].values:
                alone.append(one["log_likelihood_alone"].values[list(one["evidence_id"].values).index(name)])
        with np.errstate(invalid="ignore"):
            widest = [np.ptp([x[h] - x[k] for x in alone]) for h in range(len(alone[0])) for k in range(h)]
        assert disagreement == pytest.approx(np.nanmax(widest) * 10 / np.log(10), abs=1e-9)


def test_many_clusters_of_points_are_swept_as_one_by_one():
    """The compiled integral of many clusters (error below 1e-9 nats each) and the rule for one give one sweep."""
    rng = np.random.default_rng(20)
    items = []
    for k in range(MANY):
        for j in range(int(rng.integers(2, 5))):
            extra = {"status": "not_found", "search_sensitivity": 0.7} if rng.random() < 0.3 else {}
            source = {"source": "press"} if rng.random() < 0.5 else {}
            judged = {h: float(rng.uniform(0.05, 0.95)) for h in "abc"}
            items.append(pt.Evidence(f"i{k}_{j}", finding="A poll.", cluster=f"c{k}", probability=judged, **extra, **source))
    items.append(pt.Evidence("alone", finding="A memo.", probability={"a": (0.2, 0.4), "b": 0.1, "c": 0.3}))
    case = pt.Case("x", evidence=items, clusters={f"c{k}": {} for k in range(MANY)}, sources={"press": {"reliability": 0.8}})
    study = pt.Study("Many", hypotheses={h: {} for h in "abc"}, cases=[case])
    numbers = case_numbers(study, study.cases[0])
    at_once = swept_nats(numbers, [0.0, 0.5, 0.95])
    one_by_one = [
        sum(unit_likelihood(dataclasses.replace(numbers, rho=(rho,) * MANY), unit).nats[0] for unit in numbers.units)
        for rho in (0.0, 0.5, 0.95)
    ]
    assert np.abs(at_once - one_by_one).max() < MANY * 1e-9
