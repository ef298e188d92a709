"""A unit of which some clusters are fully redundant, beside items that are not: by a sum over the reliability they share."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from processtrace.exact.items import Item
from processtrace.exact.ranges import z_of
from processtrace.exact.redundant import redundant_nats

Z = z_of(0.9)


def item(p: tuple[float, float], cluster: int | None, sources: tuple[int, ...] = (), s: float = 1.0) -> Item:
    return Item(True, p, p, (s, s), (s, s), (), sources, cluster)


ITEMS = (
    item((0.7, 0.2), None, (0,)),
    item((0.4, 0.5), None, (0,), 0.6),
    item((0.8, 0.3), 0),
    item((0.6, 0.5), 0, (0,)),
    item((0.9, 0.4), 1),
    item((0.5, 0.7), 1),
    item((0.25, 0.35), 2),
)


@pytest.mark.parametrize("redundant", [{0}, {0, 1}, set()])
def test_each_block_of_a_unit_is_taken_by_its_own_rule(redundant: set[int]) -> None:
    """The smaller of two probabilities where they are redundant, the bivariate normal one where they are not."""
    rho = (0.3, 0.6, 0.9)
    numbers = SimpleNamespace(items=ITEMS, rho=rho, ranges=((0.4, 0.9),), z=Z, hypotheses=("a", "b"))
    found = redundant_nats(numbers, range(7), redundant)  # type: ignore[arg-type]
    low, high = (np.log(p / (1 - p)) for p in (0.4, 0.9))
    x = np.arange(-10, 10, 0.1)
    r, weight = 1 / (1 + np.exp(-(low + high) / 2 - (high - low) / (2 * Z) * x)), norm.pdf(x) * 0.1
    a, b = (1 + r) / 2, (1 - r) / 2

    def both(p: float, q: float, cluster: int) -> float:
        if cluster in redundant:
            return min(p, q)
        cov = [[1, rho[cluster]], [rho[cluster], 1]]
        return float(multivariate_normal.cdf(norm.ppf([p, q]), mean=[0, 0], cov=cov, abseps=1e-13, releps=1e-13))

    for h in range(2):
        p = [one.low[h] for one in ITEMS]
        first = both(p[2], p[3], 0)
        reported = a * first + b * (p[2] - first)  # the second of the pair is known by the source's report only
        lone = (a * p[0] + b * (1 - p[0])) * 0.6 * (a * p[1] + b * (1 - p[1])) * p[6]
        truth = np.log((weight * lone * reported * both(p[4], p[5], 1)).sum())
        assert found[h] == pytest.approx(truth, rel=0, abs=1e-9)
