"""The JSON Schema for editors agrees with the reader; what only the reader can see is listed by name."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from strategies.studies import studies
from truth.broken_files import BROKEN, DATA, STUDY
from truth.yaml_core import typed

import processtrace as pt
from processtrace.formats.yaml.meanings import MEANINGS
from processtrace.formats.yaml.parser import read_yaml
from processtrace.formats.yaml.schema import KINDS, schema
from processtrace.formats.yaml.shapes import SharedFile, StudyFile
from processtrace.formats.yaml.write import case_yaml, shared_yaml, study_yaml
from processtrace.study import PairCorrelation
from processtrace.study.validation import KINDS as TYPES

ROOT = Path(__file__).parents[2]


@cache
def validator(kind=None):
    return Draft202012Validator(schema(kind))


def complaints(path: Path, kind=None) -> list[str]:
    return [error.message for error in validator(kind).iter_errors(typed(read_yaml(path, path.name)))]


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_it_is_a_schema(kind):
    Draft202012Validator.check_schema(schema(kind))


FILES = [
    *(("study", path) for path in (ROOT / "models").glob("*.yaml")),
    *(("shared" if path.stem == "shared" else "case", path) for path in (ROOT / "evidence").glob("*.yaml")),
    ("study", DATA / "models" / "chile.yaml"),
    ("case", DATA / "evidence" / "chile.yaml"),
]


@pytest.mark.parametrize(("kind", "path"), FILES, ids=lambda part: part.stem if isinstance(part, Path) else part)
def test_what_the_reader_reads_the_schema_allows(kind, path):
    assert complaints(path, kind) == []
    assert complaints(path) == []


@settings(max_examples=10)
@given(study=studies(cases=2, texts=True))
def test_what_the_library_writes_the_schema_allows(tmp_path_factory, study):
    tmp_path = tmp_path_factory.mktemp("written")
    for kind, text in {"study": study_yaml(study, ["a.yaml"]), "case": case_yaml(study.cases[0]), "shared": shared_yaml(study)}.items():
        (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
        assert complaints(tmp_path / "x.yaml", kind) == [], text


# What no schema can say: numbers compared with each other, names that are declared elsewhere, days of the calendar.
ONLY_THE_READER = {
    "range the wrong way round", "a hypothesis is missing", "unknown hypothesis",
    "identifier given twice", "a day that does not exist", "a date backwards",
    "a circle of given", "given itself", "given an unknown item", "unknown source", "unknown cluster",
    "a path out", "an absolute path", "a missing case file", "case named from the folder of the project", "a folder as bibliography", "zero for every hypothesis", "decibels that refute silently",
    "a word off the scale", "unknown analyst", "unknown main analyst", "unknown citation",
    "prior of a case without one of its hypotheses", "judges without a hypothesis of the study", "hypothesis judged twice",
    "ratio that refutes silently", "ratio range that refutes silently", "ratio of 0 for every hypothesis", "month 13", "period backwards",
    "sensitivity without a hypothesis", "source named twice", "text for a reason by hypothesis", "words the wrong way round",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_the_reader_refuses_the_schema_refuses(name, tmp_path):
    file, old, new, _, _ = BROKEN[name]
    shutil.copytree(DATA, tmp_path / "p")
    path = tmp_path / "p" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(pt.StudyError):
        pt.load_study(tmp_path / "p" / STUDY)
    try:
        found = complaints(path, path.parent.name.replace("models", "study").replace("evidence", "case"))
    except pt.StudyError:
        return  # no YAML that an editor could check
    assert bool(found) != (name in ONLY_THE_READER), found


# Each of these the reader and the schema both take.
TAKEN = {
    "one thing for a list": ("    tags: [elite, electoral]", "    tags: elite"),
    "nothing for a list": ("    tags: [elite, electoral]", "    tags:"),
    "a number as a text": ("finding: A party memo naming the electoral cost.", "finding: 2005"),
    "true as a text": ("finding: A party memo naming the electoral cost.", "finding: true"),
    "a year": ("date: 2005-07 ", "date: 2005 "),
    "two dates": ("date: 2005-07 ", "date: 2005-07/2006 "),
    "blanks around a label": ("label: Informants on the campaign", "label: '  Informants on the campaign          '"),
    "a source without a word": ("interview_2005: {kind: interview, cite: fairfield2015, reliability: [0.8, 0.95]}", "interview_2005:"),
    "a citation with its place": ("cite: [fairfield2015, {key: press2005, at: p. 3}]", "cite: {key: press2005, at: 3}"),
    "a range of sensitivity": ("search_sensitivity: 0.7 ", "search_sensitivity: [0.5, 0.9] "),
    "a sensitivity for each": (
        "search_sensitivity: 0.7 ",
        "search_sensitivity: {equity_appeal: 0.5, core_constituency: 0.9, median_voter: 0.4, business_power: [0.1, 0.2]} ",
    ),
    "numbers in other forms": ("median_voter: 0.05", "median_voter: 5e-2"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_the_reader_takes_the_schema_takes(name, tmp_path):
    old, new = TAKEN[name]
    shutil.copytree(DATA, tmp_path / "p")
    path = tmp_path / "p" / "evidence" / "chile.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    pt.load_study(tmp_path / "p" / STUDY)
    assert complaints(path, "case") == []


def test_every_key_is_explained():
    types = {kind.__name__: kind for kind in (StudyFile, SharedFile, PairCorrelation, *TYPES.values())}
    assert set(MEANINGS) == set(types)
    for name, kind in types.items():
        keys = {field.name.rstrip("_") for field in fields(kind)}
        if name != "Evidence":
            keys = {"case" if key == "id" and name == "Case" else key for key in keys} - {"id"}
        assert set(MEANINGS[name]) == keys, name


def test_it_is_printed(capsys):
    from processtrace.cli import cli

    cli(["schema", "case"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out) == schema("case")
    cli(["schema"], standalone_mode=False)
    assert json.loads(capsys.readouterr().out) == schema()
