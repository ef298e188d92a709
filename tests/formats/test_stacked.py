"""Columns side by side that one row of headings gives to analysts or cases; expected numbers are those of the cells."""

from __future__ import annotations

from typing import Any

import pytest

import processtrace as pt
from processtrace.formats.foreign.answers import Answers
from processtrace.formats.foreign.imported import Imported
from processtrace.formats.registry import import_study


def read(tmp_path: Any, text: str, **answers: Any) -> Imported:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    return import_study(tmp_path / "t.csv", Answers(**answers))


def judgements(study: pt.Study) -> list[dict[str, dict[str, Any]]]:
    return [{who: dict(one.probability or {}) for who, one in (item.judgements or {}).items()} for item in study.cases[0].evidence]


BOTH = [{"ann": {"pact": 0.7, "revolt": 0.2}, "ben": {"pact": 0.6, "revolt": 0.3}}, {"ann": {"pact": 0.3, "revolt": 0.9}}]


@pytest.mark.parametrize(
    ("text", "above"),
    [("Evidence,Ann,,Ben,,Source\n,Pact,Revolt,Pact,Revolt,\nTalks,0.7,0.2,0.6,0.3,Diary\nRiot,0.3,0.9,,,Press\n", "analyst"),
     ("Evidence,Pact,,Revolt,,Source\n,Ann,Ben,Ann,Ben,\nTalks,0.7,0.6,0.2,0.3,Diary\nRiot,0.3,,0.9,,Press\n", "explanation")],
)  # fmt: skip
def test_analysts_side_by_side(tmp_path, text, above):
    with pytest.raises(pt.StudyError, match="--above analyst"):
        read(tmp_path, text)
    made = read(tmp_path, text, above=above)
    assert judgements(made.study) == BOTH
    assert any("analysts (Ann, Ben)" in line for line in made.said)


def test_cases_side_by_side(tmp_path):
    text = "Evidence,Chile,,Peru,\n,Pact,Revolt,Pact,Revolt\nTalks,0.7,0.2,0.6,0.3\nRiot,0.3,0.9,,\n"
    cases = read(tmp_path, text, above="case").study.cases
    found = [(case.name, [(item.finding, dict(item.probability or {})) for item in case.evidence]) for case in cases]
    talks = {"pact": 0.7, "revolt": 0.2}
    assert found == [
        ("Chile", [("Talks", talks), ("Riot", {"pact": 0.3, "revolt": 0.9})]),
        ("Peru", [("Talks", {"pact": 0.6, "revolt": 0.3})]),
    ]


@pytest.mark.parametrize("head", ["Pact,,Revolt,\n,P,note,P,note", "Pact,,Revolt,\n,low,high,low,high"])
def test_what_is_said_of_each_explanation_is_no_analyst(tmp_path, head):
    row = "0.7,0.7,0.2,0.2" if "low" in head else "0.7,said,0.2,said"
    (item,) = read(tmp_path, f"Evidence,{head}\nTalks,{row}\n").study.cases[0].evidence
    assert item.probability == {"pact": 0.7, "revolt": 0.2}


@pytest.mark.parametrize(
    "names", ["Pact_coder1,Revolt_coder1,Pact_coder2,Revolt_coder2", "H1 Chile,H2 Chile,H1 Peru,H2 Peru", "Pact (Ann),Revolt (Ann),Pact (Ben),Revolt (Ben)",
              "Pact coder 1,Revolt coder 1,Pact coder 2,Revolt coder 2"],
)  # fmt: skip
def test_headings_that_name_two_things_in_one_row_are_a_question(tmp_path, names):
    text = f"Evidence,{names}\nTalks,0.7,0.2,0.6,0.3\n"
    with pytest.raises(pt.StudyError, match="--explanations"):
        read(tmp_path, text)
    assert len(read(tmp_path, text, explanations=tuple(names.split(","))).study.hypotheses) == 4


def test_explanations_with_a_word_in_common_are_what_they_are(tmp_path):
    text = "Evidence,Elite pact,Elite revolt,Mass pact,Mass revolt\nTalks,0.7,0.2,0.6,0.3\n"
    assert len(read(tmp_path, text).study.hypotheses) == 4
