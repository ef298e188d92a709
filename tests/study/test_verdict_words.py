"""Words for results: each scale at and beside its published cuts, and where a study's results carry them."""

from __future__ import annotations

import json
import math

import pytest

import processtrace as pt
from processtrace.inference.as_json import update_as_json
from processtrace.study.verdict_words import EVEN, VERDICT_SCALES

POSTERIORS = {
    "icd203": {0.02: "almost no chance", 0.1: "very unlikely", 0.3: "unlikely", 0.5: "roughly even", 0.6: "likely", 0.85: "very likely", 0.97: "almost certain"},
    "befani": {0.55: "more confident than not", 0.75: "cautious confidence", 0.9: "high confidence", 0.97: "reasonable certainty", 0.995: "practical certainty", 0.45: "more confident that not", 0.1: "high confidence that not"},
}  # fmt: skip
RATIOS = {
    "kass-raftery": {1: "not worth more than a bare mention", 2: "not worth more than a bare mention", 3: "positive", 19: "positive", 20: "strong", 150: "very strong", 1e9: "very strong"},
    "enfsi": {1: "no support for either", 1.5: "no support for either", 2: "weak support", 9.9: "weak support", 10: "moderate support", 100: "moderately strong support", 1000: "strong support", 1e4: "very strong support", 1e6: "extremely strong support"},
}  # fmt: skip


@pytest.mark.parametrize("name", POSTERIORS)
def test_a_posterior_has_the_word_of_its_scale(name):
    scale = VERDICT_SCALES[name]
    assert {p: scale.of_posterior(p) for p in POSTERIORS[name]} == POSTERIORS[name]
    assert scale.of_weight(10.0) == ""
    assert (scale.of_posterior(0.0), scale.of_posterior(1.0)) == (scale.words[0], scale.words[-1])


@pytest.mark.parametrize("name", POSTERIORS)
def test_a_probability_and_its_complement_have_words_of_one_strength(name):
    """At 0.3 the word was weaker than at 0.7, and one half was 'more confident than not'."""
    scale = VERDICT_SCALES[name]
    places = [*scale.cuts, *(1 - cut for cut in scale.cuts), *(k / 37 for k in range(38)), 0.5]
    half = len(scale.words)
    for p in places:
        word, mirror = scale.of_posterior(p), scale.of_posterior(1 - p)
        if word == EVEN:
            assert mirror == EVEN
            assert math.isclose(p, 0.5)
        else:
            assert scale.words.index(word) + scale.words.index(mirror) == half - 1


def test_one_half_is_more_confident_of_neither():
    assert VERDICT_SCALES["befani"].of_posterior(0.5) == EVEN
    assert VERDICT_SCALES["icd203"].of_posterior(0.5) == "roughly even"


@pytest.mark.parametrize("name", RATIOS)
@pytest.mark.parametrize("side", [1, -1])
def test_a_weight_has_the_word_of_its_scale_on_either_side(name, side):
    scale = VERDICT_SCALES[name]
    assert {ratio: scale.of_weight(side * 10 * math.log10(ratio)) for ratio in RATIOS[name]} == RATIOS[name]
    assert scale.of_weight(side * math.inf) == scale.words[-1]
    assert scale.of_posterior(0.9) == ""


@pytest.mark.parametrize("name", VERDICT_SCALES)
def test_each_scale_has_a_word_between_any_two_cuts_and_says_where_it_is_from(name):
    scale = VERDICT_SCALES[name]
    assert len(scale.words) == len(set(scale.words)) == len(scale.cuts) + 1
    assert list(scale.cuts) == sorted(scale.cuts)
    assert scale.url.startswith("https://")
    assert any(year in scale.source for year in ("1995", "2015", "2017"))


def study(**more):
    item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.9, "b": 0.1})
    return pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])], **more)


EXPECTED = {
    "icd203": ({"a": "very likely", "b": "very unlikely"}, "In the words of ICD 203: very likely."),
    "befani": ({"a": "high confidence", "b": "high confidence that not"}, "In the words of contribution tracing: high confidence."),
    "kass-raftery": ({"a": "", "b": "against it: positive"}, "In the words of Kass and Raftery, the evidence for A against B: positive."),
    "enfsi": ({"a": "", "b": "against it: weak support"}, "In the words of ENFSI, the evidence for A against B: weak support."),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_study_that_names_a_scale_has_its_words_in_prose_tables_and_json(name):
    made = study(verdict=name)
    words, sentence = EXPECTED[name]
    data = pt.update(made)
    case = update_as_json(made, data)["cases"]["x"]
    assert case["verdict"] == words
    assert pt.tables.posterior(made)["In words"].tolist() == list(words.values())
    assert VERDICT_SCALES[name].url in pt.tables.posterior(made).attrs["note"]
    assert pt.robustness.sentence(made).sentence.item().endswith(sentence)
    of_weights = VERDICT_SCALES[name].of == "weight"
    assert ("verdict" in case["evidence"][0]) == of_weights == ("In words" in pt.tables.weights(made))
    if of_weights:
        assert case["evidence"][0]["verdict"] == pt.tables.weights(made)["In words"].item() == words["b"].removeprefix("against it: ")


def test_without_a_scale_there_is_no_word_anywhere():
    made = study()
    assert "verdict" not in json.dumps(update_as_json(made, pt.update(made)))
    assert "In words" not in pt.tables.posterior(made)
    assert "In the words of" not in pt.robustness.sentence(made).sentence.item()


def test_an_unknown_scale_is_refused_with_those_that_there_are():
    with pytest.raises(pt.StudyError, match=r"befani.*kass-raftery.*enfsi.*icd203"):
        study(verdict="jeffreys")
