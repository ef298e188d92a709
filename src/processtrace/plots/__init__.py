"""Figures that a paper can print: functions of labelled Datasets that return a matplotlib Figure.

Each takes the Dataset of `processtrace.update` first, for the labels, then those it draws, and the identifier of a case
where it shows one. `save(figure, stem)` writes vector PDF and PNG. Labels come from the Datasets' coordinates; no
identifier is drawn. The only room that loads matplotlib.
"""

from processtrace.plots.along_dependence import dependence, model_error
from processtrace.plots.along_noise import noise
from processtrace.plots.analyst_rows import analysts
from processtrace.plots.grammar import save
from processtrace.plots.item_surprise import surprise
from processtrace.plots.item_weights import weights
from processtrace.plots.leave_one_out_rows import leave_one_out
from processtrace.plots.planned_information import plan
from processtrace.plots.posterior_support import support
from processtrace.plots.prior_simplex import simplex
from processtrace.plots.support_path import path
from processtrace.plots.tipping_tornado import tornado

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
