"""Prompts for a language model: blind, in every design, and back as codings whose noise, order and format are those that were planted."""

import dataclasses
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

import processtrace as pt
from processtrace.cli import cli
from processtrace.elicitation.blind import blind_items
from processtrace.elicitation.prompts import FORMATS, ORDERS, SCHEMA, listed
from processtrace.formats import registry

ITEMS, REPEATS = 6, 2
ONES = [{"explanation": h, "low": 0.1, "high": 0.1} for h in "abc"]
STATEMENTS = {"a": "The first holds.", "b": "The second holds.", "c": "The third holds."}


@pytest.fixture
def home(tmp_path):
    judged = {"probability": {"a": 0.123456, "b": 0.4, "c": 0.2}, "because": {"a": "SECRET reason"}}
    items = [
        pt.Evidence(f"item_{k}", finding=f"Finding number {k}.", judgements={"ana": judged}, tags=["secret_tag"]) for k in range(ITEMS)
    ]
    study = pt.Study(
        "Models as coders",
        hypotheses={h: {"label": f"Explanation {h}", "statement": text} for h, text in STATEMENTS.items()},
        cases=[pt.Case("one", evidence=items)],
        analysts={"ana": {"note": "a person"}},
        tags={"secret_tag": {}},
    )
    registry.write(study, tmp_path / "study")
    return next((tmp_path / "study" / "models").glob("*.yaml"))


def run(*command):
    return CliRunner().invoke(cli, [str(part) for part in command])


def prompts_of(home):
    folder = home.parent / "prompts"
    done = run("ask", home, "--prompts", folder, "--analyst", "m1", "--repeat", REPEATS, "--seed", 1)
    assert done.exit_code == 0, done.output
    return folder, [json.loads(line) for line in (folder / "prompts.jsonl").read_text(encoding="utf-8").splitlines()]


def effects(study, k):
    """The weight of `a` against `b` that is planted in item k, and of `a` against `c`, by format, order and repeat, in decibels."""
    key = next(row.key for row in blind_items(study) if row.item == f"item_{k}")
    base, made = 2.0 * k - 5, {}
    for form in FORMATS:
        for order in ORDERS:
            for repeat in range(1, REPEATS + 1):
                first = listed(key, ["a", "b"], order)[0] == "a"
                made[form, order, repeat] = (
                    base + (1.5 if first else -1.5) + (0.5 if form == "all" else -0.5) * (1 + k % 2) + (0.7 if repeat == 1 else -0.7)
                )
    return made


def answers_of(home, prompts, **more):
    study = pt.load_study(home)
    numbers = {row.key[:12]: int(row.item.split("_")[1]) for row in blind_items(study)}
    lines = []
    for prompt in prompts:
        key, _, _, form, order = prompt["prompt"].split("-")
        weight = effects(study, numbers[key])[form, int(order), prompt["repeat"]]
        values = {"a": 0.1 * 10 ** (weight / 20), "b": 0.1 * 10 ** (-weight / 20), "c": 0.1}
        judged = [{"explanation": h, "low": p, "high": p} for h, p in values.items()]
        parts = [judged] if form == "all" else [[one] for one in judged]
        answer = [{"judgements": part, "because": "So.", "cannot_judge": False} for part in parts]
        line = {"prompt": prompt["prompt"], "repeat": prompt["repeat"], "analyst": "m1", "model": "M", "version": "1.2"}
        line |= {"date": "2026-01-31", "settings": {"temperature": 1}, "answer": answer[0] if form == "all" else answer}
        lines.append(line | more)
    return lines


def written(home, lines):
    path = home.parent / "answers.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_prompts_are_blind_and_of_every_design(home):
    folder, prompts = prompts_of(home)
    assert len(prompts) == ITEMS * len(FORMATS) * len(ORDERS) * REPEATS
    assert len({(one["prompt"], one["repeat"]) for one in prompts}) == len(prompts)
    assert len(list((folder / "prompts").rglob("*.txt"))) == ITEMS * 4
    assert json.loads((folder / "schema.json").read_text(encoding="utf-8")) == SCHEMA
    every = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file())
    for hidden in ("SECRET", "0.123456", "secret_tag", "item_", "ana"):
        assert f"{hidden}" not in every.replace("analyst", "").replace("another", "").replace("explanation", "").replace("Explanation", "")
    by_name = {one["prompt"]: one["messages"] for one in prompts}
    for name, messages in by_name.items():
        form, order = name.split("-")[3:]
        assert len(messages) == (1 if form == "all" else 3)
        text = "\n".join(messages)
        places = sorted(STATEMENTS, key=lambda h: text.index(STATEMENTS[h]))
        other = "\n".join(by_name[f"{name.rsplit('-', 1)[0]}-{3 - int(order)}"])
        assert sorted(STATEMENTS, key=lambda h: other.index(STATEMENTS[h])) == places[::-1]
        assert form == "all" or [sum(words in part for words in STATEMENTS.values()) for part in messages] == [1, 1, 1]


def test_answers_come_back_with_noise_order_and_format_as_they_were_planted(home):
    _, prompts = prompts_of(home)
    done = run("merge", home, written(home, answers_of(home, prompts)))
    assert done.exit_code == 0, done.output
    assert f"{ITEMS} judgements of m1 merged" in done.output
    study = pt.load_study(home)
    assert dict(study.analysts["m1"].model) == {"name": "M", "version": "1.2", "date": "2026-01-31", "settings": "temperature 1"}
    assert len(study.analysts) == 2 + len(FORMATS) * len(ORDERS) * REPEATS
    for k in range(ITEMS):
        mean = np.mean(list(effects(study, k).values()))
        said = study.cases[0].item(f"item_{k}").judgements["m1"].probability
        assert 10 * np.log10(said["a"] / said["b"]) == pytest.approx(mean, abs=1e-4)
    row = pt.elicitation.repetition(study)["m1", "a", "b"]
    # Two repeats 0.7 to either side have a standard deviation of 0.7 sqrt 2; listing first adds 3 dB, whatever the item; all at once
    # adds 1 or 2 dB in turn, with mean 1.5 and variance 6 / 5 of a quarter.
    assert row.noise_db == pytest.approx(0.7 * 2**0.5, abs=1e-4)
    assert (row.order_mean_db, row.order_sd_db) == (pytest.approx(3, abs=1e-4), pytest.approx(0, abs=1e-4))
    assert (row.format_mean_db, row.format_sd_db) == (pytest.approx(1.5, abs=1e-4), pytest.approx((0.25 * 6 / 5) ** 0.5, abs=1e-4))
    assert row.items == ITEMS
    # Against c each effect is half as large, since it moves a alone.
    assert pt.elicitation.repetition(study)["m1", "a", "c"].noise_db == pytest.approx(0.35 * 2**0.5, abs=1e-4)
    assert set(pt.tables.differences(study).index.droplevel([2, 3])) == {("ana", "m1")}
    assert pt.tables.agreement(study)["Items"].iloc[0] == ITEMS
    sheet = pt.tables.transparency(study).loc["m1"]["Answer"]
    assert sheet["Version"] == "1.2"
    assert sheet["Repeats"] == "2"
    assert sheet["Compared with"] == f"Ana ({ITEMS} items)"
    # Single answers have a weight of 0: the pool is that of the person and the model.
    pool = pt.update(study).posterior.sel(case="one")
    both = sum(pt.update(dataclasses.replace(study, analyst=who)).log_likelihood.sum("evidence") for who in ("ana", "m1")) / 2
    ratio = float(both.sel(hypothesis="a") - both.sel(hypothesis="b"))
    assert float(np.log(pool.sel(hypothesis="a") / pool.sel(hypothesis="b"))) == pytest.approx(ratio, abs=1e-9)


def test_a_model_that_repeats_itself_in_one_way_alone_is_one_coding(home):
    _, prompts = prompts_of(home)
    lines = [line for line in answers_of(home, prompts) if line["prompt"].endswith("all-1") and line["repeat"] == 1]
    assert run("merge", home, written(home, lines)).exit_code == 0
    assert list(pt.load_study(home).analysts) == ["ana", "m1"]


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        ({"model": "another"}, "answers.jsonl:2: model: another, and M in the first line; one model, version and settings in a file"),
        ({"settings": {"temperature": 0}}, "answers.jsonl:2: settings: "),
        ({"prompt": "nothing-of-this"}, "answers.jsonl:2: prompt: nothing-of-this; a prompt of this study"),
        ({"repeat": 0}, "answers.jsonl:2: repeat: 0; a whole number, 1 or more"),
        ({"date": "yesterday"}, "answers.jsonl:2: date: 'yesterday'"),
        ({"answer": "no JSON"}, "answers.jsonl:2: answer: no JSON; what schema.json allows"),
        ({"answer": {"judgements": []}}, "answers.jsonl:2: answer: judged under nothing; each of a, b, c once"),
        ({"answer": {"judgements": ["a", 3, None]}}, "answers.jsonl:2: answer: judged under a, 3, None; each of a, b, c once"),
        ({"answer": {"judgements": ["a", "b", "c"]}}, "answers.jsonl:2: answer: judged under a, b, c; each of a, b, c once"),
        ({"answer": {"judgements": [{"explanation": 1, "low": 0.1, "high": 0.2}]}}, "judged under 1; each of a, b, c once"),
        ({"answer": {"judgements": [{"explanation": h, "low": 0, "high": 0.1} for h in "abc"]}}, "a from 0 to 0.1; two numbers"),
        ({"answer": {"judgements": [{"explanation": h, "low": 0, "high": 0} for h in "abc"]}}, "0 under every explanation"),
        ({"version": 3}, "one JSON object a line, with prompt, analyst, model, version, date as text"),
        ({"model": None, "date": ""}, "answers.jsonl:2: no text under model, date; one JSON object a line"),
        ({"repeat": 10**30}, "answers.jsonl:2: repeat: 1000000000000000000000000000000; a whole number, 1 or more, at most 10,000"),
        ({"answer": {"judgements": [{"explanation": h, "low": math.nan, "high": 0.2} for h in "abc"]}}, "2: answer: a from nan to 0.2"),
        ({"answer": {"judgements": [{"explanation": h, "low": 0.1, "high": 1.2} for h in "abc"]}}, "2: answer: a from 0.1 to 1.2"),
        ({"answer": "[" * 10_000 + "]" * 10_000}, "answers.jsonl:2: answer: [[["),
        ({"answer": {"judgements": ONES, "because": "half \ud800"}}, "answers.jsonl:2: note: half \\ud800; characters that Unicode has"),
    ],
)
def test_an_answer_that_is_none_is_refused_with_its_line(home, change, printed):
    _, prompts = prompts_of(home)
    lines = [line for line in answers_of(home, prompts) if line["prompt"].endswith("all-1")]
    lines[1] |= change
    before = home.read_bytes()
    done = run("merge", home, written(home, lines))
    assert done.exit_code == 1
    assert printed in str(done.exception)
    assert home.read_bytes() == before


@pytest.mark.parametrize(("name", "printed"), [("two words", "id: two words; letters, digits"), ("pool", "analyst: pool; any other name")])
def test_a_name_that_no_analyst_has_is_refused_with_its_line(home, name, printed):
    _, prompts = prompts_of(home)
    done = run("merge", home, written(home, answers_of(home, prompts, analyst=name)))
    assert f"answers.jsonl:1: {printed}" in str(done.exception)


@pytest.mark.parametrize("length", [60, 50])
def test_the_longest_name_of_a_model_leaves_room_for_its_single_answers(home, length):
    _, prompts = prompts_of(home)
    done = run("merge", home, written(home, answers_of(home, prompts, analyst="m" * length)))
    assert done.exit_code == 0, done.output
    single = [part for part in pt.load_study(home).analysts.values() if part.asked]
    assert len({part.id for part in single}) == 4 * REPEATS
    assert {part.judge for part in single} == {"m" * length}


@pytest.mark.parametrize("end", ["\u2028", "\x85", "\x0b"])
def test_a_text_of_an_answer_may_hold_what_ends_a_line_elsewhere(home, end):
    _, prompts = prompts_of(home)
    lines = [line | {"settings": {"system": f"One{end}two"}} for line in answers_of(home, prompts)]
    path = written(home, lines)
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8")
    done = run("merge", home, path)
    assert done.exit_code == 0, done.output
    assert f"{ITEMS} judgements of m1 merged" in done.output


def test_answers_to_what_has_changed_are_refused_by_name(home):
    _, prompts = prompts_of(home)
    path = written(home, answers_of(home, prompts)[:1])
    text = home.read_text(encoding="utf-8")
    home.write_text(text.replace("The second holds.", "The second fails."), encoding="utf-8")
    assert "what an explanation says has changed since the prompts were made" in str(run("merge", home, path).exception)
    home.write_text(text, encoding="utf-8")
    (case,) = (home.parent.parent / "evidence").glob("one.yaml")
    case.write_text(case.read_text(encoding="utf-8").replace("Finding number", "Find number"), encoding="utf-8")
    assert "has changed since it was judged" in str(run("merge", home, path).exception)


def test_a_page_or_prompts_must_be_named_and_not_both(home):
    for more in ((), ("page.html", "--prompts", "folder")):
        done = run("ask", home, *more, "--analyst", "m1")
        assert done.exit_code == 1
        assert "name the page to write, OUT.html, or a folder for prompts, --prompts DIR" in str(done.exception)
