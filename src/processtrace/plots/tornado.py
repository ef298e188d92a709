"""Figure: the weight of each item, and the weight at which it would undo the lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from processtrace.plots.axes import bar, beside_bar, weight_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import case_label, counted, has_items, leader_of, leading_pair, of_items
from processtrace.plots.rows import first_rows, label_rows
from processtrace.plots.sheet import Size, panel
from processtrace.plots.style import INK, ROW, SMALL, in_style
from processtrace.text.numbers import decibels, probability

if TYPE_CHECKING:
    import xarray as xr


@in_style
def tornado(data: xr.Dataset, tipping: xr.Dataset, case: str, *, figsize: Size | None = None, ax: Axes | None = None) -> Figure:
    """Draw the weight of each item for the leading explanation against the next, the heaviest first, and where it would tip the lead.

    A bar is an item's weight given all the others. The diamond is the weight at which the two explanations tie, all else
    fixed; on the right is the probability of the item under the leading explanation that gives this weight.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    tipping : xarray.Dataset
        What `robustness.tipping(study)` returns: `weight_db` and `tips_at_db` (evidence), decibels, and
        `tips_at_probability` (evidence).
    case : str
        Identifier of the case.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into. They take the title above them, and key and note below. By default a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    UsageError
        If there is no case of this name, or the size is too small.
    AnalysisError
        If no item of the case counts, or no single explanation leads.
    """
    name, (first, second) = case_label(data, case), leading_pair(data, case)
    rows = counted(data, case)
    weight, tips, at = (of_items(tipping, part, rows) for part in ("weight_db", "tips_at_db", "tips_at_probability"))
    order = sorted(range(len(rows)), key=lambda k: -abs(weight[k]) if not np.isnan(weight[k]) else 0.0)
    order, rest = first_rows(order, "heaviest")
    figure, axes = panel(
        f"Weight of each item for {first.label} against {second.label}, and the weight that would undo the lead: {name}",
        0.55 + ROW * (len(order) + 2),
        ax=ax,
        figsize=figsize,
        key=[
            *(
                Patch(facecolor=part.look.colour, hatch=part.look.hatch, edgecolor="white", label=f"favours {part.label}")
                for part in (first, second)
            ),
            Line2D([], [], color=INK, marker="D", markersize=3.6, markerfacecolor="white", linestyle=":", linewidth=0.8, label="tie"),
        ],
        note=f"{rest}One judgement changes at a time, all others fixed. Tie at: the probability of the item under {first.label} at which it "
        f"ties with {second.label}; a dash where search or sources keep it from being reached.",
    )
    weight_axis(axes, [*weight[order], *tips[order]], "Weight of evidence given all other items (dB)")
    low, high = axes.get_xlim()
    for place, k in enumerate(order):
        if np.isfinite(tips[k]):
            end = float(np.clip(weight[k], low, high))
            axes.plot([tips[k], min(end, 0.0)], [place, place], color=INK, linestyle=":", linewidth=0.8, zorder=1.5)
            axes.plot([tips[k]], [place], color=INK, marker="D", markersize=3.6, markerfacecolor="white", linestyle="", zorder=4)
        end = bar(axes, place, weight[k], (first if weight[k] > 0 else second).look)
        beside_bar(axes, place, max(end, 0.0), decibels(weight[k]), 1)
    label_rows(
        axes,
        [rows[k].label for k in order],
        left=[rows[k].date or "undated" for k in order],
        right=["–" if np.isnan(at[k]) else probability(float(at[k])) for k in order],
        columns=("Date", "Tie at"),
        size=SMALL,
    )
    return figure


FIGURE = FigureKind(
    tornado,
    of_case=True,
    caption="How far the judgement of one item would have to move to change the lead.",
    section="robustness",
    drawable=lambda data, _, case: has_items(data, case) and leader_of(data, case) is not None,
    datasets=("tipping",),
)
