"""Figure: the expected information of each planned item, and the support after it is found or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from processtrace.errors import AnalysisError
from processtrace.inference.update import CASE
from processtrace.plots.axes import label_below, probability_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import case_label, hypotheses, marks_of
from processtrace.plots.rows import fitted, label_rows, most_rows, pages_of, rows_of_page
from processtrace.plots.sheet import Size, inches, sheet
from processtrace.plots.style import FAINT, INK, PAGE, SMALL, in_style

if TYPE_CHECKING:
    import xarray as xr

_LINE = 0.085
"""Height of one explanation's line within a row, in inches."""


@in_style
def plan(
    data: xr.Dataset,
    planned: xr.Dataset,
    case: str,
    *,
    page: int = 1,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
) -> Figure:
    """Draw the expected information of each planned item of a case, the most informative first, with the support after each outcome.

    Left panel: bits. Right panel: for each explanation its support if the item is found (filled mark) and if it is not
    (open mark), with a tick at its present support.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    planned : xarray.Dataset
        What `planning.items(study)` returns: `information_bits` (planned), `chance` (planned, outcome), `posterior`
        (planned, outcome, hypothesis), `present` (case, hypothesis), `present_bits` (case).
    case : str
        Identifier of the case.
    page : int
        The page of the figure, from 1: a case with many items has several.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    UsageError
        If there is no case of this name, or the size is too small.
    AnalysisError
        If the case plans no item.
    """
    name, every = case_label(data, case), hypotheses(data)
    rows = [int(k) for k in np.flatnonzero(planned["planned_case"].values == case)]
    if not rows:
        raise AnalysisError(f"case '{case}' plans no item; write 'status: planned' for what is to be looked for")
    wide = inches(width, figsize)
    rows = sorted(rows, key=lambda k: -float(planned["information_bits"].values[k]))
    rows, rest = rows_of_page(rows, "most informative", page, most_rows(wide, _height(len(every))))
    labels = fitted([str(planned["planned_label"].values[k]) for k in rows], wide, SMALL)
    bits = planned["information_bits"].values[rows]
    height = max(_height(len(every)), labels.height)
    figure = sheet(
        f"Expected information of each planned item: {name}",
        0.75 + height * len(rows),
        key=[
            *marks_of(every),
            Line2D([], [], color=FAINT, marker="o", linestyle="", label="found"),
            Line2D([], [], color=FAINT, marker="o", markerfacecolor="white", markeredgewidth=0.8, linestyle="", label="not found"),
            Line2D([], [], color=INK, marker="|", markersize=6, linestyle="", label="now"),
        ],
        note=f"{rest}Expected information: mutual information of the explanation and the outcome of the search, under the present support. "
        f"At most {float(planned['present_bits'].sel({CASE: case})):.2f} bits can be learned here. The percentage is the chance of finding the item.",
        width=width,
        title=title,
        figsize=figsize,
    )
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(2, 3))
    top = max(0.01, float(bits.max()) * 1.3)
    left.set_xlim(0, top)
    label_below(left, "Expected information (bits)")
    left.grid(axis="x")
    probability_axis(right)
    present = planned["present"].sel({CASE: case}).values
    for place, k in enumerate(rows):
        left.barh(place, bits[place], height=0.5, facecolor=FAINT, linewidth=0, zorder=2)
        left.annotate(
            f"{bits[place]:.2f}", (bits[place], place), xytext=(3, 0), textcoords="offset points", va="center_baseline", fontsize=SMALL
        )
        missed, found = planned["posterior"].values[k]
        for h, part in enumerate(every):
            at = place + (h - (len(every) - 1) / 2) * _LINE / height
            ends = [value for value in (missed[h], found[h]) if np.isfinite(value)]
            right.plot(ends, [at] * len(ends), color=part.look.colour, linewidth=0.9, zorder=2)
            right.plot([present[h]], [at], color=INK, marker="|", markersize=5, linestyle="", zorder=3)
            style = {"color": part.look.colour, "marker": part.look.marker, "markersize": 3.6, "linestyle": "", "clip_on": False}
            right.plot([missed[h]], [at], markerfacecolor="white", markeredgewidth=0.8, zorder=4, **style)
            right.plot([found[h]], [at], zorder=5, **style)
    label_rows(
        left,
        labels.lines,
        right=[f"{100 * planned['chance'].values[k, 1]:.0f} %" for k in rows],
        beside=[right],
        columns=("", "Chance"),
        size=SMALL,
    )
    return figure


def _height(count: int) -> float:
    """Return the height of a row for so many explanations, in inches."""
    return _LINE * count + 0.07


def _finding(_: xr.Dataset, planned: xr.Dataset, case: str) -> str:
    rows = np.flatnonzero(planned["planned_case"].values == case)
    best = rows[int(np.argmax(planned["information_bits"].values[rows]))]
    bits = float(planned["information_bits"].values[best])
    return f"“{planned['planned_label'].values[best]}” can be expected to teach most: {bits:.2f} bits."


FIGURE = FigureKind(
    plan,
    of_case=True,
    caption="The expected information of each planned item, with the support after each outcome.",
    section="case",
    drawable=lambda _, planned, case: case in planned["planned_case"].values,
    finding=_finding,
    main=True,
    pages=lambda data, planned, case: pages_of(
        int((planned["planned_case"].values == case).sum()), most_rows(PAGE, _height(len(hypotheses(data))))
    ),
    datasets=("plan",),
)
