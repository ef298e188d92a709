"""How surprising each item is, given the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from processtrace.inference.labelled import evidence_coords, labelled
from processtrace.inference.reading import Reading, readings, unit_subsets
from processtrace.inference.update import EVIDENCE, HYPOTHESIS
from processtrace.logspace import Array, logsumexp, normalise
from processtrace.robustness.question import Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def prediction_bits(study: Study) -> xr.Dataset:
    """Return how badly the other items predict each item, in bits.

    This is the ignorance score.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables (evidence), bits: `bits`, -log2 of the sum over h of P(h|E without i and what is given i) x P(e_i | the rest of
        its unit, h), infinite where the rest makes the item impossible; `best_bits`, those of the best hypothesis that the rest
        leaves possible; `excess`, the difference, which has no scale, so it can be compared between fine and coarse findings.
        `bits_under` (evidence, hypothesis): each hypothesis's own, NaN where the rest refutes it.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.prediction_bits(study).bits.values.round(6).tolist()
    [1.0]
    """
    each = readings(study)
    parts = [_case(reading) for reading in each]
    n = len(study.explanations)
    joined = [np.concatenate([part[k] for part in parts] or [np.zeros(0)]) for k in (0, 1)]
    under = np.concatenate([part[2] for part in parts] or [np.zeros((0, n))])
    return labelled(
        study,
        {
            "bits": ((EVIDENCE,), joined[0]),
            "best_bits": ((EVIDENCE,), joined[1]),
            "excess": ((EVIDENCE,), joined[0] - joined[1]),
            "bits_under": ((EVIDENCE, HYPOTHESIS), under),
        },
        evidence_coords(each),
    )


def _case(reading: Reading) -> tuple[Array, Array, Array]:
    ids = reading.numbers.ids
    fell = [reading.following([name]) for name in ids]
    rest = reading.log_prior + reading.without(fell)
    own = np.zeros(rest.shape)
    for unit in reading.numbers.units:
        masks = np.array([~np.isin(unit, fell[i]) for i in unit] + [~np.isin(unit, sorted(set(fell[i]) - {i})) for i in unit])
        nats = unit_subsets(reading.numbers, unit, masks).nats
        with np.errstate(invalid="ignore"):
            own[list(unit)] = nats[len(unit) :] - nats[: len(unit)]
    possible = np.isfinite(rest)
    bits = -logsumexp(np.where(possible, normalise(rest) + np.where(possible, own, 0.0), -np.inf)) / np.log(2)
    under = np.where(possible, -own / np.log(2), np.nan)
    best = np.where(possible, -own / np.log(2), np.inf).min(axis=1, initial=np.inf)
    return bits, best, under


PREDICTION_BITS = Question(prediction_bits, lambda answer: {"prediction_bits": answer.items(("bits", "excess"))})
