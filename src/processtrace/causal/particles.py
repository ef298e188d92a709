"""Learning from many cases: particles that go from the prior to the data, some cases at a time (sequential Monte Carlo)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.hit_and_run import Lines, lines
from processtrace.causal.patterns import Part, described
from processtrace.logspace import Array, log, logsumexp

KEPT = 0.5
"""The part of the particles that each step keeps, as an effective number."""

SWEEPS, LAST_SWEEPS = 25, 60
"""Most sweeps between two steps, and after the last."""

FORGOTTEN, LAST_FORGOTTEN = 0.8, 0.2
"""Correlation of every share with where the sweeps began at which they end."""

_MOVES = 8  # most moves along lines of one component in a sweep


@dataclass(frozen=True, eq=False)
class ParticlePart:
    """Draws of the joint shares of each component (run, draw, joint type), and the log evidence by run."""

    joint_shares: tuple[Array, ...]
    log_evidence: Array


def particle_part(part: Part, runs: int, draws: int, random: np.random.Generator) -> ParticlePart:
    """Return draws from the posterior of a part in independent runs.

    Cases are added in an order drawn by chance, as many at a time as keep half of the particles in each run. Then particles are drawn
    again by their weights, and moved: what was not seen and the types of cases given the shares, the shares given these, and the shares
    along lines that the cases can't tell apart.

    References
    ----------
    Chopin, N. (2002). A sequential particle filter method for static models. https://doi.org/10.1093/biomet/89.3.539
    """
    flat = [one.drawn(np.zeros((runs * draws, len(one))), random) for one in part.components]
    free = [lines(one, events, random) for one, events in zip(part.components, part.events, strict=True)]
    order = random.permutation(np.repeat(np.arange(len(part.counts)), part.counts))
    added = np.zeros(len(part.counts), np.int64)
    evidence, done = np.zeros(runs), 0
    while done < len(order):
        logs = log(part.likelihoods(flat))
        step = _step(order[done:], logs, runs, part)
        weights = _log_weights(order[done : done + step], logs, part).reshape(runs, draws)
        done += step
        added = np.bincount(order[:done], minlength=len(part.counts))
        evidence += logsumexp(weights) - np.log(draws)
        chosen = _resampled(weights, random)
        flat = [shares[chosen] for shares in flat]
        last = done == len(order)
        flat = _swept(part, flat, added, free, LAST_SWEEPS if last else SWEEPS, LAST_FORGOTTEN if last else FORGOTTEN, random)
    return ParticlePart(tuple(shares.reshape(runs, draws, -1) for shares in flat), evidence)


def _log_weights(cases: NDArray[np.intp], logs: Array, part: Part) -> Array:
    counts = np.bincount(cases, minlength=len(part.counts))
    new = np.flatnonzero(counts)
    weights = logs[:, new] @ counts[new].astype(float)
    if part.left_out is not None:
        with np.errstate(invalid="ignore"):
            weights = weights - len(cases) * logs[:, -1]
    return np.asarray(np.where(np.isnan(weights), -np.inf, weights))


def _step(cases: NDArray[np.intp], logs: Array, runs: int, part: Part) -> int:
    """Return how many cases to add: the most that keep an effective half of the particles in every run, and one at least."""

    def kept(number: int) -> bool:
        weights = _log_weights(cases[:number], logs, part).reshape(runs, -1)
        scaled = np.exp(weights - weights.max(axis=1, keepdims=True))
        effective = scaled.sum(axis=1) ** 2 / (scaled**2).sum(axis=1)
        return bool((effective >= KEPT * weights.shape[1]).all())

    low, high = 1, len(cases)
    if kept(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if kept(middle) else (low, middle)
    return low


def _resampled(log_weights: Array, random: np.random.Generator) -> NDArray[np.intp]:
    """Return the places of the particles that go on, systematically within each run."""
    draws = log_weights.shape[1]
    weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
    ends = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    found = [
        np.minimum(np.searchsorted(row, (np.arange(draws) + random.random()) / draws), draws - 1) + run * draws
        for run, row in enumerate(ends)
    ]
    return np.concatenate(found)


def _swept(
    part: Part,
    flat: list[Array],
    added: NDArray[np.int64],
    free: Sequence[Lines | None],
    most: int,
    forgotten: float,
    random: np.random.Generator,
) -> list[Array]:
    """Shares after sweeps that end when they have forgotten where they began, or forget no more."""
    began, best = flat, [1.0]
    for _ in range(most):
        flat = _augmented(part, flat, added, random)
        for k, own in enumerate(free):
            if own is not None:
                flat[k] = own.moved(flat[k], min(_MOVES, len(own.places)), random)
        best.append(max(_correlation(before, after) for before, after in zip(began, flat, strict=True)))
        if best[-1] < forgotten or (len(best) > 8 and best[-1] > best[-6] - 0.02):
            break
    return flat


def _correlation(before: Array, after: Array) -> float:
    """Return the highest correlation of a share with what it was."""
    one, two = before - before.mean(axis=0), after - after.mean(axis=0)
    scale = np.sqrt((one**2).sum(axis=0) * (two**2).sum(axis=0))
    return float(np.max(np.divide((one * two).sum(axis=0), scale, out=np.zeros_like(scale), where=scale > 0)))


def _augmented(part: Part, flat: Sequence[Array], added: NDArray[np.int64], random: np.random.Generator) -> list[Array]:
    """Shares drawn given types of the cases, which are drawn given the shares.

    Cases that were not selected are drawn too: n selected cases come with as many others as a negative binomial number says.
    """
    events = part.event_shares(flat)
    happened = [np.zeros(shares.shape, np.int64) for shares in events]
    for rows, count in zip(part.patterns, added.tolist(), strict=True):
        if count:
            _divide(rows, np.full(len(flat[0]), count), events, happened, random)
    if part.left_out is not None:
        chance = np.clip(1 - described(events, part.left_out).sum(axis=1), 1e-300, 1)
        _divide(part.left_out, random.negative_binomial(int(added.sum()), chance), events, happened, random)
    found = []
    for one, masks, shares, numbers in zip(part.components, part.events, flat, happened, strict=True):
        counts = np.zeros(shares.shape)
        for event in range(1, len(masks)):
            if numbers[:, event].any():
                inside = np.flatnonzero(masks[event])
                counts[:, inside] += _multinomial(numbers[:, event], shares[:, inside], random)
        found.append(one.drawn(counts, random))
    return found


def _divide(
    rows: NDArray[np.intp],
    number: NDArray[np.int64],
    events: Sequence[Array],
    happened: list[NDArray[np.int64]],
    random: np.random.Generator,
) -> None:
    """Add to how often each event happened the descriptions of cases, drawn where there are several."""
    drawn = number[:, None] if len(rows) == 1 else _multinomial(number, described(events, rows), random)
    for k, counts in enumerate(happened):
        for row, event in enumerate(rows[:, k].tolist()):
            if event:
                counts[:, event] += drawn[:, row]


def _multinomial(number: NDArray[np.int64], weights: Array, random: np.random.Generator) -> NDArray[np.int64]:
    """Divide numbers (draw) in proportion to weights (draw, option)."""
    total = weights.sum(axis=1, keepdims=True)
    options = weights.shape[1]
    return np.asarray(random.multinomial(number, np.divide(weights, total, out=np.full(weights.shape, 1 / options), where=total > 0)))
