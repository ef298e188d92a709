"""The figure of `growth.py`: time and memory against number, on logarithmic axes, in the style of the library's own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from processtrace.plots.sheet import sheet
from processtrace.plots.style import FAINT, GRID, SMALL, in_style, look, style_context

if TYPE_CHECKING:
    from growth import Point

SMALLEST = 0.5
"""Megabytes below which the peak of a process tells nothing."""

NOTE = "Dotted: in proportion to the number. Memory: peak of the process above that of its imports, data included; below half a megabyte left out."


def drawn(curves: Mapping[str, Sequence[Point]], path: Path) -> None:
    figure = _figure(curves)
    with style_context():
        figure.savefig(path, dpi=200, metadata={"Title": "Growth", "Software": "processtrace"})


@in_style
def _figure(curves: Mapping[str, Sequence[Point]]) -> Figure:
    figure = sheet("Time and memory against the number of items, cases and scenarios", 5.4, note=NOTE)
    time, memory = figure.subplots(2, 1, sharex=True)
    panels = {"Time, seconds": (time, 1.0, "seconds"), "Peak memory, megabytes": (memory, SMALLEST, "megabytes")}
    for title, (axes, least, field) in panels.items():
        axes.set_title(title)
        axes.set_xscale("log")
        axes.set_yscale("log")
        ends = []
        for k, (name, points) in enumerate(curves.items()):
            shown = [(p.size, getattr(p, field)) for p in points if field == "seconds" or p.megabytes >= least]
            if not shown:
                continue
            x, y = zip(*shown, strict=True)
            style = look(k)
            axes.plot(x, y, color=style.colour, linestyle=style.dash, marker=style.marker, markersize=3.2)
            ends.append((name, x[-1], y[-1]))
        _slope(axes)
        _label(axes, ends)
        axes.grid()
        axes.minorticks_off()
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(numticks=20))
            axis.set_major_formatter(lambda value, _: f"{value:,g}" if value < 1e6 else f"{value:,.0f}")
    memory.set_xlabel("Number of items, cases or scenarios")
    return figure


def _slope(axes: Axes) -> None:
    """Lines of slope 1 across the panel, one for every two decades of height."""
    low, high = axes.get_ylim()
    (left, right) = 1.0, 1e7
    for start in np.arange(np.floor(np.log10(low)) - 7, np.log10(high), 2):
        axes.plot([left, right], [10**start * left, 10**start * right], color=GRID, linestyle=":", linewidth=0.8, zorder=0)
    axes.set_ylim(low, high)
    axes.set_xlim(0.7, 3e7)


def _label(axes: Axes, ends: Sequence[tuple[str, float, float]]) -> None:
    """Names beside the panel, each with a thin line to the end of its curve, apart from each other."""
    low, high = np.log10(axes.get_ylim())
    ordered = sorted(ends, key=lambda end: end[2])
    wanted = [(np.log10(y) - low) / (high - low) for _, _, y in ordered]
    for name, x, y, place in zip(*zip(*ordered, strict=True), _spread(wanted, 0.085), strict=True):
        axes.annotate(
            name,
            (x, y),
            (1.02, place),
            textcoords="axes fraction",
            fontsize=SMALL,
            va="center",
            arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.4, "shrinkA": 1, "shrinkB": 3, "relpos": (0, 0.5)},
        )


def _spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Ascending places moved apart so that neighbours keep the gap, and pushed back where they ran over the top."""
    placed: list[float] = []
    for place in wanted:
        placed.append(max(place, placed[-1] + gap) if placed else max(place, 0.0))
    for k in range(len(placed) - 1, -1, -1):
        placed[k] = min(placed[k], 1.0 - gap * (len(placed) - 1 - k))
    return placed
