"""What must not change a posterior, and what must add up, over random studies: clusters, ranges, sources, `given` and all.

EXACT holds where the same
numbers are summed in another order; INTEGRATED where two ways to the same integral are compared, each promised to 1e-9.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.designs import ten_items
from strategies.studies import redrawn

import processtrace as pt
from processtrace.study.frozen import Map

EXACT, INTEGRATED = 1e-12, 2e-9
HYPOTHESES = ("a", "b", "c")
SEEDS = st.integers(0, 10_000)
ONE = redrawn(ten_items())
few = settings(max_examples=8)


def posterior(study: pt.Study, case: str = "case_0") -> dict[str, float]:
    row = pt.update(study)["posterior"].sel(case=case)
    return {str(h): float(row.sel(hypothesis=h)) for h in row["hypothesis"].values}


def nats(study: pt.Study, case: str = "case_0") -> dict[str, float]:
    data = pt.to_dataset(study)
    total = data["log_likelihood"].isel(evidence=np.flatnonzero(data["evidence_case"].values == case)).sum("evidence")
    return {str(h): float(total.sel(hypothesis=h)) for h in total["hypothesis"].values}


def assert_same(one: dict[str, float], other: dict[str, float], tolerance: float) -> None:
    assert set(one) == set(other)
    for h, value in one.items():
        assert value == pytest.approx(other[h], rel=0, abs=tolerance), h


def with_items(study: pt.Study, items: Any, **parts: Any) -> pt.Study:
    first = dataclasses.replace(study.cases[0], evidence=tuple(items), **parts)
    return dataclasses.replace(study, cases=(first, *study.cases[1:]))


def each(study: pt.Study, change: Any) -> pt.Study:
    return with_items(study, [change(item) for item in study.cases[0].evidence])


def point_study(seed: int, n: int, **fields: Any) -> pt.Study:
    rng = np.random.default_rng(seed)
    items = [
        pt.Evidence(f"e{k}", finding="f", probability={h: float(rng.uniform(0.01, 0.99)) for h in HYPOTHESES}, **fields) for k in range(n)
    ]
    clusters = {"k": {"correlation": float(rng.uniform(0, 0.95))}}
    return pt.Study(
        "Points",
        hypotheses={h: {} for h in HYPOTHESES},
        clusters=clusters,
        cases=[pt.Case("case_0", evidence=items)],
    )


# --- order ----------------------------------------------------------------------------------------------------------------


@few
@given(redrawn(ten_items(2)), st.randoms(use_true_random=False))
def test_the_order_of_items_hypotheses_and_cases_changes_nothing(study: pt.Study, order: Any) -> None:
    items = list(study.cases[0].evidence)
    order.shuffle(items)
    shuffled = with_items(study, items)
    named = list(study.hypotheses.items())
    order.shuffle(named)
    turned = dataclasses.replace(shuffled, hypotheses=Map(dict(named)), cases=tuple(reversed(shuffled.cases)))
    for case in ("case_0", "case_1"):
        assert_same(posterior(study, case), posterior(turned, case), EXACT)
        assert_same(nats(study, case), nats(turned, case), 1e-10)
    terms, moved = (pt.update(one)["weight_db"] for one in (study, turned))
    for name in terms["evidence"].values:
        for h in HYPOTHESES:
            assert float(terms.sel(evidence=name, hypothesis=h)) == pytest.approx(
                float(moved.sel(evidence=name, hypothesis=h)), rel=0, abs=1e-9
            )


@few
@given(redrawn(ten_items(3)))
def test_a_case_stands_by_itself_whatever_cases_are_loaded_beside_it(study: pt.Study) -> None:
    assert_same(posterior(study), posterior(study.only("case_0")), EXACT)


# --- scale ----------------------------------------------------------------------------------------------------------------


@few
@given(ONE, SEEDS, st.floats(1e-6, 1e6), st.sampled_from(["ratio", "decibels"]))
def test_scaling_ratios_changes_nothing(study: pt.Study, seed: int, factor: float, scale: str) -> None:
    rng = np.random.default_rng(seed)
    ratios = {h: float(np.exp(rng.normal(0, 2))) for h in HYPOTHESES}
    spans = {h: (x, x * 3) for h, x in ratios.items()}

    def judged(by: float) -> list[dict[str, Any]]:
        if scale == "ratio":
            return [{"ratio": {h: x * by for h, x in ratios.items()}}, {"ratio": {h: (a * by, b * by) for h, (a, b) in spans.items()}}]
        shift = 10 * math.log10(by)
        return [
            {"decibels": {h: x + shift for h, x in ratios.items()}},
            {"decibels": {h: (a + shift, b + shift) for h, (a, b) in spans.items()}},
        ]

    def added(by: float) -> pt.Study:
        plain, ranged = judged(by)
        extra = [
            pt.Evidence("plain", finding="f", **plain),
            pt.Evidence("ranged", finding="f", source="ranged", cluster="k", **ranged),
            pt.Evidence("missed", finding="f", status="not_found", search_sensitivity=0.7, cluster="k", **ranged),
        ]
        return with_items(study, [*study.cases[0].evidence, *extra])

    assert_same(nats(added(1)), nats(added(factor)), INTEGRATED)


# --- what says nothing ----------------------------------------------------------------------------------------------------


@few
@given(ONE, st.floats(0.001, 1), st.sampled_from(["found", "not_found"]), st.booleans(), st.booleans())
def test_an_item_that_says_nothing_alone_changes_nothing(study: pt.Study, p: float, status: str, ranged: bool, sourced: bool) -> None:
    value: Any = (p / 2, p * 0.99) if ranged else p
    idle = pt.Evidence(
        "idle",
        finding="f",
        probability=dict.fromkeys(HYPOTHESES, value),
        status=status,
        source=["point"] if sourced else [],
        search_sensitivity=(0.2, 0.8),
        given=["nine"],
    )
    assert_same(posterior(study), posterior(with_items(study, [*study.cases[0].evidence, idle])), 1e-11)


@few
@given(ONE, SEEDS, st.sampled_from(["sensitivity", "rates"]), st.booleans(), st.booleans())
def test_no_search_and_a_source_that_cannot_tell_change_nothing_also_in_clusters(
    study: pt.Study, seed: int, kind: str, ranged: bool, found: bool
) -> None:
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = {h: float(rng.uniform(0.01, 0.9)) for h in HYPOTHESES}
    judged = {h: (p, p + 0.05) for h, p in values.items()} if ranged else values
    blind = {"blind": {"reports_if_true": 0.4, "reports_if_false": 0.4}}
    fields: dict[str, Any] = {"status": "not_found", "search_sensitivity": 0}
    if kind == "rates":
        fields = {"source": ["blind"]} if found else {"source": ["blind"], "status": "not_found", "search_sensitivity": 0.6}
    idle = pt.Evidence("idle", finding="f", probability=judged, cluster="k", **fields)
    assert_same(posterior(study), posterior(with_items(study, [*study.cases[0].evidence, idle], sources=blind)), 1e-11)


@few
@given(ONE)
def test_a_search_as_sensitive_under_every_hypothesis_cancels_for_what_was_found(study: pt.Study) -> None:
    changed = each(study, lambda e: dataclasses.replace(e, search_sensitivity=(0.3, 0.7)) if e.status == "found" else e)
    assert_same(posterior(study), posterior(changed), 1e-11)


# --- updates in parts -----------------------------------------------------------------------------------------------------


@few
@given(ONE, st.randoms(use_true_random=False))
def test_independent_items_may_be_taken_in_two_updates(study: pt.Study, order: Any) -> None:
    linked = {"three", "six", "seven", "eight", "ten"}  # one unit: a source of uncertain reliability and a cluster
    pairs = [{"one", "nine"}, {"two"}, {"four"}, {"five"}, linked]
    first = set().union(*(pair for pair in pairs if order.random() < 0.5))
    items = study.cases[0].evidence
    one = with_items(study, [e for e in items if e.id in first])
    after = with_items(study, [e for e in items if e.id not in first]).with_prior(posterior(one))
    assert_same(posterior(study), posterior(after), 1e-11)


@few
@given(ONE)
def test_a_correlation_of_0_is_independence(study: pt.Study) -> None:
    zero = dataclasses.replace(study, clusters=Map({"k": dataclasses.replace(study.clusters["k"], correlation=0.0)}))
    apart = each(study, lambda e: dataclasses.replace(e, cluster=None))
    assert_same(nats(zero), nats(apart), INTEGRATED)


@few
@given(ONE, st.sampled_from(["reliability", "rates", "bare"]))
def test_a_perfect_source_is_no_source(study: pt.Study, kind: str) -> None:
    perfect: dict[str, Any] = {"reliability": {"reliability": 1}, "rates": {"reports_if_true": 1, "reports_if_false": 0}, "bare": {}}
    sure = dataclasses.replace(study, sources=Map({name: pt.Source(name, **perfect[kind]) for name in study.sources}))
    none = each(study, lambda e: dataclasses.replace(e, source=()))
    assert_same(nats(sure), nats(none), INTEGRATED)


@few
@given(ONE, st.integers(2, 4))
def test_a_cluster_of_one_is_that_item(study: pt.Study, n: int) -> None:
    apart = each(study, lambda e: dataclasses.replace(e, cluster="k" if e.id == "six" else None))
    none = each(study, lambda e: dataclasses.replace(e, cluster=None))
    assert_same(nats(apart), nats(none), EXACT)


# --- fewer hypotheses -----------------------------------------------------------------------------------------------------


@few
@given(ONE)
def test_a_study_with_fewer_hypotheses_keeps_the_likelihoods_of_those_it_keeps(study: pt.Study) -> None:
    whole = dataclasses.replace(study.cases[0], judges=HYPOTHESES)
    fewer = dataclasses.replace(study, hypotheses=Map({h: study.hypotheses[h] for h in "ab"}), cases=(whole,))
    everything = nats(study)
    assert_same(nats(fewer), {h: everything[h] for h in "ab"}, EXACT)


# --- a plan and what comes of it ------------------------------------------------------------------------------------------


@few
@given(ONE, SEEDS, st.sampled_from([None, "point", "rates", "ranged"]), st.booleans(), st.sampled_from([None, "k"]))
def test_found_and_not_found_of_a_planned_item_average_to_the_present(
    study: pt.Study, seed: int, source: str | None, ranged: bool, cluster: str | None
) -> None:
    """P(found, h) + P(not found, h) = P(h) times the likelihood of the rest: in numbers, the two likelihoods add up."""
    rng = np.random.default_rng(seed)
    judged = {h: (float(p), float(p) + 0.05) if ranged else float(p) for h, p in zip(HYPOTHESES, rng.uniform(0.05, 0.9, 3), strict=True)}
    item = pt.Evidence(
        "new",
        finding="f",
        probability=judged,
        search_sensitivity={"a": 0.9, "b": 0.5, "c": (0.2, 0.6)},
        source=[source] if source else [],
        cluster=cluster,
    )
    rates = {"rates": {"reports_if_true": 0.7, "reports_if_false": 0.2}}
    found, missed = (
        nats(with_items(study, [*study.cases[0].evidence, dataclasses.replace(item, status=status)], sources=rates))
        for status in ("found", "not_found")
    )
    assert_same({h: float(np.logaddexp(found[h], missed[h])) for h in HYPOTHESES}, nats(study), INTEGRATED)
    planned = with_items(study, [*study.cases[0].evidence, dataclasses.replace(item, status="planned")], sources=rates)
    assert_same(posterior(planned), posterior(study), EXACT)


# --- nothing underflows ---------------------------------------------------------------------------------------------------


def test_ten_thousand_items_and_likelihoods_of_1e_300() -> None:
    items = [pt.Evidence(f"e{k}", finding="f", probability={"a": 1e-300, "b": 2e-300, "c": 1e-300}) for k in range(10_000)]
    study = pt.Study("Long", hypotheses={h: {} for h in HYPOTHESES}, cases=[pt.Case("case_0", evidence=items)])
    data = pt.update(study)
    assert float(data["posterior"].sum()) == pytest.approx(1, abs=1e-12)
    log_post = data["log_posterior"].sel(case="case_0")
    assert float(log_post.sel(hypothesis="b") - log_post.sel(hypothesis="a")) == pytest.approx(10_000 * math.log(2), rel=1e-12)


@few
@given(SEEDS)
def test_contradiction_is_told_apart_from_underflow(seed: int) -> None:
    study = point_study(seed, 3)
    tiny = [pt.Evidence(f"t{k}", finding="f", probability=dict.fromkeys(HYPOTHESES, 1e-300), cluster="k") for k in range(4)]
    data = pt.update(with_items(study, [*study.cases[0].evidence, *tiny]))
    assert np.isfinite(data["log_posterior"].values).all()
    zero = [pt.Evidence(f"z{h}", finding="f", probability={k: 0 if k == h else 0.5 for k in HYPOTHESES}) for h in HYPOTHESES]
    with pytest.raises(pt.ContradictionError) as caught:
        pt.update(with_items(study, [*study.cases[0].evidence, *tiny, *zero]))
    assert caught.value.refuted == {h: [f"z{h}"] for h in HYPOTHESES}


# --- weights --------------------------------------------------------------------------------------------------------------


@few
@given(ONE)
def test_weights_add_up_and_what_leaves_out_an_item_takes_its_last_weight(study: pt.Study) -> None:
    data = pt.update(study)
    weight, evidence = data["weight_db"], data["evidence_db"].sel(case="case_0")
    alone, last = data["alone_db"], data["last_db"]
    assert (weight.max("hypothesis") == 0).all()
    single = {"two", "four", "five"}
    for h in HYPOTHESES:
        summed = float((weight.sel(hypothesis=h) - weight.sel(hypothesis="a")).sum())
        assert summed == pytest.approx(float(evidence.sel(hypothesis=h) - evidence.sel(hypothesis="a")), rel=0, abs=1e-8)
        for item in single:
            row = {"evidence": f"case_0/{item}", "hypothesis": h}
            assert float(weight.sel(row)) == float(alone.sel(row)) == float(last.sel(row))
        for item in ("three", "six", "eight", "ten"):
            rest = pt.update(study.without(item=item))["evidence_db"].sel(case="case_0")
            fell = float(evidence.sel(hypothesis=h) - rest.sel(hypothesis=h) - evidence.sel(hypothesis="a") + rest.sel(hypothesis="a"))
            row = last.sel(evidence=f"case_0/{item}")
            assert float(row.sel(hypothesis=h) - row.sel(hypothesis="a")) == pytest.approx(fell, rel=0, abs=1e-8)
    members = [f"case_0/{name}" for name in ("six", "seven", "eight")]
    assert list(data["evidence_cluster"].values) == ["case_0/k"]
    assert set(members) <= set(weight["evidence"].values)


@few
@given(SEEDS, st.integers(0, 2))
def test_after_a_refutation_the_later_terms_of_a_unit_are_0(seed: int, place: int) -> None:
    study = point_study(seed, 4, cluster="k")
    items = [dataclasses.replace(e, date=f"{2000 + k}") for k, e in enumerate(study.cases[0].evidence)]
    judged = items[place].probability
    assert judged is not None
    items[place] = dataclasses.replace(items[place], probability=Map({**judged, "b": 0.0}))
    data = pt.update(with_items(study, items))
    terms = data["log_likelihood"].sel(hypothesis="b").values
    assert np.isneginf(terms[place])
    assert (terms[place + 1 :] == 0).all()
    assert np.isfinite(terms[:place]).all()
    assert float(data["posterior"].sel(case="case_0", hypothesis="b")) == 0
    assert np.isneginf(data["evidence_db"].sel(case="case_0", hypothesis="b"))
    last = data["last_db"].sel(hypothesis="b").values
    assert np.isneginf(last[place])
    assert np.isnan(np.delete(last, place)).all()
