"""The reliability diagram as drawn: shares on their forecasts, the diagonal and the band."""

import numpy as np

import processtrace as pt
from processtrace.calibration import reliability


def test_the_line_the_diagonal_and_the_band_are_those_of_the_dataset():
    p = np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.3, 0.7]])
    diagram = reliability(p, np.array([0, 1, 0, 0]), draws=50)
    axes = pt.plots.reliability(diagram, title="Ana").axes[0]
    diagonal, line = axes.lines
    assert diagonal.get_xydata().tolist() == [[0, 0], [1, 1]]
    assert line.get_xdata().tolist() == diagram["forecast"].values.tolist()
    assert line.get_ydata().tolist() == diagram["share"].values.tolist()
    corners = {tuple(point) for point in axes.collections[0].get_paths()[0].vertices.round(12).tolist()}
    for forecast in diagram["forecast"].values:
        for side in ("low", "high"):
            assert (round(float(forecast), 12), round(float(diagram[side].sel(forecast=forecast)), 12)) in corners


def test_it_can_be_drawn_beside_others():
    from matplotlib.figure import Figure

    figure = Figure()
    left, _ = figure.subplots(1, 2)
    diagram = reliability(np.array([[0.9, 0.1]]), np.array([0]), draws=5)
    assert pt.plots.reliability(diagram, ax=left) is figure
