"""The evidence of each case divides over explanations: every unit comes from one of them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from processtrace.errors import AnalysisError, UsageError
from processtrace.exact.importance import TRUSTED
from processtrace.inference import mixtures
from processtrace.inference.layout.integrated import integrated
from processtrace.inference.mixtures import case_background, dirichlet, study_prior
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array, log, logsumexp
from processtrace.pymc_models.assigned import by_case, divided, division, drawn_standard, flattened, log_dirichlet, reliabilities_drawn
from processtrace.pymc_models.model import Known, SampledModel
from processtrace.pymc_models.operations import log_sum_exp, unit_nats
from processtrace.pymc_models.support import add_dimensions, reliabilities
from processtrace.pymc_models.weights import dirichlet_weights, log_weights, varying_dirichlet_weights
from processtrace.study import Study

Mean = Literal["fixed", "learned"]
MEANS: tuple[Mean, ...] = ("fixed", "learned")


def shares_model(study: Study, mean: Mean = "fixed", concentration: float | None = None) -> pm.Model:
    """Return the model `shares`: the weights with which a case's units come from each hypothesis.

    P(E_c | w_c) = prod over units of sum_h w_ch P(unit | h). With `mean="fixed"` the cases are independent, w_c ~
    Dirichlet(concentration x prior of the case): `mixtures.shares` is its exact counterpart. With `mean="learned"` they
    have a common mean: w_c ~ Dirichlet(kappa m), m = `common_share` (hypothesis) ~ Dirichlet(concentration x prior), kappa =
    `case_concentration` ~ LogNormal(log of the concentration, 1): from a seventh to seven times the fixed one. A case's own
    prior multiplies m by its ratio to the study's; `mixtures.learned_shares` is its counterpart, by simulation.

    A share is one of the evidence accounted for, not of joint causation; errors of judgement look like division.

    Parameters
    ----------
    study
        The study.
    mean
        "fixed" or "learned".
    concentration
        Of the Dirichlet distribution; the number of hypotheses where None.

    Returns
    -------
    pymc.Model
        With `evidence_share` (case, hypothesis) and `log_evidence` (case), nats, given the shares.

    Raises
    ------
    UsageError
        Where `mean` is another word, or the concentration is not above 0.
    """
    if mean not in MEANS:
        raise UsageError(f"mean '{mean}'; one of {', '.join(MEANS)}")
    form = integrated(study)
    with pm.Model() as model:
        add_dimensions(form)
        if mean == "fixed":
            alpha = np.array([dirichlet(row, concentration) for row in form.prior])
            share = dirichlet_weights("evidence_share", alpha, (CASE, HYPOTHESIS))
        else:
            share = _learned(study, concentration)
        units = log_sum_exp(unit_nats(form, reliabilities(form)) + log_weights(share)[form.unit_case])
        evidence = pt.zeros(len(form.cases))[form.unit_case].inc(units, ignore_duplicates=False)
        evidence = pm.Deterministic("log_evidence", evidence, dims=CASE)
        pm.Potential("likelihood", evidence.sum())
    return model


def _drawn_again(
    study: Study, posterior: xr.Dataset, rng: np.random.Generator, mean: Mean = "fixed", concentration: float | None = None
) -> dict[str, Array]:
    """Return the shares and reliabilities drawn again, and the evidence given them, each (draw, ...)."""
    form = integrated(study)
    if mean == "fixed":
        alpha = np.array([dirichlet(row, concentration) for row in form.prior])[None]
    else:
        score = flattened(posterior["common_share"], HYPOTHESIS)[:, None] * np.where(form.prior > 0, np.exp(case_background(study)), 0.0)
        alpha = flattened(posterior["case_concentration"])[:, None, None] * score / score.sum(axis=2, keepdims=True)
    each = np.arange(len(form.unit_case))
    made = division(form, each, form.unit_case, alpha, np.zeros((len(each), len(form.hypotheses))))
    drawn = divided(made, drawn_standard(form, posterior), log(flattened(posterior["evidence_share"], CASE, HYPOTHESIS)), rng)
    evidence = by_case(form, logsumexp(drawn.nats + drawn.log_share[:, form.unit_case]))
    return {"evidence_share": np.exp(drawn.log_share), "log_evidence": evidence} | reliabilities_drawn(form, drawn.standard)


def _learned(study: Study, concentration: float | None) -> Any:
    """Return shares around a common mean, (case, hypothesis): an exact hierarchical Dirichlet, without its funnel."""
    alpha = dirichlet(study_prior(study), concentration)
    ratio = np.where(alpha > 0, np.exp(case_background(study)), 0.0)
    common = dirichlet_weights("common_share", alpha, (HYPOTHESIS,))
    standard = pm.Normal("case_concentration_standard")
    kappa = pm.Deterministic("case_concentration", pt.exp(np.log(alpha.sum()) + standard))
    score = common * ratio
    mean = score / score.sum(axis=1, keepdims=True)
    return varying_dirichlet_weights("evidence_share", kappa * mean, ratio > 0, (CASE, HYPOTHESIS))


PRIOR_DRAWS = 20_000
"""Draws from which the prior's spread is taken where it has no closed form: its error is below 1 %."""


def _known(study: Study, mean: Mean = "fixed", concentration: float | None = None) -> Known:
    if mean == "learned":
        means, error = _learned_means(study, concentration)
        return Known(_before(study, concentration), means, error)
    data = mixtures.shares(study, concentration)
    before = {"evidence_share_mean": data["prior_share"], "evidence_share_sd": data["prior_share_sd"]}
    return Known(before, {"evidence_share": data["evidence_share"]}, float(np.max(data["error_mean"].values, initial=0.0)))


def _learned_means(study: Study, concentration: float | None) -> tuple[dict[str, xr.DataArray], float]:
    try:
        data = mixtures.learned_shares(study, concentration)
    except AnalysisError:  # too many ways in which the units can divide
        return {}, 0.0
    trusted = ("evidence_share", "common_share") if data.attrs["effective"] >= TRUSTED else ()
    return {name: data[name] for name in trusted}, float(data.attrs["error_mean"])


def _before(study: Study, concentration: float | None) -> dict[str, Any]:
    alpha, background = dirichlet(study_prior(study), concentration), case_background(study)
    rng = np.random.default_rng(0)
    kappa = np.exp(np.log(alpha.sum()) + rng.normal(size=(PRIOR_DRAWS, 1, 1)))
    share = np.exp(log_dirichlet(np.broadcast_to(alpha, (PRIOR_DRAWS, len(alpha))), rng))[:, None] * np.exp(background)
    w = np.exp(log_dirichlet(kappa * share / share.sum(axis=-1, keepdims=True), rng))
    one = {HYPOTHESIS: list(study.explanations)}
    each = {CASE: [case.id for case in study.cases], **one}
    return {
        "common_share_mean": xr.DataArray(alpha / alpha.sum(), coords=one),
        "common_share_sd": xr.DataArray(mixtures.dirichlet_sd(alpha), coords=one),
        "evidence_share_mean": xr.DataArray(w.mean(axis=0), coords=each),
        "evidence_share_sd": xr.DataArray(w.std(axis=0), coords=each),
    }


SHARES = SampledModel("shares", shares_model, _known, reports=("evidence_share",), drawn_again=_drawn_again)
