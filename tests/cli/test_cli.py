"""The command line as a user meets it: what is printed where, exit codes, and results put in place whole."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from truth.by_hand import DB, Known, db
from truth.by_hand import p as printed

import processtrace as pt
from processtrace import formats
from processtrace.formats.atomic import write_folder

ROOT = Path(__file__).parents[2]
STUDY = "models/chile.yaml"


@pytest.fixture
def project(tmp_path):
    shutil.copytree(ROOT / "tests" / "data" / "chile", tmp_path / "p")
    return tmp_path / "p"


def call(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "processtrace", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_help_lists_the_commands():
    done = call("--help")
    assert done.returncode == 0
    for name in ("run", "check", "update", "robustness"):
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize("arguments", [("nonsense",), ("update",), ("update", STUDY, "--form", "xml"), ("update", STUDY, "--nonsense")])
def test_wrong_usage_is_exit_code_2(arguments, project):
    done = call(*arguments, cwd=project)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Error" in done.stderr


def test_check_says_that_there_is_no_fault(project):
    done = call("check", STUDY, cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no faults; 3 explanations, 1 case, 4 items that count of 4" in done.stdout


def test_strict_makes_a_note_a_failure_until_it_is_answered(project):
    told = call("check", STUDY, cwd=project).stdout
    assert "note no-reason: Chile: none for 2 of 3 items: A party memo naming the electoral cost" in told
    names = dict.fromkeys(line.split(":")[0].removeprefix("note ") for line in told.splitlines()[:-1])
    assert call("check", STUDY, "--strict", cwd=project).returncode == 1
    text = (project / STUDY).read_text()
    answers = ", ".join(f"{name}: a sketch" for name in names)
    (project / STUDY).write_text(text.replace("accepted: {idle-item:", f"accepted: {{{answers}, idle-item:"))
    done = call("check", STUDY, "--strict", cwd=project)
    assert done.returncode == 0
    assert f"0 notes, {len(told.splitlines()) - 1} answered" in done.stdout


def test_an_answer_to_a_note_that_does_not_exist_is_told(project):
    text = (project / STUDY).read_text()
    (project / STUDY).write_text(text.replace("accepted: {idle-item:", "accepted: {idle-itme:"))
    assert "note unknown-answer: accepted, 'idle-itme': did you mean 'idle-item'?" in call("check", STUDY, cwd=project).stdout


@pytest.mark.parametrize("command", ["check", "update", "robustness", "run"])
def test_a_fault_is_exit_code_1_in_plain_words(command, project):
    text = (project / "evidence" / "chile.yaml").read_text()
    (project / "evidence" / "chile.yaml").write_text(text.replace("median_voter: 0.05", "median_voter: 1.3"))
    done = call(command, STUDY, cwd=project)
    assert done.returncode == 1
    assert "evidence/chile.yaml:24: evidence 'informants', probability of median_voter: 1.3; a number in [0, 1]" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / "results").exists()


@pytest.mark.parametrize(
    ("option", "words"),
    [(("--case", "peru"), "no case 'peru'; the study has chile"), (("--analyst", "zoe"), "no analyst 'zoe'; the study has ana, ben")],
)
def test_an_unknown_name_is_told(option, words, project):
    done = call("update", STUDY, *option, cwd=project)
    assert done.returncode == 1
    assert words in done.stderr


def test_json_holds_every_number_of_the_update(project):
    done = call("update", STUDY, "--format", "json", cwd=project)
    found = json.loads(done.stdout)
    study = pt.load_study(project / STUDY)
    updated = pt.update(study)
    case = found["cases"]["chile"]
    assert found["hypotheses"] == ["equity_appeal", "core_constituency", "median_voter"]
    assert set(case) == {
        "prior",
        "posterior",
        "log_posterior",
        "evidence_db",
        "refuted",
        "error_nats",
        "evidence",
        "not_counted",
        "clusters",
    }
    for h, p in case["posterior"].items():
        assert p == float(updated.posterior.sel(case="chile", hypothesis=h))
    assert [item["id"] for item in case["evidence"]] == ["informants", "memo", "advisers", "vote"]
    for h, k in [("equity_appeal", "median_voter"), ("core_constituency", "median_voter")]:
        summed = sum(item["weight_db"][h] - item["weight_db"][k] for item in case["evidence"])
        assert summed == pytest.approx(case["evidence_db"][h] - case["evidence_db"][k], abs=1e-9)
    assert case["not_counted"] == {"planned": [], "unjudged": [], "set_aside": []}


def test_minus_infinity_is_null_and_named(project):
    text = (project / "evidence" / "chile.yaml").read_text()
    (project / "evidence" / "chile.yaml").write_text(
        text.replace("ratio: {equity_appeal: 8, core_constituency: 1", "ratio: {equity_appeal: 8, core_constituency: 0")
    )
    case = json.loads(call("update", STUDY, "--format", "json", cwd=project).stdout)["cases"]["chile"]
    assert case["refuted"] == ["core_constituency"]
    assert case["log_posterior"]["core_constituency"] is None
    assert case["posterior"]["core_constituency"] == 0


def test_a_contradiction_names_the_items(project):
    text = (project / "evidence" / "chile.yaml").read_text()
    whole = "decibels: {equity_appeal: 0, core_constituency: -30, median_voter: -27, business_power: -20}"
    assert whole in text
    text = text.replace(whole, "probability: {equity_appeal: 0.5, core_constituency: 0, median_voter: 0, business_power: 0.1}")
    text = text.replace("ratio: {equity_appeal: 8", "ratio: {equity_appeal: 0")
    (project / "evidence" / "chile.yaml").write_text(text)
    done = call("update", STUDY, cwd=project)
    assert done.returncode == 1
    assert "every hypothesis is refuted" in done.stderr
    assert "advisers" in done.stderr
    assert "vote" in done.stderr


def test_csv_is_long(project):
    rows = list(csv.DictReader(io.StringIO(call("update", STUDY, "--format", "csv", cwd=project).stdout)))
    assert list(rows[0]) == ["case", "hypothesis", "prior", "posterior", "lowest", "highest"]
    assert np.isclose(sum(float(row["posterior"]) for row in rows), 1)
    assert all(float(row["lowest"]) <= float(row["posterior"]) <= float(row["highest"]) for row in rows)


def test_run_leaves_a_folder_of_results(project):
    done = call("run", STUDY, "--no-sample", "--quiet", cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    results = project / "results" / "chile"
    names = {path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file()}
    tables = {f"tables/{name}.{ending}" for name in ("posterior", "weights", "appendix", "robustness") for ending in ("csv", "tex", "html")}
    figures = {f"figures/{name}.{ending}" for name in ("support", "weights_chile", "noise") for ending in ("pdf", "png")} | {
        "figures/captions.md"
    }
    assert tables | figures | {"report.html", "summary.html", "replication.zip", "posterior.json", "robustness.json"} <= names
    assert "Chile: Equity appeal leads" in done.stdout
    known = Known(pt.load_study(project / STUDY))
    first, second = sorted(known.names, key=lambda h: -known.posterior["chile"][h])[:2]
    support = known.posterior["chile"]
    found = json.loads((results / "robustness.json").read_text(encoding="utf-8"))
    low, high = found["cases"]["chile"]["ranges"][first]
    assert (
        f"\nChile: {known.names[first]} leads with {printed(support[first])} (central 90 % of what the ranges allow: {printed(low)} to {printed(high)}), "
        f"{db(DB * np.log(support[first] / support[second]))} dB above {known.names[second]}.\n"
    ) in done.stdout
    assert found == json.loads(json.dumps(pt.robustness.as_json(known.study)))
    written = json.loads((results / "posterior.json").read_text(encoding="utf-8"))
    assert written["cases"]["chile"]["posterior"] == pytest.approx(support, abs=1e-9)
    assert "report.html" in done.stdout
    page = (results / "report.html").read_text(encoding="utf-8")
    assert "Government informants say the campaign forced the right" in page
    assert str(project) not in page
    assert not [path for path in results.parent.iterdir() if path.name != "chile"]


def test_a_folder_of_other_things_is_left_alone(project):
    other = project / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    done = call("run", STUDY, "--no-sample", "--out", "mine", cwd=project)
    assert done.returncode == 1
    assert "holds no earlier results" in done.stderr
    assert (other / "thesis.txt").read_text() == "years of work"


def half_written(target: Path) -> None:
    with write_folder(target, replace=True) as folder:
        (folder / "a").write_text("half")
        raise RuntimeError


def test_results_are_replaced_whole_or_not_at_all(tmp_path):
    target = tmp_path / "results"
    with write_folder(target, replace=True) as folder:
        (folder / "a").write_text("old")
    with pytest.raises(RuntimeError):
        half_written(target)
    assert (target / "a").read_text() == "old"
    with write_folder(target, replace=True) as folder:
        (folder / "b").write_text("new")
    assert {path.name for path in target.iterdir()} == {".processtrace", "b"}
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


@pytest.mark.parametrize(
    "name",
    ["kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan", "own_study", "own_model", "hospital_falls", "shipwrecks"],
)
def test_an_example_runs_as_it_stands(name, tmp_path):
    for part in ("examples", "models", "evidence"):
        shutil.copytree(ROOT / part, tmp_path / part)
    done = subprocess.run([sys.executable, f"examples/{name}.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "Support" in done.stdout


def test_ci_runs_the_test_command_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = readme.split("<!-- test command -->\n```bash\n")[1].split("\n```")[0]
    assert command.count("\n") == 0
    assert "python -m pytest" in command
    assert "<!-- test command -->" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_counts_of_one_are_said_in_the_singular(tmp_path):
    (tmp_path / "s.yaml").write_text("title: T\nhypotheses: {a: {statement: A.}}\ncases: [x.yaml]\n")
    (tmp_path / "x.yaml").write_text("case: x\nevidence:\n  - {id: e, finding: A finding., probability: {a: 0.5}}\n")
    assert "1 explanation, 1 case, 1 item that counts of 1; 1 number asked" in call("check", "s.yaml", cwd=tmp_path).stdout


def test_a_folder_that_is_no_study_names_the_studies_in_it(project):
    (project / "models" / "second.yaml").write_text((project / STUDY).read_text())
    done = call("check", ".", cwd=project)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr == ".: a folder of 2 studies (chile.yaml, second.yaml); one study; name one of its studies, as in ./models/chile.yaml\n"
    )
    done = call("check", "models", cwd=project)
    assert done.stderr.endswith("; name one of its files: models/chile.yaml, models/second.yaml\n")


@pytest.mark.parametrize("command", [["check"], ["update"], ["robustness"], ["plan"], ["compare", STUDY]])
def test_a_workbook_is_read_where_a_study_file_is(command, project):
    assert call("convert", STUDY, "study.xlsx", cwd=project).returncode == 0
    name, *more = command
    assert call(name, *more, "study.xlsx", cwd=project).stdout == call(name, *more, STUDY, cwd=project).stdout


def test_run_takes_a_workbook_and_writes_beside_it(project):
    assert call("convert", STUDY, "study.xlsx", cwd=project).returncode == 0
    done = call("run", "study.xlsx", "--no-sample", "--quiet", cwd=project)
    assert done.returncode == 0, done.stderr
    results = project / "results" / "study"
    plain = call("update", STUDY, "--format", "json", cwd=project)
    assert json.loads((results / "posterior.json").read_text()) == json.loads(plain.stdout)
    with zipfile.ZipFile(results / "replication.zip") as bundle:
        assert any(name.endswith("study.xlsx") for name in bundle.namelist())


def test_an_analyst_who_judged_no_ratio_is_not_said_to_depend_on_the_anchor(tmp_path):
    (tmp_path / "s.yaml").write_text(
        "title: T\nhypotheses: {a: {statement: A.}, b: {statement: B.}}\ncases: [x.yaml]\nanalysts: {ana: {}, ben: {}}\n"
    )
    (tmp_path / "x.yaml").write_text(
        "case: x\nsources: {s: {reliability: 0.9}}\nevidence:\n  - id: e\n    finding: A finding.\n    source: s\n    judgements:\n"
        "      ana: {ratio: {a: 3, b: 1}}\n      ben: {probability: {a: 0.6, b: 0.2}}\n"
    )
    assert "depends on the anchor" not in call("update", "s.yaml", "--analyst", "ben", cwd=tmp_path).stdout
    assert "1 item judged in ratios or decibels depends on the anchor" in call("update", "s.yaml", "--analyst", "ana", cwd=tmp_path).stdout
    assert "1 item judged in ratios or decibels depends on the anchor" in call("update", "s.yaml", cwd=tmp_path).stdout


def test_a_tag_may_have_blanks(project):
    path = project / "evidence" / "chile.yaml"
    path.write_text(path.read_text().replace("tags: [elite, electoral]", "tags: [public opinion, elite]"))
    study = project / STUDY
    study.write_text(study.read_text().replace("tags: {elite:", "tags: {public opinion: {group: channel}, elite:"))
    found = json.loads(call("robustness", STUDY, "--format", "json", cwd=project).stdout)
    assert list(found["cases"]["chile"]["leave_out"]["tag"]) == ["public opinion", "elite"]
    for target in ("t.xlsx", "t.csv", "again"):
        assert call("convert", STUDY, target, cwd=project).returncode == 0
        assert formats.read(project / target) == formats.read(study)


@pytest.mark.parametrize("interrupts", ["default_int_handler", "SIG_IGN"])
def test_a_stop_that_python_swallows_is_asked_for_again(interrupts):
    """Also in the background of a shell, where SIGINT is ignored and SIGTERM stops a run, and on a slow machine."""
    program = f"""
import signal, sys, threading, time, weakref
start = threading.Thread.start
threading.Timer.start = lambda timer: (start(timer), time.sleep(0.1))
from processtrace.cli import _stop_again
signal.signal(signal.SIGINT, signal.{interrupts})
signal.signal(signal.SIGTERM, signal.default_int_handler)
sys.unraisablehook = _stop_again
class Thing: pass
def raises(_): raise KeyboardInterrupt
thing = Thing()
kept = weakref.ref(thing, raises)
try:
    del thing
    for _ in range(500):
        time.sleep(0.01)
    print("went on")
except KeyboardInterrupt:
    print("stopped")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("stopped\n", "")
