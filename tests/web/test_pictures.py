"""Figures on a page: caption, text for readers who do not see them, and section, as the kind of figure says."""

from __future__ import annotations

import base64

import pytest

import processtrace as pt
from processtrace.plots import FIGURES
from processtrace.web.pictures import pictures

SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"
SUPPORT = {"x": "Fear 0.70, Greed 0.30", "y": "Fear 0.20, Greed 0.80"}


@pytest.fixture
def study() -> pt.Study:
    return pt.Study("Example", hypotheses={"fear": {}, "greed": {}}, cases=[pt.Case("x", label="The {first}"), pt.Case("y", label="North")])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "figure.svg"
    path.write_text(SVG, encoding="utf-8")
    return path


def test_the_words_of_figures(study, file):
    """The expected words are written out; a brace in a label is a brace."""
    made = pictures(study, dict.fromkeys(("support", "path/x", "weights/y", "tornado/y", "own_figure"), file), SUPPORT)
    assert [(part.kind, part.case, part.section) for part in made] == [
        ("support", "", "results"),
        ("path", "x", "case"),
        ("weights", "y", "case"),
        ("tornado", "y", "robustness"),
        ("own_figure", "", "robustness"),
    ]
    assert [part.caption for part in made] == [
        "Support for each explanation, with what the judged ranges allow.",
        "The {first}: the path of support as the items are added in order of time.",
        "North: the weight of each item, in decibels, for the leading explanation against the next.",
        "North: how far the lead swings when the judgement of each item runs over its own range.",
        "Own figure.",
    ]
    assert [part.alt for part in made] == [
        "Marks for the posterior of each explanation, one row a case. Posterior support: The {first}: Fear 0.70, Greed 0.30; North: Fear 0.20, Greed 0.80. "
        "The table of results gives all numbers.",
        "Lines of support in The {first} from the prior to the posterior, item by item in order of time. They end at: "
        "Fear 0.70, Greed 0.30.",
        "Bars, one an item of North, in decibels. The table of weights below gives the numbers.",
        made[3].caption,
        "Own figure.",
    ]
    assert {part.data for part in made} == {f"data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}"}


@pytest.mark.parametrize("name", FIGURES)
def test_every_kind_has_words_on_a_page(name, study, file):
    kind = FIGURES[name]
    (one,) = pictures(study, {f"{name}/y" if kind.of_case else name: file}, SUPPORT)
    assert one.section == kind.section
    assert one.caption.lower().endswith(kind.caption.lower())
    assert one.alt
    assert "{" not in one.alt.replace("The {first}", "")


def test_a_figure_of_no_case_and_other_files_are_refused(study, file, tmp_path):
    with pytest.raises(pt.UsageError, match="figure 'path/z': no case 'z'; the study has x, y"):
        pictures(study, {"path/z": file}, SUPPORT)
    with pytest.raises(pt.UsageError, match=r"figure 'path/x': figure\.gif; a matplotlib Figure, or a file that ends in"):
        pictures(study, {"path/x": tmp_path / "figure.gif"}, SUPPORT)
