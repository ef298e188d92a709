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
from processtrace.plots.rows import fitted, label_rows, most_rows
from processtrace.plots.sheet import Size, inches, sheet
from processtrace.plots.style import SMALL, in_style
from processtrace.text.numbers import probability

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
def path(data: xr.Dataset, case: str, *, width: float | None = None, title: str | bool = True, figsize: Size | None = None) -> Figure:
    """Draw the support of every explanation of a case as the items are added in order of time, from prior to posterior.

    Left panel: posterior probability after each row's item; right: its odds against all other explanations in decibels,
    which show differences of support near 0 and 1. An explanation that is refuted ends at the edge.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
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
        If there is no case of this name, or the size is too small.

    References
    ----------
    Good, I. J. (1985). Weight of evidence: a brief survey. In Bayesian Statistics 2, 249-269. North-Holland.
    """
    name, rows, every = case_label(data, case), items(data, case), hypotheses(data)
    log_posterior = steps(data, case)
    wide = inches(width, figsize)
    every_one = max(1, -(-len(rows) // most_rows(wide)))
    shown_rows = [k for k in range(len(rows)) if (len(rows) - 1 - k) % every_one == 0]
    log_posterior, rows = log_posterior[[0, *(k + 1 for k in shown_rows)]], [rows[k] for k in shown_rows]
    labels = fitted(["Prior", *(item.label for item in rows)], wide, SMALL)
    figure = sheet(
        f"Path of support through time, item by item: {name}",
        0.62 + labels.height * (len(rows) + 3),
        key=key_of(every),
        note=("Each row adds its item to" if every_one == 1 else f"Each row adds {every_one} items, of which the last is named, to")
        + " those above it, in the order of their dates; an item of a cluster counts given the earlier ones of its cluster. Each posterior is given that one of these explanations is right.",
        width=width,
        title=title,
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
        labels.lines,
        left=["", *(item.date or "undated" for item in rows)] if labels.dates else (),
        columns=("Date" if labels.dates else "", ""),
        size=SMALL,
        beside=[against],
    )
    return figure


def _finding(data: xr.Dataset, case: str) -> str:
    log_posterior, rows, every = steps(data, case), items(data, case), hypotheses(data)
    best = log_posterior.argmax(axis=1)
    last = int(best[-1])
    since = max((k for k in range(len(best)) if best[k] != last), default=-1) + 1
    at = probability(float(np.exp(log_posterior[-1, last])), float(odds(log_posterior[-1])[last]))
    where = f"from “{rows[since - 1].label}” on" if since else "from the prior on"
    return f"{every[last].label} is at the top {where} and ends at {at}."


FIGURE = FigureKind(
    path,
    of_case=True,
    caption="The path of support as the items are added in order of time.",
    section="case",
    drawable=lambda data, case: has_rivals(data) and has_items(data, case),
    finding=_finding,
    alt_of_case="Lines of support in {case} from the prior to the posterior, item by item in order of time. They end at: {support}.",
)
