"""Figure: how likely the leading explanation keeps its lead when every judgement errs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from processtrace.inference.update import CASE
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, cases, chosen_cases, has_items, has_rivals, hypotheses, key_of, leader_of, rest_of_cases
from processtrace.plots.sheet import Size, panels
from processtrace.plots.style import INK, SMALL, in_style
from processtrace.text.numbers import decibels

if TYPE_CHECKING:
    import xarray as xr

_KEPT = 0.9
_BEYOND = 1.5


@in_style
def noise(
    data: xr.Dataset,
    swept: xr.Dataset,
    *,
    coords: Coords | None = None,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
) -> Figure:
    """Draw the probability that the leading explanation keeps its lead when every item's weight errs at random.

    One panel a case. A case without a single leading explanation has an empty panel that says so.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    swept : xarray.Dataset
        What `robustness.noise(study)` returns: `leader_stays` (case, sd_db), probabilities, and `sd_at_90` (case), the
        standard deviation in decibels at which the probability is .9.
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
    sd = np.asarray(swept["sd_db"].values, float)
    leaders = {name: leader_of(data, name) for name in chosen}
    shown = {part.id for part in leaders.values() if part}
    figure, each = panels(
        list(chosen.values()),
        "Probability that the leading explanation keeps its lead when judgements err",
        [
            *key_of(part for part in every if part.id in shown),
            Line2D([], [], color=INK, linestyle=":", linewidth=0.9, label="keeps its lead nine times in ten"),
        ],
        f"{rest_of_cases(data, chosen)}Every item's weight between two explanations errs independently, normally, with the standard deviation on the axis.",
        "Standard deviation of the error (dB)",
        "Probability of keeping the lead",
        width=width,
        title=title,
        figsize=figsize,
    )
    end = _end(swept, list(chosen))
    for axes, name in zip(each, chosen, strict=True):
        axes.set_xlim(float(sd.min()), end)
        part = leaders[name]
        if part is None:
            axes.text(0.5, 0.5, "no single leading explanation", transform=axes.transAxes, ha="center", va="center")
            continue
        stays, at = swept["leader_stays"].sel({CASE: name}).values, float(swept["sd_at_90"].sel({CASE: name}))
        axes.plot(sd, stays, color=part.look.colour, linestyle=part.look.dash)
        ends = np.unique(np.linspace(0, max(int((sd <= end).sum()) - 1, 0), 5).astype(int))
        axes.plot(sd[ends], stays[ends], color=part.look.colour, marker=part.look.marker, linestyle="", clip_on=False)
        if np.isfinite(at) and at <= end:
            axes.plot([at, at, float(sd.min())], [-0.02, _KEPT, _KEPT], color=INK, linestyle=":", linewidth=0.9)
            side = "left" if at < end * 0.6 else "right"
            axes.annotate(
                f"{_error(at)} dB",
                (at, 0.03),
                xytext=(3 if side == "left" else -3, 0),
                textcoords="offset points",
                ha=side,
                fontsize=SMALL,
            )
    return figure


def _end(swept: xr.Dataset, chosen: list[str]) -> float:
    """Return where the axis ends: beyond the last error at which a leader keeps its lead nine times in ten, as far as there is one."""
    sd, at = float(swept["sd_db"].max()), swept["sd_at_90"].sel({CASE: chosen}).values
    known = at[~np.isnan(at)]
    return min(sd, _BEYOND * float(known.max())) if len(known) and known.max() > 0 else sd


def _finding(data: xr.Dataset, swept: xr.Dataset) -> str:
    at = {case: float(swept["sd_at_90"].sel({CASE: case})) for case in cases(data)}
    known = {case: value for case, value in at.items() if np.isfinite(value)}
    if not known:
        return "No error of the judgements that was tried endangers a lead."
    least = min(known, key=lambda case: known[case])
    return (
        f"The lead is least safe in {cases(data)[least]}: it holds nine times in ten up to an error of {_error(known[least])} dB an item."
    )


def _error(db: float) -> str:
    """Return an error in decibels as it is printed: one that rounds to 0.0 is not 0."""
    return "less than 0.1" if 0 < db < 0.05 else decibels(db)


FIGURE = FigureKind(
    noise,
    of_case=False,
    caption="How often the lead stays when every weight is disturbed.",
    section="robustness",
    drawable=lambda data, _: has_rivals(data) and has_items(data),
    finding=_finding,
    main=True,
    datasets=("noise",),
)
