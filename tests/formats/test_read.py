"""Every mistake that a user can make in a file is reported: where, what was read, what is allowed, how to fix it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from truth.broken_files import BROKEN, CASE, DATA, STUDY

import processtrace as pt


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(DATA, tmp_path / "p")
    monkeypatch.chdir(tmp_path / "p")
    return tmp_path / "p"


def faults_after(project: Path, file: str, old: str, new: str) -> list[str]:
    text = (project / file).read_text(encoding="utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(pt.StudyError) as caught:
        pt.load_study(STUDY)
    return str(caught.value).splitlines()


def test_the_example_of_the_format_has_no_fault(project):
    study = pt.load_study(STUDY)
    assert [item.id for item in study.cases[0].evidence] == ["informants", "memo", "advisers", "vote"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_reported_with_its_line(project, name):
    file, old, new, line, words = BROKEN[name]
    printed = faults_after(project, file, old, new)
    assert any(row.startswith(f"{file}:{line}: ") and words in row for row in printed), printed
    assert not (project / "hacked").exists()


def test_all_faults_of_all_files_come_at_once(project):
    text = (project / CASE).read_text()
    (project / CASE).write_text(
        text.replace("median_voter: 0.05", "median_voter: 7")
        .replace("correlation: 0.6", "correlation: 2")
        .replace("equity_appeal: likely", "equity_appeal: lik")
    )
    printed = faults_after(project, STUDY, "anchor: 0.8", "anchor: 8")
    assert [row.split(" ")[0] for row in printed] == [f"{STUDY}:27:", f"{CASE}:12:", f"{CASE}:24:"] or len(printed) >= 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"\n# nothing\n", "an empty file"),
        (b"- a\n", "a list"),
        (b"just words\n", "just words"),
        ("label: Perú".encode("latin-1"), "not UTF-8"),
        (b"PK\x03\x04\x14\x00", "processtrace convert FILE FOLDER"),
        (bytes(range(256)), "UTF-8"),
        (b"case: x\nlabel: a\x00b\n", "does not allow"),
        (("case: " + "[" * 3000 + "]" * 3000).encode(), "too deep"),
        (b"a: &a [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 10)) for i in range(9)), "expand without end"),
        (b"a: &a [*a]\ncase: x\n", ""),
        (b"? [a]\n: b\n", "a list or mapping as a key"),
        (b"%YAML 9.9\n---\ncase: x\n", ""),
    ],
)  # fmt: skip
def test_a_file_that_is_no_case_is_refused_in_one_line(project, content, words):
    (project / CASE).write_bytes(content)
    with pytest.raises(pt.StudyError) as caught:
        pt.load_study(STUDY)
    assert words in str(caught.value)
    assert str(caught.value).startswith(CASE)


def test_a_huge_file_is_refused_unread(project):
    with (project / CASE).open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(pt.StudyError, match="200 MB; at most 20 MB"):
        pt.load_study(STUDY)


def test_a_link_out_of_the_project_is_refused(project, tmp_path):
    outside = tmp_path / "outside.yaml"
    shutil.copy(project / CASE, outside)
    (project / CASE).unlink()
    (project / CASE).symlink_to(outside)
    with pytest.raises(pt.StudyError, match="leaves the project"):
        pt.load_study(STUDY)


@pytest.mark.parametrize("path", ["models", "models/none.yaml", "/dev/null"])
def test_a_study_that_is_no_file_is_refused(project, path):
    with pytest.raises(pt.StudyError, match=r"a folder|no such file|not a regular file"):
        pt.load_study(path)


def test_scalars_are_taken_as_written(project):
    (project / CASE).write_text("case: no\nlabel: Yes\noutcome: 1e3\nperiod: [1990, 2005-02]\nevidence: []\n")
    case = pt.load_study(STUDY).cases[0]
    assert (case.id, case.label, case.outcome, case.period, case.evidence) == ("no", "Yes", "1e3", ("1990", "2005-02"), ())


def test_a_constructor_reports_all_its_faults():
    with pytest.raises(pt.StudyError) as caught:
        pt.Evidence("vote", finding="f", probability={"a": 1.3, "b": (0.9, 0.1)}, colour="red")
    assert [fault.where for fault in caught.value.faults] == [
        "evidence 'vote', probability of a",
        "evidence 'vote', probability of b",
        "evidence 'vote'",
    ]


def test_a_judgement_with_fingerprints_and_no_values_is_reported(tmp_path):
    (tmp_path / "s.yaml").write_text("title: S\nhypotheses: {a: {}, b: {}}\nanalysts: {ana: {}}\ncases: c.yaml\n")
    (tmp_path / "c.yaml").write_text(
        "case: c\nevidence:\n  - id: e\n    finding: F.\n    judgements:\n      ana: {statements: {a: 0123456789abcdef}}\n"
    )
    with pytest.raises(pt.StudyError, match=r"c\.yaml:6: .*judgements of 'ana': no judgement; exactly one of probability"):
        pt.load_study(tmp_path / "s.yaml")


def test_an_empty_judgement_of_an_analyst_is_reported():
    item = pt.Evidence("e", finding="f", judgements={"ana": {"note": "nothing judged"}})
    printed = "judgements of 'ana': no judgement; exactly one of probability"
    planned = [
        pt.Evidence("e", finding="f", status="planned", judgements={"ana": {"note": "nothing judged"}}),
        pt.Evidence("y", finding="f", status="planned", probability={"a": 0.5}),
    ]
    pair = {"items": ["e", "y"], "under": {"a": 0.1}}
    with pytest.raises(pt.StudyError, match=printed):
        pt.Study("t", hypotheses={"a": {}}, analysts={"ana": {}}, cases=[pt.Case("c", evidence=planned, correlations=[pair])])
    with pytest.raises(pt.StudyError, match=printed):
        pt.Study("t", factors={"x": {}}, prior={"none": 1, "x": 1}, analysts={"ana": {}}, cases=[pt.Case("c", evidence=[item])])
