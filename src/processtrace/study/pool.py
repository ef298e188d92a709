"""The pool of several analysts' judgements."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from processtrace.study.judged import Judged, ends, judged


def pool(judgements: Sequence[Mapping[str, Judged]], weights: Sequence[float]) -> dict[str, Judged]:
    """Return the weighted geometric mean of several analysts' probabilities, ranges end by end.

    Parameters
    ----------
    judgements : sequence of mappings
        Each analyst's probabilities by hypothesis.
    weights : sequence of float
        Relative weights of the analysts, which are normalised to sum to 1.

    Returns
    -------
    dict
        Pooled probabilities by hypothesis, those that every analyst judged; 0 where an analyst of positive weight judged 0.

    References
    ----------
    Genest, C. & Zidek, J. V. (1986). Combining probability distributions: a critique and an annotated bibliography.
    Statistical Science 1(1). doi:10.1214/ss/1177013825
    """
    total = sum(weights)
    shares = [weight / total for weight in weights]

    def mean(h: str, end: int) -> float:
        parts = [(ends(j[h])[end], share) for j, share in zip(judgements, shares, strict=True) if share]
        if any(p == 0 for p, _ in parts):
            return 0.0
        return min(1.0, math.exp(math.fsum(share * math.log(p) for p, share in parts)))

    pooled = {}
    for h in (h for h in judgements[0] if all(h in j for j in judgements)):
        low, high = mean(h, 0), mean(h, 1)
        points = all(not isinstance(j[h], tuple) for j in judgements)
        pooled[h] = high if points or low == 0 or high >= 1 else judged(low, high)
    return pooled
