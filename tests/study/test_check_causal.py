"""Faults of clues that are judged given the level of a node."""

from __future__ import annotations

import pytest

import processtrace as pt


def study(by_hand):
    clue = {"id": "cable", "finding": "A cable.", "about": "P", "probability": {"weak": 0.1, "strong": 0.8, by_hand: 0.3}}
    return pt.Study(
        "Names",
        causal={"graph": "P -> D", "nodes": {"P": {"levels": ["weak", "strong"]}}},
        hypotheses={"caused": {"when": "D[P=1] > D[P=0]"}, "not": {"when": "otherwise"}, by_hand: {}},
        cases=[{"id": "one", "evidence": [clue]}],
    )


@pytest.mark.parametrize("name", ["weak", "strong"])
def test_a_hypothesis_judged_by_hand_may_not_have_the_name_of_a_level(name):
    with pytest.raises(pt.StudyError) as error:
        pt.update(study(name))
    assert f"'P', of which '{name}' is a level and also a hypothesis that is judged by hand" in str(error.value)


def test_another_name_is_no_fault():
    assert pt.update(study("chance"))["posterior"].sum().item() == pytest.approx(1)
