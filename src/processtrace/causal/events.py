"""Explanations as events in a causal model: how they are read, and how probable they are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from processtrace.causal.conflict import impossible
from processtrace.causal.faults import fault, unknown_node
from processtrace.causal.joint import Joint, Known
from processtrace.causal.model import CausalModel
from processtrace.causal.statements import Number, Operation, Statement, Value, in_words, is_truth, values_of
from processtrace.errors import StudyError, UsageError
from processtrace.logspace import Array

OTHERWISE = "otherwise"
"""The event that none of the other explanations is right."""

Events = Mapping[str, Statement | None]
"""The event of each explanation; none stands for `otherwise`."""


def read_events(model: CausalModel, under: Mapping[str, str]) -> dict[str, Statement | None]:
    """Return the event of each explanation; none stands for `otherwise`."""
    if not under:
        raise UsageError("under: nothing; at least one explanation is needed, as in {'caused': 'Y[X=1] > Y[X=0]'}")
    events: dict[str, Statement | None] = {}
    for name, text in under.items():
        event = None if isinstance(text, str) and text.strip() == OTHERWISE else model.read(text)
        if event is not None and not is_truth(event):
            raise fault(f"explanation '{name}'", f"'{text}', which is a number", "a statement that is true or false")
        events[str(name)] = event
    if sum(event is None for event in events.values()) > 1:
        raise fault("explanations", f"'{OTHERWISE}' twice", "one explanation that holds the rest")
    return events


def levels_of(model: CausalModel, known: Mapping[str, object], what: str) -> tuple[Statement, ...]:
    """Return the statements that nodes have these levels."""
    for node in known:
        if node not in model.graph.parents:
            raise unknown_node(what, node, model.nodes)
    return tuple(Operation("==", (Value(node), Number(model.graph.level(node, level)))) for node, level in known.items())


def weights(table: Joint, events: Events) -> Array:
    """Return the log probability of each event together with what is known (batch, event)."""
    others = rest(events)
    return np.stack([table.log_weight(others if event is None else event) for event in events.values()], axis=-1)


def rest(events: Events) -> Statement:
    """Return the event that no stated one happens."""
    stated = tuple(event for event in events.values() if event is not None)
    if not stated:
        return Operation("==", (Number(1), Number(1)))
    return Operation("not", (Operation("or", stated) if len(stated) > 1 else stated[0],))


def must_exclude(model: CausalModel, table: Joint, events: Events) -> None:
    """Raise the fault of two events that can both happen, with a case in which they do."""
    possible = np.isfinite(table.log_probability[0])
    stated = {name: event for name, event in events.items() if event is not None}
    truths = {name: np.broadcast_to(np.asarray(table.evaluate(event), bool), possible.shape) for name, event in stated.items()}
    for place, first in enumerate(stated):
        for second in list(stated)[place + 1 :]:
            both = truths[first] & truths[second] & possible
            if both.any():
                cell = np.argwhere(both)[0]
                asked = dict.fromkeys(value for name in (first, second) for value in values_of(stated[name]))
                witness = ", ".join(
                    in_words(Operation("==", (value, Number(table.level(value, cell)))), model.graph.levels) for value in asked
                )
                raise fault(
                    f"explanations '{first}' and '{second}'",
                    f"events that can both happen, as where {witness}",
                    "events of one model that exclude each other",
                    f"add 'and not ({in_words(stated[first], model.graph.levels)})' to the second",
                )


def never_happens(model: CausalModel, name: str, event: Statement | None, known: Known) -> StudyError | Exception:
    """Return the error that the event of an explanation has probability 0, given what is known."""
    if event is None:
        return fault(
            f"explanation '{name}'",
            "'otherwise', which has probability 0",
            "explanations that leave something for it, or none of this name",
        )
    return impossible(model, Known((*known.statements, event), known.reports))
