"""Random studies with everything that a record can hold: ranges, clusters, sources, searches, absences, own priors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import processtrace as pt
from processtrace.formats.bibtex import bibtex
from processtrace.formats.yaml.write import case_yaml, shared_yaml, study_yaml

HYPOTHESES = ("a", "b", "c")


def random_study(seed: int, cases: int, own_prior: bool = False) -> pt.Study:
    """Cases of ten items each: three in a cluster, one of them not found; two of a source of uncertain reliability."""
    rng = np.random.default_rng(seed)

    def judged(spread: float = 1.0) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for h in HYPOTHESES:
            middle, half = rng.normal(0, spread), rng.uniform(0.3, 1.2)
            low, high = (float(1 / (1 + np.exp(-(middle + sign * half)))) for sign in (-1, 1))
            made[h] = (low, high) if rng.random() < 0.7 else low
        return made

    def case(number: int) -> pt.Case:
        items = [
            pt.Evidence("one", finding="One.", probability=judged()),
            pt.Evidence("two", finding="Two.", probability=judged(), source="point"),
            pt.Evidence("three", finding="Three.", probability=judged(), source=["ranged", "point"]),
            pt.Evidence("four", finding="Four.", probability=judged(), status="not_found", search_sensitivity=(0.4, 0.9)),
            pt.Evidence(
                "five", finding="Five.", probability=judged(), status="not_found", search_sensitivity={"a": (0.3, 0.8), "b": 0.5, "c": 0.7}
            ),
            pt.Evidence("six", finding="Six.", probability=judged(), cluster="k"),
            pt.Evidence("seven", finding="Seven.", probability=judged(), cluster="k", source="ranged"),
            pt.Evidence("eight", finding="Eight.", probability=judged(), cluster="k", status="not_found", search_sensitivity=0.8),
            pt.Evidence("nine", finding="Nine.", ratio={h: float(rng.uniform(0.5, 3)) for h in HYPOTHESES}, given="one"),
            pt.Evidence("ten", finding="Ten.", probability=judged(), source="ranged", status="not_found", search_sensitivity=0.6),
        ]
        prior = dict(zip(HYPOTHESES, rng.uniform(0.5, 2, 3).tolist(), strict=True)) if own_prior and number == 0 else None
        return pt.Case(f"case_{number}", evidence=items, prior=prior)

    return pt.Study(
        "Random",
        hypotheses={"a": {"prior": 1}, "b": {"prior": 2}, "c": {"prior": 1.5}},
        sources={"point": {"reliability": 0.8}, "ranged": {"reliability": (0.4, 0.9)}},
        clusters={"k": {"correlation": 0.7}},
        cases=[case(number) for number in range(cases)],
    )


class Everything:
    """Studies that use, each its own way, every part of the file format; deterministic in the seed."""

    TEXTS = (
        "A memo.",
        "He said: no, and left.",
        'The "guest" came; it\'s #5 on the list',
        "# not a comment",
        "- not a list",
        "no",
        "1990",
        "~",
        "Перевыборы, 50 % & more: {braces}, [brackets]",
        "Two lines\nand a second",
        "Three\n\nparagraphs\n\nof text",
        "ends with a colon:",
        "*star &anchor !tag | pipe > fold @at `tick` %per",
        "a " * 90 + "long text",
        "tab\tinside, and a non-breaking\u00a0blank",
        "emoji \U0001f600 and  two blanks",
        "back\\slash",
        "null",
        "x" * 130,
        "=1+1",
        "odd\u2028breaks \x85 and \x1b\x7f marks \ufeff",
        "Windows\r\nline",
    )

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def one(self, options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def some(self, options: Any, p: float = 0.4) -> list[Any]:
        return [option for option in options if self.chance(p)]

    def maybe(self, p: float = 0.4, **fields: Any) -> dict[str, Any]:
        """Some of the fields; a value that is a function is called only where it is taken."""
        return {name: value() if callable(value) else value for name, value in fields.items() if self.chance(p)}

    def text(self) -> str:
        return str(self.one(self.TEXTS))

    def label(self) -> str:
        return self.text().replace("\n", " ").strip()[:40].strip()

    def number(self) -> float:
        return float(self.one([1, 2, 0.5, float(self.rng.uniform(0.1, 3)), 1e-9, 12345.678]))

    def date(self) -> str:
        return str(self.one(["1999", "2001-02", "2004-02-29", "2001/2003-04", "1990-12-31/1991", "0001", "9999-12"]))

    def share(self) -> Any:
        kind = self.rng.integers(8)
        if kind == 0:
            return float(self.one([0.0, 1.0, 1e-300, 1 - 1e-12, 5e-324]))
        low, high = sorted(self.rng.uniform(0.001, 0.999, 2).tolist())
        return (low, high) if kind < 4 else low

    def inside(self) -> Any:
        """A share that is neither 0 nor 1."""
        low, high = sorted(self.rng.uniform(0.05, 0.95, 2).tolist())
        return (low, high) if self.chance(0.5) else low

    def scale(self, scale: str) -> Any:
        if scale == "probability":
            return self.share()
        if scale == "ratio":
            x = float(np.exp(self.rng.normal(0, 3)))
            return (x, x * 2) if self.chance(0.4) else x
        if scale == "decibels":
            x = float(self.rng.normal(0, 15))
            return (x, x + 7.5) if self.chance(0.4) else round(x)
        first, last = sorted(self.rng.integers(len(self.words), size=2).tolist())
        return (self.words[first], self.words[last]) if self.chance(0.3) and 0 < first < last else self.words[first]

    def judgement(self) -> dict[str, Any]:
        scale = self.one(["probability", "ratio", "decibels", "words"])
        made = {h: self.scale(scale) for h in self.judged}
        if scale != "decibels":
            made[self.judged[0]] = self.one([1.0, (0.2, 0.5)]) if scale != "words" else self.words[-1]
        return {
            scale: made,
            **self.maybe(anchor=0.6, because=lambda: {h: self.text() for h in self.some(self.judged)} or {self.judged[0]: "So."}),
        }

    def item(self, name: str, earlier: list[str]) -> pt.Evidence:
        status = self.one(["found", "found", "not_found", "planned", "unjudged", "set_aside"])
        fields: dict[str, Any] = {"status": status}
        if status in ("found", "not_found", "planned"):
            if self.chance(0.3) and self.analysts:
                who = self.some(self.analysts) or [self.analysts[0]]
                fields["judgements"] = {a: {**self.judgement(), **self.maybe(0.3, note=self.text, judged=self.date)} for a in who}
            else:
                fields |= self.judgement()
            if earlier and self.chance(0.25):
                fields["given"] = [self.one(earlier)]
        if status == "not_found" or self.chance(0.3):
            fields["search_sensitivity"] = self.inside() if self.chance(0.7) else {h: self.inside() for h in self.judged}
        if status == "set_aside":
            fields["note"] = self.text()
        if status == "planned":
            fields |= self.maybe(cost=self.number)
        sources = self.some(["plain", "point", "ranged", "rates"], 0.3)
        fields["source"] = sources[:1] if status == "planned" else sources
        fields |= self.maybe(
            label=self.label,
            date=self.date,
            cluster=lambda: self.one(["mine", "shared"]),
            tags=lambda: self.some(["elite", "mass"]),
            searched=self.text,
            quote=self.text,
            found_on=self.date,
            judged=self.date,
        )
        fields["cite"] = [{"key": "key1", **self.maybe(at=self.text)}] if self.chance(0.3) else self.some(["key1", "key2"])
        return pt.Evidence(name, finding=self.text(), **fields)

    def case(self, name: str) -> pt.Case:
        made: list[pt.Evidence] = []
        for k in range(int(self.rng.integers(0, 7))):
            made.append(self.item(f"e-{k}", [e.id for e in made if e.counts]))
        prior = {h: self.number() for h in self.judged} if self.chance(0.3) else None
        return pt.Case(
            name,
            judges=self.judged if len(self.judged) > len(self.hypotheses) and not self.factors else [],
            prior=prior,
            sources={"point": {"reliability": 0.8, **self.maybe(kind=self.text, note=self.text, cite=["key2"])}},
            clusters={"mine": self.maybe(correlation=0.7, label=self.label, note=self.text)},
            evidence=made,
            **self.maybe(label=self.label, outcome=self.text, period=("1990", "2005-03"), description=self.text),
        )

    def study(self) -> pt.Study:
        self.factors = ["f1", "f2"] if self.chance(0.25) else []
        self.hypotheses = ["a", "b", "c", "d"][: int(self.rng.integers(1, 5))]
        compounds = self.one(["judged", "mean", "maximum"])
        self.judged = ["none", "f1", "f2", "f1+f2"] if self.factors else [*self.hypotheses, *(["extra"] if self.chance(0.3) else [])]
        own_words = {"seldom": 0.2, "often": (0.5, 0.9)} if self.chance(0.3) else {}
        self.words = list(own_words) or ["unlikely", "likely", "very likely"]
        self.analysts = self.some(["ana", "ben"], 0.7)
        parts = {"label": self.label, "statement": self.text}
        if self.factors:
            head: dict[str, Any] = {"factors": {f: {"prior": 0.3, **self.maybe(**parts)} for f in self.factors}, "compounds": compounds}
            head |= self.maybe(prior={"none": 1, "f1": 2, "f2": 1, "f1+f2": 0.5})
        else:
            head = {"hypotheses": {h: {"prior": self.number(), **self.maybe(residual=True, **parts)} for h in self.hypotheses}}
        return pt.Study(
            self.label(),
            cases=[self.case(f"case_{k}") for k in range(int(self.rng.integers(1, 4)))],
            sources={"plain": {}, "ranged": {"reliability": (0.4, 0.9)}, "rates": {"reports_if_true": 0.8, "reports_if_false": 0.3}},
            clusters={"shared": {"correlation": 0.4}},
            tags={"elite": self.maybe(label=self.label, group=self.text), "mass": {}},
            analysts={a: {"weight": self.number(), **self.maybe(label=self.label, note=self.text)} for a in self.analysts},
            words=own_words,
            analyst=self.one(["pool", *self.analysts]),
            references={key: pt.Reference(key, author="Ana, B.", year="2001", title="On it") for key in ("key1", "key2")},
            **head,
            **self.maybe(
                description=self.text,
                question=self.text,
                range_coverage=0.8,
                anchor=0.7,
                cluster_correlation=0.2,
                accepted={"idle-item": "Looked at."},
            ),
        )


def write(study: pt.Study, folder: Path, shared: bool = False) -> Path:
    """The study as files below a folder, in the library's own style; the path of the study file."""
    for name in ("models", "evidence"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for case in study.cases:
        (folder / "evidence" / f"{case.id}.yaml").write_text(case_yaml(case), encoding="utf-8")
    (folder / "evidence" / "references.bib").write_text(bibtex(study.references.values()), encoding="utf-8")
    (folder / "shared.yaml").write_text(shared_yaml(study), encoding="utf-8")
    path = folder / "models" / "study.yaml"
    files = [f"../evidence/{case.id}.yaml" for case in study.cases]
    path.write_text(study_yaml(study, files, "../shared.yaml" if shared else None, "../evidence/references.bib"), encoding="utf-8")
    return path
