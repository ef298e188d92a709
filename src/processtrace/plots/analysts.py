"""Figure: each analyst's posterior beside the others'."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array
from processtrace.plots.axes import probability_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Coords, cases, chosen_cases, has_items, has_rivals, hypotheses, marks_of, of_case
from processtrace.plots.rows import fitted, label_rows, most_rows
from processtrace.plots.sheet import Size, inches, panel
from processtrace.plots.style import FAINT, in_style
from processtrace.text.names import listed

if TYPE_CHECKING:
    import xarray as xr

_MAIN = "Main result"


@in_style
def analysts(
    data: xr.Dataset,
    by_analyst: xr.Dataset,
    *,
    coords: Coords | None = None,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the support of every explanation by the judgements of each analyst alone, beside the main result, case by case.

    An analyst who judged nothing of a case has no row in it, and who comes to the same result shares a row.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    by_analyst : xarray.Dataset
        What `robustness.analysts(study)` returns: `posterior` (case, analyst, hypothesis), probabilities, and `items`
        (case, analyst), how many items entered, with the coordinate `analyst_label`.
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
    """
    chosen, every, wide = chosen_cases(data, coords), hypotheses(data), inches(width, figsize)
    found = {case: _rows(data, by_analyst, case) for case in chosen}
    if coords is None:
        chosen = dict(list(chosen.items())[: _fitting(found, most_rows(wide))])
    names: list[str] = []
    rows: list[float] = []
    heads: list[tuple[float, str]] = []
    counts: list[str] = []
    values: list[Array] = []
    place = 0.0
    for case, case_name in chosen.items():
        if len(chosen) > 1:
            heads.append((place, case_name))
            place += 1
        for label, posterior, count in found[case]:
            names.append(label)
            rows.append(place)
            values.append(posterior)
            counts.append(str(count))
            place += 1
        place += 0.4
    labels = fitted(names, wide)
    left = len(cases(data)) - len(chosen)
    rest = f"The first {len(chosen)} of {len(cases(data))} cases. " if left and coords is None else ""
    figure, axes = panel(
        "Support by the judgements of each analyst" + (", by case" if len(chosen) > 1 else f": {next(iter(chosen.values()))}"),
        0.55 + labels.height * (place + 1.5),
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        key=marks_of(every),
        note=f"{rest}An analyst's result uses the items that they judged and those with one common judgement. Each posterior is given that "
        "one of these explanations is right.",
    )
    for row, posterior in zip(rows, values, strict=True):
        axes.plot([posterior.min(), posterior.max()], [row, row], color=FAINT, linewidth=0.5, zorder=1)
        for k, part in enumerate(every):
            axes.plot([posterior[k]], [row], color=part.look.colour, marker=part.look.marker, linestyle="", clip_on=False, zorder=3)
    probability_axis(axes)
    label_rows(axes, labels.lines, rows, right=counts, heads=heads, columns=("", "Items"))
    return figure


def _rows(data: xr.Dataset, by_analyst: xr.Dataset, case: str) -> list[tuple[str, Array, int]]:
    """Return label, posterior and number of items of each row of a case; who comes to the same result shares a row."""
    each = by_analyst["posterior"].sel({CASE: case}).transpose("analyst", HYPOTHESIS).values
    counts, people = by_analyst["items"].sel({CASE: case}).values, [str(label) for label in by_analyst["analyst_label"].values]
    whole = int((data["evidence_case"].values == case).sum())
    made: list[tuple[list[str], Array, int]] = []
    for label, posterior, count in [(_MAIN, of_case(data, "posterior", case), whole), *zip(people, each, counts, strict=True)]:
        if not count or not np.isfinite(posterior).all():
            continue
        same = next((names for names, other, items in made if items == count and np.allclose(other, posterior, rtol=0, atol=1e-12)), None)
        if same is None:
            made.append(([label], posterior, int(count)))
        else:
            same.append(label)
    return [(" = ".join(names), posterior, count) for names, posterior, count in made]


def _fitting(found: dict[str, list[tuple[str, Array, int]]], most: int) -> int:
    """Return the rows of how many cases fit on a page; at least one."""
    total = np.cumsum([len(rows) + 1.4 for rows in found.values()])
    return max(1, int((total <= most + 8).sum()))


def _differs(data: xr.Dataset, by_analyst: xr.Dataset) -> bool:
    """Return whether an analyst comes to another result than the main one in some case."""
    return by_analyst.sizes["analyst"] > 0 and any(len(_rows(data, by_analyst, case)) > 1 for case in cases(data))


def _finding(data: xr.Dataset, by_analyst: xr.Dataset) -> str:
    every = cases(data)
    apart = [
        label for case, label in every.items() if len({int(posterior.argmax()) for _, posterior, _ in _rows(data, by_analyst, case)}) > 1
    ]
    if not apart:
        return "By each analyst's own judgements the same explanation leads as in the main result, in every case."
    return f"Analysts differ on who leads in {len(apart)} of {len(every)} cases: {listed(apart)}."


FIGURE = FigureKind(
    analysts,
    of_case=False,
    caption="Support by each analyst's own judgements.",
    section="robustness",
    drawable=lambda data, by_analyst: has_rivals(data) and has_items(data) and _differs(data, by_analyst),
    finding=_finding,
    main=True,
    datasets=("analysts",),
)
