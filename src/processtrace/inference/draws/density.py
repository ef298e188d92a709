"""Draws come from densities on a grid, or from logit-normal ranges tilted by a probability."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from processtrace.exact.ranges import log_normal_density, normal_grid
from processtrace.logspace import Array

STEP = 0.05
"""Of a grid, in standard deviations of the range: linear interpolation adds STEP^2/6 to a variance of about 1."""


FEWEST_TAKEN = 0.05
"""Share of acceptances below which the rest is drawn from a grid."""

_CHUNK = 2_000_000


def tilted(
    rng: np.random.Generator, mu: Array, sd: Array, degree: int, log_probability: Callable[[Array, NDArray[np.int64]], Array]
) -> Array:
    """Return log odds from ranges times a probability that depends on them, (draw,), by acceptance and rejection.

    `mu`, `sd`: of each draw's range, on the logit scale. `log_probability(odds, draws)`: at most 0, at log odds for the draws
    with these numbers, elementwise. Where it is small, the draws still wanting come from a grid, wide enough for tilts that grow
    like polynomials of `degree`.
    """
    odds, left, share = np.empty(len(mu)), np.arange(len(mu), dtype=np.int64), 1.0
    while len(left) and share >= FEWEST_TAKEN:
        tried = mu[left] + sd[left] * rng.standard_normal(len(left))
        taken = -rng.standard_exponential(len(left)) < log_probability(tried, left)
        odds[left[taken]] = tried[taken]
        left, share = left[~taken], float(taken.mean())
    if len(left):
        ranges, which = np.unique(np.stack([mu[left], sd[left]]), axis=1, return_inverse=True)
        for k, (middle, spread) in enumerate(ranges.T):
            odds[left[which == k]] = _on_a_grid(rng, float(middle), float(spread), degree, log_probability, left[which == k])
    return odds


def _on_a_grid(
    rng: np.random.Generator,
    mu: float,
    sd: float,
    degree: int,
    log_probability: Callable[[Array, NDArray[np.int64]], Array],
    draws: NDArray[np.int64],
) -> Array:
    nodes, odds, density = range_grid(mu, sd, degree)
    width = max(1, _CHUNK // len(nodes))
    parts = [draws[start : start + width] for start in range(0, len(draws), width)]
    return np.concatenate([mu + sd * interpolated(rng, nodes, density + log_probability(odds, some[:, None]))[0] for some in parts])


def interpolated(rng: np.random.Generator, nodes: Array, log_density: Array) -> tuple[Array, Array]:
    """Return one draw for each row from a density that is linear between equidistant nodes, and the place of a node beside it.

    `log_density` (row, node), up to a constant. A node drawn by its density plus a triangular step has that density.
    """
    return between(rng, nodes, np.exp(log_density - log_density.max(axis=1, keepdims=True)))


def between(rng: np.random.Generator, nodes: Array, density: Array) -> tuple[Array, Array]:
    """Return the same as `interpolated` from densities themselves, up to a factor of each row."""
    below = np.cumsum(density, axis=1)
    u = rng.random(len(below)) * below[:, -1]
    place = np.minimum((below < u[:, None]).sum(axis=1), len(nodes) - 1)
    return nodes[place] + (nodes[1] - nodes[0]) * rng.triangular(-1, 0, 1, len(below)), place


def repeated(rng: np.random.Generator, nodes: Array, log_density: Array, count: int) -> tuple[Array, Array]:
    """Return `count` draws from one density; as in `interpolated`."""
    below = np.cumsum(np.exp(log_density - log_density.max()))
    place = np.minimum(np.searchsorted(below, rng.random(count) * below[-1]), len(nodes) - 1)
    return nodes[place] + (nodes[1] - nodes[0]) * rng.triangular(-1, 0, 1, count), place


def range_grid(mu: float, sd: float, degree: int) -> tuple[Array, Array, Array]:
    """Return nodes x, the log odds there and log densities of a range's standard normal, wide enough for polynomials of a degree."""
    ends = normal_grid(mu, sd, degree)[0][[0, -1]]
    nodes = np.arange(ends[0], ends[1] + STEP, STEP)
    return nodes, mu + sd * nodes, log_normal_density(nodes)
