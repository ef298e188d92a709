"""The clues of a case: what they say together under each hypothesis, from the causal models that join them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from processtrace.exact.items import Clue, Item, log_means_of
from processtrace.exact.ranges import log_means
from processtrace.logspace import Array, log

Levels = tuple[Array, Array]
"""Of one clue log theta and log (1 - theta) by level of its node, nats, (column or 1, level) each."""


def clue_nats(items: Sequence[Item], chosen: Array, log_t: Array, log_f: Array, by_hand: Array, levels: Sequence[Levels]) -> Array:
    """Return log P(records of each subset of clues | hypothesis) at given reports.

    A clue's record enters as F + (T - F) theta(level of its node).

    Parameters
    ----------
    items
        The clues of one case.
    chosen
        Which clues each subset has, 0 or 1, (subset, clue).
    log_t, log_f
        Log probability of each record where the finding holds and where it does not, nats, (clue, hypothesis, column).
    by_hand
        Log probability of each record as it is judged under the hypotheses without a model, nats, (clue, hypothesis, column).
    levels
        How probable each finding is at each level of its node.

    Returns
    -------
    Array
        Nats, (subset, hypothesis, column).
    """
    causes = clue_of(items[0]).causes
    hand = np.array(causes.by_hand)
    total = np.zeros((len(chosen), *log_t.shape[1:]))
    for factor, own in zip(by_hand, chosen.T, strict=True):
        total[:, hand] += np.where(own[:, None, None] > 0, factor[hand], 0.0)
    for same in _alike(log_t, log_f, np.flatnonzero(~hand)):
        total[:, same] = _graph_nats(items, chosen, log_t[:, same[0]], log_f[:, same[0]], levels)[:, same]
    return total


def mean_nats(items: Sequence[Item], chosen: Array, log_t: Array, log_f: Array, z: float) -> Array:
    """Return the same with every judgement integrated out.

    The judgements of different clues, levels and hypotheses are independent, and each enters once, so that their means are enough.
    """
    by_hand = []
    for item, t, f in zip(items, log_t, log_f, strict=True):
        log_p, log_q = log_means_of(item, z)
        by_hand.append(np.logaddexp(f + log_q[:, None], t + log_p[:, None]))
    return clue_nats(items, chosen, log_t, log_f, np.array(by_hand), [mean_levels(item, z) for item in items])


def mean_levels(item: Item, z: float) -> Levels:
    """Return how probable a clue's finding is at each level of its node, with ranges at their means."""
    clue = clue_of(item)
    log_p, log_q = log_means(np.array(clue.low), np.array(clue.high), z)
    return log_p[None], log_q[None]


def levels_at(theta: Array) -> Levels:
    """Return the logs of judgements by level, (level, column)."""
    return log(theta.T), log(1 - theta.T)


def clue_of(item: Item) -> Clue:
    """Return what makes an item a clue."""
    assert item.clue is not None
    return item.clue


def _graph_nats(items: Sequence[Item], chosen: Array, log_t: Array, log_f: Array, levels: Sequence[Levels]) -> Array:
    """Return log P(records | hypothesis), (subset, hypothesis, column), where the reports do not depend on the hypothesis."""
    subsets, columns = len(chosen), log_t.shape[1]
    reports, scales = [], np.zeros((subsets, columns))
    for k, (item, (log_p, log_q)) in enumerate(zip(items, levels, strict=True)):
        logs = np.logaddexp(log_f[k][:, None] + log_q, log_t[k][:, None] + log_p)
        peak = logs.max(axis=1)
        peak = np.where(np.isfinite(peak), peak, 0.0)
        own = chosen[:, k] > 0
        chances = np.where(own[:, None, None], np.exp(logs - peak[:, None]), 1.0)
        reports.append((clue_of(item).node, chances.reshape(subsets * columns, -1)))
        scales += np.where(own[:, None], peak, 0.0)
    nats = clue_of(items[0]).causes.log_likelihood(reports)
    return np.asarray(nats.reshape(subsets, columns, -1).transpose(0, 2, 1) + scales[:, None, :])


def _alike(log_t: Array, log_f: Array, hypotheses: NDArray[np.intp]) -> list[Array]:
    """Return the hypotheses in groups under which all records are equally probable where the finding holds, and where it does not."""
    groups: dict[bytes, list[int]] = {}
    for h in hypotheses:
        groups.setdefault(log_t[:, h].tobytes() + log_f[:, h].tobytes(), []).append(int(h))
    return [np.array(group) for group in groups.values()]
