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


STUDY = pt.Study(
    "Mexico",
    causal={
        "graph": "I -> M -> D <- W; I -> D; P -> M",
        "nodes": {"I": {"label": "Inequality"}, "M": {"label": "Marches", "at": [1, 3]}, "P": {"levels": ["low", "middle", "high"]}},
    },
    hypotheses={"a": {"when": "D[I=1] < D[I=0]"}, "b": {"when": "otherwise"}},
    cases=[
        pt.Case(
            "mexico",
            label="Mexico 1988",
            known={"I": 0, "D": 1},
            sources={"press": {"reliability": 0.8}, "word": {}},
            evidence=[
                pt.Evidence("e1", finding="Marches.", observes={"M": 1}, source="word"),
                pt.Evidence("e2", finding="A loan.", observes={"P": "high"}, source="press"),
                pt.Evidence("e3", finding="A cable.", about="P", probability={"low": 0.1, "middle": 0.3, "high": 0.5}),
                pt.Evidence("e4", finding="A war.", observes={"W": 1}, status="not_found", search_sensitivity=0.7),
                pt.Evidence("e5", finding="Later.", observes={"W": 0}, status="planned"),
                pt.Evidence("e6", finding="By hand.", probability={"a": 0.5, "b": 0.4}),
            ],
        )
    ],
)


def fills(figure):
    """The colour of each node by its place, without rings."""
    discs = [one for one in figure.axes[0].patches if isinstance(one, Circle) and one.get_facecolor()[3] > 0]
    return {tuple(one.center): to_hex(one.get_facecolor()) for one in discs}


def test_a_case_of_a_study_shows_what_is_known_what_clues_show_and_what_they_report():
    figure = pt.plots.graph(STUDY, "mexico")
    texts = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert set(texts) == {"I\n= 0", "M\n= 1", "D\n= 1", "P", "W", "Inequality", "Marches", "high reported;\njudged", "1 not found"}
    colours = {text.split("\n")[0]: fills(figure)[place] for text, place in texts.items() if place in fills(figure)}
    assert colours == {"I": "#d9d9d9", "M": "#d9d9d9", "D": "#d9d9d9", "P": "#f4f4f4", "W": "#f4f4f4"}
    assert texts["M\n= 1"][1] == pytest.approx(3 * 1.4)  # rows stand so far apart where nodes have labels
    assert figure.get_suptitle() == "Mexico 1988"
    said = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert "Filled: what is known of the case, or shown by a clue." in said
    assert "Ringed: the cause and the outcome." in said


def test_a_case_with_a_model_alone_and_a_study_without_a_case():
    figure = pt.plots.graph(STUDY.causal_models[""], STUDY.cases[0])
    assert {text.get_text() for text in figure.axes[0].texts} == {
        "I\n= 0",
        "M\n= 1",
        "D\n= 1",
        "P",
        "W",
        "high reported;\njudged",
        "1 not found",
    }
    assert set(fills(pt.plots.graph(STUDY)).values()) == {"#ffffff"}


def test_a_study_that_can_not_be_drawn_says_why():
    bare = pt.Study("Bare", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x")])
    models = {"one": {"graph": "X -> Y"}, "two": {"graph": "Y -> X"}}
    rivals = pt.Study("Two", causal={"models": models}, hypotheses={"a": {"model": "one"}, "b": {"model": "two"}}, cases=[pt.Case("x")])
    for study, case, name, message in (
        (bare, None, None, "no 'causal' section"),
        (rivals, "x", None, "one of one, two"),
        (rivals, "x", "three", "one of one, two"),
        (STUDY, "peru", None, "one of mexico"),
        (STUDY, None, "one", "there is one model"),
        (MODEL, "mexico", None, "with a study the name of a case"),
    ):
        with pytest.raises(pt.UsageError, match=message):
            pt.plots.graph(study, case, name=name)
    assert "Y" in {text.get_text() for text in pt.plots.graph(rivals, "x", name="two").axes[0].texts}


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
