"""Figure: the shares of a causal model before and after the cases that they were learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from processtrace.causal.learned import model_from_text
from processtrace.errors import UsageError
from processtrace.plots.rows import fitted
from processtrace.plots.sheet import Size, inches, sheet
from processtrace.plots.style import COLUMN, FAINT, INK, ROW, in_style

if TYPE_CHECKING:
    import xarray as xr

MOST_ROWS = 36
"""Shares that one figure shows."""


@in_style
def learned_shares(
    tree: xr.DataTree,
    nodes: Sequence[str] | None = None,
    *,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
) -> Figure:
    """Draw the mean and the standard deviation of every share, after the cases and before them.

    Parameters
    ----------
    tree : xarray.DataTree
        What `causal.learn` returns.
    nodes : sequence of str, optional
        The nodes whose shares are shown; all where left out, up to 36 shares.
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
        If a name is no node of the model, or there are more than 36 shares.
    """
    model, summary = model_from_text(tree.attrs["model"]), tree["summary"].dataset
    chosen = list(model.nodes) if nodes is None else list(nodes)
    for node in chosen:
        if node not in model.graph.parents:
            raise UsageError(f"nodes: '{node}'; nodes of the model: {', '.join(model.nodes)}")
    rows: list[tuple[str, float, float, float, float]] = []
    for node in chosen:
        words, table = model.types(node), [summary[f"{name}_{node}"].values.ravel() for name in ("mean", "sd", "prior_mean", "prior_sd")]
        given = words["given"] if "given" in words else [""] * len(words)
        for label, said, where, *values in zip(words["label"], words["words"], given, *table, strict=True):
            name = f"{node}: {said if len(said) <= 24 else label}" if said != label else f"{node} = {label}"
            mean, sd, prior, prior_sd = map(float, values)
            rows.append((f"{name} ({where})" if where else name, mean, sd, prior, prior_sd))
    if len(rows) > MOST_ROWS:
        raise UsageError(f"{len(rows)} shares; a figure shows {MOST_ROWS}; name fewer nodes")
    key = [
        Line2D([], [], color=INK, marker="o", linewidth=1.1, label="After the cases"),
        Line2D([], [], color=FAINT, marker="o", markerfacecolor="white", linewidth=0.9, label="Before"),
    ]
    labels = fitted([row[0] for row in rows], inches(width, figsize, COLUMN))
    figure = sheet(
        "Shares learned from cases",
        0.5 + max(1.35 * ROW, labels.height) * len(rows),
        key=key,
        note="Points: means. Lines: one standard deviation to each side.",
        width=width,
        title=title,
        figsize=figsize,
        usual=COLUMN,
    )
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1]
    for place, (_, mean, sd, prior, prior_sd) in zip(places, rows, strict=True):
        for centre, spread, shift, colour, face in ((prior, prior_sd, -0.18, FAINT, "white"), (mean, sd, 0.12, INK, INK)):
            ends = [max(0.0, centre - spread), min(1.0, centre + spread)]
            axes.plot(ends, [place + shift] * 2, color=colour, linewidth=1.0, zorder=2)
            axes.plot([centre], [place + shift], color=colour, marker="o", markersize=3.4, markerfacecolor=face, linestyle="", zorder=3)
    axes.set_yticks(places, labels.lines)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("Share")
    return figure
