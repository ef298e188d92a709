"""One explanation per case: judgements, reliabilities and sensitivities uncertain, everything tied to it integrated out."""

from __future__ import annotations

import pymc as pm
import pytensor.tensor as pt

from processtrace.arrays import CASE, HYPOTHESIS
from processtrace.logspace import log
from processtrace.pymc_models.assembly import layout
from processtrace.pymc_models.graph import case_nats, coordinates, free_variables, unit_nats
from processtrace.pymc_models.layout import FLOOR
from processtrace.study import Study


def explanation_model(study: Study) -> pm.Model:
    """The model `explanation`: which explanation accounts for each case.

    Free: `judgement` (judged), `reliability` (witness) and `sensitivity` (search), logit-normal as elicited. Their
    posterior weighs each value by sum_h P(h) P(E | theta, h), so that the mean of `explanation` (case, hypothesis),
    P(h | E, theta) in each draw, is the coherent posterior that `update` computes. `log_evidence` (case), nats.
    """
    form = layout(study)
    with pm.Model(coords={CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses), **coordinates(form)}) as model:
        nats = case_nats(form, unit_nats(form, free_variables(form)))
        joint = nats + log(form.prior).clip(min=FLOOR)
        evidence = pm.Deterministic("log_evidence", pt.logsumexp(joint, axis=1), dims=CASE)
        pm.Deterministic("explanation", pt.exp(joint - evidence[:, None]), dims=(CASE, HYPOTHESIS))
        pm.Potential("evidence", evidence.sum())
    return model
