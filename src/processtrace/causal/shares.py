"""How common each type of a node is: what was stated, and the equal shares of what was left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import isfinite, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.faults import fault, unknown_node
from processtrace.causal.grammar import read_statement
from processtrace.causal.graph import Graph
from processtrace.causal.nodal_types import MOST_TYPES, WORDS, NodalTypes, Outputs, Shape
from processtrace.causal.statements import Statement, is_truth, nodes_of, values_of
from processtrace.errors import Location
from processtrace.logspace import Array
from processtrace.text.names import nearest

Share = Fraction | tuple[Fraction, Fraction]
"""A share, or the ends of its range."""

Stated = tuple[tuple[str, Share], ...]
"""The entries of one parameter set as written: (type, named type or statement) and its share."""

_ROUNDING = Fraction(1, 10**9)  # by how much shares may miss 1 when all are stated
_DUST = Fraction(1, 10**12)  # what is left of 1 by the rounding of floats
_FRACTION = re.compile(r"\s*[+-]?\d{1,60}(\.\d{1,60})?([eE][-+]?\d{1,3})?(\s*/\s*\d{1,60})?\s*")
_LABEL = re.compile(r"\d+(\.\d+)*")


def exact_number(value: object, where: str, loc: Location) -> Fraction:
    """Return a number of 0 or more, exactly: a float, a whole number, or text such as `1/3` or `0.25`."""
    allowed = "a number of 0 or more, or a fraction in text such as '1/3'"
    found: Fraction | None = None
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        number, _, divisor = value.partition("/")
        found = (
            Fraction(number.strip()) / Fraction(divisor.strip())
            if divisor and int(divisor)
            else None
            if divisor
            else Fraction(number.strip())
        )
    elif isinstance(value, int | Fraction) and not isinstance(value, bool):
        found = Fraction(value)
    elif isinstance(value, float | np.floating | np.integer) and isfinite(value):
        found = Fraction(value.item() if isinstance(value, np.generic) else value)
    if found is None or found < 0:
        raise fault(where, f"{value!r}" if isinstance(value, str) else f"{value}", allowed, loc=loc)
    return found


def read_entries(given: Any, where: str, loc: Location) -> Stated:
    """Return the stated shares of one parameter set, as written: each a number, or a list of the ends of its range."""
    if not isinstance(given, Mapping):
        raise fault(where, f"{given!r}", "a share for each type or statement, as in {'raises': 0.5}", loc=loc)
    found = {str(key): _share(share, f"{where}, {key}", (*loc, key)) for key, share in given.items()}
    return tuple(sorted(found.items()))


def _share(given: Any, where: str, loc: Location) -> Share:
    if not isinstance(given, list | tuple):
        return exact_number(given, where, loc)
    ends = tuple(exact_number(end, where, loc) for end in given)
    if len(ends) != 2 or not ends[0] < ends[1] <= 1:
        raise fault(where, f"{list(given)}", "a number, or a range of two: the lower end, then the higher one, 1 at most", loc=loc)
    return ends[0], ends[1]


def read_weights(key: str, entries: Any) -> Stated | Fraction:
    """Return the stated weights of one parameter set, as written: one for all types, or one for each label."""
    where, loc = f"alpha of {key}", ("alpha", key)
    if not isinstance(entries, Mapping):
        return exact_number(entries, where, loc)
    for label, weight in entries.items():
        if isinstance(weight, list | tuple):
            raise fault(f"{where}, {label}", f"{list(weight)}", "one weight above 0", loc=(*loc, str(label)))
    return read_entries(entries, where, loc)


def expected_share(share: Share) -> Fraction:
    """Return a share, or the middle of its range."""
    return (share[0] + share[1]) / 2 if isinstance(share, tuple) else share


def set_of(key: str, graph: Graph, word: str) -> tuple[str, tuple[str, ...]]:
    """Return the node and the types of its conditions that a key such as `Y` or `Y|10,01` names."""
    node, bar, types = key.partition("|")
    node = node.strip()
    if node not in graph.parents:
        raise unknown_node(word, node, graph.nodes, (word, key))
    conditions = graph.conditions[node]
    named = tuple(part.strip() for part in types.split(",")) if bar else ()
    if bar and len(named) != len(conditions):
        allowed = (
            f"one type of each of {', '.join(conditions)}"
            if conditions
            else f"'{node}': no hidden common cause joins it to an earlier node"
        )
        raise fault(word, f"'{key}'", allowed, loc=(word, key))
    return node, named


def label_named(node: str, name: str, graph: Graph, where: str, loc: Location) -> str:
    """Return the label of a type that is given by its label, by its name, or for a node without parents by its level."""
    levels, parents = graph.levels[node], graph.parents[node]
    sizes = [len(graph.levels[parent]) for parent in parents]
    if name in WORDS and len(levels) == 2 and sizes == [2]:
        return ("00", "10", "01", "11")[WORDS[name]]
    if not parents and name in levels:
        return str(levels.index(name))
    digits = name.split(".") if len(levels) > 10 else list(name)
    if _LABEL.fullmatch(name) and len(digits) == prod(sizes) and all(digit.isdecimal() and int(digit) < len(levels) for digit in digits):
        return name
    allowed = f"one of {', '.join(levels)}"
    if parents:
        combinations = f"one for each combination of the values of {', '.join(parents)}"
        allowed = f"{prod(sizes)} digits from 0 to {len(levels) - 1}, {combinations}; or a statement"
    fix = nearest(name, [*WORDS, *levels])
    if name in WORDS:
        fix = "this name is for a node with two levels and one parent with two"
    if _LABEL.fullmatch(name) and len(digits) < prod(sizes):
        fix = "in YAML a label such as 00 is read as the number 0 unless it is in quotation marks"
    raise fault(where, f"'{name}'", f"a type of {node}: {allowed}", fix, loc)


def outputs_named(node: str, shape: Shape, labels: Sequence[str], graph: Graph) -> Outputs:
    """Return the outputs of the types that stay, in the order of their labels read from the right."""
    if not labels:
        raise fault(f"keep of {node}", "no label", "at least one type", loc=("keep", node))
    rows = set()
    for name in labels:
        label = label_named(node, name, graph, f"keep of {node}", ("keep", node))
        rows.add(tuple(int(digit) for digit in (label.split(".") if shape[0] > 10 else label)))
    return np.array(sorted(rows, key=lambda row: row[::-1]), np.int16)


def row_named(types: NodalTypes, name: str, graph: Graph, where: str, loc: Location) -> int | None:
    """Return the place of a type that is given by its label or its name; none where the model leaves it out."""
    return types.row_of.get(label_named(types.node, name, graph, where, loc))


def share_table(
    types: NodalTypes, conditions: Mapping[str, NodalTypes], stated: Mapping[tuple[str, ...], Stated], graph: Graph, word: str = "shares"
) -> Array:
    """Return the shares of a node's types (type of each condition, ..., type).

    Parameters
    ----------
    types
        The types of the node.
    conditions
        The types of the earlier nodes of its confounded group.
    stated
        What is stated: under `()` for all sets, and under the types of the conditions for one of them.
    """
    sizes = tuple(len(other) for other in conditions.values())
    if prod(sizes) * len(types) > MOST_TYPES:
        raise fault(
            f"node {types.node}",
            f"{prod(sizes) * len(types):,} shares, because its type depends on those of {', '.join(conditions)}",
            f"at most {MOST_TYPES:,}",
            "restrict the types of these nodes, or leave a hidden common cause out",
        )
    table = np.empty((*sizes, len(types)))
    table[...] = _shares(types, stated.get((), ()), graph, word, (word, types.node))
    for named, entries in stated.items():
        if named:
            key = f"{types.node}|{','.join(named)}"
            rows = [
                row_named(other, label, graph, f"{word} of {key}", (word, key))
                for other, label in zip(conditions.values(), named, strict=True)
            ]
            if None in rows:
                raise fault(f"{word} of {key}", "a type that the model leaves out", "types that are possible", loc=(word, key))
            table[tuple(rows)] = _shares(types, entries, graph, word, (word, key))
    return table


def _shares(types: NodalTypes, stated: Stated, graph: Graph, word: str, loc: tuple[str, str]) -> Array:
    """Return the shares of one parameter set: what is stated, each total in equal parts over its types, and the rest in equal parts."""
    if not stated:
        return np.full(len(types), 1 / len(types))
    where = f"{word} of {loc[1]}"
    return spread((types.labels, "type"), ((key, given, _rows(types, key, graph, where, (*loc, key))) for key, given in stated), where, loc)


def spread(named: tuple[Sequence[str], str], stated: Iterable[tuple[str, Share, NDArray[np.bool_]]], where: str, loc: Location) -> Array:
    """Return shares that add to 1: each total in equal parts over what its entry is about, and the rest in equal parts.

    Parameters
    ----------
    named
        The labels of what has shares, and the word for it.
    stated
        Entries: as written, the share, and whether it is about each of the labels.
    where, loc
        The place of the entries in messages, and in the model.
    """
    labels, one = named
    shares, taken, total = np.zeros(len(labels)), np.zeros(len(labels), bool), Fraction(0)
    for key, given, rows in stated:
        share = expected_share(given)
        if not rows.any():
            if share:
                raise fault(
                    where,
                    f"{float(share):g} for '{key}'",
                    "a share for types that are possible; the model leaves all of these out",
                    loc=(*loc, key),
                )
            continue
        if (taken & rows).any():
            shared = labels[int(np.argmax(taken & rows))]
            raise fault(
                where, f"'{key}', which overlaps another entry in {one} {shared}", f"entries that have no {one} in common", loc=(*loc, key)
            )
        taken |= rows
        total += share
        shares[rows] = float(share / int(rows.sum()))
    rest = 1 - total
    if rest < -_ROUNDING:
        raise fault(where, f"a sum of {float(total):g}", "shares that add to 1 at most", loc=loc)
    left = int((~taken).sum())
    if left and rest > _DUST:
        shares[~taken] = float(rest / left)
    elif abs(rest) > _ROUNDING:
        raise fault(where, f"a sum of {float(total):g}, with no {one} left for the rest", "shares that add to 1", loc=loc)
    else:
        shares /= float(total)
    return shares


def _rows(types: NodalTypes, key: str, graph: Graph, where: str, loc: Location) -> NDArray[np.bool_]:
    """Which types an entry is about."""
    text, _, scope = key.strip().rpartition(" ")
    if scope not in ("everywhere", "somewhere"):
        text, scope = key.strip(), ""
    if not scope and re.fullmatch(r"[\w.]+", text):
        row = row_named(types, text, graph, where, loc)
        return np.zeros(len(types), bool) if row is None else np.arange(len(types)) == row
    statement = read_statement(text, graph, f"{where}, '{key}'", loc)
    about_one_node(statement, types.node, graph, f"{where}, '{key}'", loc)
    free = [parent for parent in types.parents if any(parent not in dict(value.settings) for value in values_of(statement))]
    if free and not scope:
        raise fault(
            f"{where}, '{key}'",
            "a statement alone",
            f"'{text} everywhere' or '{text} somewhere', over the values of {', '.join(free)}",
            loc=loc,
        )
    return types.where(statement, np.any if scope == "somewhere" else np.all)


def about_one_node(statement: Statement, node: str | None, graph: Graph, where: str, loc: Location) -> str:
    """Return the node whose types a restriction or share is about, which it must be alone, with settings of its parents only."""
    owners = {value.node for value in values_of(statement)}
    if len(owners) != 1 or not is_truth(statement):
        read = f"a statement about {', '.join(sorted(owners)) or 'no node'}" if is_truth(statement) else "a number"
        raise fault(where, read, "a statement about the types of one node, such as M[I=1] < M[I=0]", loc=loc)
    owner = owners.pop()
    if node is not None and owner != node:
        raise fault(where, f"a statement about {owner}", f"a statement about {node}", loc=loc)
    strange = nodes_of(statement) - {owner} - set(graph.parents[owner])
    nested = any(not isinstance(setting, int) for value in values_of(statement) for _, setting in value.settings)
    itself = any(parent == owner for value in values_of(statement) for parent, _ in value.settings)
    if strange or nested or itself:
        read = f"{', '.join(sorted(strange))} in brackets" if strange else "the value of a node in brackets"
        parents = ", ".join(graph.parents[owner]) or "it has none"
        raise fault(where, read, f"levels of the parents of {owner} in brackets: {parents}", loc=loc)
    return owner


def weight_table(
    types: NodalTypes, conditions: Mapping[str, NodalTypes], stated: Mapping[tuple[str, ...], Stated | Fraction], graph: Graph
) -> Array:
    """Return the Dirichlet weights of a node's types (type of each condition, ..., type); 1 where nothing is stated."""
    table = np.ones((*(len(other) for other in conditions.values()), len(types)))
    for named, entries in sorted(stated.items(), key=lambda item: len(item[0])):
        key = "|".join(filter(None, [types.node, ",".join(named)]))
        where, loc = f"alpha of {key}", ("alpha", key)
        rows = (
            tuple(row_named(other, label, graph, where, loc) for other, label in zip(conditions.values(), named, strict=True))
            if named
            else ()
        )
        if None in rows:
            raise fault(where, "a type that the model leaves out", "types that are possible", loc=loc)
        weights = np.ones(len(types))
        if isinstance(entries, Fraction):
            weights[:] = float(entries)
        else:
            for label, share in entries:
                weight = expected_share(share)
                row = row_named(types, label, graph, where, (*loc, label))
                if row is None:
                    raise fault(where, f"'{label}', which the model leaves out", "types that are possible", loc=(*loc, label))
                weights[row] = float(weight)
        if not (weights > 0).all():
            raise fault(where, "a weight of 0", "weights above 0; to hold a type impossible, restrict it", loc=loc)
        table[rows] = weights
    return table
