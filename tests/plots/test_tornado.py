"""The tornado of swings where the lead is infinite, in closed form. Deterministic."""

from __future__ import annotations

import numpy as np
from matplotlib.text import Text

import processtrace as pt
from processtrace import plots, robustness
from processtrace.plots.tornado import FIGURE


def drawn_of(*rows: dict[str, float | tuple[float, float]]):
    """The update and the swings of a study with these probabilities, an item each."""
    items = [pt.Evidence(f"e{k}", finding="F.", label=f"Finding {k}", probability=row) for k, row in enumerate(rows)]
    study = pt.Study("Zeros", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    return pt.update(study), robustness.swings(study)


def test_a_lead_that_stays_infinite_does_not_swing():
    """B is refuted whatever the first item is worth: both ends of every lead are infinite, and the study draws no figure; one that is asked for prints what it is."""
    updated, swings = drawn_of({"a": (0.2, 0.8), "b": 0.5}, {"a": 0.5, "b": 0.0})
    assert np.isposinf([swings["lowest_db"], swings["highest_db"]]).all()
    assert not FIGURE.drawable(updated, swings, "x")
    figure = plots.tornado(updated, swings, "x")
    assert [text.get_text() for text in figure.findobj(Text)].count("∞ to ∞") == 2
    assert "from ∞ to ∞ dB" in FIGURE.finding(updated, swings, "x")


def test_the_line_of_the_present_lead_is_seen_on_dark_bars():
    """Light and dark pixels take turns where the line crosses the bar, and the bar beside it has one colour."""
    updated, swings = drawn_of({"a": (0.4, 0.8), "b": 0.2}, {"a": (0.5, 0.7), "b": 0.5})
    figure = plots.tornado(updated, swings, "x")
    figure.set_dpi(300)
    figure.draw_without_rendering()
    figure.canvas.draw()
    grey = np.asarray(figure.canvas.buffer_rgba())[..., :3].mean(axis=2)
    axes = figure.axes[0]
    bar = max(axes.patches, key=lambda patch: patch.get_width()).get_window_extent()
    (line,) = [line for line in axes.lines if line.get_linestyle() == ":"]
    at = round(axes.transData.transform((line.get_xdata()[0], 0))[0])
    rows = slice(round(len(grey) - bar.y1) + 3, round(len(grey) - bar.y0) - 3)
    assert np.ptp(grey[rows, at]) > 100
    assert np.ptp(grey[rows, at + 12]) < 1
