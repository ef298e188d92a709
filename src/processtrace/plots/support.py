"""Figure: support by case, with what the judged ranges allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.special import expit

from processtrace.errors import UsageError
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.plots.axes import probability_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, chosen_cases, hypotheses, odds, of_case, rest_of_cases
from processtrace.plots.rows import label_rows
from processtrace.plots.sheet import Size, panel
from processtrace.plots.style import INK, ROW, in_style
from processtrace.robustness.ranges import CENTRAL, central
from processtrace.text.numbers import probability

if TYPE_CHECKING:
    import xarray as xr


@in_style
def support(
    data: xr.Dataset,
    bounds: xr.Dataset,
    ranges: xr.Dataset,
    *,
    coords: Coords | None = None,
    ci_prob: float = CENTRAL,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the posterior support of every explanation, case by case, beside what the judged ranges allow.

    The dot is the posterior, the thick line the central interval of P(h|E,theta), the thin line the lowest and the highest
    posterior within the ranges, the tick the prior. All are probabilities, given that one of the explanations is right.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    bounds : xarray.Dataset
        What `robustness.bounds(study)` returns: `lowest` and `highest` (case, hypothesis).
    ranges : xarray.Dataset
        What `robustness.ranges(study)` returns: `log_odds` (case, draw, hypothesis), nats.
    coords : mapping, optional
        The cases to show, `{"case": "poland"}` or `{"case": ["poland", "latvia"]}`; all cases by default.
    ci_prob : float
        Probability of the central interval.
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
    chosen = chosen_cases(data, coords)
    if not 0 < ci_prob < 1:
        raise UsageError(f"ci_prob: {ci_prob}; a probability between 0 and 1")
    every = hypotheses(data)
    several = len(chosen) > 1
    labels: list[str] = []
    rows: list[float] = []
    heads: list[tuple[float, str]] = []
    place = 0.0
    for case_name in chosen.values():
        if several:
            heads.append((place, case_name))
            place += 1
        for part in every:
            labels.append(part.label)
            rows.append(place)
            place += 1
        place += 0.4
    figure, axes = panel(
        "Support for each explanation" + (", by case" if several else f": {next(iter(chosen.values()))}"),
        0.55 + ROW * (place + 1.5),
        ax=ax,
        figsize=figsize,
        key=_key(ci_prob),
        note=f"{rest_of_cases(data, chosen)}Each posterior is given that one of these explanations is right.",
    )
    printed: list[str] = []
    for k, name in enumerate(chosen):
        posterior, prior = of_case(data, "posterior", name), of_case(data, "prior", name)
        against = odds(of_case(data, "log_posterior", name))
        lowest, highest = of_case(bounds, "lowest", name), of_case(bounds, "highest", name)
        low, high = expit(central(ranges["log_odds"].sel({CASE: name}).transpose(..., HYPOTHESIS).values, ci_prob))
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


def _key(ci_prob: float) -> list[Line2D]:
    interval = f"central {100 * ci_prob:g} % of what the ranges allow, judgements erring independently"
    return [
        Line2D([], [], color=INK, marker="o", markersize=6, markeredgewidth=1, linestyle="", label="posterior"),
        Line2D([], [], color=INK, linewidth=4, alpha=0.45, solid_capstyle="butt", label=interval),
        Line2D([], [], color=INK, linewidth=0.9, label="lowest to highest, every judgement at an end of its range"),
        Line2D([], [], color=INK, marker="|", markersize=6, markeredgewidth=1.2, linestyle="", label="prior"),
    ]


FIGURE = FigureKind(
    support,
    of_case=False,
    caption="Support for each explanation, with what the judged ranges allow.",
    section="results",
    drawable=lambda *_: True,
    datasets=("bounds", "ranges"),
    alt="Dots with lines for what the ranges allow. Posterior support: {support}. The table of results gives all numbers.",
    alt_of_case="Posterior support in {case}: {support}.",
)
