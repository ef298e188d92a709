"""Figure: support along the dependence of clustered items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, chosen_cases, first_change, has_items, has_rivals, hypotheses, key_of, of_case, rest_of_cases
from processtrace.plots.sheet import Size, inches, panels
from processtrace.plots.style import FAINT, NARROW, in_style

if TYPE_CHECKING:
    import xarray as xr

_DECLARED, _LIMIT = -0.13, 1.13


@in_style
def dependence(
    data: xr.Dataset,
    swept: xr.Dataset,
    *,
    coords: Coords | None = None,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
) -> Figure:
    """Draw the support of every explanation when all clusters have one correlation, from 0 to .99 and in the limit.

    One panel a case. Beside the curve are the posterior as declared and the limit in which the items of a cluster are fully
    redundant.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    swept : xarray.Dataset
        What `robustness.dependence(study)` returns: `posterior` (case, rho, hypothesis) and `fully_redundant`
        (case, hypothesis), probabilities.
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
    rho = np.asarray(swept["rho"].values, float)
    figure, each = panels(
        list(chosen.values()),
        "Support along the correlation of clustered items",
        key_of(every),
        f"{rest_of_cases(data, chosen)}Every cluster has the correlation on the axis. Declared: each cluster as declared. Limit: the items of a cluster are fully redundant.",
        "Latent correlation within clusters (rho)",
        "Support (posterior probability)",
        width=width,
        title=title,
        figsize=figsize,
    )
    for axes, name in zip(each, chosen, strict=True):
        posterior = swept["posterior"].sel({CASE: name}).transpose("rho", HYPOTHESIS).values
        limit, declared = of_case(swept, "fully_redundant", name), of_case(data, "posterior", name)
        for k, part in enumerate(every):
            axes.plot(rho, posterior[:, k], color=part.look.colour, linestyle=part.look.dash)
            for place, value in ((_DECLARED, declared[k]), (_LIMIT, limit[k])):
                axes.plot([place], [value], color=part.look.colour, marker=part.look.marker, linestyle="", clip_on=False)
        axes.set_xlim(_DECLARED - 0.08, _LIMIT + 0.08)
        if inches(width, figsize) >= NARROW:
            axes.set_xticks([_DECLARED, 0.25, 0.5, 0.75, _LIMIT], ["declared", "0.25", "0.50", "0.75", "limit"])
        else:
            axes.set_xticks([_DECLARED, 0.5, _LIMIT], ["declared", "0.50", "limit"])
        for edge in (0, 0.99):
            axes.axvline(edge, color=FAINT, linewidth=0.5, linestyle=":")
    return figure


def _finding(data: xr.Dataset, swept: xr.Dataset) -> str:
    change = first_change(data, swept, "rho")
    if change is None:
        return "No other explanation comes to lead in any case."
    case, leader, at = change
    return f"{case} changes first: {leader} leads at a correlation of {at:.2g}."


FIGURE = FigureKind(
    dependence,
    of_case=False,
    caption="Support as the items of each cluster are taken to depend on each other more and more.",
    section="robustness",
    drawable=lambda data, _: has_rivals(data) and has_items(data),
    finding=_finding,
    main=True,
    datasets=("dependence",),
)
