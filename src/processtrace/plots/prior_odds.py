"""Panel: the prior odds at which the leading explanation ties with each rival."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from processtrace.logspace import Array, log
from processtrace.plots.labels import Drawn
from processtrace.plots.rows import label_rows
from processtrace.plots.sheet import Size, panel
from processtrace.plots.style import INK, ROW
from processtrace.text.numbers import odds

_DECADE = float(np.log(10))
_TINT = 0.4
_TICKS = 7


def break_even(log_likelihood: Array, leader: int, rival: int) -> float:
    """Return the log of the prior odds leader : rival at which the two tie; minus infinity where the rival is refuted."""
    if np.isneginf(log_likelihood[rival]):
        return -np.inf
    return float(log_likelihood[rival] - log_likelihood[leader])


def pairs_panel(name: str, every: list[Drawn], likelihood: Array, prior: Array, best: int, figsize: Size | None, ax: Axes | None) -> Figure:
    """Draw a row for each rival of the leading explanation, along the log of their prior odds."""
    leader = every[best]
    rivals = [k for k in range(len(every)) if k != best]
    ties = [break_even(likelihood, best, k) for k in rivals]
    with np.errstate(divide="ignore"):
        present = [float(log(prior[best]) - log(prior[k])) for k in rivals]
    reach = max([1.0, *(abs(value) / _DECADE for value in (*ties, *present) if np.isfinite(value))]) * 1.12
    figure, axes = panel(
        f"Prior odds under which {leader.label} leads each rival: {name}",
        0.6 + 1.6 * ROW * (len(rivals) + 1),
        ax=ax,
        figsize=figsize,
        key=[
            *(
                Patch(facecolor=(part.look.colour, _TINT), hatch=part.look.hatch, edgecolor=part.look.colour, label=f"{part.label} ahead")
                for part in every
            ),
            Line2D([], [], color=INK, linewidth=1.6, label="break-even"),
            Line2D([], [], color=INK, marker="*", markersize=9, markeredgecolor="white", linestyle="", label="present prior odds"),
        ],
        note="The evidence stays as judged; an explanation leads where it is ahead in every pair.",
    )
    axes.set_xlim(-reach, reach)
    for row, (k, tie, now) in enumerate(zip(rivals, ties, present, strict=True)):
        cut = float(np.clip(tie / _DECADE, -reach, reach))
        for start, stop, look in ((-reach, cut, every[k].look), (cut, reach, leader.look)):
            axes.barh(
                row,
                stop - start,
                left=start,
                height=0.6,
                facecolor=(look.colour, _TINT),
                edgecolor=look.colour,
                hatch=look.hatch,
                linewidth=0,
            )
        if np.isfinite(tie):
            axes.plot([cut, cut], [row - 0.38, row + 0.38], color=INK, linewidth=1.6, solid_capstyle="butt")
        star = float(np.clip(now / _DECADE, -reach, reach))
        axes.plot([star], [row], color=INK, marker="*", markersize=9, markeredgecolor="white", linestyle="", clip_on=False, zorder=5)
    step = max(1, int(np.ceil(2 * np.floor(reach) / (_TICKS - 1))))
    ticks = np.arange(-step * (np.floor(reach) // step), reach, step)
    axes.set_xticks(ticks, [odds(float(tick) * _DECADE) if abs(tick) < 6 else f"{tick * 10:.0f} dB" for tick in ticks])
    axes.set_xlabel(f"Prior odds of {leader.label} to the rival")
    label_rows(
        axes,
        [f"against {every[k].label}" for k in rivals],
        right=[odds(tie) if np.isfinite(tie) else "refuted" for tie in ties],
        columns=("", "Break-even"),
    )
    return figure
