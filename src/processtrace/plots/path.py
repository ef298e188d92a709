"""Figure: the path of support through time, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.inference.update import EVIDENCE, HYPOTHESIS
from processtrace.logspace import Array, log, normalise
from processtrace.plots.axes import odds_axis, probability_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import case_label, has_items, has_rivals, hypotheses, items, key_of, odds, of_case
from processtrace.plots.rows import MOST, label_rows
from processtrace.plots.sheet import Size, sheet
from processtrace.plots.style import ROW, SMALL, in_style

if TYPE_CHECKING:
    import xarray as xr


def steps(data: xr.Dataset, case: str) -> Array:
    """Return the log posterior after no item, one, two, … in order of time: (items + 1, hypothesis), nats.

    The terms are those of `weight_db` (each item given the earlier ones of its unit), so the last row is the posterior.
    """
    places = [item.place for item in items(data, case)]
    terms = data["log_likelihood"].transpose(EVIDENCE, HYPOTHESIS).values[places]
    start = log(of_case(data, "prior", case))
    return normalise(np.cumsum(np.vstack([start, terms]), axis=0))


@in_style
def path(data: xr.Dataset, case: str, *, figsize: Size | None = None) -> Figure:
    """Draw the support of every explanation of a case as the items are added in order of time, from prior to posterior.

    Left panel: posterior probability after each row's item; right: its odds against all other explanations in decibels,
    which show differences of support near 0 and 1. An explanation that is refuted ends at the edge.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    case : str
        Identifier of the case.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    UsageError
        If there is no case of this name, or the size is too small.

    References
    ----------
    Good, I. J. (1985). Weight of evidence: a brief survey. In Bayesian Statistics 2, 249-269. North-Holland.
    """
    name, rows, every = case_label(data, case), items(data, case), hypotheses(data)
    log_posterior = steps(data, case)
    every_one = max(1, -(-len(rows) // MOST))
    shown_rows = [k for k in range(len(rows)) if (len(rows) - 1 - k) % every_one == 0]
    log_posterior, rows = log_posterior[[0, *(k + 1 for k in shown_rows)]], [rows[k] for k in shown_rows]
    figure = sheet(
        f"Path of support through time, item by item: {name}",
        0.62 + ROW * (len(rows) + 3),
        key=key_of(every),
        note=("Each row adds its item to" if every_one == 1 else f"Each row adds {every_one} items, of which the last is named, to")
        + " those above it, in the order of their dates; an item of a cluster counts given the earlier ones of its cluster. Each posterior is given that one of these explanations is right.",
        figsize=figsize,
    )
    support, against = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
    places = np.arange(len(rows) + 1)
    shown = odds_axis(against, odds(log_posterior))
    for k, part in enumerate(every):
        style = {"color": part.look.colour, "marker": part.look.marker, "linestyle": part.look.dash, "markersize": 3.4, "clip_on": False}
        support.plot(np.exp(log_posterior[:, k]), places, **style)
        against.plot(shown[:, k], places, **style)
    probability_axis(support, "Support\n(posterior probability)")
    label_rows(
        support,
        ["Prior", *(item.label for item in rows)],
        left=["", *(item.date or "undated" for item in rows)],
        columns=("Date", ""),
        size=SMALL,
        beside=[against],
    )
    return figure


FIGURE = FigureKind(
    path,
    of_case=True,
    caption="The path of support as the items are added in order of time.",
    section="case",
    drawable=lambda data, case: has_rivals(data) and has_items(data, case),
    alt_of_case="Lines of support in {case} from the prior to the posterior, item by item in order of time. They end at: {support}.",
)
