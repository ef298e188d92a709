"""The main job in Python: what it returns is what it writes, and what the command writes."""

from __future__ import annotations

import dataclasses
import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from click.testing import CliRunner

import processtrace as pt
from processtrace import pipeline, results
from processtrace.cli import cli
from processtrace.web.pictures import pictures

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path) -> Path:
    shutil.copytree(ROOT / "tests" / "data" / "chile", tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def path(project) -> Path:
    return project / "models" / "chile.yaml"


def contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_command_and_the_function_write_the_same_bytes(path, project):
    done = CliRunner().invoke(cli, ["run", str(path), "--no-sample", "--quiet"], catch_exceptions=False)
    assert done.exit_code == 0
    pt.run(path, project / "again", sample=False)
    assert contents(project / "again") == contents(project / "results" / "chile")


def test_what_is_returned_is_what_is_written(path, project):
    results = pt.run(path, project / "out", draws=500, random_seed=4)
    study = pt.load_study(path)
    assert results.study == study
    xr.testing.assert_identical(results.data, pt.update(study))
    assert results.robustness == pt.robustness.as_json(study)
    assert json.loads(results.paths["robustness.json"].read_text()) == results.robustness
    written = {name for name in contents(project / "out") if not name.startswith(".")}
    assert {name: path.relative_to(project / "out").as_posix() for name, path in results.paths.items()} == {name: name for name in written}
    assert {f"tables/{name}.csv" for name in results.tables} == {name for name in written if name.endswith(".csv")}
    assert all(Path(file).is_file() for file in results.figures.values())
    with xr.open_datatree(results.paths["posterior.nc"], engine="h5netcdf") as stored:
        assert np.array_equal(stored["posterior"]["explanation"].values, results.sampled["posterior"]["explanation"].values)
    assert results.provenance["Seed"] == "4"
    assert results.converged
    for name, table in results.tables.items():
        assert isinstance(table, pd.DataFrame), name


def test_the_record_is_frozen(path):
    results = pt.compute(pt.load_study(path), sample=False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        results.data = None  # type: ignore[misc]


def test_to_compute_writes_nothing_and_gives_the_same_numbers(path, project, monkeypatch):
    before = set(contents(project))
    monkeypatch.chdir(project)
    results = pt.compute(pt.load_study(path), sample=False)
    assert set(contents(project)) == before
    assert (results.sampled, results.figures, results.paths, results.provenance) == (None, {}, {}, {})
    written = pt.run(path, project / "out", sample=False)
    assert results.robustness == written.robustness
    for name, table in results.tables.items():
        pd.testing.assert_frame_equal(table, written.tables[name])


def test_a_study_without_files_can_be_computed_again_from_its_replication(project):
    study = pt.load_study(project / "models" / "chile.yaml")
    results = pt.run(study, project / "out", sample=False)
    with zipfile.ZipFile(io.BytesIO(results.paths["replication.zip"].read_bytes())) as archive:
        archive.extractall(project / "replication")
    readme = (project / "replication" / "README.txt").read_text(encoding="utf-8")
    (line,) = [line.split() for line in readme.splitlines() if line.startswith("    processtrace run")]
    copy = project / "replication" / "study" / line[2]
    assert pt.load_study(copy) == study
    again = pt.run(copy, project / "again", sample=False)
    for name in ("posterior.json", "robustness.json", "tables/posterior.csv"):
        assert again.paths[name].read_bytes() == results.paths[name].read_bytes()
        assert (project / "replication" / "results" / name).read_bytes() == results.paths[name].read_bytes()


@pytest.mark.parametrize(
    ("figures", "step"), [("auto", "Figures that a reader needs (the rest: --all-figures) …"), ("all", "All figures …")]
)
def test_progress_is_said_to_those_who_ask(path, project, capsys, figures, step):
    lines: list[str] = []
    pt.run(path, project / "out", sample=False, progress=lines.append, figures=figures)
    assert [line for line in lines if not line.startswith("  ")] == [
        "Reading and checking the study …",
        "Exact posterior …",
        "Robustness: everything a reviewer asks …",
        "Agreement of analysts, several explanations at once …",
        step,
        "Tables and appendix …",
        "Report …",
        "Replication …",
    ]
    pt.compute(pt.load_study(path), sample=False)
    assert capsys.readouterr() == ("", "")
    pt.compute(pt.load_study(path), sample=False, progress=True)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("Exact posterior …\n")


def test_whole_numbers_may_come_as_floats_as_from_r(path):
    study = pt.load_study(path)
    from_r, from_python = (pt.compute(study, random_seed=seed, draws=draws) for seed, draws in ((3.0, 20.0), (3, 20)))
    assert from_r.sampled["posterior"].sizes["draw"] == 20
    xr.testing.assert_identical(from_r.sampled["posterior"].to_dataset(), from_python.sampled["posterior"].to_dataset())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("random_seed", -1),
        ("random_seed", 1.5),
        ("random_seed", None),
        ("draws", 0),
        ("draws", "many"),
        ("draws", float("nan")),
        ("draws", True),
    ],
)
def test_a_wrong_number_is_a_fault_and_writes_nothing(path, project, name, value):
    with pytest.raises(pt.UsageError, match=f"{name}={value}; a whole number"):
        pt.run(path, project / "out", **{name: value})
    assert not (project / "out").exists()


def test_a_fault_of_the_study_is_raised_and_writes_nothing(path, project):
    file = project / "evidence" / "chile.yaml"
    file.write_text(file.read_text().replace("median_voter: 0.05", "median_voter: 1.3"))
    with pytest.raises(pt.StudyError, match=r"chile\.yaml:24: .* 1\.3; a number in \[0, 1\]"):
        pt.run(path, project / "out")
    assert not (project / "out").exists()


def test_a_folder_of_other_things_is_left_alone(path, project):
    (project / "mine").mkdir()
    (project / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(pt.UsageError, match="holds no earlier results"):
        pt.run(path, project / "mine", sample=False)
    assert contents(project / "mine") == {"thesis.txt": b"years of work"}


def test_draws_that_failed_their_diagnostics_are_marked(path, project, monkeypatch):

    def failed(study, **_):
        tree = pt.exact_draws(study, draws=10, random_seed=1)
        tree.attrs |= {"converged": 0, "diagnostics": ["r-hat is 2."]}
        return tree

    monkeypatch.setattr("processtrace.pymc_models.sample", failed)
    results = pt.run(path, project / "out")
    assert not results.converged
    assert results.paths["THE SAMPLED RUN DID NOT CONVERGE.txt"].read_text() == "r-hat is 2.\n"
    assert "failed its diagnostics" in results.paths["report.html"].read_text(encoding="utf-8")


def test_a_study_with_a_graph_draws_it_for_each_case_before_the_other_figures():
    evidence = [pt.Evidence("y", finding="Y.", observes={"M": 1})]
    study = pt.Study(
        "Graph",
        causal={"graph": "X -> M -> Y"},
        hypotheses={"caused": {"when": "Y[X=1] > Y[X=0]"}, "not": {"when": "otherwise"}},
        cases=[pt.Case("one", known={"X": 1, "Y": 1}, evidence=evidence), pt.Case("two", known={"X": 0, "Y": 0}, evidence=evidence)],
    )
    drawn = pipeline._drawn(results.compute(study, sample=False), "all")
    (name, figure), (other, _), (third, _) = (next(drawn) for _ in range(3))
    assert (name, other, third) == ("graph/one", "graph/two", "support")
    shown = pictures(study, {name: figure}, {"one": "0.5"})[0]
    assert (shown.section, shown.case, shown.caption) == (
        "case",
        "one",
        "One: the causal graph, with what is known of the case and what its clues report.",
    )
