"""How the evidence of each case divides over explanations: every unit comes from one of them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from processtrace.arrays import CASE, HYPOTHESIS
from processtrace.errors import UsageError
from processtrace.mixtures import case_background, dirichlet, study_prior
from processtrace.pymc_models.assembly import layout
from processtrace.pymc_models.graph import coordinates, free_variables, unit_nats
from processtrace.pymc_models.layout import FLOOR
from processtrace.pymc_models.weights import dirichlet_weights
from processtrace.study import Study

Mean = Literal["fixed", "learned"]
MEANS: tuple[Mean, ...] = ("fixed", "learned")


def shares_model(study: Study, mean: Mean = "fixed", concentration: float | None = None) -> pm.Model:
    """The model `shares`: `evidence_share` (case, hypothesis), the weights with which a case's units come from each.

    P(E_c | w_c) = prod over units of sum_h w_ch P(unit | h). With `mean="fixed"` the cases are independent, w_c ~
    Dirichlet(concentration x prior of the case): `mixtures.shares` is its exact counterpart. With `mean="learned"` they
    have a common centre, `common_share` (hypothesis) ~ Dirichlet(concentration x prior), and depart from it by a
    non-centred logistic normal of `case_spread` ~ HalfNormal(1), in logits; a case's own prior shifts its centre. There is
    no exact counterpart. `log_evidence` (case), nats, given the shares.

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
        pm.Potential("evidence", evidence.sum())
    return model


def _learned(study: Study, concentration: float | None) -> Any:
    """Log shares around a common centre, (case, hypothesis)."""
    centre = dirichlet_weights("common_share", dirichlet(study_prior(study), concentration), (HYPOTHESIS,))
    spread = pm.HalfNormal("case_spread", sigma=1.0)
    departure = pm.ZeroSumNormal("departure_standard", sigma=1.0, n_zerosum_axes=1, dims=(CASE, HYPOTHESIS))
    scores = centre + np.maximum(case_background(study), FLOOR) + spread * departure
    log_share = scores - pt.logsumexp(scores, axis=1, keepdims=True)
    pm.Deterministic("evidence_share", pt.exp(log_share), dims=(CASE, HYPOTHESIS))
    return log_share
