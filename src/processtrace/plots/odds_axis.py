"""An axis of odds in decibels that also has room for what is refuted or certain."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from processtrace.logspace import Array
from processtrace.plots.grammar import INK


def odds_axis(axes: Axes, values: Array, label: str = "Odds against\nall others (dB)") -> Array:
    """Scale an x axis to these decibels and mark even odds; returns them with what is infinite moved to the edges."""
    finite = values[np.isfinite(values)]
    low, high = min(-3.0, float(finite.min(initial=0.0))), max(3.0, float(finite.max(initial=0.0)))
    room = (high - low) * (0.05 if np.isfinite(values).all() else 0.12)
    low, high = low - room, high + room
    axes.set_xlim(low, high)
    axes.axvline(0, color=INK, linewidth=0.6)
    axes.set_xlabel(label)
    axes.grid(axis="x")
    return np.clip(values, low, high)
