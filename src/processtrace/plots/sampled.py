"""Figure: what a sampled model says of a case: support, reliabilities of sources, and the judgements that stay most uncertain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from processtrace.errors import UsageError
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array
from processtrace.plots.rows import fitted, label_rows
from processtrace.plots.sheet import Size, inches, sheet
from processtrace.plots.style import INK, SMALL, in_style

if TYPE_CHECKING:
    import xarray as xr

MOST_JUDGEMENTS = 8
"""Judgements that are drawn: those with the widest posterior."""


@in_style
def sampled(
    tree: xr.DataTree, case: str, *, ci_prob: float = 0.9, width: float | None = None, title: str | bool = True, figsize: Size | None = None
) -> Figure:
    """Draw the posterior of one case by a sampled model: one row a quantity, its central interval and its mean.

    Parameters
    ----------
    tree : xarray.DataTree
        What `sample(study)` returns, of a study with one case: its groups `posterior`, `constant_data` and `exact`.
    case : str
        Identifier of the case.
    ci_prob : float
        Probability of the central interval of each quantity.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. All quantities are probabilities. The interval of a support is that of the support in each draw, given
        the judgements and reliabilities drawn, and not an error of the posterior.

    Raises
    ------
    UsageError
        If the draws are of another case, or of several.
    """
    posterior, constant = tree["posterior"].to_dataset(), tree["constant_data"].to_dataset()
    if list(posterior[CASE].values) != [case]:
        raise UsageError(f"case '{case}'; the draws are of {', '.join(map(str, posterior[CASE].values))}: sample `study.only(case)`")
    name = str(constant["case_label"].values[0])
    support = posterior["explanation"].sel({CASE: case})
    order = np.argsort(-support.mean(("chain", "draw")).values)
    parts = [("Support", support.isel({HYPOTHESIS: order}), constant["hypothesis_label"].values[order])]
    if "reliability" in posterior:
        parts.append(("Reliability of sources", posterior["reliability"], constant["witness_label"].values))
    if "judgement" in posterior:
        judged = posterior["judgement"]
        widest = np.argsort(-judged.std(("chain", "draw")).values)[:MOST_JUDGEMENTS]
        parts.append(("Judgements that stay most uncertain", judged.isel(judged=widest), constant["judged_label"].values[widest]))
    rows, heads, labels, values, at = [], [], [], [], 0.0
    for head, part, named in parts:
        heads.append((at, head))
        rows += [at + 1 + k for k in range(len(named))]
        labels += [str(label).removeprefix(f"{name}: ") for label in named]
        values.append(_intervals(part, ci_prob))
        at = rows[-1] + 1.4
    low, mean, high = np.concatenate(values, axis=1)
    exact = tree["exact"].to_dataset()["explanation"].sel({CASE: case}).values[order]
    shown = fitted(labels, inches(width, figsize), SMALL)
    figure = sheet(
        f"Posterior by the PyMC model: {name}",
        0.6 + shown.height * (at + 1),
        key=[
            Line2D(
                [], [], color=INK, marker="o", markersize=3.6, linewidth=0.9, label=f"mean and central {100 * ci_prob:g} % of the draws"
            ),
            Line2D([], [], color=INK, marker="x", markersize=6, linestyle="", label="exact support"),
        ],
        note="A support is the mean of the draws; its interval is the spread over judgements and reliabilities as they are drawn, and "
        "no error of the mean. Support is given that one of the explanations is right.",
        width=width,
        title=title,
        figsize=figsize,
    )
    axes = figure.subplots()
    axes.hlines(rows, low, high, color=INK, linewidth=0.9)
    axes.plot(mean, rows, color=INK, marker="o", markersize=3.6, linestyle="", clip_on=False, zorder=3)
    axes.plot(exact, rows[: len(exact)], color=INK, marker="x", markersize=7, linestyle="", clip_on=False, zorder=4)
    axes.set_xlim(0, 1)
    axes.set_xlabel("Probability")
    axes.grid(axis="x")
    label_rows(axes, shown.lines, rows, heads=heads, size=SMALL)
    return figure


def _intervals(part: xr.DataArray, ci_prob: float) -> Array:
    """Return the low end, the mean and the high end of each quantity, (3, quantity)."""
    flat = part.stack(sample=("chain", "draw")).transpose("sample", ...).values
    low, high = np.quantile(flat, [(1 - ci_prob) / 2, (1 + ci_prob) / 2], axis=0)
    return np.stack([low, flat.mean(axis=0), high])
