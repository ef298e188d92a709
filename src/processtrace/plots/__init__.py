"""Figures that a paper can print: functions of labelled Datasets that return a matplotlib Figure.

Each takes the Dataset of `processtrace.update` first, for the labels, then those it draws, and the identifier of a case
where it shows one. `save(figure, stem)` writes vector PDF and PNG. Labels come from the Datasets' coordinates; no
identifier is drawn. The only room that loads matplotlib.
"""

from processtrace.plots.analysts import analysts
from processtrace.plots.dependence import dependence, model_error
from processtrace.plots.leave_one_out import leave_one_out
from processtrace.plots.noise import noise
from processtrace.plots.path import path
from processtrace.plots.plan import plan
from processtrace.plots.simplex import simplex
from processtrace.plots.style import save
from processtrace.plots.support import support
from processtrace.plots.surprise import surprise
from processtrace.plots.tornado import tornado
from processtrace.plots.weights import weights

__all__ = [
    "analysts",
    "dependence",
    "leave_one_out",
    "model_error",
    "noise",
    "path",
    "plan",
    "save",
    "simplex",
    "support",
    "surprise",
    "tornado",
    "weights",
]
