"""Figure: support as the errors of all judgements under one explanation lean together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, chosen_cases, first_change, has_items, has_rivals, hypotheses, key_of
from processtrace.plots.sheet import Size, panels
from processtrace.plots.style import in_style

if TYPE_CHECKING:
    import xarray as xr


@in_style
def tilt(
    data: xr.Dataset,
    leaning: xr.Dataset,
    *,
    coords: Coords | None = None,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
) -> Figure:
    """Draw the support of every explanation, and its central 90 %, along the correlation of the errors of its judgements.

    One panel a case. At 0 the errors are independent; at 1 all judgements under an explanation err alike.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    leaning : xarray.Dataset
        What `robustness.tilt(study)` returns: `posterior`, `low` and `high` (case, correlation, hypothesis), probabilities.
    coords : mapping, optional
        The cases to show, `{"case": "poland"}` or `{"case": ["poland", "latvia"]}`; all cases by default.
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
        If `coords` names another dimension or an unknown case, or if the size is too small.
    """
    chosen = chosen_cases(data, coords)
    every = hypotheses(data)
    r = np.asarray(leaning["correlation"].values, float)
    figure, each = panels(
        list(chosen.values()),
        "Support as errors of judgement lean together",
        key_of(every),
        "Bands, with thin edges: the central 90 % of the posterior, if the log odds of all judgements under an explanation err with this correlation.",
        "Correlation of errors",
        "Support (posterior probability)",
        width=width,
        title=title,
        figsize=figsize,
    )
    for axes, name in zip(each, chosen, strict=True):
        values = {key: leaning[key].sel({CASE: name}).transpose("correlation", HYPOTHESIS).values for key in ("posterior", "low", "high")}
        for k, part in enumerate(every):
            colour, dash = part.look.colour, part.look.dash
            band = axes.fill_between(
                r, values["low"][:, k], values["high"][:, k], facecolor=(colour, 0.14), edgecolor=colour, linewidth=0.5
            )
            band.set_linestyle(dash)
            axes.plot(r, values["posterior"][:, k], color=colour, linestyle=dash)
        axes.set_xlim(float(r.min()) - 0.02, float(r.max()) + 0.02)
    return figure


def _finding(data: xr.Dataset, leaning: xr.Dataset) -> str:
    change = first_change(data, leaning, "correlation")
    if change is None:
        return "No other explanation comes to lead in any case."
    case, leader, at = change
    return f"{case} changes first: {leader} leads where errors correlate by {at:.2g}."


FIGURE = FigureKind(
    tilt,
    of_case=False,
    caption="Support as the errors of all judgements under one explanation lean together more and more.",
    section="robustness",
    drawable=lambda data, leaning: has_rivals(data) and has_items(data) and bool((leaning["low"] != leaning["high"]).any()),
    finding=_finding,
    datasets=("tilt",),
)
