"""Rows with labels, for every figure that has one row for each item or explanation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.text import Annotation

from processtrace.errors import UsageError
from processtrace.plots.sheet import text_width, wrapped
from processtrace.plots.style import BAND, BODY, FAINT, INK, NARROW, ROW
from processtrace.text.names import counted

_ROWS = 6.6

MOST, MOST_NARROW = 30, 18
"""Rows of a figure at most, on a page and in a column: what can be printed. Further rows are on further pages of the figure."""

_PAD = 0.07
_SHADED = 6
_SHARE, _LEAST = 0.36, 1.25
_LINE = 0.112


@dataclass(frozen=True)
class Labels:
    """Labels of rows at a width: broken into lines, with the height of a row in inches, and whether dates have room beside them."""

    lines: list[str]
    height: float
    dates: bool


def fitted(labels: Sequence[str], wide: float, size: float = BODY) -> Labels:
    """Break labels of rows so that they leave room for the axes of a figure of this width, in inches."""
    room = max(_LEAST, _SHARE * wide)
    lines = [wrapped(label, room, size) for label in labels]
    most = max((line.count("\n") for line in lines), default=0)
    return Labels(lines, ROW if most == 0 else _LINE * (most + 1) + 0.05, wide >= NARROW)


def most_rows(wide: float, height: float = 0.0) -> int:
    """Return how many rows a figure of this width shows, each so high, in inches."""
    most = MOST if wide >= NARROW else MOST_NARROW
    return min(most, int(_ROWS / height)) if height else most


def pages_of(count: int, most: int = MOST) -> int:
    """Return on how many pages so many rows are shown."""
    return max(1, -(-count // most))


def rows_of_page(order: Sequence[int], what: str, page: int, most: int) -> tuple[list[int], str]:
    """Return the rows on a page of a figure, and a sentence that says which they are where there are several pages."""
    pages = pages_of(len(order), most)
    if not 1 <= page <= pages:
        raise UsageError(f"page {page}; this figure has {counted(pages, 'page', 'pages')}")
    shown = list(order)[(page - 1) * most : page * most]
    if pages == 1:
        return shown, ""
    first = (page - 1) * most + 1
    said = f"The {most} {what}" if page == 1 else f"Places {first} to {first + len(shown) - 1}, the {what} first,"
    return shown, f"{said} of {len(order):,} items. "


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
    widest = max(text_width(line, size) for label in labels for line in label.split("\n")) + 2 * _PAD
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
