"""Studies of one design: which items are ranges, of which source and cluster, is fixed; numbers and outcomes vary."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit

import processtrace as pt

ANALYSTS = ("ana", "ben", "cat")
HYPOTHESES = ("a", "b")


def varied_study(seed: int, cases: int) -> pt.Study:
    """Cases of six items, each found or not, with at most one source, so that finding and not finding exclude each other."""
    rng = np.random.default_rng([20261125, seed])

    def judged(*ranged: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for h in HYPOTHESES:
            middle, half = rng.normal(0, 1.0), rng.uniform(0.5, 1.5)
            made[h] = (float(expit(middle - half)), float(expit(middle + half))) if h in ranged else float(expit(middle))
        return made

    def item(name: str, *ranged: str, sensitivity: Any = 0.9, **more: Any) -> pt.Evidence:
        status = "found" if rng.random() < 0.6 else "not_found"
        return pt.Evidence(name, finding=f"{name}.", probability=judged(*ranged), status=status, search_sensitivity=sensitivity, **more)

    def case(number: int) -> pt.Case:
        items = [
            item("one", "a", "b", source="point"),
            item("two", "a", "b", cluster="k", source="ranged"),
            item("three", "a", cluster="k"),
            item("four", "b", sensitivity=(0.3, 0.9)),
            item("five", "a", "b", source="ranged", sensitivity={"a": (0.4, 0.8), "b": 0.7}),
            item("six", sensitivity=0.8),
        ]
        return pt.Case(f"c{number}", evidence=items)

    return pt.Study(
        "Varied",
        hypotheses={"a": {"prior": 1}, "b": {"prior": 2}},
        sources={"point": {"reliability": 0.8}, "ranged": {"reliability": (0.3, 0.95)}},
        clusters={"k": {"correlation": 0.7}},
        cases=[case(number) for number in range(cases)],
    )
