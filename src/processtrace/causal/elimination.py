"""Sums of products of tables, variable by variable, so that nothing underflows and a zero is a zero.

Tables of probabilities are multiplied as they are, with their peaks kept apart in logs. If any product underflows, which numpy reports,
the whole sum is done again with logs of tables. So the result is 0 exactly where it is 0 by the zeros of the tables.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from processtrace.errors import AnalysisError
from processtrace.logspace import Array, log, logsumexp

BATCH = -1
"""The variable that is never summed: the axis of a batch."""

LARGEST = 2**27
"""Numbers in one table (a gigabyte) beyond which a question is refused."""

_SMALL_PEAK = 1e-30  # a table is rescaled when its peak is below this


class Table(NamedTuple):
    """A table over variables, in increasing order of their numbers."""

    variables: tuple[int, ...]
    values: Array


def log_sum_product(tables: Sequence[Table], sizes: Mapping[int, int], keep: Collection[int]) -> Array:
    """Return the log of the product of tables, summed over all variables but those kept (batch, each kept variable in order).

    Parameters
    ----------
    tables
        Tables of numbers of 0 or more.
    sizes
        How many values each variable has, that of the batch included where there is one.
    keep
        Variables that are not summed.

    Raises
    ------
    AnalysisError
        If a table on the way would hold more than 2**27 numbers.
    """
    tables = [*tables, Table((), np.ones(()))]
    try:
        with np.errstate(under="raise"):
            result, scale = _eliminated(tables, sizes, keep, _Plain)
    except FloatingPointError:
        result, scale = _eliminated([Table(variables, log(values)) for variables, values in tables], sizes, keep, _Logs)
        values = result.values + scale.reshape(-1, *[1] * len(keep)) if BATCH in result.variables else result.values + scale
    else:
        values = log(result.values) + (scale.reshape(-1, *[1] * len(keep)) if BATCH in result.variables else scale)
    shape = tuple(sizes[variable] for variable in sorted(keep))
    return np.broadcast_to(values, (sizes.get(BATCH, 1), *shape)) if BATCH in result.variables else values.reshape(1, *shape)


def refuse_beyond_memory(size: int) -> None:
    """Raise an error if a table of this size is too large."""
    if size > LARGEST:
        raise AnalysisError(
            f"this question needs a table of {size:,} numbers, and at most {LARGEST:,} are allowed; ask about fewer values at once, "
            "restrict the types of nodes with many parents, or leave arrows out"
        )


class _Plain:
    """Products and sums of numbers as they are."""

    @staticmethod
    def times(first: Array, second: Array) -> Array:
        return np.multiply(first, second)

    @staticmethod
    def summed(values: Array, axis: int) -> Array:
        return np.asarray(values.sum(axis=axis))

    @staticmethod
    def rescaled(table: Table) -> tuple[Table, Array | float]:
        """Return a table with a peak that is not small, and the log of what it was divided by."""
        if BATCH not in table.variables:
            peak = float(table.values.max())
            if peak > _SMALL_PEAK or peak == 0:
                return table, 0.0
            return Table(table.variables, table.values / peak), float(np.log(peak))
        peaks = np.asarray(table.values.max(axis=tuple(range(1, table.values.ndim))))
        if (peaks > _SMALL_PEAK).all():
            return table, 0.0
        peaks = np.where(peaks == 0, 1.0, peaks)
        return Table(table.variables, table.values / peaks.reshape(-1, *[1] * (table.values.ndim - 1))), np.log(peaks)


class _Logs:
    """The same with logs of numbers."""

    @staticmethod
    def times(first: Array, second: Array) -> Array:
        return np.add(first, second)

    @staticmethod
    def summed(values: Array, axis: int) -> Array:
        return logsumexp(values, axis)

    @staticmethod
    def rescaled(table: Table) -> tuple[Table, Array | float]:
        return table, 0.0


def _eliminated(
    tables: Sequence[Table], sizes: Mapping[int, int], keep: Collection[int], arithmetic: type[_Plain] | type[_Logs]
) -> tuple[Table, Array]:
    """Return the sum of products, the variable that leaves the smallest table first, and the log of its scale."""
    scale: Array = np.zeros(())
    with_variable: dict[int, set[int]] = {variable: set() for variable in sizes}
    near: dict[int, set[int]] = {variable: set() for variable in sizes}
    pool = dict(enumerate(tables))
    for number, table in pool.items():
        for variable in table.variables:
            with_variable[variable].add(number)
            near[variable].update(table.variables)

    def cost(variable: int) -> int:
        return prod(sizes[other] for other in near[variable] if other != BATCH)

    waiting = {variable: cost(variable) for variable in sizes if variable not in keep and variable != BATCH}
    queue = [(price, variable) for variable, price in waiting.items()]
    heapq.heapify(queue)
    following = len(pool)
    while queue:
        price, variable = heapq.heappop(queue)
        if waiting.get(variable) != price:
            continue
        del waiting[variable]
        numbers = sorted(with_variable[variable], key=lambda number: pool[number].values.size)
        joined, step = _product([pool.pop(number) for number in numbers], sizes, arithmetic)
        for other in near[variable]:
            with_variable[other].difference_update(numbers)
        rest = _without(joined, variable, arithmetic)
        scale = scale + step
        pool[following] = rest
        around = near[variable] - {variable}
        for other in rest.variables:
            with_variable[other].add(following)
            near[other] = (near[other] | around) - {variable}
            if other in waiting and (new := cost(other)) != waiting[other]:
                waiting[other] = new
                heapq.heappush(queue, (new, other))
        following += 1
    result, step = _product(sorted(pool.values(), key=lambda table: table.values.size), sizes, arithmetic)
    return result, np.asarray(scale + step)


def _product(tables: Sequence[Table], sizes: Mapping[int, int], arithmetic: type[_Plain] | type[_Logs]) -> tuple[Table, Array]:
    """Return the product of tables, smallest first, and the log of its scale."""
    result, scale = arithmetic.rescaled(tables[0])
    for table in tables[1:]:
        result, step = arithmetic.rescaled(_times(result, table, sizes, arithmetic))
        scale = scale + step
    return result, np.asarray(scale)


def _times(first: Table, second: Table, sizes: Mapping[int, int], arithmetic: type[_Plain] | type[_Logs]) -> Table:
    if first.variables == second.variables:
        return Table(first.variables, arithmetic.times(first.values, second.values))
    variables = tuple(sorted({*first.variables, *second.variables}))
    if first.values.size * second.values.size > LARGEST:
        refuse_beyond_memory(prod(sizes[variable] for variable in variables))
    return Table(variables, arithmetic.times(_spread(first, variables), _spread(second, variables)))


def _spread(table: Table, variables: Sequence[int]) -> Array:
    """Return the values with an axis for every variable."""
    if len(table.variables) == len(variables):
        return table.values
    own = dict(zip(table.variables, table.values.shape, strict=True))
    return table.values.reshape([own.get(variable, 1) for variable in variables])


def _without(table: Table, variable: int, arithmetic: type[_Plain] | type[_Logs]) -> Table:
    axis = table.variables.index(variable)
    return Table(table.variables[:axis] + table.variables[axis + 1 :], arithmetic.summed(table.values, axis))
