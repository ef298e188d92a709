"""YAML, XLSX and CSV hold the same study: what goes through any of them comes back equal."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from strategies.studies import AWKWARD, examples, studies

import processtrace as pt
from processtrace.formats.workbook import read_csv, read_workbook, write_csv, write_workbook
from processtrace.formats.workbook.cell_values import read_word, word_cell
from processtrace.formats.yaml import write
from processtrace.study import Study
from processtrace.study.frozen import Map

ROOT = Path(__file__).parents[2]
WRITTEN = studies(cases=(1, 3), items=(0, 6), texts=True)


def as_yaml(study: Study) -> list[str]:
    """All that a study says, in its order; an analyst's values in the order of the study's explanations, in whatever order they came."""
    return [write.study_yaml(study, []), repr(study.lock), *(write.case_yaml(case, study.judged_under(case)) for case in study.cases)]


def through_yaml(study: Study, folder: Path) -> Study:
    names = [f"case_{case.id}.yaml" for case in study.cases]
    for name, case in zip(names, study.cases, strict=True):
        (folder / name).write_text(write.case_yaml(case), encoding="utf-8")
    (folder / "study.yaml").write_text(write.study_yaml(study, names), encoding="utf-8")
    return pt.load_study(folder / "study.yaml")


def round_trips(study: Study, folder: Path) -> None:
    write_workbook(study, folder / "study.xlsx")
    from_workbook = read_workbook(folder / "study.xlsx")
    assert from_workbook == study
    assert as_yaml(from_workbook) == as_yaml(study)
    write_csv(from_workbook, folder / "pages")
    from_csv = read_csv(folder / "pages")
    assert from_csv == study
    assert as_yaml(from_csv) == as_yaml(study)
    assert read_csv(folder / "pages" / "evidence.csv", study) == study
    alone = {"references": Map(), "lock": ()}  # files of their own
    bare = dataclasses.replace(from_csv, **alone)
    assert through_yaml(bare, folder) == bare == dataclasses.replace(study, **alone)


@settings(max_examples=20)
@given(study=WRITTEN)
def test_a_study_survives_every_form(study, tmp_path_factory):
    round_trips(study, tmp_path_factory.mktemp("forms"))


@pytest.mark.long
@settings(max_examples=400)
@given(study=WRITTEN)
def test_many_studies_survive_every_form(study, tmp_path_factory):
    round_trips(study, tmp_path_factory.mktemp("forms"))


@pytest.mark.parametrize(
    "name", ["alignment_rivals", *(pytest.param(name, marks=pytest.mark.long) for name in ("alignment", "alignment_cells"))]
)
def test_the_studies_that_come_with_the_library_survive(name, tmp_path):
    round_trips(pt.load_study(ROOT / "models" / f"{name}.yaml"), tmp_path)


def test_the_strategy_of_studies_uses_every_word_of_the_format():
    def used(part: object) -> set[tuple[str, str]]:
        found = {(type(part).__name__, f.name) for f in dataclasses.fields(part) if getattr(part, f.name) != f.default}  # type: ignore[arg-type]
        for field in dataclasses.fields(part):  # type: ignore[arg-type]
            value = getattr(part, field.name)
            for inner in value.values() if isinstance(value, Map) else value if isinstance(value, tuple) else ():
                found |= used(inner) if dataclasses.is_dataclass(inner) else set()
        return found

    seen = set().union(*map(used, examples(WRITTEN, 60)))
    kinds = [pt.Study, pt.Case, pt.Evidence, pt.Judgement, pt.Hypothesis, pt.Factor, pt.Source, pt.Cluster, pt.Tag, pt.Analyst, pt.Citation]
    words = {(kind.__name__, field.name) for kind in [*kinds, pt.Reference] for field in dataclasses.fields(kind)}
    assert words - seen <= set(HAND_MADE)


def test_the_words_that_the_strategy_does_not_draw_survive_too(tmp_path):
    judged = {
        "ana": {"probability": {"a": 0.3, "b": 0.4}, "statements": {"a": "0123456789abcdef"}},
        "ben": {"words": {"a": "likely", "b": "unlikely"}},
    }
    item = pt.Evidence("x", finding="X.", judgements=judged)
    analysts = {
        "ana": {"judge": "Ana", "statements": {"a": "Otherwise put."}},
        "ben": {"words": {"likely": (0.6, 0.7), "unlikely": 0.2, "so; so: \\": 0.5}, "sample": "1 of 9 findings"},
    }
    study = pt.Study(
        "Words",
        hypotheses={"a": {"statement": "A."}, "b": {"statement": "B."}},
        cases=[pt.Case("c", known_answer="a", terms=[{"label": "First", "from": "1991", "to": "2000"}], evidence=[item])],
        analysts=analysts,
        lean_correlation=0.2,
        groups={"pair": {"items": ["x"], "note": "One event."}},
        years=[1995],
        verdict="icd203",
    )
    round_trips(study, tmp_path)


HAND_MADE = (
    *(("Analyst", name) for name in ("judge", "words", "sample", "statements")),
    *(("Case", name) for name in ("terms", "known_answer", "row", "known")),
    *(("Study", name) for name in ("lean_correlation", "groups", "years", "causal", "verdict")),
    *(("Evidence", name) for name in ("observes", "about")),
    *(("Hypothesis", name) for name in ("when", "model")),
    ("Judgement", "statements"),
)
"""Words that the strategy does not draw: above, and those of causal models in test_formats_causal.py."""


@pytest.mark.parametrize("text", AWKWARD)
def test_a_text_is_never_a_formula_a_number_or_a_date(text, tmp_path):
    study = pt.Study("t", hypotheses={"a": {}}, cases=[pt.Case("c", evidence=[pt.Evidence("e", finding=text, probability={"a": 0.5})])])
    write_workbook(study, tmp_path / "s.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx")["evidence"]
    column = [cell.value for cell in sheet[1]].index("finding") + 1
    cell = sheet.cell(2, column)
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert bool(cell.quotePrefix) == text.strip().startswith(("=", "+", "-", "@", "'"))
    assert read_workbook(tmp_path / "s.xlsx").cases[0].evidence[0].finding == text.strip()
    write_csv(study, tmp_path / "pages")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows(tmp_path / "pages" / "evidence.csv") for cell in row)
    assert read_csv(tmp_path / "pages").cases[0].evidence[0].finding == text.strip()


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_columns_are_as_a_user_expects(tmp_path):
    study = pt.load_study(ROOT / "tests" / "data" / "chile" / "models" / "chile.yaml")
    write_csv(study, tmp_path)
    assert (tmp_path / "evidence.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    head, *body = rows(tmp_path / "evidence.csv")
    first, vote = dict(zip(head, body[0], strict=True)), [dict(zip(head, row, strict=True)) for row in body[-2:]]
    assert (first["equity_appeal"], first["core_constituency"]) == ("0.6 to 0.9", "0.05")
    assert first["why equity_appeal"].startswith("A right that fears")
    assert first["tags"] == "elite; electoral"
    assert first["cite"] == "fairfield2015; press2005, p. 3"
    assert [(row["id"], row["analyst"], row["scale"], row["equity_appeal"]) for row in vote] == [
        ("vote", "ana", "ratio", "8"),
        ("vote", "ben", "words", "likely"),
    ]
    write_workbook(study, tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    assert book.sheetnames[:5] == ["How to fill in", "study", "hypotheses", "cases", "sources"]
    assert {"clusters", "analysts", "evidence"} <= set(book.sheetnames)


def test_a_csv_with_semicolons_and_decimal_commas_is_the_same_study(tmp_path):
    study = pt.load_study(ROOT / "tests" / "data" / "chile" / "models" / "chile.yaml")
    write_csv(study, tmp_path)
    numbers = {
        "prior",
        "prior of equity_appeal",
        "reliability",
        "reports_if_true",
        "reports_if_false",
        "correlation",
        "weight",
        "probability",
    }
    numbers |= {"equity_appeal", "core_constituency", "median_voter", "business_power", "search_sensitivity"}
    for path in tmp_path.glob("*.csv"):
        head, *body = rows(path)
        settings = path.stem == "study"
        commas = [
            [cell.replace(".", ",") if name in numbers or (settings and row[0] in ("anchor", "range_coverage", "cluster_correlation")) else cell for name, cell in zip(head, row, strict=True)]
            for row in body
        ]  # fmt: skip
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([head, *commas])
    assert "0,6 to 0,9" in (tmp_path / "evidence.csv").read_text(encoding="utf-8")
    assert read_csv(tmp_path) == study


def test_evidence_alone_takes_the_place_of_the_items_of_its_cases(tmp_path):
    study = pt.load_study(ROOT / "models" / "alignment.yaml")
    write_csv(study.only("uzbekistan"), tmp_path)
    some = {item.id for item in study.case("uzbekistan").evidence[:3]}
    kept = [row for row in rows(tmp_path / "evidence.csv") if row[1] in {"id", *some}]
    with (tmp_path / "evidence.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(kept)
    made = read_csv(tmp_path / "evidence.csv", study)
    assert made.case("uzbekistan").evidence == study.case("uzbekistan").evidence[:3]
    assert made.case("kazakhstan") == study.case("kazakhstan")


def test_a_folder_written_over_another_keeps_nothing_of_it(tmp_path):
    write_csv(pt.load_study(ROOT / "tests" / "data" / "chile" / "models" / "chile.yaml"), tmp_path)
    study = pt.Study("t", hypotheses={"a": {}}, cases=[pt.Case("c")])
    write_csv(study, tmp_path)
    assert read_csv(tmp_path) == study


@pytest.mark.parametrize(
    "value", ["likely", ("likely", "almost certain"), "a; b", ("a; b", "likely"), ("close to even", "sure to be"), ("x", "x to y")]
)
def test_words_come_back(value):
    scale = ["likely", "almost certain", "a; b", "close to even", "sure to be", "x", "x to y", "y"]
    read = read_word(word_cell(value, scale), scale)
    assert (tuple(read) if isinstance(read, list) else read) == value
