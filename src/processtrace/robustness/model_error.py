"""The posterior if each unit's likelihoods may simply be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import UsageError
from processtrace.inference.labelled import labelled
from processtrace.inference.reading import readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array, log, log_mix, logsumexp, normalise, to_probability
from processtrace.robustness.question import Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

EPSILON = "epsilon"
CHANCES = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Chances of a worthless unit at which `model_error` is computed by default."""


def model_error(study: Study, epsilon: Sequence[float] = CHANCES) -> xr.Dataset:
    """Return the posterior when each unit has P'(e|h) = (1 - epsilon) P(e|h) + epsilon mean over h' of P(e|h').

    With probability epsilon a unit says nothing about the hypotheses. The mean is unweighted. Units are what the study declares:
    items that depend on each other and are in no cluster are worthless one by one, not together.

    Parameters
    ----------
    study
        The study.
    epsilon
        Probabilities in [0, 1].

    Returns
    -------
    Dataset
        Variables: `posterior` (case, epsilon, hypothesis), probabilities; `cap_db` (epsilon), the most that one unit can then
        weigh, 10 log10(1 + H (1 - epsilon)/epsilon), decibels.

    Raises
    ------
    UsageError
        If an epsilon is outside [0, 1], or if there is none.
    ContradictionError
        If every hypothesis of a case is refuted in the study as it is.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.0, "c": 0.0})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}, "c": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.model_error(study, [0.01]).cap_db[0].round(1))
    24.7
    """
    chances = np.array(epsilon, float)
    if chances.ndim != 1 or not len(chances) or not ((chances >= 0) & (chances <= 1)).all():
        raise UsageError(f"epsilon: {list(epsilon)}; chances in [0, 1] that a unit is worthless")
    each = readings(study)
    n = len(study.explanations)
    posterior = [[to_probability(with_error(reading.log_prior, reading.unit_nats, chance)) for chance in chances] for reading in each]
    with np.errstate(divide="ignore"):
        cap = DB_PER_NAT * np.log1p(n * (1 - chances) / chances)
    return labelled(
        study,
        {
            "posterior": ((CASE, EPSILON, HYPOTHESIS), np.array(posterior).reshape(-1, len(chances), n)),
            "cap_db": ((EPSILON,), cap),
        },
        {EPSILON: chances},
    )


def with_error(log_prior: Array, unit_nats: Array, epsilon: float) -> Array:
    """Return the log posterior when each unit is worthless with probability epsilon.

    Parameters
    ----------
    log_prior
        Nats, (hypothesis,).
    unit_nats
        Log likelihood of each unit, nats, (unit, hypothesis).
    epsilon
        Probability in [0, 1].

    Returns
    -------
    Array
        Nats, (hypothesis,).
    """
    mean = (logsumexp(unit_nats) - np.log(unit_nats.shape[1]))[:, None]
    mixed = log_mix([log(1 - epsilon), log(epsilon)], [unit_nats, np.broadcast_to(mean, unit_nats.shape)])
    return normalise(log_prior + mixed.sum(axis=0))


MODEL_ERROR = Question(model_error, lambda answer: {"model_error": answer.along(EPSILON)})
