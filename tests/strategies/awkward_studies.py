"""Studies that use every word of the format, with texts that a spreadsheet or a parser might take for something else."""

from __future__ import annotations

from typing import Any

import numpy as np

import processtrace as pt

AWKWARD = (
    "=1+1", "+1", "-1", "@home", "'quoted", "'=1+1", "plain", "null", "~", "TRUE", "1994", "0.5", "1,5", "007", "1e5", "#N/A", "a; b", "a \\; b\\",
    "a, b, c", 'she said "no"', "two\nlines", "a tab\there", "_x0041_", "line\r\nend", "bell \x07", "Čestnost, 誠実, نزاهة, 🙂", "yes", "to", "2005-07 to 2006",
    "x: y", "# not a comment", "%", "likely to very likely", "−3", "{braces}", "under a", "why a",
)  # fmt: skip
"""Texts that a file, a spreadsheet or a parser might take for something else."""


class _Everything:
    """A study that uses every word of the format, at random."""

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)
        self.factors = bool(self.rng.random() < 0.3)
        self.names = ["none", "x", "y", "x+y"] if self.factors else ["a", "status", "-1", "007"][: self.rng.integers(2, 5)]
        self.more = [] if self.factors or self.rng.random() < 0.5 else ["extra"]
        self.words = {"close to even": (0.4, 0.6), "a; b": 0.7, "so": (0.2, 0.3), "so to speak": 0.9, "sure": 0.99}

    def often(self, share: float = 0.5) -> bool:
        return bool(self.rng.random() < share)

    def text(self) -> str:
        return " / ".join(self.rng.choice(AWKWARD, size=self.rng.integers(1, 3)).tolist()).strip()

    def label(self) -> str:
        return self.text()[:40].strip()

    def some(self, **fields: Any) -> dict[str, Any]:
        """About half of the fields; those named with a final _ always."""
        return {name.rstrip("_"): make() for name, make in fields.items() if name.endswith("_") or self.often()}

    def point(self) -> float:
        return float(self.rng.choice([self.rng.random(), 10.0 ** -self.rng.integers(1, 300), 0.5]))

    def share(self) -> Any:
        if self.often():
            return self.point()
        return tuple(sorted(self.rng.uniform(0.01, 0.99, 2).tolist()))

    def date(self) -> str:
        return str(self.rng.choice(["1994", "1994-03", "1994-03-29", "1994/1995-02", "2000-01-01/2000-02"]))

    def cite(self) -> Any:
        entries = ["key1", {"key": "k;2,x\\", "at": "p. 3; and = 4, more"}, {"key": "key3", "at": "-1"}]
        return entries[: self.rng.integers(1, 4)]

    def scale(self, words: bool) -> tuple[str, Any]:
        kind = str(self.rng.choice(["probability", "ratio", "decibels", *(["words"] if words else [])]))
        if kind == "probability":
            return kind, lambda: self.share()
        if kind == "words":
            return kind, lambda: str(self.rng.choice(list(self.words))) if self.often() else ("so", "sure")
        low = 0.0 if kind == "decibels" else 0.1
        return kind, lambda: float(self.rng.normal(0, 30) if kind == "decibels" else self.rng.uniform(low, 9))

    def judgement(self) -> dict[str, Any]:
        kind, make = self.scale(words=True)
        made: dict[str, Any] = {kind: {h: make() for h in [*self.names, *self.more]}}
        made |= self.some(because=lambda: {h: self.text() for h in self.names if self.often()}, judged=self.date)
        return made | ({"anchor": 0.6} if kind in ("ratio", "decibels") and self.often() else {})

    def item(self, number: int, given: list[str]) -> dict[str, Any]:
        status = str(self.rng.choice(["found", "not_found", "planned", "unjudged", "set_aside"], p=[0.4, 0.2, 0.2, 0.1, 0.1]))
        made = {"id": f"{number}-{status}", "finding": self.text(), "status": status}
        made |= self.some(
            label=self.label, date=self.date, cite=self.cite, cluster=lambda: str(self.rng.choice(["shared", "own"])), tags=lambda: ["t1", "t2"],
            searched=self.text, quote=self.text, note=self.text, found_on=self.date, given=lambda: given[-2:], source=lambda: ["point"],
        )  # fmt: skip
        if status == "not_found" or self.often(0.3):
            made["search_sensitivity"] = {h: self.share() for h in [*self.names, *self.more]} if self.often() else self.share()
        if status == "planned":
            made |= self.some(cost=lambda: float(self.rng.integers(0, 2000)))
        elif self.often(0.3):
            made["source"] = ["own_source", "rates", "ranged"]
        if status == "set_aside":
            made["note"] = self.text()
        if status in ("unjudged", "set_aside"):
            return made | self.some(because=lambda: {self.names[0]: self.text()})
        if self.often():
            return made | self.judgement()
        made["judgements"] = {
            name: self.judgement() | self.some(note=self.text) for name in ("ana", "ben") if name == "ana" or self.often()
        }
        return made | self.some(because=lambda: {self.names[-1]: self.text()}, judged=self.date, anchor=lambda: 0.7)

    def case(self, number: int) -> dict[str, Any]:
        items: list[dict[str, Any]] = []
        for k in range(self.rng.integers(0, 7)):
            items.append(self.item(k, [item["id"] for item in items if item["status"] in ("found", "not_found")]))
        correlated = self.often(0.3)
        if correlated:
            half = dict.fromkeys([*self.names, *self.more], 0.5)
            items += [{"id": k, "finding": self.text(), "status": "planned", "probability": half} for k in ("first", "2nd")]
        made = {"id": f"{number}", "evidence": items, **({"judges": [*self.more, *self.names]} if self.more else {})}
        made["sources"] = {"own_source": self.source() | {"reliability": (0.3, 0.4)}}
        made["clusters"] = {"own": self.some(label=self.label, correlation=lambda: 0.25, note=self.text)}
        if correlated:
            made["correlations"] = [{"items": ["first", "2nd"], "under": {self.names[0]: -0.25}}]
        return made | self.some(
            label=self.label, outcome=self.text, period=lambda: ("1990", "2005-02/2006"), description=self.text,
            prior=lambda: {h: float(self.rng.uniform(0.5, 3)) for h in [*self.names, *self.more]},
        )  # fmt: skip

    def source(self) -> dict[str, Any]:
        return self.some(label=self.label, kind=self.text, cite=self.cite, note=self.text)

    def study(self) -> pt.Study:
        def part(**fields: Any) -> dict[str, Any]:
            return self.some(label=self.label, statement=self.text, **fields)

        explained: dict[str, Any] = {
            "hypotheses": {h: part(prior=self.point, residual=lambda: True, label_=self.label) for h in self.names}
        }
        if self.factors:
            compounds = str(self.rng.choice(["judged", "mean", "maximum"]))
            explained = {"factors": {f: part(prior=lambda: 0.25) for f in "xy"}, "compounds": compounds}
            explained |= self.some(prior=lambda: dict.fromkeys(self.names, 1.5))
        return pt.Study(
            **explained,
            title=self.text(),
            cases=[self.case(number) for number in range(self.rng.integers(1, 4))],
            sources={"point": {"reliability": 0.8}, "rates": {"reports_if_true": 0.9, "reports_if_false": 0.1}, "ranged": self.source()},
            clusters={"shared": self.some(correlation=lambda: 0.75)},
            tags={name: self.some(label=self.label, group=self.text, note=self.text) for name in ("t1", "t2")},
            analysts={name: self.some(label=self.label, note=self.text, weight=lambda: 2.5) for name in ("ana", "ben")},
            words=self.words,
            references=[pt.Reference(key, **self.some(author=self.text, year=self.date, title=self.text, outlet=self.text, url=self.text, volume=self.text, pages=self.text)) for key in ("key1", "key3")],
            **self.some(
                description=self.text, question=self.text, analyst=lambda: "ben", range_coverage=lambda: 0.8, anchor=lambda: 0.9,
                lock=lambda: [{"file": name, "locked": {"c/é": self.text()}} | self.some(hash=self.text, deposited=self.date, where=self.text, plan=self.text) for name in ("=p.json", "q")],
                cluster_correlation=lambda: 0.1, accepted=lambda: {"idle-item": self.text(), self.text(): self.text()},
            ),
        )  # fmt: skip


def everything(seed: int) -> pt.Study:
    """A study that uses every word of the format, with texts that a spreadsheet or parser might take for something else."""
    return _Everything(seed).study()
