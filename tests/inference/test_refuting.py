"""The clues that refute every explanation are a smallest set that can't go together."""

from __future__ import annotations

import pytest

import processtrace as pt

CAUSAL = {"graph": "X -> M -> Y; X -> Z", "shares": {"M": {"always": 1}, "Y": {"raises": 1}}}
HYPOTHESES = {"yes": {"when": "Z[X=1] > Z[X=0]"}, "no": {"when": "otherwise"}}


def refuted(causal=CAUSAL, **clues):
    evidence = [{"id": f"see_{node}", "finding": "Seen.", "observes": {node: value}} for node, value in clues.items()]
    study = pt.Study("Refuted", causal=causal, hypotheses=HYPOTHESES, cases=[{"id": "one", "evidence": evidence}])
    with pytest.raises(pt.ContradictionError) as error:
        pt.update(study)
    return error.value.refuted


def test_a_clue_that_can_not_be_is_named_alone():
    assert refuted(Z=1, X=1, M=0, Y=1) == {"yes": ["see_M"], "no": ["see_M"]}


def test_two_clues_that_can_not_go_together_are_both_named_and_no_other():
    causal = {**CAUSAL, "shares": {"Y": {"raises": 1}}}
    assert refuted(causal, M=0, X=1, Y=1) == {"yes": ["see_M", "see_Y"], "no": ["see_M", "see_Y"]}


def test_each_explanation_has_its_own_smallest_set():
    causal = {**CAUSAL, "shares": {"Y": {"raises": 1}, "Z": {"raises": "1/2", "always": "1/2"}}}
    assert refuted(causal, M=0, X=0, Z=0, Y=1)["no"] in (["see_Z"], ["see_M", "see_Y"])
    assert refuted(causal, M=0, X=0, Z=0, Y=1) == {"yes": ["see_M", "see_Y"], "no": ["see_Z"]}
