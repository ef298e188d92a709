"""The folder for editors: what was planned, annotations, and one command that verifies the study or says what differs."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import processtrace as pt
from processtrace.paper.preregistration import OPEN, preregistration
from processtrace.paper.transparency import annotated

ROOT = Path(__file__).parents[2]
FIELDS = (
    "Title", "Authors", "Research aims", "Type of research aims", "Research questions", "Anticipated duration", "Study design",
    "Sampling and case selection strategy", "Data sources and data types", "Data collection methods",
    "Data collection tools, instruments or plans", "Stopping criteria", "Data analysis approach", "Data analysis process",
    "Credibility strategies", "Rationale for the credibility strategies", "Reflection on your positionality",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    copied = pt.examples.copy("murder", tmp_path / "mine")
    pt.paper.transparency(copied.study, tmp_path / "open")
    return tmp_path / "open"


def verify(folder):
    return subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False)


def test_one_command_verifies_the_study(folder):
    done = verify(folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Verified: 3 files")
    assert "python verify.py" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_changed_file_is_named(folder):
    path = folder / "study" / "evidence" / "murder.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("0.05, 0.2", "0.04, 0.2"), encoding="utf-8")
    done = verify(folder)
    assert done.returncode == 1
    assert done.stdout == "study/evidence/murder.yaml is not the file that was handed in\n"


def test_a_changed_posterior_is_named(folder):
    held = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))
    held["posterior"]["murder"]["adam"] += 1e-6
    (folder / "posterior.json").write_text(json.dumps(held), encoding="utf-8")
    done = verify(folder)
    assert done.returncode == 1
    assert done.stdout.startswith("murder, adam: ")


def test_the_posterior_is_that_of_the_study(folder):
    found = pt.update(pt.examples.load("murder")).posterior
    held = json.loads((folder / "posterior.json").read_text(encoding="utf-8"))["posterior"]
    for hypothesis, p in held["murder"].items():
        assert p == found.sel(case="murder", hypothesis=hypothesis).item()


def test_annotations_have_a_note_an_excerpt_and_a_source_for_each_item(folder):
    rows = list(csv.DictReader(io.StringIO((folder / "annotations.csv").read_text(encoding="utf-8-sig"))))
    study = pt.examples.load("murder")
    assert {row["evidence"] for row in rows} == {item.id for case in study.cases for item in case.evidence}
    assert {"Analytic note", "Source excerpt", "Source"} <= set(rows[0])
    car = next(row for row in rows if row["evidence"] == "car")
    assert "Adam: He may have come by car" in car["Analytic note"]
    assert "Zaks, Sherry (2022)" in car["Source"]


def test_the_preregistration_has_the_fields_of_the_template_and_invents_nothing(folder):
    text = (folder / "preregistration.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^## (.*)$", text, re.MULTILINE)) == FIELDS
    assert "10.1177/1609406920976417" in text
    assert "The records of the telephone company place Adam's phone near the scene" in text
    for name in ("Authors", "Anticipated duration", "Stopping criteria", "Reflection on your positionality"):
        assert text.partition(f"## {name}\n\n")[2].startswith(OPEN)


def test_a_locked_plan_is_printed_as_it_was_locked(tmp_path):
    shutil.copytree(ROOT / "tests" / "golden" / "project", tmp_path / "p")
    study = pt.load_study(tmp_path / "p" / "models" / "ferry.yaml")
    assert study.lock
    text = preregistration(study)
    for lock in study.lock:
        assert f"{lock.file}, SHA-256 {lock.hash}" in text
        for held in lock.locked.values():
            assert json.loads(held)["finding"] in text


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    copied = pt.examples.copy("adams", tmp_path / "mine")
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "mine.txt").write_text("mine")
    for replace in (False, True):
        with pytest.raises(pt.UsageError, match="not empty"):
            pt.paper.transparency(copied.study, tmp_path / "open", replace=replace)
    assert [path.name for path in (tmp_path / "open").iterdir()] == ["mine.txt"]


def test_a_folder_of_its_own_is_replaced_where_that_is_asked(folder, tmp_path):
    with pytest.raises(pt.UsageError, match="not empty"):
        pt.paper.transparency(tmp_path / "mine" / "models" / "murder.yaml", folder)
    pt.paper.transparency(tmp_path / "mine" / "models" / "murder.yaml", folder, replace=True)
    assert verify(folder).returncode == 0


@pytest.mark.parametrize("target", ["study.xlsx", "pages_csv"])
def test_a_workbook_and_csv_pages_are_verified_too(tmp_path, target):
    from processtrace import formats

    formats.write(pt.examples.load("adams"), tmp_path / target)
    pt.paper.transparency(tmp_path / target, tmp_path / "open")
    assert verify(tmp_path / "open").returncode == 0


@pytest.mark.parametrize("study", ["ferry", "ferry_causes"])
def test_a_study_with_locks_and_a_causal_model_is_verified(tmp_path, study):
    """All that a study is read from goes into the folder: shared parts, bibliography, locked plans, cases that a model learned from."""
    pt.paper.transparency(ROOT / "tests" / "golden" / "project" / "models" / f"{study}.yaml", tmp_path / "open")
    done = verify(tmp_path / "open")
    assert (done.returncode, done.stderr) == (0, "")


def test_priors_are_printed_as_everywhere(folder):
    text = (folder / "preregistration.md").read_text(encoding="utf-8")
    assert "Prior: Adam 0.31; Bertrand 0.31; Adam and Bertrand 0.06; Someone else 0.31." in text


def annotations(study, folder):
    pt.paper.transparency(study, folder)
    with (folder / "annotations.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["evidence"]: row for row in csv.DictReader(file)}


def test_a_finding_that_was_not_made_is_annotated_as_such(tmp_path):
    rows = annotations(pt.examples.copy("democratisation", tmp_path / "mine").study, tmp_path / "open")
    statuses = {name: row["Status"] for name, row in rows.items()}
    assert (statuses["cable"], statuses["marches"], statuses["strikes"]) == ("Found", "Looked for, not found", "Planned")
    assert rows["cable"]["Analytic note"].startswith("It shows P = 1 of the causal model.")


def test_what_each_analyst_noted_is_in_the_annotations():
    """The alignment study gives no reason under an explanation: its analysts explain each item in a note."""
    study = pt.load_study(ROOT / "models" / "alignment.yaml")
    noted = [
        (case.id, item.id, part.note) for case in study.cases for item in case.evidence for part in item.by_analyst.values() if part.note
    ]
    assert len(noted) > 100
    rows = annotated(study)
    for case, item, note in noted:
        assert note in rows.loc[(case, item), "Analytic note"]


def test_the_preregistration_of_a_causal_model_names_its_graph():
    text = preregistration(pt.examples.load("democratisation"))
    assert "`I -> M -> D <- P; I -> D`" in text
    assert "Prior: Low inequality 0.44; Something else 0.56, as follows from the causal model." in text
    assert ".*." not in text  # a sentence that is left to the authors ends once
