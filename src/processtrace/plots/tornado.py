"""Figure: how far the lead swings when each judgement runs over its own range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from processtrace.logspace import Array
from processtrace.plots.axes import label_below
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import case_label, counted, has_items, lead_db, leader_of, leading_pair, of_items
from processtrace.plots.rows import fitted, label_rows
from processtrace.plots.sheet import Size, inches, panel
from processtrace.plots.style import FAINT, INK, SMALL, in_style
from processtrace.text.numbers import decibels

if TYPE_CHECKING:
    import xarray as xr

LARGEST = 15
"""Items that have a bar of their own."""


@in_style
def tornado(
    data: xr.Dataset,
    swings: xr.Dataset,
    case: str,
    *,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw how far the lead swings when the judgement of each item runs over its own range, the largest swing first.

    A bar goes from the lowest to the highest lead, all else fixed. The fifteen largest have a bar each; the last bar is the
    largest swing to each side of all the others. To the left of 0 another explanation leads.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    swings : xarray.Dataset
        What `robustness.swings(study)` returns: `lowest_db` and `highest_db` (evidence), decibels.
    case : str
        Identifier of the case.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
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
    items, whole = counted(data, case), lead_db(data, case)
    ends = _ends(swings, data, case)
    order = np.argsort(-np.nan_to_num(_widths(ends), nan=-1.0, posinf=np.inf), kind="stable")
    bars = [(items[k].label, ends[k]) for k in order[:LARGEST]]
    if len(rest := order[LARGEST:]):
        others = ends[rest]
        bars.append((f"{len(rest)} others, each at most", np.array([np.nanmin(others[:, 0]), np.nanmax(others[:, 1])])))
    labels = fitted([label for label, _ in bars], inches(width, figsize), SMALL)
    figure, axes = panel(
        f"How far the judgement of each item swings the lead of {first.label}: {name}",
        0.5 + labels.height * (len(bars) + 1),
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        key=[
            Patch(facecolor=first.look.colour, hatch=first.look.hatch, edgecolor="white", label=f"{first.label} leads"),
            *([Patch(facecolor=FAINT, label="another leads")] if min(pair[0] for _, pair in bars) < 0 else []),
            Line2D([], [], color=INK, linestyle=":", linewidth=0.9, label="as judged"),
        ],
        note=f"The lead over the best rival, at present {second.label}, as the judgement of one item runs over its own range and all else "
        "stays as it is.",
    )
    known = np.array([0.0, *([whole] if np.isfinite(whole) else []), *(end for _, pair in bars for end in pair if np.isfinite(end))])
    room = 0.08 * max(1.0, float(np.ptp(known)))
    low, high = float(known.min()) - room, float(known.max()) + room
    axes.set_xlim(low, high)
    printed = []
    for row, (_, pair) in enumerate(bars):
        least, most = np.clip(np.nan_to_num(pair, nan=np.clip(whole, low, high)), low, high)
        if least < 0:
            axes.barh(row, min(most, 0.0) - least, left=least, height=0.68, facecolor=FAINT, linewidth=0, zorder=2)
        if most > 0:
            start = max(least, 0.0)
            axes.barh(
                row,
                most - start,
                left=start,
                height=0.68,
                facecolor=first.look.colour,
                hatch=first.look.hatch,
                edgecolor="white",
                linewidth=0,
                zorder=2,
            )
        printed.append("–" if np.isnan(pair).any() else f"{decibels(float(pair[0]))} to {decibels(float(pair[1]))}")
    axes.axvline(0, color=INK, linewidth=0.6, zorder=3)
    rim = [withStroke(linewidth=1.8, foreground="white", dashes={"dash_offset": 0, "dash_list": None})]  # seen on dark bars too
    axes.axvline(float(np.clip(whole, low, high)), color=INK, linestyle=":", linewidth=0.9, zorder=3, path_effects=rim)
    label_below(axes, "Lead over the best rival (dB)")
    axes.grid(axis="x")
    label_rows(axes, labels.lines, right=printed, columns=("", "Lead (dB)"), size=SMALL)
    return figure


def _ends(swings: xr.Dataset, data: xr.Dataset, case: str) -> Array:
    rows = counted(data, case)
    return np.column_stack([of_items(swings, name, rows) for name in ("lowest_db", "highest_db")])


def _widths(ends: Array) -> Array:
    """Return how far each lead swings, in decibels: 0 where both ends are the same, also where the lead stays infinite."""
    lowest, highest = ends.T
    return np.asarray(np.subtract(highest, lowest, out=np.zeros(len(ends)), where=lowest != highest))


def _swinging(data: xr.Dataset, swings: xr.Dataset, case: str) -> bool:
    """Return whether some judgement of a case has a range."""
    return has_items(data, case) and leader_of(data, case) is not None and bool((_widths(_ends(swings, data, case)) > 0).any())


def _finding(data: xr.Dataset, swings: xr.Dataset, case: str) -> str:
    ends, rows, (first, _) = _ends(swings, data, case), counted(data, case), leading_pair(data, case)
    widest = int(np.nanargmax(_widths(ends)))
    turning = int((ends[:, 0] <= 0).sum())
    said = "no single judgement turns it within its range" if not turning else f"{turning} of {len(rows)} judgements alone can turn it"
    low, high = (decibels(float(end)) for end in ends[widest])
    return f"“{rows[widest].label}” swings the lead of {first.label} most, from {low} to {high} dB; {said}."


FIGURE = FigureKind(
    tornado,
    of_case=True,
    caption="How far the lead swings when the judgement of each item runs over its own range.",
    section="robustness",
    drawable=_swinging,
    finding=_finding,
    main=True,
    datasets=("swings",),
)
