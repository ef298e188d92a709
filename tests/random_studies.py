"""Random studies with everything that a record can hold: ranges, clusters, sources, searches, absences, own priors."""

from __future__ import annotations

from typing import Any

import numpy as np

import processtrace as pt

HYPOTHESES = ("a", "b", "c")


def random_study(seed: int, cases: int, own_prior: bool = False) -> pt.Study:
    """Cases of ten items each: three in a cluster, one of them not found; two of a source of uncertain reliability."""
    rng = np.random.default_rng(seed)

    def judged(spread: float = 1.0) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for h in HYPOTHESES:
            middle, half = rng.normal(0, spread), rng.uniform(0.3, 1.2)
            low, high = (float(1 / (1 + np.exp(-(middle + sign * half)))) for sign in (-1, 1))
            made[h] = (low, high) if rng.random() < 0.7 else low
        return made

    def case(number: int) -> pt.Case:
        items = [
            pt.Evidence("one", finding="One.", probability=judged()),
            pt.Evidence("two", finding="Two.", probability=judged(), source="point"),
            pt.Evidence("three", finding="Three.", probability=judged(), source=["ranged", "point"]),
            pt.Evidence("four", finding="Four.", probability=judged(), status="not_found", search_sensitivity=(0.4, 0.9)),
            pt.Evidence(
                "five", finding="Five.", probability=judged(), status="not_found", search_sensitivity={"a": (0.3, 0.8), "b": 0.5, "c": 0.7}
            ),
            pt.Evidence("six", finding="Six.", probability=judged(), cluster="k"),
            pt.Evidence("seven", finding="Seven.", probability=judged(), cluster="k", source="ranged"),
            pt.Evidence("eight", finding="Eight.", probability=judged(), cluster="k", status="not_found", search_sensitivity=0.8),
            pt.Evidence("nine", finding="Nine.", ratio={h: float(rng.uniform(0.5, 3)) for h in HYPOTHESES}, given="one"),
            pt.Evidence("ten", finding="Ten.", probability=judged(), source="ranged", status="not_found", search_sensitivity=0.6),
        ]
        prior = dict(zip(HYPOTHESES, rng.uniform(0.5, 2, 3).tolist(), strict=True)) if own_prior and number == 0 else None
        return pt.Case(f"case_{number}", evidence=items, prior=prior)

    return pt.Study(
        "Random",
        hypotheses={"a": {"prior": 1}, "b": {"prior": 2}, "c": {"prior": 1.5}},
        sources={"point": {"reliability": 0.8}, "ranged": {"reliability": (0.4, 0.9)}},
        clusters={"k": {"correlation": 0.7}},
        cases=[case(number) for number in range(cases)],
    )
