"""Figure: how surprising each item is, given the rest of the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.plots.labels import case_label, counted, of_items
from processtrace.plots.rows import label_rows
from processtrace.plots.style import FAINT, INK, ROW, SMALL, drawn, sheet

if TYPE_CHECKING:
    import xarray as xr


@drawn
def surprise(updated: xr.Dataset, prediction_bits: xr.Dataset, case: str) -> Figure:
    """Surprise of each item of a case in bits, given all other items, the largest excess first.

    `prediction_bits` comes from `robustness.prediction_bits(study)`: `bits`, -log2 of the probability that the other items
    give to this one, and `excess`, what remains of it beyond the explanation that predicts the item best. The bits grow
    with the grain of a finding; the excess has no scale.
    """
    name, rows = case_label(updated, case), counted(updated, case)
    bits, excess = (of_items(prediction_bits, part, rows) for part in ("bits", "excess"))
    order = sorted(range(len(rows)), key=lambda k: (-np.nan_to_num(excess[k], nan=-1.0), k))
    figure = sheet(
        f"Surprise of each item, given all others: {name}",
        0.67 + ROW * (len(rows) + 2),
        note="One bit is the surprise of a coin's fall. Total surprise depends on how finely a finding is described; the excess beyond the "
        "explanation that predicts the item best does not.",
    )
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, values, label, colour in (
        (left, excess, "Excess beyond the\nbest explanation (bits)", INK),
        (right, bits, "Surprise in all\n(bits)", FAINT),
    ):
        known = values[np.isfinite(values)]
        top = max(1.0, 1.08 * float(known.max(initial=0.0)))
        axes.set_xlim(0, top)
        axes.set_xlabel(label)
        axes.grid(axis="x")
        for place, k in enumerate(order):
            end = float(np.clip(values[k], 0, top)) if not np.isnan(values[k]) else np.nan
            axes.plot([0, end], [place, place], color=colour, linewidth=0.9, zorder=2)
            axes.plot([end], [place], color=colour, marker="o", markersize=3.6, linestyle="", clip_on=False, zorder=3)
    label_rows(
        left,
        [rows[k].label for k in order],
        left=[rows[k].date or "undated" for k in order],
        beside=[right],
        columns=("Date", ""),
        size=SMALL,
    )
    return figure
