"""Axes of probabilities, of decibels and of odds, and horizontal bars in decibels, with room for what is infinite."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from processtrace.logspace import Array
from processtrace.plots.sheet import wrapped
from processtrace.plots.style import INK, NARROW, SMALL, Look

_LEAST = 1.0
_FEW = 2.5


def probability_axis(axes: Axes, label: str = "Support (posterior probability)") -> None:
    """Scale an x axis from 0 to 1 for probabilities."""
    axes.set_xlim(-0.015, 1.015)
    ticks = [0, 0.5, 1] if _room(axes) < _FEW else [0, 0.25, 0.5, 0.75, 1]
    axes.set_xticks(ticks, [f"{tick:g}" if tick in (0, 1) else f"{tick:.2f}" for tick in ticks])
    label_below(axes, label)
    axes.grid(axis="x")


def label_below(axes: Axes, label: str) -> None:
    """Name an x axis, in lines that have room below it."""
    room = _room(axes)
    axes.set_xlabel(label if room >= _FEW else wrapped(" ".join(label.split()), 0.55 * room))


def _room(axes: Axes) -> float:
    """Return the share of the figure's width that a panel has, with its labels, in inches."""
    place = axes.get_subplotspec()
    across = 1 if place is None else place.get_gridspec().ncols
    figure = axes.get_figure(root=True)
    return _FEW if figure is None else float(figure.get_size_inches()[0]) / across


def odds_axis(axes: Axes, values: Array, label: str = "Odds against\nall others (dB)") -> Array:
    """Scale an x axis to these decibels and mark even odds; return them with what is infinite moved to the edges."""
    finite = values[np.isfinite(values)]
    low, high = min(-3.0, float(finite.min(initial=0.0))), max(3.0, float(finite.max(initial=0.0)))
    room = (high - low) * (0.05 if np.isfinite(values).all() else 0.12)
    low, high = low - room, high + room
    axes.set_xlim(low, high)
    axes.axvline(0, color=INK, linewidth=0.6)
    label_below(axes, label)
    axes.grid(axis="x")
    return np.clip(values, low, high)


def weight_axis(axes: Axes, db: Iterable[float], label: str) -> None:
    """Scale an x axis to these weights in decibels, with room for their numbers, and mark 0."""
    values = np.array([value for value in db if np.isfinite(value)] or [0.0])
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = max(high - low, _LEAST) * (0.14 if _room(axes) >= NARROW else 0.26)
    axes.set_xlim(low - room, high + room)
    axes.axvline(0, color=INK, linewidth=0.6, zorder=3)
    label_below(axes, label)
    axes.grid(axis="x")


def bar(axes: Axes, row: float, db: float, look: Look) -> float:
    """Draw a bar from 0 to a weight, cut at the edge of the axis where the weight is infinite; return where it ends."""
    end = 0.0 if np.isnan(db) else float(np.clip(db, *axes.get_xlim()))
    axes.barh(row, end, height=0.68, facecolor=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0, zorder=2)
    return end


def beside_bar(axes: Axes, row: float, end: float, text: str, side: int) -> None:
    """Write text to the right (side 1) or to the left (side -1) of the end of a bar; inside the axis where it ends at the edge."""
    low, high = axes.get_xlim()
    inward = end >= high if side > 0 else end <= low
    away = -side if inward else side
    axes.annotate(
        text,
        (end, row),
        xytext=(3 * away, 0),
        textcoords="offset points",
        ha="left" if away > 0 else "right",
        va="center_baseline",
        fontsize=SMALL,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8} if inward else None,
        zorder=5,
    )
