"""The form of the JSON, what is null, and sentences that are true of every kind of case. Deterministic."""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import json
import pkgutil
import re

import numpy as np
import pytest
from hypothesis import given, settings
from strategies.designs import two
from strategies.studies import leads, studies

import processtrace as pt
from processtrace import robustness

CASE_KEYS = [
    "leader", "runner_up", "tied", "margin_db", "evidence_margin_db", "error_nats", "leave_out", "bounds", "ranges", "tipping",
    "common_shrink", "shrink_to_even", "shrink_for", "fewest_left_out", "fail_safe", "prior_odds_to_overturn", "noise", "dependence",
    "model_error", "unlisted", "prediction_bits", "anchor", "analysts", "sentence", "counted", "judged_later",
    "tilt_to_tie", "tilt", "undeclared", "parts", "wording", "decisive",
]  # fmt: skip
NEED_A_LEADER = [
    "runner_up", "margin_db", "evidence_margin_db", "tipping", "common_shrink", "shrink_to_even", "shrink_for", "fewest_left_out",
    "fail_safe", "prior_odds_to_overturn", "noise", "unlisted", "tilt_to_tie", "decisive",
]  # fmt: skip
INNER = {
    "leave_out": {"item", "source", "cluster", "tag", "analyst"},
    "noise": {"sd_db", "leader_stays", "sd_at_90"},
    "dependence": {"rho", "posterior", "fully_redundant", "smallest", "largest"},
    "model_error": {"epsilon", "posterior"},
    "unlisted": {"prior", "q", "db_per_item", "prior_of_certain_story"},
}
MODULES = [module.name for module in pkgutil.iter_modules(robustness.__path__)]


def strict(study: pt.Study, case: str = "x") -> dict:
    """One case as a reader of JSON gets it; fails where a number is infinite or undefined."""
    return json.loads(json.dumps(robustness.as_json(study), allow_nan=False))["cases"][case]


@settings(max_examples=10)
@given(studies().filter(leads))
def test_the_form_of_the_page(study):
    made = strict(study, "one")
    assert list(made) == CASE_KEYS
    for key, inner in INNER.items():
        assert set(made[key]) == inner
    hypotheses = list(study.hypotheses)
    ids = set(pt.to_dataset(study)["evidence_id"].values)
    assert set(made["leave_out"]["item"]) == set(made["prediction_bits"]) == set(made["tipping"]) == ids
    for part in made["leave_out"]["item"].values():
        assert set(part) == {"posterior", "fell"}
        assert list(part["posterior"]) == hypotheses
    for key in ("bounds", "ranges"):
        assert all(low <= high for low, high in made[key].values())
    assert all(set(part) == {"weight_db", "tips_at_db", "tips_at_probability", "rank"} for part in made["tipping"].values())
    assert all(isinstance(part["rank"], int) or part["rank"] is None for part in made["tipping"].values())
    assert list(made["prior_odds_to_overturn"]) == [h for h in hypotheses if h != made["leader"]]
    assert len(made["dependence"]["rho"]) == len(made["dependence"]["posterior"]["a"])
    assert list(made["anchor"]) == ["0.5", "0.95"]
    assert made["fewest_left_out"] is None or set(made["fewest_left_out"]) == {"items", "exact"}
    posterior = dict(zip(hypotheses, pt.update(study)["posterior"].values[0], strict=True))
    assert made["leader"] == max(posterior, key=posterior.get)
    assert all(set(part) == {"posterior", "items"} for part in made["analysts"].values())


def test_one_case_of_several():
    first = two().cases[0]
    second = pt.Case("y", evidence=[pt.Evidence("note", finding="A note.", probability={"a": 0.1, "b": 0.7})])
    study = pt.Study("Two cases", hypotheses={"a": {}, "b": {}}, cases=[first, second])
    whole, part = robustness.as_json(study), robustness.as_json(study, "y")
    assert list(whole["cases"]) == ["x", "y"]
    assert part["cases"] == {"y": whole["cases"]["y"]}
    assert part["title"] == "Two cases"
    with pytest.raises(pt.UsageError, match="no case 'z'"):
        robustness.as_json(study, "z")
    table = robustness.summary(study)
    assert list(table.index) == ["x", "y"]
    assert list(table["leader"]) == ["A", "B"]
    np.testing.assert_allclose(table["posterior"], [0.8, 0.875])
    assert table.loc["y", "sentence"] == whole["cases"]["y"]["sentence"]


def tied() -> pt.Study:
    return two(0.4, 0.4)


def alone() -> pt.Study:
    item = pt.Evidence("memo", finding="A memo.", probability={"a": (0.3, 0.6)})
    return pt.Study("One", hypotheses={"a": {}}, cases=[pt.Case("x", evidence=[item])])


@pytest.mark.parametrize(("study", "leader"), [(tied(), None), (alone(), "a")])
def test_what_needs_a_leader_is_null_without_a_pair(study, leader):
    made = strict(study)
    assert list(made) == CASE_KEYS
    assert made["leader"] == leader
    assert [key for key in CASE_KEYS if made[key] is None and key != "leader"] == NEED_A_LEADER
    assert made["leave_out"]["item"]["memo"]["fell"] == ["memo"]
    assert made["tied"] == ([] if leader else ["a", "b"])


def test_a_refuted_rival_leaves_nulls_and_no_infinity():
    made = strict(two(0.4, 0.0))
    assert made["leader"] == "a"
    assert made["runner_up"] == "b"
    assert made["margin_db"] is None
    assert made["prior_odds_to_overturn"] == {"b": None}
    assert made["noise"]["sd_at_90"] is None
    assert made["fewest_left_out"] == {"items": ["memo"], "exact": True}
    assert made["tipping"]["memo"]["tips_at_db"] is None


def test_a_contradiction_is_the_updates_error():
    items = [pt.Evidence("yes", finding="Y.", probability={"a": 0, "b": 1}), pt.Evidence("no", finding="N.", probability={"a": 1, "b": 0})]
    study = pt.Study("Contradicted", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    with pytest.raises(pt.ContradictionError, match="every hypothesis is refuted"):
        robustness.margins(study)


def said(study: pt.Study) -> str:
    return str(robustness.sentence(study)["sentence"].values[0])


def named(study: pt.Study, **labels: str) -> pt.Study:
    return pt.Study("Named", hypotheses={h: {"label": label} for h, label in labels.items()}, cases=study.cases)


def test_the_sentence_of_a_lead():
    items = [
        pt.Evidence("memo", label="The memo", finding="A memo.", probability={"a": (0.7, 0.9), "b": 0.1}),
        pt.Evidence("vote", label="The vote", finding="A vote.", probability={"a": 0.3, "b": 0.4}),
    ]
    study = pt.Study(
        "S", hypotheses={"a": {"label": "Survival"}, "b": {"label": "Interest"}}, cases=[pt.Case("x", label="Chile", evidence=items)]
    )
    made, text = strict(study), said(study)
    assert text.startswith("Chile: given that one of the two explanations is right, Survival leads with a posterior of 0.86 (")
    assert re.search(rf"{made['margin_db']:.0f} dB \(\d to \d\) above Interest", text)
    assert "(in brackets: nine times in ten, if every judgement erred independently within its range)" in text
    conditions = [
        c
        for c, choice in zip(*(robustness.decisive(study)[k].values for k in ("condition", "choice")), strict=True)
        if choice != "left_out"
    ]
    assert conditions[0].startswith("its prior odds against Survival exceed 6")  # the margin is 8 dB
    assert f"; Interest leads if {conditions[0]}, or if {conditions[1]}. The lead ends" in text
    assert "The lead ends if its strongest item, “The memo” (9 dB), weighs only 1.2 dB" in text  # what the vote takes away
    assert text.endswith("(median item 5 dB), or without one of its 2 items.")


def test_labels_inside_the_sentence_and_its_length():
    items = [
        pt.Evidence("memo", finding="The leader fears Moscow.", probability={"a": (0.7, 0.9), "b": 0.1, "c": 0.1}),
        pt.Evidence("vote", finding="A vote.", source="s", probability={"a": 0.3, "b": 0.4, "c": 0.4}),
    ]
    labels = {"a": "Leader survival", "b": "Moscow's hand", "c": "EU pull"}
    case = pt.Case("x", label="Chile", evidence=items, sources={"s": {"reliability": (0.6, 0.9)}})
    study = pt.Study("S", hypotheses={h: {"label": label} for h, label in labels.items()}, cases=[case])
    text = said(study)
    assert "is right, leader survival leads" in text
    assert "above Moscow's hand" in text or "above EU pull" in text
    assert "EU pull leads if" in text or "Moscow's hand leads if" in text
    refuted = pt.Evidence("ring", finding="The leader knew.", probability={"a": 0, "b": 0.5, "c": 0.5})
    out = said(dataclasses.replace(study, cases=(dataclasses.replace(case, evidence=(*items, refuted)),)))
    assert "Leader survival is refuted by “The leader knew.”." in out


@settings(max_examples=15)
@given(studies(zeros=False, excluded=False).filter(leads))
def test_a_sentence_is_short(study):
    assert len(said(study).split()) <= 110


def test_an_excluded_explanation_that_the_evidence_favours_is_said():
    text = said(two(0.2, 0.8).with_prior({"a": 1, "b": 0}))
    assert "A alone is left" in text
    assert "B is excluded by a prior of 0, although the evidence puts it 6 dB ahead of A." in text


def test_sentences_of_the_other_kinds_of_case():
    assert said(alone()) == "X: only one explanation, A, is considered, so its posterior is 1 whatever the evidence."
    assert "A and B tie with a posterior of 0.50 each, and none leads." in said(tied())
    bare = pt.Study("Bare", hypotheses={"a": {"prior": 3}, "b": {}}, cases=[pt.Case("x")])
    assert "A leads with a posterior of 0.75, 5 dB above B by the prior" not in said(bare)
    assert "no evidence enters, so the posterior is the prior" in said(bare)
    both = pt.Study("Bare", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x")])
    assert "tie with a posterior of 0.50 each, and none leads; no evidence enters, so the posterior is the prior." in said(both)
    refuted = said(two(0.4, 0.0))
    assert "A alone is left, with a posterior of 1" in refuted
    assert "B is refuted by “A memo.”" in refuted
    single = said(two())
    assert "The lead ends if its only item, “A memo.” (6 dB), weighs nothing." in single
    assert "no judgement is given as a range, so no interval can be stated" in single


def test_the_sentence_says_when_the_prior_leads():
    item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.2, "b": 0.8})
    study = pt.Study("Prior", hypotheses={"a": {"prior": 8}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    text = said(study)
    assert "3 dB above B by the prior, although the evidence alone puts B 6 dB ahead" in text
    assert "No item favours it over B: the lead is the prior's, and ends with a change of 3 dB in one item" in text
    assert "leaving items out does not." in text


def test_the_sentence_names_who_is_out_and_why():
    item = pt.Evidence("memo", label="The memo", finding="A memo.", probability={"a": 0.8, "b": 0.2, "c": 0, "d": 0.5})
    study = pt.Study("Out", hypotheses={"a": {}, "b": {}, "c": {}, "d": {"prior": 0}}, cases=[pt.Case("x", evidence=[item])])
    text = said(study)
    assert "D is excluded by a prior of 0." in text
    assert "C is refuted by “The memo”." in text
    assert "6 dB above B" in text


@settings(max_examples=15)
@given(studies().filter(leads))
def test_every_sentence_is_words_and_agrees_with_the_numbers(study):
    study = pt.Study(
        "Named",
        **{name: getattr(study, name) for name in ("cases", "sources", "clusters", "tags", "analysts", "analyst")},
        hypotheses={h: {"label": f"Reason {h.upper()}", "prior": part.prior} for h, part in study.hypotheses.items()},
    )
    text, made = said(study), strict(study, "one")
    assert not re.search(r"\bnan\b|\binf\b|None|\be\d\b", text)
    assert text.startswith("One: ")
    assert text.endswith(".")
    assert f"Reason {made['leader'].upper()} " in text
    if made["margin_db"] is None:
        assert "alone is left" in text
    else:
        assert f" above Reason {made['runner_up'].upper()}" in text


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_run(name):
    module = importlib.import_module(f"processtrace.robustness.{name}")
    result = doctest.testmod(module)
    assert result.failed == 0


def test_every_analysis_has_an_example_and_names_its_cases():
    for name in robustness.__all__:
        assert ">>>" in (getattr(robustness, name).__doc__ or ""), name
        if name not in ("analyses", "as_json", "counting", "summary"):
            data = getattr(robustness, name)(two())
            assert list(data["case"].values) == ["x"]
            assert list(data["hypothesis_label"].values) == ["A", "B"]
            assert data.attrs["title"] == "Two"
            assert not any(value is None or isinstance(value, bool | dict) for value in data.attrs.values())
