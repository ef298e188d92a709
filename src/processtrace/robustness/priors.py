"""Priors under which another hypothesis would lead."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.errors import UsageError
from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array, log, normalise, to_probability
from processtrace.robustness.question import Answer, Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

PRIOR_POINT = "prior_point"
_REACH, _STEP = 40.0, 0.1


def prior_odds_to_overturn(study: Study) -> xr.Dataset:
    """Return the prior odds leader : rival at which they tie, and how much of the prior simplex each hypothesis leads.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `prior_odds` (case, hypothesis), exp(log likelihood of the rival - of the leader), NaN for the leader itself, for
        what the evidence refutes, and without a leader; `log_prior_odds` (case, hypothesis), the same in nats; `share_of_priors`
        (case, hypothesis), the share of all priors (uniform on the simplex) under which a hypothesis has the highest posterior,
        exact to rounding.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.prior_odds_to_overturn(study).prior_odds.sel(case="x", hypothesis="b").round(3))
    0.25
    """
    each = readings(study)
    odds = np.array([_log_odds(reading) for reading in each]).reshape(len(each), len(study.explanations))
    shares = np.array([leading_share(reading.log_likelihood) for reading in each]).reshape(odds.shape)
    return labelled(
        study,
        {
            "prior_odds": ((CASE, HYPOTHESIS), np.exp(odds)),
            "log_prior_odds": ((CASE, HYPOTHESIS), odds),
            "share_of_priors": ((CASE, HYPOTHESIS), shares),
        },
    )


def prior_simplex(study: Study, steps: int = 20) -> xr.Dataset:
    """Return the posterior at every prior on a grid of the simplex, all multiples of 1/steps.

    Where the lead changes, log prior odds equal `log_prior_odds` of `prior_odds_to_overturn`.

    Parameters
    ----------
    study
        The study.
    steps
        Number of steps from 0 to 1, 1 or more.

    Returns
    -------
    Dataset
        Variables, probabilities: `prior` (prior_point, hypothesis) and `posterior` (case, prior_point, hypothesis).

    Raises
    ------
    UsageError
        If `steps` is below 1.
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.prior_simplex(study, steps=2).posterior.sel(case="x", hypothesis="a").values.round(1).tolist()
    [0.0, 0.8, 1.0]
    """
    if steps < 1:
        raise UsageError(f"steps: {steps}; a whole number of 1 or more, the fineness of the grid of priors")
    n = len(study.explanations)
    cuts = np.array(list(combinations_with_replacement(range(steps + 1), n - 1)), float).reshape(-1, n - 1)
    edges = np.hstack([np.zeros((len(cuts), 1)), cuts, np.full((len(cuts), 1), steps)])
    prior = np.diff(edges, axis=1) / steps
    posterior = [to_probability(_normalised(log(prior) + reading.log_likelihood)) for reading in readings(study)]
    return labelled(
        study,
        {
            "prior": ((PRIOR_POINT, HYPOTHESIS), prior),
            "posterior": ((CASE, PRIOR_POINT, HYPOTHESIS), np.array(posterior).reshape(-1, len(prior), n)),
        },
    )


def leading_share(log_likelihood: Array) -> Array:
    """Return the share of the simplex under which each hypothesis has the highest prior x likelihood.

    A uniform prior is a vector of exponentials over their sum, so the share is the chance that L_h E_h is the largest of all: the
    integral over y of exp(-y) prod_k (1 - exp(-y L_h/L_k)). In t = log y the integrand is analytic within pi/2 of the real line
    and falls off at both ends, so that the trapezoidal rule with steps of 0.1 is right to rounding; its work grows with the number
    of rivals, and that of the sum over their subsets, which it replaces, doubled with each.

    Parameters
    ----------
    log_likelihood
        Nats, (hypothesis,).

    Returns
    -------
    Array
        Shares in [0, 1], (hypothesis,).
    """
    shares = np.zeros(len(log_likelihood))
    t = np.arange(-_REACH, 4.0, _STEP)
    for h, own in enumerate(log_likelihood):
        if np.isneginf(own):
            continue
        rivals = np.delete(log_likelihood, h)
        with np.errstate(over="ignore"):  # far above a rival, which then has no part in it
            y = np.exp(t[:, None] + (own - rivals[np.isfinite(rivals)]))
        shares[h] = _STEP * np.exp(t - np.exp(t) + log(-np.expm1(-y)).sum(axis=1)).sum()
    return shares


def _normalised(joint: Array) -> Array:
    return np.where(np.isneginf(joint).all(axis=-1, keepdims=True), np.nan, normalise(joint))


def _log_odds(reading: Reading) -> Array:
    """Return the log prior odds leader : rival at the tie; NaN for the leader and for what is refuted."""
    leader = reading.lead.leader
    if leader is None:
        return np.full(len(reading.log_prior), np.nan)
    odds = reading.log_likelihood - reading.log_likelihood[leader]
    return np.where(np.isfinite(odds) & (np.arange(len(odds)) != leader), odds, np.nan)


def _keys(answer: Answer) -> dict[str, Any]:
    rivals = {h: odds for h, odds in answer.each("prior_odds").items() if h != answer.leader}
    return {"prior_odds_to_overturn": rivals if answer.led else None}


PRIOR_ODDS_TO_OVERTURN = Question(prior_odds_to_overturn, _keys)
