"""The graph of a causal model: nodes, arrows, hidden common causes, and the levels of each node."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from processtrace.causal.faults import fault, unknown_node

BINARY = ("0", "1")
RESERVED = frozenset({"and", "or", "not", "everywhere", "somewhere", "otherwise"})

_TOKEN = re.compile(r"\s*(?:(?P<name>[^\W\d]\w*)|(?P<arrow><->|->|<-)|(?P<other>\S))")
_ALLOWED = "node names joined by '->', '<-' or '<->', chains separated by ';' or on lines of their own, as in 'X -> M -> Y; X <-> Y'"


@dataclass(frozen=True)
class Graph:
    """A directed graph without cycles, with hidden common causes of pairs of nodes.

    `nodes` stand in the order in which they are first named; `arrows` are (cause, effect) and `hidden` the pairs joined by `<->`;
    `labels` holds the labels of each node's levels, and `order_of_parents` the parents of each node in the order that labels of
    types count them, both in the order of `nodes`.
    """

    nodes: tuple[str, ...]
    order_of_parents: tuple[tuple[str, ...], ...]
    hidden: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, ...], ...]

    @cached_property
    def _hash(self) -> int:
        return hash((self.nodes, self.order_of_parents, self.hidden, self.labels))

    def __hash__(self) -> int:
        """Return the hash of the graph's words, worked out once."""
        return self._hash

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """The parents of each node, in the order that the labels of its types count them."""
        return dict(zip(self.nodes, self.order_of_parents, strict=True))

    @cached_property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """The labels of each node's levels."""
        return dict(zip(self.nodes, self.labels, strict=True))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The nodes in causal order: causes first, and among equals in the order in which they are named."""
        return tuple(_causal_order(self.nodes, self.parents))

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of each node in causal order."""
        return {node: place for place, node in enumerate(self.order)}

    @cached_property
    def conditions(self) -> dict[str, tuple[str, ...]]:
        """The earlier nodes on whose types each node's type depends (Tian and Pearl 2002).

        They are those that hidden common causes join to it, directly or through other earlier nodes.
        """
        joined: dict[str, set[str]] = {node: set() for node in self.nodes}
        for first, second in self.hidden:
            joined[first].add(second)
            joined[second].add(first)
        found = {}
        for node in self.order:
            group, edge = {node}, [node]
            while edge:
                near = {other for other in joined[edge.pop()] if self.position[other] < self.position[node]} - group
                group |= near
                edge += near
            found[node] = tuple(sorted(group - {node}, key=self.position.__getitem__))
        return found

    def ancestors(self, nodes: Iterable[str]) -> set[str]:
        """Return the nodes given and everything that has an arrow into one of them, directly or through others."""
        found, edge = set(nodes), list(nodes)
        while edge:
            new = set(self.parents[edge.pop()]) - found
            found |= new
            edge += new
        return found

    def level(self, node: str, value: object) -> int:
        """Return the number of a node's level that is given by its number or its label.

        Raises
        ------
        StudyError
            If it is no level of the node.
        """
        labels = self.levels[node]
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        if text not in labels and (whole := re.fullmatch(r"(\d+)\.0+", text)):  # a column of numbers with blanks is written so
            text = whole[1]
        if text in labels:
            return labels.index(text)
        if not isinstance(value, bool) and text.isdecimal() and int(text) < len(labels):
            return int(text)
        allowed = ", ".join(labels) if labels[0] == "0" else ", ".join(f"{label} ({k})" for k, label in enumerate(labels))
        raise fault(f"a value of {node}", f"'{value}'", f"one of its levels: {allowed}")

    def __str__(self) -> str:
        arrows = [f"{parent} -> {node}" for node in self.nodes for parent in self.parents[node]]
        arrows += [f"{first} <-> {second}" for first, second in self.hidden]
        alone = [node for node in self.nodes if not any(node in re.split(r" <?-> ", arrow) for arrow in arrows)]
        return "; ".join(arrows + alone)


def read_graph(
    text: str | Sequence[str],
    levels: Mapping[str, int | Sequence[object]] | None = None,
    parents: Mapping[str, Sequence[str]] | None = None,
) -> Graph:
    """Return the graph that is written as arrows, with the levels and the orders of parents that are stated.

    Parameters
    ----------
    text
        Chains such as `I -> M -> D <- P`, separated by `;` or on lines of their own; `<->` is a hidden common cause.
    levels
        For a node with more than two levels, how many there are or their labels.
    parents
        For a node, its parents in the order that the labels of its types count them; as the arrows are written where left out.

    Raises
    ------
    StudyError
        If the text can't be read, has a cycle, or does not agree with `levels` and `parents`.
    """
    nodes, arrows, hidden = _arrows(text if isinstance(text, str) else "\n".join(text))
    into: dict[str, list[str]] = {node: [] for node in nodes}
    for cause, effect in arrows:
        into[effect].append(cause)
    if len(_causal_order(nodes, into)) < len(nodes):
        ring = _ring(nodes, into)
        raise fault(
            "graph", f"the ring {' -> '.join(ring)}", "a graph in which no node is its own cause", "leave one of its arrows out", ("graph",)
        )
    for node, ordered in (parents or {}).items():
        if node not in into:
            raise unknown_node("parents", node, nodes, ("parents", node))
        if isinstance(ordered, str) or sorted(ordered) != sorted(into[node]):
            raise fault(
                f"parents of {node}",
                f"'{ordered if isinstance(ordered, str) else ', '.join(map(str, ordered))}'",
                f"each of its parents once: {', '.join(into[node]) or 'it has none'}",
                loc=("parents", node),
            )
        into[node] = list(ordered)
    for node in levels or {}:
        if node not in into:
            raise unknown_node("levels", node, nodes, ("levels", node))
    labels = tuple(_labels(node, (levels or {}).get(node, 2), nodes) for node in nodes)
    return Graph(tuple(nodes), tuple(tuple(into[node]) for node in nodes), hidden, labels)


def _arrows(text: str) -> tuple[list[str], list[tuple[str, str]], tuple[tuple[str, str], ...]]:
    """Return the nodes, the arrows and the hidden pairs of a text, each once."""
    nodes: dict[str, None] = {}
    arrows: dict[tuple[str, str], None] = {}
    hidden: dict[frozenset[str], None] = {}
    for chain in re.split(r"[;\n]", text):
        last, arrow = "", ""
        for match in _TOKEN.finditer(chain):
            name, sign = match["name"], match["arrow"]
            if match["other"] or (name and last and not arrow) or (sign and (arrow or not last)):
                raise fault("graph", f"'{match[0].strip()}' in '{chain.strip()}'", _ALLOWED, loc=("graph",))
            if sign:
                arrow = sign
                continue
            if name in RESERVED:
                raise fault("graph", f"a node called '{name}'", f"any name but {', '.join(sorted(RESERVED))}", loc=("graph",))
            nodes[name] = None
            if last:
                if last == name:
                    raise fault("graph", f"'{last} {arrow} {name}'", "an arrow between two different nodes", loc=("graph",))
                if arrow == "<->":
                    hidden[frozenset((last, name))] = None
                else:
                    arrows[(last, name) if arrow == "->" else (name, last)] = None
            last, arrow = name, ""
        if arrow:
            raise fault("graph", f"'{chain.strip()}', which ends in an arrow", _ALLOWED, loc=("graph",))
    if not nodes:
        raise fault("graph", "no node", _ALLOWED, loc=("graph",))
    place = {node: k for k, node in enumerate(nodes)}
    pairs = (sorted(pair, key=place.__getitem__) for pair in hidden)
    return list(nodes), list(arrows), tuple(sorted(((a, b) for a, b in pairs), key=lambda pair: (place[pair[0]], place[pair[1]])))


def _causal_order(nodes: Sequence[str], parents: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the nodes, causes first; those of a cycle are missing."""
    place = {node: k for k, node in enumerate(nodes)}
    waiting = {node: len(parents[node]) for node in nodes}
    effects: dict[str, list[str]] = {node: [] for node in nodes}
    for node in nodes:
        for parent in parents[node]:
            effects[parent].append(node)
    ready, order = [place[node] for node in nodes if not waiting[node]], []
    heapq.heapify(ready)
    while ready:
        node = nodes[heapq.heappop(ready)]
        order.append(node)
        for effect in effects[node]:
            waiting[effect] -= 1
            if not waiting[effect]:
                heapq.heappush(ready, place[effect])
    return order


def _ring(nodes: Sequence[str], parents: Mapping[str, Sequence[str]]) -> list[str]:
    """One cycle, from a node back to it along the arrows."""
    left = set(nodes) - set(_causal_order(nodes, parents))
    path = [next(node for node in nodes if node in left)]
    while path[-1] not in path[:-1]:
        path.append(next(parent for parent in parents[path[-1]] if parent in left))
    return path[path.index(path[-1]) :][::-1]


def _labels(node: str, levels: int | Sequence[object], nodes: Sequence[str]) -> tuple[str, ...]:
    where, loc = f"levels of {node}", ("levels", node)
    if isinstance(levels, int) and not isinstance(levels, bool):
        if levels < 2:
            raise fault(where, f"{levels}", "two levels or more", loc=loc)
        return tuple(str(k) for k in range(levels))
    if isinstance(levels, str | bool | float) or len(levels) < 2:
        raise fault(where, f"{levels}", "how many there are, or a list of two labels or more", loc=loc)
    labels = tuple(str(label) for label in levels)
    if len(set(labels)) < len(labels):
        raise fault(where, f"{', '.join(labels)}", "labels that differ from each other", loc=loc)
    for k, label in enumerate(labels):
        if label.isdecimal() and label != str(k):
            raise fault(where, f"'{label}'", f"a word, or the level's own number {k}: a number is read as the place of a level", loc=loc)
        if label in nodes or label in RESERVED or not label.strip():
            raise fault(where, f"'{label}'", "a label that is neither blank, nor the name of a node, nor a word of the notation", loc=loc)
    return labels
