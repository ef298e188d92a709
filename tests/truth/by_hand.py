"""What tests compute by hand or by the oracle, and print by the rules of the page on numbers: no code of the library.

`Known` is a study with what `oracle` says of it; `one_range` a study whose every number has a closed form.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from scipy.integrate import quad
from scipy.special import expit, logit, ndtri
from truth import oracle

import processtrace as pt

DB = 10 / math.log(10)
INF = math.inf
FERRIES = next(folder for folder in Path(__file__).parents if folder.name == "tests") / "golden" / "project" / "models"


# Print


def p(value: float) -> str:
    """A probability as the page on numbers says that it is printed."""
    if math.isnan(value):
        return ""
    if value in (0, 1):
        return f"{value:.0f}"
    if 0.01 <= value <= 0.99:
        return f"{value:.2f}"
    return f"{'<' if value < 0.5 else '>'} 0.{'01' if value < 0.5 else '99'} ({'+' if value > 0.5 else ''}{db(DB * math.log(value / (1 - value)))} dB)"


def rounded(value: float) -> str:
    """A probability in a table that holds no odds: a 0 may be a number that was too small for a float."""
    return {0.0: "< 0.01", 1.0: "> 0.99"}.get(value, p(value))


def db(value: float) -> str:
    """Decibels as the page on numbers says that they are printed: whole, with one decimal below 3."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{abs(value):.1f}" if abs(value) < 2.95 else f"{abs(value):.0f}"
    return f"−{text}" if value < 0 and float(text) else text


def span(low: float, high: float) -> str:
    return p(low) if p(low) == p(high) else f"{p(low)} to {p(high)}"


def odds(probability: float) -> float:
    return INF if probability == 1 else -INF if probability == 0 else DB * math.log(probability / (1 - probability))


class Tables(HTMLParser):
    """The tables of a page: for each its caption and the cells of its rows, heads first."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[list[str]]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self.found.append(("", []))
        elif tag == "tr":
            self.found[-1][1].append([])
        elif tag in ("td", "th"):
            self.found[-1][1][-1].append("")
        if tag in ("table", "caption", "td", "th"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag == self.open[-1]:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "caption":
            self.found[-1] = (self.found[-1][0] + data, self.found[-1][1])
        elif self.open and self.open[-1] in ("td", "th"):
            self.found[-1][1][-1][-1] += data.replace("\u00a0", " ")

    def __getitem__(self, caption: str) -> list[list[str]]:
        """The only table of this caption."""
        (rows,) = self.all(caption)
        return rows

    def all(self, caption: str) -> list[list[list[str]]]:
        return [rows for told, rows in self.found if told == caption]


# A study by the oracle


class Known:
    """A study with what the oracle says of it: by case and hypothesis, log likelihoods and weights."""

    def __init__(self, study: pt.Study) -> None:
        self.study = study
        self.names = {h: part.name for h, part in study.explanations.items()}
        self.nats = {c.id: {h: oracle.log_likelihood(study, c, h) for h in self.names} for c in study.cases}
        self.posterior = {c.id: oracle.posterior(study, c, self.nats[c.id]) for c in study.cases}
        self.prior = {c.id: oracle.posterior(study, c, dict.fromkeys(self.names, 0.0)) for c in study.cases}
        self.evidence = {c.id: oracle.relative_db(self.nats[c.id]) for c in study.cases}
        self.chain, self.alone, self.last = (
            {c.id: self._relative(kind, c) for c in study.cases} for kind in (oracle.terms, oracle.alone, oracle.last)
        )

    def _relative(self, kind: Any, case: pt.Case) -> dict[str, dict[str, float]]:
        by = {h: kind(self.study, case, h) for h in self.names}
        return {name: oracle.relative_db({h: by[h][name] for h in by}) for name in next(iter(by.values()))}


# What a plan can be expected to show


def entropy(posterior: Mapping[str, float]) -> float:
    return -sum(value * math.log2(value) for value in posterior.values() if value)


def outcome(known: Known, case: pt.Case, item: pt.Evidence, found: bool) -> tuple[float, dict[str, float]]:
    """The probability of an outcome of a search, and the posterior after it, from the study with that record."""
    sensitivity = 1.0 if item.search_sensitivity is None else item.search_sensitivity
    recorded = dataclasses.replace(item, status="found" if found else "not_found", search_sensitivity=sensitivity)
    more = [*oracle.entering(known.study, case), recorded]
    nats = {h: oracle.log_likelihood(known.study, case, h, more) for h in known.names}
    before, prior = known.nats[case.id], known.prior[case.id]
    chance = sum(prior[h] * math.exp(nats[h]) for h in nats) / sum(prior[h] * math.exp(before[h]) for h in nats)
    return chance, oracle.posterior(known.study, case, nats)


def planned_by_hand(known: Known) -> dict[str, dict[str, Any]]:
    case = known.study.case("east")
    rows = {}
    for item in case.evidence:
        if item.status == "planned":
            (chance, found), (missed, lost) = outcome(known, case, item, True), outcome(known, case, item, False)
            assert abs(chance + missed - 1) < 1e-9
            bits = entropy(known.posterior["east"]) - chance * entropy(found) - missed * entropy(lost)
            spread = sum(c * v * (1 - v) for c, after in ((chance, found), (missed, lost)) for v in after.values())
            rows[item.id] = {
                "Case": "Eastport",
                "Item": item.name,
                "Expected information (bits)": bits,
                "Chance of finding it": chance,
                **{f"{known.names[h]}, found": value for h, value in found.items()},
                **{f"{known.names[h]}, not found": value for h, value in lost.items()},
                "Expected variance": spread,
                "Cost": float(item.cost),
                "Bits per cost": bits / item.cost,
            }
    return dict(sorted(rows.items(), key=lambda row: -row[1]["Expected information (bits)"]))


# A study in closed form


COVERAGE = 0.5
ONE_RANGE = {"x": ("a", (0.4, 0.8)), "y": ("b", (0.2, 0.6))}
"""By case: the hypothesis under which the memo has a range, and the range, its central half."""


def one_range() -> pt.Study:
    point = {"a": 0.5, "b": 0.3, "c": 0.2}
    cases = [
        pt.Case(
            case,
            label=f"Case {case}",
            evidence=[
                pt.Evidence("memo", finding="A memo.", probability=point | {h: span}),
                pt.Evidence("vote", finding="A vote.", probability={"a": 0.5, "b": 0.6, "c": 0.1}),
            ],
        )
        for case, (h, span) in ONE_RANGE.items()
    ]
    weights = {"a": 1, "b": 2, "c": 1}
    return pt.Study(
        "One range",
        hypotheses={h: {"label": f"Reason {h}", "prior": w} for h, w in weights.items()},
        cases=cases,
        range_coverage=COVERAGE,
    )


def of_one_range(case: str, theta: float | None = None) -> dict[str, float]:
    """The posterior by hand, at a value of the judgement with the range, or at its mean."""
    h, (low, high) = ONE_RANGE[case]
    mu, sd = (logit(low) + logit(high)) / 2, (logit(high) - logit(low)) / (2 * ndtri((1 + COVERAGE) / 2))
    if theta is None:
        theta = quad(lambda x: expit(mu + sd * x) * math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi), -12, 12, epsabs=1e-13)[0]
    memo = {"a": 0.5, "b": 0.3, "c": 0.2} | {h: theta}
    weight = {"a": 1 * memo["a"] * 0.5, "b": 2 * memo["b"] * 0.6, "c": 1 * memo["c"] * 0.1}
    return {name: value / sum(weight.values()) for name, value in weight.items()}


def ends_of_one_range(case: str) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """(lowest, highest) and the 5th and 95th percentile of each posterior: it runs one way with the only uncertain judgement."""
    _, (low, high) = ONE_RANGE[case]
    mu, sd = (logit(low) + logit(high)) / 2, (logit(high) - logit(low)) / (2 * ndtri((1 + COVERAGE) / 2))
    bounds = [of_one_range(case, end) for end in (low, high)]
    central = [of_one_range(case, float(expit(mu + sd * ndtri(q)))) for q in (0.05, 0.95)]
    return tuple({h: tuple(sorted((one[h], other[h]))) for h in one} for one, other in (bounds, central))  # type: ignore[return-value]
