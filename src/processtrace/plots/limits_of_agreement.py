"""Figure: how far two judges differ about each item, against how much they say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.plots.sheet import Size, panel
from processtrace.plots.style import COLUMN, FAINT, INK, SMALL, in_style
from processtrace.text.numbers import decibels

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


@in_style
def limits_of_agreement(
    pairs: xr.Dataset, *, width: float | None = None, title: str | bool = True, figsize: Size | None = None, ax: Axes | None = None
) -> Figure:
    """Draw the difference of two judges about each item against the mean of both, with the limits of agreement.

    Parameters
    ----------
    pairs : xarray.Dataset
        What `elicitation.limits_of_agreement` returns: `mean_db` and `difference_db` (evidence), `lean_db`, `low_db`, `high_db`.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches; 3.4 by 3.6 by default.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in. If None, a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    References
    ----------
    Bland, J. M., & Altman, D. G. (1986). Statistical methods for assessing agreement between two methods of clinical measurement.
    The Lancet, 327(8476), 307-310. https://doi.org/10.1016/S0140-6736(86)90837-8
    """
    one, other = pairs["judge_label"].values.tolist()
    first, second = pairs["hypothesis_label"].values.tolist()
    figure, axes = panel(
        f"{one} and {other}",
        2.6,
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        usual=COLUMN,
        note=f"Weights of {pairs.sizes['evidence']} items between {first} and {second}. Lines: mean difference and limits of "
        "agreement, which hold about 95 % of items.",
    )
    axes.axhline(0, color=FAINT, linewidth=0.6)
    axes.plot(
        pairs["mean_db"].values, pairs["difference_db"].values, color=INK, marker="o", markersize=2.6, linestyle="", clip_on=False, zorder=3
    )
    for name, dash in (("lean_db", "-"), ("low_db", "--"), ("high_db", "--")):
        value = float(pairs[name])
        if np.isfinite(value):
            axes.axhline(value, color=INK, linewidth=0.9, linestyle=dash)
            where = {"xycoords": ("axes fraction", "data"), "xytext": (3, 0), "textcoords": "offset points"}
            axes.annotate(f"{decibels(value)} dB", (1, value), va="center", fontsize=SMALL, **where)  # type: ignore[arg-type]
    axes.set_xlabel("Mean of both (dB)")
    axes.set_ylabel(f"{one} minus {other} (dB)")
    return figure


def finding(pairs: xr.Dataset) -> str:
    """Return what the figure shows, in one sentence."""
    one, other = pairs["judge_label"].values.tolist()
    first, second = pairs["hypothesis_label"].values.tolist()
    lean, low, high = (decibels(float(pairs[name])) for name in ("lean_db", "low_db", "high_db"))
    return (
        f"{one} minus {other}, for {first} against {second}: {lean} dB an item in the mean, and between {low} and {high} dB for about 95 % "
        f"of {pairs.sizes['evidence']} items."
    )
