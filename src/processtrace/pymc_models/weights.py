"""Weights over hypotheses as Dirichlet variables; hypotheses with a prior of 0 have none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from processtrace.inference.layout import FLOOR
from processtrace.logspace import Array


def dirichlet_weights(name: str, alpha: Array, dims: tuple[str, ...]) -> Any:
    """Return log weights of the shape of `alpha`, whose last axis is the hypothesis, and add the variable `name` with these dims.

    Where all of `alpha` is above 0 and there are two hypotheses or more, `name` is itself the Dirichlet variable. Else rows
    with the same hypotheses share a variable `name_held_0` and so on, and `name` is put together from these, with weight 0
    for what has no prior.
    """
    if (alpha > 0).all() and alpha.shape[-1] > 1:
        return pt.log(pm.Dirichlet(name, a=alpha, dims=dims))
    rows = np.atleast_2d(alpha)
    log_w = pt.full(rows.shape, FLOOR)
    for k, held in enumerate(np.unique(rows > 0, axis=0)):
        places = np.flatnonzero(((rows > 0) == held).all(axis=1))
        columns = np.flatnonzero(held)
        if len(columns) == 1:
            part = pt.zeros((len(places), 1))
        else:
            part = pt.log(pm.Dirichlet(f"{name}_held_{k}", a=rows[np.ix_(places, columns)]))
        log_w = log_w[places[:, None], columns[None, :]].set(part)
    log_w = log_w.reshape(alpha.shape)
    pm.Deterministic(name, pt.exp(log_w), dims=dims)
    return log_w
