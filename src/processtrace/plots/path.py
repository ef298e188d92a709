"""Figure: the path of support through time, item by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from processtrace.inference.update import EVIDENCE, HYPOTHESIS
from processtrace.logspace import Array, log, normalise
from processtrace.plots.bars import odds_axis
from processtrace.plots.labels import case_label, hypotheses, items, key_of, odds, of_case
from processtrace.plots.rows import label_rows
from processtrace.plots.style import ROW, SMALL, drawn, probability_axis, sheet

if TYPE_CHECKING:
    import xarray as xr


def steps(updated: xr.Dataset, case: str) -> Array:
    """Log posterior after no item, one, two, … in order of time: (items + 1, hypothesis), nats.

    The terms are those of `weight_db` (each item given the earlier ones of its unit), so the last row is the posterior.
    """
    places = [item.place for item in items(updated, case)]
    terms = updated["log_likelihood"].transpose(EVIDENCE, HYPOTHESIS).values[places]
    start = log(of_case(updated, "prior", case))
    return normalise(np.cumsum(np.vstack([start, terms]), axis=0))


@drawn
def path(updated: xr.Dataset, case: str) -> Figure:
    """Support of every explanation of a case as the items are added in order of time, from the prior to the posterior.

    Left panel: posterior probability after each row's item; right: its odds against all other explanations in decibels,
    where support near 0 or 1 can be told apart. An explanation that is refuted ends at the edge. Good 1985.
    """
    name, rows, every = case_label(updated, case), items(updated, case), hypotheses(updated)
    log_posterior = steps(updated, case)
    figure = sheet(
        f"Path of support through time, item by item: {name}",
        0.62 + ROW * (len(rows) + 3),
        key=key_of(every),
        note="Each row adds its item to those above it, in the order of their dates; an item of a cluster counts given the earlier "
        "ones of its cluster. Each posterior is given that one of these explanations is right.",
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
