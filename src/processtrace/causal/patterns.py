"""What cases say about shares: for each pattern of seen levels, the events in the components that it may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.cases import UNSEEN, Cases
from processtrace.causal.components import Component, Mask, components
from processtrace.causal.conflict import impossible
from processtrace.causal.faults import fault
from processtrace.causal.joint import Known, joint
from processtrace.causal.model import CausalModel
from processtrace.causal.nodal_types import strides
from processtrace.causal.statements import Number, Operation, Statement, Value, evaluate, is_truth, nodes_of, values_of
from processtrace.errors import AnalysisError, StudyError
from processtrace.logspace import Array

MOST_DESCRIPTIONS = 20_000
"""Complete descriptions of all patterns together beyond which cases are refused."""

Rows = NDArray[np.intp]
"""Complete descriptions (description, component): the number of the event in each component; 0 says nothing of it."""


@dataclass(frozen=True, eq=False)
class Part:
    """Components that must be learned together, with what the cases say of them.

    `events` holds for each component which joint types agree with each event (event, joint type). `patterns` are the descriptions that
    each pattern may be, and `counts` how many cases have it. Where cases were selected, `left_out` holds the descriptions that would
    not have been, and `selected` how many cases were.
    """

    components: tuple[Component, ...]
    events: tuple[Mask, ...]
    patterns: tuple[Rows, ...]
    counts: NDArray[np.int64]
    left_out: Rows | None = None
    selected: int = 0

    def event_shares(self, joint_shares: Sequence[Array]) -> list[Array]:
        """Return the probability of each event (draw, event), by component."""
        return [np.asarray(shares @ events.T.astype(float)) for shares, events in zip(joint_shares, self.events, strict=True)]

    def likelihoods(self, joint_shares: Sequence[Array]) -> Array:
        """Return the probability of each pattern, and last that of being selected where cases were (draw, pattern)."""
        shares = self.event_shares(joint_shares)
        whole = [described(shares, rows).sum(axis=1) for rows in self.patterns]
        if self.left_out is not None:
            whole.append(np.maximum(1 - described(shares, self.left_out).sum(axis=1), 0))
        return np.stack(whole, axis=1)

    @property
    def exponents(self) -> Array:
        """How often each factor of `likelihoods` counts."""
        return np.array([*self.counts, *([-self.selected] if self.left_out is not None else [])], float)


def described(event_shares: Sequence[Array], rows: Rows) -> Array:
    """Return the probability of each complete description (draw, description)."""
    whole = event_shares[0][:, rows[:, 0]]
    for shares, own in zip(event_shares[1:], rows.T[1:], strict=True):
        whole = whole * shares[:, own]
    return whole


def parts(model: CausalModel, cases: Cases, selected: str | None) -> tuple[Part, ...]:
    """Return what cases say, divided into parts that are learned by themselves.

    Raises
    ------
    StudyError
        If a case is impossible under the model, or would not have been selected.
    AnalysisError
        If so much is unseen that the cases may be of too many descriptions.
    """
    reader = _Reader(model)
    chosen = None if selected is None else _selection(model, selected)
    patterns, counts = np.unique(cases.seen, axis=0, return_inverse=True)
    numbers = np.bincount(counts.ravel(), weights=cases.counts, minlength=len(patterns)).astype(np.int64)
    faults, read, totals = [], [], []
    for place, (pattern, number) in enumerate(zip(patterns, numbers, strict=True)):
        seen = {node: int(level) for node, level in zip(model.nodes, pattern, strict=True) if level != UNSEEN}
        if not seen or not number:
            continue
        rows = reader.rows(seen, chosen)
        if not len(rows):
            faults += [cases.fault(int(row), *_refused(model, seen, selected)) for row in np.flatnonzero(counts.ravel() == place)]
        read.append(rows)
        totals.append(int(number))
    if faults:
        raise StudyError(faults)
    left_out = None if chosen is None else reader.rows({}, Operation("not", (chosen,)), nodes_of(chosen))
    if left_out is not None and not len(left_out):
        left_out = None
    return reader.divided(read, totals, left_out)


class _Reader:
    """Descriptions of cases as numbers of events, which are named when first met."""

    def __init__(self, model: CausalModel):
        self.model = model
        self.components = components(model)
        self.home = {node: (k, m) for k, one in enumerate(self.components) for m, node in enumerate(one.nodes)}
        self.events: list[dict[tuple[int, ...], int]] = [{(-1,) * len(one.nodes): 0} for one in self.components]
        self.masks: list[list[Mask]] = [[np.ones(len(one), bool)] for one in self.components]
        self.described = 0

    def rows(self, seen: Mapping[str, int], holds: Statement | None, besides: Iterable[str] = ()) -> Rows:
        """Every complete description that agrees with what is seen, and with a statement where one is given."""
        named = {*seen, *besides, *(nodes_of(holds) if holds is not None else ())}
        nodes = sorted(self.model.graph.ancestors(named), key=self.model.graph.position.__getitem__)
        levels, codes = self._descriptions(nodes, seen)
        if holds is not None:
            values = {value: levels[:, nodes.index(value.node)] for value in values_of(holds)}
            agrees = np.broadcast_to(np.asarray(evaluate(holds, values), bool), len(levels))
            codes = codes[agrees]
        rows = np.zeros((len(codes), len(self.components)), np.intp)
        column = {node: k for k, node in enumerate(nodes)}
        for k, one in enumerate(self.components):
            if any(node in column for node in one.nodes):
                own = np.stack([codes[:, column[node]] if node in column else np.full(len(codes), -1) for node in one.nodes], axis=1)
                unique, inverse = np.unique(own, axis=0, return_inverse=True)
                rows[:, k] = np.array([self._event(k, tuple(map(int, key))) for key in unique], np.intp)[inverse.ravel()]
        possible = np.ones(len(rows), bool)
        for k, masks in enumerate(self.masks):
            some = np.array([mask.any() for mask in masks])
            possible &= some[rows[:, k]]
        self.described += int(possible.sum())
        if self.described > MOST_DESCRIPTIONS:
            raise AnalysisError(_TOO_MANY)
        return rows[possible]

    def _descriptions(self, nodes: Sequence[str], seen: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Levels of nodes (description, node) and for each the code of its level at its parents' values, node by node."""
        levels = np.zeros((1, 0), np.int64)
        codes = np.zeros((1, 0), np.int64)
        for node in nodes:
            types = self.model.nodal_types(node)
            combination = np.zeros(len(levels), np.int64)
            for stride, parent in zip(strides(types.shape[1]), types.parents, strict=True):
                combination += stride * levels[:, nodes.index(parent)]
            options = [seen[node]] if node in seen else range(types.shape[0])
            k, m = self.home[node]
            outputs = types.outputs[np.unique(self.components[k].types[:, m])]
            grown = []
            for level in options:
                possible = (outputs == level).any(axis=0)[combination]
                code = combination * types.shape[0] + level
                grown.append((np.column_stack([levels, np.full(len(levels), level)])[possible], np.column_stack([codes, code])[possible]))
            levels, codes = np.concatenate([one for one, _ in grown]), np.concatenate([one for _, one in grown])
            if len(levels) > MOST_DESCRIPTIONS:
                raise AnalysisError(_TOO_MANY)
        return levels, codes

    def _event(self, k: int, key: tuple[int, ...]) -> int:
        if key not in self.events[k]:
            one = self.components[k]
            mask = np.ones(len(one), bool)
            for m, (node, code) in enumerate(zip(one.nodes, key, strict=True)):
                if code >= 0:
                    types = self.model.nodal_types(node)
                    combination, level = divmod(code, types.shape[0])
                    mask &= types.outputs[one.types[:, m], combination] == level
            self.events[k][key] = len(self.masks[k])
            self.masks[k].append(mask)
        return self.events[k][key]

    def divided(self, patterns: Sequence[Rows], counts: Sequence[int], left_out: Rows | None) -> tuple[Part, ...]:
        """Return the parts; components are joined where a pattern leaves open what was so in more than one of them."""
        group = list(range(len(self.components)))

        def join(columns: Sequence[int]) -> None:
            roots = {group[column] for column in columns}
            for k, root in enumerate(group):
                if root in roots:
                    group[k] = min(roots)

        for rows in patterns:
            join([k for k in range(len(group)) if len(set(rows[:, k].tolist())) > 1])
        if left_out is not None:
            join([k for k in range(len(group)) if left_out[:, k].any()])
        found = []
        for root in sorted(set(group)):
            own = [k for k, one in enumerate(group) if one == root]
            totals: dict[tuple[tuple[int, ...], ...], int] = {}
            for rows, count in zip(patterns, counts, strict=True):
                key = tuple(sorted(set(map(tuple, rows[:, own].tolist()))))
                if key != ((0,) * len(own),):
                    totals[key] = totals.get(key, 0) + count
            chosen = left_out is not None and bool(left_out[:, own].any())
            found.append(
                Part(
                    tuple(self.components[k] for k in own),
                    tuple(np.array(self.masks[k]) for k in own),
                    tuple(np.array(key, np.intp) for key in totals),
                    np.array(list(totals.values()), np.int64),
                    left_out[:, own] if chosen and left_out is not None else None,
                    sum(counts) if chosen else 0,
                )
            )
        return tuple(found)


_TOO_MANY = (
    f"the nodes that were not seen may have been so in more than {MOST_DESCRIPTIONS:,} ways; leave nodes out of the graph that nobody "
    "looked for, or restrict types"
)


def _selection(model: CausalModel, text: str) -> Statement:
    statement = model.read(text)
    where = f"selected '{text}'"
    if not is_truth(statement):
        raise fault(where, "a number", "a statement that is true or false, such as D == 1")
    if any(value.settings for value in values_of(statement)):
        raise fault(where, "a value in brackets", "a statement about cases as they are, such as D == 1")
    return statement


def _refused(model: CausalModel, seen: Mapping[str, int], selected: str | None) -> tuple[str, str]:
    """Return what was read of a case that can't be, and what is allowed."""
    shown = ", ".join(f"{node}={model.graph.levels[node][level]}" for node, level in seen.items())
    known = Known(tuple(Operation("==", (Value(node), Number(level))) for node, level in seen.items()))
    if np.isfinite(joint(model, [], known).log_total()[0]):
        return shown, f"cases with {selected}, by which they were selected"
    return f"{', '.join(impossible(model, known).clues)}, which the model holds impossible", "a case that the model allows"
