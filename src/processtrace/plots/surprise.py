"""Figure: how surprising each item is, given the rest of the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.plots.axes import label_below
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import case_label, counted, has_items, has_rivals, items, of_items
from processtrace.plots.rows import fitted, label_rows, most_rows, pages_of, rows_of_page
from processtrace.plots.sheet import Size, inches, sheet
from processtrace.plots.style import FAINT, INK, SMALL, in_style

if TYPE_CHECKING:
    import xarray as xr


@in_style
def surprise(
    data: xr.Dataset,
    prediction_bits: xr.Dataset,
    case: str,
    *,
    page: int = 1,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
) -> Figure:
    """Draw the surprise of each item of a case in bits, given all other items, the largest excess first.

    The bits grow with the detail in which a finding is described; the excess does not.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    prediction_bits : xarray.Dataset
        What `robustness.prediction_bits(study)` returns: `bits` (evidence), -log2 of the probability that the other items
        give to this one, and `excess` (evidence), what remains of it beyond the explanation that predicts the item best.
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
        If no item of the case counts.
    """
    name, rows = case_label(data, case), counted(data, case)
    bits, excess = (of_items(prediction_bits, part, rows) for part in ("bits", "excess"))
    order = sorted(range(len(rows)), key=lambda k: (-np.nan_to_num(excess[k], nan=-1.0), k))
    wide = inches(width, figsize)
    order, rest = rows_of_page(order, "most surprising", page, most_rows(wide))
    labels = fitted([rows[k].label for k in order], wide, SMALL)
    figure = sheet(
        f"Surprise of each item, given all others: {name}",
        0.67 + labels.height * (len(order) + 2),
        note=f"{rest}One bit is the surprise of one toss of a fair coin. Total surprise depends on how finely a finding is described; the excess beyond the "
        "explanation that predicts the item best does not.",
        width=width,
        title=title,
        figsize=figsize,
    )
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, values, label, colour in (
        (left, excess, "Excess beyond the\nbest explanation (bits)", INK),
        (right, bits, "Surprise in all\n(bits)", FAINT),
    ):
        known = values[np.isfinite(values)]
        top = max(1.0, 1.08 * float(known.max(initial=0.0)))
        axes.set_xlim(0, top)
        label_below(axes, label)
        axes.grid(axis="x")
        for place, k in enumerate(order):
            end = float(np.clip(values[k], 0, top)) if not np.isnan(values[k]) else np.nan
            axes.plot([0, end], [place, place], color=colour, linewidth=0.9, zorder=2)
            axes.plot([end], [place], color=colour, marker="o", markersize=3.6, linestyle="", clip_on=False, zorder=3)
    label_rows(
        left,
        labels.lines,
        left=[rows[k].date or "undated" for k in order] if labels.dates else (),
        beside=[right],
        columns=("Date" if labels.dates else "", ""),
        size=SMALL,
    )
    return figure


def _finding(data: xr.Dataset, prediction_bits: xr.Dataset, case: str) -> str:
    rows = items(data, case)
    excess = np.nan_to_num(of_items(prediction_bits, "excess", rows), nan=-1.0)
    most = int(np.argmax(excess))
    return f"“{rows[most].label}” surprises most: {max(float(excess[most]), 0.0):.1f} bits beyond the explanation that predicts it best."


FIGURE = FigureKind(
    surprise,
    of_case=True,
    caption="How surprising each item was, given the others.",
    section="robustness",
    drawable=lambda data, _, case: has_rivals(data) and has_items(data, case),
    finding=_finding,
    pages=lambda data, _, case: pages_of(len(items(data, case))),
    datasets=("prediction_bits",),
)
