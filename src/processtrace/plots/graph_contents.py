"""What the figure of a graph shows besides its arrows: the levels that a case knows, what its clues report, labels, cause and outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from processtrace.causal.events import OTHERWISE
from processtrace.causal.faults import unknown_node
from processtrace.causal.model import CausalModel
from processtrace.causal.statements import values_of
from processtrace.errors import UsageError
from processtrace.study import Case, Source, Study
from processtrace.study.clues import clues, level_of


@dataclass(frozen=True)
class Contents:
    """What stands in and below the nodes of a graph.

    Attributes
    ----------
    model
        The causal model.
    known, shown
        The label of the level that is known of a node, and that a clue shows for certain.
    reported
        What clues that can err, or are judged given a node's value, report of it, in a word or two each.
    labels, at
        What stands below a node, and the places that the study's file sets.
    cause, outcome
        The nodes that are ringed, where there are such.
    title
        The name of the case.
    """

    model: CausalModel
    known: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    reported: Mapping[str, Sequence[str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    at: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    cause: str | None = None
    outcome: str | None = None
    title: str = ""


def contents(model: CausalModel | Study, case: Mapping[str, object] | Case | str | None, name: str | None) -> Contents:
    """Return what is drawn of a causal model or of one of a study's, and of a case.

    Raises
    ------
    UsageError
        If the study has no causal model or several of which none is named, or no such case.
    StudyError
        If a name is no node of the graph, or a value no level of its node.
    """
    if isinstance(model, CausalModel):
        if isinstance(case, str):
            raise UsageError(
                f"case: '{case}'; with a causal model a Case, or a mapping from node to level; with a study the name of a case"
            )
        found = _of_case(model, case, {}) if isinstance(case, Case) else (_levels(model, case or {}), {}, {})
        return Contents(model, *found, title=case.name if isinstance(case, Case) else "")
    chosen = _chosen(model, name)
    own = model.causal_models[chosen]
    nodes = {} if model.causal is None else model.causal.drawn[chosen].nodes
    one = _named(model, case) if isinstance(case, str) else case
    found = _of_case(own, one, model.sources) if isinstance(one, Case) else (_levels(own, one or {}), {}, {})
    labels = {node: part.label for node, part in nodes.items() if part.label}
    at = {node: part.at for node, part in nodes.items() if part.at is not None}
    events = [part.when for part in model.hypotheses.values() if (part.model or "") == chosen and part.when not in (None, OTHERWISE)]
    return Contents(own, *found, labels, at, *_asked(own, filter(None, events)), one.name if isinstance(one, Case) else "")


def _chosen(study: Study, name: str | None) -> str:
    """Return the name of the model that is drawn; the only one has a blank name."""
    names = list(study.causal_models)
    if not names:
        raise UsageError("no 'causal' section; a study with a causal model is needed")
    if name is None and len(names) == 1:
        return names[0]
    if name is None or name not in names:
        read = "none named" if name is None else f"'{name}'"
        raise UsageError(f"model: {read}; {f'one of {", ".join(names)}' if any(names) else 'no name: there is one model'}")
    return name


def _named(study: Study, name: str) -> Case:
    for case in study.cases:
        if case.id == name:
            return case
    raise UsageError(f"case: '{name}'; one of {', '.join(case.id for case in study.cases)}")


def _levels(model: CausalModel, case: Mapping[str, object]) -> dict[str, str]:
    for node in case:
        if node not in model.graph.parents:
            raise unknown_node("case", node, model.nodes)
    return {node: model.graph.levels[node][model.graph.level(node, level)] for node, level in case.items()}


def _of_case(model: CausalModel, case: Case, shared: Mapping[str, Source]) -> tuple[dict[str, str], dict[str, str], dict[str, list[str]]]:
    """Return the levels that are known, those that clues show for certain, and what other clues report."""
    known, sources = _levels(model, case.known), {**shared, **case.sources}
    shown: dict[str, str] = {}
    reported: dict[str, list[str]] = {}
    for item in clues(case):
        node = item.node or ""
        if not item.counts or node not in model.graph.parents:
            continue
        if item.observes is None:
            reported.setdefault(node, []).append("judged")
            continue
        labels = model.graph.levels[node]
        label = labels[level_of(labels, item.observes[node]) or 0]
        certain = all(name in sources and not sources[name].ranged and sources[name].rates == (1.0, 0.0) for name in item.source)
        if item.status == "found" and certain:
            if node not in known:
                shown[node] = label
        else:
            reported.setdefault(node, []).append(f"{label} {'reported' if item.status == 'found' else 'not found'}")
    return known, shown, {node: list(dict.fromkeys(texts)) for node, texts in reported.items()}


def _asked(model: CausalModel, events: Iterable[str]) -> tuple[str | None, str | None]:
    """Return the cause and the outcome that statements such as `D[I=1] > D[I=0]` are about, where it is one of each."""
    values = [value for text in events for value in values_of(model.read(text)) if value.settings]
    outcomes, causes = (
        {value.node for value in values},
        {node for value in values for node, level in value.settings if isinstance(level, int)},
    )
    return (causes.pop() if len(causes) == 1 else None), (outcomes.pop() if len(outcomes) == 1 else None)
