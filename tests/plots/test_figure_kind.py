"""The kinds of figure: one signature, one record each, and a condition that says truly whether there is something to draw.

Deterministic, but for the test of `ci_prob`, whose bound is far above the error of its points.
"""

from __future__ import annotations

import inspect
import math
from functools import cache

import numpy as np
import pytest
from matplotlib.figure import Figure
from mpltern.ternary import TernaryAxes
from scipy.special import expit, logit, ndtri
from strategies.figure_texts import texts

import processtrace as pt
from processtrace import plots, robustness

ONE_PANEL = {"support", "weights", "tornado", "analysts", "simplex", "prior_odds"}
KINDS = list(plots.FIGURES.values())


def study_of(
    *judged: tuple[float, ...], planned: bool = False, analysts: bool = False, tags: bool = False, hypotheses: int = 3
) -> pt.Study:
    """Two cases: the items of the first are judged so, the second has no item that counts."""
    names = [f"h{k}" for k in range(hypotheses)]
    evidence = []
    for k, values in enumerate(judged):
        probability = dict(zip(names, values, strict=True))
        apart = {"ana": probability, "ben": {h: 0.9 * p if h == "h0" else p for h, p in probability.items()} if analysts else {}}
        how = {"judgements": {a: {"probability": one} for a, one in apart.items()}} if analysts else {"probability": probability}
        evidence.append(pt.Evidence(f"e{k}", finding=f"Finding {k}.", tags=["early"] if tags and k == 0 else [], **how))
    if planned:
        evidence.append(pt.Evidence("p", finding="A memo.", status="planned", probability={h: 0.2 + 0.1 * k for k, h in enumerate(names)}))
    people = {"ana": {"label": "Ana"}, "ben": {"label": "Ben"}} if analysts else {}
    return pt.Study(
        "Example",
        hypotheses={h: {"label": f"Explanation {h}"} for h in names},
        cases=[pt.Case("one", label="The first", evidence=evidence), pt.Case("two", label="The second")],
        analysts=people,
    )


def found_of(study: pt.Study) -> dict:
    return {**robustness.analyses(study), "plan": pt.planning.items(study)}


@pytest.fixture(scope="module")
def whole():
    study = study_of((0.6, 0.3, 0.2), (0.3, 0.4, 0.3), planned=True, analysts=True, tags=True)
    return pt.update(study), found_of(study)


def drawn_one(kind, whole, **how) -> Figure:
    data, found = whole
    return kind.draw(data, *(found[name] for name in kind.datasets), *(["one"] if kind.of_case else []), **how)


def test_every_public_function_of_a_study_is_a_kind_of_figure():
    """Those that draw what `update` returns take it first, as `data`."""
    functions = {name for name in plots.__all__ if inspect.isfunction(getattr(plots, name))}
    of_studies = {name for name in functions if next(iter(inspect.signature(getattr(plots, name)).parameters)) == "data"}
    assert of_studies == set(plots.FIGURES)
    for name, kind in plots.FIGURES.items():
        assert kind.draw is getattr(plots, name)
        assert kind.draw.__module__ == f"processtrace.plots.{name}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_figure_has_one_signature(kind):
    parameters = inspect.signature(kind.draw).parameters
    names = list(parameters)
    by_place = [name for name, part in parameters.items() if part.kind is part.POSITIONAL_OR_KEYWORD]
    assert names[0] == "data"
    assert (by_place[1 + len(kind.datasets) :][:1] == ["case"]) is kind.of_case
    assert ("coords" in names) is not kind.of_case
    assert all(
        parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
        for name in ("coords", "page", "width", "title", "figsize", "ax", "ci_prob")
        if name in names
    )
    assert {"figsize", "width", "title"} <= set(names)
    assert ("ax" in names) is (kind.name in ONE_PANEL)
    assert ("ci_prob" in names) is (kind.name == "support")
    for section in ("Parameters", "Returns", "Raises"):
        assert f"{section}\n    ---" in kind.draw.__doc__


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_texts_of_a_kind_are_sentences_with_known_fields(kind):
    for text in (kind.caption, kind.alt, kind.alt_of_case):
        assert not text or (text[0].isupper() and text.endswith("."))
    kind.alt.format(support="x")
    kind.alt_of_case.format(case="x", support="x")


SOME = {
    "all": study_of((0.6, 0.3, 0.2), (0.3, 0.4, 0.3), planned=True, analysts=True),
    "a tie": study_of((0.5, 0.5, 0.2)),
    "one refuted": study_of((0.5, 0.0, 0.2)),
    "two explanations": study_of((0.5, 0.2), hypotheses=2),
    "one explanation": study_of((0.5,), hypotheses=1),
    "only planned": study_of(planned=True),
    "nothing": study_of(),
    "ranges": study_of(((0.5, 0.6), 0.2), hypotheses=2),
}
ALL_CASES = {"support", "dependence", "model_error", "noise"}
EVERY = {"path", "weights", "surprise"}
LED = {"prior_odds"}
DRAWN = {
    "all": ALL_CASES | EVERY | LED | {"plan", "analysts", "simplex"},
    "a tie": ALL_CASES | EVERY | {"simplex"},
    "one refuted": ALL_CASES | EVERY | LED | {"simplex"},
    "two explanations": ALL_CASES | EVERY | LED,
    "one explanation": {"support"},
    "only planned": {"support", "plan"},
    "nothing": {"support"},
    "ranges": ALL_CASES | EVERY | LED | {"tornado", "tilt"},
}


@cache
def everything_of(name: str) -> tuple:
    return pt.update(SOME[name]), found_of(SOME[name])


@pytest.mark.parametrize("name", SOME)
def test_exactly_what_can_be_drawn_is_drawn(name):
    """The kinds of each study are written down; the second case has no item, so that nothing is drawn of it alone."""
    data, found = everything_of(name)
    figures = {key for kind in KINDS for key in kind.figures(data, found)}
    assert figures == {f"{kind}/one" if plots.FIGURES[kind].of_case else kind for kind in DRAWN[name]}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.of_case], ids=lambda kind: kind.name)
@pytest.mark.parametrize("name", SOME)
def test_what_a_function_refuses_is_not_drawable(name, kind):
    data, found = everything_of(name)
    for case in ("one", "two"):
        how = [*(found[part] for part in kind.datasets), case]
        try:
            kind.draw(data, *how)
        except pt.ProcesstraceError:
            assert not kind.drawable(data, *how)


def test_a_kind_without_its_datasets_is_not_drawn(whole):
    data, _ = whole
    assert plots.FIGURES["tornado"].figures(data, {}) == {}
    assert list(plots.FIGURES["path"].figures(data, {})) == ["path/one"]


# Cases


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.of_case], ids=lambda kind: kind.name)
def test_coords_choose_the_cases(kind, whole):
    every, one = drawn_one(kind, whole), drawn_one(kind, whole, coords={"case": "one"})
    assert kind.name == "prior_odds" or "The second" in [text.strip() for text in texts(every)]  # nothing leads there
    assert not [text for text in texts(one) if "The second" in text]
    assert [text for text in texts(one) if "The first" in text]
    both = drawn_one(kind, whole, coords={"case": ["two", "one"]})
    shown = [part for text in texts(both) for part in text.strip().split("\n") if part.strip() in ("The first", "The second")]
    assert {part.strip() for part in shown} == ({"The first"} if kind.name == "prior_odds" else {"The second", "The first"})
    for coords, words in (
        ({"case": "three"}, "no case 'three'; there are one, two"),
        ({"case": []}, "no case is chosen; there are one, two"),
        ({"hypothesis": ["h0"]}, "coords: hypothesis; a figure is drawn of some cases with 'case' alone"),
        ({}, "coords: no dimension"),
    ):
        with pytest.raises(pt.UsageError, match=words):
            drawn_one(kind, whole, coords=coords)


# Size


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_figure_has_the_size_asked_for(kind, whole):
    figure = drawn_one(kind, whole, figsize=(9.0, 6.5))
    assert figure.get_size_inches().tolist() == [9.0, 6.5]
    figure.draw_without_rendering()
    for axes in figure.axes:
        box = axes.get_tightbbox()
        assert box.x0 >= -1
        assert box.x1 <= 901
        assert 0 <= box.y0 < box.y1 <= figure._suptitle.get_window_extent().y0
    with pytest.raises(pt.UsageError, match=r"figsize \(4.0, 0.8\): title, key and note take .* give more height or width"):
        drawn_one(kind, whole, figsize=(4.0, 0.8))


# Axes of the user's own


@pytest.mark.parametrize("name", sorted(ONE_PANEL))
def test_a_figure_of_one_panel_is_drawn_into_given_axes(name, whole):
    """The same marks, bars and texts as in a figure of its own; the layout of the other figure is its owner's."""
    kind = plots.FIGURES[name]
    own = drawn_one(kind, whole)
    figure = Figure(figsize=(16, 12), layout="constrained")
    engine = figure.get_layout_engine()
    ax = figure.add_subplot(2, 2, 1, **({"axes_class": TernaryAxes} if name == "simplex" else {}))
    assert drawn_one(kind, whole, ax=ax) is figure
    assert figure.get_layout_engine() is engine
    assert figure.axes == [ax]
    lines = [[line.get_xydata().tolist() for line in axes.get_lines()] for axes in (own.axes[0], ax)]
    assert lines[0] == lines[1]
    patches = [[patch.get_path().vertices.tolist() for patch in axes.patches] for axes in (own.axes[0], ax)]
    assert patches[0] == patches[1]
    words, given = ({word for word in " ".join(texts(one)).split() if word.isalpha()} for one in (own, figure))
    assert len(words) > 8
    assert words <= given
    with pytest.raises(pt.UsageError, match="figsize and width are of a new figure"):
        drawn_one(kind, whole, ax=ax, figsize=(5, 5))


def test_a_figure_goes_into_a_panel_of_a_subfigure(whole):
    figure = Figure(figsize=(16, 12))
    left, _ = figure.subfigures(1, 2)
    assert drawn_one(plots.FIGURES["weights"], whole, ax=left.add_subplot()) is figure


def test_a_triangle_needs_a_triangle(whole):
    with pytest.raises(pt.UsageError, match=r"ax: Axes; this figure needs axes of mpltern\.\S+\.TernaryAxes"):
        drawn_one(plots.FIGURES["simplex"], whole, ax=Figure().add_subplot())


# The interval


@pytest.mark.parametrize("ci_prob", [0.5, 0.8, 0.9, 0.99])
def test_the_interval_has_the_probability_asked_for(ci_prob):
    """One item, judged from .6 to .9 under one of two explanations and at .1 under the other, against the closed form.

    The log odds of the item's probability are normal; .6 and .9 are the ends of its central 90 %.
    """
    item = pt.Evidence("e", finding="A memo.", probability={"a": (0.6, 0.9), "b": 0.1})
    study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    figure = plots.support(pt.update(study), robustness.ranges(study), ci_prob=ci_prob)
    wide = [line.get_xdata() for line in figure.axes[0].get_lines() if line.get_linewidth() == 4]
    middle, sd = (logit(0.9) + logit(0.6)) / 2, (logit(0.9) - logit(0.6)) / (2 * ndtri(0.95))
    theta = expit(middle + sd * np.array([-1, 1]) * ndtri((1 + ci_prob) / 2))
    support = theta / (theta + 0.1)
    assert np.array(wide) == pytest.approx(np.array([support, 1 - support[::-1]]), abs=2e-3)
    assert any(f"central {math.floor(100 * ci_prob)} %" in text for text in texts(figure))


@pytest.mark.parametrize("ci_prob", [0, 1, 1.5, -0.2])
def test_an_interval_of_no_probability_is_refused(ci_prob, whole):
    with pytest.raises(pt.UsageError, match=r"ci_prob: .*; a probability between 0 and 1"):
        drawn_one(plots.FIGURES["support"], whole, ci_prob=ci_prob)


def test_an_error_that_rounds_to_nothing_is_not_printed_as_0():
    """A lead of .004 dB is lost one time in ten at an error far below .1 dB."""
    from processtrace.plots.noise import FIGURE

    item = pt.Evidence("e", finding="A memo.", probability={"a": 0.5005, "b": 0.5})
    study = pt.Study("Close", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", label="Close case", evidence=[item])])
    said = FIGURE.finding(pt.update(study), pt.robustness.noise(study, [0.0, 0.05, 1.0]))
    assert said == "The lead is least safe in Close case: it holds nine times in ten up to an error of less than 0.1 dB an item."
