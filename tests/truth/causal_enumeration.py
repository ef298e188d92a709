"""Causal models by enumeration of every causal type, in fractions: the oracle of the engine, which shares no code with it.

It takes the words of `CausalModel`, reads graphs and statements by means of its own (statements become Python expressions), and
adds up the shares of all combinations of types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from itertools import product
from types import CodeType

TOKEN = re.compile(r"\s*([A-Za-z_]\w*|\d+|==|!=|<=|>=|.)")
WORDS = {"&": "and", "|": "or", "!": "not"}
NAMED = {"never": "00", "lowers": "10", "raises": "01", "always": "11"}


class Enumeration:
    def __init__(self, graph, levels=None, never=(), keep=None, parents=None, shares=None):
        self.nodes, self.parents, self.hidden = read(graph)
        self.parents.update({node: list(order) for node, order in (parents or {}).items()})
        self.levels = {node: (levels or {}).get(node, 2) for node in self.nodes}
        self.order = causal_order(self.nodes, self.parents)
        self.conditions = {node: earlier(node, self.order, self.hidden) for node in self.nodes}
        self.types = {node: self.possible(node, never, (keep or {}).get(node)) for node in self.nodes}
        self.stated = shares or {}

    @cached_property
    def shares(self) -> dict[str, dict[tuple[str, ...], list[Fraction]]]:
        return {node: self.sets(node, self.stated) for node in self.nodes}

    @cached_property
    def causal_types(self) -> list[tuple[Fraction, dict[str, tuple[int, ...]]]]:
        return list(self.enumerated())

    def combinations(self, node) -> list[dict[str, int]]:
        """The combinations of the parents' values, the first parent running fastest."""
        parents = self.parents[node]
        found = product(*(range(self.levels[parent]) for parent in reversed(parents)))
        return [dict(zip(parents, reversed(values), strict=True)) for values in found]

    def possible(self, node, never, keep) -> list[tuple[int, ...]]:
        size = len(self.combinations(node))
        every = (tuple(reversed(digits)) for digits in product(range(self.levels[node]), repeat=size))
        bans = [code for code, names in map(self.code, never) if names == {node}]
        kept = [t for t in every if keep is None or label(t) in keep]
        return [t for t in kept if not any(any(self.truths(code, node, t)) for code in bans)]

    def truths(self, code, node, outputs) -> list[bool]:
        """Whether a statement about one node's type holds, at each combination of its parents' values."""
        combinations = self.combinations(node)
        return [bool(eval(code, {"V": lambda _, do, c=c: outputs[combinations.index({**c, **do})]})) for c in combinations]

    def sets(self, node, shares) -> dict[tuple[str, ...], list[Fraction]]:
        labels = [[label(t) for t in self.types[other]] for other in self.conditions[node]]
        return {named: self.one_set(node, shares.get(f"{node}|{','.join(named)}", shares.get(node, {}))) for named in product(*labels)}

    def one_set(self, node, stated) -> list[Fraction]:
        types = self.types[node]
        found: dict[tuple[int, ...], Fraction] = {}
        for key, share in stated.items():
            of = [t for t in types if label(t) == NAMED.get(key, key)]
            if key.endswith(("everywhere", "somewhere")):
                text, scope = key.rsplit(" ", 1)
                code, _ = self.code(text)
                of = [t for t in types if (all if scope == "everywhere" else any)(self.truths(code, node, t))]
            found |= {t: Fraction(share) / len(of) for t in of}
        rest = [t for t in types if t not in found]
        left = 1 - sum(found.values())
        return [found[t] if t in found else left / len(rest) for t in types]

    def enumerated(self) -> Iterator[tuple[Fraction, dict[str, tuple[int, ...]]]]:
        """Every causal type that is possible, with its share."""
        found: list[tuple[Fraction, dict[str, tuple[int, ...]]]] = [(Fraction(1), {})]
        for node in self.order:
            found = [
                (weight * share, {**types, node: t})
                for weight, types in found
                for t, share in zip(self.types[node], self.shares[node][tuple(label(types[c]) for c in self.conditions[node])], strict=True)
                if share
            ]
        yield from found

    def code(self, text) -> tuple[CodeType, set[str]]:
        """A statement as a Python expression over V(node, settings), and the nodes whose values it takes."""
        out, names, depth, setting = [], set(), [], False
        tokens = TOKEN.findall(text)
        for k, token in enumerate(tokens):
            following = tokens[k + 1] if k + 1 < len(tokens) else ""
            if token in ("and", "or", "not"):
                out.append(f" {token} ")
            elif re.match(r"[A-Za-z_]", token) and setting:
                out.append(f"'{token}':")
            elif re.match(r"[A-Za-z_]", token):
                if not depth:
                    names.add(token)
                out.append(f"V('{token}',{{" if following == "[" else f"V('{token}',{{}})")
            elif token == "[":
                depth.append(token)
            elif token == "]":
                depth.pop()
                out.append("})")
            elif token != "=":
                out.append(f" {WORDS.get(token, token)} ")
            setting = bool(depth) and token in ("[", ",")
        return compile("(" + "".join(out) + ")", text, "eval"), names

    def evaluate(self, code, types):
        """The truth or number of a statement in a case of this causal type."""

        def value(node, do):
            if node in do:
                return do[node]
            number, stride = 0, 1
            for parent in self.parents[node]:
                number += stride * value(parent, do)
                stride *= self.levels[parent]
            return types[node][number]

        return eval(code, {"V": value})

    def answer(self, query, given="", reports=()) -> tuple[Fraction | None, Fraction]:
        """The expectation of a query (None where that is impossible) and the probability of what is given."""
        asked, known = self.code(query)[0], self.code(given or "1 == 1")[0]
        seen = [(self.code(node)[0], chances) for node, chances in reports]
        total = mean = Fraction(0)
        for weight, types in self.causal_types:
            if not self.evaluate(known, types):
                continue
            for code, chances in seen:
                weight *= chances[self.evaluate(code, types)]
            if weight:
                total += weight
                mean += weight * int(self.evaluate(asked, types))
        return (mean / total if total else None), total


def label(outputs) -> str:
    return "".join(map(str, outputs))


def causal_order(nodes, parents) -> list[str]:
    """Causes first; of those that could come next the one that is named first."""
    order: list[str] = []
    while len(order) < len(nodes):
        order.append(next(n for n in nodes if n not in order and all(p in order for p in parents[n])))
    return order


def earlier(node, order, hidden) -> list[str]:
    """The earlier nodes of the node's group: those reached from it over hidden causes among nodes up to it."""
    allowed = order[: order.index(node) + 1]
    group = [node]
    for one in group:
        for first, second in hidden:
            for here, there in ((first, second), (second, first)):
                if here == one and there in allowed and there not in group:
                    group.append(there)
    return [one for one in order if one in group and one != node]


def read(graph) -> tuple[list[str], dict[str, list[str]], list[tuple[str, str]]]:
    """Nodes in the order of their first mention, parents in the order of their arrows, and hidden pairs."""
    nodes: list[str] = []
    parents: dict[str, list[str]] = {}
    hidden = []
    for chain in graph.replace("\n", ";").split(";"):
        parts = chain.split()
        for place, name in list(enumerate(parts))[::2]:
            if name not in nodes:
                nodes.append(name)
                parents[name] = []
            if place:
                before, arrow = parts[place - 2], parts[place - 1]
                if arrow == "<->":
                    hidden.append((before, name))
                else:
                    cause, effect = (before, name) if arrow == "->" else (name, before)
                    parents[effect].append(cause)
    return nodes, parents, hidden
