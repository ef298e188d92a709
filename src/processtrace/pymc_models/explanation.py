"""One explanation per case: judgements, reliabilities and sensitivities uncertain, everything tied to it integrated out."""

from __future__ import annotations

import pymc as pm
import pytensor.tensor as pt

from processtrace.inference.layout import FLOOR, Layout, layout
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import log
from processtrace.pymc_models.graph import Theta, case_nats, coordinates, free_variables, unit_nats
from processtrace.study import Study


def explanation_model(study: Study) -> pm.Model:
    """The model `explanation`: which explanation accounts for each case.

    Free: `judgement` (judged), `reliability` (witness) and `sensitivity` (search), logit-normal as elicited. Their
    posterior weighs each value by sum_h P(h) P(E | theta, h), so that the mean of `explanation` (case, hypothesis),
    P(h | E, theta) in each draw, is the coherent posterior that `update` computes. `log_evidence` (case), nats.
    """
    form = layout(study)
    with pm.Model(coords={CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses), **coordinates(form)}) as model:
        explained(form)
    return model


def explained(form: Layout) -> Theta:
    """The free variables of a layout and what they say of each case, added to the model in whose context this stands."""
    theta = free_variables(form)
    joint = case_nats(form, unit_nats(form, theta)) + log(form.prior).clip(min=FLOOR)
    evidence = pm.Deterministic("log_evidence", pt.logsumexp(joint, axis=1), dims=CASE)
    pm.Deterministic("explanation", pt.exp(joint - evidence[:, None]), dims=(CASE, HYPOTHESIS))
    pm.Potential("likelihood", evidence.sum())
    return theta
