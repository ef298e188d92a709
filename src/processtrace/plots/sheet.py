"""How a figure is laid out and saved: a title and a key above the axes, a note below; one panel, or one panel for each case."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation

from processtrace.errors import UsageError
from processtrace.formats.atomic import write_files
from processtrace.plots.style import BODY, FAINT, NARROW, PAGE, SMALL, TITLE, style_context

type Size = tuple[float, float]
"""Width and height of a figure, in inches."""

_EDGE = 0.06
_GAP = 0.08
_LEAST_WIDTH = 2.5
_LEAST_BODY = 0.5
"""Height that the axes of a figure need at least, in inches."""

_TICKS = 0.5
"""Room for ticks and a label between axes and a key below them, in inches."""

_ACROSS = 3
_PANEL = 1.6
_PANELS = 6.9
"""Heights of one panel, and of all panels together at most, in inches."""


_HINTED_AT = (80, 90, 100, 110)
"""Dots per inch at which hinted letters of our sizes are widest: up to a tenth wider than unhinted ones, and never narrower."""

_CLOSE = 0.06
"""Inches by which the sum of the words of a line may differ from its length."""


def text_width(text: str, size: float = BODY, bold: bool = False) -> float:
    """Return the width of a line of text in inches, in the fonts of the style: the widest it is at any usual resolution, hinted or not."""
    return _width(text, size, bold, tuple(rcParams["font.family"]))


@cache
def _width(text: str, size: float, bold: bool, families: tuple[str, ...]) -> float:
    font = FontProperties(family=list(families), size=size, weight="bold" if bold else "normal")
    own = rcParams["text.hinting"]
    rcParams["text.hinting"] = "default"  # `save` draws in the style, unhinted; a notebook draws with the reader's settings
    try:
        drawn = [_renderer(dpi).get_text_width_height_descent(text, font, False)[0] / dpi for dpi in _HINTED_AT]  # type: ignore[no-untyped-call]
    finally:
        rcParams["text.hinting"] = own
    return float(max(drawn))


@cache
def _renderer(dpi: int) -> RendererAgg:
    return FigureCanvasAgg(Figure((0.1, 0.1), dpi=dpi)).get_renderer()  # type: ignore[no-untyped-call, no-any-return]


def wrapped(text: str, inches: float, size: float = BODY, bold: bool = False) -> str:
    """Break the text between words into lines no wider than this.

    A line's length is the sum of its words', which are measured once; it is measured as a whole where that is close to the limit.
    """
    lines: list[str] = []
    room, space = 0.0, _advance(" ", size, bold)
    for word in text.split(" "):
        length = _advance(word, size, bold)
        left = room - space - length
        if lines and (left > _CLOSE or (left > -_CLOSE and text_width(f"{lines[-1]} {word}", size, bold) <= inches)):
            lines[-1] += f" {word}"
            room = left
        else:
            lines.append(word)
            room = inches - length
    return "\n".join(lines)


def _advance(word: str, size: float, bold: bool) -> float:
    """Return how far a word moves the end of a line, in inches: its letters and what they keep free around them."""
    return text_width(f"|{word}|", size, bold) - text_width("||", size, bold)


def inches(width: float | None, figsize: Size | None, usual: float = PAGE) -> float:
    """Return the width of a figure: that of its size, the one asked for, or the usual one."""
    found = figsize[0] if figsize is not None else usual if width is None else float(width)
    if not _LEAST_WIDTH <= found < np.inf:
        raise UsageError(f"a width of {found:g} inches; {_LEAST_WIDTH:g} or more: 3.4 is a column of a journal, 7 its page")
    return found


def sheet(
    own: str,
    body: float,
    *,
    width: float | None = None,
    title: str | bool = True,
    key: Sequence[Artist] = (),
    note: str = "",
    figsize: Size | None = None,
    usual: float = PAGE,
) -> Figure:
    """Return an empty figure: title and key above a body of this height, a note below it; all sizes in inches.

    The height follows from the parts, so that none is clipped or covers another. Axes added to the figure fill the body.
    With `figsize` the figure has that width and height, and the body what the other parts leave of it. Without a title there
    is no note either: both are then in a caption. `own` is the title where none is given.
    """
    wide = inches(width, figsize, usual)
    figure = Figure(figsize=(wide, body), dpi=100)
    FigureCanvasAgg(figure)
    inner = wide - 2 * _EDGE
    above: list[Artist] = []
    if text := _title(own, title):
        above.append(figure.suptitle(wrapped(text, inner, TITLE, bold=True), fontsize=TITLE, fontweight="bold", ha="left", va="top"))
    else:
        note = ""
    if key:
        above.append(_key(figure, key, inner))
    footing = figure.text(0, 0, wrapped(note, inner, SMALL), fontsize=SMALL, color=FAINT, ha="left", va="bottom", linespacing=1.25)
    heights = [_height(figure, part) for part in above]
    below = _height(figure, footing) + _GAP if note else 0.0
    top = sum(heights) + _GAP * len(heights)
    height = _EDGE + top + body + below + _EDGE
    if figsize is not None:
        body, height = body + figsize[1] - height, figsize[1]
        if body < _LEAST_BODY:
            raise UsageError(
                f"figsize {figsize}: title, key and note take {height - body:.1f} inches of the height and leave too little for the axes; "
                "give more height or width"
            )
    figure.set_size_inches(wide, height)
    down = _EDGE
    for part, own_height in zip(above, heights, strict=True):
        if isinstance(part, Legend):
            part.set_bbox_to_anchor((_EDGE / wide, 1 - down / height), figure.transFigure)
        elif isinstance(part, Text):
            part.set_position((_EDGE / wide, 1 - down / height))
        down += own_height + _GAP
    footing.set_position((_EDGE / wide, _EDGE / height))
    for part in [*above, footing]:
        part.set_in_layout(False)
    figure.set_layout_engine(
        "constrained", rect=(0, (_EDGE + below) / height, 1, body / height), w_pad=_EDGE, h_pad=0.04, wspace=0.03, hspace=0.05
    )
    return figure


def _title(own: str, title: str | bool) -> str:
    """Return the title of a figure: its own, the one given, or none."""
    return title if isinstance(title, str) else own if title else ""


def panel(
    own: str,
    body: float,
    *,
    ax: Axes | None,
    figsize: Size | None,
    width: float | None = None,
    title: str | bool = True,
    usual: float = PAGE,
    key: Sequence[Artist] = (),
    note: str = "",
    axes_class: type[Axes] | None = None,
    below: float = _TICKS,
) -> tuple[Figure, Axes]:
    """Return the figure and the axes of a figure with one panel: those of a new sheet, or the axes given.

    Axes that are given take the title above them, and the note and the key `below` them, at this distance in inches.
    """
    if ax is None:
        figure = sheet(own, body, width=width, title=title, key=key, note=note, figsize=figsize, usual=usual)
        return figure, figure.add_subplot() if axes_class is None else figure.add_subplot(axes_class=axes_class)
    if figsize is not None or width is not None:
        raise UsageError("figsize and width are of a new figure; with `ax`, set the size of the figure that holds the axes")
    if axes_class is not None and not isinstance(ax, axes_class):
        raise UsageError(f"ax: {type(ax).__name__}; this figure needs axes of {axes_class.__module__}.{axes_class.__name__}")
    figure = ax.get_figure().figure  # type: ignore[union-attr]
    room = ax.get_window_extent().width / figure.dpi
    text = _title(own, title)
    ax.set_title(wrapped(text, room, TITLE, bold=True), fontsize=TITLE, fontweight="bold", loc="left")
    legend = ax.legend(
        handles=list(key),
        title=wrapped(note, room, SMALL) if text else "",
        title_fontsize=SMALL,
        alignment="left",
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes + ScaledTranslation(0, -below, figure.dpi_scale_trans),
        borderpad=0,
        borderaxespad=0,
    )
    legend.get_title().set_color(FAINT)
    return figure, ax


def panels(
    titles: Sequence[str],
    own: str,
    key: Sequence[Artist],
    note: str,
    x: str,
    y: str,
    *,
    width: float | None,
    title: str | bool,
    figsize: Size | None,
) -> tuple[Figure, list[Axes]]:
    """Return a figure of panels with these titles: probabilities from 0 to 1 upward, `x` and `y` on the outer axes."""
    usual = PAGE if len(titles) >= _ACROSS else 2.6 * len(titles) + 1.4
    wide = inches(width, figsize, usual)
    across = min(_ACROSS if wide >= NARROW else 2, len(titles))
    down = -(-len(titles) // across)
    each = (wide - 0.9) / across
    heads = [wrapped(text, each - 0.15, BODY, bold=True) for text in titles]
    lines = max(head.count("\n") for head in heads)
    height = min(_PANEL + 0.12 * lines, _PANELS / down)
    figure = sheet(own, height * down + 0.35, width=width, title=title, key=key, note=note, figsize=figsize, usual=usual)
    made: list[Axes] = []
    for k, head in enumerate(heads):
        axes = figure.add_subplot(down, across, k + 1)
        axes.set_title(head)
        axes.set_ylim(-0.02, 1.02)
        ticks = [0, 0.25, 0.5, 0.75, 1] if height >= 1.4 else [0, 0.5, 1]
        axes.set_yticks(
            ticks, [f"{tick:g}" if tick in (0, 1) else f"{tick:.2f}" for tick in ticks] if k % across == 0 else [""] * len(ticks)
        )
        if k % across == 0:
            axes.set_ylabel(wrapped(y, height - 0.4))
        if k + across >= len(titles):
            axes.set_xlabel(wrapped(x, each))
        axes.grid(axis="y")
        made.append(axes)
    return figure, made


def _key(figure: Figure, key: Sequence[Artist], inner: float) -> Legend:
    for part in key:
        part.set_label(wrapped(str(part.get_label()), inner - 0.45))
    for columns in range(len(key), 0, -1):
        legend = figure.legend(
            handles=list(key), loc="upper left", ncols=columns, borderpad=0, borderaxespad=0, labelspacing=0.35, handletextpad=0.6
        )
        if columns == 1 or legend.get_window_extent().width / figure.dpi <= inner:
            return legend
        legend.remove()
    raise AssertionError("a key has at least one column")


def _height(figure: Figure, part: Artist) -> float:
    return float(part.get_window_extent().height) / figure.dpi


def save(figure: Figure, stem: str | Path) -> tuple[Path, Path]:
    """Write the figure as vector PDF and as PNG (300 dots per inch) beside each other; the same figure gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.
    stem : str or pathlib.Path
        The path of the files without an ending. A missing folder is made.

    Returns
    -------
    tuple of pathlib.Path
        The paths of the PDF and of the PNG.
    """
    stem = Path(stem)
    pdf, png = (stem.with_name(f"{stem.name}.{ending}") for ending in ("pdf", "png"))
    title = " ".join(figure.get_suptitle().split())
    with style_context():
        own = {"Title": title, "Creator": "processtrace", "Producer": None, "CreationDate": None}
        vector = _drawn(figure, format="pdf", metadata=own)
        own = {"Title": title, "Software": "processtrace"}
        pixels = _drawn(figure, format="png", dpi=300, metadata=own, pil_kwargs={"compress_level": 3})
    write_files({pdf: vector, png: pixels})
    return pdf, png


def _drawn(figure: Figure, **how: Any) -> bytes:
    """Draw in memory first: matplotlib's own writer of PDF turns a full disk into an error about itself."""
    drawn = BytesIO()
    figure.savefig(drawn, **how)
    return drawn.getvalue()
