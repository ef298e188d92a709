"""Figure: support by case, with what the judged ranges allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from processtrace.plots.labels import case_label, cases, hypotheses, odds, of_case
from processtrace.plots.rows import label_rows
from processtrace.plots.style import INK, PAGE, ROW, drawn, probability_axis, sheet
from processtrace.text.numbers import probability

if TYPE_CHECKING:
    import xarray as xr

_KEY = [
    Line2D([], [], color=INK, marker="o", linestyle="", label="posterior"),
    Line2D(
        [],
        [],
        color=INK,
        linewidth=4,
        alpha=0.45,
        solid_capstyle="butt",
        label="central 90 % of what the ranges allow, judgements erring independently",
    ),
    Line2D([], [], color=INK, linewidth=0.9, label="lowest to highest, every judgement at an end of its range"),
    Line2D([], [], color=INK, marker="|", markersize=6, markeredgewidth=1.2, linestyle="", label="prior"),
]


@drawn
def support(updated: xr.Dataset, bounds: xr.Dataset, ranges: xr.Dataset, case: str | None = None) -> Figure:
    """Posterior support of every explanation, case by case (or of one), beside what the judged ranges allow.

    `updated` comes from `update(study)`; `bounds` holds `lowest`, `highest` and `ranges` holds `low`, `high`
    (case, hypothesis), from `robustness.bounds(study)` and `robustness.ranges(study)`. All are probabilities, each given
    that one of the explanations is right. The dot is the posterior, the thick line the central 90 % of P(h|E,theta), the
    thin line the corner bounds, the tick the prior.
    """
    chosen = list(cases(updated)) if case is None else [case]
    names = {name: case_label(updated, name) for name in chosen}
    every = hypotheses(updated)
    several = len(chosen) > 1
    labels: list[str] = []
    rows: list[float] = []
    heads: list[tuple[float, str]] = []
    place = 0.0
    for name in chosen:
        if several:
            heads.append((place, names[name]))
            place += 1
        for part in every:
            labels.append(part.label)
            rows.append(place)
            place += 1
        place += 0.4
    title = "Support for each explanation" + (", by case" if several else f": {names[chosen[0]]}")
    figure = sheet(
        title,
        0.55 + ROW * (place + 1.5),
        width=PAGE,
        key=_KEY,
        note="Each posterior is given that one of these explanations is right.",
    )
    axes = figure.add_subplot()
    printed: list[str] = []
    for k, name in enumerate(chosen):
        posterior, prior = of_case(updated, "posterior", name), of_case(updated, "prior", name)
        against = odds(of_case(updated, "log_posterior", name))
        lowest, highest = of_case(bounds, "lowest", name), of_case(bounds, "highest", name)
        low, high = of_case(ranges, "low", name), of_case(ranges, "high", name)
        for j, part in enumerate(every):
            y, colour = rows[k * len(every) + j], part.look.colour
            axes.plot([lowest[j], highest[j]], [y, y], color=colour, linewidth=0.9, solid_capstyle="butt", zorder=2)
            axes.plot([low[j], high[j]], [y, y], color=colour, linewidth=4, alpha=0.45, solid_capstyle="butt", zorder=3)
            axes.plot([prior[j]], [y], color=INK, marker="|", markersize=6, markeredgewidth=1.2, linestyle="", zorder=3)
            axes.plot(
                [posterior[j]], [y], color=colour, marker=part.look.marker, markeredgecolor=INK, markeredgewidth=0.4, linestyle="", zorder=4
            )
            printed.append(probability(float(posterior[j]), float(against[j])))
    probability_axis(axes)
    label_rows(axes, labels, rows, right=printed, heads=heads, columns=("", "Posterior"))
    return figure
