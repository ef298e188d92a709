"""Draws from densities that are known on a grid, and the grids of logit-normal ranges."""

from __future__ import annotations

import numpy as np

from processtrace.exact.ranges import log_normal_density, normal_grid, parameters
from processtrace.logspace import Array

STEP = 0.05
"""Of a grid, in standard deviations of the range: linear interpolation adds STEP^2/6 to a variance of about 1."""


def interpolated(rng: np.random.Generator, nodes: Array, log_density: Array) -> tuple[Array, Array]:
    """One draw for each row from a density that is linear between equidistant nodes, and the place of a node beside it.

    `log_density` (row, node), up to a constant. A node drawn by its density plus a triangular step has that density.
    """
    top = log_density.max(axis=1, keepdims=True)
    below = np.cumsum(np.exp(log_density - top), axis=1)
    u = rng.random(len(below)) * below[:, -1]
    place = np.minimum((below < u[:, None]).sum(axis=1), len(nodes) - 1)
    return nodes[place] + (nodes[1] - nodes[0]) * rng.triangular(-1, 0, 1, len(below)), place


def repeated(rng: np.random.Generator, nodes: Array, log_density: Array, count: int) -> tuple[Array, Array]:
    """`count` draws from one density; as in `interpolated`."""
    below = np.cumsum(np.exp(log_density - log_density.max()))
    place = np.minimum(np.searchsorted(below, rng.random(count) * below[-1]), len(nodes) - 1)
    return nodes[place] + (nodes[1] - nodes[0]) * rng.triangular(-1, 0, 1, count), place


def range_grid(low: float, high: float, z: float, degree: int) -> tuple[Array, Array, Array]:
    """Nodes x, the log odds there and log densities of a range's standard normal, wide enough for polynomials of a degree."""
    mu, sd = (float(part) for part in parameters(low, high, z))
    ends = normal_grid(mu, sd, degree)[0][[0, -1]]
    nodes = np.arange(ends[0], ends[1] + STEP, STEP)
    return nodes, mu + sd * nodes, log_normal_density(nodes)
