"""A study in numbers: which items count, how probable each was judged, and which belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from processtrace.exact.case import CaseNumbers
from processtrace.exact.items import Clue, Item
from processtrace.exact.ranges import log_means, z_of
from processtrace.study import Case, Evidence, Study
from processtrace.study.clues import by_level
from processtrace.study.judged import Judged, ends
from processtrace.study.probabilities import entering, judged, sensitivity_under, time_key

if TYPE_CHECKING:
    from processtrace.causal.explained import Explained


def case_numbers(study: Study, case: Case, analyst: str | None = None) -> CaseNumbers:
    """Return a case in numbers, as one analyst judged it.

    Parameters
    ----------
    study
        The study.
    case
        The case.
    analyst
        Identifier of the analyst, or 'pool'. If None, it is the study's main analyst.

    Returns
    -------
    CaseNumbers
        The items that count, in file order.
    """
    hypotheses = tuple(study.explanations)
    entered, left_out = entering(study, case, analyst)
    evidence = [item for item in case.evidence if item.id in entered]
    clusters = tuple(dict.fromkeys(item.cluster for item in evidence if item.cluster is not None and not item.given))
    sources = tuple(dict.fromkeys(name for item in evidence for name in item.source if study.source_of(case, name).ranged))
    places = [{name: place for place, name in enumerate(names)} for names in (clusters, sources)]
    explained = study.explained(case) if any(item.node for item in evidence) else None
    items = tuple(_item(study, case, item, entered[item.id], hypotheses, explained, *places) for item in evidence)
    prior = study.prior_of(case)
    return CaseNumbers(
        hypotheses=hypotheses,
        prior=tuple(prior[h] for h in hypotheses),
        ids=tuple(item.id for item in evidence),
        items=items,
        clusters=clusters,
        rho=tuple(study.correlation_of(case, name) for name in clusters),
        sources=sources,
        ranges=tuple(ends(study.source_of(case, name).reliability) for name in sources),  # type: ignore[arg-type]
        units=units_of(evidence, items),
        z=z_of(study.range_coverage),
        left_out=tuple(left_out),
    )


def judged_under_each(study: Study, case: Case, item: Evidence) -> dict[str, Judged] | None:
    """Return how probable an item's finding is under each explanation: as judged, or for a clue by itself as its causal model says.

    None where the main analyst did not judge it.
    """
    values = judged(study, item)
    if values is None or item.node is None:
        return values
    hypotheses = tuple(study.explanations)
    pairs = _alone(_clue(item, values, study.explained(case)), values, hypotheses, z_of(study.range_coverage))
    return {h: low if low == high else (low, high) for h, (low, high) in zip(hypotheses, pairs, strict=True)}


def _item(
    study: Study,
    case: Case,
    item: Evidence,
    values: Mapping[str, Judged],
    hypotheses: Sequence[str],
    explained: Explained | None,
    clusters: Mapping[str, int],
    sources: Mapping[str, int],
) -> Item:
    clue = None if item.node is None or explained is None else _clue(item, values, explained)
    pairs = [ends(values[h]) for h in hypotheses] if clue is None else _alone(clue, values, hypotheses, z_of(study.range_coverage))
    searched = [ends(sensitivity_under(item, h)) for h in hypotheses]
    reporting = [study.source_of(case, name) for name in item.source]
    return Item(
        found=item.status != "not_found",
        low=tuple(float(low) for low, _ in pairs),
        high=tuple(float(high) for _, high in pairs),
        least=tuple(float(low) for low, _ in searched),
        most=tuple(float(high) for _, high in searched),
        rates=tuple(source.rates for source in reporting if not source.ranged),
        sources=tuple(sources[source.id] for source in reporting if source.ranged),
        cluster=clusters[item.cluster] if item.cluster is not None and not item.given else None,
        clue=clue,
        lean=study.lean_correlation if clue is None and any(low < high for low, high in pairs) else 0.0,
    )


def _clue(item: Evidence, values: Mapping[str, Judged], explained: Explained) -> Clue:
    assert item.node is not None
    pairs = [ends(value) for value in by_level(item, values, explained.levels(item.node))]
    return Clue(explained, item.node, tuple(float(low) for low, _ in pairs), tuple(float(high) for _, high in pairs))


def _alone(clue: Clue, values: Mapping[str, Judged], hypotheses: Sequence[str], z: float) -> list[tuple[float, float]]:
    """Return how probable a clue's finding is by itself: as judged under a hypothesis without a model, else as its model says."""
    theta = log_means(np.array(clue.low), np.array(clue.high), z)[0]
    likely = np.exp(clue.causes.log_likelihood([(clue.node, np.exp(theta)[None])])[0]).clip(0.0, 1.0)
    return [ends(values[h]) if own else (p, p) for h, own, p in zip(hypotheses, clue.causes.by_hand, likely.tolist(), strict=True)]


def units_of(evidence: Sequence[Evidence], items: Sequence[Item]) -> tuple[tuple[int, ...], ...]:
    """Return connected items, each unit in order of time, units in order of their first item in the file.

    Parameters
    ----------
    evidence
        The items that count.
    items
        The same items in numbers, with their clusters and sources.

    Returns
    -------
    tuple of tuple of int
        Places of items.
    """
    parent = list(range(len(items)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[object, int] = {}
    place = {item.id: i for i, item in enumerate(evidence)}
    for i, (item, numbers) in enumerate(zip(evidence, items, strict=True)):
        links: list[object] = [("source", w) for w in numbers.sources]
        if numbers.cluster is not None:
            links.append(("cluster", numbers.cluster))
        if numbers.clue is not None:
            links.append("clues")
        if numbers.lean > 0:
            links.append("lean")
        for link in links:
            parent[root(i)] = root(first.setdefault(link, i))
        for name in item.given:
            if name in place:
                parent[root(i)] = root(place[name])
    groups: dict[int, list[int]] = {}
    for i in range(len(items)):
        groups.setdefault(root(i), []).append(i)
    return tuple(tuple(sorted(group, key=lambda i: time_key(evidence[i]))) for group in groups.values())
