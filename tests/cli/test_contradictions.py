"""Cases whose every explanation is refuted: `check` refuses what `update` refuses, and one such case does not stop the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import processtrace as pt
from processtrace.cli import cli

HEAD = "title: Two towns\nhypotheses: {a: {label: Alpha}, b: {label: Beta}}\ncases: [x.yaml, y.yaml]\n"
SOUND = "case: y\nevidence:\n  - id: memo\n    finding: A memo.\n    probability: {a: 0.8, b: 0.2}\n"
TORN = """case: x
evidence:
  - id: note
    finding: A note.
    probability: {a: 0.5, b: 0.4}
  - id: speech
    finding: A speech.
    probability: {a: 0, b: 0.5}
  - id: vote
    finding: A vote.
    probability: {a: 0.5, b: 0}
"""
EXCLUDED = """case: x
prior: {a: 1, b: 0}
evidence:
  - id: alibi
    finding: An alibi.
    probability: {a: 0, b: 0.5}
"""
NOT_BOTH = "at least one must be left possible; judge a small probability instead of 0 for what is merely unlikely"
TOLD = {
    TORN: f"x.yaml:6: case 'x': every hypothesis is refuted (a by speech; b by vote); {NOT_BOTH}\n",
    EXCLUDED: f"x.yaml:4: case 'x': every hypothesis is refuted (a by alibi; b by a prior of 0); {NOT_BOTH}\n",
}


@pytest.fixture(params=TOLD, ids=["items", "a prior of one"])
def torn(request, tmp_path, monkeypatch) -> str:
    """A study of two cases, of which the first contradicts itself; what is printed of it."""
    for name, text in (("study.yaml", HEAD), ("x.yaml", request.param), ("y.yaml", SOUND)):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return TOLD[request.param]


def call(*command: str) -> Result:
    return CliRunner().invoke(cli, command, catch_exceptions=False)


def test_check_refuses_with_file_and_line(torn):
    done = call("check", "study.yaml")
    assert (done.exit_code, done.stderr) == (1, torn)
    assert "Two towns: 1 fault; 2 explanations, 2 cases" in done.stdout
    assert "no faults" not in done.stdout


def test_update_answers_for_the_other_case(torn):
    done = call("update", "study.yaml", "--format", "json")
    assert (done.exit_code, done.stderr) == (1, torn)
    cases = json.loads(done.stdout)["cases"]
    assert list(cases) == ["y"]
    assert cases["y"]["posterior"] == pytest.approx({"a": 0.8, "b": 0.2})


def test_robustness_answers_for_the_other_case(torn):
    done = call("robustness", "study.yaml")
    assert (done.exit_code, done.stderr) == (1, torn)
    assert done.stdout.startswith("Y: given that one of the two explanations is right, Alpha leads with a posterior of 0.80")


def test_run_writes_nothing_and_names_the_place(torn):
    done = call("run", "study.yaml", "--no-sample", "--quiet")
    assert (done.exit_code, done.stderr, done.stdout) == (1, torn, "")
    assert sorted(path.name for path in Path().iterdir()) == ["study.yaml", "x.yaml", "y.yaml"]


def test_a_case_asked_for_by_itself_is_refused_or_answered(torn):
    done = call("update", "study.yaml", "--case", "x")
    assert (done.exit_code, done.stderr, done.stdout) == (1, torn, "")
    assert call("update", "study.yaml", "--case", "y").exit_code == 0


def test_what_one_analyst_refutes_by_themselves_is_noted():
    judged = [{"ann": {"a": 0, "b": 0.5}, "ben": {"a": 0.5, "b": 0.4}}, {"ann": {"a": 0.5, "b": 0}, "ben": {"a": 0.5, "b": 0.4}}]
    items = [
        pt.Evidence(f"e{k}", finding="F.", label=f"F{k}", judgements={who: {"probability": p} for who, p in part.items()})
        for k, part in enumerate(judged)
    ]
    study = pt.Study(
        "Coded",
        hypotheses={"a": {}, "b": {}},
        analysts={"ann": {"label": "Ann"}, "ben": {"label": "Ben"}},
        analyst="ben",
        cases=[pt.Case("x", label="X", evidence=items)],
    )
    from processtrace.notes import notes

    (note,) = [str(note) for note in notes(study) if note.name == "contradictory-coding"]
    assert note.endswith("X: the judgements of Ann alone refute every explanation: A by F0; B by F1")
    results = pt.compute(study, sample=False)
    # four weights, -M, 0, M, 0 for large M: apart by M in each item, and by 8/6 M^2 on the mean of all six pairs
    assert results.tables["agreement"]["Alpha"].iloc[0] == pytest.approx(1 - 6 / 8)
