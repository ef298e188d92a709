"""Figure: the weight of each item for a pair of hypotheses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from processtrace.errors import UsageError
from processtrace.inference.update import HYPOTHESIS
from processtrace.plots.axes import bar, beside_bar, weight_axis
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.labels import Drawn, Item, case_label, clusters, counted, has_items, has_rivals, hypotheses, items, of_case
from processtrace.plots.rows import fitted, label_rows, most_rows, pages_of, rows_of_page
from processtrace.plots.sheet import Size, inches, panel
from processtrace.plots.style import SMALL, in_style
from processtrace.text.numbers import decibels, signed

if TYPE_CHECKING:
    import xarray as xr

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UNBROKEN = "\u00a0"


@in_style
def weights(
    data: xr.Dataset,
    case: str,
    pair: tuple[str, str] | None = None,
    order: Literal["weight", "time"] = "weight",
    *,
    page: int = 1,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the weight of every item of a case for the first of a pair of hypotheses against the second, in decibels.

    The weights are `weight_db` (an item given the earlier ones of its unit), so they add up to the evidence for the pair.
    Items of one cluster have one letter; the note gives each cluster's weight as a whole.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    case : str
        Identifier of the case.
    pair : tuple of str, optional
        Identifiers of two hypotheses. By default the leading explanation and the next.
    order : {"weight", "time"}
        The order of the rows: the weight for the first hypothesis, the largest first, or the date.
    page : int
        The page of the figure, from 1: a case with many items has several.
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
        If there is no case or no page of this name, the pair is not two different hypotheses of the study, or the size is too small.
    AnalysisError
        If no item of the case counts.

    References
    ----------
    Fairfield, T., and Charman, A. E. (2017). Explicit Bayesian analysis for process tracing. Political Analysis 25,
    363-380. doi:10.1017/pan.2017.14.
    Good, I. J. (1985). Weight of evidence: a brief survey. In Bayesian Statistics 2, 249-269. North-Holland.
    """
    name = case_label(data, case)
    first, second = _pair(data, case, pair)
    rows = counted(data, case)
    both = data["weight_db"].sel({HYPOTHESIS: [first.id, second.id]}).transpose(..., HYPOTHESIS).values
    db = {row.name: float(both[row.place, 0] - both[row.place, 1]) for row in rows}
    total = float(np.sum(list(db.values())))
    wide = inches(width, figsize)
    chosen, rest = rows_of_page(sorted(range(len(rows)), key=lambda k: -abs(db[rows[k].name])), "heaviest", page, most_rows(wide))
    rows = [rows[k] for k in sorted(chosen)]
    if order == "weight":
        rows.sort(key=lambda row: -db[row.name])
    together = Counter(row.cluster for row in rows)
    joined = {name: label for name, label in clusters(data, case).items() if together[name] > 1}
    letters = {c: _letter(k) for k, c in enumerate(dict.fromkeys(row.cluster for row in rows if row.cluster in joined))}
    labels = fitted([row.label for row in rows], wide, SMALL)
    figure, axes = panel(
        f"Weight of each item for {first.label} against {second.label}: {name}",
        0.55 + labels.height * (len(rows) + 2),
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        key=[
            Patch(facecolor=part.look.colour, hatch=part.look.hatch, edgecolor="white", label=f"favours {part.label}")
            for part in (first, second)
        ],
        note=f"{rest}All items together: {signed(total)} dB. {_note(rows, db, letters, joined)}".strip(),
    )
    weight_axis(axes, [db[row.name] for row in rows], "Weight of evidence (dB)")
    for place, row in enumerate(rows):
        end = bar(axes, place, db[row.name], (first if db[row.name] > 0 else second).look)
        beside_bar(axes, place, end, decibels(db[row.name]), 1 if end >= 0 else -1)
    label_rows(
        axes,
        labels.lines,
        left=[row.date or "undated" for row in rows] if labels.dates else (),
        right=[letters.get(row.cluster, "") for row in rows] if letters else (),
        columns=("Date" if labels.dates else "", "Cluster" if letters else ""),
        size=SMALL,
    )
    return figure


def _finding(data: xr.Dataset, case: str) -> str:
    first, second = _pair(data, case, None)
    both = data["weight_db"].sel({HYPOTHESIS: [first.id, second.id]}).transpose(..., HYPOTHESIS).values
    rows = items(data, case)
    db = [float(both[row.place, 0] - both[row.place, 1]) for row in rows]
    heaviest = max(range(len(rows)), key=lambda k: abs(db[k]))
    favours = first if db[heaviest] >= 0 else second
    against = second if favours is first else first
    total = float(np.sum(db))
    return (
        f"The heaviest item is “{rows[heaviest].label}”, {decibels(abs(db[heaviest]))} dB for {favours.label} against {against.label}; "
        f"all {len(rows)} together weigh {signed(total)} dB for {first.label}."
    )


FIGURE = FigureKind(
    weights,
    of_case=True,
    caption="The weight of each item, in decibels, for the leading explanation against the next.",
    section="case",
    drawable=lambda data, case: has_rivals(data) and has_items(data, case),
    finding=_finding,
    main=True,
    pages=lambda data, case: pages_of(len(items(data, case))),
    alt_of_case="Bars, one an item of {case}, in decibels. The table of weights below gives the numbers.",
)


def _pair(data: xr.Dataset, case: str, pair: tuple[str, str] | None) -> tuple[Drawn, Drawn]:
    every = {part.id: part for part in hypotheses(data)}
    if pair is None:
        if len(every) < 2:
            raise UsageError("a study of one hypothesis has no pair to weigh")
        best = np.argsort(-of_case(data, "log_posterior", case), kind="stable")
        pair = (list(every)[best[0]], list(every)[best[1]])
    for one in pair:
        if one not in every:
            raise UsageError(f"no hypothesis '{one}'; there are {', '.join(every)}")
    if len(pair) != 2 or pair[0] == pair[1]:
        raise UsageError(f"pair {pair}: two different hypotheses are weighed against each other")
    return every[pair[0]], every[pair[1]]


def _letter(k: int) -> str:
    turn, place = divmod(k, len(_LETTERS))
    return _LETTERS[place] + (str(turn + 1) if turn else "")


def _note(rows: Sequence[Item], db: Mapping[str, float], letters: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Return the clusters by letter, with the label where the Dataset holds one, and what the bars of each add up to."""
    if not letters:
        return ""
    parts = []
    for c, letter in letters.items():
        named = f"{letter}: {labels[c]}" if labels[c] else letter
        together = float(np.sum([db[row.name] for row in rows if row.cluster == c]))
        parts.append(f"{named} ({signed(together)} dB)".replace(" ", _UNBROKEN))
    return f"Items with one letter are dependent; each is weighed given the earlier ones of its letter, and together they weigh: {'; '.join(parts)}."
