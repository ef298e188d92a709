"""The study of five states: complete, sourced, judged by the rule of its protocol, and the same evidence in each of its models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import processtrace as pt
from processtrace.elicitation import write_judging_page, write_sheet
from processtrace.notes import notes
from processtrace.study.statements import digest

ROOT = Path(__file__).parents[2]
STATES = ["kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan"]
THREE = ["leader_survival", "national_interest", "soft_power"]
SEVEN = [*THREE, "economic_dependence", "protective_integration", "nation_building", "none"]
CODINGS = ["coding_1", "coding_2", "coding_3"]
MODELS = ["alignment", "alignment_rivals", "alignment_cells"]
GROUPS = {"channel": 1, "kind of power": 1, "role": 1, "arena": 1}
"""The smallest number of tags of each group on an item; of role and arena it has exactly one."""


def model(name):
    return pt.load_study(ROOT / "models" / f"{name}.yaml")


@pytest.fixture(scope="module")
def study():
    return model("alignment")


@pytest.fixture(scope="module")
def rivals():
    return model("alignment_rivals")


def test_three_explanations_of_five_states_and_seven_with_the_rivals(study, rivals):
    assert list(study.hypotheses) == THREE
    assert list(rivals.hypotheses) == SEVEN
    assert [case.id for case in study.cases] == STATES
    assert all(set(case.judges) == set(SEVEN) for case in study.cases)


@pytest.mark.parametrize(("all_judged", "asked"), [(False, THREE), (True, SEVEN)])
def test_a_judge_is_asked_about_the_explanations_of_the_study_or_of_all_that_share_its_files(study, all_judged, asked, tmp_path):
    numbers = sum(len(case.evidence) for case in study.cases) * len(asked)
    sheet = write_sheet(study, tmp_path / "sheet.xlsx", "zoe", 1, all_judged=all_judged)
    page = write_judging_page(study, tmp_path / "page.html", "zoe", 1, all_judged=all_judged)
    assert sum(len(row.explanations) for row in sheet.rows) == sum(len(row.explanations) for row in page.rows) == numbers


def test_the_sentence_of_the_readme_is_what_the_study_gives(study):
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    told = readme.split("For Turkmenistan, for example: *")[1].split("*")[0].rstrip(".")
    assert len(told) > 200
    given = pt.robustness.sentence(study)["sentence"].sel(case="turkmenistan").item()
    assert told in " ".join(given.split())


@pytest.mark.parametrize("state", STATES)
def test_every_item_is_dated_sourced_tagged_and_judged(study, state):
    case = study.case(state)
    assert all((case.outcome, case.period, case.terms))
    for item in case.evidence:
        assert all((item.date, item.label, item.tags)), item.id
        assert item.source or item.status == "not_found", item.id
        assert item.cite or item.searched, item.id
        of = {group: [tag for tag in item.tags if study.tags[tag].group == group] for group in GROUPS}
        assert all(len(of[group]) >= least for group, least in GROUPS.items()), item.id
        assert len(of["role"]) == len(of["arena"]) == 1, item.id


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_third_of_its_items_before_2011_and_six_in_each_arena(study, state):
    """The rule of the protocol, which allows fewer in an arena where the record offers no more."""
    evidence = study.case(state).evidence
    assert 3 * sum(str(item.date)[:4] < "2011" for item in evidence) >= len(evidence)
    arenas = [tag for tag, part in study.tags.items() if part.group == "arena"]
    assert len(arenas) == 4
    assert all(sum(arena in item.tags for item in evidence) >= 6 for arena in arenas), {
        arena: sum(arena in item.tags for item in evidence) for arena in arenas
    }


def test_what_was_not_found_was_searched_for_and_is_in_the_log(study):
    log = (ROOT / "evidence" / "search_log.md").read_text(encoding="utf-8")
    absent = [item for case in study.cases for item in case.evidence if item.status == "not_found"]
    assert {case.id for case in study.cases if any(item in absent for item in case.evidence)} == set(STATES)
    for item in absent:
        assert item.searched, item.id
        assert item.search_sensitivity is not None, item.id
        assert " ".join(item.searched.split()) in log, item.id


def test_every_reference_has_a_proper_type_author_year_title_outlet_and_link(study):
    for key, reference in study.references.items():
        assert all((reference.author, reference.year, reference.title)), key
    text = (ROOT / "evidence" / "references.bib").read_text(encoding="utf-8")
    assert set(study.references) == set(re.findall(r"^@\w+\{([^,]+),", text, re.MULTILINE))
    assert "misc" not in {kind.lower() for kind in re.findall(r"^@(\w+)\{", text, re.MULTILINE)}
    cited = {citation.key for case in study.cases for item in case.evidence for citation in item.cite}
    assert all(study.references[key].outlet and study.references[key].url for key in cited if key in study.references)
    assert cited <= set(study.references)


def test_the_three_codings_are_complete_and_the_other_wordings_are_judged_on_a_third(study):
    assert study.analyst == "coding_1"
    assert list(study.analysts) == [*CODINGS, "restated", *(f"{name}_again" for name in CODINGS)]
    assert all("language model" in str(part.note) for part in study.analysts.values())
    items = [item for case in study.cases for item in case.evidence]
    for item in items:
        assert set(CODINGS) <= set(item.judgements), item.id
        for part in item.judgements.values():
            assert set(part.values) == set(SEVEN), item.id
            assert all(isinstance(value, tuple) for value in part.values.values()), item.id
    share = sum("restated" in item.judgements for item in items) / len(items)
    assert abs(share - 1 / 3) < 0.01
    for name in CODINGS:
        again = study.analysts[f"{name}_again"]
        assert (again.judge, again.weight) == (name, 0)
        assert abs(sum(again.id in item.judgements for item in items) / len(items) - 0.2) < 0.01


def test_every_judgement_was_made_under_the_statements_as_they_stand(study, rivals):
    """The fingerprints of the judgements are those of the statements of today: the study's, or the coding's own wordings."""
    for case in study.cases:
        for item in case.evidence:
            for name, part in item.judgements.items():
                own = study.analysts[name].statements
                for h in SEVEN:
                    assert part.statements[h] == digest(own.get(h) or rivals.hypotheses[h].statement), (item.id, name, h)
    assert set(study.analysts["restated"].statements) == set(SEVEN)


@pytest.mark.parametrize("name", MODELS[1:])
def test_the_models_share_their_evidence_and_their_statements(study, name):
    other = model(name)
    assert other.cases == study.cases
    parts = other.factors or other.hypotheses
    assert {h: parts[h].statement for h in THREE} == {h: study.hypotheses[h].statement for h in THREE}


def test_further_rivals_leave_the_likelihoods_of_the_three(study, rivals):
    three, seven = (pt.to_dataset(one).log_likelihood for one in (study, rivals))
    assert abs(seven.sel(hypothesis=three.hypothesis) - three).max() < 1e-9


def test_only_the_first_coding_enters_the_posterior(study):
    probability = dict.fromkeys(SEVEN, 0.5) | {"leader_survival": 0.01}
    item = study.case("kazakhstan").evidence[0].id
    before = pt.to_dataset(study).log_likelihood
    for analyst, same in (("coding_2", True), ("coding_3", True), ("coding_1", False)):
        changed = study.with_judgement("kazakhstan", item, probability, analyst=analyst)
        assert bool((pt.to_dataset(changed).log_likelihood == before).all()) is same


def test_the_cells_are_means_of_the_causes_that_act():
    cells = model("alignment_cells")
    assert list(cells.factors) == THREE
    assert cells.compounds == "mean"
    assert len(cells.explanations) == 8


@pytest.mark.parametrize("name", MODELS)
def test_every_note_of_the_check_is_answered(name):
    one = model(name)
    found = {note.name for note in notes(one)}
    assert found <= set(one.accepted), found - set(one.accepted)
    assert set(one.accepted) <= found, "an answer to a note that is no more"
