"""Rules for nodes with many causes against what they say in words."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest

import processtrace as pt

CAUSES = "ABCDE"
GRAPH = [f"{cause} -> Y" for cause in CAUSES]


def study(rule, shares=None, graph=GRAPH, **nodes):
    causal = {"graph": graph, "nodes": {"Y": {"rule": rule}, **nodes}, "shares": {"Y": shares} if shares else {}}
    return pt.Study("Rules", causal=causal, hypotheses={"yes": {"when": "Y == 1"}, "no": {"when": "otherwise"}})


def chance(model, values):
    given = " and ".join(f"{cause} == {value}" for cause, value in zip(CAUSES, values, strict=True))
    return pt.causal.query(model, "Y == 1", given)["value"].item()


@pytest.mark.parametrize("values", list(product((0, 1), repeat=5)))
def test_a_noisy_or_is_the_product_of_what_does_not_work(values):
    strengths = {"A": "0.8", "B": "1/3", "C": 0.1, "leak": 0.05}
    model = study("noisy-or", strengths).causal_models[""]
    fails = [1 - strength for strength, value in zip((0.8, 1 / 3, 0.1, 0.5, 0.5), values, strict=True) if value]
    assert chance(model, values) == pytest.approx(1 - 0.95 * prod(fails), abs=1e-12)


@pytest.mark.parametrize(("rule", "holds"), [("any", any), ("all", all)])
def test_any_and_all(rule, holds):
    model = study(rule).causal_models[""]
    for values in product((0, 1), repeat=5):
        assert chance(model, values) == holds(values)


@pytest.mark.parametrize(
    ("made", "read"),
    [
        (lambda: study("noisy-or", {"Z": 0.5}), "'Z'; with a noisy-or a cause or 'leak': A, B, C, D, E"),
        (lambda: study("noisy-or", {"A": 1.5}), "1.5; a share from 0 to 1"),
        (lambda: study("any", {"A": 0.5}), "shares beside 'any'"),
        (lambda: study("noisy-or", A={"levels": 3}), "A, which has more than two levels"),
        (lambda: study("noisy-or", graph="Y -> A"), "a node without causes"),
        (lambda: study("noisy-or", graph=[f"X{k} -> Y" for k in range(13)]), "13 causes; at most 12"),
        (lambda: study("rows"), "'rows'; noisy-or, any or all"),
    ],
)
def test_what_a_rule_refuses(made, read):
    with pytest.raises(pt.StudyError) as error:
        made()
    assert read in str(error.value)


def test_types_beyond_two_million_are_refused_without_building_them():
    with pytest.raises(pt.StudyError) as error:
        pt.Study("Many", causal={"graph": GRAPH}, hypotheses={"yes": {"when": "Y == 1"}, "no": {"when": "otherwise"}})
    assert "4,294,967,296 types, with 5 parents; at most 2,000,000" in str(error.value)
