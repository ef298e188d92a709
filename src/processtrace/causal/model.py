"""A causal model: a graph, what it holds impossible, and how common each way of responding is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.faults import Faults, fault, unknown_node
from processtrace.causal.grammar import read_statement
from processtrace.causal.graph import Graph, read_graph
from processtrace.causal.nodal_types import (
    MOST_TYPES,
    NodalTypes,
    Shape,
    TooManyTypes,
    possible_types,
    responses,
    too_many,
    type_count,
    type_in_words,
)
from processtrace.causal.row_responses import check_rows, product_shares, row_shares
from processtrace.causal.rules import with_rules
from processtrace.causal.shares import (
    Stated,
    about_one_node,
    outputs_named,
    read_entries,
    read_weights,
    set_of,
    share_table,
    weight_table,
)
from processtrace.causal.statements import Statement
from processtrace.errors import AnalysisError, StudyError
from processtrace.logspace import Array
from processtrace.text.names import counted

if TYPE_CHECKING:
    import pandas as pd

Number = int | float | str | Fraction
Ranged = Number | Sequence[Number]

_read = lru_cache(maxsize=1024)(read_statement)


@dataclass(frozen=True, init=False, repr=False)
class CausalModel:
    """A graph with restrictions and shares: a source of likelihoods that follows from assumptions about causes.

    Parameters
    ----------
    graph
        Arrows, and `<->` for a hidden common cause: `I -> M -> D <- P; I -> D`.
    levels
        For a node with more than two levels, how many there are or their labels, lowest first. Other nodes are 0 or 1.
    never
        Statements that hold for nobody. A type is left out if one of them is true of it at some value of its other parents.
    keep
        For a node, the labels of the types that stay.
    parents
        For a node, the order of its parents wherever labels of types are used; as the arrows are written where left out. The digits
        of a label are the node's values at the combinations of its parents' values, the first parent running fastest.
    shares
        For a node, the expected share of each type, by label; by name for a binary node with one binary parent (`raises`, `lowers`,
        `never`, `always`); or in total by a statement, which says `everywhere` or `somewhere` where it does not set all parents.
        Types left out have equal shares of what remains. `Y|10` holds where the earlier confounded node (or nodes, by comma) has
        this type. Numbers are floats or fractions in text. A list of two numbers is a range: the expected share is its middle, and
        `causal.bounds` uses its ends.
    alpha
        For a node, the weights of the Dirichlet distribution of its shares: a number for all types, or a number by label. The
        expected shares are in proportion.
    rules
        For a node with many parents, how they act together: `noisy-or`, `any`, `all`, or `rows`. With `rows` each row of its parents'
        values has a response of its own, independent of the others, and its shares are stated by row: `Y[A=1, B=0] == 1`.

    Raises
    ------
    StudyError
        With every fault of these words: a cycle, an unknown node, a restriction that leaves no type, shares that exceed 1 or overlap,
        more than two million types.

    References
    ----------
    Humphreys, M., & Jacobs, A. M. (2023). *Integrated Inferences*. Cambridge University Press. https://doi.org/10.1017/9781316718636
    """

    graph: Graph
    never: tuple[str, ...]
    keep: tuple[tuple[str, tuple[str, ...]], ...]
    shares: tuple[tuple[str, Stated], ...]
    alpha: tuple[tuple[str, Stated | Fraction], ...]
    by_rows: frozenset[str]

    def __init__(
        self,
        graph: str | Sequence[str] | Graph,
        levels: Mapping[str, int | Sequence[object]] | None = None,
        never: Sequence[str] | None = None,
        keep: Mapping[str, Sequence[str]] | None = None,
        parents: Mapping[str, Sequence[str]] | None = None,
        shares: Mapping[str, Mapping[str, Ranged]] | None = None,
        alpha: Mapping[str, Number | Mapping[str, Number]] | None = None,
        rules: Mapping[str, str] | None = None,
    ):
        if isinstance(never, str):
            never = [never]
        faults = Faults()
        drawn = graph if isinstance(graph, Graph) else read_graph(graph, levels, parents)
        keep, shares = with_rules(rules or {}, drawn, keep or {}, shares or {})
        stated = [(key, faults.of(read_entries, entries, f"shares of {key}", ("shares", key))) for key, entries in sorted(shares.items())]
        weights = [(key, faults.of(read_weights, key, entries)) for key, entries in sorted((alpha or {}).items())]
        self._set("graph", drawn)
        self._set("never", tuple(never or ()))
        self._set("keep", tuple((node, tuple(str(label) for label in labels)) for node, labels in sorted(keep.items())))
        self._set("shares", tuple((key, entries) for key, entries in stated if entries is not None))
        self._set("alpha", tuple((key, entries) for key, entries in weights if entries is not None))
        self._set("by_rows", frozenset(node for node, rule in (rules or {}).items() if rule == "rows"))
        self._set("_types", {})
        self._set("_shares", {})
        self._set("_responses", {})
        self._check(faults)
        if faults.found:
            raise StudyError(faults.found)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        said = [counted(len(self.never), "restriction", "restrictions")] if self.never else []
        said += [
            f"{word} of {', '.join(key for key, _ in entries)}"
            for word, entries in (("shares", self.shares), ("alpha", self.alpha))
            if entries
        ]
        return f"CausalModel('{self.graph}'{''.join(', ' + one for one in said)})"

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes, in causal order."""
        return self.graph.order

    def read(self, statement: str) -> Statement:
        """Return a statement about this model's nodes, read once."""
        return _read(statement, self.graph) if isinstance(statement, str) else read_statement(statement, self.graph)

    def nodal_types(self, node: str) -> NodalTypes:
        """Return the types of a node that are held possible, built when first asked for."""
        known: dict[str, NodalTypes] = self.__dict__["_types"]
        if node not in known:
            known[node] = self._built(node)
        return known[node]

    def share_table(self, node: str) -> Array:
        """Return the expected shares of a node's types (type of each earlier confounded node, ..., type)."""
        known: dict[str, Array] = self.__dict__["_shares"]
        if node not in known:
            if node in self.by_rows:
                known[node] = product_shares(self.nodal_types(node), self.response_table(node))
            elif node in self._weighted:
                weights = self.weight_table(node)
                known[node] = weights / weights.sum(axis=-1, keepdims=True)
            else:
                known[node] = share_table(self.nodal_types(node), self._conditions(node), self._stated.get(node, {}), self.graph)
            known[node].setflags(write=False)
        return known[node]

    def weight_table(self, node: str) -> Array:
        """Return the Dirichlet weights of a node's types (type of each earlier confounded node, ..., type).

        They are those of `alpha`; where it says nothing of the node, the expected shares times the number of types, which is 1
        for every type where the shares are equal.
        """
        if node in self.by_rows:
            raise AnalysisError(f"node {node} answers by rows; shares of rows are stated, and not learned from cases: leave its rule out")
        if node in self._weighted:
            return weight_table(self.nodal_types(node), self._conditions(node), self._weighted[node], self.graph)
        return self.share_table(node) * len(self.nodal_types(node))

    def response_table(self, node: str) -> Array:
        """Return the probability of each value of an unconfounded node (combination of its parents' values, value)."""
        known: dict[str, Array] = self.__dict__["_responses"]
        if node not in known:
            if node in self.by_rows:
                known[node] = row_shares(node, self.graph, self._stated.get(node, {}).get((), ()))
            else:
                known[node] = responses(self.nodal_types(node), self.share_table(node))
        return known[node]

    def without_types(self, *statements: str) -> CausalModel:
        """Return the model that also leaves out every type for which one of these statements is true somewhere."""
        return self._changed(never=(*self.never, *statements))

    def with_shares(self, shares: Mapping[str, Mapping[str, Ranged]]) -> CausalModel:
        """Return the model with other shares for the parameter sets named (`Y`, `Y|10`); the rest stay as they are."""
        kept: dict[str, Any] = {key: dict(entries) for key, entries in self.shares}
        named = {key.partition("|")[0].strip() for key in shares}
        alpha = {key: entries for key, entries in self._alpha_as_given().items() if key.partition("|")[0].strip() not in named}
        return self._changed(shares={**kept, **shares}, alpha=alpha)

    def types(self, node: str) -> pd.DataFrame:
        """Return the types of a node as a table with its label, what it does in words, and its expected share.

        For a node whose type depends on those of earlier ones, the column `given` holds their types and there is one row for each
        combination.
        """
        import pandas as pd

        if node not in self.graph.parents:
            raise unknown_node("types", node, self.graph.nodes)
        types, table, conditions = self.nodal_types(node), self.share_table(node), self._conditions(node)
        words = [type_in_words(row, node, types.parents, self.graph.levels) for row in types.outputs.tolist()]
        frames = [
            pd.DataFrame(
                {
                    "label": types.labels,
                    "words": words,
                    "share": table[place],
                    **({"given": _given(conditions, place)} if conditions else {}),
                }
            )
            for place in np.ndindex(table.shape[:-1])
        ]
        return pd.concat(frames, ignore_index=True)

    def counts(self) -> dict[str, int]:
        """Return how many `shares`, `parameter_sets` and `causal_types` (combinations of types of all nodes) the model has.

        The shares that are free are `shares` less `parameter_sets`.
        """
        tables = [self.share_table(node).shape for node in self.nodes]
        return {
            "shares": sum(prod(shape) for shape in tables),
            "parameter_sets": sum(prod(shape[:-1]) for shape in tables),
            "causal_types": prod(shape[-1] for shape in tables),
        }

    def _changed(self, **words: Any) -> CausalModel:
        now: dict[str, Any] = {
            "never": self.never,
            "keep": dict(self.keep),
            "shares": {key: dict(entries) for key, entries in self.shares},
            "alpha": self._alpha_as_given(),
            "rules": dict.fromkeys(self.by_rows, "rows"),
        }
        return CausalModel(self.graph, **{**now, **words})

    def _alpha_as_given(self) -> dict[str, Any]:
        return {key: entries if isinstance(entries, Fraction) else dict(entries) for key, entries in self.alpha}

    @cached_property
    def _stated(self) -> dict[str, dict[tuple[str, ...], Stated]]:
        found: dict[str, dict[tuple[str, ...], Stated]] = {}
        for key, entries in self.shares:
            node, named = set_of(key, self.graph, "shares")
            found.setdefault(node, {})[named] = entries
        return found

    @cached_property
    def _weighted(self) -> dict[str, dict[tuple[str, ...], Stated | Fraction]]:
        found: dict[str, dict[tuple[str, ...], Stated | Fraction]] = {}
        for key, entries in self.alpha:
            node, named = set_of(key, self.graph, "alpha")
            found.setdefault(node, {})[named] = entries
        return found

    def _restriction(self, place: int) -> tuple[str, Statement]:
        where, loc = f"restriction '{self.never[place]}'", ("never", place)
        text = self.never[place]
        statement = _read(text, self.graph, where, loc) if isinstance(text, str) else read_statement(text, self.graph, where, loc)
        return about_one_node(statement, None, self.graph, where, loc), statement

    def _conditions(self, node: str) -> dict[str, NodalTypes]:
        return {other: self.nodal_types(other) for other in self.graph.conditions[node]}

    def shape(self, node: str) -> Shape:
        """Return how many levels a node has, and how many each of its parents has."""
        return len(self.graph.levels[node]), tuple(len(self.graph.levels[parent]) for parent in self.graph.parents[node])

    def _built(self, node: str) -> NodalTypes:
        shape, parents = self.shape(node), self.graph.parents[node]
        kept = dict(self.keep).get(node)
        bans = self.__dict__["_restrictions"].get(node, ())
        try:
            types = possible_types(node, shape, parents, bans, None if kept is None else outputs_named(node, shape, kept, self.graph))
        except TooManyTypes:
            if node in self.by_rows:
                raise AnalysisError(f"node {node} answers by rows, and has too many types to list, which this question needs") from None
            number = f"{type_count(shape):,}" if prod(shape[1]) < 60 else f"{shape[0]}^{prod(shape[1])}"
            raise fault(
                f"node {node}",
                f"{number} types, with {len(parents)} parents",
                f"at most {MOST_TYPES:,}, restrictions counted",
                "leave an arrow out, or restrict its types by 'never' or 'keep'",
            ) from None
        if not len(types):
            raise fault(
                f"node {node}",
                "restrictions that leave no type",
                "at least one type",
                "leave one of its restrictions out",
                ("never", self.__dict__["_last_restriction"][node]) if bans else (),
            )
        return types

    def _check_rows(self, restrictions: Mapping[str, object]) -> None:
        for node in sorted(self.by_rows):
            apart = {key.partition("|")[0].strip() for key, _ in self.alpha}
            check_rows(node, self.graph, {"never": restrictions, "keep": dict(self.keep), "alpha": apart})

    def _check(self, faults: Faults) -> None:
        """Find what is wrong without building types of which nothing is said."""
        restrictions: dict[str, tuple[Statement, ...]] = {}
        last: dict[str, int] = {}
        for place in range(len(self.never)):
            if found := faults.of(self._restriction, place):
                restrictions[found[0]], last[found[0]] = (*restrictions.get(found[0], ()), found[1]), place
        self._set("_restrictions", restrictions)
        self._set("_last_restriction", last)
        faults.of(self._check_rows, restrictions)
        faults.of(lambda: self._stated)
        faults.of(lambda: self._weighted)
        for node, _ in self.keep:
            if node not in self.graph.parents:
                faults.hold(unknown_node("keep", node, self.graph.nodes, ("keep", node)))
        if faults.found:
            return
        for node in sorted(self._stated.keys() & self._weighted.keys()):
            faults.hold(
                fault(f"node {node}", "both shares and alpha", "one of them: the expected shares follow from alpha", loc=("alpha", node))
            )
        said = {*restrictions, *self._stated, *self._weighted, *dict(self.keep)}
        for node in self.nodes:
            if node in self.by_rows:
                faults.of(self.response_table, node)
            elif node in said:
                faults.of(self.share_table, node)
            elif too_many(self.shape(node)):
                faults.of(self.nodal_types, node)


def _given(conditions: Mapping[str, NodalTypes], place: tuple[int, ...]) -> str:
    return ", ".join(f"{other}: {types.labels[row]}" for (other, types), row in zip(conditions.items(), place, strict=True))
