"""What a page needs to update a study by itself, in the reader's browser: the engine's numbers, ready for JSON.

Judgements, priors and correlations are passed as they are, for readers to change. What they cannot change is computed here:
log T and log F of each item (its sources and search, as in `exact.items`), at each node of the reliabilities that are ranges.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from processtrace.exact.case import CaseNumbers, subset_nats
from processtrace.exact.items import Clue, log_reports
from processtrace.exact.unit import reliabilities
from processtrace.inference.numbers import case_numbers
from processtrace.logspace import Array
from processtrace.study import Case, Evidence, Study
from processtrace.study.clues import labels_of
from processtrace.study.labels import within
from processtrace.study.probabilities import time_key
from processtrace.text.dates import in_words

MOST_NODES = 512
"""Largest number of nodes of reliabilities in one unit that a page holds; the judgements of a unit with more are fixed there."""

MOST_COMBINATIONS = 1024
"""Largest number of combinations of levels of the clues' nodes that a page holds; the items of a unit with more are fixed there."""

Json = dict[str, Any]


def payload(study: Study) -> Json:
    """Return the study in numbers for a page.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    dict
        Lists and numbers, ready for JSON; minus infinity is null.

        `hypotheses`: identifier, label, and the label as it reads inside a sentence. `prior`: probabilities. `clusters`: key,
        label and correlation; a cluster of several cases is there once. `cases`: `prior` (null where it is the study's), the
        coverage of ranges as `z`, `items`, `units`, and `order`, the places of the items in order of time.

        An item has the ends of its judgements, `low` and `high` (hypothesis), its `cluster` and what it is `given` by place,
        and `t` and `f`, log T and log F in nats (hypothesis, node). A unit has its `items` by place, `nodes`, the log weights
        of the nodes of its reliabilities, `ranged`, the sources whose reliability is a range, and `terms`, its log-likelihood
        terms as judged in nats (item, hypothesis), each given the earlier items. Where the nodes are too many for a page,
        `fixed` is true and there are none. A `clue` of a causal model has its `node` and how probable its finding is by level, and its
        unit a `graph`: `weight`, log P of the levels of all nodes together (hypothesis, combination), the `levels` of each node
        by combination, and which hypotheses are judged by `hand`. `prior_from_model` is true where the prior of every case follows
        from the causal model.
    """
    weights = np.array(list(study.prior_weights.values()), float)
    keys: dict[str, Json] = {}
    cases = [_case(study, case, keys) for case in study.cases]
    return {
        "hypotheses": [
            {"id": h, "label": part.name, "inside": inside}
            for (h, part), inside in zip(study.explanations.items(), within(study), strict=True)
        ],
        "prior": (weights / weights.sum()).tolist(),
        "prior_from_model": study.prior_from_model and all(case.prior is None for case in study.cases),
        "clusters": list(keys.values()),
        "cases": cases,
    }


def _case(study: Study, case: Case, keys: dict[str, Json]) -> Json:
    numbers = case_numbers(study, case)
    places = [_cluster(study, case, name, rho, keys) for name, rho in zip(numbers.clusters, numbers.rho, strict=True)]
    evidence = [case.item(name) for name in numbers.ids]
    own = np.array(numbers.prior, float) / sum(numbers.prior)
    items = [
        {
            "id": item.id,
            "label": item.name,
            "date": in_words(item.date),
            "found": part.found,
            "low": list(part.low),
            "high": list(part.high),
            "cluster": None if part.cluster is None else places[part.cluster],
            "given": [numbers.ids.index(name) for name in item.given if name in numbers.ids],
            **({} if part.clue is None else {"clue": _clue(study, item, part.clue)}),
        }
        for item, part in zip(evidence, numbers.items, strict=True)
    ]
    return {
        "id": case.id,
        "label": case.name,
        "prior": None if case.prior is None and not study.prior_from_model else own.tolist(),
        "z": numbers.z,
        "items": items,
        "units": [_unit(study, case, numbers, unit, items) for unit in numbers.units],
        "order": sorted(range(len(items)), key=lambda i: time_key(evidence[i])),
    }


def _cluster(study: Study, case: Case, name: str, rho: float, keys: dict[str, Json]) -> int:
    key = f"{case.id}/{name}" if name in case.clusters else name
    keys.setdefault(key, {"key": key, "label": study.cluster_of(case, name).name, "rho": rho})
    return list(keys).index(key)


def _unit(study: Study, case: Case, numbers: CaseNumbers, unit: tuple[int, ...], items: list[Json]) -> Json:
    members = [numbers.items[i] for i in unit]
    nodes = reliabilities(numbers.ranges, members, numbers.z)
    used = sorted({w for member in members for w in member.sources})
    made: Json = {
        "items": list(unit),
        "nodes": _numbers(nodes.log_weight),
        "ranged": [study.source_of(case, numbers.sources[w]).name for w in used],
        "terms": _terms(numbers, unit),
        "fixed": nodes.groups > 1 or len(nodes.log_weight) > MOST_NODES or any(member.lean > 0 for member in members),
    }
    if clues := [clue for member in members if (clue := member.clue) is not None]:
        graph = _graph(clues)
        made |= {"graph": graph, "fixed": made["fixed"] or graph is None}
    if made["fixed"]:
        return made | {"nodes": []}
    for i, member in zip(unit, members, strict=True):
        items[i]["t"], items[i]["f"] = (_numbers(part) for part in log_reports(member, nodes.r, nodes.rest, numbers.z))
    return made


def _clue(study: Study, item: Evidence, clue: Clue) -> Json:
    """Return the node of a clue, whether it observes it, the labels of its levels, and how probable the finding is at each."""
    labels = labels_of(study.causal_models, clue.node) or ()
    return {
        "node": clue.node,
        "observes": item.observes is not None,
        "labels": list(labels),
        "low": list(clue.low),
        "high": list(clue.high),
    }


def _graph(clues: Sequence[Clue]) -> Json | None:
    """Return how probable the levels of the clues' nodes are together, log P (combination, hypothesis) with the level of each node.

    There is none where the combinations are too many for a page.
    """
    causes, nodes = clues[0].causes, tuple(dict.fromkeys(clue.node for clue in clues))
    sizes = [next(len(clue.low) for clue in clues if clue.node == node) for node in nodes]
    table = causes.log_table(nodes)
    if table is None or len(table) > MOST_COMBINATIONS:
        return None
    levels = np.unravel_index(np.arange(len(table)), sizes)
    return {
        "levels": {node: own.tolist() for node, own in zip(nodes, levels, strict=True)},
        "weight": _numbers(table.T),
        "hand": [bool(hand) for hand in causes.by_hand],
    }


def _terms(numbers: CaseNumbers, unit: tuple[int, ...]) -> list[Any]:
    earlier, _ = subset_nats(numbers, unit, np.tri(len(unit), dtype=bool))
    before = np.vstack([np.zeros(earlier.shape[1]), earlier[:-1]])
    with np.errstate(invalid="ignore"):
        return _numbers(np.where(np.isneginf(before), 0.0, earlier - before))


def _numbers(values: Array) -> list[Any]:
    """Return nested lists of numbers, with None for minus infinity."""
    return [_numbers(part) if np.ndim(part) else (float(part) if math.isfinite(part) else None) for part in values]
