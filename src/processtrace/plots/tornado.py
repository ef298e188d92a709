"""Figure: each item's weight, and the weight at which it would undo the lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from processtrace.plots.bars import bar, beside_bar, weight_axis
from processtrace.plots.labels import case_label, counted, leading_pair, of_items
from processtrace.plots.rows import label_rows
from processtrace.plots.style import INK, ROW, SMALL, drawn, sheet
from processtrace.text.numbers import decibels, probability

if TYPE_CHECKING:
    import xarray as xr


@drawn
def tornado(updated: xr.Dataset, tipping: xr.Dataset, case: str) -> Figure:
    """Weight of each item for the leading explanation against the next, the heaviest first, and where it would tip the lead.

    `tipping` comes from `robustness.tipping(study)`: `weight_db`, `tips_at_db` (decibels) and `tips_at_probability` by
    item. A bar is an item's weight given all the others; the diamond is the weight at which the two explanations tie, all
    else fixed, with the probability of the item under the leading explanation that gives it on the right.
    Raises AnalysisError where no single explanation leads.
    """
    name, (first, second) = case_label(updated, case), leading_pair(updated, case)
    rows = counted(updated, case)
    weight, tips, at = (of_items(tipping, part, rows) for part in ("weight_db", "tips_at_db", "tips_at_probability"))
    order = sorted(range(len(rows)), key=lambda k: -abs(weight[k]) if not np.isnan(weight[k]) else 0.0)
    figure = sheet(
        f"Weight of each item for {first.label} against {second.label}, and the weight that would undo the lead: {name}",
        0.55 + ROW * (len(rows) + 2),
        key=[
            *(
                Patch(facecolor=part.look.colour, hatch=part.look.hatch, edgecolor="white", label=f"favours {part.label}")
                for part in (first, second)
            ),
            Line2D([], [], color=INK, marker="D", markersize=3.6, markerfacecolor="white", linestyle=":", linewidth=0.8, label="tie"),
        ],
        note=f"One judgement changes at a time, all others fixed. Tie at: the probability of the item under {first.label} at which it "
        f"ties with {second.label}; a dash where search or sources keep it from being reached.",
    )
    axes = figure.add_subplot()
    weight_axis(axes, [*weight, *tips], "Weight of evidence given all other items (dB)")
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
