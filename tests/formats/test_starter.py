"""A new study runs as it is, whatever its explanations are called, and is written whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import processtrace as pt
from processtrace.cli import cli, main
from processtrace.formats.yaml.meanings import MEANINGS
from processtrace.formats.yaml.starter import write_starter
from processtrace.notes import notes

NAMES = {
    "two": ["a", "b"],
    "three": ["Leader survival", "National interest", "Soft power"],
    "eight": [f"h{number}" for number in range(8)],
    "not ASCII": ["Überleben der Führung", "État: l'intérêt", "Мягкая сила"],
    "no Latin letter": ["权力", "利益"],
    "marks of YAML": ["yes", "null", "a: b", "#1", "'quoted'", '"twice"', "{braces}", "- dash"],
    "alike in letters": ["State!", "State?"],
    "long": ["The ruling circle holds on to power by whatever means it finds " * 3, "Something else entirely " * 5],
    "a number": ["1", "2.5"],
}


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_as_it_is(tmp_path, name):
    path = write_starter(tmp_path / "My study", NAMES[name])
    assert path == tmp_path / "My study" / "models" / "my_study.yaml"
    study = pt.load_study(path)
    assert len(study.hypotheses) == len(NAMES[name])
    assert {item.status for item in study.cases[0].evidence} == {"found", "not_found", "planned"}
    assert study.accepted == {}  # nothing is answered in the name of whoever writes the study
    assert {note.name for note in notes(study)} == {"placeholder", "rho-means"}
    posterior = pt.update(study).posterior.values[0]
    assert posterior.sum() == pytest.approx(1)
    assert len(set(posterior.round(6))) == len(posterior)  # no two explanations have the same support


def test_its_placeholders_are_notes_and_under_strict_a_fault_that_no_answer_settles(tmp_path, capsys, monkeypatch):
    path = write_starter(tmp_path / "s", ["a", "b"])

    def checked(*options: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["processtrace", "check", str(path), *options])
        with pytest.raises(SystemExit) as end:
            main()
        return int(end.value.code or 0), capsys.readouterr().out

    code, printed = checked()
    assert code == 0
    assert "note placeholder: the study: 7 texts say 'Replace me': title; " in printed  # three texts, two statements, a reference of two
    code, printed = checked("--strict")
    assert code == 1
    assert "fault placeholder: the study" in printed
    head = path.read_text(encoding="utf-8")
    path.write_text(head + "accepted: {placeholder: later, rho-means: looked at}\n", encoding="utf-8")
    assert checked("--strict")[0] == 1
    for file in (path, tmp_path / "s/evidence/first_case.yaml", tmp_path / "s/evidence/references.bib"):
        file.write_text(
            re.sub("Replace me(: )?", "Ours ", file.read_text(encoding="utf-8").replace("Replace Me", "Ours")), encoding="utf-8"
        )
    assert "placeholder" not in checked()[1]


def test_the_other_scales_shown_in_it_are_scales_that_can_be_judged_on(tmp_path):
    write_starter(tmp_path / "s", ["a", "b", "c", "d"])
    path = tmp_path / "s/evidence/first_case.yaml"
    text = path.read_text(encoding="utf-8")
    for scale in ("ratio", "decibels", "words"):
        (shown,) = re.findall(rf"^#   ({scale}: \{{.*\}})$", text, re.MULTILINE)
        judged = re.sub(r"    probability:\n(      \w+: .*\n)+", f"    {shown}\n", text, count=1)
        path.write_text(judged, encoding="utf-8")
        assert pt.load_study(tmp_path / "s/models/s.yaml").cases[0].evidence[0].common.scale == scale


def test_robustness_runs_on_it(tmp_path):
    assert pt.robustness.as_json(pt.load_study(write_starter(tmp_path / "s", ["a", "b", "c"])))["cases"]["first_case"]["leader"] == "a"


def test_names_are_kept_as_labels(tmp_path):
    study = pt.load_study(write_starter(tmp_path / "s", ["Überleben der Führung", "soft_power"], case="Côte d'Ivoire, 2011"))
    assert {h: one.name for h, one in study.hypotheses.items()} == {
        "uberleben_der_fuhrung": "Überleben der Führung",
        "soft_power": "Soft power",
    }
    assert (study.cases[0].id, study.cases[0].name) == ("cote_divoire_2011", "Côte d'Ivoire, 2011")


def test_every_key_of_studies_cases_and_items_is_explained_in_it(tmp_path):
    study = write_starter(tmp_path / "s")
    head, case = study.read_text(encoding="utf-8"), (tmp_path / "s/evidence/first_case.yaml").read_text(encoding="utf-8")
    for kind, text in (("StudyFile", head), ("Case", case), ("Evidence", case)):
        for key in MEANINGS[kind]:
            assert f"{key}:" in text, key
    for needed in (
        "[0.45, 0.75]",
        "not_found",
        "planned",
        "cluster: one_event",
        "source: interviews",
        "Replace me",
        "yaml-language-server: $schema=../schema/",
    ):
        assert needed in case


def test_the_schema_lies_beside_it(tmp_path):
    import json

    from jsonschema import Draft202012Validator
    from truth.yaml_core import typed

    from processtrace.formats.yaml.parser import read_yaml

    write_starter(tmp_path / "s")
    for kind, path in (("study", "models/s.yaml"), ("case", "evidence/first_case.yaml")):
        schema = json.loads((tmp_path / "s/schema" / f"{kind}.json").read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(typed(read_yaml(tmp_path / "s" / path, path)))


def test_the_last_lines_are_the_next_two_commands(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli(["new", "my study", "--hypotheses", "a, b", "--case", "x"], standalone_mode=False)
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "  processtrace check 'my study/models/my_study.yaml'",
        "  processtrace run 'my study/models/my_study.yaml'",
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a"], "from 2 to 30"),
        ([f"h{n}" for n in range(31)], "from 2 to 30"),
        (["a", " "], "an empty name"),
        (["a", "b", "a"], "given twice"),
    ],
)
def test_names_that_make_no_study_are_reported(tmp_path, names, words):
    with pytest.raises(pt.UsageError, match=words):
        write_starter(tmp_path / "s", names)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(pt.UsageError, match="not empty"):
        write_starter(tmp_path)
    with pytest.raises(pt.UsageError, match="is a file"):
        write_starter(tmp_path / "thesis.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    (tmp_path / "empty").mkdir()
    before = (tmp_path / "empty").stat().st_ino
    assert write_starter(tmp_path / "empty").is_file()
    assert (tmp_path / "empty").stat().st_ino == before  # a program that works in it still does


def test_nothing_is_left_where_writing_fails(tmp_path, monkeypatch):
    import processtrace.formats.yaml.starter as starter

    monkeypatch.setattr(starter, "load_study", lambda path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_starter(tmp_path / "deep" / "down")
    assert [path for path in Path(tmp_path).rglob("*") if path.is_file()] == []
