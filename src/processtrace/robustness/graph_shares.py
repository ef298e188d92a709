"""How far shares and restrictions of a causal model can move before the lead is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from processtrace.causal.components import Mask
from processtrace.causal.graph import BINARY
from processtrace.causal.model import CausalModel
from processtrace.causal.shares import set_of
from processtrace.causal.statements import values_of
from processtrace.logspace import Array
from processtrace.robustness.causal_case import CausalCase, tips_at

MOST_LINES = 2000
"""Shares of one model that are tried; those of nodes with more types are left out."""


@dataclass(frozen=True)
class Moved:
    """What a share would have to be.

    Attributes
    ----------
    label
        The share, as in `M: raises` or `D|10: 01`, or the restriction.
    now
        What it is.
    tips_at
        Where the lead is lost first, moving away from what it is; NaN where nowhere.
    at_none, at_all
        The leader's posterior at 0 and at 1.
    """

    label: str
    now: float
    tips_at: float
    at_none: float
    at_all: float

    @property
    def change(self) -> float:
        """How far the share would have to move; infinite where the lead is never lost."""
        return float("inf") if np.isnan(self.tips_at) else abs(self.tips_at - self.now)


@lru_cache(maxsize=32)
def shares_of(case: CausalCase) -> list[Moved]:
    """Return for every share of a type, and every total that is stated, where the lead is lost as the others of its set are rescaled.

    Where a node's type depends on those of others, a label such as `Y|10: 01` is about one of its sets of shares; where a node answers by
    rows, one such as `Y: Y[A=1, B=0] == 1` about one row.
    """
    if case.leader is None:
        return []
    return [_moved(case, label, now, {node: ends}) for label, node, now, ends in _lines(case.model)]


def _lines(model: CausalModel) -> Iterator[tuple[str, str, float, Array]]:
    """Yield a label, a node, the share now, and the node's tables without and with all of a share."""
    done = 0
    for node in model.nodes:
        if node in model.by_rows:
            table = model.response_table(node)
            if table.size <= MOST_LINES - done:
                done += table.size
                yield from _rows(model, node, table)
            continue
        table, labels = model.share_table(node), model.nodal_types(node).labels
        if table.size > MOST_LINES - done:
            continue
        done += table.size
        conditions = [model.nodal_types(other).labels for other in model.graph.conditions[node]]
        for row in np.ndindex(table.shape[:-1]):
            given = ",".join(own[k] for own, k in zip(conditions, row, strict=True))
            for k, label in enumerate(labels):
                named = f"{node}|{given}: {label}" if given else f"{node}: {label}"
                if line := _line(table, row, np.arange(len(labels)) == k):
                    yield (named, node, *line)
        if table.ndim == 1:
            for label, rows in _totals(model, node):
                if line := _line(table, (), rows):
                    yield (f"{node}: {label}", node, *line)


def _rows(model: CausalModel, node: str, table: Array) -> Iterator[tuple[str, str, float, Array]]:
    """Yield the same for a node that answers by rows: the share of each value in each row, of 1 alone where it is binary."""
    own, parents = model.graph.levels[node], model.graph.parents[node]
    for row, levels in enumerate(product(*(model.graph.levels[parent] for parent in parents[::-1]))):
        setting = ", ".join(f"{parent}={level}" for parent, level in zip(parents, levels[::-1], strict=True))
        for k in range(1 if len(own) == len(BINARY) else 0, len(own)):
            if line := _line(table, (row,), np.arange(len(own)) == k):
                yield (f"{node}: {node}[{setting}] == {own[k]}", node, *line)


def _totals(model: CausalModel, node: str) -> Iterator[tuple[str, Mask]]:
    """Yield the statements of which a total share is stated, with the types that they are about."""
    types = model.nodal_types(node)
    for key, entries in model.shares:
        owner, named = set_of(key, model.graph, "shares")
        for label, _ in entries:
            text, _, scope = label.rpartition(" ")
            statement = text if scope in ("everywhere", "somewhere") else label
            if owner == node and not named and any(sign in label for sign in "<>=!"):
                rows = types.where(model.read(statement), np.any if scope == "somewhere" else np.all)
                if rows.sum() > 1:
                    yield label, rows


def _line(table: Array, row: tuple[int, ...], chosen: Mask) -> tuple[float, Array] | None:
    """Return a share, and the tables without and with all of it; none where there is no other share."""
    own = table[row]
    now = float(own[chosen].sum())
    without, whole = table.copy(), table.copy()
    for changed, part in ((without, ~chosen), (whole, chosen)):
        if not part.any():
            return None
        kept = np.where(part, own, 0.0)
        changed[row] = kept / kept.sum() if kept.sum() > 0 else part / part.sum()
    return now, np.stack([without, whole])


def _moved(case: CausalCase, label: str, now: float, ends: dict[str, Array]) -> Moved:
    """Return where the lead is lost between two ends, which are tables of shares (end, ...)."""
    assert case.leader is not None
    above, below = case.fractions(ends)
    at = tips_at((above[0], below[0]), (above[1], below[1]), case.leader, now)
    posterior = case.posterior(ends)[:, case.leader]
    return Moved(label, now, at, float(posterior[0]), float(posterior[1]))


@lru_cache(maxsize=32)
def restrictions_of(case: CausalCase) -> list[Moved]:
    """Return for every restriction the total share of the types that it leaves out at which the lead is lost.

    These types share it equally, and all others are rescaled. The labels of a node that stay (`keep`) are one restriction.
    """
    if case.leader is None:
        return []
    model, found = case.model, []
    for label, node, free in _released(model):
        if len(free.nodal_types(node)) == len(model.nodal_types(node)):
            continue  # another restriction leaves out the same types
        tables = {other: np.repeat(_within(model, free, other)[None], 2, axis=0) for other in model.nodes if other not in model.by_rows}
        new = np.array([name not in model.nodal_types(node).row_of for name in free.nodal_types(node).labels])
        tables[node][1] = new / new.sum()
        leader = replace(case, model=free)
        leader.__dict__["leader"] = case.leader
        found.append(_moved(leader, label, 0.0, tables))
    return found


def _released(model: CausalModel) -> Iterator[tuple[str, str, CausalModel]]:
    """Yield each restriction in words, its node, and the model without it."""
    keep = dict(model.keep)
    by_rows: dict[str, Any] = {
        "shares": {key: dict(entries) for key, entries in model.shares if key in model.by_rows},
        "rules": dict.fromkeys(model.by_rows, "rows"),
    }
    for place, text in enumerate(model.never):
        node = next(values_of(model.read(text))).node
        yield f"never {text}", node, CausalModel(model.graph, never=[*model.never[:place], *model.never[place + 1 :]], keep=keep, **by_rows)
    for node in keep:
        others = {other: labels for other, labels in keep.items() if other != node}
        yield f"{node}: keep {', '.join(keep[node])}", node, CausalModel(model.graph, never=model.never, keep=others, **by_rows)


def _within(model: CausalModel, free: CausalModel, node: str) -> Array:
    """Return the shares of a node in a model with more types, of which the new ones have none."""
    table = free.share_table(node).copy()
    columns = [
        [free.nodal_types(other).row_of[label] for label in model.nodal_types(other).labels]
        for other in (*model.graph.conditions[node], node)
    ]
    every = np.arange(table.shape[-1])
    table[np.ix_(*columns[:-1], every)] = 0.0
    table[np.ix_(*columns)] = model.share_table(node)
    return table
