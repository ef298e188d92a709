"""Nodal types: the ways in which a node can answer every combination of its parents' values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log, prod

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.statements import Statement, Value, evaluate, values_of
from processtrace.logspace import Array

MOST_TYPES = 2_000_000
"""Types of one node beyond which a model is refused."""

Outputs = NDArray[np.int16]
Shape = tuple[int, tuple[int, ...]]
"""How many levels a node has, and how many each of its parents has."""

WORDS = {"never": 0, "lowers": 1, "raises": 2, "always": 3}
"""The names of the types of a binary node with one binary parent, in the order of the types 00, 10, 01, 11."""

_SMALL = 4096  # types up to which all are listed before restrictions, and kept for the next node of the same shape


class TooManyTypes(Exception):
    """A node has more types than can be listed."""


@dataclass(frozen=True, eq=False)
class NodalTypes:
    """The types of one node that are held possible.

    `outputs` (type, combination) holds the node's value at every combination of its parents' values, the first parent running
    fastest; the types stand in the order of their labels read from the right (00, 10, 01, 11).
    """

    node: str
    shape: Shape
    parents: tuple[str, ...]
    outputs: Outputs

    def __len__(self) -> int:
        return len(self.outputs)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The label of each type: its values one after the other, with dots between where a node has more than ten levels."""
        if self.shape[0] > 10:
            return tuple(".".join(map(str, row)) for row in self.outputs.tolist())
        digits = np.ascontiguousarray(self.outputs + ord("0"), np.uint8)
        return tuple(digits.view(f"S{digits.shape[1]}").ravel().astype(str).tolist())

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The place of each label."""
        return {label: row for row, label in enumerate(self.labels)}

    def where(self, statement: Statement, over: Callable[..., NDArray[np.bool_]]) -> NDArray[np.bool_]:
        """Return for each type whether a statement holds at some (`np.any`) or all (`np.all`) combinations of the parents' values."""
        return np.asarray(over(_truths(statement, self.outputs, self.parents, self.shape), axis=1))


@lru_cache(maxsize=1024)
def strides(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return by how much each parent's value moves the number of a combination: 1 for the first."""
    return tuple(prod(sizes[:k]) for k in range(len(sizes)))


def possible_types(
    node: str, shape: Shape, parents: tuple[str, ...], never: Iterable[Statement], keep: Outputs | None = None
) -> NodalTypes:
    """Return the types of a node of which no statement in `never` is true at any combination of its parents' values.

    Where there would be many, types are built a combination at a time and left out as soon as a restriction excludes them, so that a
    node with many parents can be built if its restrictions leave few types.

    Raises
    ------
    TooManyTypes
        If more than two million types are left, found without building them where nothing restricts them.
    """
    bans = tuple(never)
    if keep is None and not too_many(shape) and type_count(shape) <= _SMALL:
        return _few(node, shape, parents, bans)
    if keep is None and bans:
        return NodalTypes(node, shape, parents, _built(shape, parents, bans))
    return NodalTypes(node, shape, parents, _without(_unrestricted(shape) if keep is None else keep, bans, parents, shape))


@lru_cache(maxsize=256)
def _few(node: str, shape: Shape, parents: tuple[str, ...], bans: tuple[Statement, ...]) -> NodalTypes:
    return NodalTypes(node, shape, parents, _without(_unrestricted(shape), bans, parents, shape))


def _without(outputs: Outputs, bans: Iterable[Statement], parents: tuple[str, ...], shape: Shape) -> Outputs:
    for statement in bans:
        outputs = outputs[~_truths(statement, outputs, parents, shape).any(axis=1)]
    return outputs


def type_count(shape: Shape) -> int:
    """Return how many types a node of this shape has without restrictions."""
    levels, sizes = shape
    return int(levels ** prod(sizes))


def too_many(shape: Shape) -> bool:
    """Return whether a node of this shape has more types than can be listed, without counting that far."""
    levels, sizes = shape
    return prod(sizes) * log(levels) > log(MOST_TYPES)


def _unrestricted(shape: Shape) -> Outputs:
    if too_many(shape):
        raise TooManyTypes
    return _small(shape) if type_count(shape) <= _SMALL else _all(shape)


@lru_cache(maxsize=64)
def _small(shape: Shape) -> Outputs:
    return _all(shape)


def _all(shape: Shape) -> Outputs:
    levels, sizes = shape
    columns = prod(sizes)
    outputs = np.array(np.unravel_index(np.arange(levels**columns), (levels,) * columns)[::-1], np.int16).T
    outputs.setflags(write=False)
    return outputs


def _built(shape: Shape, parents: tuple[str, ...], never: Sequence[Statement]) -> Outputs:
    levels, sizes = shape
    grounded = [_grounded(statement, parents, sizes) for statement in never]
    outputs = np.zeros((1, 0), np.int16)
    for column in range(prod(sizes)):
        new = np.repeat(np.arange(levels, dtype=np.int16), len(outputs))
        outputs = np.column_stack([np.tile(outputs, (levels, 1)), new])
        for statement, columns in zip(never, grounded, strict=True):
            last = np.max([*columns.values()], axis=0)
            now = {value: places[last == column] for value, places in columns.items()}
            if (last == column).any():
                truths = evaluate(statement, {value: outputs[:, places] for value, places in now.items()})
                outputs = outputs[~np.asarray(truths, bool).any(axis=1)]
        if len(outputs) > MOST_TYPES:
            raise TooManyTypes
    return outputs


def _truths(statement: Statement, outputs: Outputs, parents: tuple[str, ...], shape: Shape) -> NDArray[np.bool_]:
    """Whether a statement about one node is true (type, combination of the parents' values)."""
    columns = _grounded(statement, parents, shape[1])
    return np.asarray(evaluate(statement, {value: outputs[:, places] for value, places in columns.items()}), bool)


def _grounded(statement: Statement, parents: tuple[str, ...], sizes: tuple[int, ...]) -> dict[Value, NDArray[np.intp]]:
    """For each value of the statement, which combination of the parents it asks about when they have each combination in turn."""
    if not sizes:
        return {value: np.zeros(1, np.intp) for value in values_of(statement)}
    every = np.arange(prod(sizes))
    steps = dict(zip(parents, zip(strides(sizes), sizes, strict=True), strict=True))
    found = {}
    for value in values_of(statement):
        place = every
        for parent, setting in value.settings:
            if isinstance(setting, int):  # a restriction sets levels only
                stride, size = steps[parent]
                place = place + stride * (setting - every // stride % size)
        found[value] = place
    return found


def responses(types: NodalTypes, shares: Array) -> Array:
    """Return the probability of each value of a node (..., combination, value) from the shares of its types (..., type)."""
    return np.stack([shares @ (types.outputs == level) for level in range(types.shape[0])], axis=-1)


def type_in_words(outputs: Sequence[int], node: str, parents: Sequence[str], levels: dict[str, tuple[str, ...]]) -> str:
    """Return what a type does, in words: for one with three parents, at which of their values the node has each level but its lowest."""
    own = levels[node]
    sizes = [len(levels[parent]) for parent in parents]
    if not parents:
        return own[outputs[0]]
    if len(own) == 2 and sizes == [2]:
        return list(WORDS)[outputs[0] + 2 * outputs[1]]
    if len(set(outputs)) == 1:
        return f"always {own[outputs[0]]}"
    stated = []
    for level in sorted(set(outputs))[1:]:
        places = [
            " ".join(
                f"{parent}={levels[parent][(k // step) % size]}"
                for parent, step, size in zip(parents, strides(tuple(sizes)), sizes, strict=True)
            )
            for k, output in enumerate(outputs)
            if output == level
        ]
        stated.append(f"{own[level]} at {', '.join(places)}")
    return f"{'; '.join(stated)}; else {own[min(outputs)]}"
