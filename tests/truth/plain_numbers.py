"""The numbers of a case changed by hand, and their likelihood by the exact engine: brute force for what asks many changed studies."""

from __future__ import annotations

import dataclasses

import numpy as np

import processtrace as pt
from processtrace.exact.case import CaseNumbers
from processtrace.exact.unit import likelihood


def updated(study: pt.Study) -> np.ndarray:
    """The posterior of the only case, by the public way."""
    return pt.update(study)["posterior"].values[0]


def log_likelihood(numbers: CaseNumbers) -> np.ndarray:
    """Log likelihood of a case, (hypothesis,), by the exact engine."""
    total = np.zeros(len(numbers.hypotheses))
    for unit in numbers.units:
        items = [numbers.items[i] for i in unit]
        total += likelihood(items, np.ones((1, len(items)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0]
    return total


def fixed(numbers: CaseNumbers, theta: np.ndarray, s: np.ndarray, r: np.ndarray) -> CaseNumbers:
    """A case in which every range is a point: theta and s (item, hypothesis), r (source,); sources become plain rates."""
    items = tuple(
        dataclasses.replace(
            item,
            low=tuple(theta[i]),
            high=tuple(theta[i]),
            least=tuple(s[i]),
            most=tuple(s[i]),
            rates=(*item.rates, *(((1 + r[w]) / 2, (1 - r[w]) / 2) for w in item.sources)),
            sources=(),
        )
        for i, item in enumerate(numbers.items)
    )
    return dataclasses.replace(numbers, items=items, sources=(), ranges=())
