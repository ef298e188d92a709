"""The hypotheses of a study as events in its causal models, and the faults of the models."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from processtrace.errors import Fault, Location, StudyError
from processtrace.study.causal import Causal, Drawn

if TYPE_CHECKING:
    from processtrace.causal.explained import Explained
    from processtrace.causal.lesson import Lesson
    from processtrace.causal.model import CausalModel
    from processtrace.study.frozen import Map
    from processtrace.study.parts import Hypothesis


@lru_cache(maxsize=64)
def causal_models(causal: Causal) -> dict[str, CausalModel]:
    """Return the causal models by name; the only one has a blank name.

    Raises
    ------
    StudyError
        With every fault of their words, each with its place in the study.
    """
    made, faults = {}, []
    for name, drawn in causal.drawn.items():
        try:
            made[name] = _model(drawn)
        except StudyError as error:
            faults += [_placed(fault, causal, name) for fault in error.faults]
    if faults:
        raise StudyError(list(dict.fromkeys(faults)))
    return made


def lessons(causal: Causal, row: str | None = None) -> dict[str, Lesson | None]:
    """Return the cases from which the shares of each model are learned; none where they are stated."""
    from pathlib import Path

    from processtrace.causal.cases import read_table
    from processtrace.causal.lesson import Lesson

    made: dict[str, Lesson | None] = {}
    for name, drawn in causal.drawn.items():
        learn = drawn.learn
        if learn is None:
            made[name] = None
        else:
            table = learn.read if learn.read is not None else read_table(Path(learn.cases))
            made[name] = Lesson(causal_models(causal)[name], table, learn.selected, row)
    return made


def explained(causal: Causal, hypotheses: Map[Hypothesis], known: Map[str], row: str | None = None) -> Explained:
    """Return the hypotheses as events in the causal models, given what is known of a case, and which of the learned cases it is."""
    from processtrace.causal.explained import Explained

    models = causal_models(causal)
    places = {name: place for place, name in enumerate(models)}
    events = [(places[part.model or ""], part.when or "") if part.modelled else None for part in hypotheses.values()]
    return Explained(tuple(hypotheses), tuple(models.values()), tuple(events), tuple(known.items()), tuple(lessons(causal, row).values()))


def prior_from_model(causal: Causal, hypotheses: Map[Hypothesis], known: Map[str], row: str | None = None) -> dict[str, float]:
    """Return the probability of each hypothesis's event given what is known; 1 for one that is judged by hand."""
    from math import exp

    found = explained(causal, hypotheses, known, row)
    return dict(zip(hypotheses, map(exp, found.log_prior.tolist()), strict=True))


def _model(drawn: Drawn) -> CausalModel:
    from processtrace.causal.faults import unknown_node
    from processtrace.causal.graph import read_graph
    from processtrace.causal.model import CausalModel

    if not drawn.graph:
        raise StudyError([Fault("causal", "no graph", "a graph such as X -> M -> Y", "write 'graph:'", ("graph",))])
    graph = read_graph("\n".join(drawn.graph), None, None)
    strangers = [unknown_node("nodes", node, graph.nodes, ("nodes", node)) for node in drawn.nodes if node not in graph.parents]
    if strangers:
        raise StudyError([fault for error in strangers for fault in error.faults])
    levels = {name: node.levels for name, node in drawn.nodes.items() if node.levels}
    ruled = {name: node.rule for name, node in drawn.nodes.items() if node.rule is not None}
    return CausalModel(
        "\n".join(drawn.graph),
        levels=levels,
        never=[part.statement for part in drawn.never],
        keep=drawn.keep,
        parents=drawn.parents,
        shares=drawn.shares,
        alpha={key: weight if isinstance(weight, Mapping) else str(weight) for key, weight in drawn.alpha.items()},
        rules=ruled,
    )


def _placed(fault: Fault, causal: Causal, name: str) -> Fault:
    """Return a fault of a model with its place in the study: under the rival that states the key, or else under what all share."""
    key = str(fault.loc[0]) if fault.loc else "graph"
    inner: Location = fault.loc or ("graph",)
    if key in ("levels", "rule"):
        key, inner = "nodes", ("nodes", *fault.loc[1:], key)
    elif key == "never" and len(inner) > 1:
        inner = (*inner, "statement")
    own = causal.models is not None and bool(getattr(causal.models[name], key, None))
    head: Location = ("causal", "models", name) if own else ("causal",)
    where = f"model '{name}', {fault.where}" if name else fault.where
    return dataclasses.replace(fault, where=where, loc=(*head, *inner))
