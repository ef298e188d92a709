"""Figure: the graph of a causal model, with what was seen of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch
from matplotlib.path import Path

from processtrace.causal.faults import unknown_node
from processtrace.causal.model import CausalModel
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.graph_contents import contents
from processtrace.plots.graph_layout import ACROSS, RADIUS, Layout, Points, distance, layout
from processtrace.plots.sheet import Size, inches, panel, text_width, wrapped
from processtrace.plots.style import BAND, BODY, COLUMN, FAINT, GRID, INK, PAGE, SMALL, in_style
from processtrace.study import Case, Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_UNIT = 0.72
_TALLEST = 7.0
"""Inches between two nodes of a layer, where the page is wide enough."""


@in_style
def graph(
    model: CausalModel | Study,
    case: Mapping[str, object] | Case | str | None = None,
    *,
    name: str | None = None,
    cause: str | None = None,
    outcome: str | None = None,
    labels: Mapping[str, str] | None = None,
    at: Mapping[str, Sequence[float]] | None = None,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw the graph of a causal model: causes to the left of their effects, and no arrow through a third node.

    Parameters
    ----------
    model : CausalModel or Study
        The causal model, or a study that has one. Its labels, the places of its nodes, and the cause and outcome of its explanations are
        then drawn too.
    case : mapping of str to level, Case, or str, optional
        What was seen of a case, by node: such nodes are filled and show their level. A case of a study, or with a study its name: what is
        known of it, and what clues show for certain, is filled; what clues report that can err is filled lightly, and stands below.
    name : str, optional
        Which model of a study with rival ones is drawn.
    cause, outcome : str, optional
        Nodes that are ringed.
    labels : mapping of str to str, optional
        What stands below a node, by node.
    at : mapping of str to pair of float, optional
        Places of nodes across and up, in distances between layers; the others stand where the layout puts them.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; True for that of the case, or "Causal graph"; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches. By default they follow from the graph.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in. If None, a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure. Hidden common causes are dashed arcs with two heads; restrictions are listed below.

    Raises
    ------
    StudyError
        If a name is no node of the graph, or a value no level of its node.
    UsageError
        If the size is too small; if a study has no causal model, or several of which none is named, or no such case.
    """
    held = contents(model, case, name)
    model, cause, outcome = held.model, cause or held.cause, outcome or held.outcome
    labels, at = {**held.labels, **(labels or {})}, {**held.at, **(at or {})}
    drawn = model.graph
    for what, names in (
        ("cause", [cause] if cause else []),
        ("outcome", [outcome] if outcome else []),
        ("labels", labels),
        ("at", at),
    ):
        for node in names:
            if node not in drawn.parents:
                raise unknown_node(what, node, drawn.nodes)
    seen = {**held.known, **held.shown}
    below = {
        node: [text for text in (labels.get(node, ""), "; ".join(held.reported.get(node, ()))) if text not in ("", node)]
        for node in drawn.nodes
    }
    below = {node: texts for node, texts in below.items() if texts}
    found = layout(drawn, at, 1.4 if below else 1.0)
    lines = [*found.arrows.values(), *found.hidden.values()]
    low = np.min([*found.at.values(), *(line.min(axis=0) for line in lines)], axis=0) - RADIUS
    high = np.max([*found.at.values(), *(line.max(axis=0) for line in lines)], axis=0) + RADIUS
    wide, tall = high - low + np.array([0.3, 0.16])
    usual = min(PAGE, max(COLUMN, wide * _UNIT + 0.3))
    unit = min(_UNIT, (inches(width, figsize, usual) - 0.3) / wide, _TALLEST / tall)
    under = {node: "\n".join(wrapped(text, 0.92 * ACROSS * unit, SMALL) for text in texts) for node, texts in below.items()}
    places = {node: _place_of_label(node, text, unit, found) for node, text in under.items()}
    floor = min([low[1], *(y - (0 if up else _tall(under[node], unit)) for node, (y, up) in places.items())]) - 0.06
    tall = max([high[1], *(y + (_tall(under[node], unit) if up else 0) for node, (y, up) in places.items())]) - floor + 0.06
    notes = []
    if seen:
        whose = "what was seen of the case" if not isinstance(case, Case | str) else "what is known of the case"
        notes.append(f"Filled: {whose}{', or shown by a clue' if held.shown else ''}.")
    if held.reported:
        notes.append("Lightly filled: a node on which clues report that can err, or given which they are judged.")
    if drawn.hidden:
        notes.append("Dashed: a hidden common cause.")
    if cause or outcome:
        notes.append(
            "Ringed: " + " and ".join(part for part in ("the cause" if cause else "", "the outcome" if outcome else "") if part) + "."
        )
    if model.never:
        notes.append("Held impossible: " + "; ".join(model.never) + ".")
    figure, axes = panel(
        held.title or "Causal graph",
        max(tall * unit, 0.6),
        ax=ax,
        width=width,
        title=title,
        figsize=figsize,
        usual=usual,
        note=" ".join(notes),
    )
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(low[0] - 0.15, low[0] - 0.15 + wide)
    axes.set_ylim(floor, floor + tall)
    for line in found.arrows.values():
        axes.add_patch(_arrow(line, unit, "-|>"))
    for line in found.hidden.values():
        axes.add_patch(_arrow(line, unit, "<|-|>", dashed=True))
    for node, (x, y) in found.at.items():
        axes.add_patch(
            Circle(
                (x, y),
                RADIUS,
                facecolor=GRID if node in seen else BAND if node in held.reported else "white",
                edgecolor=INK,
                linewidth=0.9,
                zorder=3,
            )
        )
        if node in (cause, outcome):
            axes.add_patch(Circle((x, y), RADIUS - 0.045, facecolor="none", edgecolor=INK, linewidth=0.9, zorder=4))
        inside = f"{node}\n= {seen[node]}" if node in seen else node
        size = _fitting(inside, 2 * RADIUS * unit * 0.86)
        axes.text(x, y, inside, ha="center", va="center", fontsize=size, zorder=5, linespacing=1.1)
        if node in under:
            y, up = places[node]
            label = axes.text(x, y, under[node], ha="center", va="bottom" if up else "top", fontsize=SMALL, zorder=6, linespacing=1.1)
            label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.4})
    return figure


def _tall(text: str, unit: float) -> float:
    """Return the height of a label, in the units of the layout."""
    return 0.125 * (1 + text.count("\n")) / unit


def _place_of_label(node: str, text: str, unit: float, found: Layout) -> tuple[float, bool]:
    """Return how high a label stands, and whether above its node: on the side where it is further from lines and other nodes."""
    x, y = found.at[node]
    half = max(text_width(line, SMALL) for line in text.split("\n")) / unit / 2
    room = []
    for up in (False, True):
        rows = y + (1 if up else -1) * (RADIUS + 0.05 + np.linspace(0, _tall(text, unit), 3))
        box = np.array([(x + part * half, row) for part in (-1, -0.5, 0, 0.5, 1) for row in rows])
        others = [np.array([place, place]) for other, place in found.at.items() if other != node]
        room.append(min((distance(line, box) for line in (*found.arrows.values(), *found.hidden.values(), *others)), default=1.0))
    up = room[1] > room[0] + 0.05
    return y + (RADIUS + 0.05) * (1 if up else -1), up


def _fitting(text: str, inches: float) -> float:
    """Return the size of type at which the widest line of a text has this width, the usual one at most."""
    widest = max(text_width(line) for line in text.split("\n"))
    return min(BODY, BODY * inches / widest) if widest else BODY


def _arrow(line: Points, unit: float, style: str, *, dashed: bool = False) -> FancyArrowPatch:
    size = min(9.0, 12.0 * unit)
    return FancyArrowPatch(
        path=Path(line.tolist()),
        arrowstyle=style,
        mutation_scale=size,
        shrinkA=0,
        shrinkB=0,
        linewidth=0.9,
        linestyle=(0, (4, 2)) if dashed else "-",
        color=FAINT if dashed else INK,
        zorder=2,
        joinstyle="round",
    )


def _finding(study: Study, case: str) -> str:
    held = contents(study, case, None)
    count = len(held.model.graph.nodes)
    return f"Of {count} nodes, {len(held.known)} are known from the start, and clues report on {len({*held.shown, *held.reported})}."


FIGURE = FigureKind(
    graph,
    of_case=True,
    caption="The causal graph, with what is known of the case and what its clues report.",
    section="case",
    drawable=lambda study: len(study.causal_models) == 1,
    finding=_finding,
    main=True,
    alt_of_case="The causal graph of {case}. Support: {support}.",
)
