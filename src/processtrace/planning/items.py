"""What each planned item is worth by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import logsumexp, to_probability
from processtrace.planning.labels import PLANNED, left_out, per_cost, planned_coords
from processtrace.planning.measures import after, expected_variance, information_bits, joint
from processtrace.planning.plan import plans
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

OUTCOME = "outcome"
OUTCOMES = ("not found", "found")


def items(study: Study) -> xr.Dataset:
    """Return what each planned item is worth by itself, given the record.

    An item is found with probability s (a p + b (1 - p)). The root of one hypothesis's expected variance is the RMSE of a
    process-tracing design (Blair, Coppock & Humphreys 2023).

    Parameters
    ----------
    study
        The study, with planned items.

    Returns
    -------
    Dataset
        By planned item: `information_bits` (planned), the mutual information of explanation and outcome under the present
        posterior, bits; `chance` (planned, outcome), the probability of each outcome; `posterior` (planned, outcome, hypothesis),
        probabilities, NaN after an impossible outcome; `expected_variance` (planned, hypothesis), E[P(1 - P)], and its sum
        `expected_variance_sum` (planned); `bits_per_cost` (planned), NaN without a cost. By case: `present` and `present_variance`
        (case, hypothesis), and `present_bits` (case), the entropy of the present posterior, which no plan can exceed. Attributes:
        `error_nats`, 0 where all is exact; `left_out`, items that the main analyst did not judge.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Lindley 1956, doi:10.1214/aoms/1177728069 (expected information). Blair, Coppock & Humphreys 2023, Research Design, ch. 16.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", status="planned", probability={"a": 0.75, "b": 0.25})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.planning.items(study).information_bits.values.round(3).tolist()
    [0.189]
    """
    each = plans(study)
    rows = [(plan, joint(plan.reading.log_posterior, plan.table([k]))) for plan in each for k in range(len(plan.items))]
    coords = planned_coords(each)
    n = len(study.explanations)
    bits = np.array([information_bits(part) for _, part in rows], float)
    variance = np.array([expected_variance(part) for _, part in rows]).reshape(-1, n)
    present = to_probability(np.array([plan.reading.log_posterior for plan in each])).reshape(-1, n)
    cost = coords["cost"][1]
    return labelled(
        study,
        {
            "information_bits": ((PLANNED,), bits),
            "chance": ((PLANNED, OUTCOME), np.exp(np.array([logsumexp(part) for _, part in rows])).reshape(-1, 2)),
            "posterior": ((PLANNED, OUTCOME, HYPOTHESIS), np.array([after(part) for _, part in rows]).reshape(-1, 2, n)),
            "expected_variance": ((PLANNED, HYPOTHESIS), variance),
            "expected_variance_sum": ((PLANNED,), variance.sum(axis=1)),
            "bits_per_cost": ((PLANNED,), np.array([per_cost(b, c) for b, c in zip(bits, cost, strict=True)], float)),
            "present": ((CASE, HYPOTHESIS), present),
            "present_variance": ((CASE, HYPOTHESIS), present * (1 - present)),
            "present_bits": ((CASE,), np.array([_entropy(row) for row in present], float)),
        },
        {**coords, OUTCOME: list(OUTCOMES)},
        error_nats=max((plan.error([k]) for plan in each for k in range(len(plan.items))), default=0.0),
        left_out=left_out(each),
    )


def _entropy(p: np.ndarray) -> float:
    known = p[p > 0]
    return float(-(known * np.log2(known)).sum())
