"""Bounds against closed forms (Balke and Pearl, Tian and Pearl, Dawid and others), published answers, and populations drawn from models."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from strategies import causal_models as draw

import processtrace as pt

FACTS = {
    fact["id"]: fact
    for fact in json.loads((Path(__file__).parents[1] / "truth" / "causal_facts.json").read_text(encoding="utf-8"))["facts"]
}
CAUSED = "Y[X=1] > Y[X=0]"
WHOLE = 10**15  # cases of a population that stands for probabilities


def population(chances):
    """Cases in proportion to probabilities, which are given for each combination of levels."""
    return [{**dict(levels), "count": round(WHOLE * float(chance))} for levels, chance in chances.items()]


def trial(untreated, treated, treated_share=0.5):
    """A population in which X was drawn by lot, from P(Y = 1) at X = 0 and X = 1."""
    chances = {}
    for x, share, one in ((0, 1 - treated_share, untreated), (1, treated_share, treated)):
        chances[("X", x), ("Y", 1)], chances[("X", x), ("Y", 0)] = share * one, share * (1 - one)
    return population(chances)


def ends(found):
    return [found["lowest"].item(), found["highest"].item()]


def test_necessity_of_a_cause_has_its_published_bounds():
    fact = FACTS["necessity-bounds"]
    answers = [float(Fraction(answer["value"])) for answer in fact["answers"]]
    for k, (untreated, treated) in enumerate([(0.3, 0.8), (0.5, 0.6), (0.05, 0.5), (0.7, 0.4)]):
        found = pt.causal.bounds(pt.CausalModel(fact["graph"]), fact["query"], fact["given"], trial(untreated, treated))
        assert ends(found) == pytest.approx(answers[2 * k : 2 * k + 2], abs=1e-12)
        assert found["exact"].item()


def test_effect_with_imperfect_compliance_has_its_published_bounds():
    fact = FACTS["lipids-bounds"]
    counts = fact["data"].removeprefix("lipids: ").removesuffix("; shares taken as known").split(", ")
    data = [{"Z": int(k[1]), "X": int(k[3]), "Y": int(k[5]), "count": int(n)} for k, n in (part.split() for part in counts)]
    found = pt.causal.bounds(pt.CausalModel(fact["graph"]), fact["query"], data=data)
    assert ends(found) == pytest.approx([float(Fraction(answer["value"])) for answer in fact["answers"]], abs=1e-12)
    assert found.attrs["basis"] == "data"


def test_probabilities_of_causation_agree_with_tian_and_pearl():
    random = np.random.default_rng(1)
    m = pt.CausalModel("X -> Y")
    for a, b in random.random((40, 2)):
        found = pt.causal.bounds(m, CAUSED, ["", "X == 1 & Y == 1", "X == 0 & Y == 0"], trial(a, b, random.uniform(0.1, 0.9)))
        both = np.array([max(0, b - a), min(b, 1 - a)])
        expected = np.array([both, both / b, both / (1 - a)])
        assert found["lowest"].values[0] == pytest.approx(expected[:, 0], abs=1e-11)
        assert found["highest"].values[0] == pytest.approx(np.minimum(expected[:, 1], 1), abs=1e-11)


def test_a_confounded_cause_agrees_with_tian_and_pearl():
    """From observation alone, P(Y[X=1] > Y[X=0]) has bounds 0 and P(X=1, Y=1) + P(X=0, Y=0); among X=1, Y=1 it may be anything."""
    random = np.random.default_rng(2)
    for _ in range(20):
        p = random.dirichlet(np.ones(4))
        data = population({(("X", x), ("Y", y)): p[2 * x + y] for x, y in product((0, 1), repeat=2)})
        found = pt.causal.bounds(pt.CausalModel("X -> Y; X <-> Y"), [CAUSED, "Y[X=1] - Y[X=0]"], ["", "X == 1 & Y == 1"], data)
        assert found["lowest"].values[0] == pytest.approx([0, 0], abs=1e-11)
        assert found["highest"].values[0] == pytest.approx([p[0] + p[3], 1], abs=1e-11)
        assert found["highest"].values[1, 0] - found["lowest"].values[1, 0] == pytest.approx(1, abs=1e-11)


def test_a_restriction_settles_the_probability_of_causation():
    found = pt.causal.bounds(pt.CausalModel("X -> Y", never=["Y[X=1] < Y[X=0]"]), CAUSED, "X == 1 & Y == 1", trial(0.3, 0.8))
    assert ends(found) == pytest.approx([5 / 8, 5 / 8], abs=1e-11)
    with pytest.raises(pt.AnalysisError, match="refuted"):
        pt.causal.bounds(pt.CausalModel("X -> Y", never=["Y[X=1] < Y[X=0]"]), CAUSED, data=trial(0.7, 0.4))


def test_a_mediator_narrows_the_bounds():
    """Two links, each with its own bounds: the extremes lie at corners of both (Dawid, Murtas and Musio 2016)."""
    random = np.random.default_rng(3)
    for a, b, c, d in random.random((25, 4)):
        chances = {
            (("X", x), ("M", m), ("Y", y)): 0.5 * (p if m else 1 - p) * (q if y else 1 - q)
            for x, p in ((0, a), (1, b))
            for m, q in ((0, c), (1, d))
            for y in (0, 1)
        }
        found = pt.causal.bounds(pt.CausalModel("X -> M -> Y"), CAUSED, ["", "X == 1 & M == 1 & Y == 1"], population(chances))
        corners = []
        for first, second in product([max(0, b - a), min(b, 1 - a)], [max(0, d - c), min(d, 1 - c)]):
            corners.append((first * second + (first - b + a) * (second - d + c), first * second / (b * d)))
        corners = np.array(corners)
        assert found["lowest"].values[0] == pytest.approx(corners.min(axis=0), abs=1e-11)
        assert found["highest"].values[0] == pytest.approx(corners.max(axis=0), abs=1e-11)
        assert found["exact"].all()


def test_what_is_true_of_a_population_lies_within_its_bounds():
    """Populations of 120 random models, of which some nodes are observed; restrictions are known and shares are not."""
    random, done, sharp = Random(4), 0, 0
    while done < 120:
        drawn = draw.model(random, 2000)
        truth = drawn.enumeration
        words = {**drawn.words, "shares": {}}
        seen = random.sample(truth.nodes, random.randint(1, len(truth.nodes)))
        chances = {}
        for weight, types in truth.causal_types:
            levels = tuple((node, truth.evaluate(truth.code(node)[0], types)) for node in seen)
            chances[levels] = chances.get(levels, 0) + weight
        query, given = draw.statement(random, truth), draw.statement(random, truth)
        value, total = truth.answer(query, given)
        if value is None or total < Fraction(1, 1000):
            continue
        try:
            found = pt.causal.bounds(pt.CausalModel(**words), query, given, population(chances))
        except pt.AnalysisError:  # too many joint types
            continue
        low, high = ends(found)
        assert low - 1e-7 <= float(value) <= high + 1e-7, (words, seen, query, given)
        sharp += found["exact"].item()
        done += 1
    assert sharp > 30


def test_without_data_a_statement_about_one_case_may_be_anything():
    m = pt.CausalModel("X -> M -> Y", shares={"M": {"raises": 0.9}})
    found = pt.causal.bounds(m, [CAUSED, "Y[X=1] - Y[X=0]"], ["", "X == 1 & Y == 1 & M == 0"])
    assert found["lowest"].values.tolist() == [[0, 0], [-1, 0]]
    assert found["highest"].values.tolist() == [[1, 1], [1, 1]]
    assert (found.attrs["basis"], found.attrs["sentence"][:29]) == ("any", "Nothing is known of shares, s")
    monotone = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"])
    assert ends(pt.causal.bounds(monotone, CAUSED, "X == 1 & Y == 1 & M == 0")) == [0, 0]


def test_ranges_of_shares_have_their_extremes_at_corners():
    shares = {"M": {"raises": [0.3, 0.7], "lowers": [0.1, 0.5]}, "Y": {"raises": ["1/5", "2/5"]}}
    m = pt.CausalModel("X -> M -> Y", shares=shares)
    assert m.types("M")["share"].tolist() == pytest.approx([0.1, 0.3, 0.5, 0.1])
    found = pt.causal.bounds(m, CAUSED, ["", "X == 1 & Y == 1"])
    assert found.attrs["basis"] == "ranges"
    at_corners = []
    for (raises, lowers), y in product([(0.3, 0.1), (0.7, 0.1), (0.3, 0.5), (0.7, 0.3), (0.5, 0.5)], (0.2, 0.4)):
        one = pt.CausalModel("X -> M -> Y", shares={"M": {"raises": raises, "lowers": lowers}, "Y": {"raises": y}})
        at_corners.append(pt.causal.query(one, CAUSED, ["", "X == 1 & Y == 1"])["value"].values[0])
    assert found["lowest"].values[0] == pytest.approx(np.min(at_corners, axis=0), rel=1e-12)
    assert found["highest"].values[0] == pytest.approx(np.max(at_corners, axis=0), rel=1e-12)


def test_many_ranges_are_searched_and_marked(monkeypatch):
    shares = {"M": {"raises": [0.3, 0.7]}, "Y|00": {"raises": [0.1, 0.4]}, "Y": {"raises": [0.2, 0.6], "lowers": [0.0, 0.1]}}
    m = pt.CausalModel("X -> M -> Y; M <-> Y", shares=shares)
    whole = pt.causal.bounds(m, CAUSED, "X == 1 & Y == 1")
    monkeypatch.setattr("processtrace.causal.ranged.MOST_CORNERS", 1)
    searched = pt.causal.bounds(m, CAUSED, "X == 1 & Y == 1")
    assert (whole["exact"].item(), searched["exact"].item()) == (True, False)
    assert ends(searched) == pytest.approx(ends(whole), rel=1e-12)


def test_a_population_may_be_given_in_probabilities():
    chances = [
        {"X": 0, "Y": 0, "count": 0.35},
        {"X": 0, "Y": 1, "count": 0.15},
        {"X": 1, "Y": 0, "count": Fraction(1, 10)},
        {"X": 1, "Y": 1, "count": 0.4},
    ]
    for data in (chances, pd.DataFrame([{**row, "count": float(row["count"])} for row in chances])):
        assert ends(pt.causal.bounds(pt.CausalModel("X -> Y"), CAUSED, "X == 1 & Y == 1", data)) == pytest.approx([5 / 8, 7 / 8], abs=1e-9)


def test_a_range_that_is_none_and_a_population_with_blanks_are_refused():
    with pytest.raises(pt.StudyError, match="the lower end, then the higher one"):
        pt.CausalModel("X -> Y", shares={"Y": {"raises": [0.7, 0.3]}})
    with pytest.raises(pt.StudyError, match="one weight above 0"):
        pt.CausalModel("X -> Y", alpha={"Y": {"raises": [1, 2]}})
    with pytest.raises(pt.UsageError, match="case '2' has a blank"):
        pt.causal.bounds(pt.CausalModel("X -> Y"), CAUSED, data=[{"X": 1, "Y": 1}, {"X": 0}])
    with pytest.raises(pt.ImpossibleError):
        pt.causal.bounds(pt.CausalModel("X -> Y", keep={"Y": ["00"]}), CAUSED, "Y == 1")
