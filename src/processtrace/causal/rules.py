"""Nodes with many causes that act by a rule: the few ways of responding that it allows, and how common each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from processtrace.causal.faults import fault, unknown_node
from processtrace.causal.graph import BINARY, Graph
from processtrace.causal.shares import exact_number
from processtrace.errors import Location

RULES = ("noisy-or", "any", "all", "rows")
"""How causes can act together."""

MOST_CAUSES = 12
"""Causes up to which the ways of responding of a noisy-or are listed."""

LEAK = "leak"
"""The share of cases in which a node is 1 whatever its causes are."""

Shares = dict[str, str]


def types_by_rule(rule: str, node: str, graph: Graph, strengths: Mapping[str, object]) -> Shares:
    """Return the types that a rule allows a node, by label, with the share of each.

    Parameters
    ----------
    rule
        `any`: it is 1 where any of its causes is; `all`: where all are. `noisy-or`: each cause works in a share of cases, by itself, and
        the node is 1 where a cause that works is 1.
    node
        A binary node with binary causes.
    graph
        The graph that has it.
    strengths
        For a noisy-or, in which share of cases each cause works, one half where left out; and `leak`, the share of cases in which the
        node is 1 in any case, 0 where left out.

    Raises
    ------
    StudyError
        If the node has no causes, or one of more than two levels; if the rule has no such numbers, or too many causes.

    References
    ----------
    Pearl, J. (1988). *Probabilistic Reasoning in Intelligent Systems*, section 4.3.2. Morgan Kaufmann.
    """
    where, loc = f"rule of {node}", ("rule", node)
    causes = graph.parents[node]
    wide = [one for one in (node, *causes) if len(graph.levels[one]) > len(BINARY)]
    if not causes or wide:
        raise fault(
            where,
            f"{wide[0]}, which has more than two levels" if wide else "a node without causes",
            "a binary node with binary causes",
            loc=loc,
        )
    if len(causes) > MOST_CAUSES:
        raise fault(where, f"{len(causes)} causes", f"at most {MOST_CAUSES}", "join some of them in a node of their own", loc)
    if rule != "noisy-or":
        if strengths:
            raise fault(where, f"shares beside '{rule}', which allows one way of responding", "no shares", loc=("shares", node))
        return {_label(causes, set(causes), any if rule == "any" else all): "1"}
    shares = _strengths(node, causes, strengths)
    leak = shares.pop(LEAK)
    found = {"1" * 2 ** len(causes): leak} if leak else {}
    for working in product((False, True), repeat=len(causes)):
        share = 1 - leak
        for works, cause in zip(working, causes, strict=True):
            share *= shares[cause] if works else 1 - shares[cause]
        if share:
            acting = {cause for works, cause in zip(working, causes, strict=True) if works}
            found[_label(causes, acting, any)] = share
    return {label: str(share) for label, share in found.items()}


def with_rules(
    rules: Mapping[str, str], graph: Graph, keep: Mapping[str, Sequence[str]], shares: Mapping[str, Any]
) -> tuple[dict[str, Sequence[str]], dict[str, Any]]:
    """Return the types that stay and the shares, with those that rules say; `rows` lists no types."""
    for node, rule in rules.items():
        if node not in graph.parents:
            raise unknown_node("rules", node, graph.nodes, ("rule", node))
        if rule not in RULES:
            raise fault(f"rule of {node}", f"'{rule}'", ", ".join(RULES), loc=("rule", node))
    said = {node: types_by_rule(rule, node, graph, shares.get(node, {})) for node, rule in rules.items() if rule != "rows"}
    return {**keep, **{node: list(types) for node, types in said.items()}}, {**shares, **said}


def _strengths(node: str, causes: Sequence[str], strengths: Mapping[str, object]) -> dict[str, Fraction]:
    shares = {cause: Fraction(1, 2) for cause in causes} | {LEAK: Fraction(0)}
    for name, value in strengths.items():
        loc: Location = ("shares", node, name)
        where = f"shares of {node}, {name}"
        if name not in shares:
            raise fault(where, f"'{name}'", f"with a noisy-or a cause or '{LEAK}': {', '.join(causes)}", loc=loc)
        shares[name] = exact_number(value, where, loc)
        if shares[name] > 1:
            raise fault(where, f"{value}", "a share from 0 to 1", loc=loc)
    return shares


def _label(causes: Sequence[str], acting: set[str], over: object) -> str:
    """Return the values of a node at every combination of its causes' values, the first cause running fastest."""
    assert callable(over)
    places = [k for k, cause in enumerate(causes) if cause in acting]
    return "".join(str(int(over((row >> k) & 1 for k in places))) for row in range(2 ** len(causes)))
