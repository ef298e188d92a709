"""Changed graphs: arrows against models drawn by hand, and hidden common causes against models that state the dependence."""

from __future__ import annotations

import numpy as np
import pytest

import processtrace as pt
from processtrace.causal.query import reported
from processtrace.robustness.causal_case import CausalCase
from processtrace.robustness.graph_changes import arrows_of, confounding_of

CAUSED = "Y[X=1] > Y[X=0]"


def case(m, known="X == 1 & Y == 1", prior=None, reports=(), event=CAUSED):
    return CausalCase(m, {"caused": event, "not": "otherwise"}, (m.read(known),), tuple(reports), prior)


def test_arrows_left_out_and_added_agree_with_models_drawn_by_hand():
    m = pt.CausalModel("X -> M -> Y; X -> Y; K", shares={"M": {"raises": 0.6}})
    found = {(one.arrow, one.kind): one.posterior[0] for one in arrows_of(case(m))}
    assert set(found) == {
        ("X -> M", "left out"), ("M -> Y", "left out"), ("X -> Y", "left out"),
        ("X -> K", "added"), ("M -> K", "added"), ("Y -> K", "added"), ("K -> X", "added"), ("K -> M", "added"), ("K -> Y", "added"),
    }  # fmt: skip
    by_hand = {
        ("X -> M", "left out"): pt.CausalModel("X -> Y <- M; K"),
        ("M -> Y", "left out"): pt.CausalModel("X -> M; X -> Y; K"),
        ("X -> Y", "left out"): pt.CausalModel("X -> M -> Y; K", shares={"M": {"raises": 0.6}}),
        ("K -> M", "added"): pt.CausalModel("X -> M -> Y; X -> Y; K -> M"),
        ("K -> Y", "added"): pt.CausalModel("X -> M -> Y; X -> Y; K -> Y", shares={"M": {"raises": 0.6}}),
    }
    for key, other in by_hand.items():
        assert found[key] == pytest.approx(pt.causal.query(other, CAUSED, "X == 1 & Y == 1")["value"].item(), rel=1e-12), key


def test_a_pair_with_a_hidden_common_cause_agrees_with_models_that_state_it():
    """Models with X <-> Y, of which a part d of the cases has a dependence drawn by chance, lie within the bounds and reach them."""
    m = pt.CausalModel("X -> Y", shares={"X": {"1": 0.4}, "Y": {"00": 0.2, "10": 0.1, "01": 0.4, "11": 0.3}})
    c = case(m)
    found = confounding_of(c)
    assert [one.pair for one in found] == ["X <-> Y"]
    x, y = m.share_table("X"), m.share_table("Y")
    random = np.random.default_rng(1)

    def answer(part, coupling):
        joint = (1 - part) * np.outer(x, y) + part * coupling
        tables = {f"Y|{k}": dict(zip(m.nodal_types("Y").labels, map(float, joint[k] / joint[k].sum()), strict=True)) for k in (0, 1)}
        other = pt.CausalModel("X -> Y; X <-> Y", shares={"X": {"1": 0.4}, **tables})
        return pt.causal.query(other, CAUSED, "X == 1 & Y == 1")["value"].item()

    def corner():
        """Mass put into cells one after the other, as much as the margins allow."""
        left, up, coupling = x.copy(), y.copy(), np.zeros((2, 4))
        for cell in random.permutation(8):
            i, j = divmod(int(cell), 4)
            coupling[i, j] = min(left[i], up[j])
            left[i] -= coupling[i, j]
            up[j] -= coupling[i, j]
        return coupling

    corners = [corner() for _ in range(120)]
    answers = np.array([answer(1, coupling) for coupling in corners])
    assert answers.min() == pytest.approx(found[0].lowest, abs=1e-9)
    assert answers.max() == pytest.approx(found[0].highest, abs=1e-9)
    assert found[0].exact
    lowest = corners[int(np.argmin([answer(found[0].tips_at, coupling) for coupling in corners]))]
    assert answer(found[0].tips_at, lowest) == pytest.approx(0.5, abs=1e-9)


def test_a_search_under_a_stated_prior_agrees_with_the_exact_answer_under_the_same_prior():
    """Where the event has the same probability whatever the dependence, a stated prior equal to it changes nothing."""
    m = pt.CausalModel("X -> Y; K", shares={"K": {"1": 0.5}})
    reports = [("X", reported(m, "X", 1, 0.9, 0.2)), ("Y", reported(m, "Y", 1, 0.8, 0.1))]
    exact = confounding_of(case(m, "K == 1", None, reports))
    searched = confounding_of(case(m, "K == 1", {"caused": 0.25, "not": 0.75}, reports))
    for one, two in zip(exact, searched, strict=True):
        assert (one.exact, two.exact) == (True, False)
        if one.pair == "X <-> Y":
            assert (two.lowest, two.highest) == (pytest.approx(one.lowest, abs=1e-6), pytest.approx(one.highest, abs=1e-6))
            assert two.tips_at == pytest.approx(one.tips_at, abs=1e-3, nan_ok=True)


def test_no_leader_no_questions():
    m = pt.CausalModel("X -> Y", shares={"Y": {"raises": 0.5}})
    c = case(m, "X == 1")
    assert c.leader is None
    assert confounding_of(c) == []


ROWS = {"Y[X=0, K=0] == 1": 0.1, "Y[X=1, K=0] == 1": 0.6, "Y[X=0, K=1] == 1": 0.3, "Y[X=1, K=1] == 1": 0.8}


def test_a_node_that_answers_by_rows_changes_as_one_whose_types_are_listed():
    by_rows = pt.CausalModel("X -> Y <- K; L", rules={"Y": "rows"}, shares={"Y": ROWS})
    table, types = by_rows.response_table("Y"), by_rows.types("Y")
    shares = {label: float(np.prod([table[row, int(value)] for row, value in enumerate(label)])) for label in types["label"]}
    listed = pt.CausalModel("X -> Y <- K; L", shares={"Y": shares})
    for prior in (None, {"caused": 0.4, "not": 0.6}):
        one, two = (case(m, prior=prior) for m in (by_rows, listed))
        for a, b in zip(arrows_of(one), arrows_of(two), strict=True):
            assert (a.arrow, a.kind) == (b.arrow, b.kind)
            assert a.posterior == pytest.approx(b.posterior, abs=1e-12), a.arrow
        for a, b in zip(confounding_of(one), confounding_of(two), strict=True):
            assert a.pair == b.pair
            assert (a.tips_at, a.lowest, a.highest) == pytest.approx((b.tips_at, b.lowest, b.highest), abs=1e-7, nan_ok=True), a.pair


def test_a_node_with_rows_beyond_listing_loses_and_gains_arrows_and_has_no_pair():
    causes = "ABCDE"
    m = pt.CausalModel("; ".join(f"{one} -> Y" for one in causes) + "; X -> A", rules={"Y": "rows"})
    c = case(m, "A == 1 & Y == 1", event="Y[A=1] > Y[A=0]")
    found = {(one.arrow, one.kind): one.posterior[0] for one in arrows_of(c)}
    assert found["A -> Y", "left out"] == pytest.approx(0, abs=1e-12)
    assert found["B -> Y", "left out"] == pytest.approx(0.5, abs=1e-12)
    assert found["X -> Y", "added"] == pytest.approx(0.5, abs=1e-12)
    assert not [one.pair for one in confounding_of(c) if "Y" in one.pair.split()]
