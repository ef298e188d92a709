"""Figure: support along the probability that a unit of evidence is worthless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, chosen_cases, first_change, has_items, has_rivals, hypotheses, key_of, rest_of_cases
from processtrace.plots.sheet import Size, inches, panels
from processtrace.plots.style import NARROW, in_style

if TYPE_CHECKING:
    import xarray as xr

_LEAST = 0.001
_CHANCES, _FEW_CHANCES = (0, 0.001, 0.01, 0.1, 1), (0, 0.01, 1)


@in_style
def model_error(
    data: xr.Dataset,
    swept: xr.Dataset,
    *,
    coords: Coords | None = None,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
) -> Figure:
    """Draw the support of every explanation when each unit of evidence says nothing about them with probability epsilon.

    One panel a case.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    swept : xarray.Dataset
        What `robustness.model_error(study)` returns: `posterior` (case, epsilon, hypothesis), probabilities.
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
    epsilon = np.asarray(swept["epsilon"].values, float)
    figure, each = panels(
        list(chosen.values()),
        "Support along the probability that a unit of evidence is worthless",
        key_of(every),
        f"{rest_of_cases(data, chosen)}A unit is an item, or a set of dependent items. With the probability on the axis it says nothing about the explanations.",
        "Probability of a worthless unit (epsilon)",
        "Support (posterior probability)",
        width=width,
        title=title,
        figsize=figsize,
    )
    for axes, name in zip(each, chosen, strict=True):
        posterior = swept["posterior"].sel({CASE: name}).transpose("epsilon", HYPOTHESIS).values
        for k, part in enumerate(every):
            axes.plot(epsilon, posterior[:, k], color=part.look.colour, linestyle=part.look.dash)
            _mark(axes, epsilon, posterior[:, k], part.look.colour, part.look.marker)
        axes.set_xscale("symlog", linthresh=_LEAST)
        axes.set_xlim(float(epsilon.min()), float(epsilon.max()))
        axes.set_xticks(
            [tick for tick in (_CHANCES if inches(width, figsize) >= NARROW else _FEW_CHANCES) if epsilon.min() <= tick <= epsilon.max()]
        )
        axes.set_xticks([], minor=True)
        axes.xaxis.set_major_formatter("{x:g}")
    return figure


def _finding(data: xr.Dataset, swept: xr.Dataset) -> str:
    change = first_change(data, swept, "epsilon")
    if change is None:
        return "No other explanation comes to lead in any case."
    case, leader, at = change
    return f"{case} changes first: {leader} leads where a unit is worthless with probability {at:.2g}."


FIGURE = FigureKind(
    model_error,
    of_case=False,
    caption="Support as more error is allowed for in the model itself.",
    section="robustness",
    drawable=lambda data, _: has_rivals(data) and has_items(data),
    finding=_finding,
    datasets=("model_error",),
)


def _mark(axes: Axes, x: np.ndarray, y: np.ndarray, colour: str, marker: str) -> None:
    """Draw a mark at each end, so that the line is known without its colour."""
    axes.plot(x[[0, -1]], y[[0, -1]], color=colour, marker=marker, linestyle="", clip_on=False, zorder=4)
