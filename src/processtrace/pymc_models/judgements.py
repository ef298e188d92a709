"""One explanation accounts for each case; judgements, reliabilities and sensitivities are free, for those who put structure on them."""

from __future__ import annotations

import pymc as pm
import pytensor.tensor as pt

from processtrace.inference.layout import FLOOR, Layout, layout
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import log
from processtrace.pymc_models.explanation import known_explanation
from processtrace.pymc_models.graph import Theta, case_nats, coordinates, free_variables, unit_nats
from processtrace.pymc_models.model import SampledModel
from processtrace.study import Study


def judgements_model(study: Study) -> pm.Model:
    """Return the model `judgements`: which explanation accounts for each case, with every judgement a variable.

    Free are `judgement` (judged), `reliability` (witness) and `sensitivity` (search), logit-normal as elicited. Their
    posterior weighs each value by sum_h P(h) P(E | theta, h), so that the mean of `explanation` (case, hypothesis),
    P(h | E, theta) in each draw, is the coherent posterior that `update` computes.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    pymc.Model
        With `explanation` (case, hypothesis) and `log_evidence` (case), nats.
    """
    form = layout(study)
    with pm.Model(coords={CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses), **coordinates(form)}) as model:
        explained_freely(form)
    return model


def explained_freely(form: Layout) -> Theta:
    """Add a layout's free variables, and what they say of each case, to the model in context; return their log odds."""
    theta = free_variables(form)
    joint = case_nats(form, unit_nats(form, theta)) + log(form.prior).clip(min=FLOOR)
    evidence = pm.Deterministic("log_evidence", pt.logsumexp(joint, axis=1), dims=CASE)
    pm.Deterministic("explanation", pt.exp(joint - evidence[:, None]), dims=(CASE, HYPOTHESIS))
    pm.Potential("likelihood", evidence.sum())
    return theta


JUDGEMENTS = SampledModel("judgements", judgements_model, known_explanation, reports=("explanation",), compiled=True)
