"""Draws from a model are returned as a DataTree with its diagnosis and provenance."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np
import pymc as pm
import pytensor
import xarray as xr

from processtrace.errors import UsageError
from processtrace.inference.diagnostics import diagnose
from processtrace.inference.draws import can_draw
from processtrace.inference.layout.labels import labels
from processtrace.inference.update import CASE, HYPOTHESIS, update
from processtrace.logspace import Array
from processtrace.pymc_models.assigned import unflattened
from processtrace.pymc_models.changed import check_changed
from processtrace.pymc_models.nuts import can_run, draw_as_it_is
from processtrace.pymc_models.operations import AS_IT_IS, runs_as_it_is
from processtrace.pymc_models.recovery import with_judgements
from processtrace.pymc_models.registry import MODELS
from processtrace.study import Study


def sample(
    study: Study,
    model: str | pm.Model = "explanation",
    draws: int = 1000,
    tune: int = 500,
    chains: int = 4,
    random_seed: int | None = None,
    progressbar: bool | None = None,
    **kwargs: Any,
) -> xr.DataTree:
    """Sample one of the models of a study, or a model made from one of them and changed.

    One seed gives the same draws on one machine: fast-math and the compile cache, with which the last digits depend on what
    was compiled before, are off. Leave-one-out comparison has no meaning for `explanation` and `shares`, where each
    judgement belongs to one case. Ask `arviz.summary` for `explanation` before `case_share`: ArviZ 1.3 puts values under
    wrong labels where a variable with more dimensions follows one with fewer. Draws are in that order.

    Parameters
    ----------
    study
        The study.
    model
        Name of a model: `explanation`, `pooled`, `shares`, `panel` or `judgements`; or a PyMC model.
    draws, tune, chains
        Draws kept and draws before them, of each chain, and the number of chains.
    random_seed
        A number; other draws in each call where None.
    progressbar
        Whether progress is shown; on a terminal and in a notebook where None.
    **kwargs
        Options of the model (`concentration`, for `shares` also `mean`), and else arguments of `pymc.sample`.

    Returns
    -------
    xarray.DataTree
        Group `posterior`: `explanation` (chain, draw, case, hypothesis), P(h | E, theta) in each draw, whose mean is the
        posterior of `update`; `case_share` (hypothesis) in `pooled`; `evidence_share` (case, hypothesis) in `shares`, and
        `common_share`, `case_concentration` where its mean is learned; `lean`, `spread` and `disagreement` in `panel`;
        `judgement`, `reliability`, `sensitivity`, where there are ranges. Group `log_likelihood`: `evidence` (chain, draw,
        case), nats. Attributes: `converged` (1 or 0), `diagnostics` (lines in words), `model`, `random_seed`.

    Raises
    ------
    UsageError
        Where the model's name is unknown, or a model changed by `pymc.do` or `pymc.observe` would not do what was asked.
    """
    if isinstance(model, str) and model not in MODELS:
        raise UsageError(f"model '{model}'; one of {', '.join(MODELS)}")
    known = MODELS[model] if isinstance(model, str) else None
    update(known.reads(study) if known else study)  # a contradiction is reported before anything is compiled
    own = {name: kwargs.pop(name) for name in (known.options if known else ()) if name in kwargs}
    built: Any = known.build(study, **own) if known else model
    if not known:
        check_changed(built)
    shown = sys.stderr.isatty() or "ipykernel" in sys.modules if progressbar is None else progressbar
    if built.free_RVs:
        settings = {"draws": draws, "tune": tune, "chains": chains, "random_seed": random_seed, "progressbar": shown}
        drawn = _drawn(built, settings, kwargs)
        groups = _tidy(_again(known.drawn_again, study, drawn, random_seed, own) if known and known.drawn_again else drawn)
    else:
        groups = _constant(built, chains, draws)
    if known and not known.compiled and can_draw(study):
        groups["posterior"] = with_judgements(study, groups["posterior"], np.random.default_rng(random_seed))
    if known:
        groups |= known.known(study, **own).groups()
    groups["constant_data"] = labels(study, groups["posterior"])
    tree = xr.DataTree.from_dict(groups)
    diagnosis = diagnose(tree)
    tree.attrs |= {
        "model": known.name if known else "changed by its user",
        "title": study.title,
        "converged": int(diagnosis.passed),
        "diagnostics": list(diagnosis.lines),
        "random_seed": "not set" if random_seed is None else random_seed,
        **{name: value for name, value in own.items() if value is not None},
    }
    tree["posterior"].attrs |= {"converged": int(diagnosis.passed), "diagnostics": list(diagnosis.lines)}
    return tree


_OF_BOTH = frozenset({"target_accept"})
"""Settings that mean the same to nutpie and to PyMC's own sampler."""


def _drawn(built: pm.Model, settings: Mapping[str, Any], more: Mapping[str, Any]) -> xr.DataTree:
    """Sample a model: as it is where it holds the operations of a study, else compiled, by nutpie where that is installed."""
    shown, as_it_is = bool(settings["progressbar"]), runs_as_it_is(built)
    if as_it_is and find_spec("nutpie") and can_run(built) and more.keys() <= _OF_BOTH:
        with pytensor.config.change_flags(mode=AS_IT_IS):
            return draw_as_it_is(built, **settings, **more)
    if as_it_is:
        sampler = {"nuts_sampler": "pymc", "cores": 1, "compile_kwargs": {"mode": AS_IT_IS}}
        flags: dict[str, Any] = {"mode": AS_IT_IS}
    else:
        sampler = {"nuts_sampler": "nutpie" if find_spec("nutpie") else "pymc"}
        flags = {"numba__fastmath": False, "numba__cache": False}
    with pytensor.config.change_flags(**flags), _hushed(shown), built:
        drawn: xr.DataTree = pm.sample(**settings, compute_convergence_checks=False, **{**sampler, "quiet": not shown, **more})
    return drawn


def _again(
    drawn_again: Callable[..., Mapping[str, Array]], study: Study, drawn: xr.DataTree, random_seed: int | None, own: Mapping[str, Any]
) -> xr.DataTree:
    """Return draws in which the variables that a model can draw given the others are drawn again."""
    posterior = drawn["posterior"].to_dataset()
    rng = np.random.default_rng(None if random_seed is None else [random_seed, 1])
    found = drawn_again(study, posterior, rng, **own)
    new = {name: (posterior[name].dims, unflattened(posterior, values)) for name, values in found.items()}
    return xr.DataTree.from_dict({**{name: part.to_dataset() for name, part in drawn.children.items()}, "posterior": posterior.assign(new)})


@contextmanager
def _hushed(shown: bool) -> Iterator[None]:
    """Keep PyMC's own messages to where progress is shown; what matters of them is in the diagnosis."""
    logger = logging.getLogger("pymc")
    level = logger.level
    logger.setLevel(level if shown else logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _tidy(drawn: xr.DataTree) -> dict[str, xr.Dataset]:
    """Return what users ask for: the named quantities, and each case's log evidence as its own group."""
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
    """Return the values of a model in which nothing is free, in the shape of draws."""
    values = pytensor.function([], built.deterministics, mode=AS_IT_IS)()
    coords = {str(name): np.asarray(some) for name, some in built.coords.items()}
    found = {
        one.name: xr.DataArray(value, dims=built.named_vars_to_dims.get(one.name, ()))
        for one, value in zip(built.deterministics, values, strict=True)
    }
    fixed = xr.Dataset(found).assign_coords({dim: some for dim, some in coords.items() if any(dim in part.dims for part in found.values())})
    repeated = fixed.expand_dims(chain=np.arange(chains), draw=np.arange(draws))
    return _tidy(xr.DataTree.from_dict({"posterior": repeated}))
