"""The tables of one node: how probable its copies' values are together, given their inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.elimination import BATCH, Table, refuse_beyond_memory
from processtrace.causal.nodal_types import NodalTypes, Shape, strides
from processtrace.causal.worlds import Copy, Resolved
from processtrace.logspace import Array

SUMMED_AT_ONCE = 4_000_000
"""Types times combinations of values up to which types are summed out when the table is made."""

Numbers = Mapping[Copy | str, int]
"""The number of the variable of each copy whose level is not known, and of each node whose type is a variable."""

Indices = NDArray[np.intp]


class _Grid:
    """Every combination of the values of some variables, one axis for each in the order of their numbers."""

    def __init__(self, sizes: Mapping[int, int], numbers: Numbers):
        self.variables = tuple(sorted(sizes))
        self.shape = tuple(sizes[variable] for variable in self.variables)
        self.size = prod(self.shape)
        self.numbers = numbers
        self._along = {
            variable: np.arange(sizes[variable]).reshape([-1 if other == variable else 1 for other in self.variables])
            for variable in self.variables
        }

    def values(self, of: Resolved | str) -> Indices | int:
        """Return the values of a copy or a type along its own axis, or a level that is fixed."""
        return of if isinstance(of, int) else self._along[self.numbers[of]]

    def table(self, values: Array, batched: bool) -> Table:
        return Table((BATCH, *self.variables) if batched else self.variables, values)


def response_table(copy: Copy, shape: Shape, responses: Array, numbers: Numbers) -> Table:
    """Return P(value of a copy | its inputs) from the node's `responses` (..., combination, value)."""
    batch = responses.shape[:-2]
    places = (*copy.inputs[::-1], copy.output)
    variables = [numbers[one] for one in places if isinstance(one, Copy)]
    if len(set(variables)) < len(variables):  # two parents are set to one value
        grid = _grid([copy], numbers)
        return grid.table(responses[..., _combination(copy, shape, grid), grid.values(copy.output)], bool(batch))
    whole = responses.reshape(*batch, *shape[1][::-1], shape[0])
    table = whole[(..., *(slice(one.levels) if isinstance(one, Copy) else one for one in places))]
    if len(variables) > 1:
        order = sorted(range(len(variables)), key=variables.__getitem__)
        table = table.transpose([*range(len(batch)), *(len(batch) + k for k in order)])
        variables = [variables[k] for k in order]
    return Table((BATCH, *variables) if batch else tuple(variables), table)


def joint_table(copies: Sequence[Copy], types: NodalTypes, shares: Array, numbers: Numbers) -> Table | None:
    """Return P(values of all copies | their inputs) with the types summed out; none where that is too much to do at once.

    `shares` has the axes (..., type).
    """
    grid = _grid(copies, numbers)
    if grid.size * len(types) > SUMMED_AT_ONCE:
        return None
    agreed: NDArray[np.bool_] = np.ones(len(types), bool)
    for copy in copies:
        agreed = agreed & (types.outputs.T[_combination(copy, types.shape, grid)] == np.asarray(grid.values(copy.output))[..., None])
    shape = agreed.shape[:-1]
    return grid.table((shares @ agreed.reshape(-1, len(types)).T).reshape(*shares.shape[:-1], *shape), shares.ndim > 1)


def rows_table(copies: Sequence[Copy], shape: Shape, rows: Array, numbers: Numbers) -> Table:
    """Return P(values of all copies | their inputs) where the responses to rows are independent; `rows` is (..., combination, value).

    Copies at one row have one value, which counts once; those at different rows are independent.
    """
    grid = _grid(copies, numbers)
    refuse_beyond_memory(grid.size)
    places = [np.asarray(_combination(copy, shape, grid)) for copy in copies]
    outputs = [np.asarray(grid.values(copy.output)) for copy in copies]
    whole = np.ones([1] * len(grid.variables))
    for k, (place, output) in enumerate(zip(places, outputs, strict=True)):
        chance = rows[..., place, output]
        for other in range(k):
            chance = np.where(places[other] == place, outputs[other] == output, chance)
        whole = whole * chance
    batch = rows.shape[:-2]
    return grid.table(np.broadcast_to(whole, (*batch, *grid.shape)), bool(batch))


def typed_table(copy: Copy, types: NodalTypes, numbers: Numbers) -> Table:
    """Return whether each type gives a copy's value at its inputs, with the type as a variable of its own."""
    grid = _grid([copy], numbers, {numbers[types.node]: len(types)})
    refuse_beyond_memory(grid.size)
    outputs = types.outputs[grid.values(types.node), _combination(copy, types.shape, grid)]
    return grid.table((outputs == grid.values(copy.output)).astype(float), False)


def share_table(node: str, conditions: Sequence[str], shares: Array, numbers: Numbers) -> Table:
    """Return P(type of a node | types of its conditions), with every type as a variable; `shares` is (..., condition, ..., type)."""
    own = [numbers[other] for other in (*conditions, node)]
    axes = np.argsort(own)
    if shares.ndim == len(own):
        return Table(tuple(sorted(own)), shares.transpose(axes))
    return Table((BATCH, *sorted(own)), shares.transpose([0, *(1 + axes)]))


def _grid(copies: Sequence[Copy], numbers: Numbers, besides: Mapping[int, int] | None = None) -> _Grid:
    """Return the grid of the copies' values and inputs whose levels are not known."""
    ones = (one for copy in copies for one in (*copy.inputs, copy.output))
    return _Grid({**(besides or {}), **{numbers[one]: one.levels for one in ones if isinstance(one, Copy)}}, numbers)


def _combination(copy: Copy, shape: Shape, grid: _Grid) -> Indices | int:
    """Return the number of the combination of the parents' values."""
    return sum((stride * grid.values(one) for stride, one in zip(strides(shape[1]), copy.inputs, strict=True)), 0)
