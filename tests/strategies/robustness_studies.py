"""Random small studies for the tests of the robustness room, and brute force on plain numbers."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

import processtrace as pt
from processtrace.exact.case import CaseNumbers
from processtrace.exact.unit import likelihood

CORRELATIONS = (0.0, 0.3, 0.5, 0.8, 0.9)


class Draw:
    """One random study for each seed: clusters, sources, searches, `given`, ranges, analysts, tags.

    Nothing refutes hypothesis `a`, so no study contradicts itself.
    """

    def __init__(self, seed: int, most_items: int = 6, ranged: float = 0.4, witnesses: int = 2, zeros: bool = True, analysts: bool = True):
        self.rng = np.random.default_rng(seed)
        self.most_items, self.ranged, self.zeros, self.analysts = most_items, ranged, zeros, analysts
        self.witnesses = [f"ranged{k}" for k in range(witnesses)]
        self.hypotheses = ["a", "b", "c", "d"][: int(self.rng.integers(2, 5))]

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def one(self, options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def share(self, ranged: float | None = None, lowest: float = 0.03) -> Any:
        p = float(self.rng.uniform(lowest, 1 - lowest))
        if not self.chance(self.ranged if ranged is None else ranged):
            return p
        low, high = 1 / (1 + np.exp(-(np.log(p / (1 - p)) + self.rng.uniform(0.1, 1.2, 2) * [-1, 1])))
        return (float(low), float(high))

    def judgement(self) -> dict[str, Any]:
        if self.chance(0.25):
            return {"decibels": {h: float(self.rng.normal(0, 6)) for h in self.hypotheses}}
        refuted = {h for h in self.hypotheses[1:] if self.zeros and self.chance(0.04)}
        return {"probability": {h: 0.0 if h in refuted else self.share() for h in self.hypotheses}}

    def item(self, name: str, earlier: list[str]) -> pt.Evidence:
        fields: dict[str, Any] = {"status": self.one(["found", "found", "not_found"])}
        if fields["status"] == "not_found" or self.chance(0.2):
            fields["search_sensitivity"] = (
                {h: self.share(lowest=0.1) for h in self.hypotheses} if self.chance(0.3) else self.share(lowest=0.1)
            )
        fields["source"] = [name for name in ("point", "rates", *self.witnesses) if self.chance(0.25)]
        if self.chance(0.6):
            fields["cluster"] = self.one(["mine", "shared"])
        if earlier and self.chance(0.25):
            fields["given"] = [self.one(earlier)]
        fields["tags"] = [tag for tag in ("elite", "press") if self.chance(0.4)]
        fields["date"] = str(int(self.rng.integers(1990, 2000)))
        if self.analysts and self.chance(0.4):
            fields["judgements"] = {who: self.judgement() for who in ("ana", "ben") if who == "ana" or self.chance(0.6)}
        else:
            fields |= self.judgement()
        return pt.Evidence(name, finding=f"Finding number {name[1:]}.", **fields)

    def study(self) -> pt.Study:
        names = [f"e{k}" for k in range(int(self.rng.integers(2, self.most_items + 1)))]
        items = [self.item(name, names[:k]) for k, name in enumerate(names)]
        items.append(pt.Evidence("planned", finding="Not yet.", status="planned", probability=dict.fromkeys(self.hypotheses, 0.3)))
        rates = sorted(self.rng.uniform(0.05, 0.95, 2).tolist(), reverse=True)
        case = pt.Case("one", clusters={"mine": {"correlation": self.one(CORRELATIONS)}}, evidence=items)
        return pt.Study(
            "Random",
            hypotheses={h: {"prior": self.one([1, 1, float(self.rng.uniform(0.3, 2))])} for h in self.hypotheses},
            cases=[case],
            sources={
                "point": {"reliability": float(self.rng.uniform(0.2, 1))},
                "rates": {"reports_if_true": rates[0], "reports_if_false": rates[1]},
            }
            | {name: {"reliability": self.share(ranged=1)} for name in self.witnesses},
            clusters={"shared": {"correlation": self.one(CORRELATIONS)}},
            tags={"elite": {}, "press": {}},
            analysts={"ana": {}, "ben": {"weight": 2}},
            analyst=self.one(["pool", "pool", "ana"]),
        )


def updated(study: pt.Study) -> np.ndarray:
    """The posterior of the only case, by the public way."""
    return pt.update(study)["posterior"].values[0]


def log_likelihood(numbers: CaseNumbers) -> np.ndarray:
    """Log likelihood of a case, (hypothesis,), by the exact engine."""
    total = np.zeros(len(numbers.hypotheses))
    for unit in numbers.units:
        items = [numbers.items[i] for i in unit]
        total += likelihood(items, np.ones((1, len(items)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0]
    return total


def fixed(numbers: CaseNumbers, theta: np.ndarray, s: np.ndarray, r: np.ndarray) -> CaseNumbers:
    """A case in which every range is a point: theta and s (item, hypothesis), r (witness,); witnesses become plain rates."""
    items = tuple(
        dataclasses.replace(
            item,
            low=tuple(theta[i]),
            high=tuple(theta[i]),
            least=tuple(s[i]),
            most=tuple(s[i]),
            rates=(*item.rates, *(((1 + r[w]) / 2, (1 - r[w]) / 2) for w in item.witnesses)),
            witnesses=(),
        )
        for i, item in enumerate(numbers.items)
    )
    return dataclasses.replace(numbers, items=items, witnesses=(), ranges=())


def two(p_a: float = 0.8, p_b: float = 0.2, **study: Any) -> pt.Study:
    """Two hypotheses, one item."""
    item = pt.Evidence("memo", finding="A memo.", probability={"a": p_a, "b": p_b})
    return pt.Study("Two", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])], **study)
