"""The support of a study's explanations, as a part of any PyMC model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from processtrace.inference.layout import FLOOR
from processtrace.inference.layout.integrated import Integrated, integrated
from processtrace.inference.layout.labels import WITNESS
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import log
from processtrace.pymc_models.operations import case_nats, log_sum_exp, logit_normal
from processtrace.study import Study


@dataclass(frozen=True)
class Support:
    """What a study's evidence adds to a model, as PyTensor variables.

    Parameters
    ----------
    explanation
        P(h | E, what the model holds), (case, hypothesis).
    log_evidence
        Log P(E | what the model holds), (case,), nats.
    log_likelihood
        Log P(E | h, reliabilities), (case, hypothesis), nats.
    """

    explanation: Any
    log_evidence: Any
    log_likelihood: Any


def support_model(study: Study, *, log_prior: Any = None, reliability: Any = None) -> Support:
    """Add the support of a study's explanations to the PyMC model in context.

    Judgements, search sensitivities, common causes of clusters and the explanation itself are integrated out exactly. Adds
    the dimensions `case`, `hypothesis` and `witness`, the variable `reliability` (witness) where sources have ranges and none is
    given, `log_evidence` (case), `explanation` (case, hypothesis), and the potential `likelihood`.

    Parameters
    ----------
    study
        The study.
    log_prior
        Log prior of each hypothesis, up to a constant of each case: a variable or array that broadcasts to (case,
        hypothesis), in place of the study's priors. Hypotheses to which the study gives a prior of 0 keep it.
    reliability
        Reliability of each uncertain source, a variable or array (witness,), in [0, 1], in place of the ranges of the
        study: one for each label of `reliable_sources`.

    Returns
    -------
    Support
        The variables that were added.

    Raises
    ------
    AnalysisError
        Where a cluster depends on too many uncertain reliabilities.
    """
    form = integrated(study)
    add_dimensions(form)
    r = reliabilities(form) if reliability is None else pt.as_tensor(reliability)
    likelihood = case_nats(form, r)
    held = np.maximum(log(form.prior), FLOOR)
    if log_prior is None:
        prior = held
    else:
        score = pt.where(form.prior > 0, log_prior, np.full(form.prior.shape, FLOOR))
        prior = score - log_sum_exp(score)[:, None]
    return explained(likelihood, prior)


def reliable_sources(study: Study) -> list[str]:
    """Return labels, `case/source`, of the sources whose reliability is uncertain, in the order of `reliability`."""
    return list(integrated(study).reliability.labels)


def add_dimensions(form: Integrated) -> None:
    """Add the dimensions of a study to the model in context."""
    model = pm.modelcontext(None)
    dims = {CASE: form.cases, HYPOTHESIS: form.hypotheses, WITNESS: form.reliability.labels}
    model.add_coords({name: list(labels) for name, labels in dims.items() if labels and name not in model.coords})


def reliabilities(form: Integrated) -> Any:
    """Add `reliability` (witness) to the model in context, logit-normal as elicited; return it."""
    free = form.reliability
    if not free.labels:
        return pt.as_tensor(np.zeros(0))
    standard = pm.Normal("reliability_standard", dims=WITNESS)
    return pm.Deterministic("reliability", logit_normal(free, standard), dims=WITNESS)


def explained(likelihood: Any, log_prior: Any) -> Support:
    """Add what a prior and a likelihood, (case, hypothesis), say of each case to the model in context."""
    joint = likelihood + log_prior
    evidence = pm.Deterministic("log_evidence", log_sum_exp(joint), dims=CASE)
    explanation = pm.Deterministic("explanation", pt.exp(joint - evidence[:, None]), dims=(CASE, HYPOTHESIS))
    pm.Potential("likelihood", evidence.sum())
    return Support(explanation, evidence, likelihood)
