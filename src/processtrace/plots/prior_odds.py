"""Figure: the prior odds at which the leading explanation ties with the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from processtrace.errors import AnalysisError
from processtrace.inference.update import EVIDENCE, HYPOTHESIS
from processtrace.logspace import Array, log
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, cases, chosen_cases, has_items, has_rivals, hypotheses, leader_of, of_case, rest_of_cases
from processtrace.plots.rows import fitted, label_rows
from processtrace.plots.sheet import Size, inches, panel
from processtrace.plots.style import INK, NARROW, in_style
from processtrace.text.numbers import odds

if TYPE_CHECKING:
    import xarray as xr

_DECADE = float(np.log(10))
_TINT = 0.4


def break_even(log_likelihood: Array, leader: int, rival: int) -> float:
    """Return the log of the prior odds leader : rival at which the two tie; minus infinity where the rival is refuted."""
    if np.isneginf(log_likelihood[rival]):
        return -np.inf
    return float(log_likelihood[rival] - log_likelihood[leader])


@in_style
def prior_odds(
    data: xr.Dataset,
    *,
    coords: Coords | None = None,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the prior odds of the leading explanation to the next at which the two tie, one row a case, and the present odds.

    The evidence stays as judged. A single case has a row for each rival.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    coords : mapping, optional
        The cases to show, `{"case": "poland"}` or `{"case": ["poland", "latvia"]}`; all cases by default.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.
    ax : matplotlib.axes.Axes, optional
        Axes to draw into. They take the title above them, and key and note below. By default a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    UsageError
        If `coords` names another dimension or an unknown case, or if the size is too small.
    AnalysisError
        If no single explanation leads in any of the cases.
    """
    chosen, every = chosen_cases(data, coords), hypotheses(data)
    rows = [row for case in chosen for row in _rows(data, case, len(chosen) == 1)]
    if not rows:
        raise AnalysisError("no single explanation leads in any of these cases, so that no prior odds can be named at which it ties")
    wide = inches(width, figsize)
    finite = [abs(value) / _DECADE for *_, tie, now in rows for value in (tie, now) if np.isfinite(value)]
    reach = max([1.0, *finite]) * 1.12
    shown = sorted({place for _, leader, rival, *_ in rows for place in (leader, rival)})
    labels = fitted([text for text, *_ in rows], wide)
    figure, axes = panel(
        "Prior odds under which the leading explanation keeps its lead" + (f": {next(iter(chosen.values()))}" if len(chosen) == 1 else ""),
        0.6 + 1.3 * labels.height * (len(rows) + 1),
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        key=[
            *(
                Patch(
                    facecolor=(every[k].look.colour, _TINT),
                    hatch=every[k].look.hatch,
                    edgecolor=every[k].look.colour,
                    label=f"{every[k].label} ahead",
                )
                for k in shown
            ),
            Line2D([], [], color=INK, linewidth=1.6, label="break-even"),
            Line2D([], [], color=INK, marker="*", markersize=9, markeredgecolor="white", linestyle="", label="present prior odds"),
        ],
        note=f"{rest_of_cases(data, chosen)}The evidence stays as judged; only the prior odds of the leading explanation to the next change.",
    )
    axes.set_xlim(-reach, reach)
    for row, (_, leader, rival, tie, now) in enumerate(rows):
        cut = float(np.clip(tie / _DECADE, -reach, reach))
        for start, stop, look in ((-reach, cut, every[rival].look), (cut, reach, every[leader].look)):
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
    most = 6 if wide >= NARROW else 2
    step = max(1, int(np.ceil(2 * np.floor(reach) / most)))
    ticks = np.arange(-step * (np.floor(reach) // step), reach, step)
    axes.set_xticks(ticks, [odds(float(tick) * _DECADE) if abs(tick) < 6 else f"{tick * 10:.0f} dB" for tick in ticks])
    axes.set_xlabel("Prior odds, leader to rival")
    label_rows(axes, labels.lines, right=[odds(tie) if np.isfinite(tie) else "refuted" for *_, tie, _ in rows], columns=("", "Break-even"))
    return figure


def _rows(data: xr.Dataset, case: str, rivals: bool) -> list[tuple[str, int, int, float, float]]:
    """Return label, leader, rival, log prior odds at which they tie, and present log prior odds: of the next, or of every rival."""
    leader = leader_of(data, case)
    if leader is None:
        return []
    every = hypotheses(data)
    order = [int(h) for h in np.argsort(-of_case(data, "log_posterior", case), kind="stable")]
    own = data["evidence_case"].values == case
    likelihood = data["log_likelihood"].transpose(EVIDENCE, HYPOTHESIS).values[own].sum(axis=0)
    prior = of_case(data, "prior", case)
    made = []
    for rival in order[1:] if rivals else order[1:2]:
        text = f"against {every[rival].label}" if rivals else cases(data)[case]
        with np.errstate(divide="ignore"):
            made.append((text, order[0], rival, break_even(likelihood, order[0], rival), float(log(prior[order[0]]) - log(prior[rival]))))
    return made


def _finding(data: xr.Dataset) -> str:
    rows = {case: found[0] for case in cases(data) if (found := _rows(data, case, False)) and np.isfinite(found[0][3])}
    if not rows:
        return "No prior odds turn a lead: every rival is refuted."
    case = min(rows, key=lambda name: rows[name][4] - rows[name][3])
    _, leader, rival, tie, _ = rows[case]
    names = [part.label for part in hypotheses(data)]
    return f"{cases(data)[case]} changes hands first: at prior odds of {odds(tie)}, {names[leader]} to {names[rival]}."


FIGURE = FigureKind(
    prior_odds,
    of_case=False,
    caption="The prior odds at which the leading explanation ties with the next.",
    section="robustness",
    drawable=lambda data: has_rivals(data) and has_items(data) and any(leader_of(data, case) is not None for case in cases(data)),
    finding=_finding,
)
