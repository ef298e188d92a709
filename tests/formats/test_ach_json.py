"""ACH matrices in JSON, in the shapes that programs write: all of them give one study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import processtrace as pt
from processtrace import formats

HYPOTHESES = [{"id": "a1", "title": "Insider"}, {"id": "b2", "title": "Rival firm"}]
EVIDENCE = [{"id": "e1", "content": "Badge log", "source": "Office"}, {"id": "e2", "content": "Form"}]
SHAPES = {
    "a list of ratings": {"hypotheses": HYPOTHESES, "evidence": EVIDENCE, "ratings": [
        {"evidence_id": "e1", "hypothesis_id": "a1", "rating": "++"}, {"evidence_id": "e1", "hypothesis_id": "b2", "rating": "-"},
        {"evidence_id": "e2", "hypothesis_id": "a1", "rating": "N"}, {"evidence_id": "e2", "hypothesis_id": "b2", "rating": "+"}]},
    "ratings in the evidence": {"matrix": {"hypotheses": HYPOTHESES, "evidence": [
        EVIDENCE[0] | {"ratings": {"a1": "++", "b2": "-"}}, EVIDENCE[1] | {"ratings": {"a1": "N", "b2": "+"}}]}},
    "a matrix": {"hypotheses": ["Insider", "Rival firm"], "evidence": ["Badge log", "Form"], "matrix": [["++", "-"], ["N", "+"]]},
    "words": {"hypotheses": ["Insider", "Rival firm"], "evidence": [
        {"text": "Badge log", "evaluations": [{"hypothesis": "Insider", "value": "Very Consistent"}, {"hypothesis": "Rival firm", "value": "Inconsistent"}]},
        {"text": "Form", "evaluations": [{"hypothesis": "Insider", "value": "Neutral"}, {"hypothesis": "Rival firm", "value": "Consistent"}]}]},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_matrix_in_json_is_read(tmp_path: Path, shape: str) -> None:
    (tmp_path / "m.json").write_text(json.dumps({"title": "x", **SHAPES[shape]}), encoding="utf-8")
    study = formats.read(tmp_path / "m.json")
    assert [one.name for one in study.hypotheses.values()] == ["Insider", "Rival firm"]
    items = study.cases[0].evidence
    assert [item.finding for item in items] == ["Badge log", "Form"]
    assert [list((item.decibels or {}).values()) for item in items] == [[10, -5], [0, 5]]


def test_a_rating_that_is_missing_leaves_its_finding_unjudged(tmp_path: Path) -> None:
    body = SHAPES["a list of ratings"]
    (tmp_path / "m.json").write_text(json.dumps(body | {"ratings": body["ratings"][:3]}), encoding="utf-8")
    assert [item.status for item in formats.read(tmp_path / "m.json").cases[0].evidence] == ["found", "unjudged"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "broken JSON"),
        ("[]", "JSON without lists of hypotheses and evidence"),
        ('[{"type": "book", "title": "x"}]', "named under 'bibliography:'"),
        ('{"hypotheses": ["\\ud800"], "evidence": [1]}', "JSON that cannot be read"),
    ],
)
def test_other_json_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "m.json").write_text(text, encoding="utf-8")
    with pytest.raises(pt.StudyError, match=words):
        formats.read(tmp_path / "m.json")
