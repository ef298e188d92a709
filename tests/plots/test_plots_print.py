"""What a journal asks of a figure, of every kind: the width of a column or a page, text of 7 points or more, 9 inches at most.

Deterministic.
"""

from __future__ import annotations

import inspect
import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import processtrace as pt
from processtrace import causal, planning, plots, robustness

LABEL = "Wages of US$5 to US$9 paid to commanders"
WIDTHS = (3.4, 7.0)


@pytest.fixture(scope="module")
def everything() -> dict[str, tuple]:
    """Fourteen cases with long labels, the first with 45 items of two judges and three planned ones; what each kind is drawn from."""
    rng = np.random.default_rng(4)

    def judged() -> dict[str, tuple[float, float]]:
        low = rng.uniform(0.1, 0.6, 3)
        return {h: (float(p), float(p) + 0.2) for h, p in zip("abc", low, strict=True)}

    def items(count: int) -> list[pt.Evidence]:
        return [
            pt.Evidence(f"e{k}", finding="F.", label=LABEL, date=f"{1950 + k}", tags=["t"] if k < 3 else [],
                        judgements={"ana": {"probability": judged()}, "ben": {"probability": judged()}})
            for k in range(count)
        ]  # fmt: skip

    planned = [
        pt.Evidence(f"p{k}", finding="F.", label=LABEL, status="planned", probability={"a": 0.7, "b": 0.2, "c": 0.4}) for k in range(3)
    ]
    study = pt.Study(
        "Printed",
        hypotheses={h: {"label": f"Survival of the leader {h.upper() * 3}"} for h in "abc"},
        tags={"t": {"label": "Items on hard power"}},
        analysts={"ana": {"label": "Ana"}, "ben": {"label": "Ben"}},
        cases=[
            pt.Case(f"c{k}", label=f"Democratic Republic {k}", evidence=[*items(45 if k == 0 else 3), *(planned if k == 0 else [])])
            for k in range(14)
        ],
    )
    data = pt.update(study)
    of = robustness.analyses(study) | {"plan": planning.items(study)}
    return {
        kind.name: (kind, data, [of[name] for name in kind.datasets], ["c0"] if kind.of_case else []) for kind in plots.FIGURES.values()
    }


@pytest.fixture(scope="module")
def others() -> dict[str, object]:
    """Figures that are not of a study's posterior, as functions of how they are drawn."""
    model = causal.CausalModel("X -> M -> Y; X -> Y")
    learned = causal.learn(causal.CausalModel("X -> Y"), [{"X": 1, "Y": 1}, {"X": 0, "Y": 0}], draws=50)
    clues = planning.clues(model, ["M"], "Y[X=1] > Y[X=0]", given="X == 1 & Y == 1")
    chance = np.linspace(0.05, 0.95, 40)
    diagram = pt.calibration.reliability(np.column_stack([chance, 1 - chance]), np.arange(40) % 2)
    return {
        "graph": lambda **how: plots.graph(model, cause="X", outcome="Y", **how),
        "clue_path": lambda **how: plots.clue_path(model, "Y[X=1] > Y[X=0]", {"M": 1}, given="X == 1 & Y == 1", **how),
        "learned_shares": lambda **how: plots.learned_shares(learned, **how),
        "variance_by_cost": lambda **how: plots.variance_by_cost(clues, **how),
        "reliability": lambda **how: plots.reliability(diagram, **how),
    }


def held(figure: Figure, width: float) -> None:
    """Hold what a journal asks of a figure."""
    assert figure.get_size_inches()[0] == pytest.approx(width)
    assert figure.get_size_inches()[1] <= 9
    shown = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in shown) >= 7
    figure.draw_without_rendering()
    drawn = figure.get_tightbbox()
    assert -0.03 <= drawn.x0 <= drawn.x1 <= width + 0.03
    assert -0.03 <= drawn.y0 <= drawn.y1 <= figure.get_size_inches()[1] + 0.03


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", plots.FIGURES)
def test_a_figure_of_a_study_can_be_printed(everything, name, width):
    kind, data, found, case = everything[name]
    assert kind.drawable(data, *found, *case)
    held(kind.draw(data, *found, *case, width=width), width)
    bare = kind.draw(data, *found, *case, width=width, title=False)
    assert bare.get_suptitle() == ""
    assert kind.draw(data, *found, *case, width=width, title="One of mine").get_suptitle() == "One of mine"
    assert bare.get_size_inches()[1] < kind.draw(data, *found, *case, width=width).get_size_inches()[1]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["graph", "clue_path", "learned_shares", "variance_by_cost", "reliability"])
def test_any_other_figure_can_be_printed(others, name, width):
    held(others[name](width=width), width)
    assert others[name](width=width, title=False).get_suptitle() == ""


def test_every_plot_function_takes_width_and_title():
    for name in plots.__all__:
        if inspect.isfunction(getattr(plots, name)) and name != "save":
            parameters = inspect.signature(getattr(plots, name)).parameters
            assert parameters["width"].default is None, name
            assert parameters["title"].default is True, name


def test_the_main_figure_of_five_cases_is_readable_at_the_size_of_a_column(everything):
    """3.4 by 2 inches, with title and key: five rows of text that do not touch."""
    _, data, found, _ = everything["support"]
    figure = plots.support(data, *found, coords={"case": [f"c{k}" for k in range(5)]}, figsize=(3.4, 2.0), title=False)
    figure.draw_without_rendering()
    boxes = sorted((label.get_window_extent() for label in figure.axes[0].get_yticklabels()), key=lambda box: box.y0)
    assert len(boxes) == 5
    assert all(low.y1 <= high.y0 + 1 for low, high in itertools.pairwise(boxes))


@pytest.mark.parametrize("name", plots.FIGURES)
def test_a_finding_is_one_sentence_with_labels(everything, name):
    kind, data, found, case = everything[name]
    said = kind.finding(data, *found, *case)
    assert said[0].isupper() or said[0] == "“"
    assert said.endswith((".", ").")), said
    assert not [word for word in said.replace("“", " ").split() if word in {"c0", "e0", "b", "c"}], said
