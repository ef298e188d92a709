"""Figure: what each part of the evidence says alone, and what is left without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from processtrace.errors import AnalysisError
from processtrace.inference.update import HYPOTHESIS
from processtrace.logspace import Array
from processtrace.plots.axes import probability_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import case_label, has_rivals, hypotheses, leading, marks_of, of_case
from processtrace.plots.rows import fitted, label_rows, most_rows
from processtrace.plots.sheet import Size, inches, sheet
from processtrace.plots.style import FAINT, INK, SMALL, in_style
from processtrace.text.names import spelled
from processtrace.text.numbers import probability

if TYPE_CHECKING:
    import xarray as xr


@in_style
def parts(
    data: xr.Dataset, divided: xr.Dataset, case: str, *, width: float | None = None, title: str | bool = True, figsize: Size | None = None
) -> Figure:
    """Draw the support of every explanation by each part of the evidence of a case, one row a part, group by group.

    Left panel: support by the items of the part alone. Right panel: support without them. Dotted lines mark the support by all items.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    divided : xarray.Dataset
        What `robustness.parts(study)` returns: `only` and `without` (part, hypothesis), probabilities, and `items` (part), with the
        coordinates `part_case`, `part_group`, `part_label`.
    case : str
        Identifier of the case.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    UsageError
        If there is no case of this name, or if the size is too small.
    AnalysisError
        If the case has no parts.
    """
    name, every = case_label(data, case), hypotheses(data)
    chosen = _chosen(divided, case)
    if not chosen.any():
        raise AnalysisError(f"case '{case}' has no parts: no tags, years, terms or kinds of source")
    groups, labels = ([str(text) for text in divided[f"part_{key}"].values[chosen]] for key in ("group", "label"))
    wide = inches(width, figsize)
    most = most_rows(wide)
    rest = f"The first {most} of {len(labels)} parts. " if len(labels) > most else ""
    rows, heads = _placed(groups[:most])
    own = np.flatnonzero(chosen)[:most]
    shown = fitted(labels[:most], wide, SMALL)
    figure = sheet(
        f"Support by parts of the evidence: {name}",
        0.67 + shown.height * (max(rows) + 2.5),
        key=[*marks_of(every), Line2D([], [], color=INK, linestyle=":", linewidth=0.9, label="all items")],
        note=f"{rest}An item may be in several parts. Each posterior is given that one of these explanations is right.",
        width=width,
        title=title,
        figsize=figsize,
    )
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, key, words in ((left, "only", "Support by these\nitems alone"), (right, "without", "Support\nwithout them")):
        posterior = divided[key].transpose(..., HYPOTHESIS).values[own]
        for row, values in zip(rows, posterior, strict=True):
            if np.isfinite(values).all():
                axes.plot([values.min(), values.max()], [row, row], color=FAINT, linewidth=0.5, zorder=1)
        for k, part in enumerate(every):
            axes.axvline(float(of_case(data, "posterior", case)[k]), color=part.look.colour, linestyle=":", linewidth=0.9, zorder=1.5)
            axes.plot(posterior[:, k], rows, color=part.look.colour, marker=part.look.marker, markersize=3.6, linestyle="", clip_on=False)
        probability_axis(axes, words)
    counts = [str(int(count)) for count in divided["items"].values[own]]
    label_rows(left, shown.lines, rows, right=counts, heads=heads, beside=[right], columns=("", "Items"), size=SMALL)
    return figure


def _placed(groups: list[str]) -> tuple[list[float], list[tuple[float, str]]]:
    """Return the row of each part, and the rows of the headings of groups, where there are several."""
    rows: list[float] = []
    heads: list[tuple[float, str]] = []
    place = 0.0
    for k, group in enumerate(groups):
        if len(set(groups)) > 1 and (k == 0 or group != groups[k - 1]):
            place += 0.3 if k else 0.0
            heads.append((place, spelled(group)))
            place += 1
        rows.append(place)
        place += 1
    return rows, heads


def _chosen(divided: xr.Dataset, case: str) -> Array:
    return np.asarray((divided["part_case"].values == case) & (divided["items"].values > 0))


def _finding(data: xr.Dataset, divided: xr.Dataset, case: str) -> str:
    chosen, best = np.flatnonzero(_chosen(divided, case)), leading(of_case(data, "log_posterior", case))
    without = divided["without"].transpose(..., HYPOTHESIS).values[chosen, best]
    if np.isnan(without).all():
        return "No part can be left out: nothing would remain."
    worst = int(np.nanargmin(without))
    name = divided["part_label"].values[chosen[worst]]
    return (
        f"Without “{name}” the support of {hypotheses(data)[best].label} is {probability(float(without[worst]))}, the least of all parts."
    )


FIGURE = FigureKind(
    parts,
    of_case=True,
    caption="What each part of the evidence says alone, and what is left without it.",
    section="robustness",
    drawable=lambda data, divided, case: has_rivals(data) and bool(_chosen(divided, case).any()),
    finding=_finding,
    datasets=("parts",),
)
