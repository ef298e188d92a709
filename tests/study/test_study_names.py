"""Identifiers and words that a reader would not expect to be refused: the message names what is amiss."""

from __future__ import annotations

import pytest

import processtrace as pt
from processtrace.study.validation import read_as
from processtrace.study.values import Scalar


def test_an_identifier_in_another_script_is_asked_for_in_latin_letters() -> None:
    with pytest.raises(pt.StudyError, match=r"Latin letters without accents.*its label may be in any script"):
        pt.Hypothesis("мүдде")


def test_the_word_null_is_told_to_need_quotation_marks() -> None:
    with pytest.raises(pt.StudyError, match="Null without quotation marks, which means nothing in YAML"):
        read_as(pt.Hypothesis, {"id": "a", "label": Scalar("Null")})
    assert read_as(pt.Hypothesis, {"id": "a", "label": Scalar("Null", plain=False)}).label == "Null"
