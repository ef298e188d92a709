"""What a graph implies: which nodes must be independent of each other, given which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from processtrace.causal.faults import unknown_node
from processtrace.causal.graph import Graph
from processtrace.causal.model import CausalModel

if TYPE_CHECKING:
    import pandas as pd


def independencies(model: CausalModel, observed: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the pairs of nodes that the graph makes independent of each other given others, with a smallest set of these.

    They hold whatever the shares are, and are what data can refute. Pairs that no set of observed nodes separates are left out. A
    node's type depends on those of all earlier nodes of its confounded group, as in the shares of the model, and not only on those that
    a `<->` joins to it.

    Parameters
    ----------
    model
        The causal model.
    observed
        The nodes that can be observed; all of them where left out.

    Returns
    -------
    pandas.DataFrame
        With the columns `first`, `second` and `given`, the last a tuple of nodes in causal order.

    References
    ----------
    Richardson, T. (2003). Markov properties for acyclic directed mixed graphs. https://doi.org/10.1111/1467-9469.00323
    """
    import pandas as pd

    graph = model.graph
    seen = graph.order if observed is None else tuple(sorted(set(observed), key=lambda node: graph.position.get(node, 0)))
    for node in seen:
        if node not in graph.parents:
            raise unknown_node("observed", node, graph.nodes)
    rows = [
        (first, second, given)
        for first, second in combinations(seen, 2)
        if (given := smallest_separator(graph, first, second, seen)) is not None
    ]
    return pd.DataFrame(rows, columns=["first", "second", "given"])


def smallest_separator(graph: Graph, first: str, second: str, observed: Sequence[str]) -> tuple[str, ...] | None:
    """Return a smallest set of observed nodes given which two nodes are independent by the graph; none where there is no such set.

    Two nodes are separated by a set of their ancestors exactly where it cuts every path between them in the graph that joins
    the ancestors without directions, each with its parents and with those that it shares an effect with. So the set is a smallest
    cut, which is found as a largest flow.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    around = joined(graph, graph.ancestors([first, second]))
    nodes = sorted(around, key=graph.position.__getitem__)
    if second in around[first]:
        return None
    place = {node: k for k, node in enumerate(nodes)}
    endless = len(nodes) + 1
    capacity = np.zeros((2 * len(nodes), 2 * len(nodes)), np.int32)  # node k enters at 2 k and leaves at 2 k + 1
    for node, near in around.items():
        capacity[2 * place[node], 2 * place[node] + 1] = 1 if node in observed and node not in (first, second) else endless
        for other in near:
            capacity[2 * place[node] + 1, 2 * place[other]] = endless
    start, end = 2 * place[first] + 1, 2 * place[second]
    flow = maximum_flow(csr_array(capacity), start, end)
    if flow.flow_value >= endless:
        return None
    left = csr_array(np.maximum(capacity - flow.flow.toarray(), 0))
    reached = set(breadth_first_order(left, start, return_predecessors=False).tolist())
    return tuple(node for node in nodes if 2 * place[node] in reached and 2 * place[node] + 1 not in reached)


def joined(graph: Graph, ancestors: set[str]) -> dict[str, set[str]]:
    """Return which of these nodes are joined without directions: a district of hidden common causes, with all parents, is one clique."""
    hidden: dict[str, set[str]] = {node: set() for node in ancestors}
    for first in ancestors:
        for second in ancestors.intersection(graph.conditions[first]):
            hidden[first].add(second)
            hidden[second].add(first)
    around: dict[str, set[str]] = {node: set() for node in ancestors}
    for node in ancestors:
        district, edge = {node}, [node]
        while edge:
            new = hidden[edge.pop()] - district
            district |= new
            edge += new
        clique = district | {parent for one in district for parent in graph.parents[one]}
        for one in clique:
            around[one] |= clique - {one}
    return around
