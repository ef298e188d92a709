"""Published and derived answers: `truth/causal_facts.json`, whose schema stands inside it."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb, prod
from pathlib import Path

import pytest

import processtrace as pt
from processtrace.causal.query import reported

FACTS = {
    fact["id"]: fact
    for fact in json.loads((Path(__file__).parents[1] / "truth" / "causal_facts.json").read_text(encoding="utf-8"))["facts"]
}
WORDS = ("graph", "levels", "never", "keep", "parents", "shares")

# Answers about learned shares, bounds and planning, which test_learn, test_bounds and planning/test_cases hold.
ELSEWHERE = {
    "two-kinds-of-case-query",
    "shares-that-depend",
    "prior-moments",
    "necessity-bounds",
    "lipids-bounds",
    "lipids-learned",
    "learning-two-cases",
    "two-modes-evidence",
    "expected-variance-chain",
}
# Facts that give their model or their answers in words.
IN_WORDS = {
    "any-cell-might-do",
    "how-many",
    "reports-of-a-node",
    "clues-under-answers",
    "twenty-clues",
    "chain-of-ten",
    "study-with-a-causal-unit",
}
QUERIES = [(name, k) for name, fact in FACTS.items() if name not in ELSEWHERE | IN_WORDS for k in range(len(fact["answers"]))]


def model(fact, answer=None):
    return pt.CausalModel(**{word: {**fact, **(answer or {})}[word] for word in WORDS if word in {**fact, **(answer or {})}})


def value(number):
    return float(Fraction(number))


def exactly(number):
    return pytest.approx(value(number), rel=1e-12, abs=1e-12)


def test_every_fact_is_held_somewhere():
    assert ELSEWHERE | IN_WORDS | {name for name, _ in QUERIES} == set(FACTS)
    assert not (ELSEWHERE | IN_WORDS) & {name for name, _ in QUERIES}


@pytest.mark.parametrize(("name", "place"), QUERIES)
def test_a_query_has_its_answer(name, place):
    fact = FACTS[name]
    answer = fact["answers"][place]
    asked, given = answer.get("query", fact.get("query")), answer.get("given", "")
    if answer["value"] is None:
        with pytest.raises(pt.ImpossibleError):
            pt.causal.query(model(fact, answer), asked, given)
        return
    found = pt.causal.query(model(fact, answer), asked, given)
    assert found["value"].item() == exactly(answer["value"])
    if "probability_of_given" in answer:
        assert found["probability_of_given"].item() == exactly(answer["probability_of_given"])


def test_any_cell_might_do():
    chance = {(0, 0): Fraction(1), (1, 0): Fraction(1, 2), (0, 1): Fraction(0), (1, 1): Fraction(9, 10)}
    cells = [(0, 0), (1, 0), (0, 1), (1, 1)]
    digits = [[k >> place & 1 for place in range(4)] for k in range(16)]
    shares = {"".join(map(str, d)): str(prod(chance[c] if d[k] else 1 - chance[c] for k, c in enumerate(cells))) for d in digits}
    for answer, (share, x, y) in zip(
        FACTS["any-cell-might-do"]["answers"],
        [("1/3", 1, 0), ("1/3", 1, 1), ("2/3", 1, 0), ("2/3", 1, 1), ("1/2", 1, 1), ("1/2", 1, 0)],
        strict=True,
    ):
        m = pt.CausalModel("X -> Y <- K", shares={"Y": shares, "K": {"1": share}})
        assert pt.causal.query(m, "K == 1", f"X == {x} & Y == {y}")["value"].item() == exactly(answer["value"])


def test_how_many():
    answers = {answer["label"]: int(answer["value"]) for answer in FACTS["how-many"]["answers"]}
    for graph in [label for label in answers if "->" in label]:
        counts = pt.CausalModel(graph).counts()
        assert counts["shares"] - counts["parameter_sets"] == answers[graph]
    unit = model(FACTS["clues-under-answers"])
    assert unit.counts()["causal_types"] == answers["democratisation model of ch. 8: causal types"]
    five = pt.CausalModel("A -> Y; B -> Y; C -> Y; D -> Y")
    assert five.counts()["shares"] == answers["five nodes, four of them parents of the fifth: shares"]
    assert pt.CausalModel("A -> B -> C -> D -> E").counts()["shares"] == answers["chain of five: shares in all"]
    monotone = []
    for k in (1, 2, 3):
        parents = [f"P{j}" for j in range(k)]
        m = pt.CausalModel("; ".join(f"{p} -> Y" for p in parents), never=[f"Y[{p}=1] < Y[{p}=0]" for p in parents])
        monotone.append(len(m.types("Y")))
    assert monotone == [3, 6, 20]
    assert monotone[-1] == answers["monotone types of a node with 1, 2, 3 binary parents: 3, 6, 20"]


def test_reports_of_a_node():
    fact = FACTS["reports-of-a-node"]
    m = model(fact)
    clues = [
        {"M": [reported(m, "M", 1, 0.83, 0.17)]},
        {"M": [reported(m, "M", 0, 0.83, 0.17)]},
        {"M": [reported(m, "M", 1, 0.3, 1)]},
        {"M": [reported(m, "M", 1, 0.9, 0.1)] * 2},
        {"M": [reported(m, "M", 1, 0.9, 0.1), reported(m, "M", 0, 0.9, 0.1)]},
    ]
    under = {"caused": fact["query"], "not": "otherwise"}
    found = pt.causal.likelihood(m, clues, under, {"X": 1, "Y": 1})
    for k, answer in enumerate(fact["answers"]):
        assert found["probability"][k].values == pytest.approx(
            [value(answer["probability_if_caused"]), value(answer["probability_if_not"])], rel=1e-12
        )
        assert pt.causal.query(m, fact["query"], fact["given"], clues[k])["value"].item() == exactly(answer["value"])


def test_clues_under_answers():
    fact = FACTS["clues-under-answers"]
    under = {"if inequality would have brought democracy": fact["query"], "if not": "otherwise"}
    found = pt.causal.likelihood(model(fact), ["M", "P"], under, {"I": 0, "D": 0})
    for answer in fact["answers"]:
        clues, name = answer["label"].split(" if ")
        pattern = ", ".join(part.replace(" == ", "=") for part in clues.split(" & "))
        assert found["probability"].sel(pattern=pattern, hypothesis=f"if {name}").item() == exactly(answer["value"])


def test_twenty_clues():
    shares = {}
    for i in range(20):
        at_one, at_zero = Fraction(60 + 3 * i, 200), Fraction(40 + 7 * i % 20, 200)
        shares[f"K{i}"] = {
            f"{low}{high}": str((at_zero if low else 1 - at_zero) * (at_one if high else 1 - at_one)) for low in (0, 1) for high in (0, 1)
        }
    m = pt.CausalModel("; ".join(f"H -> K{i}" for i in range(20)), shares=shares)
    patterns = [lambda i: 1, lambda i: i % 2]
    for answer, pattern in zip(FACTS["twenty-clues"]["answers"], patterns, strict=True):
        given = " & ".join(f"K{i} == {pattern(i)}" for i in range(20))
        assert pt.causal.query(m, "H == 1", given)["value"].item() == exactly(answer["value"])


def test_chain_of_ten():
    fact = FACTS["chain-of-ten"]
    m = pt.CausalModel(fact["graph"], never=[f"N{k + 1}[N{k}=1] < N{k + 1}[N{k}=0]" for k in range(9)])
    answer = fact["answers"][0]
    assert pt.causal.query(m, fact["query"], answer["given"])["value"].item() == exactly(answer["value"])


def test_a_study_with_a_causal_unit():
    fact = FACTS["study-with-a-causal-unit"]
    m = model(fact)
    clues = {"P": [reported(m, "P", 1, 0.9, 0.1)], "M": [reported(m, "M", 1, 0.3, 1)]}
    found = pt.causal.likelihood(m, clues, {"caused": "D[I=1] < D[I=0]", "not": "otherwise"}, {"I": 0, "D": 1})
    for answer, judged in zip(fact["answers"], [(1, 1), (0.6, 0.3), (0.6, 0.3)], strict=True):
        likelihoods = [value(answer["unit_probability_if_caused"]), value(answer["unit_probability_if_not"])]
        assert found["probability"][0].values == pytest.approx(likelihoods, rel=1e-12)
        prior = value(answer["prior"])
        if "from the model" in answer["label"]:
            assert found["prior"][0].item() == pytest.approx(prior, rel=1e-12)
        caused, otherwise = (
            p * likelihood * j for p, likelihood, j in zip((prior, 1 - prior), found["probability"][0].values, judged, strict=True)
        )
        assert caused / (caused + otherwise) == exactly(answer["value"])


def test_monotone_chains_have_a_closed_form():
    """Of n monotone links with equal shares all carry an effect with probability 3^-n."""
    for links in (1, 5, 50):
        m = pt.CausalModel(
            " -> ".join(f"N{k}" for k in range(links + 1)), never=[f"N{k + 1}[N{k}=1] < N{k + 1}[N{k}=0]" for k in range(links)]
        )
        found = pt.causal.query(m, f"N{links}[N0=1] > N{links}[N0=0]")
        assert found["value"].item() == pytest.approx(3.0**-links, rel=1e-12)


def test_causes_of_a_sum_have_a_closed_form():
    """Any one of n causes, each with a share: P(Y = 1) follows from the binomial distribution."""
    m = pt.CausalModel("A -> Y; B -> Y; C -> Y", keep={"Y": ["00010111"]}, shares={node: {"1": "1/5"} for node in "ABC"})
    expected = sum(comb(3, k) * 0.2**k * 0.8 ** (3 - k) for k in (2, 3))
    assert pt.causal.query(m, "Y == 1")["value"].item() == pytest.approx(expected, rel=1e-12)
