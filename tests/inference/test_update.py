"""The exact update against `oracle`, a reference written from the formulas alone.

TOLERANCE is absolute on log likelihoods (nats): what the page on numbers promises. Both sides are deterministic, so a test
here has no error rate; the oracle's own error is below 1e-10 (test_cluster_integral holds it against mpmath).
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.studies import studies
from truth import oracle

import processtrace as pt

TOLERANCE = 1e-9
DB_TOLERANCE = TOLERANCE * oracle.DB * 2  # a weight is a difference of two log likelihoods


def table(data: Any, name: str) -> dict[str, dict[str, float]]:
    ids, hypotheses = data["evidence_id"].values, data["hypothesis"].values
    return {str(i): dict(zip(map(str, hypotheses), map(float, row), strict=True)) for i, row in zip(ids, data[name].values, strict=True)}


def close(got: float, truth: float, tolerance: float) -> bool:
    """Equal to an absolute tolerance; infinities and undefined values only to themselves."""
    if math.isfinite(got) and math.isfinite(truth):
        return abs(got - truth) <= tolerance
    return got == truth or (math.isnan(got) and math.isnan(truth))


def assert_terms(data: Any, name: str, truth: dict[str, dict[str, float]], tolerance: float = TOLERANCE) -> None:
    got = table(data, name)
    assert set(got) == {item for by_item in truth.values() for item in by_item}
    for h, by_item in truth.items():
        for item, value in by_item.items():
            assert close(got[item][h], value, tolerance), f"{name} of {item} under {h}: {got[item][h]!r}, the oracle has {value!r}"


def assert_totals(study: pt.Study) -> None:
    data = pt.update(study)
    for case in study.cases:
        mine = data.isel(evidence=np.flatnonzero(data["evidence_case"].values == case.id))
        truth = {h: oracle.log_likelihood(study, case, h) for h in study.explanations}
        for h, value in truth.items():
            got = float(mine["log_likelihood"].sel(hypothesis=h).sum())
            assert close(got, value, TOLERANCE), f"log likelihood of {case.id} under {h}: {got!r}, the oracle has {value!r}"
        for h, p in oracle.posterior(study, case, truth).items():
            assert float(data["posterior"].sel(case=case.id, hypothesis=h)) == pytest.approx(p, rel=0, abs=TOLERANCE)
    assert data.attrs["method"] == "exact"
    assert set(data.attrs["error_nats"]) <= {0.0}


@settings(max_examples=60)
@given(studies(items=(1, 7), reliabilities=(0, 1)))
def test_studies_with_up_to_one_range_of_reliability(study: pt.Study) -> None:
    assert_totals(study)


@settings(max_examples=20)
@given(studies(reliabilities=2))
def test_studies_with_two_ranges_of_reliability(study: pt.Study) -> None:
    assert_totals(study)


@settings(max_examples=12)
@given(studies(items=(1, 5), reliabilities=3))
def test_studies_with_three_ranges_of_reliability(study: pt.Study) -> None:
    assert_totals(study)


@pytest.mark.long
@pytest.mark.parametrize(("items", "reliabilities"), [((1, 9), (0, 2)), ((1, 5), 3)])
@settings(max_examples=200)
@given(data=st.data())
def test_many_studies(items: tuple[int, int], reliabilities: int | tuple[int, int], data: st.DataObject) -> None:
    assert_totals(data.draw(studies(items=items, reliabilities=reliabilities)))


@settings(max_examples=30)
@given(studies(reliabilities=(0, 1)))
def test_every_term(study: pt.Study) -> None:
    case, data = study.cases[0], pt.update(study)
    assert_terms(data, "log_likelihood", {h: oracle.terms(study, case, h) for h in study.explanations})
    assert_terms(data, "log_likelihood_alone", {h: oracle.alone(study, case, h) for h in study.explanations})
    assert_terms(data, "log_likelihood_last", {h: oracle.last(study, case, h) for h in study.explanations})
    for weight, term in (("weight_db", oracle.terms), ("alone_db", oracle.alone), ("last_db", oracle.last)):
        by_hypothesis = {h: term(study, case, h) for h in study.explanations}
        relative: dict[str, dict[str, float]] = {h: {} for h in study.explanations}
        for item in by_hypothesis[next(iter(by_hypothesis))]:
            for h, value in oracle.relative_db({h: terms[item] for h, terms in by_hypothesis.items()}).items():
                relative[h][item] = value
        assert_terms(data, weight, relative, DB_TOLERANCE)


# --- many reports of one source of uncertain reliability -----------------------------------------------------------------


def reports(reliability: tuple[float, float], judged: list[tuple[float, bool]], coverage: float = 0.9) -> pt.Study:
    items = [
        pt.Evidence(
            f"e{k:02d}",
            finding="A report.",
            source="press",
            probability={"a": p, "b": 0.5},
            **({} if found else {"status": "not_found", "search_sensitivity": 1}),
        )
        for k, (p, found) in enumerate(judged)
    ]
    case = pt.Case("one", sources={"press": {"reliability": reliability}}, evidence=items)
    return pt.Study("Reports", hypotheses={"a": {}, "b": {}}, cases=[case], range_coverage=coverage)


@pytest.mark.parametrize("reliability", [(0.9, 0.99), (0.3, 0.9), (0.001, 0.999), (0.999, 0.99999), (0.99999, 0.9999999), (1e-6, 1e-3)])
@pytest.mark.parametrize("size", [2, 12, 40])
def test_a_source_whose_reports_were_improbable_all_along(reliability: tuple[float, float], size: int) -> None:
    """The likelihood then hangs on the far tail of the reliability, where a quadrature rule has its smallest weights."""
    assert_totals(reports(reliability, [(1e-9, True)] * size))
    assert_totals(reports(reliability, [(0.99, False)] * size, coverage=0.5))


@pytest.mark.parametrize("reliability", [(0.9, 0.99), (0.5, 0.99), (0.1, 0.999)])
@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_a_source_whose_reports_contradict_each_other(reliability: tuple[float, float], coverage: float) -> None:
    assert_totals(reports(reliability, [(0.001 if k % 2 else 0.999, True) for k in range(30)], coverage))


@pytest.mark.parametrize("seed", range(6))
def test_four_ranges_of_reliability_are_within_the_error_that_is_told(seed: int) -> None:
    """Quasi-Monte Carlo with fixed points: within five of its own standard errors, which are of seven degrees of freedom.

    A t variable of seven degrees exceeds five in 0.16 % of draws; the points are fixed, so the test either always passes or
    never does.
    """
    rng = np.random.default_rng(seed)
    items = [
        pt.Evidence(
            f"e{k}",
            finding="A report.",
            source=[f"s{k % 4}", f"s{(k + 1) % 4}"],
            probability={h: float(rng.uniform(0.01, 0.99)) for h in "ab"},
        )
        for k in range(6)
    ]
    sources = {f"s{k}": {"reliability": (0.6, 0.9)} for k in range(4)}
    study = pt.Study("Four", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("one", sources=sources, evidence=items)])
    data = pt.to_dataset(study)
    error = max(data.attrs["error_nats"])
    assert 0 < error < 1e-3
    assert data.attrs["method"] != "exact"
    for h in "ab":
        off = abs(float(data["log_likelihood"].sel(hypothesis=h).sum()) - oracle.log_likelihood(study, study.cases[0], h))
        assert off < 5 * error


# --- weights: what DESIGN 4.8 says of each ---------------------------------------------------------------------------------


def weighed(items: list[pt.Evidence], **parts: Any) -> Any:
    return pt.update(pt.Study("Weights", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("one", evidence=items, **parts)]))


def finding(name: str, a: Any, b: Any, **parts: Any) -> pt.Evidence:
    return pt.Evidence(name, finding=f"Finding {name}.", probability={"a": a, "b": b}, **parts)


def weight(data: Any, kind: str, item: str) -> float:
    row = data[kind].sel(evidence=f"one/{item}")
    return float(row.sel(hypothesis="a") - row.sel(hypothesis="b"))


def orthant(p: float, q: float, rho: float) -> float:
    """P(both of two findings) in the copula: a bivariate normal probability, by scipy's own method."""
    from scipy.stats import multivariate_normal, norm

    return float(multivariate_normal.cdf([norm.ppf(p), norm.ppf(q)], mean=[0, 0], cov=[[1, rho], [rho, 1]], abseps=1e-13, releps=1e-13))


def test_a_pair_in_a_cluster_has_the_bivariate_normal_probability() -> None:
    """Closed form; alone and chain-rule weights follow from it. scipy's bivariate routine is good to 1e-14."""
    items = [finding("x", 0.6, 0.2, date="2001", cluster="c"), finding("y", 0.7, 0.4, date="2000", cluster="c")]
    data = weighed(items, clusters={"c": {"correlation": 0.7}})
    joint = {"a": orthant(0.6, 0.7, 0.7), "b": orthant(0.2, 0.4, 0.7)}
    first = oracle.DB * math.log(0.7 / 0.4)
    both = oracle.DB * math.log(joint["a"] / joint["b"])
    assert weight(data, "weight_db", "y") == pytest.approx(first, abs=1e-9)
    assert weight(data, "weight_db", "x") == pytest.approx(both - first, abs=1e-9)
    assert weight(data, "alone_db", "x") == pytest.approx(oracle.DB * math.log(3), abs=1e-9)
    assert weight(data, "last_db", "y") == pytest.approx(both - oracle.DB * math.log(3), abs=1e-9)
    assert weight(data, "last_db", "x") == pytest.approx(both - first, abs=1e-9)
    joint_weight = data["cluster_weight_db"].sel(evidence_cluster="one/c")
    assert float(joint_weight.sel(hypothesis="a") - joint_weight.sel(hypothesis="b")) == pytest.approx(both, abs=1e-9)


@pytest.mark.parametrize("order", list(itertools.permutations(["2000", "2000-12-31", "2000-06/2000-07", None])))
def test_terms_follow_the_end_of_the_date_then_the_identifier_undated_last(order: tuple[str | None, ...]) -> None:
    judged = {"2000": (0.9, 0.3), "2000-12-31": (0.8, 0.5), "2000-06/2000-07": (0.6, 0.2), None: (0.3, 0.7)}
    names = {"2000": "z", "2000-12-31": "a", "2000-06/2000-07": "m", None: "b"}
    items = [finding(names[date], *judged[date], cluster="c", date=date) for date in order]
    data = weighed(items, clusters={"c": {"correlation": 0.5}})
    # July first; then the whole year and its last day end together and go by identifier, a before z; undated last.
    so_far: list[pt.Evidence] = []
    study = pt.Study("Weights", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("one", evidence=items, clusters={"c": {"correlation": 0.5}})])
    before = {"a": 0.0, "b": 0.0}
    for name in ("m", "a", "z", "b"):
        so_far.append(study.cases[0].item(name))
        now = {h: oracle.log_likelihood(study, study.cases[0], h, so_far) for h in "ab"}
        for h in "ab":
            got = float(data["log_likelihood"].sel(evidence=f"one/{name}", hypothesis=h))
            assert got == pytest.approx(now[h] - before[h], abs=TOLERANCE)
        before = now


@settings(max_examples=15)
@given(studies(reliabilities=(0, 1), zeros=False))
def test_differences_of_weights_sum_to_the_difference_of_the_evidence(study: pt.Study) -> None:
    """sum_i (weight_db[h] - weight_db[k]) = evidence_db[h] - evidence_db[k]; each row's best is 0; a unit of one has one weight."""
    data = pt.update(study)
    difference = data["weight_db"].values - data["weight_db"].values[:, :1]
    evidence = data["evidence_db"].values - data["evidence_db"].values[:, :1]
    np.testing.assert_allclose(difference.sum(axis=0), evidence[0], atol=1e-9)
    for name in ("weight_db", "alone_db", "last_db", "evidence_db"):
        np.testing.assert_array_equal(data[name].max("hypothesis").values, 0.0)
    case = study.cases[0]
    for unit in oracle.groups(study, case, oracle.entering(study, case), with_given=True):
        if len(unit) == 1:
            here = data.sel(evidence=f"one/{unit[0].id}")
            np.testing.assert_array_equal(here["weight_db"].values, here["alone_db"].values)
            np.testing.assert_array_equal(here["weight_db"].values, here["last_db"].values)


def test_given_items_enter_alone() -> None:
    items = [finding("x", 0.6, 0.2, cluster="c"), finding("y", 0.7, 0.4, cluster="c"), finding("z", 0.9, 0.5, cluster="c", given=["x"])]
    data = weighed(items, clusters={"c": {"correlation": 0.7}})
    for kind in ("weight_db", "alone_db", "last_db"):
        assert weight(data, kind, "z") == pytest.approx(oracle.DB * math.log(1.8), abs=1e-9)
    assert list(data["cluster"].values) == ["c", "c", ""]
    total = orthant(0.6, 0.7, 0.7) * 0.9 / (orthant(0.2, 0.4, 0.7) * 0.5)
    evidence = data["evidence_db"].sel(case="one")
    assert float(evidence.sel(hypothesis="a") - evidence.sel(hypothesis="b")) == pytest.approx(oracle.DB * math.log(total), abs=1e-9)


def test_after_a_refutation_the_later_terms_of_the_unit_are_zero_and_other_units_go_on() -> None:
    items = [
        finding("e1", 0.9, 0.5, cluster="c", date="2001"),
        finding("e2", 0.5, 0.0, cluster="c", date="2002"),
        finding("e3", 0.2, 0.8, cluster="c", date="2003"),
        finding("e4", 0.2, 0.8, date="2004", given=["e3"]),
        finding("e5", 0.2, 0.8, date="2005"),
    ]
    data = weighed(items, clusters={"c": {"correlation": 0.5}})
    under_b = [float(data["log_likelihood"].sel(evidence=f"one/e{k}", hypothesis="b")) for k in range(1, 6)]
    assert under_b == [pytest.approx(math.log(0.5)), -math.inf, 0.0, 0.0, pytest.approx(math.log(0.8))]
    last = {k: float(data["log_likelihood_last"].sel(evidence=f"one/e{k}", hypothesis="b")) for k in range(1, 6)}
    assert last[2] == -math.inf
    assert all(math.isnan(last[k]) for k in (1, 3, 4)), "impossible with and without it: undefined"
    assert float(data["posterior"].sel(case="one", hypothesis="b")) == 0.0


def test_cells_built_by_each_rule_enter_as_the_rule_says() -> None:
    """Closed forms of DESIGN 4.10, through the update."""
    judged = {"none": 0.1, "p": 0.4, "q": 0.7}
    built = {"mean": 0.55, "maximum": 0.7, "noisy-or": 1 - 0.9 * (0.6 / 0.9) * (0.3 / 0.9)}
    for rule, value in built.items():
        items = [pt.Evidence("x", finding="A finding.", probability=judged)]
        study = pt.Study(
            "Cells", factors={"p": {"prior": 0.2}, "q": {"prior": 0.5}}, compounds=rule, cases=[pt.Case("one", evidence=items)]
        )
        joint = {"none": 0.8 * 0.5 * 0.1, "p": 0.2 * 0.5 * 0.4, "q": 0.8 * 0.5 * 0.7, "p+q": 0.2 * 0.5 * value}
        posterior = pt.update(study)["posterior"].sel(case="one")
        for cell, weight_of in joint.items():
            assert float(posterior.sel(hypothesis=cell)) == pytest.approx(weight_of / sum(joint.values()), abs=1e-12)


def test_a_pool_of_points_is_the_logarithmic_pool_of_the_analysts() -> None:
    """DESIGN 4.7; the pooled posterior is proportional to the weighted geometric mean of each analyst's."""
    rng = np.random.default_rng(5)
    analysts = {"ana": {"weight": 1}, "ben": {"weight": 3}}
    items = [
        pt.Evidence(
            f"e{k}", finding="A finding.", judgements={who: {"ratio": {h: float(rng.uniform(0.1, 9)) for h in "abc"}} for who in analysts}
        )
        for k in range(5)
    ] + [pt.Evidence("common", finding="A finding.", probability={"a": 0.3, "b": 0.6, "c": 0.1})]
    study = pt.Study(
        "Pool",
        hypotheses={"a": {"prior": 2}, "b": {"prior": 1}, "c": {"prior": 5}},
        cases=[pt.Case("one", evidence=items)],
        analysts=analysts,
    )
    own = {who: pt.update(dataclasses.replace(study, analyst=who))["log_posterior"].values[0] for who in analysts}
    pooled = 0.25 * own["ana"] + 0.75 * own["ben"]
    pooled -= np.log(np.exp(pooled).sum())
    np.testing.assert_allclose(pt.update(study)["log_posterior"].values[0], pooled, atol=1e-12)
