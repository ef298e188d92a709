"""Planning: published designs, the record that a plan leads to, and brute force over all outcomes. Deterministic: no error rate."""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import json
import pkgutil
from itertools import combinations, product
from math import comb
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies.studies import studies

import processtrace as pt
from processtrace import planning
from processtrace.exact.ranges import parameters, z_of
from processtrace.planning.sets import MOST_CELLS

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "published.json").read_text(encoding="utf-8"))


def clues(prior: float = 0.5, under: dict[str, float] | None = None, **judged: list[float]) -> pt.Study:
    items = [
        pt.Evidence(name, finding=name, status="planned", probability=dict(zip(("h", "rival"), p, strict=True)))
        for name, p in judged.items()
    ]
    pairs = [{"items": list(judged), "under": under}] if under else []
    case = pt.Case("x", evidence=items, correlations=pairs)
    return pt.Study("Design", hypotheses={"h": {"prior": prior}, "rival": {"prior": 1 - prior}}, cases=[case])


def test_declare_design():
    given = PUBLISHED["declaredesign_blog"]
    study = clues(given["prior"], SIW=given["SIW"], SMG=given["SMG"])
    alone, together_ = planning.items(study), planning.sets(study)
    assert np.sqrt(alone.present_variance.sel(hypothesis="h").item()) == pytest.approx(given["rmse"]["none"], abs=1e-15)
    rmse = np.sqrt(together_.expected_variance.sel(hypothesis="h"))
    for name, label in (("SIW", "x/SIW"), ("SMG", "x/SMG"), ("both", "x/SIW+SMG")):
        assert rmse.sel(planned_set=label).item() == pytest.approx(given["rmse"][name], abs=1e-12)
    np.testing.assert_allclose(np.sqrt(alone.expected_variance.sel(hypothesis="h")), rmse[:2], atol=1e-15)
    after = planning.outcomes(study, "x", ["SIW", "SMG"]).posterior.sel(hypothesis="h").values
    for row, cell in enumerate(("00", "01", "10", "11")):
        assert after[row] == pytest.approx(given["joint"][cell], abs=5e-7)


def test_design_library_one_by_one():
    given = PUBLISHED["designlibrary_default"]
    alone = planning.items(clues(given["prior"], E1=given["E1"], E2=given["E2"]))
    for outcome, expected in given["post"].items():
        name, found = outcome.split("=")
        said = alone.posterior.sel(planned=f"x/{name}", outcome="found" if found == "1" else "not found", hypothesis="h")
        assert said.item() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("name", "rho"), [("rho=0", 0.0), ("rho_H=.32", 0.32), ("rho_H=-.32", -0.32)])
def test_design_library_together(name, rho):
    given = PUBLISHED["designlibrary_default"]
    study = clues(given["prior"], {"h": rho}, E1=given["E1"], E2=given["E2"])
    after = planning.outcomes(study, "x", ["E1", "E2"])
    for cell, expected in given["joint"][name].items():
        row = after.isel(joint_outcome=int(cell, 2))
        assert (bool(row.E1), bool(row.E2)) == (cell[0] == "1", cell[1] == "1")
        assert row.posterior.sel(hypothesis="h").item() == pytest.approx(expected, abs=5e-7)
    np.testing.assert_allclose(planning.items(study).information_bits, planning.items(clues(**given_pair(given))).information_bits)


def given_pair(given: dict) -> dict:
    return {name: given[name] for name in ("E1", "E2")}


def test_a_correlation_outside_its_limits_is_a_fault_that_names_them():
    with pytest.raises(pt.StudyError) as error:
        clues(0.5, {"h": 0.5, "rival": 0.1}, E1=[0.8, 0.2], E2=[0.3, 0])
    assert [str(fault) for fault in error.value.faults] == [
        "case 'x', correlations of E1 and E2, under h: 0.5; a number in [-0.7638, 0.3273], its Fréchet limits where the items have 0.8 and 0.3",
        "case 'x', correlations of E1 and E2, under rival: 0.1; a number in [0, 0], its Fréchet limits where the items have 0.2 and 0",
    ]
    for r in (-np.sqrt(7 / 12), np.sqrt(3 / 28)):  # the limits themselves, in closed form, are allowed
        after = planning.outcomes(clues(0.5, {"h": float(r)}, E1=[0.8, 0.2], E2=[0.3, 0.1]), "x", ["E1", "E2"])
        assert after.chance_under.sel(hypothesis="h").min().item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"pairs": [["one", "one"]]}, "one item twice"),
        ({"pairs": [["one", "two"], ["two", "one"]]}, "'two' again; each item in one pair"),
        ({"one": {"cluster": "k"}}, "'one' is in a cluster"),
        ({"one": {"probability": None, "ratio": {"a": 2, "b": 1}}}, "'one' is judged by ratios, decibels or ranges"),
        ({"one": {"probability": {"a": (0.2, 0.4), "b": 0.5}}}, "'one' is judged by ratios, decibels or ranges"),
        ({"one": {"status": "found"}}, "judge the later one 'given' the other"),
    ],
)
def test_pairs_that_cannot_be(change, told):
    fields = {"finding": "A memo.", "status": "planned", "probability": {"a": 0.5, "b": 0.4}}
    items = [pt.Evidence(name, **(fields | change.get(name, {}))) for name in ("one", "two")]
    pairs = [{"items": pair, "under": {"a": 0.1}} for pair in change.get("pairs", [["one", "two"]])]
    with pytest.raises(pt.StudyError, match=told):
        pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items, clusters={"k": {}}, correlations=pairs)])


def test_a_correlated_pair_is_recorded_by_given():
    given = PUBLISHED["designlibrary_default"]
    study = clues(0.5, {"h": 0.32}, E1=given["E1"], E2=given["E2"])
    plan = planning.outcomes(study, "x", ["E1", "E2"])
    both = plan.chance_under.sel(joint_outcome="E1: found, E2: found").values
    judged = dict(zip(("h", "rival"), (both / [0.8, 0.2]).tolist(), strict=True))
    record = [
        pt.Evidence("E1", finding="E1", probability={"h": 0.8, "rival": 0.2}),
        pt.Evidence("E2", finding="E2", probability=judged, given="E1"),
    ]
    recorded = pt.Study("Record", hypotheses={"h": {}, "rival": {}}, cases=[pt.Case("x", evidence=record)])
    np.testing.assert_allclose(pt.update(recorded).posterior[0], plan.posterior.sel(joint_outcome="E1: found, E2: found"), atol=1e-12)
    assert study.without(item="E1").cases[0].correlations == ()


@st.composite
def planned_from(draw: st.DrawFn, most: int = 3) -> tuple[pt.Study, list[str]]:
    """A study of which some items are not looked for yet, and their names."""
    study = draw(studies(items=(2, 7)))
    case = study.cases[0]
    named = {name for item in case.evidence for name in item.given}
    free = [item.id for item in case.evidence if item.counts and item.id not in named and len(item.source) < 2][-most:]
    items = [dataclasses.replace(item, status="planned", cost=1.0) if item.id in free else item for item in case.evidence]
    changed = dataclasses.replace(study, cases=(dataclasses.replace(case, evidence=tuple(items)),))
    judged = [str(name) for name in planning.items(changed).planned_id.values]
    names = [name for name in judged if name != "planned"]
    assume(names)
    return changed, names


def recorded(study: pt.Study, outcome: dict[str, bool]) -> pt.Study:
    """The study in which the planned items were looked for, with these results."""
    case = study.cases[0]
    items = []
    for item in case.evidence:
        if outcome.get(item.id):
            item = dataclasses.replace(item, status="found", cost=None)
        elif item.id in outcome:
            searched = 1.0 if item.search_sensitivity is None else item.search_sensitivity
            item = dataclasses.replace(item, status="not_found", cost=None, search_sensitivity=searched)
        items.append(item)
    return dataclasses.replace(study, cases=(dataclasses.replace(case, evidence=tuple(items)),))


def log_evidence(study: pt.Study) -> float:
    """Log probability of the record, by the exact engine."""
    data = pt.to_dataset(study)
    with np.errstate(divide="ignore"):
        return float(np.logaddexp.reduce(np.log(data.prior.values[0]) + data.log_likelihood.values.sum(axis=0)))


@settings(max_examples=40)
@given(planned_from())
def test_a_plan_and_the_record_that_it_leads_to_give_one_posterior(made):
    study, names = made
    plan = planning.outcomes(study, "one", names)
    assert plan.chance.sum().item() == pytest.approx(1, abs=1e-9)
    np.testing.assert_allclose(plan.chance_under.sum("joint_outcome"), 1, atol=1e-9)
    before = log_evidence(study)
    for row, found in enumerate(product((False, True), repeat=len(names))):
        after = recorded(study, dict(zip(names, found, strict=True)))
        chance = np.exp(log_evidence(after) - before)
        assert plan.chance.values[row] == pytest.approx(chance, abs=1e-9)
        if chance > 0:
            np.testing.assert_allclose(plan.posterior.values[row], pt.update(after).posterior[0], atol=1e-8)
        else:
            assert np.isnan(plan.posterior.values[row]).all()


def entropy(p: np.ndarray) -> float:
    return float(-(p[p > 0] * np.log2(p[p > 0])).sum())


@settings(max_examples=40)
@given(planned_from())
def test_information_and_variance_by_brute_force(made):
    study, names = made
    present = pt.update(study).posterior.values[0]
    alone = planning.items(study)
    assert alone.present_bits.item() == pytest.approx(entropy(present), abs=1e-12)
    data = planning.sets(study).set_index(planned_set="planned_set")
    for size in range(1, len(names) + 1):
        for some in combinations(names, size):
            after = planning.outcomes(study, "one", list(some))
            reached = after.isel(joint_outcome=after.chance.values > 0)
            expected = sum(p * entropy(row) for p, row in zip(reached.chance.values, reached.posterior.values, strict=True))
            row = data.sel(planned_set="one/" + "+".join(some))
            assert row.information_bits.item() == pytest.approx(entropy(present) - expected, abs=1e-9)
            variance = (reached.chance.values[:, None] * reached.posterior.values * (1 - reached.posterior.values)).sum(axis=0)
            np.testing.assert_allclose(row.expected_variance, variance, atol=1e-9)
            assert row.expected_variance_sum.item() == pytest.approx(variance.sum(), abs=1e-9)
            if size == 1:
                own = alone.sel(planned=f"one/{some[0]}")
                assert own.information_bits.item() == pytest.approx(row.information_bits.item(), abs=1e-12)
                np.testing.assert_allclose(own.posterior, after.posterior, atol=1e-12)
                np.testing.assert_allclose(own.chance, after.chance, atol=1e-12)
    assert (data.information_bits <= entropy(present) + 1e-9).all()


def best_by_hand(study: pt.Study, names: list[str], costs: dict[str, float], depth: int, budget: float) -> float:
    """Bits that the best plan gains, by the study that each outcome makes."""
    if depth == 0:
        return 0.0
    gains = [0.0]
    for name in names:
        if costs[name] > budget:
            continue
        rest, before = [other for other in names if other != name], log_evidence(study)
        gain = entropy(pt.update(study).posterior.values[0])
        for found in (False, True):
            after = recorded(study, {name: found})
            chance = float(np.exp(log_evidence(after) - before))
            if chance > 0:
                own = entropy(pt.update(after).posterior.values[0])
                gain += chance * (best_by_hand(after, rest, costs, depth - 1, budget - costs[name]) - own)
        gains.append(gain)
    return max(gains)


@settings(max_examples=12)
@given(planned_from())
def test_the_tree_by_brute_force(made):
    study, names = made
    case = study.cases[0]
    study = dataclasses.replace(study, cases=(dataclasses.replace(case, evidence=tuple(e for e in case.evidence if e.id != "planned")),))
    costs = {name: 1.0 + k % 3 for k, name in enumerate(names)}
    case = study.cases[0]
    priced = tuple(dataclasses.replace(item, cost=costs[item.id]) if item.id in costs else item for item in case.evidence)
    study = dataclasses.replace(study, cases=(dataclasses.replace(case, evidence=priced),))
    for depth, budget in ((1, None), (2, None), (None, 4.0), (2, 4.0), (None, 0.0)):
        grown = planning.tree(study, depth, budget)
        truth = best_by_hand(study, names, costs, len(names) if depth is None else depth, np.inf if budget is None else budget)
        assert grown.information_bits.item() == pytest.approx(truth, abs=1e-9)
        assert grown.fixed_bits.item() <= grown.information_bits.item() + 1e-12
        ends = grown.isel(node=grown.next.values == "")
        assert ends.chance.sum().item() == pytest.approx(1, abs=1e-9)
        kept = ends.isel(node=ends.chance.values > 0)
        left = sum(p * entropy(row) for p, row in zip(kept.chance.values, kept.posterior.values, strict=True))
        assert entropy(pt.update(study).posterior.values[0]) - left == pytest.approx(truth, abs=1e-9)


def many(n: int, cluster: str | None = None) -> pt.Study:
    rng = np.random.default_rng(n)
    items = [
        pt.Evidence(f"e{k}", finding="A memo.", status="planned", cluster=cluster, probability=dict(zip("ab", rng.uniform(0.1, 0.9, 2).tolist(), strict=True)))
        for k in range(n)
    ]  # fmt: skip
    return pt.Study("Many", hypotheses={"a": {}, "b": {}}, clusters={"k": {}}, cases=[pt.Case("x", evidence=items)])


def test_twelve_are_exact_and_more_in_smaller_sets():
    data = planning.sets(many(12, "k"))
    assert data.sizes["planned_set"] == 2**12 - 1
    assert data.attrs["largest"] == [12]
    for size in (3, 8):
        part = data.isel(planned_set=data["size"].values == size)
        assert (np.diff(part.information_bits) <= 0).all()
    assert planning.sets(many(20), most=2).sizes["planned_set"] == 20 + 190
    assert planning.sets(many(20), most=1).attrs["largest"] == [1]
    with pytest.raises(pt.AnalysisError, match="sets of 9 of 20 planned items; at most"):
        planning.sets(many(20), most=9)
    assert planning.tree(many(20), depth=2).information_bits.item() > 0
    assert planning.items(many(20, "k")).sizes["planned"] == 20


def test_what_cannot_be_asked_is_refused():
    study = clues(E1=[0.8, 0.2], E2=[0.3, 0.1])
    with pytest.raises(pt.UsageError, match="a depth or a budget"):
        planning.tree(study)
    with pytest.raises(pt.UsageError, match="1 search or more"):
        planning.tree(study, depth=0)
    with pytest.raises(pt.AnalysisError, match="no cost of “E1”"):
        planning.tree(study, budget=3)
    with pytest.raises(pt.UsageError, match="planned items: E9; each once, of E1, E2"):
        planning.outcomes(study, "x", ["E9"])
    with pytest.raises(pt.UsageError, match="E1; each once"):
        planning.outcomes(study, "x", ["E1", "E1"])
    with pytest.raises(pt.UsageError, match="most: 0"):
        planning.sets(study, most=0)


def test_a_case_without_a_plan_is_empty():
    item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    study = pt.Study("None", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    assert planning.items(study).sizes["planned"] == 0
    assert planning.sets(study).sizes["planned_set"] == 0
    grown = planning.tree(study, depth=2)
    assert grown.next.values.tolist() == [""]
    assert grown.posterior.values[0].tolist() == pytest.approx([0.8, 0.2])


def test_cost_and_what_the_main_analyst_did_not_judge():
    fields = {"finding": "A memo.", "status": "planned"}
    items = [
        pt.Evidence("free", probability={"a": 0.8, "b": 0.2}, cost=0, **fields),
        pt.Evidence("dear", probability={"a": 0.8, "b": 0.2}, cost=4, **fields),
        pt.Evidence("hers", judgements={"ana": {"probability": {"a": 0.8, "b": 0.2}}}, **fields),
    ]
    study = pt.Study(
        "Cost", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], analysts={"ana": {}, "ben": {}}, analyst="ben"
    )
    data = planning.items(study)
    assert data.attrs["left_out"] == ["x/hers"]
    assert data.bits_per_cost.values[0] == np.inf
    assert data.bits_per_cost.values[1] == pytest.approx(data.information_bits.values[1] / 4)


def test_sets_cost_what_their_items_cost_together():
    """Three clues that cost 2, 3 and nothing that is stated: a set with the third has no cost."""
    costs = {"E1": 2.0, "E2": 3.0, "E3": None}
    study = clues(E1=[0.8, 0.2], E2=[0.3, 0.1], E3=[0.6, 0.5])
    case = study.cases[0]
    priced = tuple(item if (cost := costs[item.id]) is None else dataclasses.replace(item, cost=cost) for item in case.evidence)
    data = planning.sets(dataclasses.replace(study, cases=(dataclasses.replace(case, evidence=priced),))).set_index(
        planned_set="planned_set"
    )
    assert data.sizes["planned_set"] == 7
    for some in (some for size in (1, 2, 3) for some in combinations(costs, size)):
        row = data.sel(planned_set="x/" + "+".join(some))
        assert row["size"].item() == len(some)
        assert row.member.values.tolist() == [name in some for name in costs]
        if "E3" in some:
            assert np.isnan(row.set_cost.item())
            assert np.isnan(row.bits_per_cost.item())
        else:
            whole = sum(costs[name] for name in some)
            assert row.set_cost.item() == whole
            assert row.bits_per_cost.item() == pytest.approx(row.information_bits.item() / whole, rel=1e-12)


def test_a_tree_looks_next_where_the_last_outcome_makes_it_worth_while():
    """By hand: two clues that are sure under h; finding either refutes the rival, and not finding it refutes h."""
    study = clues(prior=0.4, sure=[1.0, 0.0], weak=[0.6, 0.5])
    grown = planning.tree(study, depth=2)
    assert grown.next.values.tolist() == ["sure", "", ""]
    assert grown.chance.values.tolist() == pytest.approx([1, 0.4, 0.6])
    assert grown.posterior.sel(hypothesis="h").values.tolist() == pytest.approx([0.4, 1, 0])
    assert grown.step.values.tolist() == [0, 1, 1]
    assert [label.split("/", 1)[1] for label in grown.node.values] == ["", "sure: found", "sure: not found"]
    assert grown.information_bits.item() == pytest.approx(entropy(np.array([0.4, 0.6])), rel=1e-12)


def test_every_node_of_a_tree_is_the_study_with_its_outcomes():
    study = clues(prior=0.3, E1=[0.8, 0.2], E2=[0.3, 0.1], E3=[0.6, 0.4])
    grown = planning.tree(study, depth=3)
    assert grown.sizes["node"] > 4
    for row, name in enumerate(grown.node.values):
        steps = dict(step.split(": ") for step in name.split("/", 1)[1].split(", ") if step)
        made = recorded(study, {item: outcome == "found" for item, outcome in steps.items()})
        assert grown.step.values[row] == len(steps)
        np.testing.assert_allclose(grown.posterior.values[row], pt.update(made).posterior.values[0], rtol=0, atol=1e-12)
        assert grown.chance.values[row] == pytest.approx(float(np.exp(log_evidence(made) - log_evidence(study))), abs=1e-12)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_what_is_fixed_in_advance_gains_the_bits_of_the_best_set(depth):
    study = clues(prior=0.3, E1=[0.8, 0.2], E2=[0.3, 0.1], E3=[0.6, 0.4])
    assert planning.tree(study, depth).fixed_bits.item() == pytest.approx(
        planning.sets(study, most=depth).information_bits.max().item(), abs=1e-12
    )


def test_sensitivity_and_source_lower_what_can_be_learned():
    """A certain clue found with probability s (a p + b (1 - p)): bits in closed form."""
    item = pt.Evidence("memo", finding="A memo.", status="planned", search_sensitivity=0.7, source="w", probability={"a": 0.9, "b": 0.2})
    case = pt.Case("x", evidence=[item], sources={"w": {"reports_if_true": 0.8, "reports_if_false": 0.1}})
    data = planning.items(pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[case]))
    p = 0.7 * (0.8 * np.array([0.9, 0.2]) + 0.1 * np.array([0.1, 0.8]))

    def h(x: float) -> float:
        return entropy(np.array([x, 1 - x]))

    assert data.chance.sel(outcome="found").item() == pytest.approx(p.mean(), abs=1e-12)
    assert data.information_bits.item() == pytest.approx(h(p.mean()) - (h(p[0]) + h(p[1])) / 2, abs=1e-12)


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(planning.__path__)])
def test_the_examples_in_the_docstrings_run(name):
    module = importlib.import_module(f"processtrace.planning.{name}")
    assert doctest.testmod(module).failed == 0


def test_the_limit_of_enumeration_is_every_set_of_twelve():
    assert sum(2**k * len(list(combinations(range(12), k))) for k in range(13)) == MOST_CELLS


@pytest.mark.parametrize("shared", [False, True])
def test_correlated_clues_with_sources_and_searches(shared):
    """Each report errs by itself given the clue's truth: the joint of both, in closed form or over the source's range."""
    fields = {"finding": "A memo.", "status": "planned", "source": "w"}
    items = [
        pt.Evidence("one", probability={"a": 0.6, "b": 0.3}, search_sensitivity=0.8, **fields),
        pt.Evidence("two", probability={"a": 0.5, "b": 0.4}, **fields),
    ]
    source = {"reliability": (0.4, 0.9)} if shared else {"reports_if_true": 0.9, "reports_if_false": 0.2}
    pairs = [{"items": ["one", "two"], "under": {"a": 0.3}}]
    case = pt.Case("x", evidence=items, sources={"w": source}, correlations=pairs)
    data = planning.outcomes(pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[case]), "x", ["one", "two"])
    if shared:
        mu, sd = (float(part) for part in parameters(np.float64(0.4), np.float64(0.9), z_of(0.9)))
        nodes = np.linspace(-9, 9, 4001)
        weight = np.exp(-(nodes**2) / 2) / np.exp(-(nodes**2) / 2).sum()
        r = 1 / (1 + np.exp(-(mu + sd * nodes)))
        a, b = (1 + r) / 2, (1 - r) / 2
    else:
        weight, a, b = np.ones(1), np.array([0.9]), np.array([0.2])
    for h, p, q, rho in (("a", 0.6, 0.5, 0.3), ("b", 0.3, 0.4, 0.0)):
        both = p * q + rho * np.sqrt(p * (1 - p) * q * (1 - q))
        cells = {(1, 1): both, (1, 0): p - both, (0, 1): q - both, (0, 0): 1 - p - q + both}
        for row, found in enumerate(product((0, 1), repeat=2)):
            truth = 0.0
            for true, chance in cells.items():
                report = [0.8 * np.where(true[0], a, b), np.where(true[1], a, b)]
                truth += chance * weight @ np.prod([x if f else 1 - x for x, f in zip(report, found, strict=True)], axis=0)
            assert data.chance_under.sel(hypothesis=h).values[row] == pytest.approx(truth, abs=1e-10)


@pytest.mark.parametrize(("n", "largest"), [(13, 7), (16, 5), (20, 4), (60, 3), (200, 2)])
def test_the_largest_set_that_is_enumerated(n, largest):
    """As many as keep the outcomes of all sets, the sum of C(n, k) 2^k, at those of twelve items or below."""

    def outcomes_up_to(size: int) -> int:
        return sum(comb(n, k) * 2**k for k in range(size + 1))

    assert outcomes_up_to(largest) <= MOST_CELLS < outcomes_up_to(largest + 1)
    with pytest.raises(pt.AnalysisError, match=f"sets of {largest + 1} of {n} planned items; at most {largest} of so many"):
        planning.sets(many(n), most=largest + 1)
