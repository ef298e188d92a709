"""Which items of a case refute an explanation: of clues that a causal model joins, a smallest set that can't go together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from processtrace.exact.items import Item
from processtrace.exact.unit import likelihood
from processtrace.inference.numbers import case_numbers
from processtrace.study import Study


def smallest_sets(study: Study, case: str) -> dict[str, dict[str, bool]]:
    """Return for each hypothesis whether each clue belongs to a smallest set of clues that refute it.

    Parameters
    ----------
    study
        The study.
    case
        The name of the case.

    Returns
    -------
    dict
        By hypothesis and by clue. Only clues of units that refute the hypothesis are named.
    """
    numbers = case_numbers(study, next(one for one in study.cases if one.id == case))
    found: dict[str, dict[str, bool]] = {name: {} for name in numbers.hypotheses}
    for unit in numbers.units:
        items = [numbers.items[i] for i in unit]
        if items[0].clue is None:
            continue
        for h, name in enumerate(numbers.hypotheses):

            def possible(chosen: Sequence[int], h: int = h, items: Sequence[Item] = items) -> bool:
                mask = np.isin(np.arange(len(items)), list(chosen))[None]
                return bool(np.isfinite(likelihood(items, mask, numbers.rho, numbers.ranges, numbers.z).nats[0, h]))

            if not possible(range(len(items))):
                from processtrace.causal.conflict import smallest_conflict

                smallest = smallest_conflict(len(items), possible)
                found[name] |= {numbers.ids[i]: k in smallest for k, i in enumerate(unit)}
    return found
