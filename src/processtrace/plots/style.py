"""One grammar for every figure: colours, marks, type, widths, and how a figure is laid out and saved.

Nothing here touches matplotlib's global state: figures are `Figure` objects drawn under a context that is restored, and
pyplot is never loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, wraps
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import matplotlib.style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from processtrace.formats.atomic import write_files

PAGE = 7.0
"""Width of a page of a journal, in inches."""

INK, FAINT, GRID, BAND = "#222222", "#666666", "#D9D9D9", "#F4F4F4"
TITLE, BODY, SMALL = 9.0, 7.0, 6.5
ROW = 0.165
"""Height of one labelled row, in inches."""

_EDGE = 0.06
_GAP = 0.08
_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": BODY,
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": BODY,
    "axes.titlesize": BODY,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": BODY,
    "ytick.labelsize": BODY,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.5,
    "lines.markeredgewidth": 0.4,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": BODY,
    "legend.handlelength": 2.2,
    "legend.columnspacing": 1.6,
    "figure.dpi": 100,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,
    "pdf.compression": 6,
}


type Dash = Literal["-"] | tuple[float, tuple[float, ...]]


@dataclass(frozen=True)
class Look:
    """How one hypothesis is drawn, everywhere: by colour, and without colour by mark, dash and hatch."""

    colour: str
    marker: str
    dash: Dash
    hatch: str


# The first three are Paul Tol's high-contrast set, which keeps its order of lightness in grey and for the colour-blind
# (SRON/EPS/TN/09-002); the others are Okabe and Ito's, apart from these in lightness or by mark.
_COLOURS = ("#004488", "#DDAA33", "#BB5566", "#56B4E9", "#222222", "#009E73", "#999999", "#CC79A7")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<")
_DASHES: tuple[Dash, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (6, 1.5, 1.2, 1.5)),
    (0, (9, 2)),
    (0, (2.5, 1.2)),
    (0, (6, 1.2, 1.2, 1.2, 1.2, 1.2)),
    (0, (1, 2.5)),
)
_HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++", "oooo")


def look(place: int) -> Look:
    """The look of the hypothesis at this place in the study's order, the same in all its figures."""
    turn, k = divmod(place, len(_COLOURS))
    return Look(_COLOURS[k], _MARKERS[(k + turn) % len(_MARKERS)], _DASHES[(k + turn) % len(_DASHES)], _HATCHES[(k + turn) % len(_HATCHES)])


@contextmanager
def grammar() -> Iterator[None]:
    """Set this grammar over matplotlib's own defaults, whatever the user has set; restored on leaving."""
    with matplotlib.style.context(["default", _STYLE]):
        yield


def drawn[**P](make: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw under the grammar, and settle the layout once and for all: what is saved is not laid out again.

    The layout is asked for by itself: a drawing without output (`draw_without_rendering`) would end in the same places.
    """

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with grammar():
            figure = make(*args, **kwargs)
            engine = figure.get_layout_engine()
            if engine is not None:
                engine.execute(figure)
            figure.set_layout_engine("none")
        return figure

    return made


@cache
def text_width(text: str, size: float = BODY, bold: bool = False) -> float:
    """Width of a line of text in inches."""
    canvas = FigureCanvasAgg(Figure(dpi=100))
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    width, _, _ = renderer.get_text_width_height_descent(text, font, False)
    return float(width) / 100


def wrapped(text: str, inches: float, size: float = BODY, bold: bool = False) -> str:
    """The text in lines no wider than this, broken between words."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size, bold) <= inches:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def sheet(title: str, body: float, *, width: float = PAGE, key: Sequence[Artist] = (), note: str = "") -> Figure:
    """An empty figure: title and key above a body of this height, a note below it; all sizes in inches.

    The height follows from the parts, so that none is clipped or covers another. Axes added to it fill the body.
    """
    figure = Figure(figsize=(width, body), dpi=100)
    FigureCanvasAgg(figure)
    inner = width - 2 * _EDGE
    heading = figure.suptitle(wrapped(title, inner, TITLE, bold=True), fontsize=TITLE, fontweight="bold", ha="left", va="top")
    above: list[Artist] = [heading]
    if key:
        above.append(_key(figure, key, inner))
    footing = figure.text(0, 0, wrapped(note, inner, SMALL), fontsize=SMALL, color=FAINT, ha="left", va="bottom", linespacing=1.25)
    heights = [_height(figure, part) for part in above]
    below = _height(figure, footing) + _GAP if note else 0.0
    top = sum(heights) + _GAP * len(heights)
    height = _EDGE + top + body + below + _EDGE
    figure.set_size_inches(width, height)
    heading.set_position((_EDGE / width, 1 - _EDGE / height))
    if key:
        above[1].set_bbox_to_anchor((_EDGE / width, 1 - (_EDGE + heights[0] + _GAP) / height), figure.transFigure)  # type: ignore[attr-defined]
    footing.set_position((_EDGE / width, _EDGE / height))
    for part in [*above, footing]:
        part.set_in_layout(False)
    figure.set_layout_engine(
        "constrained", rect=(0, (_EDGE + below) / height, 1, body / height), w_pad=_EDGE, h_pad=0.04, wspace=0.03, hspace=0.05
    )
    return figure


def _key(figure: Figure, key: Sequence[Artist], inner: float) -> Artist:
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


def texts(figure: Figure) -> list[str]:
    """Every text that a reader of the figure sees."""
    return [part.get_text() for part in figure.findobj(Text) if isinstance(part, Text) and part.get_visible() and part.get_text()]


def probability_axis(axes: Axes, label: str = "Support (posterior probability)") -> None:
    """An x axis from 0 to 1 for probabilities."""
    axes.set_xlim(-0.015, 1.015)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.50", "0.75", "1"])
    axes.set_xlabel(label)
    axes.grid(axis="x")


def save(figure: Figure, stem: str | Path) -> tuple[Path, Path]:
    """Write the figure as vector PDF and as PNG (300 dots per inch) beside each other; the same figure gives the same bytes.

    `stem` is the path without an ending; its folder is made where it is missing. Returns the two paths.
    """
    stem = Path(stem)
    pdf, png = (stem.with_name(f"{stem.name}.{ending}") for ending in ("pdf", "png"))
    title = " ".join(figure.get_suptitle().split())
    with grammar():
        own = {"Title": title, "Creator": "processtrace", "Producer": None, "CreationDate": None}
        vector = _drawn(figure, format="pdf", metadata=own)
        own = {"Title": title, "Software": "processtrace"}
        pixels = _drawn(figure, format="png", dpi=300, metadata=own, pil_kwargs={"compress_level": 3})
    write_files({pdf: vector, png: pixels})
    return pdf, png


def _drawn(figure: Figure, **how: Any) -> bytes:
    """In memory first: matplotlib's own writer of PDF turns a full disk into an error about itself."""
    drawn = BytesIO()
    figure.savefig(drawn, **how)
    return drawn.getvalue()
