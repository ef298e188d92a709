"""Figure: where in the space of priors each explanation leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from mpltern.ternary import TernaryAxes

from processtrace.errors import UsageError
from processtrace.inference.update import EVIDENCE, HYPOTHESIS
from processtrace.logspace import Array, logsumexp
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Drawn, case_label, has_items, has_rivals, hypotheses, leading, of_case
from processtrace.plots.prior_odds import break_even, pairs_panel
from processtrace.plots.sheet import Size, panel, wrapped
from processtrace.plots.style import BODY, INK, in_style
from processtrace.text.numbers import odds

if TYPE_CHECKING:
    import xarray as xr

_WIDTH, _SIDE, _LABEL = 5.2, 3.4, 2.8
_BELOW = 0.8
_TINT = 0.4


@in_style
def simplex(data: xr.Dataset, case: str, *, figsize: Size | None = None, ax: Axes | None = None) -> Figure:
    """Draw the prior probabilities under which each explanation of a case would lead, and the present prior.

    Three explanations: the triangle of priors, with the region of each and the lines at which two tie; any other number:
    the prior odds of the leading explanation against each rival, with those at which they tie. An explanation leads
    where it leads in every pair, so that the pairs show the whole. The evidence stays as it is.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    case : str
        Identifier of the case.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into. They take the title above them, and key and note below. By default a new figure is made.
        For three explanations, axes of the projection "ternary" of mpltern.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    UsageError
        If there is no case of this name, the study has one hypothesis, the size is too small, or `ax` has another projection.
    """
    name, every = case_label(data, case), hypotheses(data)
    if len(every) < 2:
        raise UsageError("a study of one hypothesis has no priors to compare")
    rows = data["evidence_case"].values == case
    likelihood = data["log_likelihood"].transpose(EVIDENCE, HYPOTHESIS).values[rows].sum(axis=0)
    prior, best = of_case(data, "prior", case), leading(of_case(data, "log_posterior", case))
    if len(every) == 3:
        return _triangle(name, every, likelihood, prior, best, figsize, ax)
    return pairs_panel(name, every, likelihood, prior, best, figsize, ax)


FIGURE = FigureKind(
    simplex,
    of_case=True,
    caption="Where each explanation leads as the prior moves.",
    section="case",
    drawable=lambda data, case: has_rivals(data) and has_items(data, case),
    alt_of_case="The triangle of priors for {case}, divided by which explanation leads. At the study's prior: {support}.",
)


def corners_of_regions(log_likelihood: Array) -> list[Array]:
    """Return for each of three hypotheses the corners of the region of priors where it leads: (4, hypothesis), probabilities."""
    centre = _normalised(logsumexp(log_likelihood) - log_likelihood) if np.isfinite(log_likelihood).all() else None
    regions = []
    for a in range(3):
        b, c = (a + 1) % 3, (a + 2) % 3
        own = np.eye(3)[a]
        ends = [_tie(log_likelihood, a, b), _tie(log_likelihood, a, c)]
        middle = centre if centre is not None else _far_corner(log_likelihood, a, b, c, ends)
        regions.append(np.array([own, ends[0], middle, ends[1]]))
    return regions


def _tie(log_likelihood: Array, a: int, b: int) -> Array:
    """Return the prior on the edge between two hypotheses at which they tie."""
    point: Array = np.zeros(3)
    weights = np.array([log_likelihood[b], log_likelihood[a]])
    point[[a, b]] = _normalised(weights) if np.isfinite(weights).any() else 0.5
    return point


def _far_corner(log_likelihood: Array, a: int, b: int, c: int, ends: list[Array]) -> Array:
    """Return the last corner of a region where one is refuted: its own region has no area, and those of others reach its corner."""
    if np.isneginf(log_likelihood[a]):
        return np.asarray(np.eye(3)[a])
    out = [k for k in (b, c) if np.isneginf(log_likelihood[k])]
    return np.asarray(np.eye(3)[out[0]]) if out else (ends[0] + ends[1]) / 2


def _normalised(logs: Array) -> Array:
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _triangle(name: str, every: list[Drawn], likelihood: Array, prior: Array, best: int, figsize: Size | None, ax: Axes | None) -> Figure:
    leader = every[best]
    ties = [
        f"{leader.label} : {part.label} {odds(break_even(likelihood, best, k))}"
        for k, part in enumerate(every)
        if k != best and np.isfinite(break_even(likelihood, best, k))
    ]
    refuted = [part.label for k, part in enumerate(every) if np.isneginf(likelihood[k])]
    note = f"Break-even prior odds, pair by pair: {'; '.join(ties)}. " if ties else ""
    note += "".join(f"{label} is refuted and leads nowhere. " for label in refuted)
    axes: Any
    figure, axes = panel(
        f"Prior probabilities under which each explanation leads: {name}",
        _SIDE,
        ax=ax,
        figsize=figsize,
        width=_WIDTH,
        axes_class=TernaryAxes,
        below=_BELOW,
        key=[
            *(
                Patch(facecolor=(part.look.colour, _TINT), hatch=part.look.hatch, edgecolor=part.look.colour, label=f"{part.label} leads")
                for part in every
            ),
            Line2D([], [], color=INK, linewidth=1.2, label="break-even"),
            Line2D([], [], color=INK, marker="*", markersize=9, markeredgecolor="white", linestyle="", label="present prior"),
        ],
        note=f"{note}The evidence stays as judged; only the prior changes.",
    )
    for part, region in zip(every, corners_of_regions(likelihood), strict=True):
        axes.fill(*region.T, facecolor=(part.look.colour, _TINT), edgecolor=part.look.colour, hatch=part.look.hatch, linewidth=0, zorder=1)
        axes.plot(*region[1:].T, color=INK, linewidth=1.2, zorder=3)
    axes.plot(*([value] for value in prior), color=INK, marker="*", markersize=9, markeredgecolor="white", linestyle="", zorder=5)
    ticks = [0.2, 0.4, 0.6, 0.8]
    for axis, label, part in zip(
        (axes.taxis, axes.laxis, axes.raxis), (axes.set_tlabel, axes.set_llabel, axes.set_rlabel), every, strict=True
    ):
        axis.set_label_position("tick1")
        axis.set_ticks(ticks, [f"{tick:.1f}" for tick in ticks])
        label(wrapped(f"Prior of {part.label}", _LABEL, BODY), labelpad=8)
    axes.grid(True, zorder=0.5)
    return figure
