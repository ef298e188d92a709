"""How much weaker the evidence could be: factors on log likelihoods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, readings
from processtrace.inference.update import CASE
from processtrace.logspace import Array
from processtrace.robustness.question import Question
from processtrace.study import Study

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr

_NOTHING = float("nan")


def common_shrink(study: Study) -> xr.Dataset:
    """Return the largest factor f in (0, 1) at which another hypothesis leads by prior x likelihood^f.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variable `common_shrink` (case); NaN where no f does it, which is always so under equal priors, and without a leader.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {"prior": 2}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.common_shrink(study).common_shrink[0].round(3))
    0.5
    """
    return _labelled(study, "common_shrink", _common_shrink)


def shrink_to_even(study: Study) -> xr.Dataset:
    """Return the factor f in (0, 1) on every log likelihood at which the leader's posterior is one half.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variable `shrink_to_even` (case); NaN where the leader is not above one half, or remains above it, and without a leader.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.9, "b": 0.1, "c": 0.1})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}, "c": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.shrink_to_even(study).shrink_to_even[0].round(3))  # log 2 / log 9
    0.315
    """
    return _labelled(study, "shrink_to_even", _shrink_to_even)


def shrink_for(study: Study) -> xr.Dataset:
    """Return the factor on the weights of the units that favour the leader, at which it ties with the runner-up.

    Units that do not favour the leader keep their weights, and units shrink whole.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variable `shrink_for` (case); NaN where no factor of 0 or more does it, where the runner-up is refuted, and without a
        leader.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {"prior": 2}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.shrink_for(study).shrink_for[0].round(3))
    0.5
    """
    return _labelled(study, "shrink_for", _shrink_for)


def _labelled(study: Study, name: str, of: Callable[[Reading], float]) -> xr.Dataset:
    return labelled(study, {name: ((CASE,), np.array([of(reading) for reading in readings(study)], float))})


def _behind(reading: Reading) -> tuple[Array, Array] | None:
    """Return for each rival that is still possible its log prior above the leader's and its log likelihood below the leader's."""
    leader = reading.lead.leader
    if leader is None:
        return None
    prior, nats = reading.log_prior, reading.log_likelihood
    rivals = [h for h in range(len(prior)) if h != leader and np.isfinite(prior[h] + nats[h])]
    return prior[rivals] - prior[leader], nats[leader] - nats[rivals]


def _common_shrink(reading: Reading) -> float:
    behind = _behind(reading)
    if behind is None:
        return _NOTHING
    ahead, lead = behind
    at = ahead[ahead > 0] / lead[ahead > 0]
    return float(at.max()) if len(at) else _NOTHING


def _shrink_to_even(reading: Reading) -> float:
    behind = _behind(reading)
    if behind is None or not len(behind[0]):
        return _NOTHING
    ahead, lead = behind

    def rivals(f: float) -> float:
        """Return log odds against the leader. They are convex in f, so they cross 0 once if they do so between 0 and 1."""
        return float(np.logaddexp.reduce(ahead - f * lead))

    if rivals(1.0) >= 0 or rivals(0.0) <= 1e-12:
        return _NOTHING
    from scipy.optimize import brentq

    return float(brentq(rivals, 0.0, 1.0, xtol=1e-15, rtol=1e-14))


def _shrink_for(reading: Reading) -> float:
    pair = reading.lead.pair
    if pair is None:
        return _NOTHING
    leader, runner_up = pair
    with np.errstate(invalid="ignore"):
        weights = reading.unit_nats[:, leader] - reading.unit_nats[:, runner_up]
    for_, rest = weights[weights > 0].sum(), weights[weights < 0].sum()
    needed = -(rest + reading.log_prior[leader] - reading.log_prior[runner_up])
    if not np.isfinite(for_) or not np.isfinite(needed) or for_ == 0 or needed < -1e-12:
        return _NOTHING
    return float(max(needed, 0.0) / for_)


COMMON_SHRINK = Question(common_shrink, lambda answer: {"common_shrink": answer.value("common_shrink")})
SHRINK_TO_EVEN = Question(shrink_to_even, lambda answer: {"shrink_to_even": answer.value("shrink_to_even") if answer.led else None})
SHRINK_FOR = Question(shrink_for, lambda answer: {"shrink_for": answer.value("shrink_for")})
