"""Shares and restrictions of a causal model at which the lead is lost: the answers on both sides, from models that state the shares."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from strategies import causal_models as draw

import processtrace as pt
from processtrace.robustness.causal_case import CausalCase
from processtrace.robustness.graph_shares import restrictions_of, shares_of

RISES = ["D[I=1] > D[I=0]", "D[M=1] < D[M=0]", "D[P=1] < D[P=0]"]
DEMOCRATISATION = {"graph": "I -> M -> D <- P; I -> D", "never": ["M[I=1] < M[I=0]", f"({') | ('.join(RISES)})"]}


def case(model, events, known="", prior=None, reports=(), judged=None, others=None):
    statements = (model.read(known),) if known else ()
    return CausalCase(model, events, statements, tuple(reports), prior, judged or {}, others or {})


def leads(c):
    weights = c.weights()[0]
    return weights[c.names.index("a")] > np.delete(weights, c.names.index("a")).max()


def random_case(random, prior_stated):
    while True:
        drawn = draw.model(random, 200)
        truth = drawn.enumeration
        m = pt.CausalModel(**drawn.words)
        event, known = draw.statement(random, truth), draw.statement(random, truth)
        value, _ = truth.answer(event, known)
        if value is None or not 0 < value < 1:
            continue
        reports = [(node, np.array([random.uniform(0.05, 1) for _ in range(truth.levels[node])])) for node in truth.nodes[:2]]
        prior = {"a": 0.55, "b": 0.45} if prior_stated else None
        found = case(m, {"a": event, "b": "otherwise"}, known, prior, reports, {"a": random.uniform(-1, 1)})
        if found.leader == 1:
            found = case(m, {"b": event, "a": "otherwise"}, known, None if prior is None else {"b": 0.55, "a": 0.45}, reports, {"b": -2.0})
        if found.leader is not None and found.names[found.leader] == "a":
            return found


def along(c, label, shares):
    """The posterior of a case at some values of one share, with the others in proportion."""
    key, named = label.split(": ")
    node = key.partition("|")[0]
    table = c.model.share_table(node)
    row = 0
    if "|" in key:
        given = key.partition("|")[2].split(",")
        row = tuple(c.model.nodal_types(o).row_of[t] for o, t in zip(c.model.graph.conditions[node], given, strict=True))
    own = table[row] if "|" in key else table
    k = c.model.nodal_types(node).row_of[named]
    rest = np.delete(own, k)
    rest = rest / rest.sum() if rest.sum() else np.full(len(rest), 1 / len(rest))
    tables = np.repeat(table[None], len(shares), axis=0)
    for changed, share in zip(tables, shares, strict=True):
        changed[row if "|" in key else slice(None)] = np.insert(rest * (1 - share), k, share)
    return c.posterior({node: tables})


@pytest.mark.parametrize("prior_stated", [False, True])
def test_a_share_tips_where_the_lead_is_lost_and_not_before(prior_stated):
    random, tipped = Random(3), 0
    for _ in range(25):
        c = random_case(random, prior_stated)
        for moved in shares_of(c):
            grid = np.linspace(0, 1, 41)
            values = along(c, moved.label, grid)
            first = c.names.index("a")
            lost = values[:, first] < np.delete(values, first, axis=1).max(axis=1) - 1e-9
            reach = abs(grid - moved.now)
            if np.isnan(moved.tips_at):
                assert not lost.any(), moved
                continue
            assert not lost[reach < moved.change - 1e-9].any(), moved
            if not 1e-9 < moved.tips_at < 1 - 1e-9:
                continue  # what an explanation needs is impossible at the end
            tipped += 1
            at = along(c, moved.label, [moved.tips_at])[0]
            assert at[first] == pytest.approx(np.delete(at, first).max(), abs=1e-7), moved
        assert all(moved.change >= 0 for moved in shares_of(c))
    assert tipped > 10


def test_a_total_that_is_stated_moves_as_one():
    m = pt.CausalModel(**DEMOCRATISATION, shares={"D": {"D[I=1] == D[I=0] everywhere": 0.6}})
    c = case(m, {"caused": "D[I=1] < D[I=0]", "not": "otherwise"}, "I == 0 & D == 1")
    moved = next(one for one in shares_of(c) if "everywhere" in one.label)
    assert moved.now == pytest.approx(0.6)
    for share, lead in ((moved.tips_at + 1e-6, None), (moved.tips_at - 1e-6, None)):
        other = pt.CausalModel(**DEMOCRATISATION, shares={"D": {"D[I=1] == D[I=0] everywhere": str(round(share, 9))}})
        lead = case(other, c.events, "I == 0 & D == 1").leader
        assert (lead == c.leader) == (np.sign(share - moved.tips_at) == np.sign(0.6 - moved.tips_at))


def test_a_restriction_that_is_released_agrees_with_a_model_that_states_the_shares():
    m = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"], shares={"M": {"raises": 0.8}, "Y": {"raises": 0.6}})
    c = case(m, {"caused": "Y[X=1] > Y[X=0]", "not": "otherwise"}, "X == 1 & Y == 1")
    found = restrictions_of(c)
    assert [one.label for one in found] == ["never M[X=1] < M[X=0]", "never Y[M=1] < Y[M=0]"]
    for node, one, raises in zip("MY", found, (0.8, 0.6), strict=True):
        for e, sign in ((one.tips_at - 1e-6, True), (one.tips_at + 1e-6, False)):
            shares = {"M": {"raises": 0.8, "lowers": 0}, "Y": {"raises": 0.6, "lowers": 0}}
            shares[node] = {"raises": raises * (1 - e), "lowers": e}
            free = pt.CausalModel("X -> M -> Y", shares=shares)
            answer = pt.causal.query(free, "Y[X=1] > Y[X=0]", "X == 1 & Y == 1")["value"].item()
            assert (answer > 0.5) is sign


def test_a_released_restriction_of_a_confounded_node():
    m = pt.CausalModel("X -> Y; X <-> Y", keep={"Y": ["00", "01"]}, shares={"Y|1": {"01": 0.7}, "Y|0": {"01": 0.2}})
    c = case(m, {"caused": "Y[X=1] > Y[X=0]", "not": "otherwise"}, "X == 1")
    (moved,) = restrictions_of(c)
    assert moved.label == "Y: keep 00, 01"
    assert moved.tips_at == pytest.approx(1 - 0.5 / 0.7)
    assert moved.at_all == pytest.approx(0)


def test_explanations_of_other_models_keep_their_weight():
    m = pt.CausalModel("X -> Y", shares={"Y": {"raises": 0.5}})
    c = case(m, {"caused": "Y[X=1] > Y[X=0]", "not": "otherwise"}, "X == 1", others={"by hand": np.log(0.4)})
    assert c.posterior()[0] == pytest.approx(np.array([0.5, 0.5, 0.4]) / 1.4)
    assert c.leader is None
    moved = {one.label: one for one in shares_of(case(m, {"caused": "Y[X=1] > Y[X=0]"}, "X == 1", others={"by hand": np.log(0.4)}))}
    assert moved["Y: 01"].tips_at == pytest.approx(0.4)


@pytest.mark.parametrize("levels", [2, 3])
def test_the_lead_is_lost_at_the_share_of_one_row(levels):
    """The model that states the share at which the lead is lost has a tie, and those that state more or less of it have none."""
    graph, settings = "A -> Y <- B", ["A=0, B=0", "A=1, B=0", "A=0, B=1", "A=1, B=1"]
    rng = np.random.default_rng(levels)
    table = rng.dirichlet(np.ones(levels) * 2, size=4)
    rows = {f"Y[{row}] == {k}": float(table[r, k]) for r, row in enumerate(settings) for k in range(levels)}
    m = pt.CausalModel(graph, levels={"Y": levels}, rules={"Y": "rows"}, shares={"Y": rows, "A": {"1": 0.7}})
    c = case(m, {"a": "Y[A=1] > Y[A=0]", "b": "otherwise"}, "B == 1 and A == 1", reports=[("Y", np.linspace(0.2, 0.9, levels))])
    found = {moved.label: moved for moved in shares_of(c)}
    moving = [f"Y: Y[{row}] == {k}" for row in settings for k in range(1 if levels == 2 else 0, levels)]
    assert [label for label in found if label.startswith("Y")] == moving
    tipped = 0
    for label in moving:
        moved = found[label]
        row, k = label[3:].partition(" == ")[0], int(label[-1])
        assert moved.now == pytest.approx(rows[f"{row} == {k}"])
        if np.isnan(moved.tips_at):
            continue
        tipped += 1
        others = {key: share for key, share in rows.items() if key.startswith(row) and int(key[-1]) != k}
        scale = (1 - moved.tips_at) / sum(others.values())
        stated = {**rows, **{key: share * scale for key, share in others.items()}, f"{row} == {k}": moved.tips_at}
        changed = pt.CausalModel(graph, levels={"Y": levels}, rules={"Y": "rows"}, shares={"Y": stated, "A": {"1": 0.7}})
        weights = CausalCase(changed, c.events, c.known, c.reports).weights()[0]
        assert weights[0] == pytest.approx(weights[1], rel=1e-9)
    assert tipped
