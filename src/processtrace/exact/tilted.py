"""A case whose judgements are moved together, or share a lean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from processtrace.exact.case import CaseNumbers
from processtrace.exact.items import Item
from processtrace.exact.lean import moved
from processtrace.exact.unit import clues_of, likelihood
from processtrace.logspace import Array


def moved_nats(numbers: CaseNumbers, hypotheses: Sequence[int], by: Array) -> Array:
    """Return the log likelihood of a case with its judgements moved, one column for each hypothesis named.

    Units that hold clues of a causal model stay as they are: what a clue says of an explanation follows from its graph.

    Parameters
    ----------
    numbers
        The case.
    hypotheses
        Places of hypotheses, one for each column.
    by
        How far each judgement is moved in log odds, nats, (item, column).

    Returns
    -------
    Array
        Nats, (column,).
    """
    total = np.zeros(len(hypotheses))
    for unit in numbers.units:
        if clues_of(numbers.items, unit):
            total = total + _whole([numbers.items[i] for i in unit], numbers)[list(hypotheses)]
        else:
            total = total + _whole([moved(numbers.items[i], hypotheses, by[i]) for i in unit], numbers)
    return total


def lean_nats(numbers: CaseNumbers, correlation: float) -> Array:
    """Return the log likelihood of a case whose judgements share a lean, which is integrated out.

    Parameters
    ----------
    numbers
        The case.
    correlation
        Correlation r of the errors under one hypothesis, 0 to 1.

    Returns
    -------
    Array
        Nats, (hypothesis,).
    """
    leaning = [replace(item, lean=0.0 if item.clue is not None else correlation) for item in numbers.items]
    return _whole(leaning, numbers) if leaning else np.zeros(len(numbers.hypotheses))


def _whole(items: Sequence[Item], numbers: CaseNumbers) -> Array:
    """Return the log likelihood of items of a case together, (column,), nats."""
    return np.asarray(likelihood(items, np.ones((1, len(items)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0])
