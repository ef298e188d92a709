"""What is known of a model without sampling it: its exact means, where there are any, and what stood before the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from processtrace.errors import AnalysisError
from processtrace.exact.importance import TRUSTED
from processtrace.inference import mixtures
from processtrace.inference.layout import panel_layout
from processtrace.inference.update import ANALYST, CASE, HYPOTHESIS, to_dataset, update
from processtrace.logspace import Array
from processtrace.pymc_models.panel import LEAN_SD, SPREAD_LOG_SD, SPREAD_MEDIAN
from processtrace.study import Study

EXACT_ENOUGH = 0.002
"""Error of a quadrature's means up to which draws are compared with them."""

PRIOR_DRAWS = 20_000
"""From which the prior's spread is taken where it has no closed form: its error is below 1 %."""

Known = tuple[dict[str, Any], dict[str, Any], float]


def known(study: Study, model: str, own: Mapping[str, Any]) -> dict[str, xr.Dataset]:
    """Groups `exact`, means that the draws must agree with (none where there is no exact result), and `elicited`.

    `elicited` holds `<variable>_mean` and `<variable>_sd` before the evidence.
    """
    means, before, error = _KNOWN[model](study, own)
    groups = {"elicited": xr.Dataset(before)}
    if means and error < EXACT_ENOUGH:
        groups["exact"] = xr.Dataset(means, attrs={"error_mean": error})
    return {name: part.reset_coords(drop=True) for name, part in groups.items()}


def _explanation(study: Study, _own: Mapping[str, Any]) -> Known:
    data = update(study)
    return {"explanation": data["posterior"]}, {"explanation_mean": data["prior"]}, 0.0


def _pooled(study: Study, own: Mapping[str, Any]) -> Known:
    data = mixtures.pooled(study, own.get("concentration"))
    before = {"case_share_mean": data["prior_share"], "case_share_sd": data["prior_share_sd"]}
    return {name: data[name] for name in ("case_share", "explanation")}, before, float(data.attrs["error_mean"])


def _shares(study: Study, own: Mapping[str, Any]) -> Known:
    if own.get("mean", "fixed") == "learned":
        means, error = _learned_means(study, own.get("concentration"))
        return means, _learned(study, own.get("concentration")), error
    data = mixtures.shares(study, own.get("concentration"))
    before = {"evidence_share_mean": data["prior_share"], "evidence_share_sd": data["prior_share_sd"]}
    return {"evidence_share": data["evidence_share"]}, before, float(np.max(data["error_mean"].values, initial=0.0))


def _learned_means(study: Study, concentration: float | None) -> tuple[dict[str, Any], float]:
    try:
        data = mixtures.learned_shares(study, concentration)
    except AnalysisError:  # too many ways in which units can fall
        return {}, 0.0
    trusted = ("evidence_share", "common_share") if data.attrs["effective"] >= TRUSTED else ()
    return {name: data[name] for name in trusted}, float(data.attrs["error_mean"])


def _learned(study: Study, concentration: float | None) -> dict[str, Any]:
    alpha, background = mixtures.dirichlet(mixtures.study_prior(study), concentration), mixtures.case_background(study)
    rng = np.random.default_rng(0)
    kappa = np.exp(np.log(alpha.sum()) + rng.normal(size=(PRIOR_DRAWS, 1, 1)))
    share = _dirichlet(rng, np.broadcast_to(alpha, (PRIOR_DRAWS, len(alpha))))[:, None] * np.exp(background)
    w = _dirichlet(rng, kappa * share / share.sum(axis=-1, keepdims=True))
    one = {HYPOTHESIS: list(study.explanations)}
    each = {CASE: [case.id for case in study.cases], **one}
    return {
        "common_share_mean": xr.DataArray(alpha / alpha.sum(), coords=one),
        "common_share_sd": xr.DataArray(mixtures.dirichlet_sd(alpha), coords=one),
        "evidence_share_mean": xr.DataArray(w.mean(axis=0), coords=each),
        "evidence_share_sd": xr.DataArray(w.std(axis=0), coords=each),
    }


def _dirichlet(rng: np.random.Generator, alpha: Array) -> Array:
    """Dirichlet draws along the last axis, in logarithms, so that small parameters do not end in 0/0."""
    held = np.maximum(alpha, 1e-12)
    log_gamma = np.log(rng.gamma(held + 1)) - rng.exponential(size=held.shape) / held
    log_gamma = np.where(alpha > 0, log_gamma, -np.inf)
    w = np.exp(log_gamma - log_gamma.max(axis=-1, keepdims=True))
    return np.asarray(w / w.sum(axis=-1, keepdims=True))


def _panel(study: Study, _own: Mapping[str, Any]) -> Known:
    analysts = panel_layout(study)[1].analysts
    lean = LEAN_SD * np.sqrt(1 - 1 / len(analysts))
    spread = SPREAD_MEDIAN * np.exp(SPREAD_LOG_SD**2 / 2) * np.sqrt(np.expm1(SPREAD_LOG_SD**2))
    before = {
        "explanation_mean": to_dataset(study)["prior"],
        "lean_sd": xr.DataArray(
            np.full((len(analysts), len(study.explanations)), lean),
            coords={ANALYST: list(analysts), HYPOTHESIS: list(study.explanations)},
        ),
        "spread_sd": xr.DataArray(np.full(len(analysts), spread), coords={ANALYST: list(analysts)}),
    }
    return {}, before, 0.0


_KNOWN: dict[str, Callable[[Study, Mapping[str, Any]], Known]] = {
    "explanation": _explanation,
    "pooled": _pooled,
    "shares": _shares,
    "panel": _panel,
}
