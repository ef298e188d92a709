"""Text keeps within the width it is given, at every usual resolution and with hinted letters as without.

Deterministic.
"""

from __future__ import annotations

import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from processtrace.plots.sheet import wrapped
from processtrace.plots.style import BODY, TITLE, style_context

RESOLUTIONS = (72, 80, 90, 96, 100, 110, 120, 144, 150, 200, 300, 600)
TEXT = (
    "Joined: sets that leave less than any set of the same cost or less. Filled: what is known of the case, or shown by a clue. "
    "Each posterior is given that one of these explanations is right. Every item's weight between two explanations errs independently."
)


@pytest.mark.parametrize(("size", "bold"), [(BODY, False), (BODY, True), (TITLE, True)])
@pytest.mark.parametrize("inches", [1.3, 3.28])
def test_a_line_keeps_within_its_width_at_every_usual_resolution(size, bold, inches):
    with style_context():
        text = wrapped(TEXT, inches, size, bold)
        assert len(text.split("\n")) > 3
        for hinting in ("none", "default"):
            for dpi in RESOLUTIONS:
                figure = Figure(dpi=dpi)
                FigureCanvasAgg(figure)
                drawn = figure.text(0, 0, text, fontsize=size, fontweight="bold" if bold else "normal")
                with rc_context({"text.hinting": hinting}):
                    assert drawn.get_window_extent().width / dpi <= inches + 1 / dpi, (hinting, dpi)
