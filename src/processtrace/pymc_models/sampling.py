"""Draws from a model, as a DataTree with its diagnosis and provenance."""

from __future__ import annotations

import dataclasses
import inspect
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pymc as pm
import pytensor
import xarray as xr

from processtrace.errors import UsageError
from processtrace.inference.diagnostics import diagnose
from processtrace.inference.layout.labels import labels
from processtrace.inference.update import CASE, HYPOTHESIS, update
from processtrace.pymc_models.explanation import explanation_model
from processtrace.pymc_models.known import known
from processtrace.pymc_models.panel import panel_model
from processtrace.pymc_models.pooled import pooled_model
from processtrace.pymc_models.shares import shares_model
from processtrace.study import POOL, Study

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS: dict[str, Callable[..., pm.Model]] = {
    "explanation": explanation_model,
    "pooled": pooled_model,
    "shares": shares_model,
    "panel": panel_model,
}


def sample(
    study: Study,
    model: str | pm.Model = "explanation",
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    random_seed: int | None = None,
    progressbar: bool | None = None,
    **kwargs: Any,
) -> xr.DataTree:
    """Sample one of the models of a study, or a model made from one of them and changed.

    Further arguments are those of the model (`concentration`, for `shares` also `mean`), and else those of `pymc.sample`.
    Group `posterior`: `explanation` (chain, draw, case, hypothesis), P(h | E, theta) in each draw, whose mean is the
    posterior of `update`; `case_share` (hypothesis) in `pooled`; `evidence_share` (case, hypothesis) in `shares`, and
    `common_share`, `case_concentration` where its mean is learned; `lean`, `spread` and `disagreement` in `panel`;
    `judgement`, `reliability`, `sensitivity`, where there are ranges. Group `log_likelihood`: `evidence` (chain, draw,
    case), nats. Attributes: `converged` (1 or 0), `diagnostics` (lines in words), `model`, `random_seed`. Leave-one-out
    comparison means nothing for `explanation` and `shares`, where each judgement belongs to one case.

    Ask `arviz.summary` for `explanation` before `case_share`: ArviZ 1.3 puts values under wrong labels where a variable with
    more dimensions follows one with fewer. Draws stand in that order.

    Progress is shown on a terminal only. One seed gives the same draws on one machine: fast-math and the compile cache, with which
    the last digits depend on what was compiled before, are off. Raises UsageError for an unknown model.
    """
    if isinstance(model, str) and model not in MODELS:
        raise UsageError(f"model '{model}'; one of {', '.join(MODELS)}")
    update(dataclasses.replace(study, analyst=POOL) if model == "panel" else study)  # a contradiction is told before anything is compiled
    own: dict[str, Any] = {}
    if isinstance(model, str):
        own = {name: kwargs.pop(name) for name in list(inspect.signature(MODELS[model]).parameters)[1:] if name in kwargs}
        built = MODELS[model](study, **own)
    else:
        built = model
    if not built.free_RVs:
        groups = _constant(built, chains, draws)
    else:
        shown = sys.stderr.isatty() if progressbar is None else progressbar
        sampler = {"nuts_sampler": "nutpie" if find_spec("nutpie") else "pymc", "quiet": not shown, **kwargs}
        with pytensor.config.change_flags(numba__fastmath=False, numba__cache=False), _hushed(shown), built:
            drawn = pm.sample(
                draws=draws,
                tune=tune,
                chains=chains,
                random_seed=random_seed,
                progressbar=shown,
                compute_convergence_checks=False,
                **sampler,
            )
        groups = _tidy(drawn)
    if isinstance(model, str):
        groups |= known(study, model, own)
    groups["constant_data"] = labels(study, groups["posterior"])
    tree = xr.DataTree.from_dict(groups)
    diagnosis = diagnose(tree)
    tree.attrs |= {
        "model": model if isinstance(model, str) else "changed by its user",
        "title": study.title,
        "converged": int(diagnosis.passed),
        "diagnostics": list(diagnosis.lines),
        "random_seed": "not set" if random_seed is None else random_seed,
        **{name: value for name, value in own.items() if value is not None},
    }
    tree["posterior"].attrs |= {"converged": int(diagnosis.passed), "diagnostics": list(diagnosis.lines)}
    return tree


@contextmanager
def _hushed(shown: bool) -> Iterator[None]:
    """PyMC's own messages only where progress is shown; what matters of them stands in the diagnosis."""
    logger = logging.getLogger("pymc")
    level = logger.level
    logger.setLevel(level if shown else logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _tidy(drawn: xr.DataTree) -> dict[str, xr.Dataset]:
    """What users ask for: the named quantities, and each case's log evidence as its own group."""
    posterior = drawn["posterior"].to_dataset()
    hidden = ("_standard", "_held_")
    named = [str(name) for name in posterior if name != "log_evidence" and not any(part in str(name) for part in hidden)]
    named.sort(key=lambda name: -posterior[name].ndim)  # arviz.summary 1.3 misplaces values where a wider variable follows
    groups = {"posterior": posterior[named].transpose("chain", "draw", CASE, HYPOTHESIS, ..., missing_dims="ignore")}
    if "log_evidence" in posterior:
        groups["log_likelihood"] = posterior["log_evidence"].rename("evidence").to_dataset()
    if "sample_stats" in drawn.children:
        groups["sample_stats"] = drawn["sample_stats"].to_dataset()
    return groups


def _constant(built: pm.Model, chains: int, draws: int) -> dict[str, xr.Dataset]:
    """A model in which nothing is free, in the shape of draws."""
    values = pytensor.function([], built.deterministics, mode="FAST_COMPILE")()
    coords = {str(name): np.asarray(some) for name, some in built.coords.items()}
    found = {
        one.name: xr.DataArray(value, dims=built.named_vars_to_dims.get(one.name, ()))
        for one, value in zip(built.deterministics, values, strict=True)
    }
    fixed = xr.Dataset(found).assign_coords({dim: some for dim, some in coords.items() if any(dim in part.dims for part in found.values())})
    repeated = fixed.expand_dims(chain=np.arange(chains), draw=np.arange(draws))
    return _tidy(xr.DataTree.from_dict({"posterior": repeated}))
