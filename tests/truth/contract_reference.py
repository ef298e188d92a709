"""A second arithmetic for the contract's tests: a study as plain words in, numbers out, from the formulas alone.

It reads nothing of the library, takes every integral by the trapezoidal rule on a fixed window, and is slow on purpose.
Log likelihoods in nats, weights in decibels, everything else a probability.
"""

from __future__ import annotations

import calendar
import math
from itertools import product
from statistics import NormalDist
from typing import Any

import numpy as np
from scipy.special import expit, ndtr, ndtri

DB = 10 / math.log(10)
WORDS = {
    "almost no chance": (0.01, 0.05),
    "very unlikely": (0.05, 0.2),
    "unlikely": (0.2, 0.45),
    "roughly even": (0.45, 0.55),
    "likely": (0.55, 0.8),
    "very likely": (0.8, 0.95),
    "almost certain": (0.95, 0.99),
}
SCALES = ("probability", "ratio", "decibels", "words")
Range = tuple[float, float]


def normal_rule(points: int, half: float = 8.5) -> tuple[np.ndarray, np.ndarray]:
    x = np.linspace(-half, half, points)
    w = np.exp(-0.5 * x * x)
    return x, w / w.sum()


def ends(value: Any) -> Range:
    if isinstance(value, str):
        return WORDS[value]
    if isinstance(value, (list, tuple)):
        return ends(value[0])[0], ends(value[1])[1]
    return float(value), float(value)


def end_of(date: str | None) -> tuple[int, int, int]:
    if not date:
        return (9999, 99, 99)
    year, *rest = [int(part) for part in str(date).split("/")[-1].split("-")]
    month = rest[0] if rest else 12
    day = rest[1] if len(rest) > 1 else calendar.monthrange(year, month)[1]
    return (year, month, day)


class Reference:
    """One case of a study written as the words of its files."""

    def __init__(self, study: dict[str, Any], case: dict[str, Any]) -> None:
        self.study, self.case = study, case
        self.hypotheses = list(study["hypotheses"])
        self.judges = list(case.get("judges", self.hypotheses))
        own = case.get("prior") or {h: (study["hypotheses"][h] or {}).get("prior", 1) for h in self.hypotheses}
        total = sum(own[h] for h in self.hypotheses)
        self.prior = {h: own[h] / total for h in self.hypotheses}
        self.analyst = study.get("analyst", "pool")
        self.items = {
            e["id"]: e
            for e in case["evidence"]
            if e.get("status", "found") in ("found", "not_found")
            and ("judgements" not in e or self.analyst == "pool" or self.analyst in e["judgements"])
        }
        self.order = sorted(self.items, key=lambda i: (end_of(self.items[i].get("date")), i))
        self.sources = {**study.get("_shared_sources", {}), **case.get("sources", {})}
        self.clusters = {**study.get("_shared_clusters", {}), **case.get("clusters", {})}
        self.judged = {i: self.encode(e) for i, e in self.items.items()}
        self.z = NormalDist().inv_cdf((1 + study.get("range_coverage", 0.9)) / 2)
        self.changed_rho: float | None = None
        self.silent: set[str] = set()

    # judgements
    def scaled(self, form: str, values: dict[str, Any], item: dict[str, Any]) -> dict[str, Range]:
        both = {h: ends(values[h]) for h in self.judges}
        if form in ("probability", "words"):
            return both
        anchor = item.get("anchor", self.study.get("anchor", 0.8))
        if form == "decibels":
            both = {h: (10 ** (low / 10), 10 ** (high / 10)) for h, (low, high) in both.items()}
        top = max(high for _, high in both.values())
        return {h: (low / top * anchor, high / top * anchor) for h, (low, high) in both.items()}

    def encode(self, item: dict[str, Any]) -> dict[str, Range]:
        for form in SCALES:
            if form in item:
                return self.scaled(form, item[form], item)
        of = {
            name: self.scaled(form, given[form], item)
            for name, given in item["judgements"].items()
            for form in SCALES
            if form in given and (self.analyst in ("pool", name))
        }
        weight = {name: self.study["analysts"][name].get("weight", 1) for name in of}
        total = sum(weight.values())
        return {
            h: tuple(math.prod(of[n][h][end] ** (weight[n] / total) for n in of) for end in (0, 1))
            for h in self.judges  # type: ignore[misc]
        }

    def normal(self, low: float, high: float, points: int = 301) -> tuple[np.ndarray, np.ndarray]:
        if low == high:
            return np.array([low]), np.array([1.0])
        a, b = math.log(low / (1 - low)), math.log(high / (1 - high))
        x, w = normal_rule(points)
        return expit((a + b) / 2 + (b - a) / 2 / self.z * x), w

    # likelihoods
    def rates(self, name: str, r: dict[str, np.ndarray]) -> tuple[Any, Any]:
        source = self.sources[name]
        if name in self.silent:
            return None, None
        if "reports_if_true" in source:
            return source["reports_if_true"], source["reports_if_false"]
        value = r[name] if name in r else source.get("reliability", 1.0)
        return (1 + value) / 2, (1 - value) / 2

    def named(self, item: dict[str, Any]) -> list[str]:
        given = item.get("source", [])
        return [s for s in ([given] if isinstance(given, str) else given) if s not in self.silent]

    def reach(self, i: str, h: str, r: dict[str, np.ndarray]) -> tuple[Any, Any]:
        """T and F of an item, averaged over its own sensitivity."""
        item = self.items[i]
        s = item.get("search_sensitivity", 1.0)
        low, high = ends(s[h] if isinstance(s, dict) else s)
        nodes, weights = self.normal(low, high, 101)
        ab = [self.rates(name, r) for name in self.named(item)]
        top, bottom = 0.0, 0.0
        for value, w in zip(nodes, weights, strict=True):
            if item.get("status", "found") == "found":
                t, f = value, (value if ab else 0.0)
                for a, b in ab:
                    t, f = t * a, f * b
            else:
                t, f = (1.0, 1.0) if ab else (1 - value, 1.0)
                for a, b in ab:
                    t, f = t * (1 - value * a), f * (1 - value * b)
            top, bottom = top + w * t, bottom + w * f
        return top, bottom

    def rho(self, name: str) -> float:
        if self.changed_rho is not None:
            return self.changed_rho
        return (self.clusters[name] or {}).get("correlation", self.study.get("cluster_correlation", 0.5))

    def log_likelihood(self, ids: Any, h: str) -> float:
        return math.log(value) if (value := self.likelihood(ids, h)) > 0 else -math.inf

    def likelihood(self, ids: Any, h: str) -> float:
        ids = [i for i in self.order if i in set(ids)]
        used = [
            s
            for s in dict.fromkeys(s for i in ids for s in self.named(self.items[i]))
            if isinstance(self.sources[s].get("reliability"), (list, tuple))
            and self.sources[s]["reliability"][0] != self.sources[s]["reliability"][1]
        ]
        rules = [self.normal(*self.sources[s]["reliability"], points=81) for s in used]
        grids = [g.ravel() for g in np.meshgrid(*[n for n, _ in rules], indexing="ij")] if rules else []
        weight = np.array([math.prod(w) for w in product(*[w for _, w in rules])]) if rules else np.array([1.0])
        r = dict(zip(used, grids, strict=True))
        together: dict[str, list[str]] = {}
        value: Any = 1.0
        for i in ids:
            name = self.items[i].get("cluster")
            if name and not self.items[i].get("given"):
                together.setdefault(name, []).append(i)
                continue
            value = value * self.factor(i, h, r, None)[..., 0]
        for name, members in together.items():
            u, w = normal_rule(401)
            inside: Any = 1.0
            for i in members:
                inside = inside * self.factor(i, h, r, (u, self.rho(name)))
            value = value * np.sum(np.atleast_2d(inside) * w, axis=-1)
        return float(np.sum(value * weight))

    def factor(self, i: str, h: str, r: dict[str, np.ndarray], shared: Any) -> np.ndarray:
        nodes, weights = self.normal(*self.judged[i][h])
        if shared is None:
            q = np.array([np.sum(nodes * weights)])
        else:
            u, rho = shared
            with np.errstate(all="ignore"):
                q = weights @ ndtr((ndtri(nodes)[:, None] + math.sqrt(rho) * u) / math.sqrt(1 - rho))
        t, f = self.reach(i, h, r)
        t, f = np.reshape(t, (-1, 1)), np.reshape(f, (-1, 1))
        return np.asarray(f + (t - f) * q)

    # results
    def evidence(self, ids: Any = None) -> dict[str, float]:
        return {h: self.log_likelihood(self.order if ids is None else ids, h) for h in self.hypotheses}

    def posterior(self, ids: Any = None, prior: dict[str, float] | None = None) -> dict[str, float]:
        logs = {h: math.log((prior or self.prior)[h]) + v if (prior or self.prior)[h] else -math.inf for h, v in self.evidence(ids).items()}
        top = max(logs.values())
        total = sum(math.exp(v - top) for v in logs.values())
        return {h: math.exp(v - top) / total for h, v in logs.items()}

    @staticmethod
    def relative(nats: dict[str, float]) -> dict[str, float]:
        top = max(nats.values())
        return {h: DB * (v - top) for h, v in nats.items()}

    def minus(self, more: dict[str, float], less: dict[str, float]) -> dict[str, float]:
        return {h: more[h] - less[h] for h in self.hypotheses}

    def weights(self) -> dict[str, dict[str, dict[str, float]]]:
        whole, answer = self.evidence(), {}
        for n, i in enumerate(self.order):
            answer[i] = {
                "weight_db": self.relative(self.minus(self.evidence(self.order[: n + 1]), self.evidence(self.order[:n]))),
                "alone_db": self.relative(self.evidence([i])),
                "last_db": self.relative(self.minus(whole, self.evidence([j for j in self.order if j != i]))),
            }
        return answer

    def fall(self, ids: Any) -> set[str]:
        """What leaves with these items: all that is judged knowing one of them."""
        gone = set(ids)
        while more := {i for i, e in self.items.items() if i not in gone and set(e.get("given", [])) & gone}:
            gone |= more
        return gone

    def units(self) -> list[list[str]]:
        parent = {i: i for i in self.order}

        def root(i: str) -> str:
            while parent[i] != i:
                i = parent[i]
            return i

        links: dict[Any, str] = {}
        for i in self.order:
            e = self.items[i]
            keys = [("s", s) for s in self.named(e) if isinstance(self.sources[s].get("reliability"), (list, tuple))]
            keys += [("c", e["cluster"])] if e.get("cluster") and not e.get("given") else []
            for key in keys:
                parent[root(i)] = root(links.setdefault(key, i))
            for j in e.get("given", []):
                parent[root(i)] = root(j)
        groups: dict[str, list[str]] = {}
        for i in self.order:
            groups.setdefault(root(i), []).append(i)
        return list(groups.values())
