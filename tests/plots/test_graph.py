"""The figures of causal models as drawn: nodes, values, rings and arcs of the graph; shares, paths and costs at their numbers."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyArrowPatch

import processtrace as pt

MODEL = pt.CausalModel("I -> M -> D <- P; I -> D; P <-> D", never=["M[I=1] < M[I=0]"], levels={"P": ["low", "middle", "high"]})
CAUSED = "Y[X=1] > Y[X=0]"


def test_nodes_values_rings_and_restrictions():
    figure = pt.plots.graph(MODEL, {"I": 0, "P": "high"}, cause="I", outcome="D", labels={"M": "Mobilisation"}, title="Mexico")
    axes = figure.axes[0]
    discs = [one for one in axes.patches if isinstance(one, Circle)]
    filled = [one for one in discs if to_hex(one.get_facecolor()) == "#d9d9d9"]
    assert (len(discs), len(filled)) == (4 + 2, 2)
    texts = {text.get_text(): text for text in axes.texts}
    assert set(texts) == {"I\n= 0", "M", "D", "P\n= high", "Mobilisation"}
    for text, place in (("I\n= 0", "I"), ("P\n= high", "P")):
        assert any(one.center == pytest.approx(texts[text].get_position()) for one in filled), place
    lines = [one for one in axes.patches if isinstance(one, FancyArrowPatch)]
    dashed = [one for one in lines if one.get_linestyle() != "-"]
    assert (len(lines), len(dashed)) == (5, 1)
    said = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert "Held impossible: M[I=1] < M[I=0]." in said
    assert "Filled: what was seen of the case. Dashed: a hidden common cause. Ringed: the cause and the outcome." in said
    assert figure.get_suptitle() == "Mexico"


def test_it_can_be_drawn_in_axes_of_your_own():
    from matplotlib.figure import Figure

    figure = Figure()
    assert pt.plots.graph(MODEL, ax=figure.subplots()) is figure


@pytest.mark.parametrize(
    ("keywords", "message"), [({"case": {"Q": 1}}, "case: 'Q'"), ({"cause": "Q"}, "cause: 'Q'"), ({"case": {"I": 7}}, "a value of I")]
)
def test_what_is_not_in_the_graph_is_refused(keywords, message):
    with pytest.raises(pt.StudyError, match=message):
        pt.plots.graph(MODEL, **keywords)


def test_a_path_is_at_the_answers_of_queries():
    m = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"])
    axes = pt.plots.clue_path(m, CAUSED, {"X": 1, "M": 1}, "Y == 1").axes[0]
    expected = [pt.causal.query(m, CAUSED, given)["value"].item() for given in ("Y == 1", "Y == 1 & X == 1", "Y == 1 & X == 1 & M == 1")]
    assert axes.lines[0].get_ydata() == pytest.approx(expected)
    assert [text.get_text() for text in axes.get_xticklabels()] == ["Y == 1", "X = 1", "M = 1"]


def test_shares_are_at_their_means_before_and_after():
    tree = pt.causal.learn(pt.CausalModel("X -> Y"), [{"X": 1, "Y": 1}], random_seed=1, draws=8)
    axes = pt.plots.learned_shares(tree, ["Y"]).axes[0]
    points = [line for line in axes.lines if len(line.get_xdata()) == 1]
    assert [line.get_xdata()[0] for line in points[::2]] == pytest.approx([0.25] * 4)
    assert [line.get_xdata()[0] for line in points[1::2]] == pytest.approx(tree["summary"]["mean_Y"].values.tolist())
    assert [text.get_text() for text in axes.get_yticklabels()] == ["Y: never", "Y: lowers", "Y: raises", "Y: always"]
    with pytest.raises(pt.UsageError, match="nodes: 'Z'"):
        pt.plots.learned_shares(tree, ["Z"])


def test_sets_that_no_cheaper_set_equals_are_joined():
    m = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"])
    sets = pt.planning.clues(m, ["X", "M"], CAUSED, "Y == 1", {"X": 1, "M": 2})
    axes = pt.plots.variance_by_cost(sets).axes[0]
    others, best = axes.lines
    assert best.get_xydata() == pytest.approx(np.array([[0, 8 / 81], [1, 4 / 45], [3, 1 / 12]]))
    assert others.get_xydata() == pytest.approx(np.array([[2, 5 / 54]]))
    assert [text.get_text() for text in axes.texts] == ["nothing", "X", "X + M"]
