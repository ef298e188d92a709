"""Rows with labels, for every figure that has one row for each item or explanation."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.text import Annotation

from processtrace.plots.sheet import text_width
from processtrace.plots.style import BAND, BODY, FAINT, INK

MOST = 60
"""Rows of a figure at most: what a page can print. A figure of more items says how many it leaves to the tables."""

_PAD = 0.07
_SHADED = 6


def first_rows(order: Sequence[int], what: str) -> tuple[list[int], str]:
    """Return the first rows of a figure, as many as a page can print, and a sentence that says so where there are more."""
    rest = f"The {MOST} {what} of {len(order):,} items. " if len(order) > MOST else ""
    return list(order)[:MOST], rest


def label_rows(
    axes: Axes,
    labels: Sequence[str],
    rows: Sequence[float] | None = None,
    *,
    left: Sequence[str] = (),
    right: Sequence[str] = (),
    heads: Sequence[tuple[float, str]] = (),
    beside: Sequence[Axes] = (),
    columns: tuple[str, str] = ("", ""),
    size: float = BODY,
) -> None:
    """Give rows, counted downward, their labels; a second column of text to the left of these, one to the right of the axes.

    `heads` are bold headings in rows of their own; `columns` are headings of the left and the right column; axes
    `beside` share the rows. Every second of many rows is shaded, to lead the eye.
    """
    places = list(range(len(labels))) if rows is None else list(rows)
    taken = [*places, *(row for row, _ in heads)]
    top = min(taken) - (1 if any(columns) else 0)
    axes.set_ylim(max(taken) + 0.6, top - 0.6)
    axes.set_yticks(places, list(labels), fontsize=size)
    for panel in (axes, *beside):
        panel.tick_params(axis="y", length=0, pad=4, labelleft=panel is axes)
        panel.spines["left"].set_visible(False)
        if len(places) > _SHADED and not heads:
            for row in places[::2]:
                panel.axhspan(row - 0.5, row + 0.5, color=BAND, linewidth=0, zorder=0)
    widest = max(text_width(label, size) for label in labels) + 2 * _PAD
    for row, text in zip(places, left, strict=bool(left)):
        _beside(axes, text, row, -widest, "right", size)
    for row, text in zip(places, right, strict=bool(right)):
        _beside(_last(axes, beside), text, row, _PAD, "left", size, edge=1)
    for text, inches, side, edge in ((columns[0], -widest, "right", 0), (columns[1], _PAD, "left", 1)):
        if text:
            _beside(axes if edge == 0 else _last(axes, beside), text, top, inches, side, size, edge=edge).set_fontstyle("italic")
    for row, text in heads:
        label = _beside(axes, text, row, -widest + _PAD, "left", size)
        label.set_fontweight("bold")
        label.set_color(INK)
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.0})


def _last(axes: Axes, beside: Sequence[Axes]) -> Axes:
    return beside[-1] if beside else axes


def _beside(axes: Axes, text: str, row: float, inches: float, side: str, size: float, edge: int = 0) -> Annotation:
    return axes.annotate(
        text,
        (edge, row),
        xycoords=axes.get_yaxis_transform(),
        xytext=(72 * inches, 0),
        textcoords="offset points",
        ha=side,
        va="center_baseline",
        fontsize=size,
        color=FAINT if edge == 0 else INK,
        annotation_clip=False,
    )
