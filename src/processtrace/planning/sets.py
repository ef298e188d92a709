"""What sets of planned items are worth together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import AnalysisError, UsageError
from processtrace.inference.labelled import labelled
from processtrace.inference.update import HYPOTHESIS
from processtrace.planning.labels import PLANNED, left_out, per_cost, planned_coords
from processtrace.planning.measures import expected_variance, information_bits, joint
from processtrace.planning.plan import Plan, plans
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

SET = "planned_set"
MOST_CELLS = 3**12
"""Largest number of outcomes over all sets that are enumerated: every set of twelve items, and smaller sets of more items."""


def sets(study: Study, most: int | None = None) -> xr.Dataset:
    """Return what each set of planned items is worth, exactly.

    Parameters
    ----------
    study
        The study, with planned items.
    most
        Largest number of items in a set. If None, all sets of up to twelve planned items are computed, and of more items the sets
        up to the largest size that can be enumerated.

    Returns
    -------
    Dataset
        Dimension `planned_set`, labelled `case/id+id`, smaller sets first and the most informative of a size first, with
        coordinates `set_case`, `size`, `set_label`. Variables: `member` (planned_set, planned), boolean; `information_bits`
        (planned_set), the mutual information of explanation and joint outcome, bits; `expected_variance` (planned_set, hypothesis)
        and its sum `expected_variance_sum` (planned_set); `set_cost` (planned_set), NaN where an item states none, and
        `bits_per_cost` (planned_set). Attributes: `largest`, the largest size by case; `left_out`, items that the main analyst did
        not judge.

    Raises
    ------
    UsageError
        If `most` is below 1.
    AnalysisError
        If `most` is more than can be enumerated.
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> memo, vote = (pt.Evidence(n, finding="A memo.", status="planned", probability={"a": 0.9, "b": p}) for n, p in (("memo", 0.2), ("vote", 0.5)))
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[memo, vote])])
    >>> pt.planning.sets(study).information_bits.values.round(3).tolist()
    [0.397, 0.147, 0.475]
    """
    if most is not None and most < 1:
        raise UsageError(f"most: {most}; a number of planned items, 1 or more")
    each = plans(study)
    coords = planned_coords(each)
    place = {name: column for column, name in enumerate(coords[PLANNED])}
    rows = [(plan, chosen, part) for plan in each for chosen, part in _sets(plan, most)]
    member = np.zeros((len(rows), len(place)), bool)
    for row, (plan, chosen, _) in enumerate(rows):
        member[row, [place[f"{plan.reading.case.id}/{plan.items[k].id}"] for k in chosen]] = True
    bits = np.array([part[0] for _, _, part in rows], float)
    variance = np.array([part[1] for _, _, part in rows]).reshape(-1, len(study.explanations))
    cost = np.array([_cost(plan, chosen) for plan, chosen, _ in rows], float)
    return labelled(
        study,
        {
            "member": ((SET, PLANNED), member),
            "information_bits": ((SET,), bits),
            "expected_variance": ((SET, HYPOTHESIS), variance),
            "expected_variance_sum": ((SET,), variance.sum(axis=1)),
            "set_cost": ((SET,), cost),
            "bits_per_cost": ((SET,), np.array([per_cost(b, c) for b, c in zip(bits, cost, strict=True)], float)),
        },
        {
            **coords,
            SET: [f"{plan.reading.case.id}/{'+'.join(plan.items[k].id for k in chosen)}" for plan, chosen, _ in rows],
            "set_case": (SET, [plan.reading.case.id for plan, _, _ in rows]),
            "set_label": (SET, [" and ".join(plan.items[k].name for k in chosen) for plan, chosen, _ in rows]),
            "size": (SET, np.array([len(chosen) for _, chosen, _ in rows], int)),
        },
        largest=[min(size_of(plan, most), len(plan.items)) for plan in each],
        left_out=left_out(each),
    )


def size_of(plan: Plan, most: int | None) -> int:
    """Return the largest number of items in a set that is enumerated.

    Parameters
    ----------
    plan
        A case with its planned items.
    most
        The number that is asked for, or None for the largest possible.

    Returns
    -------
    int
        Number of items.

    Raises
    ------
    AnalysisError
        If `most` is more than can be enumerated.
    """
    n = len(plan.items)
    possible, cells = 0, 1
    while possible < n and cells + comb(n, possible + 1) * 2 ** (possible + 1) <= MOST_CELLS:
        possible += 1
        cells += comb(n, possible) * 2**possible
    if most is not None and possible < min(most, n):
        raise AnalysisError(
            f"case '{plan.reading.case.id}': sets of {most} of {n} planned items; at most {possible} of so many; "
            "ask for smaller sets, or plan fewer items"
        )
    return possible if most is None else most


def _sets(plan: Plan, most: int | None) -> Iterator[tuple[tuple[int, ...], tuple[float, np.ndarray]]]:
    for size in range(1, min(size_of(plan, most), len(plan.items)) + 1):
        found = []
        for chosen in combinations(range(len(plan.items)), size):
            part = joint(plan.reading.log_posterior, plan.table(chosen))
            found.append((chosen, (information_bits(part), expected_variance(part))))
        yield from sorted(found, key=lambda row: -row[1][0])


def _cost(plan: Plan, chosen: tuple[int, ...]) -> float:
    costs = [plan.items[k].cost for k in chosen]
    return sum(c for c in costs if c is not None) if None not in costs else float("nan")
