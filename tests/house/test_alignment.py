"""The study of five states: complete, sourced, judged, and the same evidence in each of its models."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import processtrace as pt
from processtrace.elicitation import write_judging_page, write_sheet

ROOT = Path(__file__).parents[2]
STATES = ["kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan"]
CHANNELS = {"security", "economy", "energy", "language", "education", "media", "migration", "diplomacy"}


@pytest.fixture(scope="module")
def study():
    return pt.load_study(ROOT / "models" / "alignment.yaml")


def test_three_explanations_of_five_states(study):
    assert list(study.hypotheses) == ["leader_survival", "national_interest", "soft_power"]
    assert [case.id for case in study.cases] == STATES


@pytest.mark.parametrize(("all_judged", "numbers"), [(False, 198 * 3), (True, 198 * 4)])
def test_a_judge_is_asked_about_three_explanations_and_not_about_the_fourth_of_another_study(study, all_judged, numbers, tmp_path):
    sheet = write_sheet(study, tmp_path / "sheet.xlsx", "zoe", 1, all_judged=all_judged)
    page = write_judging_page(study, tmp_path / "page.html", "zoe", 1, all_judged=all_judged)
    assert sum(len(row.explanations) for row in sheet.rows) == sum(len(row.explanations) for row in page.rows) == numbers


def test_the_sentence_of_the_readme_is_what_the_study_gives(study):
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    told = readme.split("For Kyrgyzstan, for example: *")[1].split("*")[0].rstrip(".")
    assert len(told) > 200
    given = pt.robustness.sentence(study)["sentence"].sel(case="kyrgyzstan").item()
    assert told in " ".join(given.split())


@pytest.mark.parametrize("state", STATES)
def test_every_item_is_dated_sourced_tagged_judged_and_reasoned(study, state):
    case = study.case(state)
    assert case.outcome
    assert case.period
    assert len(case.evidence) >= 18
    assert sum(item.status == "not_found" for item in case.evidence) >= 2
    for item in case.evidence:
        assert all((item.date, item.label, item.tags)), item.id
        assert set(item.tags) & CHANNELS, item.id
        assert set(item.tags) & {"hard", "soft"}, item.id
        assert item.source or item.status == "not_found", item.id
        assert item.cite or item.searched, item.id
        for part in item.by_analyst.values():
            assert set(part.because) == set(case.judges), item.id
            assert all(isinstance(value, tuple) for value in part.values.values()), item.id


def test_every_reference_has_author_year_title_outlet_and_link(study):
    for key, reference in study.references.items():
        assert all((reference.author, reference.year, reference.title, reference.outlet, reference.url)), key


@pytest.mark.parametrize("model", ["alignment", "alignment_dependence"])
def test_the_models_share_their_evidence(study, model):
    other = pt.load_study(ROOT / "models" / f"{model}.yaml")
    assert other.cases == study.cases


def test_the_episodes_are_the_items_of_the_whole_case(study):
    episodes = pt.load_study(ROOT / "models" / "alignment_episodes.yaml")
    parts = [item for name in ("uzbekistan_karimov", "uzbekistan_mirziyoyev") for item in episodes.case(name).evidence]
    assert Counter(parts) == Counter(study.case("uzbekistan").evidence)
    assert {case.id for case in episodes.cases} - {"uzbekistan_karimov", "uzbekistan_mirziyoyev"} == set(STATES) - {"uzbekistan"}


def test_a_fourth_explanation_leaves_the_likelihoods_of_the_three(study):
    four = pt.to_dataset(pt.load_study(ROOT / "models" / "alignment_dependence.yaml"))
    three = pt.to_dataset(study)
    same = four.log_likelihood.sel(hypothesis=three.hypothesis)
    assert abs(same - three.log_likelihood).max() < 1e-9


def test_every_item_has_three_codings_and_one_is_the_main(study):
    assert study.analyst == "coding_1"
    assert list(study.analysts) == ["coding_1", "coding_2", "coding_3"]
    assert all("language model" in str(part.note) for part in study.analysts.values())
    for case in study.cases:
        for item in case.evidence:
            assert item.judgements is not None
            assert set(item.judgements) == set(study.analysts), item.id


def test_only_the_main_coding_enters_the_posterior(study):
    named = {"probability": dict.fromkeys(study.case("kazakhstan").judges, 0.5) | {"leader_survival": 0.01}}
    item = study.case("kazakhstan").evidence[0].id
    before = pt.to_dataset(study).log_likelihood
    for analyst, same in (("coding_2", True), ("coding_3", True), ("coding_1", False)):
        changed = study.with_judgement("kazakhstan", item, named["probability"], analyst=analyst)
        assert bool((pt.to_dataset(changed).log_likelihood == before).all()) is same


def test_the_cells_are_judged_on_the_same_findings_word_for_word(study):
    cells = pt.load_study(ROOT / "models" / "alignment_cells.yaml")
    assert list(cells.factors) == list(study.hypotheses)
    assert list(cells.explanations)[-3:] == [
        "leader_survival+national_interest",
        "leader_survival+soft_power",
        "national_interest+soft_power",
    ]
    assert list(cells.at_work.values()) == pytest.approx([3 / 7] * 3)
    bare = {"judges": (), "evidence": ()}
    for state in STATES:
        ours, theirs = cells.case(state), study.case(state)
        assert dataclasses.replace(ours, **bare) == dataclasses.replace(theirs, **bare)
        assert [dataclasses.replace(item, judgements=None) for item in ours.evidence] == [
            dataclasses.replace(item, judgements=None) for item in theirs.evidence
        ]
        for item in ours.evidence:
            (part,) = (item.judgements or {}).values()
            assert set(part.because) == set(part.values) == set(cells.explanations), item.id
            assert all(isinstance(value, tuple) for value in part.values.values()), item.id


@pytest.mark.long
def test_the_page_on_several_reasons_is_what_its_program_prints():
    done = subprocess.run([sys.executable, "examples/several_reasons.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / "evidence" / "several_reasons.md").read_text(encoding="utf-8")
