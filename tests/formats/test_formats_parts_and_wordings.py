"""Groups, years, terms, judges and wordings: read, written and read again, in files and in workbooks; and their faults."""

from __future__ import annotations

from pathlib import Path

import pytest

import processtrace as pt
from processtrace import formats
from processtrace.formats.workbook.pages_to_study import study_of
from processtrace.formats.workbook.study_to_pages import pages_of

STUDY = """\
title: Demo
hypotheses: {a: {statement: One thing.}, b: {statement: Another.}}
cases: x.yaml
groups:
  crisis: [e1, x/e2]
  other: {label: Other ones, items: [e1, e2], note: One campaign.}
years: [2005, 2014]
analysts:
  ana: {judge: One model}
  ben: {judge: One model, statements: {a: The same thing in other words.}}
"""
CASE = """\
case: x
terms: [{label: First, from: 1991, to: 2006-12-20}, {label: Second, from: 2006-12-21, to: 2022}]
evidence:
  - id: e1
    finding: One.
    judgements:
      ana: {probability: {a: [0.5, 0.8], b: 0.3}}
      ben: {probability: {a: 0.4, b: 0.3}, statements: {a: 0a1b, b: 2c3d}}
  - {id: e2, finding: Two., judgements: {ana: {probability: {a: 0.3, b: 0.4}}}}
"""


def read(folder: Path, study: str = STUDY, case: str = CASE) -> pt.Study:
    (folder / "study.yaml").write_text(study, encoding="utf-8")
    (folder / "x.yaml").write_text(case, encoding="utf-8")
    return pt.load_study(folder / "study.yaml")


def test_they_are_read(tmp_path):
    made = read(tmp_path)
    assert made.groups["crisis"].items == ("e1", "x/e2")
    assert (made.groups["other"].name, made.groups["other"].note) == ("Other ones", "One campaign.")
    assert made.years == (2005, 2014)
    assert [(term.label, term.from_, term.to) for term in made.cases[0].terms] == [
        ("First", "1991", "2006-12-20"),
        ("Second", "2006-12-21", "2022"),
    ]
    assert made.analysts["ben"].statements == {"a": "The same thing in other words."}
    assert made.cases[0].item("e1").by_analyst["ben"].statements == {"a": "0a1b", "b": "2c3d"}


def test_files_and_workbooks_keep_them(tmp_path):
    made = read(tmp_path)
    formats.write(made, tmp_path / "again")
    path = next(path for path in (tmp_path / "again").rglob("*.yaml") if "groups:" in path.read_text(encoding="utf-8"))
    assert pt.load_study(path) == made
    assert study_of(pages_of(made), "pages")[0] == made


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[e1, x/e2]", "[e1, y/e2]", "study.yaml:5: group 'crisis': 'y/e2'; items, as id or case/id; did you mean 'x/e2'?"),
        ("[2005, 2014]", "[2005, 14]", "a year of four digits"),
        ("{a: The same", "{c: The same", "unknown hypothesis 'c'"),
    ],
)
def test_faults_of_the_study(tmp_path, old, new, said):
    with pytest.raises(pt.StudyError) as found:
        read(tmp_path, STUDY.replace(old, new))
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: 2006-12-20", "to: 1990", "x.yaml:2: case 'x', term 'First': from 1991 to 1990; the start first"),
        ("from: 1991, ", "", "'from' is missing"),
        ("label: First", "name: First", "did you mean"),
    ],
)
def test_faults_of_terms(tmp_path, old, new, said):
    with pytest.raises(pt.StudyError) as found:
        read(tmp_path, case=CASE.replace(old, new))
    assert said in str(found.value) or "one of label, from, to" in str(found.value)


def test_a_changed_study_may_lack_an_item_of_a_group(tmp_path):
    made = read(tmp_path)
    assert made.without(item="e2").groups == made.groups
