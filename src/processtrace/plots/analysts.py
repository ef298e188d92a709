"""Figure: each analyst's posterior beside the others'."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.plots.axes import probability_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, chosen_cases, has_items, has_rivals, hypotheses, marks_of, of_case, rest_of_cases
from processtrace.plots.rows import label_rows
from processtrace.plots.sheet import Size, panel
from processtrace.plots.style import FAINT, ROW, in_style

if TYPE_CHECKING:
    import xarray as xr

_MAIN = "Main result"


@in_style
def analysts(
    data: xr.Dataset,
    by_analyst: xr.Dataset,
    *,
    coords: Coords | None = None,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the support of every explanation by the judgements of each analyst alone, beside the main result, case by case.

    An analyst who judged nothing of a case has no row in it.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    by_analyst : xarray.Dataset
        What `robustness.analysts(study)` returns: `posterior` (case, analyst, hypothesis), probabilities, and `items`
        (case, analyst), how many items entered, with the coordinate `analyst_label`.
    coords : mapping, optional
        The cases to show, `{"case": "poland"}` or `{"case": ["poland", "latvia"]}`; all cases by default.
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
    """
    chosen = chosen_cases(data, coords)
    every = hypotheses(data)
    people = [str(label) for label in by_analyst["analyst_label"].values]
    labels: list[str] = []
    rows: list[float] = []
    heads: list[tuple[float, str]] = []
    counts: list[str] = []
    values: list[np.ndarray] = []
    place = 0.0
    for name, case_name in chosen.items():
        if len(chosen) > 1:
            heads.append((place, case_name))
            place += 1
        each = by_analyst["posterior"].sel({CASE: name}).transpose("analyst", HYPOTHESIS).values
        items = by_analyst["items"].sel({CASE: name}).values
        whole = int((data["evidence_case"].values == name).sum())
        found = [(_MAIN, of_case(data, "posterior", name), whole), *zip(people, each, items, strict=True)]
        for label, posterior, count in found:
            if count and np.isfinite(posterior).all():
                labels.append(label)
                rows.append(place)
                values.append(posterior)
                counts.append(str(int(count)))
                place += 1
        place += 0.4
    figure, axes = panel(
        "Support by the judgements of each analyst" + (", by case" if len(chosen) > 1 else f": {next(iter(chosen.values()))}"),
        0.55 + ROW * (place + 1.5),
        ax=ax,
        figsize=figsize,
        key=marks_of(every),
        note=f"{rest_of_cases(data, chosen)}An analyst's result uses the items that they judged and those with one common judgement. Each posterior is given that "
        "one of these explanations is right.",
    )
    for row, posterior in zip(rows, values, strict=True):
        axes.plot([posterior.min(), posterior.max()], [row, row], color=FAINT, linewidth=0.5, zorder=1)
        for k, part in enumerate(every):
            axes.plot([posterior[k]], [row], color=part.look.colour, marker=part.look.marker, linestyle="", clip_on=False, zorder=3)
    probability_axis(axes)
    label_rows(axes, labels, rows, right=counts, heads=heads, columns=("", "Items"))
    return figure


FIGURE = FigureKind(
    analysts,
    of_case=False,
    caption="Support by each analyst's own judgements.",
    section="robustness",
    drawable=lambda data, by_analyst: has_rivals(data) and has_items(data) and by_analyst.sizes["analyst"] > 0,
    datasets=("analysts",),
)
