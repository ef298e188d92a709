"""The worked examples: each reads, none has a fault, and their numbers are the published ones."""

from __future__ import annotations

import json
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

import processtrace as pt

ROOT = Path(__file__).parents[2]
PUBLISHED = json.loads((ROOT / "tests" / "data" / "published.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", pt.examples.NAMES)
def test_a_copy_is_the_same_study_in_a_folder_of_its_own(name, tmp_path):
    copied = pt.examples.copy(name, tmp_path / "copy")
    assert pt.load_study(copied.study) == pt.examples.load(name)
    inside = {path for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert inside == set(copied.files)
    assert {path.relative_to(tmp_path / "copy").parts[0] for path in inside} <= {"models", "evidence"}


@pytest.mark.parametrize("name", pt.examples.NAMES)
def test_each_has_a_page(name):
    own = {"alignment": "alignment.md", "known_answers": "what_numbers_are_worth.md"}
    text = (ROOT / "docs" / own.get(name, f"example_{name}.md")).read_text(encoding="utf-8")
    if name not in own:
        assert all(f"**{part}.**" in text for part in ("The question", "The published answer", "What the library adds"))
    if name != "alignment":
        assert f"processtrace example {name}" in text


def test_nothing_that_is_there_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(pt.UsageError, match="not empty"):
        pt.examples.copy("adams", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["../alignment", "/etc/passwd", "", "alignment.yaml", "alignmnt"])
def test_a_name_is_one_of_the_list(name, tmp_path):
    with pytest.raises(pt.UsageError, match="no example"):
        pt.examples.copy(name, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_chile_has_the_published_weights_and_totals():
    given = PUBLISHED["chile_fc2022"]
    names = {"CC": "core_constituency", "MV": "median_voter"}
    study = pt.examples.load("chile")
    (case,) = study.cases
    for item, expected in zip(case.evidence, given["items"], strict=True):
        assert item.id == expected["id"].lower()
        assert {h: item.decibels["equity_appeal"] - item.decibels[names[h]] for h in names} == expected["dB"]
    updated = pt.update(study).sel(case="chile")
    for h, total in given["total_dB"].items():
        evidence = updated.evidence_db
        assert float(evidence.sel(hypothesis="equity_appeal") - evidence.sel(hypothesis=names[h])) == pytest.approx(total, abs=1e-9)
        assert float(updated.posterior.sel(hypothesis=names[h])) == pytest.approx(given["posterior"][h], rel=1e-9)


def test_adams_has_the_published_probability():
    given = PUBLISHED["r_v_adams"]
    study = pt.examples.load("adams")
    prior = study.prior_of(study.case("adams"))
    assert prior["guilty"] / prior["innocent"] == pytest.approx(float(Fraction(given["prior_odds"])), rel=1e-12)
    support = pt.update(study).posterior.sel(case="adams", hypothesis="guilty").item()
    assert support == pytest.approx(given["dna"]["2e8"], abs=5e-11)


def test_the_clues_have_the_values_of_the_design_library():
    given = PUBLISHED["designlibrary_default"]
    study = pt.examples.load("design_library")
    for item, name in zip(study.cases[0].evidence, ("E1", "E2"), strict=True):
        assert [item.probability["h"], item.probability["rival"]] == given[name]
    support = pt.update(study).posterior.sel(case="one", hypothesis="h").item()
    assert support == pytest.approx(given["joint"]["rho=0"]["10"], abs=5e-9)


@pytest.mark.parametrize(("name", "words"), [("murder", "every judgement here is ours"), ("programme", "The numbers are ours")])
def test_numbers_of_our_own_are_called_so(name, words):
    assert words in " ".join(pt.examples.load(name).description.split())


def test_the_wheel_holds_the_files_where_they_are_looked_for():
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert built["force-include"] == {name: f"processtrace/examples/{name}" for name in ("models", "evidence")}
