"""Nodes whose response to each row of their parents' values is independent of their responses to the others (`rule: rows`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import prod

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.faults import fault
from processtrace.causal.grammar import read_statement
from processtrace.causal.graph import Graph
from processtrace.causal.nodal_types import MOST_TYPES, NodalTypes, strides
from processtrace.causal.shares import Share, Stated, about_one_node, spread
from processtrace.causal.statements import evaluate, values_of
from processtrace.errors import Location
from processtrace.logspace import Array


def check_rows(node: str, graph: Graph, said: Mapping[str, Collection[str]]) -> None:
    """Refuse a node that can't answer by rows.

    Parameters
    ----------
    node
        The node.
    graph
        The graph that has it.
    said
        For each key that lists types, the nodes that it is about.

    Raises
    ------
    StudyError
        If it has no parents, a hidden common cause, a key that lists types, or more than two million rows times levels.
    """
    where, loc = f"rule of {node}", ("rule", node)
    if not graph.parents[node]:
        raise fault(where, "'rows' at a node without parents", "a node with parents", "leave the rule out", loc)
    joined = {other for own, conditions in graph.conditions.items() if conditions for other in (own, *conditions)}
    if node in joined:
        raise fault(where, "'rows' at a node with a hidden common cause", "a node without one: types of rows depend on nothing", loc=loc)
    for key, nodes in said.items():
        if node in nodes:
            allowed = "shares of rows: what is impossible in a row has the share 0 there"
            raise fault(where, f"'rows' beside '{key}'", allowed, loc=loc)
    number = prod(len(graph.levels[one]) for one in (node, *graph.parents[node]))
    if number > MOST_TYPES:
        raise fault(where, f"{number:,} shares of rows", f"at most {MOST_TYPES:,}", "leave an arrow out", loc)


def row_shares(node: str, graph: Graph, stated: Stated) -> Array:
    """Return how common each value of a node is in each row (combination of its parents' values, value).

    Parameters
    ----------
    node
        The node.
    graph
        The graph that has it.
    stated
        Statements that set every parent, such as `Y[A=1, B=0] == 1`, each with its share of cases. Values of a row that no statement is
        about have equal shares of what remains.

    Raises
    ------
    StudyError
        If a statement does not set every parent in one way; if shares of a row exceed 1, overlap or leave nothing for the rest.
    """
    parents, levels = graph.parents[node], graph.levels[node]
    sizes = tuple(len(graph.levels[parent]) for parent in parents)
    loc: Location = ("shares", node)
    table = np.full((prod(sizes), len(levels)), 1 / len(levels))
    by_row: dict[int, list[tuple[str, Share, NDArray[np.bool_]]]] = {}
    for key, share in stated:
        where = f"shares of {node}, '{key}'"
        if isinstance(share, tuple):
            raise fault(where, "a range", "with rows one number", loc=(*loc, key))
        statement = read_statement(key, graph, where, (*loc, key))
        about_one_node(statement, node, graph, where, (*loc, key))
        rows = {tuple(dict(value.settings).get(parent) for parent in parents) for value in values_of(statement)}
        row = [level for level in next(iter(rows)) if isinstance(level, int)]
        if len(rows) > 1 or len(row) < len(parents):
            allowed = f"with rows a statement that sets every parent, in one way: {', '.join(parents)}"
            raise fault(where, "more than one row", allowed, loc=(*loc, key))
        place = sum(step * level for step, level in zip(strides(sizes), row, strict=True))
        holds = [bool(evaluate(statement, dict.fromkeys(values_of(statement), level))) for level in range(len(levels))]
        by_row.setdefault(place, []).append((key, share, np.array(holds)))
    for place, entries in by_row.items():
        set_to = ", ".join(
            f"{parent}={graph.levels[parent][place // step % size]}"
            for parent, step, size in zip(parents, strides(sizes), sizes, strict=True)
        )
        table[place] = spread((levels, "level"), entries, f"shares of {node} at {set_to}", loc)
    return table


def product_shares(types: NodalTypes, rows: Array) -> Array:
    """Return the share of each type where its responses to rows are independent: the product of the shares of its values."""
    return np.asarray(rows[np.arange(len(rows)), types.outputs].prod(axis=1))
