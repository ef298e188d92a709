"""The explanations of one case as events in causal models: a source of likelihoods for all clues of the case at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod

import numpy as np

from processtrace.causal.conflict import impossible
from processtrace.causal.events import OTHERWISE, Events, levels_of, must_exclude, never_happens, rest, weights
from processtrace.causal.joint import Known, Report, joint
from processtrace.causal.learned import Mixture, mixture
from processtrace.causal.lesson import Lesson
from processtrace.causal.model import CausalModel
from processtrace.causal.statements import Number, Operation, Statement, Value, values_of
from processtrace.logspace import Array, log, logsumexp

MOST_COMBINATIONS = 2**12
"""Combinations of levels of the nodes reported on, up to which reports are weighed in one table over all of them."""

ALL: Statement = Operation("==", (Number(1), Number(1)))
"""The event of an explanation that is a whole model."""


@dataclass(frozen=True)
class Explained:
    """The explanations of a case: which model each belongs to, which event in it each is, and what is known of the case.

    `events` holds, in the order of `names`, the place of the model and the statement, which is blank where the explanation is
    the whole model; none stands for an explanation that is judged by hand. `lessons` holds for each model the cases that its
    shares are learned from.
    """

    names: tuple[str, ...]
    models: tuple[CausalModel, ...]
    events: tuple[tuple[int, str] | None, ...]
    known: tuple[tuple[str, str], ...] = ()
    lessons: tuple[Lesson | None, ...] = ()

    @property
    def by_hand(self) -> tuple[bool, ...]:
        """Whether each explanation is judged by hand."""
        return tuple(event is None for event in self.events)

    def of_model(self, place: int) -> tuple[int, ...]:
        """Return the places of the explanations that are events in one of the models."""
        return tuple(h for h, event in enumerate(self.events) if event is not None and event[0] == place)

    def levels(self, node: str) -> tuple[str, ...]:
        """Return the labels of a node's levels."""
        return next(model.graph.levels[node] for model in self.models if node in model.graph.levels)

    def sides(self) -> tuple[Side, ...]:
        """Return the models with their events, each once."""
        return tuple(side for place in range(len(self.models)) if (side := _side(self, place)).events)

    def check(self) -> None:
        """Raise the fault of explanations that overlap or can't happen, or of what is known and can't be.

        Raises
        ------
        StudyError
            If two events of one model can both happen, or `otherwise` has probability 0.
        ImpossibleError
            If what is known, or an event given what is known, has probability 0.
        """
        for side in self.sides():
            side.check()

    @cached_property
    def log_prior(self) -> Array:
        """The log probability of each event given what is known, nats, (hypothesis,); 0 where it is judged by hand."""
        found = np.zeros(len(self.events))
        for side in self.sides():
            found[list(side.places)] = side.log_prior
        return found

    def log_likelihood(self, reports: Sequence[Report]) -> Array:
        """Return the log probability of reports of nodes under each explanation, given what is known.

        Parameters
        ----------
        reports
            Nodes, and how probable a report of each is at each of its levels, (batch, level).

        Returns
        -------
        Array
            Nats, (batch, hypothesis); 0 under an explanation that is judged by hand.
        """
        found = np.zeros((len(reports[0][1]), len(self.events)))
        for side in self.sides():
            found[:, list(side.places)] = side.log_likelihood(reports)
        return found

    def log_table(self, nodes: Sequence[str]) -> Array | None:
        """Return the log probability of every combination of the nodes' levels under each explanation, (combination, hypothesis).

        The last node runs fastest. There is none where the combinations are more than MOST_COMBINATIONS. It is 0 under an explanation
        that is judged by hand.
        """
        size = prod(len(self.levels(node)) for node in nodes)
        if size > MOST_COMBINATIONS:
            return None
        found = np.zeros((size, len(self.events)))
        for side in self.sides():
            found[:, list(side.places)] = side.table(tuple(nodes))
        return found


@lru_cache(maxsize=256)
def _side(explained: Explained, place: int) -> Side:
    return Side(explained, place)


@dataclass(frozen=True, eq=False)
class Side:
    """One model of a case with the explanations that are events in it."""

    explained: Explained
    place: int

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The places of the explanations that are events in the model."""
        return self.explained.of_model(self.place)

    @cached_property
    def whole(self) -> Mixture:
        """What answers under the model: its own shares, or those learned from cases."""
        lesson = self.explained.lessons[self.place] if self.explained.lessons else None
        return mixture(self.explained.models[self.place]) if lesson is None else lesson.mixture()

    @cached_property
    def model(self) -> CausalModel:
        """The model."""
        return self.explained.models[self.place]

    @cached_property
    def events(self) -> Events:
        """The event that each of these explanations is."""
        found: dict[str, Statement | None] = {}
        for h in self.places:
            event = self.explained.events[h]
            text = "" if event is None else event[1]
            found[self.explained.names[h]] = None if text == OTHERWISE else self.model.read(text) if text else ALL
        return found

    @cached_property
    def asked(self) -> tuple[Value, ...]:
        """The values that the events ask about."""
        return tuple(dict.fromkeys(value for event in self.events.values() if event is not None for value in values_of(event)))

    @cached_property
    def case(self) -> tuple[Statement, ...]:
        """What is known of the case."""
        return levels_of(self.model, dict(self.explained.known), "known")

    @cached_property
    def log_prior(self) -> Array:
        """The log probability of each event given what is known, nats, (event,)."""
        before = self.whole.joint(self.asked, Known(self.case))
        return np.asarray(weights(before, self.events)[0] - before.log_total()[0])

    def check(self) -> None:
        """Raise the fault of events that overlap or can't happen, or of what is known and can't be."""
        before = joint(self.model, self.asked, Known(self.case))
        if before.log_total()[0] == -np.inf:
            raise impossible(self.model, Known(self.case))
        must_exclude(self.model, before, self.events)
        for (name, event), weight in zip(self.events.items(), weights(before, self.events)[0], strict=True):
            if weight == -np.inf:
                raise never_happens(self.model, name, event, Known(self.case))

    @cached_property
    def log_weights(self) -> Array:
        """The log probability of each event together with what is known, before any case is learned from, (event,)."""
        return np.asarray(weights(joint(self.model, self.asked, Known(self.case)), self.events)[0])

    @cached_property
    def _tables(self) -> dict[tuple[str, ...], Array]:
        return {}

    def table(self, nodes: tuple[str, ...]) -> Array:
        """Return the log probability of every combination of the nodes' levels under each event (combination, event)."""
        if nodes not in self._tables:
            known = {value.node: value for value in map(Value, nodes)}
            both = self.whole.joint([*known.values(), *self.asked], Known(self.case))
            before = self.whole.joint(self.asked, Known(self.case))
            shape = [len(self.explained.levels(node)) for node in nodes]
            logs = np.full((*shape, len(self.events)), -np.inf)
            settled = dict(self.explained.known)
            where = tuple(
                self.model.graph.level(node, settled[node]) if node in settled else slice(None) for node in nodes
            )  # what is known has one level
            prior = weights(before, self.events)[0]
            for k, event in enumerate(self.events.values()):
                logs[(*where, k)] = (
                    both.log_table([known[node] for node in nodes], rest(self.events) if event is None else event)[0] - prior[k]
                )
            self._tables[nodes] = logs.reshape(-1, len(self.events))
        return self._tables[nodes]

    def log_likelihood(self, reports: Sequence[Report]) -> Array:
        """Return the log probability of reports (batch, event)."""
        nodes = tuple(dict.fromkeys(node for node, _ in reports))
        sizes = [len(self.explained.levels(node)) for node in nodes]
        if prod(sizes) <= MOST_COMBINATIONS:
            return self._by_table(nodes, sizes, reports)
        prior = self.log_prior + self.whole.joint([], Known(self.case)).log_total()[0]
        if len(self.whole.log_weights) == 1:
            return np.asarray(
                weights(joint(self.model, self.asked, Known(self.case, tuple(reports)), self.whole.shares), self.events) - prior
            )
        rows = [
            weights(self.whole.joint(self.asked, Known(self.case, tuple((node, chances[row]) for node, chances in reports))), self.events)
            for row in range(len(reports[0][1]))
        ]
        return np.asarray(np.concatenate(rows) - prior)

    def _by_table(self, nodes: tuple[str, ...], sizes: Sequence[int], reports: Sequence[Report]) -> Array:
        table = self.table(nodes)
        levels = np.unravel_index(np.arange(len(table)), sizes)
        batch = len(reports[0][1])
        found = np.empty((batch, table.shape[1]))
        width = max(1, 2**22 // len(table))
        for start in range(0, batch, width):
            some = slice(start, start + width)
            logs = sum(log(chances[some])[:, levels[nodes.index(node)]] for node, chances in reports)
            for k in range(table.shape[1]):
                found[some, k] = logsumexp(np.asarray(logs) + table[:, k])
        return found
