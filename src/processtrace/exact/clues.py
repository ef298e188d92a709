"""The clues of a case: what they say together under each hypothesis, from the causal models that join them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from processtrace.exact.items import Clue, Item, log_means_of
from processtrace.exact.ranges import log_means
from processtrace.logspace import Array


def clue_nats(items: Sequence[Item], chosen: Array, log_t: Array, log_f: Array, z: float) -> Array:
    """Return log P(records of each subset of clues | hypothesis) at given reports.

    A clue's record enters as F + (T - F) theta(level of its node). The judgements theta of different clues and levels are
    independent, and each enters once, so that their means are enough.

    Parameters
    ----------
    items
        The clues of one case.
    chosen
        Which clues each subset has, 0 or 1, (subset, clue).
    log_t, log_f
        Log probability of each record where the finding holds and where it does not, nats, (clue, hypothesis, column).
    z
        Normal quantile of the ranges.

    Returns
    -------
    Array
        Nats, (subset, hypothesis, column).
    """
    causes = _clue(items[0]).causes
    by_hand = np.array(causes.by_hand)
    total = np.zeros((len(chosen), *log_t.shape[1:]))
    for item, t, f, own in zip(items, log_t, log_f, chosen.T, strict=True):
        log_p, log_q = log_means_of(item, z)
        factor = np.logaddexp(f + log_q[:, None], t + log_p[:, None])
        total[:, by_hand] += np.where(own[:, None, None] > 0, factor[by_hand], 0.0)
    for same in _alike(log_t, log_f, np.flatnonzero(~by_hand)):
        found = graph_nats(items, chosen, log_t[:, same[0]], log_f[:, same[0]], z)
        total[:, same] = found[:, same]
    return total


def graph_nats(items: Sequence[Item], chosen: Array, log_t: Array, log_f: Array, z: float, theta: Sequence[Array] | None = None) -> Array:
    """Return the same where the probability of each record does not depend on the hypothesis.

    Parameters
    ----------
    items
        The clues of one case.
    chosen
        Which clues each subset has, (subset, clue).
    log_t, log_f
        As in `clue_nats`, (clue, column).
    z
        Normal quantile of the ranges.
    theta
        For each clue, judgements in the place of the means, (column, level).

    Returns
    -------
    Array
        Nats, (subset, hypothesis, column); 0 under a hypothesis that is judged by hand.
    """
    subsets, columns = len(chosen), log_t.shape[1]
    reports, scales = [], np.zeros((subsets, columns))
    for k, item in enumerate(items):
        clue = _clue(item)
        if theta is None:
            log_p, log_q = log_means(np.array(clue.low), np.array(clue.high), z)
        else:
            with np.errstate(divide="ignore"):
                log_p, log_q = np.log(theta[k]), np.log1p(-theta[k])
        logs = np.logaddexp(log_f[k][:, None] + log_q, log_t[k][:, None] + log_p)
        peak = logs.max(axis=1)
        peak = np.where(np.isfinite(peak), peak, 0.0)
        own = chosen[:, k] > 0
        chances = np.where(own[:, None, None], np.exp(logs - peak[:, None]), 1.0)
        reports.append((clue.node, chances.reshape(subsets * columns, -1)))
        scales += np.where(own[:, None], peak, 0.0)
    nats = _clue(items[0]).causes.log_likelihood(reports)
    return np.asarray(nats.reshape(subsets, columns, -1).transpose(0, 2, 1) + scales[:, None, :])


def _clue(item: Item) -> Clue:
    assert item.clue is not None
    return item.clue


def _alike(log_t: Array, log_f: Array, hypotheses: Array) -> list[Array]:
    """Return the hypotheses in groups under which all records are equally probable where the finding holds, and where it does not."""
    groups: dict[bytes, list[int]] = {}
    for h in hypotheses:
        groups.setdefault(log_t[:, h].tobytes() + log_f[:, h].tobytes(), []).append(int(h))
    return [np.array(group) for group in groups.values()]
