"""Parts of the evidence against the study with the other items taken away by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from strategies.studies import leads, studies
from truth.plain_numbers import updated

import processtrace as pt
from processtrace import robustness


def without(made: pt.Study, ids: list[str]) -> pt.Study:
    for name in ids:
        if any(item.id == name for item in made.cases[0].evidence):
            made = made.without(item=name)
    return made


def check(made: pt.Study, found: dict) -> None:
    """Every part with its items, given by hand, against the study without them and without all others."""
    every = [item.id for item in made.cases[0].evidence]
    got = robustness.as_json(made)["cases"][made.cases[0].id]["parts"]
    assert {group: list(inner) for group, inner in got.items()} == {group: list(inner) for group, inner in found.items()}
    for group, inner in found.items():
        for name, ids in inner.items():
            part = got[group][name]
            assert part["items"] == len(ids)
            rest = without(made, [i for i in every if i not in ids])
            assert list(part["only"].values()) == pytest.approx(updated(rest), abs=1e-9)
            assert list(part["without"].values()) == pytest.approx(updated(without(made, ids)), abs=1e-9)


def dated(**fields) -> pt.Study:
    rows = [
        ("one", "1995", ["security", "loose"], "press", {"a": 0.9, "b": 0.3}),
        ("two", "2004-12-31", "economy", ["press", "diary"], {"a": 0.2, "b": 0.6}),
        ("three", "2005-01-01", "economy", "diary", {"a": 0.4, "b": 0.5}),
        ("four", "2004/2006-03", [], [], {"a": 0.7, "b": 0.4}),
        ("five", None, "security", "bare", {"a": 0.5, "b": 0.45}),
    ]
    items = [
        pt.Evidence(name, finding="A memo.", date=date, tags=tags, source=source, probability=p) for name, date, tags, source, p in rows
    ]
    terms = [{"label": "First", "from": "1991", "to": "2005-01-01"}, {"label": "Second", "from": "2005-01-02", "to": "2010"}]
    case = pt.Case("x", evidence=items, terms=terms)
    return pt.Study(
        "Dated",
        hypotheses={"a": {"prior": 2}, "b": {}},
        cases=[case],
        sources={"press": {"kind": "journalism"}, "diary": {"kind": "diary", "reliability": 0.8}, "bare": {}},
        tags={"economy": {"group": "arena"}, "security": {"group": "arena"}},
        years=2005,
        **fields,
    )


def test_tags_periods_terms_and_kinds_of_source():
    check(
        dated(),
        {
            "arena": {"economy": ["two", "three"], "security": ["one", "five"]},
            "tags": {"loose": ["one"]},
            "period": {"before 2005": ["one", "two"], "from 2005": ["three", "four"]},
            "term": {"First": ["one", "two", "three"], "Second": ["four"]},
            "source_kind": {"journalism": ["one", "two"], "diary": ["two", "three"]},
        },
    )


def test_parts_that_disagree_are_named_in_one_line():
    data = robustness.parts(dated())
    assert dict(zip(data["part_name"].values, data["leader"].values, strict=True))["economy"] == "b"
    said = data["sentence"].item()
    assert "Arena: B by Economy; A by Security" in said
    assert "Tags" not in said
    alike = dataclasses.replace(dated(), years=(), tags={}, cases=(pt.Case("x", evidence=[dated().cases[0].item("five")]),))
    assert robustness.parts(alike)["sentence"].item() == ""


def test_an_item_judged_given_another_part_enters_none():
    items = [
        pt.Evidence("first", finding="A memo.", tags="one", probability={"a": 0.7, "b": 0.4}),
        pt.Evidence("second", finding="A note.", tags="two", given="first", probability={"a": 0.6, "b": 0.2}),
    ]
    made = pt.Study("Given", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    part = robustness.as_json(made)["cases"]["x"]["parts"]["tags"]
    assert part["two"]["items"] == 0
    assert part["two"]["only"]["a"] == 0.5
    assert part["one"]["without"]["a"] == 0.5
    assert robustness.parts(made)["leader"].values.tolist() == ["a", ""]


@settings(max_examples=10)
@given(studies(items=(2, 5), zeros=False).filter(leads))
def test_any_study_by_the_items_taken_away(made):
    """Two tags put on alternate items, so that each part is what the other is without."""
    case = made.cases[0]
    evidence = [dataclasses.replace(item, tags=("odd" if k % 2 else "even",), given=()) for k, item in enumerate(case.evidence)]
    made = dataclasses.replace(made, cases=(dataclasses.replace(case, evidence=tuple(evidence)),), tags={})
    data = robustness.parts(made)
    tags = data.isel(part=np.isin(data["part_name"].values, ["odd", "even"]))
    for k in range(tags.sizes["part"]):
        ids = [item.id for item in evidence if item.tags == (tags["part_name"].values[k],)]
        assert tags["without"].values[k] == pytest.approx(updated(without(made, ids)), abs=1e-8)
        assert tags["only"].values[k] == pytest.approx(
            updated(without(made, [item.id for item in evidence if item.id not in ids])), abs=1e-8
        )
