"""What a judging page gives back: merged as it was judged, refused by name where anything does not fit."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import processtrace as pt
from processtrace.cli import cli

STUDY = """title: Two
question: Why?
hypotheses:
  a: {label: Alpha, statement: The first.}
  b: {label: Beta, statement: The second.}
cases: [one.yaml]
"""
CASE = """case: one
judges: [a, b, c]
evidence:
  - id: memo
    finding: >-
      A memo names the cost.
    status: unjudged
  - id: vote
    finding: >-
      The deputies voted for it.
    judgements:
      ana:
        probability: {a: 0.6, b: 0.3, c: 0.2}
  - id: letter
    finding: >-
      A letter asks for delay.
    status: unjudged
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "study.yaml").write_text(STUDY + "analysts:\n  ana: {label: Ana}\n", encoding="utf-8")
    (tmp_path / "one.yaml").write_text(CASE, encoding="utf-8")
    return tmp_path


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


def page_numbers(path):
    text = Path(path).read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="numbers">(.*?)</script>', text, re.S)[1])


def answered(home, change=lambda raw: None, repeat=0):
    """The file that a page would save if every finding were judged .2 to .4 under a and .6 under b."""
    done = run("ask", home / "study.yaml", home / "page.html", "--analyst", "ben", "--seed", 3, "--repeat", repeat)
    assert done.exit_code == 0, done.output
    numbers = page_numbers(home / "page.html")
    items = []
    for item in numbers["items"]:
        raw = {key: item[key] for key in ("number", "key", "digest", "order")} | ({"repeat": True} if item.get("repeat") else {})
        value = [0.2, 0.4] if not item.get("repeat") else [0.3, 0.4]
        items.append(raw | {"scale": "probability", "values": {"a": value, "b": 0.6}, "because": "It says so.", "seconds": 4.2})
    raw = {
        "what": "processtrace judgements 1",
        "analyst": numbers["analyst"],
        "about": {"name": "Ben B.", "kind": "a person", "date": "2026-11-28"},
        "words": {"likely": [0.6, 0.7]},
        "sample": numbers["sample"],
        "explanations": [{key: one[key] for key in ("id", "label", "digest")} for one in numbers["explanations"]],
        "items": items,
    }
    change(raw)
    (home / "back.json").write_text(json.dumps(raw), encoding="utf-8")
    return home / "back.json"


def test_judgements_come_back_as_they_were_made(home):
    done = run("merge", home / "study.yaml", answered(home))
    assert done.exit_code == 0, done.output
    assert "3 judgements of ben merged" in done.output
    study = pt.load_study(home / "study.yaml")
    assert study.analysts["ben"] == pt.Analyst("ben", label="Ben B.", note="a person", words={"likely": (0.6, 0.7)})
    for item in study.cases[0].evidence:
        part = item.judgements["ben"]
        assert dict(part.probability) == {"a": (0.2, 0.4), "b": 0.6}
        assert (part.note, part.judged) == ("It says so.", "2026-11-28")
        assert item.status == "found"
    again = run("merge", home / "study.yaml", home / "back.json")
    assert "nothing was changed" in again.output


def test_second_judgements_are_kept_beside_and_enter_no_pool(home):
    done = run("merge", home / "study.yaml", answered(home, repeat=1))
    assert done.exit_code == 0, done.output
    assert "1 second judgements" in done.output
    study = pt.load_study(home / "study.yaml")
    again = study.analysts["ben_again"]
    assert (again.weight, again.judge) == (0, "ben")
    (twice,) = [item for item in study.cases[0].evidence if "ben_again" in item.judgements]
    assert dict(twice.judgements["ben_again"].probability) == {"a": (0.3, 0.4), "b": 0.6}
    without = study.without(analyst="ben_again")
    assert pt.update(study).posterior.values.tolist() == pt.update(without).posterior.values.tolist()


def test_words_mean_what_they_mean_to_the_judge(home):
    def change(raw):
        raw["items"] = [item | {"scale": "words", "values": {"a": "likely", "b": "unlikely"}} for item in raw["items"]]

    assert run("merge", home / "study.yaml", answered(home, change)).exit_code == 0
    study = pt.load_study(home / "study.yaml")
    from processtrace.study.probabilities import judged

    memo = study.cases[0].item("memo")
    assert judged(study, memo, "ben") == {"a": (0.6, 0.7), "b": (0.2, 0.45)}


def test_a_judge_whom_the_study_knows_by_other_words_is_kept_in_numbers(home):
    def change(raw):
        raw["items"] = [item | {"scale": "words", "values": {"a": "likely", "b": "unlikely"}} for item in raw["items"]]

    file = answered(home, change)
    text = (home / "study.yaml").read_text(encoding="utf-8")
    (home / "study.yaml").write_text(text + "  ben: {label: Ben}\n", encoding="utf-8")
    done = run("merge", home / "study.yaml", file)
    assert done.exit_code == 0, done.output
    part = pt.load_study(home / "study.yaml").cases[0].item("memo").judgements["ben"]
    assert dict(part.probability) == {"a": (0.6, 0.7), "b": (0.2, 0.45)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.update(what="something"), "no file that a judging page saved"),
        (lambda raw: raw.update(items="all"), "no file that a judging page saved"),
        (lambda raw: raw["items"].append(3), "no file that a judging page saved"),
        (lambda raw: raw["items"][0].update(digest="0"), "has changed since it was judged"),
        (lambda raw: raw["items"][0].update(key="0"), "not in this study"),
        (lambda raw: raw["items"].append(raw["items"][0]), "the same finding again"),
        (lambda raw: raw["explanations"][0].update(digest="0"), "what Alpha says has changed since the page was made"),
        (lambda raw: raw["explanations"][0].update(id="z"), "the explanations of the study: Alpha, Beta"),
        (lambda raw: raw["items"][0]["values"].update(a=1.3), "a number in [0, 1]"),
        (lambda raw: raw["items"][0]["values"].update(a=[0.0, 0.4]), "a range inside [0, 1] that does not end in 0 or 1"),
        (lambda raw: raw["items"][0].update(values={"a": 0, "b": 0}), "0 under every explanation"),
        (lambda raw: raw["items"][0].update(values={"a": 0.2}), "nothing under 'b'"),
        (lambda raw: raw["items"][0].update(values={"a": 0.2, "b": 0.3, "z": 0.1}), "judged under 'z'"),
        (lambda raw: raw["items"][0].update(scale="ratio"), "probability or words"),
        (lambda raw: raw["items"][0].update(scale="words", values={"a": "sure", "b": "likely"}), "a word of the scale"),
        (lambda raw: raw["about"].update(kind="a machine"), "a person or a language model"),
        (lambda raw: raw["about"].update(date="yesterday"), "yesterday"),
        (lambda raw: raw["words"].update(likely=[0.9, 0.2]), "the low end first"),
        (lambda raw: raw.update(items=[{"number": "1", "key": raw["items"][0]["key"]}]), "no finding is judged"),
        (lambda raw: raw.update(analyst="../ben"), "letters"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(home, change, said):
    file = answered(home, change)
    before = {path.name: path.read_bytes() for path in home.glob("*.yaml")}
    done = run("merge", home / "study.yaml", file)
    assert done.exit_code == 1
    text = str(done.exception)
    assert said in text, text
    assert "back.json" in text
    assert {path.name: path.read_bytes() for path in home.glob("*.yaml")} == before


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "null", '{"what": "processtrace judgements 1"}', "\ud800"])
def test_files_that_no_page_saved_are_refused(home, text):
    (home / "back.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    done = run("merge", home / "study.yaml", home / "back.json")
    assert done.exit_code == 1
    assert isinstance(done.exception, pt.StudyError)


def test_a_page_is_never_written_over_another(home):
    assert run("ask", home / "study.yaml", home / "page.html", "--analyst", "ben").exit_code == 0
    done = run("ask", home / "study.yaml", home / "page.html", "--analyst", "ben")
    assert "is there already" in str(done.exception)
    shutil.copy(home / "page.html", home / "page.txt")
    assert "ends in .html" in str(run("ask", home / "study.yaml", home / "page.txt", "--analyst", "ben").exception)


def test_an_explanation_that_is_silent_is_kept_as_such(home):
    path = answered(home, lambda raw: raw["items"][0].update(silent=["b"]))
    done = run("merge", home / "study.yaml", path)
    assert done.exit_code == 0, done.output
    reasons = [dict(item.judgements["ben"].because) for item in pt.load_study(home / "study.yaml").cases[0].evidence]
    assert sorted(map(len, reasons)) == [0, 0, 1]
    assert {"b": "Says nothing about it; judged as the mean of those that speak."} in reasons
