"""Small panels, one a case: support along something that is varied."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from processtrace.plots.style import BODY, PAGE, sheet, wrapped

_ACROSS = 3
_HEIGHT = 1.75


def panels(titles: Sequence[str], title: str, key: Sequence[Artist], note: str, x: str, y: str) -> tuple[Figure, list[Axes]]:
    """A figure of panels with these titles, probabilities upward, `x` and `y` on the outer axes."""
    across = min(_ACROSS, len(titles))
    down = -(-len(titles) // across)
    width = PAGE if across == _ACROSS else 2.6 * across + 1.4
    each = (width - 0.9) / across
    heads = [wrapped(text, each - 0.15, BODY, bold=True) for text in titles]
    lines = max(head.count("\n") for head in heads)
    figure = sheet(title, (_HEIGHT + 0.12 * lines) * down + 0.35, width=width, key=key, note=note)
    made: list[Axes] = []
    for k, head in enumerate(heads):
        axes = figure.add_subplot(down, across, k + 1)
        axes.set_title(head)
        axes.set_ylim(-0.02, 1.02)
        ticks = [0, 0.25, 0.5, 0.75, 1]
        axes.set_yticks(ticks, ["0", "0.25", "0.50", "0.75", "1"] if k % across == 0 else [""] * len(ticks))
        if k % across == 0:
            axes.set_ylabel(y)
        if k + across >= len(titles):
            axes.set_xlabel(x)
        axes.grid(axis="y")
        made.append(axes)
    return figure, made
