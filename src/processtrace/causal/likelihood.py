"""How probable clues are under explanations that are events in one causal model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.conflict import impossible
from processtrace.causal.events import Events, levels_of, must_exclude, never_happens, read_events, rest, weights
from processtrace.causal.faults import fault, unknown_node
from processtrace.causal.joint import Known, Report
from processtrace.causal.learned import Mixture, mixture
from processtrace.causal.model import CausalModel
from processtrace.causal.query import read_reports
from processtrace.causal.statements import Statement, Value, values_of
from processtrace.errors import UsageError
from processtrace.logspace import Array

if TYPE_CHECKING:
    import xarray as xr

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
    events = read_events(model, under)
    case = levels_of(model, known or {}, "known")
    asked = list(dict.fromkeys(value for event in events.values() if event is not None for value in values_of(event)))
    before = whole.joint(asked, Known(case))
    if before.log_total()[0] == -np.inf:
        raise impossible(model, Known(case))
    prior = weights(before, events)
    must_exclude(model, before, events)
    for (name, event), weight in zip(events.items(), prior[0], strict=True):
        if weight == -np.inf:
            raise never_happens(model, name, event, Known(case))
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
        logs = np.concatenate([weights(whole.joint(asked, _pattern(model, one, case)), events) for one in listed])
    logs = logs - prior
    return xr.Dataset(
        {
            "probability": (("pattern", "hypothesis"), np.exp(logs)),
            "log_probability": (("pattern", "hypothesis"), logs),
            "prior": ("hypothesis", np.exp(prior[0] - before.log_total()[0])),
        },
        coords={"pattern": patterns, "hypothesis": list(events)},
    )


def _is_level(given: Any) -> bool:
    return isinstance(given, str | int | np.integer)


def _pattern(model: CausalModel, clues: Clues, case: tuple[Statement, ...]) -> Known:
    _must_be_new(clues, case)
    seen = levels_of(model, {node: given for node, given in clues.items() if _is_level(given)}, "clues")
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


def _every_pattern(
    whole: Mixture, nodes: Sequence[str], asked: Sequence[Value], events: Events, case: tuple[Statement, ...]
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
    others = rest(events)
    logs = [table.log_table(clues, others if event is None else event).ravel() for event in events.values()]
    return patterns, np.stack(logs, axis=-1)
