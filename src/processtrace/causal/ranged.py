"""Shares that are stated as ranges: the corners of what they may be, at which every answer is lowest and highest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np

from processtrace.causal.joint import Known
from processtrace.causal.learned import Mixture
from processtrace.causal.model import CausalModel
from processtrace.causal.shares import Stated, row_named, set_of
from processtrace.causal.statements import Statement, values_of
from processtrace.errors import StudyError
from processtrace.logspace import Array

MOST_CORNERS = 100_000
"""Corners up to which all are tried."""

Chosen = tuple[int, ...]
"""A corner of each parameter set with ranges."""


@dataclass(frozen=True, eq=False)
class RangedSet:
    """One parameter set with a range: the rows of its node's table that it is, and its shares at each corner (corner, type)."""

    node: str
    rows: tuple[tuple[int, ...], ...]
    corners: Array


def ranged_sets(model: CausalModel) -> list[RangedSet]:
    """Return the parameter sets of a model that have a range."""
    found = []
    for key, entries in model.shares:
        if any(isinstance(share, tuple) for _, share in entries):
            node, named = set_of(key, model.graph, "shares")
            rows = tuple(_rows(model, node, named))
            corners = [table[rows[0]] for table in _tables(model, key, entries)]
            found.append(RangedSet(node, rows, np.unique(np.array(corners), axis=0)))
    return found


def _rows(model: CausalModel, node: str, named: Sequence[str]) -> Iterator[tuple[int, ...]]:
    """Yield the rows of a node's table that a parameter set is; that of the node as a whole is not those that are stated apart."""
    conditions = [model.nodal_types(other) for other in model.graph.conditions[node]]

    def place(names: Sequence[str]) -> tuple[int | None, ...]:
        return tuple(row_named(types, label, model.graph, "shares", ()) for types, label in zip(conditions, names, strict=True))

    sets = [set_of(key, model.graph, "shares") for key, _ in model.shares]
    apart = {place(names) for owner, names in sets if owner == node and names}
    for row in product(*(range(len(types)) for types in conditions)):
        if row == place(named) if named else row not in apart:
            yield row


def _tables(model: CausalModel, key: str, entries: Stated) -> Iterator[Array]:
    """Yield the node's table at every corner: all shares at an end of their range, or all but one, which is what the others leave."""
    ends = {label: share if isinstance(share, tuple) else (share,) for label, share in entries}
    corners: list[dict[str, Fraction]] = [dict(zip(ends, chosen, strict=True)) for chosen in product(*ends.values())]
    for corner in list(corners):
        for label, share in entries:
            rest = Fraction(1) - sum(one for other, one in corner.items() if other != label)
            if isinstance(share, tuple) and share[0] < rest < share[1]:
                corners.append({**corner, label: rest})
    for corner in corners:
        try:
            yield model.with_shares({key: corner}).share_table(set_of(key, model.graph, "shares")[0])
        except StudyError:  # shares that exceed 1, or that leave something for no type
            continue


def ranged_extremes(model: CausalModel, sets: Sequence[RangedSet], asked: Statement, known: Known) -> tuple[float, float, bool]:
    """Return the lowest and the highest answer over all shares in their ranges, and whether they are exact.

    An answer is a ratio that is linear in each parameter set, so its extremes lie where each set is at a corner. Beyond 100,000 such
    places one set after the other is moved to its best corner, from the middle of the ranges and from each end.
    """
    sizes = [len(one.corners) for one in sets]
    if prod(sizes) <= MOST_CORNERS:
        answers = _answers(model, sets, list(product(*map(range, sizes))), asked, known)
        return float(np.nanmin(answers)), float(np.nanmax(answers)), True

    def ends(places: Sequence[Chosen]) -> Array:
        answers = _answers(model, sets, places, asked, known)
        return np.stack([-answers, answers], axis=1)

    lowest, highest = _answers(model, sets, climbed(sizes, ends), asked, known)
    return float(lowest), float(highest), False


def tables_at(model: CausalModel, sets: Sequence[RangedSet], places: Sequence[Chosen]) -> dict[str, Array]:
    """Return by node the tables of shares at each choice of corners (choice, ...)."""
    chosen = np.array(places, int).reshape(len(places), len(sets))
    tables: dict[str, Array] = {}
    for column, one in enumerate(sets):
        table = tables.setdefault(one.node, np.repeat(model.share_table(one.node)[None], len(places), axis=0))
        for row in one.rows:
            np.moveaxis(table, 0, -2)[row] = one.corners[chosen[:, column]]
    return tables


def _answers(model: CausalModel, sets: Sequence[RangedSet], places: Sequence[Chosen], asked: Statement, known: Known) -> Array:
    """Return the answer at each choice of corners; NaN where what is known is impossible."""
    whole = Mixture(model, tables_at(model, sets, places), np.zeros(len(places)))
    return np.asarray(whole.each(values_of(asked), known).mean(asked))


def climbed(sizes: Sequence[int], values: Callable[[Sequence[Chosen]], Array]) -> list[Chosen]:
    """Return for each goal the corner of every set at which it is highest, as one set after the other is moved to its best corner.

    Parameters
    ----------
    sizes
        The number of corners of each set.
    values
        Returns what is to be highest at each choice of corners (choice, goal).
    """
    starts = [[0] * len(sizes), [size - 1 for size in sizes], [size // 2 for size in sizes]]
    found = []
    for goal in range(values([tuple(starts[0])]).shape[1]):
        best, chosen = -np.inf, tuple(starts[0])
        for start in starts:
            at, reached = list(start), -np.inf
            while True:
                for column, size in enumerate(sizes):
                    each = np.nan_to_num(values([(*at[:column], k, *at[column + 1 :]) for k in range(size)])[:, goal], nan=-np.inf)
                    at[column] = int(np.argmax(each))
                if not each.max() > reached + 1e-12:
                    break
                reached = float(each.max())
            if reached > best:
                best, chosen = reached, tuple(at)
        found.append(chosen)
    return found
