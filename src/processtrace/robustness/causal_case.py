"""One case under a causal model, with its shares open to change: what the graph's clues and the rest say of each explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from processtrace.causal.joint import Joint, Known, Report
from processtrace.causal.learned import Mixture
from processtrace.causal.model import CausalModel
from processtrace.causal.statements import Number, Operation, Statement, Value, values_of
from processtrace.logspace import Array, log, normalise

TIE = 1e-9
"""How much the leader's weight may fall short of another's, as a part of it, before it has lost the lead."""


@dataclass(frozen=True, eq=False)
class CausalCase:
    """A case under a causal model.

    Attributes
    ----------
    model
        The causal model, at its expected shares.
    events
        For each explanation the event that it is in the model: a statement, `otherwise`, or blank for the whole model.
    known
        What is conditioned on.
    reports
        Reports of nodes: how probable each is at each level.
    prior
        For each explanation its stated prior; where none, the prior is that of the model.
    judged
        For each explanation the log likelihood of what was judged by hand, nats; 0 where left out.
    others
        For each explanation that is no event in this model the log of its prior times its likelihood, nats.
    weight
        The prior of the model as a whole, where `others` are explanations of their own.
    nodes, likelihood
        Nodes that clues are about, and how probable all the evidence is at each of their levels under each explanation of the model,
        (level of each node, ..., explanation): in the place of `reports` and `judged` where sources are shared.
    """

    model: CausalModel
    events: Mapping[str, str]
    known: tuple[Statement, ...] = ()
    reports: tuple[Report, ...] = ()
    prior: Mapping[str, float] | None = None
    judged: Mapping[str, float] = field(default_factory=dict)
    others: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0
    nodes: tuple[str, ...] = ()
    likelihood: Array | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The explanations: those that are events in the model, then the others."""
        return (*self.events, *self.others)

    @cached_property
    def _statements(self) -> dict[str, Statement]:
        rest: Statement = Operation("==", (Number(1), Number(1)))
        stated = {name: self.model.read(text) if text else rest for name, text in self.events.items() if text.strip() != "otherwise"}
        if stated:
            parts = tuple(stated.values())
            rest = Operation("not", (Operation("or", parts) if len(parts) > 1 else parts[0],))
        return {name: stated.get(name, rest) for name in self.events}

    def fractions(self, tables: Mapping[str, Array]) -> tuple[Array, Array]:
        """Return two numbers of each explanation of which the ratio is its weight (table, explanation).

        Each is linear in every row of every table of shares, so that along a line of shares it is known from its two ends.

        Parameters
        ----------
        tables
            For a node, shares in the place of the model's (table, type of each earlier confounded node, ..., type).
        """
        number = max((len(table) for table in tables.values()), default=1)
        whole = Mixture(self.model, tables, np.zeros(number))
        asked = list(dict.fromkeys(value for event in self._statements.values() for value in values_of(event)))
        clues = [Value(node) for node in self.nodes]
        after = whole.each(dict.fromkeys([*clues, *asked]), Known(self.known, self.reports))
        before = whole.each(asked, Known(self.known)) if self.reports or self.nodes or self.prior is not None else after
        if self.likelihood is None:
            above = np.stack([np.exp(after.log_weight(event)) for event in self._statements.values()], axis=-1)
        else:
            above = np.stack([self._weighed(after, clues, event, k) for k, event in enumerate(self._statements.values())], axis=-1)
        if self.prior is None:
            below = np.repeat(np.exp(before.log_total())[:, None], len(self.events), axis=1)
            stated = np.full(len(self.events), self.weight)
        else:
            below = np.stack([np.exp(before.log_weight(event)) for event in self._statements.values()], axis=-1)
            stated = np.array([self.prior[name] for name in self.events])
        factor = stated * np.exp([self.judged.get(name, 0.0) for name in self.events])
        rest = np.exp(np.array(list(self.others.values()), float))
        ones = np.ones((len(above), len(rest)))
        return np.column_stack([above * factor, ones * rest]), np.column_stack([below, ones])

    def _weighed(self, after: Joint, clues: list[Value], event: Statement, k: int) -> Array:
        """Return the probability of an event, at each level of the nodes that clues are about as probable as the evidence is there (table)."""
        assert self.likelihood is not None
        chances = np.exp(after.log_table(clues, event))
        own = self.likelihood[..., k]
        settled = [after.places[clue] for clue in clues]
        own = own[tuple(place if isinstance(place, int) else slice(None) for place in settled)]
        return np.asarray((chances * own).reshape(len(chances), -1).sum(axis=1))

    def weights(self, tables: Mapping[str, Array] | None = None) -> Array:
        """Return the weight of each explanation, in proportion to its posterior (table, explanation)."""
        return ratio(*self.fractions(tables or {}))

    def posterior(self, tables: Mapping[str, Array] | None = None) -> Array:
        """Return the posterior of each explanation (table, explanation); NaN where what is known is impossible."""
        with np.errstate(invalid="ignore"):
            logs = log(self.weights(tables))
            return np.where(np.isfinite(logs).any(axis=1, keepdims=True), np.exp(normalise(logs)), np.nan)

    @cached_property
    def leader(self) -> int | None:
        """The place of the leading explanation; none with a tie or a single explanation."""
        return leading(self.weights()[0])


def leading(weights: Array) -> int | None:
    """Return the place of the largest weight; none with a tie or a single one."""
    order = np.argsort(-weights)
    if len(weights) < 2 or weights[order[1]] >= weights[order[0]] * (1 - TIE):
        return None
    return int(order[0])


def ratio(above: Array, below: Array) -> Array:
    """Return weights from their two numbers; an explanation that can't be has weight 0."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def tips_at(starts: tuple[Array, Array], ends: tuple[Array, Array], leader: int, now: float) -> float:
    """Return where on a line from 0 to 1 the leader loses the lead first as one moves away from `now`; NaN where nowhere.

    Parameters
    ----------
    starts, ends
        The two numbers of each explanation at 0 and at 1, (explanation); between them both are linear.
    leader
        Place of the leader.
    now
        Where on the line the case is.
    """
    found: list[float] = []
    for other in range(len(starts[0])):
        if other != leader:
            # a product of two linear functions, less another: a quadratic in the place on the line
            one = np.polymul(_line(starts[0], ends[0], leader), _line(starts[1], ends[1], other))
            two = np.polymul(_line(starts[0], ends[0], other), _line(starts[1], ends[1], leader))
            found += _zeros(np.polysub(one, two))
    return min(found, key=lambda place: abs(place - now), default=float("nan"))


def _line(starts: Array, ends: Array, place: int) -> Array:
    return np.array([ends[place] - starts[place], starts[place]])


def _zeros(polynomial: Array) -> list[float]:
    """Return where a quadratic that is positive at the present place changes its sign between 0 and 1, ends included."""
    a, b, c = (float(one) for one in np.concatenate([np.zeros(3 - len(polynomial)), polynomial]))
    scale = max(abs(a), abs(b), abs(c))
    if scale == 0:
        return []
    if abs(a) < 1e-13 * scale:
        roots = [-c / b] if abs(b) > 1e-13 * scale else []
    else:
        inside = b * b - 4 * a * c
        if inside <= 0:
            return []
        q = -(b + np.copysign(np.sqrt(inside), b)) / 2
        roots = [q / a, c / q] if q else [0.0]
    return [min(max(root, 0.0), 1.0) for root in roots if -1e-12 <= root <= 1 + 1e-12]
