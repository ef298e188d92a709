"""The posterior after every outcome of some planned items."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import UsageError
from processtrace.inference.labelled import labelled
from processtrace.inference.update import HYPOTHESIS
from processtrace.logspace import logsumexp
from processtrace.planning import measures
from processtrace.planning.items import OUTCOMES
from processtrace.planning.plan import plans
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

JOINT = "joint_outcome"


def outcomes(study: Study, case: str, chosen: Sequence[str]) -> xr.Dataset:
    """Return the probability of every joint outcome of planned items of a case, and the posterior after it.

    Parameters
    ----------
    study
        The study.
    case
        Identifier of the case.
    chosen
        Identifiers of planned items of the case, each once.

    Returns
    -------
    Dataset
        Dimension `joint_outcome`, labelled as in `memo: found, vote: not found`, with a boolean coordinate for each item.
        Variables, all probabilities: `chance` (joint_outcome); `posterior` (joint_outcome, hypothesis), NaN after an impossible
        outcome; `chance_under` (joint_outcome, hypothesis). Attribute `error_nats`, 0 where it is exact.

    Raises
    ------
    UsageError
        If a case or item does not exist, or an item is not planned or was not judged by the main analyst.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", status="planned", probability={"a": 0.75, "b": 0.25})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.planning.outcomes(study, "x", ["memo"]).posterior.sel(hypothesis="a").values.round(3).tolist()
    [0.25, 0.75]
    """
    plan = plans(study.only(case))[0]
    names = [item.id for item in plan.items]
    wrong = [name for name in chosen if name not in names] or [name for k, name in enumerate(chosen) if name in chosen[:k]]
    if wrong or not chosen:
        raise UsageError(f"planned items: {', '.join(wrong) or 'none'}; each once, of {', '.join(names) or 'a case without any'}")
    places = [names.index(name) for name in chosen]
    table = plan.table(places)
    joint = measures.joint(plan.reading.log_posterior, table)
    found = np.array(list(product((False, True), repeat=len(chosen))), bool)
    return labelled(
        study.only(case),
        {
            "chance": ((JOINT,), np.exp(logsumexp(joint))),
            "posterior": ((JOINT, HYPOTHESIS), measures.after(joint)),
            "chance_under": ((JOINT, HYPOTHESIS), np.exp(table.reshape(len(found), -1))),
        },
        {
            JOINT: [", ".join(f"{name}: {OUTCOMES[int(f)]}" for name, f in zip(chosen, row, strict=True)) for row in found],
            **{name: (JOINT, found[:, k]) for k, name in enumerate(chosen)},
        },
        error_nats=plan.error(places),
    )
