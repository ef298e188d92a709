"""A locked plan: written once, checked when read, and what it says of each item found since. Deterministic."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import processtrace as pt
from processtrace.cli import cli
from processtrace.formats.yaml.lock import write_lock
from processtrace.notes import notes
from processtrace.study.locks import standings

STUDY = """\
title: A locked plan
hypotheses: {a: {label: Survival}, b: {label: Interest}}
cases: [case.yaml]
"""
CASE = """\
case: x
label: The case
sources: {archive: {reliability: 0.9}}
evidence:
  - {id: memo, label: The memo, finding: A memo., STATUS, source: archive, search_sensitivity: 0.7, probability: {a: [0.5, 0.8], b: 0.1}}
  - {id: poll, label: The poll, finding: A poll., status: planned, ratio: {a: 3, b: 1}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "case.yaml").write_text(CASE.replace("STATUS", "status: planned"), encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def call(*arguments: str) -> str:
    done = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def locked(project: Path) -> str:
    return call("plan", str(project / "study.yaml"), "--lock", str(project / "plan.json")).split()[-1]


def named(project: Path, fields: str) -> None:
    (project / "study.yaml").write_text(f"{STUDY}lock: {{file: plan.json{fields}}}\n", encoding="utf-8")


def recorded(project: Path, found_on: str = "2026-06-03", **changed: str) -> None:
    text = CASE.replace("STATUS", f"found_on: {found_on}" if found_on else "status: found")
    for old, new in changed.items():
        text = text.replace({"memo": "b: 0.1", "cluster": "label: The memo"}[old], new)
    (project / "case.yaml").write_text(text, encoding="utf-8")


def said(project: Path) -> dict[str, tuple[str, str]]:
    return {part.item: (part.verdict, part.text) for part in standings(pt.load_study(project / "study.yaml"))}


def test_the_hash_is_that_of_the_canonical_json_and_nothing_is_overwritten(project):
    made = locked(project)
    whole = json.loads((project / "plan.json").read_text(encoding="utf-8"))
    text = json.dumps(whole["locked"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert made == whole["sha256"] == hashlib.sha256(text.encode("utf-8")).hexdigest()
    assert whole["locked"]["items"]["x/memo"]["judgements"][""]["values"] == {"a": [0.5, 0.8], "b": 0.1}
    before = (project / "plan.json").read_bytes()
    with pytest.raises(pt.UsageError, match="a lock is never overwritten"):
        locked(project)
    assert (project / "plan.json").read_bytes() == before


def test_an_item_as_it_was_locked_and_found_after_the_deposit(project):
    made = locked(project)
    named(project, f", hash: {made}, deposited: 2026-05-01, where: OSF registry")
    recorded(project)
    assert said(project) == {
        "memo": (
            "before",
            "as it was locked (deposited 2026-05-01, OSF registry), before the finding was known (2026-06-03)",
        )
    }
    text = call("check", str(project / "study.yaml"))
    assert "lock The case, The memo: as it was locked (deposited 2026-05-01, OSF registry), before the finding was known" in text
    assert "lock plan.json: deposited 2026-05-01, OSF registry; a lock proves order only if its hash was deposited where" in text
    assert "note lock" not in text


@pytest.mark.parametrize(
    ("fields", "found_on", "changed", "verdict", "words"),
    [
        (", deposited: 2026-05-01", "2026-06-03", {"memo": "b: 0.3"}, "changed", "under b was 0.1 and is 0.3"),
        (
            ", deposited: 2026-05-01",
            "2026-06-03",
            {"cluster": "cluster: k, label: The memo"},
            "changed",
            "the cluster was none and is k 0.5",
        ),
        ("", "2026-06-03", {}, "unproven", "no date of deposit is stated"),
        (", deposited: 2026-05-01", "", {}, "unproven", "'found_on' does not say when"),
        (", deposited: 2026-05-01", "2026-05", {}, "unproven", "which came first is not known"),
        (", deposited: 2026-05-01", "2026-04-30", {}, "after", "but the finding was known before (2026-04-30)"),
    ],
)
def test_what_else_can_be_said(project, fields, found_on, changed, verdict, words):
    locked(project)
    named(project, fields)
    recorded(project, found_on, **changed)
    text = (project / "case.yaml").read_text(encoding="utf-8")
    (project / "case.yaml").write_text(text.replace("evidence:", "clusters: {k: {}}\nevidence:"), encoding="utf-8")
    assert said(project)["memo"][0] == verdict
    assert words in said(project)["memo"][1]
    name = {"changed": "lock-changed", "after": "lock-late", "unproven": "lock-unproven"}[verdict]
    noted = [str(note) for note in notes(pt.load_study(project / "study.yaml")) if note.name.startswith("lock")]
    assert noted[-1] == f"{name}: The case: The memo: {said(project)['memo'][1]}"
    assert len(noted) == (1 if fields else 2)


def test_an_item_in_no_lock_is_told_only_where_it_came_later(project):
    locked(project)
    named(project, ", deposited: 2026-05-01")
    for found_on, verdict in (("2026-06-01", "not locked"), ("2026-05-01", None)):
        recorded(project)
        with (project / "case.yaml").open("a", encoding="utf-8") as file:
            file.write(f"  - {{id: new, finding: News., found_on: {found_on}, probability: {{a: 0.5, b: 0.4}}}}\n")
        assert said(project).get("new", (None, ""))[0] == verdict


def test_the_anchor_of_ratios_is_locked_with_them(project):
    locked(project)
    text = CASE.replace("STATUS", "status: planned").replace("status: planned, ratio", "found_on: 2026-06-03, ratio")
    (project / "case.yaml").write_text(text, encoding="utf-8")
    named(project, ", deposited: 2026-05-01")
    assert said(project)["poll"][0] == "before"
    study = (project / "study.yaml").read_text(encoding="utf-8")
    (project / "study.yaml").write_text(f"{study}anchor: 0.5\n", encoding="utf-8")
    assert said(project)["poll"] == ("changed", "not as it was locked: the judgement was on another scale")


@pytest.mark.parametrize(
    ("spoil", "fields", "words"),
    [
        (lambda text: text.replace("0.8", "0.7", 1), "", "plan.json was changed since it was locked"),
        (lambda text: text, f", hash: {'0' * 64}", "and the file has"),
        (lambda text: text, ", hash: abc", "a SHA-256 in 64 hexadecimal digits"),
        (lambda text: "[" * 100_000, "", "not JSON; a locked plan inside the project"),
        (lambda text: '{"a": NaN}', "", "not JSON"),
        (lambda text: "{}", "", "not a locked plan of processtrace"),
        (lambda text: text.replace('"judgements"', '"other"'), "", "not a locked plan of processtrace"),
        (lambda text: text, ", deposited: 2026-02-30", "a date that exists"),
        (lambda text: text, ", locked: {x: y}", "it is read from the file"),
        (lambda text: text, ", wher: here", "did you mean 'where'?"),
    ],
)
def test_faults_of_a_lock_have_a_line(project, spoil, fields, words):
    locked(project)
    path = project / "plan.json"
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    named(project, fields)
    with pytest.raises(pt.StudyError) as error:
        pt.load_study(project / "study.yaml")
    told = str(error.value)
    assert words in told
    assert "study.yaml:4: " in told


def test_a_lock_outside_or_missing_is_refused(project):
    for file in ("../plan.json", "/etc/passwd", "nothing.json"):
        (project / "study.yaml").write_text(f"{STUDY}lock: [{{file: {file}}}]\n", encoding="utf-8")
        with pytest.raises(pt.StudyError, match=r"study\.yaml:4: lock, file: "):
            pt.load_study(project / "study.yaml")


def test_nothing_to_lock_is_said(project):
    recorded(project)
    study = pt.load_study(project / "study.yaml").without(item="poll")
    with pytest.raises(pt.AnalysisError, match="no planned item to lock"):
        write_lock(study, project / "other.json")
    assert not (project / "other.json").exists()
