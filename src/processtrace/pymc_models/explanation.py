"""One explanation accounts for each case; judgements, reliabilities and sensitivities are uncertain."""

from __future__ import annotations

from typing import Any

import pymc as pm
import pytensor.tensor as pt

from processtrace.inference.layout import FLOOR, Layout, layout
from processtrace.inference.update import CASE, HYPOTHESIS, update
from processtrace.logspace import log
from processtrace.pymc_models.graph import Theta, case_nats, coordinates, free_variables, unit_nats
from processtrace.pymc_models.model import Known, SampledModel
from processtrace.study import Study


def explanation_model(study: Study) -> pm.Model:
    """Return the model `explanation`: which explanation accounts for each case.

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
        explained(form)
    return model


def explained(form: Layout) -> Theta:
    """Add a layout's free variables, and what they say of each case, to the model in context; return their log odds."""
    theta = free_variables(form)
    joint = case_nats(form, unit_nats(form, theta)) + log(form.prior).clip(min=FLOOR)
    evidence = pm.Deterministic("log_evidence", pt.logsumexp(joint, axis=1), dims=CASE)
    pm.Deterministic("explanation", pt.exp(joint - evidence[:, None]), dims=(CASE, HYPOTHESIS))
    pm.Potential("likelihood", evidence.sum())
    return theta


def _known(study: Study, **_: Any) -> Known:
    data = update(study)
    return Known(before={"explanation_mean": data["prior"]}, means={"explanation": data["posterior"]})


EXPLANATION = SampledModel("explanation", explanation_model, _known, reports=("explanation",))
