"""How probable clues are under explanations that are events in one causal model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.conflict import impossible
from processtrace.causal.faults import fault, unknown_node
from processtrace.causal.joint import Joint, Known, Report
from processtrace.causal.learned import Mixture, mixture
from processtrace.causal.model import CausalModel
from processtrace.causal.query import read_reports
from processtrace.causal.statements import Number, Operation, Statement, Value, in_words, is_truth, values_of
from processtrace.errors import StudyError, UsageError
from processtrace.logspace import Array

if TYPE_CHECKING:
    import xarray as xr

OTHERWISE = "otherwise"
"""The event that none of the other explanations is right."""

Clues = Mapping[str, Any]
"""For a node, its level; or how probable a report of it is at each of its levels, or a list of such reports."""


def likelihood(
    model: CausalModel | xr.DataTree,
    clues: Clues | Sequence[Clues] | Sequence[str],
    under: Mapping[str, str],
    known: Mapping[str, object] | None = None,
) -> xr.Dataset:
    """Return how probable clues are under explanations: P(clues, event | known) / P(event | known), exactly.

    Parameters
    ----------
    model
        The causal model, or what `learn` gave: then the answer is for a new case.
    clues
        One pattern of clues, a mapping from node to its level, or to the probability of a report at each of its levels, or to a list
        of such reports. Or a list of such patterns. Or a list of nodes, for every pattern of their levels.
    under
        For each explanation, the event in the model that it is: a statement, or `otherwise` for what the others leave.
    known
        Levels of nodes that are conditioned on: why the case was chosen, and therefore not evidence.

    Returns
    -------
    xarray.Dataset
        With the dimensions `pattern` and `hypothesis`: `probability` and `log_probability` of the clues under each explanation, and
        `prior` (hypothesis), the probability of its event given what is known.

    Raises
    ------
    StudyError
        If a statement can't be read, or two events can both happen (with a case in which they do).
    ImpossibleError
        If what is known is impossible, or an event is impossible given what is known.
    """
    import xarray as xr

    whole = mixture(model)
    model = whole.model
    events = _events(model, under)
    case = _levels(model, known or {}, "known")
    asked = list(dict.fromkeys(value for event in events.values() if event is not None for value in values_of(event)))
    before = whole.joint(asked, Known(case))
    if before.log_total()[0] == -np.inf:
        raise impossible(model, Known(case))
    prior = _weights(before, events)
    _must_exclude(model, before, events)
    for (name, event), weight in zip(events.items(), prior[0], strict=True):
        if weight == -np.inf:
            raise _never_happens(model, name, event, Known(case))
    if not isinstance(clues, Mapping) and clues and all(isinstance(node, str) for node in clues):
        names = [str(node) for node in clues]
        patterns, logs = _every_pattern(whole, names, asked, events, case)
    else:
        listed: Sequence[Any] = [clues] if isinstance(clues, Mapping) else list(clues)
        if not listed or not all(isinstance(one, Mapping) for one in listed):
            raise UsageError(
                "clues: a mapping from node to level or to the probabilities of a report, a list of these, or a list of nodes is allowed"
            )
        patterns = [", ".join(f"{node}={_shown(model, node, given)}" for node, given in one.items()) for one in listed]
        logs = np.concatenate([_weights(whole.joint(asked, _pattern(model, one, case)), events) for one in listed])
    logs = logs - prior
    return xr.Dataset(
        {
            "probability": (("pattern", "hypothesis"), np.exp(logs)),
            "log_probability": (("pattern", "hypothesis"), logs),
            "prior": ("hypothesis", np.exp(prior[0] - before.log_total()[0])),
        },
        coords={"pattern": patterns, "hypothesis": list(events)},
    )


def _events(model: CausalModel, under: Mapping[str, str]) -> dict[str, Statement | None]:
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


def _levels(model: CausalModel, known: Mapping[str, object], what: str) -> tuple[Statement, ...]:
    for node in known:
        if node not in model.graph.parents:
            raise unknown_node(what, node, model.nodes)
    return tuple(Operation("==", (Value(node), Number(model.graph.level(node, level)))) for node, level in known.items())


def _is_level(given: Any) -> bool:
    return isinstance(given, str | int | np.integer)


def _pattern(model: CausalModel, clues: Clues, case: tuple[Statement, ...]) -> Known:
    _must_be_new(clues, case)
    seen = _levels(model, {node: given for node, given in clues.items() if _is_level(given)}, "clues")
    reports: tuple[Report, ...] = read_reports(model, {node: given for node, given in clues.items() if not _is_level(given)})
    return Known((*case, *seen), reports)


def _must_be_new(nodes: Iterable[str], case: tuple[Statement, ...]) -> None:
    """Raise a fault if a clue is about a node that is known."""
    known = {value.node for statement in case for value in values_of(statement)}
    for node in nodes:
        if node in known:
            raise fault("clues", f"'{node}', which is known", "nodes that are not known: what is known is not evidence")


def _shown(model: CausalModel, node: str, given: Any) -> str:
    return model.graph.levels[node][model.graph.level(node, given)] if _is_level(given) and node in model.graph.levels else f"{given}"


def _weights(table: Joint, events: Mapping[str, Statement | None]) -> Array:
    """Return the log probability of each event together with what is known (batch, event)."""
    rest = _rest(events)
    return np.stack([table.log_weight(rest if event is None else event) for event in events.values()], axis=-1)


def _rest(events: Mapping[str, Statement | None]) -> Statement:
    """Return the event that no stated one happens."""
    stated = tuple(event for event in events.values() if event is not None)
    if not stated:
        return Operation("==", (Number(1), Number(1)))
    return Operation("not", (Operation("or", stated) if len(stated) > 1 else stated[0],))


def _every_pattern(
    whole: Mixture, nodes: Sequence[str], asked: Sequence[Value], events: Mapping[str, Statement | None], case: tuple[Statement, ...]
) -> tuple[list[str], Array]:
    """Every pattern of levels of some nodes, and the log probability of each with each event, from one table."""
    model = whole.model
    _must_be_new(nodes, case)
    for node in nodes:
        if node not in model.graph.parents:
            raise unknown_node("clues", node, model.nodes)
    clues = [Value(node) for node in dict.fromkeys(nodes)]
    table = whole.joint([*clues, *asked], Known(case))
    labels = [model.graph.levels[clue.node] for clue in clues]
    patterns = [", ".join(f"{clue.node}={label}" for clue, label in zip(clues, chosen, strict=True)) for chosen in product(*labels)]
    rest = _rest(events)
    logs = [table.log_table(clues, rest if event is None else event).ravel() for event in events.values()]
    return patterns, np.stack(logs, axis=-1)


def _must_exclude(model: CausalModel, table: Joint, events: Mapping[str, Statement | None]) -> None:
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


def _never_happens(model: CausalModel, name: str, event: Statement | None, known: Known) -> StudyError | Exception:
    if event is None:
        return fault(
            f"explanation '{name}'",
            "'otherwise', which has probability 0",
            "explanations that leave something for it, or none of this name",
        )
    return impossible(model, Known((*known.statements, event), known.reports))
