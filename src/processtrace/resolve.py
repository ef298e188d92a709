"""A study in numbers: which items count, how probable each was judged, and which belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processtrace.dates import date_span
from processtrace.exact.items import Item
from processtrace.exact.ranges import z_of
from processtrace.judgements import build_compounds, ends, pool
from processtrace.study import POOL, Case, Evidence, Study
from processtrace.study.check import probabilities
from processtrace.values import Judged


@dataclass(frozen=True)
class CaseNumbers:
    """One case as the exact engine takes it. Items are those that count, in file order.

    `prior`: relative weights by hypothesis. `units`: places of items, each unit in order of time. `z`: normal quantile
    of the ranges. `left_out`: items that the main analyst did not judge, and what was judged given them.
    """

    hypotheses: tuple[str, ...]
    prior: tuple[float, ...]
    ids: tuple[str, ...]
    items: tuple[Item, ...]
    clusters: tuple[str, ...]
    rho: tuple[float, ...]
    witnesses: tuple[str, ...]
    ranges: tuple[tuple[float, float], ...]
    units: tuple[tuple[int, ...], ...]
    z: float
    left_out: tuple[str, ...] = ()

    def members(self, cluster: int) -> list[int]:
        """Places of the items that a cluster joins."""
        return [i for i, item in enumerate(self.items) if item.cluster == cluster]


def judged_by_analyst(study: Study, item: Evidence) -> dict[str | None, dict[str, Judged]]:
    """Each analyst's probabilities by hypothesis; a common judgement under None. Compounds are built."""
    made = {}
    for analyst, part in item.by_analyst.items():
        values = probabilities(study, part, item)
        made[analyst] = build_compounds(values, list(study.factors), study.compounds) if study.factors else values
    return made


def judged(study: Study, item: Evidence, analyst: str | None = None) -> dict[str, Judged] | None:
    """The judgement of an item that enters: the analyst's (the study's main one if None), the pool's, or the common one.

    None where the analyst did not judge the item.
    """
    each = judged_by_analyst(study, item)
    if not each:
        return None
    if None in each:
        return each[None]
    chosen = analyst or study.analyst
    if chosen != POOL:
        return each.get(chosen)
    weights = [study.analysts[str(name)].weight for name in each]
    return pool(list(each.values()), weights)


def entering(study: Study, case: Case, analyst: str | None = None) -> tuple[dict[str, dict[str, Judged]], list[str]]:
    """Judgements by item that enter the posterior, in file order, and the counting items that were left out."""
    found = {item.id: judged(study, item, analyst) for item in case.evidence if item.counts}
    out = case.following({name for name, values in found.items() if values is None})
    entered = {name: values for name, values in found.items() if values is not None and name not in out}
    return entered, [name for name in found if name in out]


def case_numbers(study: Study, case: Case, analyst: str | None = None) -> CaseNumbers:
    """A case in numbers, under an analyst (the study's main one if None) or 'pool'."""
    hypotheses = tuple(study.explanations)
    entered, left_out = entering(study, case, analyst)
    evidence = [item for item in case.evidence if item.id in entered]
    clusters = tuple(dict.fromkeys(item.cluster for item in evidence if item.cluster is not None and not item.given))
    witnesses = tuple(dict.fromkeys(name for item in evidence for name in item.source if study.source_of(case, name).ranged))
    places = [{name: place for place, name in enumerate(names)} for names in (clusters, witnesses)]
    items = tuple(_item(study, case, item, entered[item.id], hypotheses, *places) for item in evidence)
    prior = study.prior_of(case)
    return CaseNumbers(
        hypotheses=hypotheses,
        prior=tuple(prior[h] for h in hypotheses),
        ids=tuple(item.id for item in evidence),
        items=items,
        clusters=clusters,
        rho=tuple(study.correlation_of(case, name) for name in clusters),
        witnesses=witnesses,
        ranges=tuple(ends(study.source_of(case, name).reliability) for name in witnesses),  # type: ignore[arg-type]
        units=_units(evidence, items),
        z=z_of(study.range_coverage),
        left_out=tuple(left_out),
    )


def _item(
    study: Study,
    case: Case,
    item: Evidence,
    values: Mapping[str, Judged],
    hypotheses: Sequence[str],
    clusters: Mapping[str, int],
    witnesses: Mapping[str, int],
) -> Item:
    pairs = [ends(values[h]) for h in hypotheses]
    searched = [ends(sensitivity_under(item, h)) for h in hypotheses]
    sources = [study.source_of(case, name) for name in item.source]
    return Item(
        found=item.status != "not_found",
        low=tuple(float(low) for low, _ in pairs),
        high=tuple(float(high) for _, high in pairs),
        least=tuple(float(low) for low, _ in searched),
        most=tuple(float(high) for _, high in searched),
        rates=tuple(source.rates for source in sources if not source.ranged),
        witnesses=tuple(witnesses[source.id] for source in sources if source.ranged),
        cluster=clusters[item.cluster] if item.cluster is not None and not item.given else None,
    )


def sensitivity_under(item: Evidence, hypothesis: str) -> Judged:
    """Search sensitivity under a hypothesis; 1 where the item states none."""
    stated = item.search_sensitivity
    if stated is None:
        return 1.0
    value: Judged = stated[hypothesis] if isinstance(stated, Mapping) else stated
    return value


def time_key(item: Evidence) -> tuple[int, str]:
    """Order by the end of the date, then by identifier; undated last."""
    last = date_span(item.date)[1].toordinal() if item.date else 10**9
    return last, item.id


def _units(evidence: Sequence[Evidence], items: Sequence[Item]) -> tuple[tuple[int, ...], ...]:
    """Connected items, each unit in order of time, units in order of their first item in the file."""
    parent = list(range(len(items)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[object, int] = {}
    place = {item.id: i for i, item in enumerate(evidence)}
    for i, (item, numbers) in enumerate(zip(evidence, items, strict=True)):
        links: list[object] = [("source", w) for w in numbers.witnesses]
        if numbers.cluster is not None:
            links.append(("cluster", numbers.cluster))
        for link in links:
            parent[root(i)] = root(first.setdefault(link, i))
        for name in item.given:
            if name in place:
                parent[root(i)] = root(place[name])
    groups: dict[int, list[int]] = {}
    for i in range(len(items)):
        groups.setdefault(root(i), []).append(i)
    return tuple(tuple(sorted(group, key=lambda i: time_key(evidence[i]))) for group in groups.values())
