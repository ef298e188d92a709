"""Figure: support by case, with what the judged ranges allow."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.special import expit

from processtrace.errors import UsageError
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.plots.axes import probability_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import (
    Coords,
    cases,
    chosen_cases,
    hypotheses,
    leader_of,
    leading,
    marks_of,
    odds,
    of_case,
    rest_of_cases,
)
from processtrace.plots.rows import MOST, fitted, label_rows
from processtrace.plots.sheet import Size, inches, panel
from processtrace.plots.style import FAINT, INK, in_style
from processtrace.robustness.ranges import CENTRAL, central
from processtrace.text.numbers import probability

if TYPE_CHECKING:
    import xarray as xr


_SEEN = 0.001
"""The shortest interval that can be seen, in probability."""


@in_style
def support(
    data: xr.Dataset,
    ranges: xr.Dataset,
    *,
    coords: Coords | None = None,
    ci_prob: float = CENTRAL,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the posterior support of every explanation, one row a case, sorted by who leads; the leader's posterior is at the right.

    The thick line is the central interval of the leader's P(h|E,theta), which the judged ranges allow. All are probabilities,
    given that one of the explanations is right. A single case has a row for each explanation.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    ranges : xarray.Dataset
        What `robustness.ranges(study)` returns: `log_odds` (case, draw, hypothesis), nats.
    coords : mapping, optional
        The cases to show, `{"case": "poland"}` or `{"case": ["poland", "latvia"]}`; all cases by default.
    ci_prob : float
        Probability of the central interval.
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
        If `coords` names another dimension or an unknown case, or if the size is too small,
        or if `ci_prob` is not between 0 and 1.
    """
    chosen = chosen_cases(data, coords, MOST)
    if not 0 < ci_prob < 1:
        raise UsageError(f"ci_prob: {ci_prob}; a probability between 0 and 1")
    every, wide = hypotheses(data), inches(width, figsize)
    posterior = {case: of_case(data, "posterior", case) for case in chosen}
    against = {case: odds(of_case(data, "log_posterior", case)) for case in chosen}
    rows: list[tuple[str, str, int, list[int]]] = []  # label, case, explanation whose posterior is printed, explanations drawn
    if len(chosen) == 1:
        (case,) = chosen
        rows = [(every[int(h)].label, case, int(h), [int(h)]) for h in np.argsort(-posterior[case], kind="stable")]
    else:
        for case in sorted(chosen, key=lambda name: (leading(posterior[name]), -posterior[name].max())):
            rows.append((chosen[case], case, leading(posterior[case]), list(range(len(every)))))
    labels = fitted([label for label, *_ in rows], wide)
    intervals = {case: expit(central(ranges["log_odds"].sel({CASE: case}).transpose(..., HYPOTHESIS).values, ci_prob)) for case in chosen}
    ranged = any(intervals[case][1][shown] - intervals[case][0][shown] > _SEEN for _, case, shown, _ in rows)
    of_ranges = f"central {100 * ci_prob:g} % of the ranges"
    figure, axes = panel(
        "Support for each explanation" + (", by case" if len(chosen) > 1 else f": {next(iter(chosen.values()))}"),
        0.5 + labels.height * 1.15 * (len(rows) + 1),
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        key=[
            *marks_of(every if len(chosen) > 1 else ()),
            *([Line2D([], [], color=INK, linewidth=4, alpha=0.45, solid_capstyle="butt", label=of_ranges)] if ranged else []),
        ],
        note=f"{rest_of_cases(data, chosen, MOST)}Each posterior is given that one of these explanations is right."
        + (" On the right: that of the leader, with what the judged ranges allow." if len(chosen) > 1 else ""),
    )
    printed: list[str] = []
    for y, (_, case, shown, drawn) in enumerate(rows):
        low, high = intervals[case]
        axes.plot([0, 1], [y, y], color=FAINT, linewidth=0.4, zorder=1)
        axes.plot(
            [low[shown], high[shown]], [y, y], color=every[shown].look.colour, linewidth=4, alpha=0.45, solid_capstyle="butt", zorder=2
        )
        for h in sorted(drawn, key=lambda h: h == shown):
            look = every[h].look
            axes.plot(
                [posterior[case][h]],
                [y],
                color=look.colour,
                marker=look.marker,
                markersize=5.5 if h == shown else 3.6,
                markeredgecolor=INK,
                linestyle="",
                clip_on=False,
                zorder=4,
            )
        printed.append(probability(float(posterior[case][shown]), float(against[case][shown])))
    probability_axis(axes)
    label_rows(axes, labels.lines, right=printed, columns=("", "Leader" if len(chosen) > 1 else "Posterior"))
    return figure


def _finding(data: xr.Dataset, _: xr.Dataset) -> str:
    every = cases(data)
    leaders = {case: part for case in every if (part := leader_of(data, case)) is not None}
    if not leaders:
        return "No single explanation leads in any case." if len(every) > 1 else "No single explanation leads."
    best = {case: float(of_case(data, "posterior", case).max()) for case in leaders}
    said = {case: probability(best[case], float(odds(of_case(data, "log_posterior", case)).max())) for case in leaders}
    if len(every) == 1:
        (case,) = leaders
        return f"{leaders[case].label} leads with a posterior of {said[case]}."
    counts = Counter(part.label for part in leaders.values()).most_common()
    weakest = min(best, key=lambda case: best[case])
    first, rest = counts[0], counts[1:]
    led = f"{first[0]} leads in {first[1]} of {len(every)} cases" + "".join(f", {label} in {count}" for label, count in rest)
    return f"{led}; the least certain is {every[weakest]} ({said[weakest]})."


FIGURE = FigureKind(
    support,
    of_case=False,
    caption="Support for each explanation, with what the judged ranges allow.",
    section="results",
    drawable=lambda *_: True,
    finding=_finding,
    main=True,
    datasets=("ranges",),
    alt="Marks for the posterior of each explanation, one row a case. Posterior support: {support}. The table of results gives all numbers.",
    alt_of_case="Posterior support in {case}: {support}.",
)
