"""Each explanation accounts for a share of the cases, through which the cases inform each other."""

from __future__ import annotations

import numpy as np
import pymc as pm
import xarray as xr

from processtrace.inference import mixtures
from processtrace.inference.layout import FLOOR
from processtrace.inference.layout.integrated import integrated
from processtrace.inference.mixtures import case_background, dirichlet, study_prior
from processtrace.inference.update import HYPOTHESIS
from processtrace.logspace import Array, log, logsumexp
from processtrace.pymc_models.assigned import divided, division, drawn_standard, flattened, reliabilities_drawn
from processtrace.pymc_models.model import Known, SampledModel
from processtrace.pymc_models.operations import case_nats
from processtrace.pymc_models.support import add_dimensions, explained, reliabilities
from processtrace.pymc_models.weights import dirichlet_weights, log_weights
from processtrace.study import Study


def pooled_model(study: Study, concentration: float | None = None) -> pm.Model:
    """Return the model `pooled`: `case_share` (hypothesis) ~ Dirichlet(concentration x prior), one explanation per case from it.

    Which explanation accounts for a case is summed out. A case's own prior counts as background evidence of that case. The
    exact counterpart is `mixtures.pooled`.

    Parameters
    ----------
    study
        The study.
    concentration
        Of the Dirichlet distribution; the number of hypotheses where None.

    Returns
    -------
    pymc.Model
        With `case_share` (hypothesis), `explanation` (case, hypothesis), P(h | E, share, reliabilities), and
        `log_evidence` (case), nats, given the shares.

    Raises
    ------
    UsageError
        Where the concentration is not above 0.
    """
    form = integrated(study)
    alpha = dirichlet(study_prior(study), concentration)
    background = np.maximum(case_background(study), FLOOR)
    with pm.Model() as model:
        add_dimensions(form)
        log_share = log_weights(dirichlet_weights("case_share", alpha, (HYPOTHESIS,)))
        explained(case_nats(form, reliabilities(form)), background + log_share)
    return model


def _drawn_again(study: Study, posterior: xr.Dataset, rng: np.random.Generator, concentration: float | None = None) -> dict[str, Array]:
    """Return the shares and reliabilities drawn again, and what follows from them, each (draw, ...)."""
    form = integrated(study)
    alpha, one = dirichlet(study_prior(study), concentration)[None, None], np.zeros(len(form.cases), np.int64)
    made = division(form, form.unit_case, one, alpha, np.maximum(case_background(study), FLOOR))
    drawn = divided(made, drawn_standard(form, posterior), log(flattened(posterior["case_share"], HYPOTHESIS))[:, None], rng)
    joint = drawn.nats + np.maximum(drawn.log_share, FLOOR)
    evidence = logsumexp(joint)
    shares = {"case_share": np.exp(drawn.log_share[:, 0]), "explanation": np.exp(joint - evidence[..., None]), "log_evidence": evidence}
    return shares | reliabilities_drawn(form, drawn.standard)


def _known(study: Study, concentration: float | None = None) -> Known:
    data = mixtures.pooled(study, concentration)
    return Known(
        before={"case_share_mean": data["prior_share"], "case_share_sd": data["prior_share_sd"]},
        means={name: data[name] for name in ("case_share", "explanation")},
        error=float(data.attrs["error_mean"]),
    )


POOLED = SampledModel("pooled", pooled_model, _known, reports=("explanation", "case_share"), drawn_again=_drawn_again)
