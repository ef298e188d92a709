"""One explanation accounts for each case; all that can be integrated out is, and reliabilities are sampled."""

from __future__ import annotations

from typing import Any

import pymc as pm

from processtrace.inference.update import update
from processtrace.pymc_models.model import Known, SampledModel
from processtrace.pymc_models.support import support_model
from processtrace.study import Study


def explanation_model(study: Study) -> pm.Model:
    """Return the model `explanation`: which explanation accounts for each case.

    Judgements, sensitivities, common causes and the explanation are integrated out; `reliability` (witness) is free. The
    mean of `explanation` is the coherent posterior that `update` computes.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    pymc.Model
        With `explanation` (case, hypothesis), P(h | E, reliabilities), and `log_evidence` (case), nats.
    """
    with pm.Model() as model:
        support_model(study)
    return model


def known_explanation(study: Study, **_: Any) -> Known:
    """Return what is known of one explanation for each case: its exact posterior, and its prior."""
    data = update(study)
    return Known(before={"explanation_mean": data["prior"]}, means={"explanation": data["posterior"]})


EXPLANATION = SampledModel("explanation", explanation_model, known_explanation, reports=("explanation",))
