"""Clues about nodes: published answers, enumeration of every outcome, and every strategy of few clues."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from random import Random

import numpy as np
import pytest
from strategies import causal_models as draw

import processtrace as pt

FACT = next(
    fact
    for fact in json.loads((Path(__file__).parents[1] / "truth" / "causal_facts.json").read_text(encoding="utf-8"))["facts"]
    if fact["id"] == "expected-variance-chain"
)


def test_a_chain_has_its_derived_answers():
    m = pt.CausalModel(FACT["graph"], never=FACT["never"])
    for answer in FACT["answers"]:
        found = pt.planning.clues(m, answer["clues"], FACT["query"], answer["given"]).sel(planned_set="+".join(answer["clues"]))
        assert found["expected_variance"].item() == pytest.approx(float(Fraction(answer["value"])), rel=1e-12)


def after(truth, query, given, seen):
    """The probability of some outcomes and of the answer after them, by enumeration."""
    condition = " & ".join([f"({given})", *(f"{node} == {level}" for node, level in seen.items())])
    value, total = truth.answer(query, condition)
    return (0, total) if value is None else (value, total)


def test_every_set_agrees_with_enumeration():
    random, done = Random(3), 0
    while done < 40:
        drawn = draw.model(random, 300)
        truth = drawn.enumeration
        m = pt.CausalModel(**drawn.words)
        query, given = draw.statement(random, truth), draw.statement(random, truth)
        total = truth.answer(query, given)[1]
        if not total:
            continue
        nodes = random.sample(truth.nodes, min(3, len(truth.nodes)))
        found = pt.planning.clues(m, nodes, query, given)
        for size in range(len(nodes) + 1):
            for chosen in combinations(nodes, size):
                variance = bits = 0.0
                for levels in product(*(range(truth.levels[node]) for node in chosen)):
                    value, weight = after(truth, query, given, dict(zip(chosen, levels, strict=True)))
                    p = float(value)
                    variance += float(weight / total) * p * (1 - p)
                    bits -= float(weight / total) * sum(q * np.log2(q) for q in (p, 1 - p) if q > 0)
                one = found.sel(planned_set="+".join(node for node in nodes if node in chosen) or "nothing")
                assert one["expected_variance"].item() == pytest.approx(variance, abs=1e-11), (drawn.words, query, given)
                if not size:
                    start = bits
                assert one["information_bits"].item() == pytest.approx(start - bits, abs=1e-9)
        done += 1


def best(truth, query, given, seen, nodes, costs, steps, budget):
    """The expected variance of the best strategy, times the probability of being here, by trying each."""
    value, weight = after(truth, query, given, seen)
    now = weight * value * (1 - value)
    for node in nodes:
        if steps and costs[node] <= budget and weight:
            others = [other for other in nodes if other != node]
            ways = (
                best(truth, query, given, {**seen, node: level}, others, costs, steps - 1, budget - costs[node])
                for level in range(truth.levels[node])
            )
            now = min(now, sum(ways))
    return now


def test_a_tree_is_the_best_of_every_strategy():
    random, done = Random(5), 0
    while done < 12:
        drawn = draw.model(random, 200)
        truth = drawn.enumeration
        query, given = draw.statement(random, truth), draw.statement(random, truth)
        total = truth.answer(query, given)[1]
        if not total:
            continue
        nodes = random.sample(truth.nodes, min(3, len(truth.nodes)))
        costs = {node: random.randint(0, 3) for node in nodes}
        depth, budget = random.randint(1, 3), random.randint(0, 6)
        m = pt.CausalModel(**drawn.words)
        found = pt.planning.clue_tree(m, nodes, query, given, depth, budget, costs)
        wanted = best(truth, query, given, {}, nodes, costs, depth, budget) / total
        assert found.attrs["expected_variance"] == pytest.approx(float(wanted), abs=1e-11), (drawn.words, query, given, nodes)
        ends = found["next"].values == ""
        assert (found["chance"] * found["variance"])[ends].sum().item() == pytest.approx(float(wanted), abs=1e-11)
        assert found["chance"][ends].sum().item() == pytest.approx(1)
        sets = pt.planning.clues(m, nodes, query, given, costs)
        allowed = (sets["member"].sum("clue") <= depth) & (sets["set_cost"] <= budget)
        assert found.attrs["fixed_variance"] == pytest.approx(sets["expected_variance"].values[allowed.values].min(), abs=1e-12)
        done += 1


def test_an_expected_number_and_what_was_learned_can_be_asked():
    m = pt.CausalModel("X -> Y")
    found = pt.planning.clues(m, ["X"], "Y[X=1] - Y[X=0]")
    assert found["expected_variance"].values == pytest.approx([0.5, 0.5])
    assert np.isnan(found["information_bits"].values).all()
    tree = pt.causal.learn(m, [{"X": 1, "Y": 1}, {"X": 0, "Y": 0}], random_seed=1)
    value = pt.causal.query(tree, "Y[X=1] > Y[X=0]", "X == 1 & Y == 1")["new_case"].item()
    known = pt.planning.clues(tree, ["X"], "Y[X=1] > Y[X=0]", "X == 1 & Y == 1")
    assert known["expected_variance"].values == pytest.approx([value * (1 - value)] * 2)


def test_what_can_not_be_planned_is_refused():
    m = pt.CausalModel("; ".join(f"H -> K{i}" for i in range(14)))
    with pytest.raises(pt.AnalysisError, match="14 clues"):
        pt.planning.clues(m, [f"K{i}" for i in range(14)], "H == 1")
    with pytest.raises(pt.StudyError, match="a node of the graph"):
        pt.planning.clues(m, ["K"], "H == 1")
    with pytest.raises(pt.UsageError, match="1 search or more"):
        pt.planning.clue_tree(m, ["K1"], "H == 1", depth=0)
    with pytest.raises(pt.ImpossibleError):
        pt.planning.clues(m, ["K1"], "H == 1", "K2 == 0 & K2 == 1")
