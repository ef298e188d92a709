"""Queries and likelihoods: their forms, their labels, and what they refuse."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from strategies import causal_models as draw

import processtrace as pt
from processtrace.causal.query import reported


@pytest.fixture
def m():
    return pt.CausalModel("I -> M -> D <- P; I -> D", never=["M[I=1] < M[I=0]"])


def test_queries_and_conditions_keep_their_labels(m):
    asked = {"brought": "D[I=1] > D[I=0]", "effect": "D[I=1] - D[I=0]"}
    found = pt.causal.query(m, asked, {"nothing": "", "both": "I == 1 and D == 1"})
    assert found["value"].dims == ("query", "given")
    assert found["query"].values.tolist() == ["brought", "effect"]
    assert found["given"].values.tolist() == ["nothing", "both"]
    for label, text in asked.items():
        alone = pt.causal.query(m, text, "I == 1 and D == 1")
        assert alone["query"].item() == text
        assert found["value"].sel(query=label, given="both").item() == alone["value"].item()
    assert found["probability_of_given"].sel(given="nothing").item() == pytest.approx(1)
    assert pt.causal.query(m, list(asked.values()))["given"].values.tolist() == [""]


def test_levels_are_asked_for_by_label_or_by_number():
    m = pt.CausalModel("X -> Y", {"X": ["low", "middle", "very high"]})
    found = pt.causal.query(m, ['Y[X=low] < Y[X="very high"]', "Y[X=0] < Y[X=2]"], 'X == "very high" or X > low')
    assert found["value"][0].item() == found["value"][1].item() == pytest.approx(0.25)


def test_a_report_that_is_certain_is_an_observation(m):
    soft = pt.causal.query(m, "D[I=1] > D[I=0]", "I == 1", {"D": [0, 1], "M": [1, 0]})
    hard = pt.causal.query(m, "D[I=1] > D[I=0]", "I == 1 & D == 1 & M == 0")
    assert soft["value"].item() == pytest.approx(hard["value"].item(), rel=1e-14)
    assert soft["probability_of_given"].item() == pytest.approx(hard["probability_of_given"].item(), rel=1e-14)


@pytest.mark.parametrize(
    ("asked", "words", "error", "told"),
    [
        ("D == 1", {"given": "D"}, pt.StudyError, "condition 'D': a number"),
        ("D == 1", {"given": {"D": 1}}, pt.UsageError, "a statement in text"),
        ("D == 1", {"reports": {"M": [0.5]}}, pt.StudyError, "2 probabilities"),
        ("D == 1", {"reports": {"M": [0.5, 1.2]}}, pt.StudyError, "report of M"),
        ("D == 1", {"reports": {"M": [0.5, float("nan")]}}, pt.StudyError, "report of M"),
        ("D == 1", {"reports": {"M": "often"}}, pt.StudyError, "report of M"),
        ("D == 1", {"reports": {"Q": [0.5, 1]}}, pt.StudyError, "reports: 'Q'"),
        ([], {}, pt.UsageError, "at least one statement"),
        (3, {}, pt.UsageError, "a list of statements"),
        ("", {}, pt.StudyError, "nothing"),
    ],
)
def test_what_a_query_can_not_be(m, asked, words, error, told):
    with pytest.raises(error, match=told):
        pt.causal.query(m, asked, **words)


def test_likelihoods_are_ratios_of_enumerated_probabilities():
    """P(clues | event, known) over random models with one event and what it leaves."""
    random, checked = Random(11), 0
    while checked < 40:
        drawn = draw.model(random, 300)
        truth, engine = drawn.enumeration, pt.CausalModel(**drawn.words)
        event = draw.statement(random, truth)
        nodes = random.sample(truth.nodes, 2)
        known = {nodes[0]: random.randrange(truth.levels[nodes[0]])}
        clue = random.randrange(truth.levels[nodes[1]])
        case = f"{nodes[0]} == {known[nodes[0]]}"
        seen = f"{nodes[1]} == {clue}"
        expected = [truth.answer(seen, f"({case}) & {side}")[0] for side in (f"({event})", f"(not ({event}))")]
        if None in expected:
            with pytest.raises(pt.ProcesstraceError):
                pt.causal.likelihood(engine, {nodes[1]: clue}, {"h": event, "rest": "otherwise"}, known)
            continue
        found = pt.causal.likelihood(engine, {nodes[1]: clue}, {"h": event, "rest": "otherwise"}, known)
        assert found["probability"][0].values == pytest.approx([float(one) for one in expected], rel=1e-12, abs=1e-14)
        assert found["prior"][0].item() == pytest.approx(float(truth.answer(event, case)[0]), rel=1e-12)
        patterns = pt.causal.likelihood(engine, [nodes[1]], {"h": event, "rest": "otherwise"}, known)
        assert patterns["probability"][clue].values == pytest.approx(found["probability"][0].values, rel=1e-12, abs=1e-14)
        checked += 1


def test_patterns_may_be_listed_and_hold_reports(m):
    under = {"brought": "D[I=1] > D[I=0]", "other": "otherwise"}
    listed = pt.causal.likelihood(m, [{"M": 1, "P": 0}, {"M": [0.2, 0.7]}, {"M": [[0.2, 0.7], [0.5, 0.1]]}], under, {"I": 1, "D": 1})
    every = pt.causal.likelihood(m, ["M", "P"], under, {"I": 1, "D": 1})
    assert listed["probability"][0].values == pytest.approx(every["probability"].sel(pattern="M=1, P=0").values)
    marginal = every["probability"].values.reshape(2, 2, 2).sum(axis=1)
    assert listed["probability"][1].values == pytest.approx([0.2, 0.7] @ marginal)
    assert listed["probability"][2].values == pytest.approx([0.1, 0.07] @ marginal)
    assert np.exp(listed["log_probability"].values) == pytest.approx(listed["probability"].values)
    assert reported(m, "M", 1, 0.7, 0.2).tolist() == [0.2, 0.7]


@pytest.mark.parametrize(
    ("clues", "under", "error", "told"),
    [
        ({"M": 1}, {"a": "D[I=1] > D[I=0]", "b": "D[P=1] == 1"}, pt.StudyError, r"can both happen, as where D\[I=1\] == 1, D\[I=0\] == 0"),
        ({"M": 1}, {"a": "D == 1", "b": "otherwise"}, pt.StudyError, "'otherwise', which has probability 0"),
        ({"M": 1}, {"a": "D == 0", "b": "otherwise"}, pt.ImpossibleError, "go together: D == 1; D == 0"),
        ({"M": 1}, {"a": "otherwise", "b": "otherwise"}, pt.StudyError, "'otherwise' twice"),
        ({"M": 1}, {"a": "D[I=1]"}, pt.StudyError, "which is a number"),
        ({"M": 1}, {}, pt.UsageError, "at least one explanation"),
        (["M", "D"], {"a": "P == 1"}, pt.StudyError, "'D', which is known"),
        ({"D": 1}, {"a": "P == 1"}, pt.StudyError, "'D', which is known"),
        (["Q"], {"a": "P == 1"}, pt.StudyError, "clues: 'Q'"),
        ({"Q": 1}, {"a": "P == 1"}, pt.StudyError, "clues: 'Q'"),
        ({"M": 3}, {"a": "P == 1"}, pt.StudyError, "a value of M: '3'"),
        ([], {"a": "P == 1"}, pt.UsageError, "a list of nodes"),
    ],
)
def test_what_a_likelihood_can_not_be(m, clues, under, error, told):
    with pytest.raises(error, match=told):
        pt.causal.likelihood(m, clues, under, {"D": 1})


def test_an_impossible_case_is_told():
    m = pt.CausalModel("X -> Y", keep={"Y": ["01"]})
    with pytest.raises(pt.ImpossibleError, match="X == 1; Y == 0"):
        pt.causal.likelihood(m, {}, {"a": "X == 1"}, {"X": 1, "Y": 0})
