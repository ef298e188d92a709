"""Figure: how far two judges differ about each item, against how much they say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.plots.sheet import Size, sheet
from processtrace.plots.style import FAINT, INK, SMALL, in_style
from processtrace.text.numbers import decibels

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

_SPREAD = 1.959963984540054


@in_style
def limits_of_agreement(pairs: xr.Dataset, hypothesis: str, against: str, *, figsize: Size | None = None, ax: Axes | None = None) -> Figure:
    """Draw the difference of two judges about each item against the mean of both, with the limits of agreement.

    Parameters
    ----------
    pairs : xarray.Dataset
        What `elicitation.paired_weights(study, first, second)` returns: `log_likelihood` (evidence, judge, hypothesis), nats.
    hypothesis, against : str
        The two explanations between which the items are weighed, by identifier.
    figsize : tuple of float, optional
        Width and height of the figure in inches; 3.4 by 3.2 by default.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in. If None, a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. Items with an infinite weight are left out.

    References
    ----------
    Bland, J. M., & Altman, D. G. (1986). Statistical methods for assessing agreement between two methods of clinical measurement.
    The Lancet, 327(8476), 307-310. https://doi.org/10.1016/S0140-6736(86)90837-8
    """
    nats = pairs["log_likelihood"]
    with np.errstate(invalid="ignore"):
        weights = (nats.sel(hypothesis=hypothesis).values - nats.sel(hypothesis=against).values) * 10 / np.log(10)
    weights = weights[np.isfinite(weights).all(axis=1)]
    names = dict(zip(pairs["hypothesis"].values.tolist(), pairs["hypothesis_label"].values.tolist(), strict=True))
    one, other = pairs["judge_label"].values.tolist()
    if ax is not None:
        figure = ax.figure
        assert isinstance(figure, Figure)
    else:
        figure = sheet(
            f"{one} and {other}",
            3.0,
            note=f"Weights of {len(weights)} items between {names[hypothesis]} and {names[against]}. Lines: mean difference and "
            "limits of agreement, which hold about 95 % of items.",
            figsize=figsize or (3.4, 3.2),
        )
        ax = figure.subplots()
    apart, mean = weights[:, 0] - weights[:, 1], weights.mean(axis=1)
    ax.axhline(0, color=FAINT, linewidth=0.6)
    ax.plot(mean, apart, color=INK, marker="o", markersize=2.6, linestyle="", clip_on=False, zorder=3)
    if len(apart):
        lean, sd = float(apart.mean()), float(apart.std(ddof=1)) if len(apart) > 1 else float("nan")
        for value, dash in ((lean, "-"), (lean - _SPREAD * sd, "--"), (lean + _SPREAD * sd, "--")):
            if np.isfinite(value):
                ax.axhline(value, color=INK, linewidth=0.9, linestyle=dash)
                ax.annotate(
                    f"{decibels(value)} dB",
                    (1, value),
                    xycoords=("axes fraction", "data"),
                    xytext=(3, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=SMALL,
                )
    ax.set_xlabel("Mean of both (dB)")
    ax.set_ylabel(f"{one} minus {other} (dB)")
    return figure
