"""Labelled results: planned items as a dimension."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from processtrace.planning.plan import Plan

PLANNED = "planned"


def planned_coords(each: Sequence[Plan]) -> dict[str, Any]:
    """Return the flat dimension of planned items as coordinates.

    Parameters
    ----------
    each
        Cases with their planned items.

    Returns
    -------
    dict
        `planned`, labelled `case/id`, and along it case, identifier, label and cost (NaN where none is stated).
    """
    rows = [(plan.reading.case, item) for plan in each for item in plan.items]
    return {
        PLANNED: [f"{case.id}/{item.id}" for case, item in rows],
        "planned_case": (PLANNED, [case.id for case, _ in rows]),
        "planned_id": (PLANNED, [item.id for _, item in rows]),
        "planned_label": (PLANNED, [item.name for _, item in rows]),
        "cost": (PLANNED, np.array([np.nan if item.cost is None else item.cost for _, item in rows], float)),
    }


def left_out(each: Sequence[Plan]) -> list[str]:
    """Return the planned items, as `case/id`, that the main analyst did not judge."""
    return [f"{plan.reading.case.id}/{name}" for plan in each for name in plan.left_out]


def per_cost(bits: float, cost: float) -> float:
    """Return bits for each unit of cost; NaN without a cost, infinite where information is free."""
    if np.isnan(cost):
        return float("nan")
    return bits / cost if cost > 0 else float("inf") if bits > 0 else float("nan")
