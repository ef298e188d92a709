"""Figures: support along the dependence of clustered items, and along the chance that evidence is worthless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.plots.labels import case_label, cases, hypotheses, key_of, of_case
from processtrace.plots.panels import panels
from processtrace.plots.style import FAINT, drawn

if TYPE_CHECKING:
    import xarray as xr

_DECLARED, _LIMIT = -0.13, 1.13
_LEAST = 0.001
_CHANCES = (0, 0.001, 0.01, 0.1, 1)


@drawn
def dependence(updated: xr.Dataset, swept: xr.Dataset, case: str | None = None) -> Figure:
    """Support of every explanation when all clusters have one correlation, from 0 to .99 and in the limit.

    `swept` comes from `robustness.dependence(study)`: `posterior` (case, rho, hypothesis) and `fully_redundant`
    (case, hypothesis), probabilities. Beside the sweep stand the posterior as declared and the limit in which the items
    of a cluster are fully redundant. One panel a case, or one case alone.
    """
    chosen = list(cases(updated)) if case is None else [case]
    every = hypotheses(updated)
    rho = np.asarray(swept["rho"].values, float)
    figure, each = panels(
        [case_label(updated, name) for name in chosen],
        "Support along the correlation of clustered items",
        key_of(every),
        "Every cluster has the correlation on the axis. Declared: each cluster as declared. Limit: the items of a cluster are fully redundant.",
        "Latent correlation within clusters (rho)",
        "Support (posterior probability)",
    )
    for axes, name in zip(each, chosen, strict=True):
        posterior = swept["posterior"].sel({CASE: name}).transpose("rho", HYPOTHESIS).values
        limit, declared = of_case(swept, "fully_redundant", name), of_case(updated, "posterior", name)
        for k, part in enumerate(every):
            axes.plot(rho, posterior[:, k], color=part.look.colour, linestyle=part.look.dash)
            for place, value in ((_DECLARED, declared[k]), (_LIMIT, limit[k])):
                axes.plot([place], [value], color=part.look.colour, marker=part.look.marker, linestyle="", clip_on=False)
        axes.set_xlim(_DECLARED - 0.08, _LIMIT + 0.08)
        axes.set_xticks([_DECLARED, 0.25, 0.5, 0.75, _LIMIT], ["declared", "0.25", "0.50", "0.75", "limit"])
        for edge in (0, 0.99):
            axes.axvline(edge, color=FAINT, linewidth=0.5, linestyle=":")
    return figure


@drawn
def model_error(updated: xr.Dataset, swept: xr.Dataset, case: str | None = None) -> Figure:
    """Support of every explanation when each unit of evidence says nothing about them with probability epsilon.

    `swept` comes from `robustness.model_error(study)`: `posterior` (case, epsilon, hypothesis), probabilities.
    One panel a case, or one case alone.
    """
    chosen = list(cases(updated)) if case is None else [case]
    every = hypotheses(updated)
    epsilon = np.asarray(swept["epsilon"].values, float)
    figure, each = panels(
        [case_label(updated, name) for name in chosen],
        "Support along the probability that a unit of evidence is worthless",
        key_of(every),
        "A unit is an item, or items that hang together. With the probability on the axis it says nothing about the explanations.",
        "Probability of a worthless unit (epsilon)",
        "Support (posterior probability)",
    )
    for axes, name in zip(each, chosen, strict=True):
        posterior = swept["posterior"].sel({CASE: name}).transpose("epsilon", HYPOTHESIS).values
        for k, part in enumerate(every):
            axes.plot(epsilon, posterior[:, k], color=part.look.colour, linestyle=part.look.dash)
            _mark(axes, epsilon, posterior[:, k], part.look.colour, part.look.marker)
        axes.set_xscale("symlog", linthresh=_LEAST)
        axes.set_xlim(float(epsilon.min()), float(epsilon.max()))
        axes.set_xticks([tick for tick in _CHANCES if epsilon.min() <= tick <= epsilon.max()])
        axes.set_xticks([], minor=True)
        axes.xaxis.set_major_formatter("{x:g}")
    return figure


def _mark(axes: Axes, x: np.ndarray, y: np.ndarray, colour: str, marker: str) -> None:
    """A mark at each end, so that the line is known without its colour."""
    axes.plot(x[[0, -1]], y[[0, -1]], color=colour, marker=marker, linestyle="", clip_on=False, zorder=4)
