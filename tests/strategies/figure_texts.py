"""The texts of a figure, as a reader sees them."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.text import Text


def texts(figure: Figure) -> list[str]:
    """Return every visible text of a figure."""
    return [part.get_text() for part in figure.findobj(Text) if isinstance(part, Text) and part.get_visible() and part.get_text()]
