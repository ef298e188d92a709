"""Rules for nodes with many causes against what they say in words."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

import pytest

import processtrace as pt
from processtrace.notes import notes

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
    ],
)
def test_what_a_rule_refuses(made, read):
    with pytest.raises(pt.StudyError) as error:
        made()
    assert read in str(error.value)


MANY = "ABCDEF"
ROWS = "; ".join(f"{cause} -> Y" for cause in MANY)


def at(**row):
    return f"Y[{', '.join(f'{cause}={value}' for cause, value in row.items())}]"


def test_rows_of_two_parents_agree_with_all_types_listed():
    parts = {(0, 0): Fraction(1, 10), (1, 0): Fraction(7, 10), (0, 1): Fraction(1, 3), (1, 1): Fraction(1, 2)}
    stated = {f"{at(A=a, B=b)} == 1": str(share) for (a, b), share in parts.items() if (a, b) != (1, 1)}
    rows = pt.CausalModel("A -> Y <- B; Y -> Z; A -> B", rules={"Y": "rows"}, shares={"Y": stated, "A": {"1": "1/4"}})
    order = [(a, b) for b in (0, 1) for a in (0, 1)]
    types = {
        "".join(map(str, outputs)): str(prod(parts[row] if value else 1 - parts[row] for row, value in zip(order, outputs, strict=True)))
        for outputs in product((0, 1), repeat=4)
    }
    listed = pt.CausalModel("A -> Y <- B; Y -> Z; A -> B", shares={"Y": types, "A": {"1": "1/4"}})
    asked = [
        "Y[A=1] > Y[A=0]",
        "Y[A=1, B=0] == 1 and Y[A=1, B=1] == 0",
        "Y[A=1, B=B[A=0]] > Y[A=0]",
        "Z[A=1] > Z[A=0]",
        "Y[A=1, B=1] + Y[A=0, B=1] - Y[A=0]",
        "Y[A=B[A=1], B=1] == Y[A=1]",
    ]
    given = ["A == 1 or A == 0", "Y == 1", "A == 1 and Z == 1", "Y[A=0] == 0 and B == 1", "A == 0 and Y == 1 and Y[A=1] == 1"]
    one, two = (pt.causal.query(model, asked, given) for model in (rows, listed))
    assert one["value"].values == pytest.approx(two["value"].values, abs=1e-12)
    assert one["probability_of_given"].values == pytest.approx(two["probability_of_given"].values, abs=1e-12)


def test_rows_of_six_parents_follow_the_formula_row_by_row():
    chances = {values: (1 + sum(k * value for k, value in enumerate(values, 1))) / 24 for values in product((0, 1), repeat=6)}
    stated = {f"{at(**dict(zip(MANY, values, strict=True)))} == 1": chance for values, chance in chances.items() if sum(values) > 1}
    model = study("rows", stated, ROWS).causal_models[""]
    chance = {values: chances[values] if sum(values) > 1 else 0.5 for values in chances}  # equal where left out
    others = list(product((0, 1), repeat=5))
    effect = sum((1 - chance[0, *rest]) * chance[1, *rest] for rest in others) / len(others)
    assert pt.causal.query(model, "Y[A=1] > Y[A=0]")["value"].item() == pytest.approx(effect, abs=1e-12)
    both = sum(chance[1, *rest] * (1 - chance[0, *rest]) for rest in others) / sum(chance[1, *rest] for rest in others)
    assert pt.causal.query(model, "Y[A=0] == 0", "A == 1 and Y == 1")["value"].item() == pytest.approx(both, abs=1e-12)
    same = "Y[A=1, B=1, C=0, D=0, E=0, F=0] == 1 and Y[A=0, B=1, C=1, D=0, E=0, F=0] == 0"
    expected = chance[1, 1, 0, 0, 0, 0] * (1 - chance[0, 1, 1, 0, 0, 0])
    assert pt.causal.query(model, same)["value"].item() == pytest.approx(expected, abs=1e-12)


def test_rows_of_a_node_with_three_levels():
    stated = {"Y[A=1, B=0] >= 1": 0.9, "Y[A=0, B=0] == 2": 0.2}
    model = pt.CausalModel("A -> Y <- B", levels={"Y": 3}, rules={"Y": "rows"}, shares={"Y": stated})
    asked = ["Y[A=1, B=0] == 2", "Y[A=1, B=0] == 0", "Y[A=0, B=0] == 1", "Y[A=1, B=1] == 1", "Y[A=1, B=0] > Y[A=0, B=0]"]
    values = pt.causal.query(model, asked)["value"].values.ravel()
    assert values == pytest.approx([0.45, 0.1, 0.4, 1 / 3, 0.45 * 0.4 + 0.45 * 0.8], abs=1e-12)


def test_rows_enter_every_answer_of_a_study():
    stated = {f"{at(**dict.fromkeys(MANY, 1))} == 1": 0.9}
    item = {"id": "seen", "finding": "It was seen.", "observes": {"Y": 1}}
    hypotheses = {"yes": {"when": "A == 1 and Y[A=0] == 0"}, "no": {"when": "otherwise"}}
    case = {"id": "one", "known": dict.fromkeys("BCDEF", 1), "evidence": [item]}
    whole = pt.Study(
        "Rows", causal={"graph": ROWS, "nodes": {"Y": {"rule": "rows"}}, "shares": {"Y": stated}}, hypotheses=hypotheses, cases=[case]
    )
    assert pt.update(whole)["posterior"].sel(hypothesis="yes").item() == pytest.approx(0.9 * 0.5 / (0.9 + 0.5), abs=1e-12)
    assert pt.robustness.shares(whole) is not None
    assert pt.robustness.arrows(whole) is not None
    assert pt.robustness.confounding(whole) is not None
    assert pt.robustness.graph_sentence(whole)
    assert notes(whole) is not None


def test_simulated_cases_follow_the_shares_of_rows():
    # 40,000 cases: the share in a row of 20,000 misses by more than 0.02 in less than one run in 10^7.
    model = pt.CausalModel("A -> Y", rules={"Y": "rows"}, shares={"Y": {"Y[A=1] == 1": 0.8, "Y[A=0] == 1": 0.1}})
    found = pt.causal.simulate(model, 40_000, random_seed=3).groupby("A")["Y"].mean()
    assert found.tolist() == pytest.approx([0.1, 0.8], abs=0.02)


def test_shares_of_rows_are_not_learned():
    with pytest.raises(pt.AnalysisError, match="node Y answers by rows; shares of rows are stated, and not learned"):
        pt.causal.learn(pt.CausalModel("A -> Y", rules={"Y": "rows"}), [{"A": 1, "Y": 1}])


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ({"shares": {"Y": {"Y[A=1] == 1": 0.5}}}, "with rows a statement that sets every parent, in one way: A, B"),
        ({"shares": {"Y": {"Y[A=1, B=1] > Y[A=0, B=0]": 0.5}}}, "with rows a statement that sets every parent, in one way: A, B"),
        ({"shares": {"Y": {"Y[A=1, B=1] == 1": 0.5, "Y[A=1, B=1] == 0": 0.6}}}, "shares of Y at A=1, B=1: a sum of 1.1"),
        ({"shares": {"Y": {"Y[A=1, B=1] == 1": 0.5, "Y[A=1, B=1] >= 0": 0.4}}}, "overlaps another entry in level 1"),
        ({"shares": {"Y": {"Y[A=1, B=1] == 1": [0.2, 0.4]}}}, "a range; with rows one number"),
        ({"shares": {"Y": {"0001": 0.5}}}, "0001"),
        ({"never": ["Y[A=1] < Y[A=0]"]}, "'rows' beside 'never'"),
        ({"keep": {"Y": ["0001"]}}, "'rows' beside 'keep'"),
        ({"alpha": {"Y": 1}}, "'rows' beside 'alpha'"),
        ({"rules": {"A": "rows"}}, "'rows' at a node without parents"),
        ({"rules": {"Q": "rows"}}, "Q"),
        ({"rules": {"Y": "some"}}, "'some'; noisy-or, any, all, rows"),
        ({"graph": "A -> Y <- B; A <-> Y"}, "'rows' at a node with a hidden common cause"),
    ],
)
def test_what_rows_refuse(words, read):
    with pytest.raises(pt.StudyError) as error:
        pt.CausalModel(**{"graph": "A -> Y <- B", "rules": {"Y": "rows"}, **words})
    assert read in str(error.value)


def test_types_beyond_two_million_are_refused_without_building_them():
    with pytest.raises(pt.StudyError) as error:
        pt.Study("Many", causal={"graph": GRAPH}, hypotheses={"yes": {"when": "Y == 1"}, "no": {"when": "otherwise"}})
    assert "4,294,967,296 types, with 5 parents; at most 2,000,000" in str(error.value)
