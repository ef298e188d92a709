"""The parts of a model whose shares are learned together: a node, or a group of nodes that hidden common causes join.

Every complete description of a case is one event in each component, whatever else is so: the values of its nodes, given those of their
parents. Its probability is a sum of joint shares, so the likelihood of a case is a product of such sums (Tian and Pearl 2002).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.model import CausalModel
from processtrace.errors import AnalysisError
from processtrace.logspace import Array

MOST_JOINT_TYPES = 2**17
"""Combinations of the types of a group's nodes beyond which its shares are not learned."""

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Component:
    """A node, or a group of nodes in causal order, with the Dirichlet weights of their shares.

    `conditions` holds for each node the places in `nodes` of those on whose types its type depends, and `weights` its table (type of
    each condition, ..., type). A joint type is one type for each node; `types` (joint type, node) holds those with a weight above 0.
    """

    nodes: tuple[str, ...]
    conditions: tuple[tuple[int, ...], ...]
    weights: tuple[Array, ...]
    types: Places

    def __len__(self) -> int:
        """Return how many joint types there are."""
        return len(self.types)

    @cached_property
    def entries(self) -> tuple[Places, ...]:
        """For each node the place of every joint type in its flat table."""
        return tuple(
            np.ravel_multi_index(tuple(self.types[:, [*conditions, place]].T), table.shape)
            for place, (conditions, table) in enumerate(zip(self.conditions, self.weights, strict=True))
        )

    @cached_property
    def chained(self) -> bool:
        """Whether each node's type depends on those of all earlier ones, so that any joint shares are possible."""
        return all(conditions == tuple(range(place)) for place, conditions in enumerate(self.conditions))

    def joint_shares(self, tables: Sequence[Array]) -> Array:
        """Return the share of each joint type (draw, joint type) from the tables of the nodes (draw, ...)."""
        whole = np.ones((len(tables[0]), len(self)))
        for table, places in zip(tables, self.entries, strict=True):
            whole *= table.reshape(len(table), -1)[:, places]
        return whole

    def tables(self, joint_shares: Array) -> list[Array]:
        """Return the table of each node (draw, ...) from joint shares; expected shares where a condition never happens."""
        found = []
        for place, (conditions, table) in enumerate(zip(self.conditions, self.weights, strict=True)):
            sums = self.sums(joint_shares, place).reshape(len(joint_shares), *table.shape)
            total = sums.sum(axis=-1, keepdims=True)
            expected = table / table.sum(axis=-1, keepdims=True)
            found.append(
                np.divide(sums, total, out=np.broadcast_to(expected, sums.shape).copy(), where=total > 0) if conditions else sums / total
            )
        return found

    def sums(self, values: Array, place: int) -> Array:
        """Return values of joint types (draw, joint type) summed to the flat table of one node (draw, entry)."""
        entries, size = self.entries[place], self.weights[place].size
        if len(self.nodes) == 1 and size == len(self):
            return values
        summed = np.zeros((len(values), size), values.dtype)
        if len(entries) <= 4096:
            onto = np.zeros((len(entries), size), values.dtype)
            onto[np.arange(len(entries)), entries] = 1
            return np.asarray(values @ onto)
        for joint_type, entry in enumerate(entries):
            summed[:, entry] += values[:, joint_type]
        return summed

    def drawn(self, counts: Array, random: np.random.Generator) -> Array:
        """Return joint shares (draw, joint type), one draw from the posterior of the shares for each row of counts of joint types."""
        tables = []
        for place, table in enumerate(self.weights):
            sums = self.sums(counts, place)
            tables.append(dirichlet(table.ravel() + sums, table.shape[-1], random).reshape(len(counts), *table.shape))
        return self.joint_shares(tables) if len(self.nodes) > 1 or len(self) < self.weights[0].size else tables[0]


def dirichlet(weights: Array, types: int, random: np.random.Generator) -> Array:
    """Return draws of shares for weights (draw, entry), each run of so many entries a Dirichlet; a weight of 0 is a share of 0."""
    positive = weights > 0
    if (weights[positive] > 0.1).all():
        drawn = random.standard_gamma(weights)
        whole = drawn.reshape(len(weights), -1, types)
        return np.asarray((whole / whole.sum(axis=-1, keepdims=True)).reshape(weights.shape))
    # A small weight underflows: gamma(a) is gamma(a + 1) times a uniform number to the power 1/a (Marsaglia and Tsang 2000).
    with np.errstate(divide="ignore"):
        logs = np.log(random.standard_gamma(weights + 1)) + np.log(random.random(weights.shape)) / weights
    logs = np.where(positive, logs, -np.inf).reshape(len(weights), -1, types)
    whole = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return np.asarray((whole / whole.sum(axis=-1, keepdims=True)).reshape(weights.shape))


def components(model: CausalModel) -> tuple[Component, ...]:
    """Return the components of a model, those of earlier nodes first.

    Raises
    ------
    AnalysisError
        If hidden common causes join nodes with too many types.
    """
    groups: dict[str, list[str]] = {}
    for node in model.nodes:
        merged = [groups[other] for other in model.graph.conditions[node]]
        group = [*sorted({one for names in merged for one in names}, key=model.graph.position.__getitem__), node]
        for one in group:
            groups[one] = group
    unique = {id(group): group for group in groups.values()}
    return tuple(_component(model, group) for group in sorted(unique.values(), key=lambda group: model.graph.position[group[0]]))


def _component(model: CausalModel, nodes: Sequence[str]) -> Component:
    place = {node: k for k, node in enumerate(nodes)}
    conditions = tuple(tuple(place[other] for other in model.graph.conditions[node]) for node in nodes)
    weights = tuple(model.weight_table(node) for node in nodes)
    sizes = [table.shape[-1] for table in weights]
    if len(nodes) > 1 and prod(sizes) > MOST_JOINT_TYPES:
        raise AnalysisError(
            f"the shares of {', '.join(nodes)}, which hidden common causes join, are of {prod(sizes):,} combinations of types, and at most "
            f"{MOST_JOINT_TYPES:,} can be learned; restrict their types, or leave a hidden common cause out"
        )
    types = np.indices(sizes).reshape(len(sizes), -1).T
    possible: Mask = np.ones(len(types), bool)
    for k, (own, table) in enumerate(zip(conditions, weights, strict=True)):
        possible &= table[tuple(types[:, [*own, k]].T)] > 0
    return Component(tuple(nodes), conditions, weights, types[possible])


def expected(whole: Sequence[Component]) -> Mapping[str, Array]:
    """Return the expected shares of each node before any case."""
    return {node: table / table.sum(axis=-1, keepdims=True) for one in whole for node, table in zip(one.nodes, one.weights, strict=True)}
