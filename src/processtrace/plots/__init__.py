"""Figures that a paper can print: functions of labelled Datasets that return a matplotlib Figure.

Each takes the Dataset of `processtrace.update` first, for the labels, then the Datasets that it draws, then the identifier
of a case where it shows one, or `coords={"case": [...]}` where it shows several. `width=` is 7 inches for a page and 3.4 for
a column, `title=False` leaves title and note to a caption, `figsize=` sets width and height, and `ax=` draws a figure of one panel into axes of your own. `save(figure, stem)` writes vector PDF and PNG. Labels come from
the Datasets' coordinates; no identifier is drawn. `FIGURES` lists the kinds of figure with their captions.

This is the only room that loads matplotlib.
"""

from collections.abc import Mapping

from processtrace.plots.analysts import FIGURE as _ANALYSTS
from processtrace.plots.analysts import analysts
from processtrace.plots.clue_path import clue_path
from processtrace.plots.dependence import FIGURE as _DEPENDENCE
from processtrace.plots.dependence import dependence
from processtrace.plots.figure_kind import FigureKind
from processtrace.plots.graph import FIGURE as _GRAPH
from processtrace.plots.graph import graph
from processtrace.plots.learned_shares import learned_shares
from processtrace.plots.limits_of_agreement import limits_of_agreement
from processtrace.plots.model_error import FIGURE as _MODEL_ERROR
from processtrace.plots.model_error import model_error
from processtrace.plots.noise import FIGURE as _NOISE
from processtrace.plots.noise import noise
from processtrace.plots.parts import FIGURE as _PARTS
from processtrace.plots.parts import parts
from processtrace.plots.path import FIGURE as _PATH
from processtrace.plots.path import path
from processtrace.plots.plan import FIGURE as _PLAN
from processtrace.plots.plan import plan
from processtrace.plots.prior_odds import FIGURE as _PRIOR_ODDS
from processtrace.plots.prior_odds import prior_odds
from processtrace.plots.reliability import reliability
from processtrace.plots.sampled import sampled
from processtrace.plots.sheet import save
from processtrace.plots.simplex import FIGURE as _SIMPLEX
from processtrace.plots.simplex import simplex
from processtrace.plots.support import FIGURE as _SUPPORT
from processtrace.plots.support import support
from processtrace.plots.surprise import FIGURE as _SURPRISE
from processtrace.plots.surprise import surprise
from processtrace.plots.tilt import FIGURE as _TILT
from processtrace.plots.tilt import tilt
from processtrace.plots.tornado import FIGURE as _TORNADO
from processtrace.plots.tornado import tornado
from processtrace.plots.variance_by_cost import variance_by_cost
from processtrace.plots.weights import FIGURE as _WEIGHTS
from processtrace.plots.weights import weights

_KINDS = (
    _SUPPORT,
    _SIMPLEX,
    _WEIGHTS,
    _PATH,
    _PLAN,
    _NOISE,
    _DEPENDENCE,
    _ANALYSTS,
    _PRIOR_ODDS,
    _TILT,
    _MODEL_ERROR,
    _TORNADO,
    _PARTS,
    _SURPRISE,
)
FIGURES: Mapping[str, FigureKind] = {kind.name: kind for kind in _KINDS}
"""Every kind of figure that is drawn from Datasets by name, in the order of a report."""

OF_STUDIES: Mapping[str, FigureKind] = {_GRAPH.name: _GRAPH}
"""Kinds of figure that are drawn from a study and the identifier of a case, by name."""

__all__ = [
    "FIGURES",
    "OF_STUDIES",
    "FigureKind",
    "analysts",
    "clue_path",
    "dependence",
    "graph",
    "learned_shares",
    "limits_of_agreement",
    "model_error",
    "noise",
    "parts",
    "path",
    "plan",
    "prior_odds",
    "reliability",
    "sampled",
    "save",
    "simplex",
    "support",
    "surprise",
    "tilt",
    "tornado",
    "variance_by_cost",
    "weights",
]
