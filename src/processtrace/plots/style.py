"""The look of every figure: colours, marks, lines, hatches and type, set over matplotlib's own defaults.

Nothing here changes matplotlib's global state: figures are `Figure` objects drawn under a context that is restored, and
pyplot is never loaded.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Literal

import matplotlib.style
from matplotlib.figure import Figure

from processtrace.plots.fonts import FIRST, families, say_missing, texts_of

PAGE, COLUMN, NARROW = 7.0, 3.4, 5.0
"""Widths of a page and of a column of a journal, and the width below which a figure is set as for a column, in inches."""

INK, FAINT, GRID, BAND = "#222222", "#666666", "#D9D9D9", "#F4F4F4"
TITLE, BODY, SMALL = 9.0, 7.0, 7.0
ROW = 0.165
"""Height of one labelled row, in inches."""

_STYLE = {
    "font.size": BODY,
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "text.hinting": "none",  # widths of letters are then the same at every resolution
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
    "svg.hashsalt": "processtrace",
}


type Dash = Literal["-"] | tuple[float, tuple[float, ...]]


@dataclass(frozen=True)
class Look:
    """How one hypothesis is drawn in every figure: by colour, and without colour by mark, dash and hatch."""

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
    """Return the look of the hypothesis at this place in the study's order, the same in all its figures."""
    turn, k = divmod(place, len(_COLOURS))
    return Look(_COLOURS[k], _MARKERS[(k + turn) % len(_MARKERS)], _DASHES[(k + turn) % len(_DASHES)], _HATCHES[(k + turn) % len(_HATCHES)])


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the choice of fonts to itself."""
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def style_context(families: Sequence[str] = (FIRST,)) -> Iterator[None]:
    """Set this style, with these fonts, over matplotlib's own defaults, whatever the user has set; their settings return afterwards.

    What matplotlib says of each missing character in each text is said once instead, by `fonts.say_missing`; that a font has no
    bold face is not said.
    """
    with _quiet(), warnings.catch_warnings(), matplotlib.style.context(["default", _STYLE | {"font.family": list(families)}]):
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .*missing from font")
        yield


def in_style[**P](draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw in this style, and settle the layout of a new figure once: a saved figure is not laid out again.

    The layout engine is run by itself: a drawing without output (`draw_without_rendering`) would end in the same places.
    A figure whose axes were given (`ax`) keeps the layout that its owner chose.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        text = texts_of([*args, *kwargs.values()])
        with style_context(families(text)):
            figure = draw(*args, **kwargs)
            if kwargs.get("ax") is None:
                engine = figure.get_layout_engine()
                if engine is not None:
                    engine.execute(figure)
                figure.set_layout_engine("none")
        say_missing(text)
        return figure

    return drawn
