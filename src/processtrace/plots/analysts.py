"""Figure: each analyst's posterior beside the others'."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.plots.labels import case_label, cases, hypotheses, marks_of, of_case
from processtrace.plots.rows import label_rows
from processtrace.plots.style import FAINT, ROW, drawn, probability_axis, sheet

if TYPE_CHECKING:
    import xarray as xr

_MAIN = "Main result"


@drawn
def analysts(updated: xr.Dataset, by_analyst: xr.Dataset, case: str | None = None) -> Figure:
    """Support of every explanation by the judgements of each analyst alone, beside the main result, case by case (or of one).

    `by_analyst` comes from `robustness.analysts(study)`: `posterior` (case, analyst, hypothesis), probabilities, and
    `items` (case, analyst), how many items entered, with the coordinate `analyst_label`. An analyst who judged nothing
    of a case has no row in it.
    """
    chosen = list(cases(updated)) if case is None else [case]
    names = {name: case_label(updated, name) for name in chosen}
    every = hypotheses(updated)
    people = [str(label) for label in by_analyst["analyst_label"].values]
    labels: list[str] = []
    rows: list[float] = []
    heads: list[tuple[float, str]] = []
    counts: list[str] = []
    values: list[np.ndarray] = []
    place = 0.0
    for name in chosen:
        if len(chosen) > 1:
            heads.append((place, names[name]))
            place += 1
        each = by_analyst["posterior"].sel({CASE: name}).transpose("analyst", HYPOTHESIS).values
        items = by_analyst["items"].sel({CASE: name}).values
        whole = int((updated["evidence_case"].values == name).sum())
        found = [(_MAIN, of_case(updated, "posterior", name), whole), *zip(people, each, items, strict=True)]
        for label, posterior, count in found:
            if count and np.isfinite(posterior).all():
                labels.append(label)
                rows.append(place)
                values.append(posterior)
                counts.append(str(int(count)))
                place += 1
        place += 0.4
    figure = sheet(
        "Support by the judgements of each analyst" + (", by case" if len(chosen) > 1 else f": {names[chosen[0]]}"),
        0.55 + ROW * (place + 1.5),
        key=marks_of(every),
        note="An analyst's result uses the items that he or she judged and those with one common judgement. Each posterior is given that "
        "one of these explanations is right.",
    )
    axes = figure.add_subplot()
    for row, posterior in zip(rows, values, strict=True):
        axes.plot([posterior.min(), posterior.max()], [row, row], color=FAINT, linewidth=0.5, zorder=1)
        for k, part in enumerate(every):
            axes.plot([posterior[k]], [row], color=part.look.colour, marker=part.look.marker, linestyle="", clip_on=False, zorder=3)
    probability_axis(axes)
    label_rows(axes, labels, rows, right=counts, heads=heads, columns=("", "Items"))
    return figure
