"""The joint distribution of a few values, in the case as it is and as it would be, with what is known of the case: one contraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from processtrace.causal.elimination import BATCH, Table, log_sum_product, refuse_beyond_memory
from processtrace.causal.model import CausalModel
from processtrace.causal.nodal_types import responses
from processtrace.causal.node_tables import joint_table, response_table, rows_table, share_table, typed_table
from processtrace.causal.statements import Number, Operation, Statement, Value, conjuncts, evaluate, values_of
from processtrace.causal.worlds import Copy, Resolved, Worlds
from processtrace.logspace import Array, logsumexp

Report = tuple[str, Array]
"""A node, and how probable a report of it is at each of its levels (..., level); a leading axis is that of a batch."""


@dataclass(frozen=True)
class Known:
    """What is known of a case: statements that hold, and reports of nodes."""

    statements: tuple[Statement, ...] = ()
    reports: tuple[Report, ...] = ()

    @cached_property
    def parts(self) -> tuple[dict[str, int], tuple[Statement, ...]]:
        """The nodes that are observed, with their levels, and every other statement."""
        observed: dict[str, int] = {}
        others = []
        for statement in (term for whole in self.statements for term in conjuncts(whole)):
            seen = _observation(statement)
            if seen is None or observed.setdefault(*seen) != seen[1]:
                others.append(statement)
        return observed, tuple(others)


@dataclass(frozen=True)
class Joint:
    """The log probability of every combination of the values asked about, together with what is known.

    `log_probability` has the axes (batch, one for each copy asked about); `places` says for each value on which of the latter it
    lies, or its level where that is fixed.
    """

    log_probability: Array
    places: Mapping[Value, int | Copy]
    axes: Mapping[Copy, int]

    def log_total(self) -> Array:
        """Return the log probability of what is known (batch)."""
        return logsumexp(self.log_probability.reshape(len(self.log_probability), -1))

    def evaluate(self, statement: Statement) -> Any:
        """Return the truth or number of a statement, which broadcasts against `log_probability` without its batch."""
        dimensions = self.log_probability.ndim - 1
        values: dict[Value, Any] = {}
        for value in values_of(statement):
            place = self.places[value]
            if isinstance(place, Copy):
                axis = self.axes[place]
                values[value] = np.arange(place.levels).reshape([-1 if other == axis else 1 for other in range(dimensions)])
            else:
                values[value] = place
        return evaluate(statement, values)

    def log_weight(self, statement: Statement) -> Array:
        """Return the log probability of what is known and of a statement that is true or false (batch)."""
        holds = np.asarray(self.evaluate(statement), bool)
        return logsumexp(np.where(holds, self.log_probability, -np.inf).reshape(len(self.log_probability), -1))

    def log_table(self, values: Sequence[Value], statement: Statement) -> Array:
        """Return the log probability of what is known, a statement, and every level of some values (batch, one axis for each value)."""
        holds = np.asarray(self.evaluate(statement), bool)
        logs = np.where(holds, self.log_probability, -np.inf)
        open_axes = [1 + self.axes[place] for place in (self.places[value] for value in values) if isinstance(place, Copy)]
        others = [axis for axis in range(1, logs.ndim) if axis not in open_axes]
        kept = [logs.shape[axis] for axis in (0, *open_axes)]
        return logsumexp(logs.transpose([0, *open_axes, *others]).reshape(*kept, -1))

    def level(self, value: Value, cell: Sequence[int]) -> int:
        """Return the level of a value in one cell of the table, which is given without the batch."""
        place = self.places[value]
        return int(cell[self.axes[place]]) if isinstance(place, Copy) else place

    def mean(self, statement: Statement) -> Array:
        """Return the expectation of a statement, given what is known (batch); NaN where that is impossible."""
        total = self.log_total()
        with np.errstate(invalid="ignore"):
            weights = np.exp(self.log_probability - total.reshape(-1, *[1] * (self.log_probability.ndim - 1)))
        number = np.multiply(self.evaluate(statement), 1.0)
        mean = (weights * number).reshape(len(weights), -1).sum(axis=1)
        return np.where(np.isneginf(total), np.nan, mean)


def joint(model: CausalModel, asked: Iterable[Value], known: Known, shares: Mapping[str, Array] | None = None) -> Joint:
    """Return the joint distribution of some values together with what is known, exactly.

    Parameters
    ----------
    model
        The causal model.
    asked
        Values that stay open: one axis for each that is not fixed and not the same as another.
    known
        What is known of the case. Its reports may have a leading axis, the batch.
    shares
        For a node, shares that replace those of the model (batch, type of each earlier confounded node, ..., type); for one that answers
        by rows also shares of its values in each row (batch, combination of its parents' values, value).

    Raises
    ------
    AnalysisError
        If a table on the way would hold more than 2**27 numbers.
    """
    observed, statements = known.parts
    worlds = Worlds(model.graph, observed)
    places = {value: worlds.value(value) for value in asked}
    resolved = [{value: worlds.value(value) for value in values_of(statement)} for statement in statements]
    reported = [(worlds.value(Value(node)), np.asarray(chances, float)) for node, chances in known.reports]
    copies = list(worlds.copies.values())
    numbers: dict[Copy | str, int] = {copy: number for number, copy in enumerate(copies) if copy.known is None}
    sizes = {number: copy.levels for number, copy in enumerate(copies) if copy.known is None}
    tables = _node_tables(model, copies, numbers, sizes, shares or {})
    for statement, values in zip(statements, resolved, strict=True):
        tables.append(_statement_table(statement, values, numbers))
    for place, chances in reported:
        tables.append(_report_table(place, chances, numbers))
    batch = {table.values.shape[0] for table in tables if BATCH in table.variables} - {1}
    if len(batch) > 1:
        raise ValueError(f"batches of different lengths: {sorted(batch)}")
    if any(BATCH in table.variables for table in tables):
        sizes[BATCH] = max(batch, default=1)
    open_copies = sorted({place for place in places.values() if isinstance(place, Copy)}, key=numbers.__getitem__)
    logs = log_sum_product(tables, sizes, {numbers[copy] for copy in open_copies})
    return Joint(logs, places, {copy: axis for axis, copy in enumerate(open_copies)})


def _observation(statement: Statement) -> tuple[str, int] | None:
    """Return the node and the level that a statement of the form `X == 1` says it has."""
    if isinstance(statement, Operation) and statement.sign == "==":
        first, second = statement.parts
        if isinstance(first, Number):
            first, second = second, first
        if isinstance(first, Value) and not first.settings and isinstance(second, Number) and isinstance(second.value, int):
            return first.node, second.value
    return None


def _node_tables(
    model: CausalModel, copies: Sequence[Copy], numbers: dict[Copy | str, int], sizes: dict[int, int], shares: Mapping[str, Array]
) -> list[Table]:
    """Return the tables of every node that has a copy; types that hidden common causes join, or that are too many, become variables."""
    conditions = model.graph.conditions
    of_node: dict[str, list[Copy]] = {}
    for copy in copies:
        of_node.setdefault(copy.node, []).append(copy)
    typed = {other for node in of_node for other in (*conditions[node], *((node,) if conditions[node] else ()))}
    tables = []
    for node, own in of_node.items():
        if node in typed:
            continue
        if node in model.by_rows and np.ndim(shares.get(node, ())) != 2:
            tables.append(_rows_table(model, node, own, shares, numbers))
        elif len(own) == 1:
            table = model.response_table(node) if node not in shares else responses(model.nodal_types(node), shares[node])
            tables.append(response_table(own[0], model.shape(node), table, numbers))
        elif (summed := joint_table(own, model.nodal_types(node), _shares(model, node, shares), numbers)) is not None:
            tables.append(summed)
        else:
            typed.add(node)
    for node in sorted(typed, key=model.graph.position.__getitem__):
        types = model.nodal_types(node)
        number = len(copies) + len(sizes)
        numbers[node], sizes[number] = number, len(types)
        tables.append(share_table(node, conditions[node], _shares(model, node, shares), numbers))
        tables += [typed_table(copy, types, numbers) for copy in of_node.get(node, ())]
    return tables


def _rows_table(
    model: CausalModel, node: str, own: Sequence[Copy], shares: Mapping[str, Array], numbers: Mapping[Copy | str, int]
) -> Table:
    rows, shape = shares.get(node, model.response_table(node)), model.shape(node)
    return response_table(own[0], shape, rows, numbers) if len(own) == 1 else rows_table(own, shape, rows, numbers)


def _shares(model: CausalModel, node: str, shares: Mapping[str, Array]) -> Array:
    return np.asarray(shares[node], float) if node in shares else model.share_table(node)


def _statement_table(statement: Statement, values: Mapping[Value, Resolved], numbers: Mapping[Copy | str, int]) -> Table:
    """Whether a statement holds, over the copies that it asks about."""
    open_copies = sorted({place for place in values.values() if isinstance(place, Copy)}, key=numbers.__getitem__)
    refuse_beyond_memory(prod(copy.levels for copy in open_copies))
    axes = {
        copy: np.arange(copy.levels).reshape([-1 if other == axis else 1 for other in range(len(open_copies))])
        for axis, copy in enumerate(open_copies)
    }
    holds = evaluate(statement, {value: axes[place] if isinstance(place, Copy) else place for value, place in values.items()})
    shape = tuple(copy.levels for copy in open_copies)
    return Table(tuple(numbers[copy] for copy in open_copies), np.broadcast_to(np.asarray(holds, float), shape))


def _report_table(place: Resolved, chances: Array, numbers: Mapping[Copy | str, int]) -> Table:
    """How probable a report is at each level of the copy that it is about."""
    batch = (BATCH,) if chances.ndim > 1 else ()
    if isinstance(place, Copy):
        return Table((*batch, numbers[place]), chances)
    return Table(batch, chances[..., place])
