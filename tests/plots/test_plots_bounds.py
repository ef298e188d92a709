"""Figures of many items and many cases stay as large as a page can print, and say what they leave to the tables."""

from __future__ import annotations

import pytest

import processtrace as pt
from processtrace import plots
from processtrace.plots.labels import MOST_CASES
from processtrace.plots.rows import MOST
from processtrace.plots.style import ROW
from processtrace.text.numbers import decibels

ITEMS = 150


@pytest.fixture(scope="module")
def many() -> tuple[pt.Study, object]:
    rows = [{"a": 0.2 + 0.004 * k, "b": 0.5, "c": 0.3} for k in range(ITEMS)]
    items = [pt.Evidence(f"e{k}", finding="F.", label=f"Item {k}", date=f"{1800 + k}", probability=row) for k, row in enumerate(rows)]
    study = pt.Study("Many", hypotheses={h: {} for h in "abc"}, cases=[pt.Case("x", evidence=items)])
    return study, pt.update(study)


def notes_of(figure) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in figure.texts)


def labels_of(figure) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


@pytest.mark.parametrize("kind", ["weights", "surprise"])
def test_a_figure_shows_the_items_that_matter_most(many, kind):
    study, data = many
    found = {name: getattr(pt.robustness, name)(study) for name in plots.FIGURES[kind].datasets}
    figure = plots.FIGURES[kind].draw(data, *found.values(), "x")
    assert len(labels_of(figure)) == MOST
    assert figure.get_size_inches()[1] < 3 + ROW * (MOST + 2)
    assert f"The {MOST} " in notes_of(figure)
    assert f"of {ITEMS} items." in notes_of(figure)


def test_the_heaviest_items_are_shown_and_all_are_summed(many):
    _, data = many
    figure = plots.weights(data, "x", ("a", "b"))
    shown = {int(label.removeprefix("Item ")) for label in labels_of(figure)}
    size = {k: abs(float(data["weight_db"].sel(evidence=f"x/e{k}", hypothesis="a") - data["weight_db"].sel(evidence=f"x/e{k}", hypothesis="b"))) for k in range(ITEMS)}  # fmt: skip
    assert min(size[k] for k in shown) >= max(size[k] for k in size if k not in shown)
    together = float((data["weight_db"].sel(hypothesis="a") - data["weight_db"].sel(hypothesis="b")).sum())
    assert f"All items together: {decibels(together)} dB." in notes_of(figure)


def test_a_long_path_is_drawn_in_steps_and_ends_at_the_posterior(many):
    _, data = many
    figure = plots.path(data, "x")
    assert len(labels_of(figure)) <= MOST + 1
    assert labels_of(figure)[-1] == f"Item {ITEMS - 1}"
    assert "Each row adds 5 items, of which the last is named," in notes_of(figure)
    line = figure.axes[0].get_lines()[0]
    assert line.get_xdata()[-1] == pytest.approx(float(data["posterior"].sel(case="x", hypothesis="a")))
    assert line.get_xdata()[0] == pytest.approx(1 / 3)


def test_a_figure_of_all_cases_shows_the_first_unless_they_are_named():
    item = pt.Evidence("e", finding="F.", probability={"a": 0.6, "b": 0.3})
    study = pt.Study("Cases", hypotheses={"a": {}, "b": {}}, cases=[pt.Case(f"c{k}", evidence=[item]) for k in range(MOST_CASES + 6)])
    data, noise = pt.update(study), pt.robustness.noise(study)
    assert len(plots.noise(data, noise).axes) == MOST_CASES
    assert f"The first {MOST_CASES} of {MOST_CASES + 6} cases." in notes_of(plots.noise(data, noise))
    assert len(plots.noise(data, noise, coords={"case": ["c17", "c3"]}).axes) == 2


@pytest.mark.parametrize("kind", ["weights", "surprise"])
def test_the_pages_of_a_figure_show_every_item_once(many, kind):
    study, data = many
    found = {name: getattr(pt.robustness, name)(study) for name in plots.FIGURES[kind].datasets}
    figures = plots.FIGURES[kind].figures(data, found)
    assert list(figures) == [f"{kind}/x", *(f"{kind}/x/{page}" for page in range(2, ITEMS // MOST + 1))]
    assert sorted(label for figure in figures.values() for label in labels_of(figure)) == sorted(f"Item {k}" for k in range(ITEMS))


def test_the_tornado_has_fifteen_bars_and_one_for_the_rest():
    rows = [{"a": (0.2 + 0.01 * k, 0.3 + 0.01 * k), "b": 0.2} for k in range(20)]
    items = [pt.Evidence(f"e{k}", finding="F.", label=f"Item {k}", probability=row) for k, row in enumerate(rows)]
    study = pt.Study("Ranged", hypotheses={h: {} for h in "ab"}, cases=[pt.Case("x", evidence=items)])
    figure = plots.tornado(pt.update(study), pt.robustness.swings(study), "x")
    assert len(labels_of(figure)) == 16
    assert labels_of(figure)[-1] == "5 others, each at most"
