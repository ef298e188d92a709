"""A changed study is a new study: priors, judgements and what is left out, and what is refused."""

from __future__ import annotations

import pytest

import processtrace as pt


def study() -> pt.Study:
    judged = {"a": 0.6, "b": 0.2}
    two = {"ana": {"ratio": {"a": 4, "b": 1}, "anchor": 0.5, "because": {"a": "So."}}, "ben": {"probability": judged}}
    items = [
        pt.Evidence("one", finding="One.", probability=judged, source=["s", "t"], tags=["x"], because={"a": "It would."}),
        pt.Evidence("two", finding="Two.", judgements=two, source="s", cluster="k"),
        pt.Evidence("three", finding="Three.", judgements={"ben": {"probability": judged}}, given="two"),
        pt.Evidence("four", finding="Four.", probability=judged, given="three", cluster="k"),
    ]
    return pt.Study(
        "Changes",
        hypotheses={"a": {"prior": 1}, "b": {"prior": 3}},
        sources={"s": {"reliability": 0.9}, "t": {}},
        clusters={"k": {}},
        tags={"x": {}},
        analysts={"ana": {}, "ben": {}, "cem": {}},
        cases=[pt.Case("c", evidence=items, prior={"a": 2, "b": 1}), pt.Case("d", evidence=items[:1])],
    )


def ids(of: pt.Study, case: str = "c") -> list[str]:
    return [item.id for item in of.case(case).evidence]


def test_a_prior_for_every_case_replaces_their_own():
    changed = study().with_prior({"a": 5, "b": 1})
    assert [changed.prior_of(case) for case in changed.cases] == [{"a": 5, "b": 1}] * 2
    assert study().prior_of(study().case("c")) == {"a": 2, "b": 1}


def test_a_prior_for_one_case_leaves_the_others():
    changed = study().with_prior({"a": 0, "b": 1}, case="d")
    assert [changed.prior_of(case) for case in changed.cases] == [{"a": 2, "b": 1}, {"a": 0, "b": 1}]


@pytest.mark.parametrize(
    ("prior", "case", "error", "said"),
    [
        ({"a": 1}, None, pt.UsageError, "'b'"),
        ({"a": 1, "b": 1, "c": 1}, None, pt.UsageError, "'c'"),
        ({"a": 1, "b": 1}, "e", pt.UsageError, "no case 'e'; the study has c, d"),
        ({"a": -1, "b": 1}, None, pt.StudyError, "-1; a number of 0 or more"),
        ({"a": 0, "b": 0}, None, pt.StudyError, "0 for every hypothesis"),
        ({"a": 0, "b": 0}, "c", pt.StudyError, "0 for every hypothesis"),
        ({"a": float("nan"), "b": 1}, None, pt.StudyError, "a finite number"),
    ],
)
def test_a_prior_that_cannot_be_is_refused(prior, case, error, said):
    with pytest.raises(error, match=said):
        study().with_prior(prior, case=case)


def test_a_judgement_replaces_all_that_was_judged_of_an_item():
    changed = study().with_judgement("c", "two", {"a": (0.2, 0.4), "b": 0.1})
    item = changed.case("c").item("two")
    assert (dict(item.probability), item.judgements) == ({"a": (0.2, 0.4), "b": 0.1}, None)
    assert study().case("c").item("two").probability is None
    assert dict(changed.with_judgement("c", "one", {"a": "likely", "b": "unlikely"}, scale="words").case("c").item("one").words) == {
        "a": "likely",
        "b": "unlikely",
    }


def test_a_judgement_of_one_analyst_leaves_the_others_and_keeps_anchor_and_reasons():
    changed = study().with_judgement("c", "two", {"a": 1, "b": 8}, scale="ratio", analyst="ana").case("c").item("two")
    assert changed.judgements is not None
    assert (dict(changed.judgements["ana"].ratio), changed.judgements["ana"].anchor) == ({"a": 1, "b": 8}, 0.5)
    assert dict(changed.judgements["ana"].because) == {"a": "So."}
    assert dict(changed.judgements["ben"].probability) == {"a": 0.6, "b": 0.2}
    more = study().with_judgement("c", "two", {"a": 0.5, "b": 0.5}, analyst="cem").case("c").item("two")
    assert list(more.judgements or ()) == ["ana", "ben", "cem"]


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"case": "e"}, pt.UsageError, "no case 'e'"),
        ({"item": "five"}, pt.UsageError, "no item 'five'; it has one, two, three, four"),
        ({"scale": "odds"}, pt.UsageError, "one of probability, ratio, decibels, words"),
        ({"analyst": "ana"}, pt.UsageError, "one common judgement"),
        ({"item": "two", "analyst": "dan"}, pt.StudyError, "a declared analyst: ana, ben, cem"),
        ({"values": {"a": 0.5}}, pt.StudyError, "'b' is missing"),
        ({"values": {"a": 0.5, "b": 0.5, "bb": 0.1}}, pt.StudyError, "did you mean 'b'"),
        ({"values": {"a": 1.5, "b": 0.5}}, pt.StudyError, r"1.5; a number in \[0, 1\]"),
        ({"values": {"a": (0.9, 0.1), "b": 0.5}}, pt.StudyError, r"write \[0.1, 0.9\]"),
        ({"values": {"a": 0, "b": 0}}, pt.StudyError, "0 under every hypothesis"),
    ],
)
def test_a_judgement_that_cannot_be_is_refused(given, error, said):
    arguments = {"case": "c", "item": "one", "values": {"a": 0.5, "b": 0.5}} | given
    with pytest.raises(error, match=said):
        study().with_judgement(**arguments)


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ({"item": "one"}, (["two", "three", "four"], [])),
        ({"item": "two"}, (["one"], ["one"])),
        ({"source": "s"}, (["one"], ["one"])),
        ({"source": "t"}, (["one", "two", "three", "four"], ["one"])),
        ({"cluster": "k"}, (["one"], ["one"])),
        ({"tag": "x"}, (["two", "three", "four"], [])),
        ({"tag": "x", "case": "d"}, (["one", "two", "three", "four"], [])),
        ({"analyst": "ana"}, (["one", "two", "three", "four"], ["one"])),
        ({"analyst": "ben"}, (["one", "two"], ["one"])),
    ],
)
def test_what_is_left_out_takes_with_it_what_is_given_it(what, left):
    changed = study().without(**what)
    assert (ids(changed), ids(changed, "d")) == left


def test_a_source_left_out_takes_its_report_where_another_source_is_left():
    assert study().without(source="s").case("c").item("one").source == ("t",)


def test_a_case_alone_is_dropped_and_the_main_analyst_left_out_gives_way_to_the_pool():
    assert [case.id for case in study().without(case="c").cases] == ["d"]
    assert study().without(analyst="ben").analyst == "pool"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({}, "name what to leave out"),
        ({"item": "one", "tag": "x"}, "one thing at a time"),
        ({"item": "five"}, "no item 'five' in c or d"),
        ({"item": "two", "case": "d"}, "no item 'two' in d"),
        ({"source": "u"}, "no source 'u'"),
        ({"case": "e"}, "no case 'e'"),
        ({"analyst": "cem"}, "no analyst 'cem'"),
    ],
)
def test_leaving_out_what_is_not_there_is_refused(what, said):
    with pytest.raises(pt.UsageError, match=said):
        study().without(**what)


def test_a_study_is_printed_in_one_line():
    one = pt.Evidence("e", finding="Finding.", probability={"a": 0.5, "b": 0.1})
    study = pt.Study("A title", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[one])])
    assert repr(study) == "<Study 'A title': 2 explanations, 1 case, 1 item>"
    assert str(study) == "A title: 2 explanations, 1 case, 1 item that counts of 1"


@pytest.mark.parametrize(
    ("notes", "description", "by_models"),
    [
        (("a language model", "a language model"), "", True),
        (("a person", "a person"), "", False),
        (("a person", "a language model"), "", False),
        (("a person; no language model was used", "a language model"), "", False),
        ((None, None), "Judged by a language model.", True),
        ((None, None), "Judged by two historians.", False),
        (("a person", None), "Judged by a language model, and checked by hand.", False),
    ],
)
def test_the_caution_on_one_language_model_is_printed_only_where_several_codings_are_by_one(notes, description, by_models):
    judged = {"ana": {"probability": {"a": 0.6, "b": 0.2}}, "ben": {"probability": {"a": 0.5, "b": 0.3}}}
    analysts = {name: {"note": note} if note else {} for name, note in zip(judged, notes, strict=True)}
    case = pt.Case("x", evidence=[pt.Evidence(f"e{k}", finding="Finding.", judgements=judged) for k in range(3)])
    more = {"description": description} if description else {}
    study = pt.Study("T", hypotheses={"a": {}, "b": {}}, cases=[case], analysts=analysts, **more)
    table = pt.tables.agreement(study)
    said = "Agreement of codings by one language model measures repeatability, not validity."
    assert (said in table.attrs["note"], table.attrs["caution"]) == (by_models, said if by_models else "")


def test_one_case_alone_keeps_the_wordings_of_what_it_judges():
    """A wording of an explanation that another case alone judges would be a fault in the study of one case."""
    wordings = {"a": "A, put otherwise.", "c": "C, put otherwise."}
    judged = {"zoe": {"probability": {"a": 0.3, "b": 0.2, "c": 0.5}, "because": dict.fromkeys("abc", "So.")}}
    wide = pt.Case("wide", judges=["a", "b", "c"], evidence=[pt.Evidence("x", finding="X.", judgements=judged)])
    narrow = pt.Case("narrow", evidence=[pt.Evidence("y", finding="Y.", probability={"a": 0.3, "b": 0.2})])
    study = pt.Study("T", hypotheses={"a": {}, "b": {}}, cases=[wide, narrow], analysts={"zoe": {"statements": wordings}})
    assert set(study.only("narrow").analysts["zoe"].statements) == {"a"}
    assert study.only("wide").analysts == study.analysts
