"""Figure: what remains of the support when one thing is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from processtrace.errors import AnalysisError, UsageError
from processtrace.inference.update import EVIDENCE, HYPOTHESIS
from processtrace.logspace import Array
from processtrace.plots.axes import probability_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import case_label, hypotheses, lead_db, leader_of, leading_pair, marks_of, of_case
from processtrace.plots.rows import first_rows, label_rows
from processtrace.plots.sheet import Size, sheet
from processtrace.plots.style import INK, ROW, SMALL, in_style

if TYPE_CHECKING:
    import xarray as xr

Kind = Literal["item", "source", "cluster", "tag", "analyst"]
_KINDS: dict[str, str] = {
    "item": "each item",
    "source": "each source's reports",
    "cluster": "each cluster",
    "tag": "each tag's items",
    "analyst": "each analyst",
}

_BRACKETS = ("In brackets: how many items are left out with it. ", "In brackets: how many items judged given it are left out with it. ")


@in_style
def leave_one_out(data: xr.Dataset, left_out: xr.Dataset, case: str, kind: Kind = "item", *, figsize: Size | None = None) -> Figure:
    """Draw the support of every explanation of a case without each item, source, cluster, tag or analyst, the most damaging first.

    Left panel: support; dotted lines mark it with nothing left out. Right panel: how far the leading explanation is above
    its best rival, in decibels; at 0 and to the left of it, it has lost the lead.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    left_out : xarray.Dataset
        What `robustness.leave_out(study)` returns: `posterior` (left_out, hypothesis), `margin_db` (left_out) and `fell`
        (left_out, evidence), with the coordinates `left_out_case`, `left_out_kind`, `left_out_label`.
    case : str
        Identifier of the case.
    kind : {"item", "source", "cluster", "tag", "analyst"}
        What is left out, one at a time.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default the height follows from the content.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    UsageError
        If there is no case of this name, another kind is asked for, or the size is too small.
    AnalysisError
        If the case has nothing of this kind, or no single explanation leads.
    """
    name, every = case_label(data, case), hypotheses(data)
    if kind not in _KINDS:
        raise UsageError(f"kind '{kind}'; one of {', '.join(_KINDS)}")
    leader, _ = leading_pair(data, case)
    chosen = _chosen(left_out, case, kind)
    if not chosen.any():
        raise AnalysisError(f"case '{case}' has no {kind} to leave out")
    posterior = left_out["posterior"].transpose(..., HYPOTHESIS).values[chosen]
    labels = [str(label) for label in left_out["left_out_label"].values[chosen]]
    fell = [int(count) for count in left_out["fell"].transpose(..., EVIDENCE).values[chosen].sum(axis=1)]
    above, whole = np.asarray(left_out["margin_db"].values[chosen], float), lead_db(data, case)
    order, rest = first_rows(np.argsort(above, kind="stable").tolist(), "most damaging")
    figure = sheet(
        f"Support without {_KINDS[kind]}: {name}",
        0.67 + ROW * (len(order) + 2),
        key=[*marks_of(every), Line2D([], [], color=INK, linestyle=":", linewidth=0.9, label="nothing left out")],
        note=f"{rest}The most damaging first. "
        + (_BRACKETS[kind == "item"] if any(_more(count, kind) for count in fell) else "")
        + "Each posterior is given that one of these explanations is right.",
        figsize=figsize,
    )
    support, margin = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
    rows = np.arange(len(order))
    for k, part in enumerate(every):
        full = float(of_case(data, "posterior", case)[k])
        support.axvline(full, color=part.look.colour, linestyle=":", linewidth=0.9, zorder=1.5)
        support.plot(
            posterior[order, k], rows, color=part.look.colour, marker=part.look.marker, markersize=3.6, linestyle="", clip_on=False
        )
    probability_axis(support, "Support\n(posterior probability)")
    values = above[order]
    shown = _scaled(values, whole)
    margin.set_xlim(shown)
    for row, value in enumerate(values):
        end = float(np.clip(value, *shown))
        margin.plot([float(np.clip(whole, *shown)), end], [row, row], color=leader.look.colour, linewidth=0.9, zorder=2)
        margin.plot(
            [end], [row], color=leader.look.colour, marker=leader.look.marker, markersize=3.6, linestyle="", zorder=3, clip_on=False
        )
    margin.axvline(0, color=INK, linewidth=0.6)
    margin.axvline(float(np.clip(whole, *shown)), color=INK, linestyle=":", linewidth=0.9)
    margin.set_xlabel("Lead over the\nbest rival (dB)")
    margin.grid(axis="x")
    label_rows(
        support,
        [_with_count(labels[k], fell[k], kind) for k in order],
        right=["nothing is left" if np.isnan(above[k]) else "lost" if above[k] <= 0 else "" for k in order],
        beside=[margin],
        columns=("", "Lead" if not (above > 0).all() else ""),
        size=SMALL,
    )
    return figure


def _chosen(left_out: xr.Dataset, case: str, kind: str) -> Array:
    return np.asarray((left_out["left_out_case"].values == case) & (left_out["left_out_kind"].values == kind))


FIGURE = FigureKind(
    leave_one_out,
    of_case=True,
    caption="Support when one thing is left out.",
    section="robustness",
    drawable=lambda data, left_out, case: leader_of(data, case) is not None and bool(_chosen(left_out, case, "item").any()),
    datasets=("leave_out",),
)


def _scaled(values: Array, whole: float) -> tuple[float, float]:
    known = np.array([0.0, *values[np.isfinite(values)], *([whole] if np.isfinite(whole) else [])])
    room = 0.06 * max(1.0, float(np.ptp(known)))
    return float(known.min()) - room, float(known.max()) + room


def _more(fell: int, kind: str) -> int:
    """Return how many items are left out with one thing, beyond the item that it is."""
    return fell - 1 if kind == "item" else fell


def _with_count(label: str, fell: int, kind: str) -> str:
    more = _more(fell, kind)
    return f"{label} ({'+' if kind == 'item' else ''}{more})" if more else label
