"""Causal models: types, restrictions, shares, confounded groups, what is refused, and what stays light."""

from __future__ import annotations

import pickle
from fractions import Fraction

import numpy as np
import pytest

import processtrace as pt
from processtrace.causal.nodal_types import NodalTypes


def shares_of(model, node):
    table = model.types(node)
    return dict(zip(table["label"], table["share"], strict=True))


def test_types_are_named_counted_and_shown_in_words():
    table = pt.CausalModel("X -> Y").types("Y")
    assert table["label"].tolist() == ["00", "10", "01", "11"]
    assert table["words"].tolist() == ["never", "lowers", "raises", "always"]
    assert table["share"].tolist() == [0.25] * 4
    two = pt.CausalModel("X -> Y <- W", parents={"Y": ["X", "W"]}).types("Y").set_index("label")["words"]
    assert two["0100"] == "1 at X=1 W=0; else 0"
    assert two["0101"] == "1 at X=1 W=0, X=1 W=1; else 0"
    assert two["1111"] == "always 1"
    three = pt.CausalModel("X -> Y", {"X": ["low", "high"], "Y": ["none", "some", "much"]}).types("Y").set_index("label")["words"]
    assert three["02"] == "much at X=high; else none"
    assert pt.CausalModel("X", {"X": ["low", "high"]}).types("X")["words"].tolist() == ["low", "high"]


def test_parents_stand_as_the_arrows_are_written_unless_their_order_is_stated():
    assert pt.CausalModel("W -> Y; X -> Y").graph.parents["Y"] == ("W", "X")
    assert pt.CausalModel("W -> Y; X -> Y", parents={"Y": ["X", "W"]}).graph.parents["Y"] == ("X", "W")


def test_a_graph_may_stand_on_lines_and_repeat_itself():
    assert pt.CausalModel("I -> M -> D\nP -> D\n\nI -> D; I -> D; Q").graph == pt.CausalModel(["I -> M -> D <- P", "D <- I", "Q"]).graph


def test_restrictions_leave_out_types_for_which_they_hold_somewhere():
    m = pt.CausalModel("X -> Y <- W", never=["Y[X=1] < Y[X=0]"])
    assert len(m.types("Y")) == 9
    both = pt.CausalModel("X -> Y <- W", never=["Y[X=1] < Y[X=0] and Y[W=1] < Y[W=0]"])
    outputs = [tuple(map(int, label)) for label in pt.CausalModel("X -> Y <- W").types("Y")["label"]]
    cells = {(x, w): x + 2 * w for x in (0, 1) for w in (0, 1)}
    left = [
        t for t in outputs if not any(t[cells[1, w]] < t[cells[0, w]] and t[cells[x, 1]] < t[cells[x, 0]] for x in (0, 1) for w in (0, 1))
    ]
    assert [tuple(map(int, label)) for label in both.types("Y")["label"]] == left


@pytest.mark.parametrize(("parents", "count"), [(4, 168), (5, 7581)])
def test_monotone_types_number_as_dedekind_counted(parents, count):
    names = [f"P{k}" for k in range(parents)]
    m = pt.CausalModel("; ".join(f"{name} -> Y" for name in names), never=[f"Y[{name}=1] < Y[{name}=0]" for name in names])
    assert len(m.nodal_types("Y")) == count


def test_shares_go_by_label_by_name_and_by_statement():
    assert shares_of(pt.CausalModel("X -> Y", shares={"Y": {"raises": 0.5}}), "Y") == pytest.approx(
        {"00": 1 / 6, "10": 1 / 6, "01": 0.5, "11": 1 / 6}
    )
    total = pt.CausalModel("X -> Y <- W", shares={"Y": {"Y[X=1] > Y[X=0] everywhere": "1/2", "0000": 0}})
    assert shares_of(total, "Y")["0101"] == 0.5
    assert sum(shares_of(total, "Y").values()) == pytest.approx(1)
    somewhere = pt.CausalModel("X -> Y <- W", shares={"Y": {"Y[X=1] > Y[X=0] somewhere": "0.7"}})
    table = somewhere.types("Y")
    positive = table["label"].map(lambda t: (t[0], t[1]) == ("0", "1") or (t[2], t[3]) == ("0", "1"))
    assert positive.sum() == 7
    assert table.loc[positive, "share"].tolist() == pytest.approx([0.1] * 7)
    plain = pt.CausalModel("X -> Y", shares={"Y": {"Y[X=1] == Y[X=0]": 0.8}})
    assert shares_of(plain, "Y") == pytest.approx({"00": 0.4, "11": 0.4, "10": 0.1, "01": 0.1})
    assert shares_of(pt.CausalModel("X", {"X": ["low", "high"]}, shares={"X": {"high": "1/4"}}), "X") == {"0": 0.75, "1": 0.25}


def test_shares_that_add_to_one_leave_nothing_for_the_rest():
    for stated in ({"00": 0.1, "10": 0.2, "01": 0.7}, {"00": "1/10", "10": "2/10", "01": "7/10"}):
        assert shares_of(pt.CausalModel("X -> Y", shares={"Y": stated}), "Y")["11"] == 0


def test_alpha_gives_shares_in_proportion():
    m = pt.CausalModel("X -> Y; X <-> Y", alpha={"Y": {"raises": 5}, "Y|0": 2, "X": {"1": "3/2"}})
    assert m.share_table("X") == pytest.approx([0.4, 0.6])
    assert m.share_table("Y") == pytest.approx(np.array([[1, 1, 1, 1], [1, 1, 5, 1]]) / [[4], [8]])
    assert m.weight_table("Y") == pytest.approx(np.array([[2, 2, 2, 2], [1, 1, 5, 1]]))
    assert pt.CausalModel("X -> Y").weight_table("Y") == pytest.approx([1, 1, 1, 1])


def test_a_confounded_group_is_conditioned_on_in_causal_order():
    conditions = pt.CausalModel("A <-> B; A <-> C; A; B; C").graph.conditions
    assert conditions == {"A": (), "B": ("A",), "C": ("A", "B")}
    assert pt.CausalModel("B <-> C; A <-> C; A; B").graph.conditions == {"B": (), "C": ("B",), "A": ("B", "C")}
    assert pt.CausalModel("X -> Y <- W; X <-> Y; W <-> Y").graph.conditions == {"X": (), "W": (), "Y": ("X", "W")}


def test_shares_of_a_confounded_node_hold_for_the_type_named_and_else_for_all():
    m = pt.CausalModel("X -> Y; X <-> Y", shares={"Y": {"raises": 1}, "Y|1": {"lowers": 1}})
    assert m.share_table("Y") == pytest.approx(np.array([[0, 0, 1, 0], [0, 1, 0, 0]]))
    assert m.types("Y")["given"].tolist() == ["X: 0"] * 4 + ["X: 1"] * 4
    assert pt.causal.query(m, "Y == 0")["value"].item() == 1


def test_models_are_values():
    words = {"graph": "X -> M -> Y; X <-> Y", "never": ["M[X=1] < M[X=0]"], "shares": {"M": {"raises": 0.25}, "X": {"1": 0.5}}}
    m = pt.CausalModel(**words)
    again = pt.CausalModel(**{**words, "shares": {"X": {"1": "1/2"}, "M": {"raises": "1/4"}}})
    assert m == again
    assert hash(m) == hash(again)
    assert pickle.loads(pickle.dumps(m)) == m
    assert m != m.without_types("Y[M=1] < Y[M=0]")
    assert m != m.with_shares({"M": {"raises": 0.3}})
    with pytest.raises(AttributeError):
        m.never = ()
    assert repr(m) == "CausalModel('X -> M; M -> Y; X <-> Y', 1 restriction, shares of M, X)"


def test_a_changed_model_answers_as_one_made_so():
    m = pt.CausalModel("X -> M -> Y", alpha={"M": 3})
    changed = m.without_types("M[X=1] < M[X=0]").with_shares({"M": {"raises": "1/2"}})
    made = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]"], shares={"M": {"raises": "1/2"}})
    assert changed == made
    assert pt.causal.query(changed, "Y[X=1] > Y[X=0]").equals(pt.causal.query(made, "Y[X=1] > Y[X=0]"))


def test_types_are_not_built_until_they_are_asked_for(monkeypatch):
    built = []
    check = NodalTypes.__init__
    monkeypatch.setattr(NodalTypes, "__init__", lambda self, *args: (built.append(args[0]), check(self, *args))[1])
    m = pt.CausalModel("new_a -> new_b -> new_c -> new_d; new_e -> new_d")  # names of no other test: small types are kept
    assert built == []
    pt.causal.query(m, "new_b == 1")
    assert sorted(built) == ["new_a", "new_b"]


def test_more_than_two_million_types_are_refused_without_building_them(monkeypatch):
    monkeypatch.setattr(NodalTypes, "__init__", None)
    for parents, told in ((5, "4,294,967,296 types"), (70, "types, with 70 parents")):
        with pytest.raises(pt.StudyError, match=told):
            pt.CausalModel("; ".join(f"P{k} -> Y" for k in range(parents)))


R = "restriction 'Y[X=1] < Y[X=0]'"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"graph": "X -> Y -> Z -> X"}, ["the ring X -> Y -> Z -> X"]),
        ({"graph": "X -> "}, ["ends in an arrow"]),
        ({"graph": "X => Y"}, ["'=' in 'X => Y'"]),
        ({"graph": "X Y"}, ["'Y' in 'X Y'"]),
        ({"graph": " "}, ["no node"]),
        ({"graph": "X -> X"}, ["two different nodes"]),
        ({"graph": "and -> Y"}, ["a node called 'and'"]),
        ({"levels": {"Q": 3}}, ["levels: 'Q'; a node of the graph: X, Y"]),
        ({"levels": {"X": 1}}, ["two levels or more"]),
        ({"levels": {"X": ["1", "0"]}}, ["a number is read as the place of a level"]),
        ({"levels": {"X": ["a", "a"]}}, ["differ from each other"]),
        ({"levels": {"X": ["Y", "Z"]}}, ["nor the name of a node"]),
        ({"parents": {"Y": ["X", "W"]}}, ["parents of Y", "each of its parents once: X"]),
        ({"never": ["Y[X=1] < X"]}, ["a statement about X, Y"]),
        ({"never": ["Y[X=1] + 1"]}, ["a number"]),
        ({"never": ["Y[Y=1] == 1"]}, ["levels of the parents of Y in brackets: X"]),
        ({"never": ["Y[X=2] == 1", "Y[X=X] == 1"]}, ["'2' as a value of X", "the value of a node in brackets"]),
        ({"never": ["Y == 0", "Y == 1"]}, ["restrictions that leave no type"]),
        ({"keep": {"Y": ["00", "012"]}}, ["keep of Y: '012'"]),
        ({"keep": {"Y": []}}, ["no label"]),
        ({"keep": {"Q": ["0"]}}, ["keep: 'Q'"]),
        ({"shares": {"Y": {"raises": 0.7, "lowers": 0.7}}}, ["a sum of 1.4"]),
        ({"shares": {"Y": {"raises": 0.7, "01": 0.1}}}, ["overlaps another entry in type 01"]),
        ({"shares": {"Y": {"00": 0.1, "01": 0.1, "10": 0.1, "11": 0.1}}}, ["a sum of 0.4, with no type left for the rest"]),
        (
            {"graph": "X -> Y; W -> Y", "shares": {"Y": {"Y[X=1] == Y[X=0]": 0.7}}},
            ["'Y[X=1] == Y[X=0] everywhere' or", "over the values of W"],
        ),
        ({"shares": {"Y": {"0": 0.7}}}, ["unless it is in quotation marks"]),
        ({"shares": {"Y": {"riases": 0.7}}}, ["did you mean 'raises'?"]),
        (
            {"shares": {"Y": {"raises": "a half", "lowers": -1, "never": float("nan"), "always": "1/0"}}},
            ["'a half'", "a number of 0 or more"],
        ),
        ({"shares": {"Y": 0.5}}, ["a share for each type or statement"]),
        ({"shares": {"Y|0": {"raises": 0.5}}}, ["no hidden common cause joins it"]),
        ({"graph": "X -> Y; X <-> Y", "shares": {"Y|0,1": {"raises": 0.5}}}, ["one type of each of X"]),
        ({"graph": "X -> Y; X <-> Y", "shares": {"Y|2": {"raises": 0.5}}}, ["'2'; a type of X"]),
        ({"never": ["Y[X=1] < Y[X=0]"], "shares": {"Y": {"lowers": 0.5}}}, ["0.5 for 'lowers'"]),
        ({"alpha": {"Y": {"raises": 0}}}, ["a weight of 0"]),
        ({"alpha": {"Y": 1}, "shares": {"Y": {"raises": 0.5}}}, ["both shares and alpha"]),
        ({"graph": "X -> Y", "levels": {"Q": 2}}, ["'Q'"]),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(words, told):
    with pytest.raises(pt.StudyError) as error:
        pt.CausalModel(**{"graph": "X -> Y", **words})
    for part in told:
        assert part in str(error.value)


def test_all_faults_are_told_at_once_with_their_places():
    with pytest.raises(pt.StudyError) as error:
        pt.CausalModel("X -> Y", never=["Y[X=1] <", "Q == 1"], shares={"Y": {"raises": "x"}}, alpha={"Z": 1})
    assert {fault.loc for fault in error.value.faults} == {("never", 0), ("never", 1), ("shares", "Y", "raises"), ("alpha", "Z")}


def test_numbers_may_be_fractions():
    for half in (0.5, "1/2", "0.5", Fraction(1, 2), np.float64(0.5)):
        assert shares_of(pt.CausalModel("X -> Y", shares={"Y": {"raises": half}}), "Y")["01"] == 0.5
