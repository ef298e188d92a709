"""Lowest and highest values of a ratio that is linear in each of several vectors of shares, over all that solve linear equations.

As one vector changes and the others stay, such a ratio is extreme at a corner. So it is extreme where all are at corners: those of the
districts with few are enumerated, and that of the one with most is found by a linear programme (Charnes and Cooper 1962).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

from processtrace.errors import AnalysisError
from processtrace.logspace import Array

MOST_BASES = 50_000
"""Choices of shares above 0 among which the corners of one district are sought."""

MOST_PROGRAMMES = 2_000
"""Linear programmes that one answer may take; beyond, the corners are searched from several starts and the answer is marked."""

STARTS = 12
"""Starts of such a search."""

_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Shares:
    """All shares of 0 or more that solve linear equations, summed by kind: `onto` (share, kind) says which share is of which kind."""

    sums: Array
    values: Array
    onto: Array

    @staticmethod
    def merged(sums: Array, values: Array, kinds: NDArray[np.intp]) -> Shares:
        """Return the same with the shares added that no equation and no kind distinguishes, and without equations that follow."""
        columns = np.unique(np.vstack([sums, kinds]).T, axis=0)
        own = columns[:, -1].astype(int)
        rows, right = _independent(columns[:, :-1].T, values)
        return Shares(rows, right, np.eye(int(kinds.max()) + 1)[own])

    def corners(self) -> Array | None:
        """Return the shares by kind at every corner (corner, kind); none where there may be too many."""
        rank, number = self.sums.shape
        if comb(number, rank) > MOST_BASES:
            return None
        found = []
        chosen = np.array(list(combinations(range(number), rank)), int).reshape(-1, rank)
        for some in np.array_split(chosen, max(1, len(chosen) // 4096)):
            bases = self.sums[:, some].transpose(1, 0, 2)
            solvable = np.abs(np.linalg.det(bases)) > _TINY
            solved = np.linalg.solve(bases[solvable], np.broadcast_to(self.values[:, None], (int(solvable.sum()), rank, 1)))[..., 0]
            allowed = (solved > -_TINY).all(axis=1)
            whole = np.zeros((int(allowed.sum()), number))
            np.put_along_axis(whole, some[solvable][allowed], np.maximum(solved[allowed], 0), axis=1)
            found.append(whole @ self.onto)
        corners = np.concatenate(found)
        _, first = np.unique(np.round(corners, 12), axis=0, return_index=True)
        return np.asarray(corners[first])

    def best(self, number: Array, holds: Array, sign: int) -> tuple[float, Array] | None:
        """Return the highest (`sign` 1) or lowest (-1) ratio of two linear functions of the kinds, and the shares by kind there."""
        from scipy.optimize import linprog

        above, below = self.onto @ number, self.onto @ holds
        equal = np.vstack([np.column_stack([self.sums, -self.values]), [*below, 0.0]])
        right = np.concatenate([np.zeros(len(self.values)), [1.0]])
        solved = linprog(-sign * np.array([*above, 0.0]), A_eq=equal, b_eq=right, bounds=(0, None), method="highs-ds")
        if not solved.success:
            return None
        found = np.asarray(solved.x, float)
        support = np.flatnonzero(found > _TINY)
        sharp = np.linalg.lstsq(equal[:, support], right, rcond=None)[0]
        if (sharp < 0).any() or np.abs(equal[:, support] @ sharp - right).max() > 1e-10:
            sharp = found[support]
        whole = np.zeros(len(above) + 1)
        whole[support] = sharp
        return float(whole[:-1] @ above), np.asarray(whole[:-1] / max(whole[-1], 1e-300) @ self.onto)

    def somewhere(self, random: np.random.Generator) -> Array:
        """Return a corner drawn by chance, by kind."""
        found = self.best(np.asarray(random.standard_normal(self.onto.shape[1])), np.ones(self.onto.shape[1]), 1)
        if found is None:
            raise AnalysisError(IMPOSSIBLE)
        return found[1]


IMPOSSIBLE = "no shares of this model give these data; a restriction or a missing arrow of the graph is refuted by them"


def _independent(sums: Array, values: Array) -> tuple[Array, Array]:
    """Return equations of which none follows from the others.

    Raises
    ------
    AnalysisError
        If they contradict each other.
    """
    from scipy.linalg import qr

    _, upper, order = qr(sums.T, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(upper))
    rank = int((diagonal > _TINY * max(1.0, diagonal[0])).sum())
    kept = np.sort(order[:rank])
    rows, right = sums[kept], values[kept]
    solved = np.linalg.lstsq(rows, right, rcond=None)[0]
    if np.abs(sums @ solved - values).max() > 1e-7:
        raise AnalysisError(IMPOSSIBLE)
    return rows, right


def extremes(whole: Sequence[Shares], number: Array, holds: Array) -> tuple[float, float, bool] | None:
    """Return the lowest and the highest ratio of two multilinear functions of the districts' kinds, and whether they are exact.

    Where they are not, they come from a search, and the true ones may lie further out. None where the ratio is of nothing by nothing.

    Raises
    ------
    AnalysisError
        If the equations have no solution.
    """
    corners = [one.corners() for one in whole]
    if any(own is not None and not len(own) for own in corners):
        raise AnalysisError(IMPOSSIBLE)
    sizes = [float("inf") if own is None else len(own) for own in corners]
    last = int(np.argmax(sizes))
    others = [own for k, own in enumerate(corners) if k != last]
    if any(own is None for own in others) or prod(len(own) for own in others if own is not None) > MOST_PROGRAMMES:
        return _searched(whole, number, holds)
    above, below = np.moveaxis(number, last, -1), np.moveaxis(holds, last, -1)
    found: list[float] = []
    for chosen in product(*(own for own in others if own is not None)):
        one, two = above, below
        for shares in chosen:
            one, two = np.tensordot(shares, one, 1), np.tensordot(shares, two, 1)
        own = corners[last]
        if own is None:
            best = [whole[last].best(one, two, sign) for sign in (-1, 1)]
            found += [part[0] for part in best if part is not None]
        else:
            likely = own @ two
            found += (own[likely > _TINY] @ one / likely[likely > _TINY]).tolist()
    return (min(found), max(found), True) if found else None


def _searched(whole: Sequence[Shares], number: Array, holds: Array) -> tuple[float, float, bool] | None:
    """Return the same from a search: one district after the other, from several starts."""
    random = np.random.default_rng(1)
    ends = []
    for sign in (-1, 1):
        best = None
        for _ in range(STARTS):
            at, last = [one.somewhere(random) for one in whole], None
            while True:
                value = last
                for k, one in enumerate(whole):
                    above, below = np.moveaxis(number, k, 0), np.moveaxis(holds, k, 0)
                    for other in reversed([place for place in range(len(whole)) if place != k]):
                        axis = 1 + other - (other > k)
                        above, below = np.tensordot(above, at[other], (axis, 0)), np.tensordot(below, at[other], (axis, 0))
                    found = one.best(above, below, sign)
                    if found is not None:
                        value, at[k] = found
                if value is None or (last is not None and sign * (value - last) < 1e-12):
                    break
                last = value
            if value is not None and (best is None or sign * (value - best) > 0):
                best = value
        if best is None:
            return None
        ends.append(best)
    return ends[0], ends[1], False
