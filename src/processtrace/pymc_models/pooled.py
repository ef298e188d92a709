"""The share of cases that each explanation accounts for, with the cases informing each other through it."""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from processtrace.inference.layout import FLOOR, layout
from processtrace.inference.mixtures import case_background, dirichlet, study_prior
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.pymc_models.graph import case_nats, coordinates, free_variables, unit_nats
from processtrace.pymc_models.weights import dirichlet_weights
from processtrace.study import Study


def pooled_model(study: Study, concentration: float | None = None) -> pm.Model:
    """The model `pooled`: `case_share` (hypothesis) ~ Dirichlet(concentration x prior), one explanation per case from it.

    `explanation` (case, hypothesis): P(h | E, share, theta) in each draw; which explanation it is, is summed out. A case's
    own prior counts as background evidence of that case. `concentration`: the number of hypotheses where None. Its exact
    counterpart is `mixtures.pooled`. `log_evidence` (case), nats, given the shares.
    """
    form = layout(study)
    alpha = dirichlet(study_prior(study), concentration)
    background = np.maximum(case_background(study), FLOOR)
    with pm.Model(coords={CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses), **coordinates(form)}) as model:
        log_share = dirichlet_weights("case_share", alpha, (HYPOTHESIS,))
        joint = case_nats(form, unit_nats(form, free_variables(form))) + background + log_share
        evidence = pm.Deterministic("log_evidence", pt.logsumexp(joint, axis=1), dims=CASE)
        pm.Deterministic("explanation", pt.exp(joint - evidence[:, None]), dims=(CASE, HYPOTHESIS))
        pm.Potential("likelihood", evidence.sum())
    return model
