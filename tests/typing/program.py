"""A program of a user who checks types: it must run, and mypy must accept all of it and know what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

import processtrace as pt
from processtrace.study import Judgement
from processtrace.study.frozen import Map

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

items = [
    pt.Evidence(
        "memo",
        finding="A memo.",
        date="2016/2019",
        source=["press", "archive"],
        cite=["smith2020", {"key": "jones1999", "at": "p. 3"}],
        cluster="talk",
        tags="paper",
        probability={"a": 0.8, "b": (0.1, 0.3)},
        because={"a": "It says so."},
    ),
    pt.Evidence("vote", finding="A vote.", source="press", cluster="talk", ratio={"a": [2, 4], "b": 1}, anchor=0.7),
    pt.Evidence("flag", finding="A flag.", decibels={"a": -3, "b": 0}),
    pt.Evidence("speech", finding="A speech.", words={"a": "likely", "b": ("very unlikely", "unlikely")}),
    pt.Evidence(
        "treaty",
        finding="A treaty.",
        status="not_found",
        search_sensitivity={"a": 0.9, "b": (0.5, 0.8)},
        judgements={"ana": {"probability": {"a": 0.4, "b": 0.1}}, "ben": Judgement(decibels={"a": 5, "b": 0}, note="Late.")},
    ),
    pt.Evidence("plan", finding="A plan.", status="planned", probability={"a": 0.5, "b": 0.1}),
]
case = pt.Case("north", period=("1991", 2024), evidence=items, sources={"archive": {"reliability": 0.9}}, prior={"a": 2, "b": 1})
study = pt.Study(
    "Example",
    hypotheses={"a": {}, "b": pt.Hypothesis("b", label="Second")},
    sources=[pt.Source("press", reliability=(0.4, 0.9))],
    clusters={"talk": pt.Cluster("talk", correlation=0.3)},
    analysts={"ana": {"weight": 2}, "ben": None},
    tags={"paper": pt.Tag("paper")},
    accepted={"wide-range": "It is meant."},
    cases=[case],
)
assert_type(study.explanations, Map[pt.Hypothesis])
assert_type(study.cases, tuple[pt.Case, ...])
assert_type(study.sources["press"].reliability, float | tuple[float, float] | None)
assert_type(study.case("north").prior, Map[float] | None)

memo = case.item("memo")
assert_type(memo.source, tuple[str, ...])
assert_type(memo.cite, tuple[pt.study.Citation, ...])
assert_type(memo.probability, Map[float | tuple[float, float]] | None)
assert_type(memo.words, Map[str | tuple[str, str]] | None)
assert_type(memo.search_sensitivity, float | tuple[float, float] | Map[float | tuple[float, float]] | None)
assert_type(memo.judgements, Map[Judgement] | None)
assert_type(memo.by_analyst, dict[str | None, Judgement])

causes = pt.Study("Causes", factors={"a": {}, "b": {"prior": 0.3}}, prior={"none": 1, "a": 1, "b": 1}, cases=pt.Case("south"))
changed = study.with_judgement("north", "flag", {"a": 1, "b": [0.2, 0.4]}, scale="ratio").without(item="vote").with_prior({"a": 1, "b": 2})
assert_type(changed, pt.Study)

if TYPE_CHECKING:
    assert_type(pt.load_study("study.yaml"), pt.Study)
    assert_type(pt.update(study), xr.Dataset)
    assert_type(pt.robustness.bounds(study), xr.Dataset)
    assert_type(pt.tables.posterior(study), pd.DataFrame)

    pt.Evidence("memo")  # type: ignore[call-arg]
    pt.Evidence("memo", finding=3)  # type: ignore[arg-type]
    pt.Evidence("memo", finding="A memo.", probability={"a": "likely"})  # type: ignore[dict-item]
    pt.Evidence("memo", finding="A memo.", probability=0.5)  # type: ignore[arg-type]
    pt.Evidence("memo", finding="A memo.", status="lost")  # type: ignore[arg-type]
    pt.Evidence("memo", finding="A memo.", source=3)  # type: ignore[arg-type]
    pt.Study("Example", hypotheses={"a": 3})  # type: ignore[dict-item]
    pt.Study("Example", cases=["north"])  # type: ignore[list-item]
    pt.Case("north", evidence=study)  # type: ignore[arg-type]
    study.with_judgement("north", "flag", {"a": 1}, scale="odds")  # type: ignore[arg-type]
    memo.source = ("press",)  # type: ignore[misc]
