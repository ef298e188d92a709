"""Figure: how much uncertainty each set of clues is expected to leave, against what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.plots.sheet import Size, panel
from processtrace.plots.style import COLUMN, FAINT, INK, SMALL, in_style

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


@in_style
def variance_by_cost(
    sets: xr.Dataset, *, width: float | None = None, title: str | bool = True, figsize: Size | None = None, ax: Axes | None = None
) -> Figure:
    """Draw the expected variance of every set of clues against its cost, with those that no cheaper set equals joined and named.

    Parameters
    ----------
    sets : xarray.Dataset
        What `planning.clues` returns.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches; 3.4 by 2.6 by default.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in. If None, a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. Where no cost is stated, the number of clues takes its place.
    """
    costs, label = sets["set_cost"].values, "Cost"
    if not costs.any():
        costs, label = sets["member"].values.sum(axis=1).astype(float), "Number of clues"
    variance = sets["expected_variance"].values
    best: list[int] = []
    for place in np.lexsort((variance, costs)):
        if not best or variance[place] < variance[best[-1]] - 1e-12:
            best.append(int(place))
    figure, axes = panel(
        str(sets.attrs["query"]), 2.0, ax=ax, width=width, title=title, figsize=figsize, usual=COLUMN,
        note="Joined: sets that leave less than any set of the same cost or less.",
    )  # fmt: skip
    others = [k for k in range(len(costs)) if k not in best]
    axes.plot(costs[others], variance[others], color=FAINT, marker="o", markersize=2.6, markerfacecolor="white", linestyle="", zorder=2)
    axes.plot(costs[best], variance[best], color=INK, marker="o", markersize=3.6, drawstyle="steps-post", linewidth=1.0, zorder=3)
    top = float(variance.max()) or 1.0
    for place in best:
        axes.annotate(
            str(sets["planned_set"].values[place]).replace("+", " + "),
            (costs[place], variance[place]),
            (4, 3),
            textcoords="offset points",
            fontsize=SMALL,
        )
    axes.set_ylim(0, 1.15 * top)
    axes.set_xlim(min(0.0, float(costs.min())) - 0.03 * float(np.ptp(costs) or 1), float(costs.max()) + 0.4 * float(np.ptp(costs) or 1))
    axes.grid(axis="y")
    axes.set_xlabel(label)
    axes.set_ylabel("Expected variance")
    return figure
