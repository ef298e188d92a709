"""Statements about what nodes are and would be: `Y[X=1] > Y[X=0]`; what they are made of, and how they are evaluated and printed."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Number:
    """A number."""

    value: int | float


@dataclass(frozen=True)
class Value:
    """The value of a node, in the case as it is or if others were set: `settings` holds (node, level or value) in order of name."""

    node: str
    settings: tuple[tuple[str, int | Value], ...] = ()


@dataclass(frozen=True)
class Operation:
    """An operation on the statements in `parts`: `and`, `or`, `not`, a comparison, `+`, `-` or `*`."""

    sign: str
    parts: tuple[Statement, ...]


Statement = Number | Value | Operation

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_BINDING = {"or": 0, "and": 1, "not": 2, **dict.fromkeys(COMPARISONS, 3), "+": 4, "-": 4, "*": 5}


def is_truth(statement: Statement) -> bool:
    """Return whether a statement is true or false, rather than a number."""
    return isinstance(statement, Operation) and statement.sign not in _ARITHMETIC


def values_of(statement: Statement) -> Iterator[Value]:
    """Yield every value that a statement compares or counts; nested ones stand inside theirs."""
    if isinstance(statement, Value):
        yield statement
    elif isinstance(statement, Operation):
        for part in statement.parts:
            yield from values_of(part)


def nodes_of(statement: Statement) -> set[str]:
    """Return every node that a statement names."""
    found: set[str] = set()
    waiting = list(values_of(statement))
    while waiting:
        value = waiting.pop()
        found.add(value.node)
        for node, setting in value.settings:
            found.add(node)
            if isinstance(setting, Value):
                waiting.append(setting)
    return found


def conjuncts(statement: Statement) -> tuple[Statement, ...]:
    """Return the statements that a statement joins by `and`."""
    if isinstance(statement, Operation) and statement.sign == "and":
        return tuple(term for part in statement.parts for term in conjuncts(part))
    return (statement,)


def evaluate(statement: Statement, values: Mapping[Value, Any]) -> Any:
    """Return the truth or number of a statement, given the numbers of its values; arrays broadcast."""
    if isinstance(statement, Number):
        return statement.value
    if isinstance(statement, Value):
        return values[statement]
    parts = [evaluate(part, values) for part in statement.parts]
    if statement.sign == "not":
        return np.logical_not(parts[0])
    if statement.sign in COMPARISONS:
        return COMPARISONS[statement.sign](parts[0], parts[1])
    if statement.sign in _ARITHMETIC:
        numbers = [np.multiply(part, 1) for part in parts]  # truths count as 0 and 1
        return _ARITHMETIC[statement.sign](numbers[0], numbers[1])
    joined = parts[0]
    for part in parts[1:]:
        joined = np.logical_and(joined, part) if statement.sign == "and" else np.logical_or(joined, part)
    return joined


def in_words(statement: Statement, labels: Mapping[str, tuple[str, ...]]) -> str:
    """Return a statement as text; `labels` names the levels of each node."""
    if isinstance(statement, Number):
        return f"{statement.value}"
    if isinstance(statement, Value):
        return _value_in_words(statement, labels)
    if statement.sign == "not":
        return f"not {_inside(statement.parts[0], 2, labels)}"
    binding = _BINDING[statement.sign]
    if statement.sign in COMPARISONS:
        left, right = statement.parts
        shown = [_beside(left, right, labels), _beside(right, left, labels)]
    else:
        shown = [_inside(part, binding + (k > 0), labels) for k, part in enumerate(statement.parts)]
    return f" {statement.sign} ".join(shown)


def _value_in_words(value: Value, labels: Mapping[str, tuple[str, ...]]) -> str:
    if not value.settings:
        return value.node
    settings = (
        f"{node}={_value_in_words(setting, labels) if isinstance(setting, Value) else _label(labels[node][setting])}"
        for node, setting in value.settings
    )
    return f"{value.node}[{', '.join(settings)}]"


def _inside(part: Statement, binding: int, labels: Mapping[str, tuple[str, ...]]) -> str:
    shown = in_words(part, labels)
    return f"({shown})" if isinstance(part, Operation) and _BINDING[part.sign] < binding else shown


def _beside(part: Statement, other: Statement, labels: Mapping[str, tuple[str, ...]]) -> str:
    """One side of a comparison: a level by its label where the other side is a value."""
    if isinstance(part, Number) and isinstance(other, Value) and isinstance(part.value, int) and 0 <= part.value < len(labels[other.node]):
        return _label(labels[other.node][part.value])
    return _inside(part, 4, labels)


def _label(label: str) -> str:
    return label if label.isidentifier() or label.isdecimal() else f'"{label}"'
