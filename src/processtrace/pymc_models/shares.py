"""How the evidence of each case divides over explanations: every unit comes from one of them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from processtrace.errors import UsageError
from processtrace.inference.layout import FLOOR, layout
from processtrace.inference.mixtures import case_background, dirichlet, study_prior
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.pymc_models.graph import coordinates, free_variables, unit_nats
from processtrace.pymc_models.weights import dirichlet_weights
from processtrace.study import Study

Mean = Literal["fixed", "learned"]
MEANS: tuple[Mean, ...] = ("fixed", "learned")

_SMALLEST = 1e-12
"""Of a Dirichlet parameter: below it a share is 0 to any precision, and its reciprocal would overflow."""


def shares_model(study: Study, mean: Mean = "fixed", concentration: float | None = None) -> pm.Model:
    """The model `shares`: `evidence_share` (case, hypothesis), the weights with which a case's units come from each.

    P(E_c | w_c) = prod over units of sum_h w_ch P(unit | h). With `mean="fixed"` the cases are independent, w_c ~
    Dirichlet(concentration x prior of the case): `mixtures.shares` is its exact counterpart. With `mean="learned"` they
    have a common mean: w_c ~ Dirichlet(kappa m), m = `common_share` (hypothesis) ~ Dirichlet(concentration x prior), kappa =
    `case_concentration` ~ LogNormal(log of the concentration, 1): from a seventh to seven times the fixed one. A case's own
    prior multiplies m by its ratio to the study's. There is no exact counterpart. `log_evidence` (case), nats, given the
    shares. `concentration`: the number of hypotheses where None.

    A share of the evidence accounted for, not of joint causation; errors of judgement look like division.
    """
    if mean not in MEANS:
        raise UsageError(f"mean '{mean}'; one of {', '.join(MEANS)}")
    form = layout(study)
    with pm.Model(coords={CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses), **coordinates(form)}) as model:
        if mean == "fixed":
            alpha = np.array([dirichlet(row, concentration) for row in form.prior])
            log_share = dirichlet_weights("evidence_share", alpha, (CASE, HYPOTHESIS))
        else:
            log_share = _learned(study, concentration)
        units = pt.logsumexp(unit_nats(form, free_variables(form)) + log_share[form.unit_case], axis=1)
        evidence = pt.zeros(len(form.cases))[form.unit_case].inc(units, ignore_duplicates=False)
        evidence = pm.Deterministic("log_evidence", evidence, dims=CASE)
        pm.Potential("likelihood", evidence.sum())
    return model


def _learned(study: Study, concentration: float | None) -> Any:
    """Log shares around a common mean, (case, hypothesis): an exact hierarchical Dirichlet, without its funnel.

    A Dirichlet(a) is a normalised vector of Gamma(a_h), and log Gamma(a) = log Gamma(a + 1) - Exponential(1)/a (Marsaglia
    & Tsang 2000, doi:10.1145/358407.358414). What the sampler moves is the exponential and the standardised log
    Gamma(a + 1), whose distributions hardly depend on a.
    """
    alpha = dirichlet(study_prior(study), concentration)
    background = case_background(study)
    held = np.isfinite(background) & (alpha > 0)
    common = dirichlet_weights("common_share", alpha, (HYPOTHESIS,))
    kappa = pm.LogNormal("case_concentration", np.log(alpha.sum()), 1.0)
    score = common + np.where(held, background, FLOOR)
    mean = pt.exp(score - pt.logsumexp(score, axis=1, keepdims=True))
    a = pt.where(held, pt.maximum(kappa * mean, _SMALLEST), 1.0)
    log_gamma = _log_gamma(a + 1) - pm.Exponential("fall_standard", 1.0, dims=(CASE, HYPOTHESIS)) / a
    scores = pt.where(held, log_gamma, np.full(held.shape, FLOOR))
    log_share = scores - pt.logsumexp(scores, axis=1, keepdims=True)
    pm.Deterministic("evidence_share", pt.exp(log_share), dims=(CASE, HYPOTHESIS))
    return log_share


def _log_gamma(a: Any) -> Any:
    """Logarithms of Gamma(a) variables, (case, hypothesis), a >= 1; near N(0, 1) once mean and spread are taken away."""
    middle, spread = pt.log(a - 0.5), (a - 0.4) ** -0.5
    x = middle + spread * pm.Flat("gamma_standard", dims=(CASE, HYPOTHESIS))
    pm.Potential("gamma", (a * x - pt.exp(x) - pt.gammaln(a) + pt.log(spread)).sum())
    return x
