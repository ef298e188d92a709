"""Moves of shares that the cases can't tell apart: along lines on which the probability of every event stays as it is.

Data augmentation alone takes steps of the size of what one case says, and a share about which many cases say nothing would hardly move.
On such a line only the prior counts, which is a product of powers of linear functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.components import Component, Mask
from processtrace.logspace import Array

MOST_LINES = 4000
"""Lines of one component that are kept."""

_WIDEST = 256  # joint types that one search for lines looks at


@dataclass(frozen=True, eq=False)
class Lines:
    """Directions in which the joint shares of a component can move.

    A state holds the joint shares, then for each node but the last the sums that its table divides, then a column that is never used.
    `places` and `steps` (line, member) are the columns that a line moves and by how much, `bounded` how many of them first are joint shares.
    `exponents` holds the power of each column in the density of the prior.
    """

    component: Component
    places: NDArray[np.intp]
    steps: Array
    exponents: Array

    def state(self, joint_shares: Array) -> Array:
        """Return the state of each draw (draw, column)."""
        sums = [self.component.sums(joint_shares, place) for place in range(len(self.component.nodes) - 1)]
        return np.column_stack([joint_shares, *sums, np.ones(len(joint_shares))])

    def moved(self, joint_shares: Array, times: int, random: np.random.Generator) -> Array:
        """Return joint shares after so many moves, each along a line drawn for each draw by itself."""
        state = np.ascontiguousarray(self.state(joint_shares))
        width = joint_shares.shape[1]
        _kernel()(state, width, self.places, self.steps, self.exponents, times, random)
        return state[:, :width]


def lines(component: Component, events: Mask, random: np.random.Generator) -> Lines | None:
    """Return lines along which no event of a component changes its probability; none where there is no such line.

    Each is an elementary vector: no other line moves only some of the shares that it moves (Rockafellar 1969). They come from the
    reduced form of the events by several orders of the joint types.
    """
    if not component.chained:
        return None
    matrix = np.vstack([np.ones(len(component)), events[1:].astype(float)])
    found: dict[tuple[tuple[int, float], ...], None] = {}
    for _ in range(8):
        chosen = random.permutation(len(component))[:_WIDEST]
        for vector in _elementary(matrix[:, chosen]):
            support = np.flatnonzero(vector)
            found[tuple(sorted(zip(chosen[support].tolist(), vector[support].tolist(), strict=True)))] = None
            if len(found) >= MOST_LINES:
                break
    if not found:
        return None
    whole = [_with_sums(component, dict(line)) for line in found]
    longest = max(map(len, whole))
    unused = len(component) + sum(table.size for table in component.weights[:-1])
    places, steps = np.full((len(whole), longest), unused), np.zeros((len(whole), longest))
    for row, line in enumerate(whole):
        places[row, : len(line)] = list(line)
        steps[row, : len(line)] = list(line.values())
    return Lines(component, places, steps, _exponents(component))


def _elementary(matrix: Array) -> list[Array]:
    """Elementary vectors of the null space, one for each column beyond a basis."""
    reduced = matrix.copy()
    pivots: list[int] = []
    for column in range(matrix.shape[1]):
        row = len(pivots)
        if row == len(reduced):
            break
        best = row + int(np.argmax(np.abs(reduced[row:, column])))
        if abs(reduced[best, column]) < 1e-9:
            continue
        reduced[[row, best]] = reduced[[best, row]]
        reduced[row] /= reduced[row, column]
        others = np.arange(len(reduced)) != row
        reduced[others] -= np.outer(reduced[others, column], reduced[row])
        pivots.append(column)
    vectors = []
    for column in set(range(matrix.shape[1])) - set(pivots):
        vector = np.zeros(matrix.shape[1])
        vector[column] = 1
        vector[pivots] = -np.round(reduced[: len(pivots), column], 9)
        vectors.append(vector + 0.0)
    return vectors


def _with_sums(component: Component, line: dict[int, float]) -> dict[int, float]:
    """Return a line with the sums that it moves too."""
    whole, start = dict(line), len(component)
    for place, table in enumerate(component.weights[:-1]):
        for joint_type, step in line.items():
            column = start + int(component.entries[place][joint_type])
            whole[column] = whole.get(column, 0.0) + step
        start += table.size
    return {column: step for column, step in whole.items() if abs(step) > 1e-9}


def _exponents(component: Component) -> Array:
    """Return the power of each column of a state in the density of the prior.

    A share of the last node's table is its joint share over a sum. So the joint share has its weight less 1, and each sum its own weight
    less the total weight of what it divides.
    """
    found = [component.weights[-1].ravel()[component.entries[-1]] - 1]
    for place, table in enumerate(component.weights[:-1]):
        divided = component.weights[place + 1].sum(axis=-1)
        found.append((table - divided).ravel())
    return np.concatenate([*found, np.zeros(1)])


@cache
def _kernel() -> Callable[..., None]:
    """Compile the moves when first used: numba costs more to import than everything else here."""
    from numba import njit

    @njit(cache=True, nogil=True, error_model="numpy")
    def move(state, width, places, steps, exponents, times, random):  # type: ignore[no-untyped-def] # pragma: no cover
        """Move each row of a state along lines drawn by chance: uniformly where the prior is flat, else by slice sampling (Neal 2003)."""
        for row in state:
            for _ in range(times):
                line = random.integers(0, len(places))
                low, high, curved = -np.inf, np.inf, False
                for column, step in zip(places[line], steps[line]):  # noqa: B905
                    if step != 0:
                        if column < width:
                            room = row[column] / abs(step)
                            if step > 0:
                                low = max(low, -room)
                            else:
                                high = min(high, room)
                        curved = curved or exponents[column] != 0
                how_far = low + random.random() * (high - low)
                if curved:
                    level, near, far, tried = -random.standard_exponential(), low, high, how_far
                    how_far = 0.0
                    for _ in range(100):
                        density = 0.0
                        for column, step in zip(places[line], steps[line]):  # noqa: B905
                            if step != 0 and exponents[column] != 0:
                                density += exponents[column] * np.log1p(tried * step / row[column])
                        if density >= level:
                            how_far = tried
                            break
                        if tried < 0:
                            near = tried
                        else:
                            far = tried
                        tried = near + random.random() * (far - near)
                for column, step in zip(places[line], steps[line]):  # noqa: B905
                    if step != 0:
                        row[column] = max(row[column] + how_far * step, 0.0)

    return move  # type: ignore[no-any-return]
