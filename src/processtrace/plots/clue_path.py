"""Figure: the answer about a case as its clues come, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from processtrace.causal.learned import mixture
from processtrace.causal.model import CausalModel
from processtrace.causal.query import query
from processtrace.plots.sheet import Size, inches, panel, wrapped
from processtrace.plots.style import COLUMN, INK, SMALL, in_style

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


@in_style
def clue_path(
    model: CausalModel | xr.DataTree,
    statement: str,
    clues: Mapping[str, object],
    given: str | None = None,
    *,
    width: float | None = None,
    title: str | bool = True,
    figsize: Size | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw how probable a statement about a case is after each of its clues.

    Parameters
    ----------
    model : CausalModel or xarray.DataTree
        The causal model, or what `causal.learn` returns.
    statement : str
        What is asked, such as `Y[X=1] > Y[X=0]`.
    clues : mapping of str to level
        The level that was seen of each node, in the order in which they were seen.
    given : str, optional
        What is known before the clues.
    width : float, optional
        Width of the figure in inches: 7, a page of a journal, or 3.4, its column, or another.
    title : str or bool
        The title; False leaves title and note to a caption.
    figsize : tuple of float, optional
        Width and height of the figure in inches; 3.4 by 2.3 by default.
    ax : matplotlib.axes.Axes, optional
        Axes to draw in. If None, a new figure is made.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    StudyError
        If a statement can't be read, or a value is no level of its node.
    ImpossibleError
        If clues can't go together.
    """
    graph = mixture(model).model.graph
    steps, known = {given or "the model": given or ""}, [f"({given})"] if given else []
    for node, level in clues.items():
        number = graph.level(node, level) if node in graph.parents else 0
        known.append(f"{node} == {number}")
        steps[f"{node} = {graph.levels[node][number] if node in graph.parents else level}"] = " & ".join(known)
    values = query(model, statement, steps)["value"].values[0]
    figure, axes = panel(statement, 1.9, ax=ax, width=width, title=title, figsize=figsize, usual=COLUMN)
    axes.plot(range(len(values)), values, color=INK, marker="o", clip_on=False)
    for place, value in enumerate(values):
        above = value < 0.85
        axes.annotate(
            f"{value:.2f}",
            (place, value),
            (0, 5 if above else -5),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=SMALL,
        )
    each = (inches(width, figsize, COLUMN) - 0.8) / max(len(steps), 1)
    axes.set_xticks(range(len(values)), [wrapped(step, each) for step in steps])
    axes.set_xlim(-0.3, len(values) - 0.7)
    axes.set_ylim(0, 1)
    axes.grid(axis="y")
    axes.set_ylabel("Probability")
    return figure
