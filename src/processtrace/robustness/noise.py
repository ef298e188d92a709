"""How much error in the judgements leaves the lead as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import log_ndtr

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, readings
from processtrace.inference.update import CASE
from processtrace.logspace import DB_PER_NAT, Array
from processtrace.robustness.question import Answer, Question, plain
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

SD_DB = "sd_db"
SPREAD = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0)
"""Standard deviations of one item's error, in decibels, at which `noise` is computed by default."""

STEADY = 0.9
_REACH, _STEP = 12.0, 0.1


def noise(study: Study, sd_db: Sequence[float] = SPREAD) -> xr.Dataset:
    """Return the probability that the leader stays in front when every item's log likelihood errs independently.

    The error is normal with standard deviation s/sqrt 2 dB under each hypothesis, so s dB between any two.

    Parameters
    ----------
    study
        The study.
    sd_db
        Standard deviations s, decibels.

    Returns
    -------
    Dataset
        Variables: `leader_stays` (case, sd_db), probabilities, an exact one-dimensional integral over the leader's own error (NaN
        without a leader); `sd_at_90` (case), the s at which it is 0.9, decibels (NaN where there is none: no rival left, or no
        item).

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.noise(study, [6.0206]).leader_stays[0, 0].round(4))  # Phi(1)
    0.8413
    """
    each = readings(study)
    stays = np.array([[leader_stays(reading, s) for s in sd_db] for reading in each]).reshape(len(each), len(sd_db))
    return labelled(
        study,
        {
            "leader_stays": ((CASE, SD_DB), stays),
            "sd_at_90": ((CASE,), np.array([_sd_at(reading, STEADY) for reading in each], float)),
        },
        {SD_DB: list(sd_db)},
    )


def leader_stays(reading: Reading, sd_db: float) -> float:
    """Return the probability that the leader stays in front at an error of so many decibels for each item; NaN without a leader."""
    ahead = _ahead(reading)
    if ahead is None:
        return float("nan")
    scale = sd_db / DB_PER_NAT * np.sqrt(len(reading.numbers.ids) / 2)
    if scale == 0 or not len(ahead):
        return 1.0
    own = np.arange(-_REACH, _REACH + _STEP, _STEP)
    density = np.exp(-0.5 * own**2) * _STEP / np.sqrt(2 * np.pi)
    return float(min(1.0, density @ np.exp(log_ndtr(own[:, None] + ahead / scale).sum(axis=1))))


def _ahead(reading: Reading) -> Array | None:
    """Return the nats by which the leader is above each rival that is still possible."""
    if reading.lead.pair is None:
        return None
    leader = reading.lead.pair[0]
    ahead = reading.log_posterior[leader] - np.delete(reading.log_posterior, leader)
    return np.asarray(ahead[np.isfinite(ahead)])


def _sd_at(reading: Reading, steady: float) -> float:
    ahead = _ahead(reading)
    if ahead is None or not len(ahead) or not reading.numbers.ids:
        return float("nan")
    from scipy.optimize import brentq

    high = 1.0
    while leader_stays(reading, high) > steady:
        high *= 2
    return float(brentq(lambda s: leader_stays(reading, s) - steady, 0.0, high, xtol=1e-12))


def _keys(answer: Answer) -> dict[str, Any]:
    along = {SD_DB: plain(answer.data[SD_DB].values), **{name: answer.value(name) for name in ("leader_stays", "sd_at_90")}}
    return {"noise": along if answer.led else None}


NOISE = Question(noise, _keys)
