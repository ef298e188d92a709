"""Figure: where each case stands among three explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation
from mpltern.ternary import TernaryAxes

from processtrace.errors import AnalysisError
from processtrace.inference.update import HYPOTHESIS
from processtrace.logspace import Array
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, cases, chosen_cases, has_items, hypotheses, of_case, rest_of_cases
from processtrace.plots.sheet import Size, inches, panel, wrapped
from processtrace.plots.style import FAINT, INK, SMALL, in_style
from processtrace.text.numbers import probability

if TYPE_CHECKING:
    import xarray as xr

_WIDTH, _SIDE = 5.2, 3.2
_BELOW = 0.8
_TINT = 0.3
_BESIDE = 7.0
"""From the middle of a mark to its label, in points: more than half a star, so that a label covers no mark of its own."""
_TOGETHER = 0.05
"""Distance within which cases share one mark, as a difference of probabilities."""

_ROOM_ACROSS, _ROOM_UP, _FARTHEST = 1.08, 1.15, 60
"""Room that a label takes, as a multiple of its width and height, and how far it is moved at most, in pixels of the layout."""


@in_style
def simplex(
    data: xr.Dataset,
    *,
    coords: Coords | None = None,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw where each case stands among three explanations: the nearer to a corner, the more probable that one is.

    Each case is a mark at its posterior, with a line from its prior (a star). In each tinted part one explanation leads.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns, of a study with three explanations.
    coords : mapping, optional
        The cases to show, `{"case": "poland"}` or `{"case": ["poland", "latvia"]}`; all cases by default.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.
    ax : matplotlib.axes.Axes, optional
        Axes of the projection "ternary" of mpltern to draw into. They take the title above them, and key and note below. By
        default a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    UsageError
        If `coords` names another dimension or an unknown case, if the size is too small, or `ax` has another projection.
    AnalysisError
        If the study has another number of explanations than three.
    """
    chosen, every = chosen_cases(data, coords), hypotheses(data)
    if len(every) != 3:
        raise AnalysisError(f"a triangle shows three explanations, and this study has {len(every)}; `plots.prior_odds` shows any number")
    wide = inches(width, figsize, _WIDTH)
    posterior = {case: of_case(data, "posterior", case) for case in chosen}
    named = f": {next(iter(chosen.values()))}" if len(chosen) == 1 else ""
    axes: Any
    figure, axes = panel(
        f"Where each case stands among the explanations{named}",
        min(_SIDE, 0.75 * wide),
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        usual=_WIDTH,
        axes_class=TernaryAxes,
        below=_BELOW,
        key=[
            *(
                Patch(facecolor=(part.look.colour, _TINT), hatch=part.look.hatch, edgecolor=part.look.colour, label=f"{part.label} leads")
                for part in every
            ),
            Line2D([], [], color=INK, marker="*", markersize=8, markeredgecolor="white", linestyle="", label="prior"),
        ],
        note=f"{rest_of_cases(data, chosen)}A case is at its posterior, given that one of these explanations is right: at a corner that one is certain.",
    )
    for k, part in enumerate(every):
        own, other, third = np.eye(3)[[k, (k + 1) % 3, (k + 2) % 3]]
        region = np.array([own, (own + other) / 2, np.full(3, 1 / 3), (own + third) / 2])
        axes.fill(*region.T, facecolor=(part.look.colour, _TINT), edgecolor=part.look.colour, hatch=part.look.hatch, linewidth=0, zorder=1)
        axes.plot(*region[1:].T, color=INK, linewidth=0.9, zorder=2)
    for case in chosen:
        axes.plot(*zip(of_case(data, "prior", case), posterior[case], strict=True), color=INK, linewidth=0.6, zorder=3)
    for prior in np.unique([of_case(data, "prior", case).round(12) for case in chosen], axis=0):
        axes.plot(*([value] for value in prior), color=INK, marker="*", markersize=9, markeredgecolor="white", linestyle="", zorder=6)
    labels = []
    for place, group in _groups(posterior):
        axes.plot(
            *([value] for value in place),
            color=INK,
            marker="o",
            markersize=4.6,
            markeredgecolor="white",
            markeredgewidth=0.5,
            linestyle="",
            clip_on=False,
            zorder=7,
        )
        labels.append(
            axes.text(
                *place,
                "\n".join(chosen[case] for case in group),
                ha="left",
                va="center",
                fontsize=SMALL,
                zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
            )
        )
    _corners(axes, [wrapped(part.label, 0.28 * wide, SMALL, bold=True) for part in every])
    if ax is None and (engine := figure.get_layout_engine()) is not None:
        engine.execute(figure)
    _apart(figure, axes, labels)
    return figure


def _corners(axes: Any, names: list[str]) -> None:
    """Write the name of each explanation at its corner, and shares along the sides."""
    for k, (name, side, up) in enumerate(zip(names, ("center", "center", "center"), ("bottom", "top", "top"), strict=True)):
        place = np.full(3, -0.035)
        place[k] = 1.07
        axes.text(*place, name, ha=side, va=up, fontsize=SMALL, fontweight="bold")
    ticks = [0.25, 0.5, 0.75]
    for axis in (axes.taxis, axes.laxis, axes.raxis):
        axis.set_ticks(ticks, [f"{tick:.2f}" for tick in ticks])
        axis.set_tick_params(labelcolor=FAINT, labelsize=SMALL)
    axes.grid(True, zorder=0.5)


def _apart(figure: Figure, axes: Any, labels: list[Text]) -> None:
    """Move each label beside its mark, and up or down by as little as keeps it from covering another, a share or the name of a corner."""
    axes.get_tightbbox()  # shares at the sides find their places as they are measured
    taken = [part.get_window_extent() for part in axes.findobj(Text) if part.get_text().strip() and part not in labels]
    for label in labels:
        label.set_transform(label.get_transform() + ScaledTranslation(_BESIDE / 72, 0, figure.dpi_scale_trans))
        own = label.get_window_extent().expanded(_ROOM_ACROSS, _ROOM_UP)
        moves = sorted(map(float, range(-_FARTHEST, _FARTHEST + 1)), key=abs)
        move = next((move for move in moves if own.translated(0, move).count_overlaps(taken) == 0), 0.0)
        label.set_transform(label.get_transform() + ScaledTranslation(0, move / figure.dpi, figure.dpi_scale_trans))
        taken.append(own.translated(0, move))


def _groups(posterior: dict[str, Array]) -> list[tuple[Array, list[str]]]:
    """Return cases that are too near to be told apart in one group, with the place of the first."""
    made: list[tuple[Array, list[str]]] = []
    for case, place in posterior.items():
        near = next((group for at, group in made if np.abs(at - place).max() < _TOGETHER), None)
        if near is None:
            made.append((place, [case]))
        else:
            near.append(case)
    return made


def _finding(data: xr.Dataset) -> str:
    every, least = cases(data), {}
    for case in every:
        best = np.sort(of_case(data, "posterior", case))[::-1]
        least[case] = float(best[0] - best[1])
    nearest = min(least, key=lambda case: least[case])
    posterior = of_case(data, "posterior", nearest)
    names = [hypotheses(data)[int(k)].label for k in np.argsort(-posterior, kind="stable")[:2]]
    top = probability(float(posterior.max()))
    return f"{every[nearest]} stands nearest to a border, that between {' and '.join(names)} (posterior of the first: {top})."


FIGURE = FigureKind(
    simplex,
    of_case=False,
    caption="Where each case stands among the explanations: the nearer to a corner, the more probable.",
    section="results",
    drawable=lambda data: data.sizes[HYPOTHESIS] == 3 and has_items(data),
    finding=_finding,
    main=True,
    alt="A triangle with an explanation at each corner and a mark for each case. Posterior support: {support}.",
)
