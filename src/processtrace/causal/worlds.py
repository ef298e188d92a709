"""Parallel worlds: which values of which nodes a question needs, each kept once (the counterfactual graph of Shpitser and Pearl 2007)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processtrace.causal.graph import Graph
from processtrace.causal.statements import Value


@dataclass(eq=False, slots=True)
class Copy:
    """The value that a node takes when its parents have the values `inputs`, in whichever worlds that is so.

    `levels` is how many levels the node has, and `known` its level where it was observed in the world as it is.
    """

    node: str
    levels: int
    inputs: tuple[Resolved, ...]
    known: int | None = None

    @property
    def output(self) -> Resolved:
        """Its level where that is known, and else the copy itself."""
        return self if self.known is None else self.known


Resolved = int | Copy
"""A level that is fixed, or a copy whose level is not known."""


class Worlds:
    """The copies of nodes that a question needs: nothing but ancestors, and one copy for equal inputs.

    Parameters
    ----------
    graph
        The graph.
    observed
        Levels of nodes in the world as it is. Such a level is fixed for everything that follows from it, in every world that shares
        the copy.
    """

    def __init__(self, graph: Graph, observed: Mapping[str, int]):
        self.graph, self.observed = graph, observed
        self.copies: dict[tuple[str, tuple[Resolved, ...]], Copy] = {}
        self._worlds: dict[tuple[tuple[str, Resolved], ...], dict[str, Resolved]] = {}
        factual: dict[str, Resolved] = {}
        self._worlds[()] = factual
        for node in sorted(observed, key=graph.position.__getitem__):
            self._fill(node, factual, True)

    def value(self, asked: Value) -> Resolved:
        """Return the level or the copy that a value is."""
        settings = tuple((node, self.value(to) if isinstance(to, Value) else to) for node, to in asked.settings)
        world = self._worlds.setdefault(settings, dict(settings))
        if asked.node not in world:
            self._fill(asked.node, world, not settings)
        return world[asked.node]

    def _fill(self, asked: str, world: dict[str, Resolved], factual: bool) -> None:
        """Give a world the value of a node, and those of its ancestors that it does not have yet."""
        parents, levels, copies = self.graph.parents, self.graph.levels, self.copies
        for node in self._missing(asked, world):
            inputs = tuple([world[parent] for parent in parents[node]])
            copy = copies.get((node, inputs))
            if copy is None:
                copy = copies[node, inputs] = Copy(node, len(levels[node]), inputs)
            if factual and node in self.observed:
                copy.known = self.observed[node]
            world[node] = copy.output

    def _missing(self, node: str, world: Mapping[str, Resolved]) -> Sequence[str]:
        """Return the node and those of its ancestors that have no value in this world yet, causes first."""
        if world.keys() >= set(self.graph.parents[node]):
            return (node,)
        found, edge = {node}, [node]
        while edge:
            new = {parent for parent in self.graph.parents[edge.pop()] if parent not in world} - found
            found |= new
            edge += new
        return sorted(found, key=self.graph.position.__getitem__)
