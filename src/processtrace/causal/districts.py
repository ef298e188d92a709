"""What a population shows of shares: the districts of a graph, the answers of their joint types, and the linear equations that data give.

A district is a group of nodes whose types may depend on each other, because hidden common causes join them or because a node that nobody
observed has an effect on them. Given the probabilities of the observed nodes, the shares of its joint types are any that solve some
linear equations (Balke and Pearl 1997; Tian and Pearl 2002).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.elimination import refuse_beyond_memory
from processtrace.causal.model import CausalModel
from processtrace.causal.nodal_types import NodalTypes, strides
from processtrace.causal.statements import Statement, Value, evaluate, values_of
from processtrace.causal.worlds import Resolved, Worlds
from processtrace.errors import AnalysisError
from processtrace.logspace import Array

MOST_JOINT_TYPES = 2**17
"""Joint types of one district beyond which a question about all shares is refused."""

Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class District:
    """Nodes in causal order, and every combination of their types that is possible (joint type, node).

    `free` says whether the joint types can have any shares; else the graph says that some of the nodes' types are independent.
    """

    nodes: tuple[str, ...]
    types: Places
    free: bool


def districts(model: CausalModel, observed: Collection[str]) -> tuple[District, ...]:
    """Return the districts of a model of which some nodes are observed, those of earlier nodes first.

    Raises
    ------
    AnalysisError
        If one of them has too many joint types.
    """
    graph = model.graph
    shown = graph.ancestors(observed)
    home = {node: {node} for node in model.nodes}

    def join(first: str, second: str) -> None:
        if home[first] is not home[second]:
            home[first] |= home[second]
            for node in home[second]:
                home[node] = home[first]

    for node in model.nodes:
        for other in graph.conditions[node]:
            join(other, node)
    bare = {id(group): set(group) for group in home.values()}
    for node in model.nodes:
        for parent in graph.parents[node]:
            if parent not in observed and node in shown:
                join(parent, node)
    groups = {id(group): sorted(group, key=graph.position.__getitem__) for group in home.values()}
    return tuple(
        _district(model, nodes, set(nodes) in bare.values())
        for nodes in sorted(groups.values(), key=lambda nodes: graph.position[nodes[0]])
    )


def _district(model: CausalModel, nodes: Sequence[str], bare: bool) -> District:
    sizes = [len(model.nodal_types(node)) for node in nodes]
    if prod(sizes) > MOST_JOINT_TYPES:
        raise AnalysisError(
            f"{', '.join(nodes)} have {prod(sizes):,} combinations of types that may depend on each other, and at most "
            f"{MOST_JOINT_TYPES:,} are allowed; restrict their types, or leave a hidden common cause out"
        )
    chained = all(model.graph.conditions[node] == tuple(nodes[:place]) for place, node in enumerate(nodes))
    return District(tuple(nodes), np.indices(sizes).reshape(len(sizes), -1).T, bare and chained)


@dataclass(frozen=True, eq=False)
class Answers:
    """The number of a question and whether a condition holds, for every combination of kinds of the districts' joint types.

    `kinds` says for each joint type of each district of which kind it is: those of one kind answer alike. `number` is the question's
    where the condition holds, else 0; both it and `holds` have one axis for each district.
    """

    kinds: tuple[Places, ...]
    number: Array
    holds: Array


def answers(model: CausalModel, whole: Sequence[District], asked: Statement, known: Sequence[Statement]) -> Answers:
    """Return how every combination of joint types answers a question.

    Raises
    ------
    AnalysisError
        If there are more than 2**27 combinations.
    """
    worlds = Worlds(model.graph, {})
    places: dict[Value, Resolved] = {value: worlds.value(value) for part in (asked, *known) for value in values_of(part)}
    named = {copy.node for copy in worlds.copies.values()}
    kinds, rows = [], []
    for one in whole:
        columns = [column for column, node in enumerate(one.nodes) if node in named]
        unique, members = np.unique(one.types[:, columns], axis=0, return_inverse=True)
        kinds.append(members.ravel())
        rows.append({one.nodes[column]: unique[:, place] for place, column in enumerate(columns)})
    shape = tuple(int(own.max()) + 1 for own in kinds)
    refuse_beyond_memory(prod(shape))
    found: dict[int, Array | int] = {}

    def level(place: Resolved) -> Array | int:
        return place if isinstance(place, int) else found[id(place)]

    for copy in worlds.copies.values():
        axis = next(k for k, own in enumerate(rows) if copy.node in own)
        types = model.nodal_types(copy.node)
        own = rows[axis][copy.node].reshape([-1 if k == axis else 1 for k in range(len(shape))])
        found[id(copy)] = types.outputs[own, _combination(types, [level(place) for place in copy.inputs])]
    levels = {value: level(place) for value, place in places.items()}
    holds = np.ones((1,) * len(shape))
    for statement in known:
        holds = holds * np.asarray(evaluate(statement, levels), float)
    number = np.asarray(np.multiply(evaluate(asked, levels), 1.0)) * holds
    return Answers(tuple(kinds), np.broadcast_to(number, shape), np.broadcast_to(holds, shape))


def _combination(types: NodalTypes, inputs: Sequence[Array | int]) -> Array | int:
    return sum((stride * level for stride, level in zip(strides(types.shape[1]), inputs, strict=True)), start=0)


def equations(model: CausalModel, one: District, observed: Sequence[str], population: Array) -> tuple[Array, Array]:
    """Return the linear equations of a district's shares: the sums of joint types (equation, joint type) and their values (equation).

    Parameters
    ----------
    model
        The causal model.
    one
        The district.
    observed
        The observed nodes, in causal order.
    population
        The probability of every combination of their levels, with one axis for each.
    """
    axis = {node: k for k, node in enumerate(observed)}
    rows, values = [np.ones(len(one.types))], [1.0]
    before: dict[tuple[int, ...], float] = {(): 1.0}
    scope: tuple[str, ...] = ()
    for place, node in enumerate(one.nodes):
        if node not in axis:
            continue
        own = one.nodes[: place + 1]
        parents = {parent for other in own for parent in model.graph.parents[other]}
        given = tuple(sorted((({*own} | parents) & set(observed)) - {node}, key=axis.__getitem__))
        table = _conditional(population, [axis[other] for other in given], axis[node])
        wide = (*given, node)
        kept = [wide.index(other) for other in scope]
        now: dict[tuple[int, ...], float] = {}
        for levels in product(*(range(len(model.graph.levels[other])) for other in wide)):
            earlier = before.get(tuple(levels[k] for k in kept))
            chance = 0.0 if earlier == 0 else float("nan") if earlier is None else earlier * float(table[levels])
            if chance == chance:
                now[levels] = chance
                rows.append(_agrees(model, one, own, dict(zip(wide, levels, strict=True)), axis.keys()))
                values.append(chance)
        before, scope = now, wide
    return np.array(rows, float), np.array(values)


def _conditional(population: Array, given: Sequence[int], last: int) -> Array:
    """Return the probability of one node given others (one axis for each of these, then its own); NaN where that never happens."""
    others = tuple(k for k in range(population.ndim) if k not in given and k != last)
    kept = [k for k in range(population.ndim) if k not in others]
    joint = population.sum(axis=others).transpose([kept.index(k) for k in (*given, last)])
    with np.errstate(invalid="ignore"):
        return np.asarray(joint / joint.sum(axis=-1, keepdims=True))


def _agrees(model: CausalModel, one: District, nodes: Sequence[str], levels: dict[str, int], observed: Collection[str]) -> Array:
    """Return for each joint type whether its nodes have these levels, where everything else that is observed has them."""
    found: dict[str, Array | int] = {}
    agrees = np.ones(len(one.types), bool)
    for column, node in enumerate(nodes):
        types = model.nodal_types(node)
        inputs = [levels[parent] if parent in observed else found[parent] for parent in types.parents]
        output = types.outputs[one.types[:, column], _combination(types, inputs)]
        found[node] = output
        if node in observed:
            agrees &= output == levels[node]
    return agrees.astype(float)
