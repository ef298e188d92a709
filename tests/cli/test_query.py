"""The commands of causal models: `query` and `learn`, and what the others print of a study with one."""

from __future__ import annotations

import json

import pytest

import processtrace as pt
from processtrace.cli import cli

STUDY = """\
title: A graph
causal:
  graph: X -> M -> Y
  never: ["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"]
hypotheses:
  caused: {when: Y[X=1] > Y[X=0]}
  other: {when: otherwise}
cases: x.yaml
"""
CASE = """\
case: x
known: {X: 1, Y: 1}
evidence:
  - {id: m, finding: The clue., observes: {M: 1}}
"""
CASES = "case,X,M,Y\na,1,1,1\nb,1,1,1\nc,0,0,0\nd,0,,1\n"


@pytest.fixture
def path(tmp_path):
    (tmp_path / "s.yaml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "x.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    return tmp_path / "s.yaml"


def taught(path):
    path.write_text(STUDY.replace("hypotheses:", "  learn: {cases: cases.csv}\nhypotheses:"), encoding="utf-8")
    return path


def printed(capsys, *arguments):
    cli([str(one) for one in arguments], standalone_mode=False)
    return capsys.readouterr().out


def test_a_query_in_json_is_the_answer_of_the_book(path, capsys):
    """Humphreys and Jacobs 2023, table 7.9: a quarter, with X, M and Y present and monotonic effects."""
    given = "X == 1 and Y == 1 and M == 1"
    found = json.loads(printed(capsys, "query", path, "Y[X=1] > Y[X=0]", "--given", given, "--format", "json"))
    assert (found["title"], found["query"], found["given"]) == ("A graph", "Y[X=1] > Y[X=0]", given)
    (answer,) = found["models"].values()
    assert answer["probability"] == answer["new_case"] == pytest.approx(0.25, abs=1e-12)
    assert answer["share"] is None
    assert "0.250" in printed(capsys, "query", path, "Y[X=1] > Y[X=0]", "--given", given)


def test_a_learned_query_has_three_numbers(path, capsys):
    model = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"])
    tree = pt.causal.learn(model, path.parent / "cases.csv", random_seed=1)
    found = json.loads(printed(capsys, "query", taught(path), "Y[X=1] > Y[X=0]", "--row", "a", "--format", "json"))
    (answer,) = found["models"].values()
    studied = pt.causal.query(tree, "Y[X=1] > Y[X=0]", row="a")["studied_case"].item()
    new = pt.causal.query(tree, "Y[X=1] > Y[X=0]", "X == 1 & M == 1 & Y == 1")
    assert answer["probability"] == answer["studied_case"] == pytest.approx(studied, abs=1e-9)
    assert answer["new_case"] == pytest.approx(new["new_case"].item(), abs=1e-9)
    assert answer["share"]["mean"] == pytest.approx(new["share"].sel(statistic="mean").item(), abs=0.02)  # five errors of 4,000 draws
    assert "Studied case" in printed(capsys, "query", path, "Y[X=1] > Y[X=0]", "--row", "a")


def test_a_study_that_learns_answers_for_its_case(path, capsys):
    """The posterior of the case is that of the learned model, given what is known and the clue; of a row, from all other rows."""
    cases = path.parent / "cases.csv"
    model = pt.CausalModel("X -> M -> Y", never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"])
    tree = pt.causal.learn(model, cases, random_seed=1)
    study = pt.load_study(taught(path))
    given = "X == 1 & Y == 1 & M == 1"
    found = pt.update(study)["posterior"].sel(case="x", hypothesis="caused").item()
    assert found == pytest.approx(pt.causal.query(tree, "Y[X=1] > Y[X=0]", given)["new_case"].item(), abs=1e-9)
    (path.parent / "x.yaml").write_text(CASE.replace("known:", "row: a\nknown:"), encoding="utf-8")
    found = pt.update(pt.load_study(path))["posterior"].sel(case="x", hypothesis="caused").item()
    assert found == pytest.approx(pt.causal.query(tree, "Y[X=1] > Y[X=0]", row="a")["studied_case"].item(), abs=1e-9)
    assert found != pytest.approx(pt.causal.query(tree, "Y[X=1] > Y[X=0]", given)["new_case"].item(), abs=1e-3)


def test_learn_prints_shares_before_and_after(path, capsys):
    found = json.loads(printed(capsys, "learn", taught(path), "--format", "json"))
    (answer,) = found["models"].values()
    assert answer["cases"] == 4
    assert answer["log_evidence_error"] >= 0
    by_type = {row["type"]: row for row in answer["shares"]["X"]}
    # two of four cases have X = 1, before which both levels had weight 1
    assert by_type["1"]["prior_mean"] == pytest.approx(1 / 2)
    assert by_type["1"]["mean"] == pytest.approx(3 / 6, abs=1e-9)
    assert set(answer["hypotheses"]["caused"]) == {"share", "new_case", "cases"}
    text = printed(capsys, "learn", path)
    assert "learned from 4 cases" in text
    assert "missing at random" in text
    assert printed(capsys, "learn", path, "--format", "csv").startswith("model,node,type,given,words,prior_mean")


def test_the_prior_from_the_model_is_named(path, capsys):
    assert "Prior from the model" in printed(capsys, "update", path)
    assert json.loads(printed(capsys, "update", path, "--format", "json"))["cases"]["x"]["prior_from_model"] is True
    path.write_text(STUDY.replace("{when: otherwise}", "{when: otherwise, prior: 1}"), encoding="utf-8")
    assert "Prior from the model" not in printed(capsys, "update", path)
    found = json.loads(printed(capsys, "update", path, "--format", "json"))["cases"]["x"]
    assert found["prior"] == {"caused": 0.5, "other": 0.5}


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("query", "Y[X=1] >"), "its end"),
        (("query", "Z == 1"), "a node of the graph"),
        (("query", "Y == 1", "--given", "X == 1 and X == 0"), "can't go together"),
        (("query", "Y == 1", "--row", "a"), "stated, not learned"),
        (("learn",), "nothing to learn from"),
    ],
)
def test_what_cannot_be_answered_says_why(arguments, what, path):
    with pytest.raises(pt.ProcesstraceError) as error:
        cli([arguments[0], str(path), *arguments[1:]], standalone_mode=False)
    assert what in str(error.value)


def test_a_fault_of_the_cases_has_its_file_and_line(path):
    (path.parent / "cases.csv").write_text(CASES + "e,1,7,1\n", encoding="utf-8")
    with pytest.raises(pt.StudyError) as error:
        pt.load_study(taught(path))
    assert "cases.csv:6: case 'e', M: '7'; one of its levels: 0, 1" in str(error.value)


def test_an_effect_is_printed_with_a_true_minus_and_zero_without_one(path, capsys):
    assert printed(capsys, "query", path, "Y[X=0] - Y[X=1]").splitlines()[-1].split() == ["model", "−0.111"]
    assert printed(capsys, "query", path, "Y[X=1] - Y[X=1]").splitlines()[-1].split() == ["model", "0.000"]
