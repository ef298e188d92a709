"""Studies with a causal model against enumeration: clues, hand-judged items, sources, searches, and what is known."""

from __future__ import annotations

import copy
import json
import math
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest
from strategies import causal_studies as draw
from truth.causal_study import likelihoods

import processtrace as pt
from processtrace.causal import explained
from processtrace.inference import division
from processtrace.inference.draws import exact_draws
from processtrace.inference.numbers import case_numbers


def built(words, case):
    return pt.Study(**words, cases=[pt.Case(case["case"], **{key: value for key, value in case.items() if key != "case"})])


def compared(seed, by_hand):
    """Compare one random study with enumeration; return whether what it states can be."""
    random = Random(seed)
    words, case, model = draw.study(random, by_hand=by_hand)
    truth = likelihoods({"causal": model, "hypotheses": words["hypotheses"]}, case)
    if any(not prior > 0 for prior, _ in truth.values()):
        with pytest.raises(pt.StudyError):
            built(words, case)
        return False
    study = built(words, case)
    weights = {h: prior * likelihood for h, (prior, likelihood) in truth.items()}
    if not sum(weights.values()):
        with pytest.raises(pt.ContradictionError):
            pt.update(study)
        return False
    found = pt.update(study)
    total, sums = sum(weights.values()), sum(prior for prior, _ in truth.values())
    for h, (prior, likelihood) in truth.items():
        message = f"seed {seed}, {h}: {words}, {case}"
        assert found["prior"].sel(hypothesis=h).item() == pytest.approx(prior / sums, abs=1e-12), message
        assert found["posterior"].sel(hypothesis=h).item() == pytest.approx(weights[h] / total, rel=1e-9, abs=1e-12), message
        nats = found["log_likelihood"].sel(hypothesis=h).sum().item()
        assert math.exp(nats) == pytest.approx(likelihood, rel=1e-9, abs=1e-14), message
    return True


@pytest.mark.parametrize("by_hand", [False, True])
def test_random_studies_agree_with_enumeration(by_hand):
    assert sum(compared(seed, by_hand) for seed in range(240)) > 40


FACTS = {
    fact["id"]: fact
    for fact in json.loads((Path(__file__).parents[1] / "truth" / "causal_facts.json").read_text(encoding="utf-8"))["facts"]
}


def fact_study(fact, hypotheses, known, evidence, sources=None, **prior):
    hypotheses = {h: {**part, **({"prior": prior[h]} if h in prior else {})} for h, part in hypotheses.items()}
    case = pt.Case("x", known=known, evidence=evidence, sources=sources or {})
    return pt.Study("Fact", causal={"graph": fact["graph"], "never": fact["never"]}, hypotheses=hypotheses, cases=[case])


def test_the_fact_of_a_study_with_a_causal_unit():
    fact = FACTS["study-with-a-causal-unit"]
    two = {"equality": {"when": "D[I=1] < D[I=0]"}, "otherwise": {"when": "otherwise"}}
    unit = [
        pt.Evidence("p", finding="A report of P.", observes={"P": 1}, source="press"),
        pt.Evidence("m", finding="M was searched for.", observes={"M": 1}, status="not_found", search_sensitivity=0.7),
    ]
    memo = pt.Evidence("memo", finding="A memo.", probability={"equality": 0.6, "otherwise": 0.3})
    sources = {"press": {"reliability": 0.8}}
    even = {"equality": 1, "otherwise": 1}
    made = [
        fact_study(fact, two, {"I": 0, "D": 1}, unit, sources),
        fact_study(fact, two, {"I": 0, "D": 1}, [*unit, memo], sources),
        fact_study(fact, two, {"I": 0, "D": 1}, [*unit, memo], sources, **even),
    ]
    for study, answer in zip(made, fact["answers"], strict=True):
        found = pt.update(study).sel(case="x", hypothesis="equality")
        assert found["prior"].item() == pytest.approx(float(Fraction(answer["prior"])), abs=1e-12)
        assert found["posterior"].item() == pytest.approx(float(Fraction(answer["value"])), abs=1e-12)
    likelihood = pt.update(made[0])["log_likelihood"].sum("evidence")
    for h, key in (("equality", "unit_probability_if_caused"), ("otherwise", "unit_probability_if_not")):
        assert math.exp(likelihood.sel(hypothesis=h).item()) == pytest.approx(float(Fraction(answer[key])), abs=1e-12)


def test_the_fact_of_reports_of_a_node():
    fact = FACTS["reports-of-a-node"]
    sources = {
        "press": {"reports_if_true": 0.83, "reports_if_false": 0.17},
        "first": {"reliability": 0.8},
        "second": {"reliability": 0.8},
    }

    def seen(name, level, **more):
        return pt.Evidence(name, finding=name, observes={"M": level}, **more)

    records = [
        [seen("a", 1, source="press")],
        [seen("a", 0, source="press")],
        [seen("a", 1, status="not_found", search_sensitivity=0.7)],
        [seen("a", 1, source=["first", "second"])],
        [seen("a", 1, source="first"), seen("b", 0, source="second")],
    ]
    two = {"caused": {"when": fact["query"]}, "not": {"when": "otherwise"}}
    for evidence, answer in zip(records, fact["answers"], strict=True):
        found = pt.update(fact_study(fact, two, {"X": 1, "Y": 1}, evidence, sources)).sel(case="x")
        assert found["posterior"].sel(hypothesis="caused").item() == pytest.approx(float(Fraction(answer["value"])), abs=1e-12)
        likelihood = np.exp(found["log_likelihood"].sum("evidence"))
        assert likelihood.sel(hypothesis="caused").item() == pytest.approx(float(Fraction(answer["probability_if_caused"])), abs=1e-12)
        assert likelihood.sel(hypothesis="not").item() == pytest.approx(float(Fraction(answer["probability_if_not"])), abs=1e-12)


def rivals(**prior):
    """Two rival graphs, one of them with two events, and an explanation judged by hand."""
    models = {"mediated": {"graph": "X -> M -> Y", "never": ["M[X=1] < M[X=0]"]}, "side_effect": {"graph": "X -> M; X -> Y"}}
    hypotheses = {
        "through": {"model": "mediated", "when": "Y[X=1] > Y[X=0]"},
        "not_through": {"model": "mediated", "when": "otherwise"},
        "beside": {"model": "side_effect"},
        "hand": {},
    }
    evidence = [
        {"id": "m", "finding": "M.", "observes": {"M": 1}, "source": "range", "probability": {"hand": 0.3}},
        {"id": "y", "finding": "Y.", "observes": {"Y": 1}, "probability": {"hand": [0.4, 0.8]}},
        {"id": "a", "finding": "A.", "about": "M", "probability": {0: 0.2, 1: [0.5, 0.9], "hand": 0.5}, "source": "range"},
        {"id": "h", "finding": "H.", "probability": {"through": 0.6, "not_through": 0.2, "beside": 0.3, "hand": 0.1}, "source": "range"},
    ]
    case = {"case": "x", "known": {"X": 1}, "sources": {"range": {"reliability": [0.6, 0.9]}}, "evidence": evidence}
    return {"title": "Rivals", "causal": {"models": models}, "hypotheses": hypotheses}, case


def test_rival_graphs_are_equal_before_and_agree_with_enumeration():
    words, case = rivals()
    truth = likelihoods(words, case)
    found = pt.update(built(words, case))
    total = sum(prior for prior, _ in truth.values())
    assert total == pytest.approx(3)  # each model, and the explanation by hand, counts as one
    weights = {h: prior * likelihood for h, (prior, likelihood) in truth.items()}
    for h, (prior, _) in truth.items():
        assert found["prior"].sel(hypothesis=h).item() == pytest.approx(prior / total, abs=1e-12)
        assert found["posterior"].sel(hypothesis=h).item() == pytest.approx(weights[h] / sum(weights.values()), rel=1e-10)


def test_a_clue_adds_what_the_earlier_ones_leave_and_all_of_them_add_up():
    words, case = rivals()
    whole = built(words, case)
    found = pt.update(whole)
    for item in ("m", "a", "y"):
        without, alone = pt.update(whole.without(item=item)), {**case, "evidence": [e for e in case["evidence"] if e["id"] == item]}
        last = found["log_likelihood"].sum("evidence") - without["log_likelihood"].sum("evidence")
        assert np.allclose(found["log_likelihood_last"].sel(evidence=f"x/{item}"), last, atol=1e-10)
        by_itself = [math.log(likelihood) for _, likelihood in likelihoods(words, alone).values()]
        assert np.allclose(found["log_likelihood_alone"].sel(evidence=f"x/{item}"), by_itself, atol=1e-9)


def test_reports_weighed_in_one_table_and_by_elimination_are_the_same(monkeypatch):
    words, case = rivals()
    by_table = pt.update(built(words, case))["log_likelihood_last"].values
    monkeypatch.setattr(explained, "MOST_COMBINATIONS", 1)
    explained._side.cache_clear()
    by_elimination = pt.update(built({**words, "title": "Again"}, case))["log_likelihood_last"].values
    explained._side.cache_clear()
    assert np.allclose(by_table, by_elimination, atol=1e-12)


def test_bounds_are_the_corners_of_what_is_judged_given_a_node():
    words, case = rivals()
    for item in case["evidence"]:
        item.pop("source", None)
    study = built(words, case)
    found = pt.robustness.bounds(study)
    corners = []
    for y, a in product((0.4, 0.8), (0.5, 0.9)):
        at = copy.deepcopy(case)
        at["evidence"][1]["probability"]["hand"] = y
        at["evidence"][2]["probability"][1] = a
        weights = np.array([prior * likelihood for prior, likelihood in likelihoods(words, at).values()])
        corners.append(weights / weights.sum())
    assert np.allclose(found["lowest"].values[0], np.min(corners, axis=0), atol=1e-6)
    assert np.allclose(found["highest"].values[0], np.max(corners, axis=0), atol=1e-6)


def test_independent_draws_have_the_exact_posterior():
    words, case = rivals()
    study = built(words, case)
    tree = exact_draws(study, draws=100, chains=2, random_seed=1)
    exact = pt.update(study)["posterior"].values[0]
    # what is uncertain in the unit of clues is integrated out, so that the draws do not differ
    assert np.allclose(tree["posterior"]["explanation"].mean(("chain", "draw")).values[0], exact, atol=1e-12)


def test_simulated_records_follow_the_graph():
    """Frequencies of simulated pairs of clues; the bound is five standard errors, so a right program fails once in a million runs."""
    causal = {"graph": "X -> M -> Y", "shares": {"M": {"raises": 0.9}, "Y": {"raises": 0.9}}}
    two = {"one": {"when": "X == 1"}, "other": {"when": "otherwise"}}
    evidence = [pt.Evidence(node, finding=node, observes={node: 1}) for node in ("M", "Y")]
    study = pt.Study("Drawn", causal=causal, hypotheses=two, cases=[pt.Case("x", evidence=evidence)])
    numbers = case_numbers(study, study.cases[0])
    draws = 4000
    truth = np.zeros(draws, np.int64)
    nats = division.simulated(numbers, truth, np.random.default_rng(3), None)[:, 0, 0]
    values = np.exp(
        pt.causal.likelihood(study.causal_models[""], ["M", "Y"], {"one": "X == 1", "other": "otherwise"})["log_probability"].values[:, 0]
    )
    both = float((np.abs(np.exp(nats) - values[3]) < 1e-9).mean())
    assert abs(both - values[3]) < 5 * math.sqrt(values[3] * (1 - values[3]) / draws)
