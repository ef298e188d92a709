"""Draws from a model, as a DataTree with its diagnosis and provenance."""

from __future__ import annotations

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

from processtrace import mixtures
from processtrace.arrays import CASE, HYPOTHESIS, update
from processtrace.diagnostics import diagnose
from processtrace.errors import UsageError
from processtrace.pymc_models.assembly import layout
from processtrace.pymc_models.explanation import explanation_model
from processtrace.pymc_models.graph import JUDGED, SEARCH, WITNESS
from processtrace.pymc_models.pooled import pooled_model
from processtrace.pymc_models.shares import shares_model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from processtrace.study import Study

MODELS: dict[str, Callable[..., pm.Model]] = {"explanation": explanation_model, "pooled": pooled_model, "shares": shares_model}

EXACT_ENOUGH = 0.002
"""Error of a quadrature's means up to which draws are compared with them."""


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
    posterior of `update`; `case_share` (hypothesis) in `pooled`; `evidence_share` (case, hypothesis) in `shares`;
    `judgement`, `reliability`, `sensitivity`, where there are ranges. Group `log_likelihood`: `evidence` (chain, draw,
    X Attributes: `converged` (1 or 0), `diagnostics` (lines in words), `model`, `random_seed`. Leave-one-out
    comparison means nothing for `explanation` and `shares`, where each judgement belongs to one case.

    Ask `arviz.summary` for `explanation` before `case_share`: ArviZ 1.3 puts values under wrong labels where a variable with
    more dimensions follows one with fewer. Draws stand in that order.

    Progress is shown on a terminal only. One seed gives the same draws on one machine: fast-math, under which a warm
    compile cache changes the last digits, is off. Raises UsageError for an unknown model.
    """
    if isinstance(model, str) and model not in MODELS:
        raise UsageError(f"model '{model}'; one of {', '.join(MODELS)}")
    update(study)  # a contradiction is told before anything is compiled
    own: dict[str, Any] = {}
    if isinstance(model, str):
        own = {name: kwargs.pop(name) for name in list(inspect.signature(MODELS[model]).parameters)[1:] if name in kwargs}
        built = MODELS[model](study, **own)
    else:
        built = model
    if not built.free_RVs:
        groups = _constant(study, chains, draws)
    else:
        shown = sys.stderr.isatty() if progressbar is None else progressbar
        sampler = {"nuts_sampler": "nutpie" if find_spec("nutpie") else "pymc", "quiet": not shown, **kwargs}
        with pytensor.config.change_flags(numba__fastmath=False), _hushed(shown), built:
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
        groups |= _known(study, model, own)
    groups["constant_data"] = _labels(study, groups["posterior"])
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


def _known(study: Study, model: str, own: Mapping[str, Any]) -> dict[str, xr.Dataset]:
    """The exact means of a model, where there are any, and what was believed before the evidence."""
    if model == "explanation":
        data = update(study)
        means, before = {"explanation": data["posterior"]}, {"explanation_mean": data["prior"]}
    elif model == "pooled":
        data = mixtures.pooled(study, own.get("concentration"))
        means = {"case_share": data["case_share"], "explanation": data["explanation"]}
        before = {"case_share_mean": data["prior_share"], "case_share_sd": data["prior_share_sd"]}
    elif model == "shares" and own.get("mean", "fixed") == "fixed":
        data = mixtures.shares(study, own.get("concentration"))
        means = {"evidence_share": data["evidence_share"]}
        before = {"evidence_share_mean": data["prior_share"], "evidence_share_sd": data["prior_share_sd"]}
    else:
        return {}
    groups = {"elicited": xr.Dataset(before)}
    error = float(np.max(data.attrs["error_mean"] if "error_mean" in data.attrs else data.get("error_mean", 0.0)))
    if error < EXACT_ENOUGH:
        groups["exact"] = xr.Dataset(means, attrs={"error_mean": error})
    return {name: part.reset_coords(drop=True) for name, part in groups.items()}


def _labels(study: Study, posterior: xr.Dataset) -> xr.Dataset:
    """Names for people along the dimensions of the draws; apart from them, since `arviz.summary` takes no such coordinates."""
    names = {
        CASE: {case.id: case.name for case in study.cases},
        HYPOTHESIS: {h: one.name for h, one in study.explanations.items()},
    }
    if {JUDGED, WITNESS, SEARCH} & set(posterior.dims):
        form = layout(study)
        kinds = {JUDGED: form.judgement, WITNESS: form.reliability, SEARCH: form.sensitivity}
        names |= {dim: dict(zip(free.labels, free.names, strict=True)) for dim, free in kinds.items()}
    return xr.Dataset(
        {
            f"{dim}_label": (dim, [known.get(str(one), str(one)) for one in posterior[dim].values])
            for dim, known in names.items()
            if dim in posterior.dims
        },
        coords={dim: posterior[dim].values for dim in names if dim in posterior.dims},
    )


def _constant(study: Study, chains: int, draws: int) -> dict[str, xr.Dataset]:
    """The exact posterior in the shape of draws: without ranges there is nothing to sample."""
    exact = update(study)
    coords = {"chain": np.arange(chains), "draw": np.arange(draws)}
    repeated = exact["posterior"].reset_coords(drop=True).expand_dims(coords).transpose("chain", "draw", CASE, HYPOTHESIS)
    joint = (
        np.log(exact["prior"].values.clip(min=1e-300))
        + exact["log_likelihood"].groupby(exact["evidence_case"]).sum().reindex(evidence_case=exact[CASE].values, fill_value=0.0).values
    )
    evidence = xr.DataArray(np.logaddexp.reduce(joint, axis=1), dims=CASE, coords={CASE: exact[CASE].values})
    return {
        "posterior": xr.Dataset({"explanation": repeated}),
        "log_likelihood": xr.Dataset({"evidence": evidence.expand_dims(coords).transpose("chain", "draw", CASE)}),
    }
