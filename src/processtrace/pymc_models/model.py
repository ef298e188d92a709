"""What a sampled model is: one record, which the model's own file fills and the registry lists."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pymc as pm
import xarray as xr

from processtrace.logspace import Array
from processtrace.study import Study

EXACT_ENOUGH = 0.002
"""Error of a quadrature's means up to which draws are compared with them."""


@dataclass(frozen=True)
class Known:
    """What is known of a model without sampling it.

    Parameters
    ----------
    before
        `<variable>_mean` and `<variable>_sd` before the evidence, by name.
    means
        Posterior means by variable, named as in the draws; empty where there is no exact result.
    error
        Largest error of these means.
    """

    before: Mapping[str, xr.DataArray]
    means: Mapping[str, xr.DataArray] = field(default_factory=dict)
    error: float = 0.0

    def groups(self) -> dict[str, xr.Dataset]:
        """Return the groups `elicited` and, where the means are exact enough to compare draws with, `exact`.

        Returns
        -------
        dict of str to xarray.Dataset
            `elicited` holds `before`; `exact` holds `means` and the attribute `error_mean`.
        """
        groups = {"elicited": xr.Dataset(dict(self.before))}
        if self.means and self.error < EXACT_ENOUGH:
            groups["exact"] = xr.Dataset(dict(self.means), attrs={"error_mean": self.error})
        return {name: part.reset_coords(drop=True) for name, part in groups.items()}


def as_it_is(study: Study) -> Study:
    """Return the study itself: most models read it as it is."""
    return study


@dataclass(frozen=True)
class SampledModel:
    """A sampled model of a study.

    Parameters
    ----------
    name
        Name under which `sample` knows the model.
    build
        Function from a study, and the model's own options, to a PyMC model.
    known
        Function of the same arguments to what is known of the model without sampling it.
    reports
        Names of the variables that the model is sampled for.
    reads
        Function from a study to the study that the model reads; an update of it must not contradict itself.
    compiled
        Whether the model's graph is large and compiled before sampling. A small one runs as it is, and its judgements are
        integrated out: `sample` draws them afterwards.
    drawn_again
        Function from a study, its draws, a generator and the model's own options to variables that are drawn again given the others,
        (draw, ...), by a step that leaves the posterior as it is; None where there is no such step.
    """

    name: str
    build: Callable[..., pm.Model]
    known: Callable[..., Known]
    reports: tuple[str, ...]
    reads: Callable[[Study], Study] = as_it_is
    compiled: bool = False
    drawn_again: Callable[..., Mapping[str, Array]] | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """Names of the model's own options, such as `concentration`."""
        return tuple(inspect.signature(self.build).parameters)[1:]
