"""Figure: whether what was called probable happens as often as that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from processtrace.plots.sheet import Size, inches, panel
from processtrace.plots.style import COLUMN, FAINT, INK, in_style

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


@in_style
def reliability(
    diagram: xr.Dataset, *, width: float | None = None, title: str | bool = True, figsize: Size | None = None, ax: Axes | None = None
) -> Figure:
    """Draw a reliability diagram: the share of right answers at each probability, beside where it should be.

    Parameters
    ----------
    diagram : xarray.Dataset
        What `calibration.reliability` returns: `share`, `count`, `low` and `high` by `forecast`, all probabilities but `count`.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches; 3.4 by 3.9 by default.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in. If None, a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    References
    ----------
    Dimitriadis, T., Gneiting, T., & Jordan, A. I. (2021). Stable reliability diagrams for probabilistic classifiers.
    Proceedings of the National Academy of Sciences, 118(8), e2016191118. https://doi.org/10.1073/pnas.2016191118
    """
    share = f"{100 * diagram.attrs['ci_prob']:g} %"
    figure, axes = panel(
        "Reliability of the judgements",
        min(3.2, inches(width, figsize, COLUMN) - 0.5),
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        usual=COLUMN,
        note=f"Shaded: where {share} of the points would lie if the probabilities were right.",
    )
    forecast = diagram["forecast"].values
    axes.fill_between(forecast, diagram["low"].values, diagram["high"].values, color=FAINT, alpha=0.35, linewidth=0)
    axes.plot([0, 1], [0, 1], color=INK, linestyle=":", linewidth=0.9)
    axes.plot(forecast, diagram["share"].values, color=INK, linewidth=1.1, marker="o", markersize=2.4, clip_on=False)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    axes.set_xlabel("Probability given by the judge")
    axes.set_ylabel("Share that was right")
    return figure
