"""A study becomes index arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from processtrace.exact.case import CaseNumbers, subset_nats
from processtrace.exact.items import Item, log_reports
from processtrace.exact.nodes import Member, fixed_factor, nodes, window
from processtrace.exact.ranges import log_odds, parameters
from processtrace.exact.unit import clues_of, likelihood
from processtrace.inference.layout.types import FLOOR, Clustered, Free, Layout, Reports, Rows
from processtrace.inference.update import numbers_of
from processtrace.logspace import log
from processtrace.study import Study


def layout(study: Study, numbers: Mapping[str, CaseNumbers] | None = None) -> Layout:
    """Return the index arrays of a study, all its cases together.

    Parameters
    ----------
    study
        The study.
    numbers
        The cases in numbers, by identifier; the study's own where None.

    Returns
    -------
    Layout
        What is free, what is fixed, and which terms make up which unit. A unit with clues of a causal model is fixed: what is
        uncertain in it is integrated out.
    """
    each = numbers_of(study) if numbers is None else numbers
    builder = _Builder(study, len(study.explanations))
    for place, (case, part) in enumerate(each.items()):
        _Case(builder, case, part).add(place)
    prior = np.array([part.prior for part in each.values()], float).reshape(len(each), builder.hypotheses)
    z = next(iter(each.values())).z if each else 1.0
    return Layout(
        cases=tuple(each),
        hypotheses=tuple(study.explanations),
        prior=prior / prior.sum(axis=1, keepdims=True),
        unit_case=np.array(builder.unit_case, int),
        fixed=np.maximum(np.array(builder.fixed).reshape(-1, builder.hypotheses), FLOOR),
        judgement=builder.judgement.frozen(z),
        reliability=builder.reliability.frozen(z),
        sensitivity=builder.sensitivity.frozen(z),
        rows=_columns(Rows, builder.rows),
        single=np.array(builder.single, int),
        reports=Reports(*_split(builder.witnessed, 2), *_split(builder.searched, 2), *_split(builder.missed, 6)),
        clustered=_clustered(builder.groups, z),
        lean=study.lean_correlation,
        leaning=np.array(builder.leaning, int),
    )


@dataclass
class _Met:
    """Free variables of one kind, in the order in which they are met."""

    place: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    ends: list[tuple[float, float]] = field(default_factory=list)

    def of(self, label: str, name: str, low: float, high: float) -> int:
        if label not in self.place:
            self.place[label] = len(self.place)
            self.names.append(name)
            self.ends.append((low, high))
        return self.place[label]

    def frozen(self, z: float) -> Free:
        ends = np.array(self.ends, float).reshape(-1, 2)
        mu, sd = parameters(ends[:, 0], ends[:, 1], z)
        return Free(tuple(self.place), tuple(self.names), mu, sd)


Group = tuple[int, float, list[int], list[Member]]


@dataclass
class _Builder:
    """What is collected over all cases."""

    study: Study
    hypotheses: int
    judgement: _Met = field(default_factory=_Met)
    reliability: _Met = field(default_factory=_Met)
    sensitivity: _Met = field(default_factory=_Met)
    unit_case: list[int] = field(default_factory=list)
    fixed: list[list[float]] = field(default_factory=list)
    rows: list[tuple[float, ...]] = field(default_factory=list)
    single: list[int] = field(default_factory=list)
    witnessed: list[tuple[float, ...]] = field(default_factory=list)
    searched: list[tuple[float, ...]] = field(default_factory=list)
    missed: list[tuple[float, ...]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    leaning: list[int] = field(default_factory=list)


class _Case:
    """One case on its way into the arrays."""

    def __init__(self, builder: _Builder, case: str, numbers: CaseNumbers):
        self.builder, self.id, self.numbers = builder, case, numbers
        self.case = builder.study.case(case)
        self.labels = [part.name for part in builder.study.explanations.values()]

    def add(self, place: int) -> None:
        for unit in self.numbers.units:
            self.builder.unit_case.append(place)
            self.builder.fixed.append([0.0] * self.builder.hypotheses)
            if clues_of(self.numbers.items, unit):
                known = subset_nats(self.numbers, unit, np.ones((1, len(unit)), bool))[0][0]
                self.builder.fixed[-1] = [max(float(nats), FLOOR) for nats in known]
                continue
            for cluster in dict.fromkeys(self.numbers.items[i].cluster for i in unit):
                members = [i for i in unit if self.numbers.items[i].cluster == cluster]
                rho = 0.0 if cluster is None or len(members) == 1 else self.numbers.rho[cluster]
                for some in [members] if rho else [[i] for i in members]:
                    self._add(some, rho)

    def _add(self, places: Sequence[int], rho: float) -> None:
        items = [self.numbers.items[i] for i in places]
        cell = (len(self.builder.fixed) - 1) * self.builder.hypotheses
        free = [h for h in range(self.builder.hypotheses) if any(_is_free(item, h) for item in items)]
        if len(free) < self.builder.hypotheses:
            known = likelihood(items, np.ones((1, len(items)), bool), self.numbers.rho, self.numbers.ranges, self.numbers.z).nats[0]
            for h in set(range(self.builder.hypotheses)) - set(free):
                self.builder.fixed[-1][h] += max(float(known[h]), FLOOR)
        for h in free:
            if len(items) == 1:
                self.builder.single.append(self._row(places[0], h, cell + h))
            else:
                rows = [self._row(i, h, cell + h) for i, item in zip(places, items, strict=True) if _is_free(item, h)]
                self.builder.groups.append((cell + h, rho, rows, [self._member(item, h) for item in items]))

    def _member(self, item: Item, h: int) -> Member:
        if _is_free(item, h):
            return Member(item.found, item.low[h], item.high[h])
        log_t, log_f = log_reports(item, np.ones((0, 1)), np.zeros((0, 1)), self.numbers.z)
        return Member(item.found, item.low[h], item.high[h], True, float(log_t[h, 0]), float(log_f[h, 0]))

    def _row(self, i: int, h: int, cell: int) -> int:
        item, row = self.numbers.items[i], len(self.builder.rows)
        s, search = item.least[h], self._search(i, h)
        rates: list[tuple[int, float, float]] = [(-1, a, b) for a, b in item.rates]
        rates += [(self._witness(w), 1.0, 0.0) for w in item.sources]
        log_t = log_f = 0.0
        if item.found:
            if search < 0:
                log_t = log_f = float(log(s))
            else:
                self.builder.searched.append((row, search))
        for w, a, b in rates or [(-1, 1.0, 0.0)]:
            if item.found and w >= 0:
                self.builder.witnessed.append((row, w))
            elif item.found:
                log_t, log_f = log_t + float(log(a)), log_f + float(log(b))
            elif w >= 0 or search >= 0:
                self.builder.missed.append((row, w, search, a, b, s))
            else:
                log_t, log_f = log_t + float(log(1 - s * a)), log_f + float(log(1 - s * b))
        judged, odds = self._judged(i, h)
        self.builder.rows.append((cell, judged, odds, max(log_t, FLOOR), max(log_f, FLOOR)))
        return row

    def _judged(self, i: int, h: int) -> tuple[int, float]:
        low, high = self.numbers.items[i].low[h], self.numbers.items[i].high[h]
        if low == high:
            return -1, float(np.clip(log_odds(np.float64(low)), FLOOR, -FLOOR))
        evidence = self.case.item(self.numbers.ids[i])
        label = f"{self.id}/{evidence.id}/{self.numbers.hypotheses[h]}"
        place = self.builder.judgement.of(label, f"{self.case.name}: {evidence.name}, under {self.labels[h]}", low, high)
        if place == len(self.builder.leaning):
            self.builder.leaning.append(self.builder.unit_case[-1] * self.builder.hypotheses + h)
        return place, 0.0

    def _search(self, i: int, h: int) -> int:
        low, high = self.numbers.items[i].least[h], self.numbers.items[i].most[h]
        if low == high:
            return -1
        evidence = self.case.item(self.numbers.ids[i])
        label, name = f"{self.id}/{evidence.id}", f"{self.case.name}: search for {evidence.name}"
        if hasattr(evidence.search_sensitivity, "items"):
            label, name = f"{label}/{self.numbers.hypotheses[h]}", f"{name}, under {self.labels[h]}"
        return self.builder.sensitivity.of(label, name, low, high)

    def _witness(self, w: int) -> int:
        source = self.builder.study.source_of(self.case, self.numbers.sources[w])
        return self.builder.reliability.of(f"{self.id}/{source.id}", f"{self.case.name}: {source.name}", *self.numbers.ranges[w])


def _is_free(item: Item, h: int) -> bool:
    return bool(item.low[h] < item.high[h] or item.least[h] < item.most[h] or item.sources)


def _split(rows: Sequence[tuple[float, ...]], width: int) -> list[Any]:
    """Return the columns of a table; the first three hold places."""
    table = np.array(rows, float).reshape(-1, width)
    return [table[:, k].astype(int) if k < 3 else table[:, k] for k in range(width)]


def _columns(kind: type[Rows], rows: Sequence[tuple[float, ...]]) -> Rows:
    table = np.array(rows, float).reshape(-1, 5)
    return kind(table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2], table[:, 3], table[:, 4])


def _clustered(groups: Sequence[Group], z: float) -> Clustered:
    spans = [window(members, rho, z) for _, rho, _, members in groups]
    count = max((int(np.ceil((last - first) / step)) + 1 for first, last, step in spans), default=2)
    u, base = np.zeros((len(groups), count)), np.zeros((len(groups), count))
    for k, ((_, rho, _, members), (first, last, _)) in enumerate(zip(groups, spans, strict=True)):
        u[k], base[k] = nodes(first, last, count)
        for member in members:
            if member.fixed:
                base[k] += fixed_factor(member, rho, u[k])
    return Clustered(
        cell=np.array([cell for cell, _, _, _ in groups], int),
        rho=np.array([rho for _, rho, _, _ in groups], float),
        u=u,
        base=np.maximum(base, FLOOR),
        row=np.array([row for _, _, rows, _ in groups for row in rows], int),
        group=np.array([k for k, (_, _, rows, _) in enumerate(groups) for _ in rows], int),
    )
