"""The pool of several analysts' judgements."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from processtrace.study.judged import Judged, ends, judged


def pool(judgements: Sequence[Mapping[str, Judged]], weights: Sequence[float]) -> dict[str, Judged]:
    """Weighted geometric mean of several analysts' probabilities, ranges end by end. Weights are renormalised."""
    total = sum(weights)
    shares = [weight / total for weight in weights]

    def mean(h: str, end: int) -> float:
        parts = [(ends(j[h])[end], share) for j, share in zip(judgements, shares, strict=True) if share]
        if any(p == 0 for p, _ in parts):
            return 0.0
        return min(1.0, math.exp(math.fsum(share * math.log(p) for p, share in parts)))

    pooled = {}
    for h in judgements[0]:
        low, high = mean(h, 0), mean(h, 1)
        points = all(not isinstance(j[h], tuple) for j in judgements)
        pooled[h] = high if points or low == 0 or high >= 1 else judged(low, high)
    return pooled
