"""Studies from one form to another: nothing is lost, nothing invented, nothing overwritten."""

from __future__ import annotations

import dataclasses
import math
import os
import stat
import sys
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies.designs import ten_items
from strategies.studies import examples, redrawn

import processtrace as pt
from processtrace import formats
from processtrace.cli import cli
from processtrace.formats.foreign import contribution_tracing, pairwise, side_by_side
from processtrace.formats.identifiers import identifier, shortened
from processtrace.formats.registry import FORMATS

ROOT = Path(__file__).parents[2]
ODD = "Ü: 'quoted' \"twice\" #no {b} [c] & *d !e |f >g %h @i `j` – “k”…\nsecond line\n\n  third  line\t\\ € 中"


def with_everything() -> pt.Study:
    """A study that uses what the others do not: analysts, words, odd texts, citations, accepted notes, plans."""
    h = ["yes", "no"]
    return pt.Study(
        "With: everything #1",
        description=ODD,
        question="Why: this?",
        hypotheses={"yes": {"label": "Yes: 'so'", "statement": ODD, "prior": 0.1}, "no": {"residual": True, "prior": 1e-12}},
        sources={"null": {"kind": "x: y", "reports_if_true": 0.83, "reports_if_false": 0.17, "cite": [{"key": "k1", "at": "p. 3, note 4"}]}},
        tags={"t": {"label": "Tag", "group": "g"}},
        analysts={"ana": {"note": "a person", "weight": 2}, "ben": {}},
        analyst="ana",
        range_coverage=0.8,
        anchor=0.7,
        cluster_correlation=0.25,
        words={"maybe so": (0.3, 0.6), "surely": 0.99},
        accepted={"idle-item": ODD},
        references=[pt.Reference("k1", author="García, J.; Smith and Sons", year="2005", title="T & 50% — x", url="https://x.org/a_b#c"), pt.Reference("k2")],
        cases=[
            pt.Case("A", label="A", outcome=ODD, period=["1990", "2005-03"], judges=[*h, "other"], prior={"yes": 1, "no": 2, "other": 3},
                evidence=[
                    pt.Evidence("one", finding=ODD, quote=ODD, note="n", date="2005-07/2006", found_on="2020-01-02", source="null", cite=["k1", {"key": "k2", "at": "12"}], tags="t",
                        judgements={"ana": {"words": {"yes": ["maybe so", "surely"], "no": "surely", "other": "maybe so"}, "because": {"yes": ODD}, "note": "x"},
                                    "ben": {"ratio": {"yes": (1, 8), "no": 0, "other": 2}, "anchor": 0.5, "judged": "2024-01-01"}}),
                    pt.Evidence("true", finding="2005", status="planned", search_sensitivity=0.5, cost=3, probability={"yes": 0.4, "no": 0.3, "other": 0.5}),
                    pt.Evidence("wide", finding="f", probability={"yes": (1e-9, 0.5), "no": 0, "other": 1}),
                    pt.Evidence("p2", finding="f", status="planned", probability={"yes": 0.5, "no": 0.25, "other": 1 / 3}),
                    pt.Evidence("later", finding="f", status="set_aside", note="why"),
                    pt.Evidence("open", finding="-", status="unjudged"),
                    pt.Evidence("db", finding="0,5", label="\x00 a\x07", given="one", decibels={"yes": 0, "no": -12.5, "other": (-30, -3)}, anchor=0.9),
                ],
                correlations=[{"items": ["true", "p2"], "under": {"yes": 0.1, "no": -0.05, "other": 0}}]),
            pt.Case("a", description="differs from A in letter case only"),
            pt.Case("shared"),
        ],
    )  # fmt: skip


def with_factors() -> pt.Study:
    judged = {"none": 0.1, "x": 0.5, "y": 0.3, "x+y": (0.6, 0.8)}
    return pt.Study(
        "Factors",
        factors={"x": {"prior": 0.3}, "y": {"statement": "Y."}},
        prior={"none": 1, "x": 2, "y": 1, "x+y": 0.5},
        cases=[pt.Case("c", evidence=[pt.Evidence("e", finding="f", probability=judged)])],
    )


STUDIES = {
    **{f"ten items {k}": lambda k=k: examples(redrawn(ten_items(3, own_prior=True)), 4)[k] for k in range(4)},
    "everything": with_everything,
    "factors": with_factors,
    "no case": lambda: pt.Study("Nothing yet", hypotheses={"a": {}, "b": {}}),
    "one state": lambda: pt.load_study(ROOT / "models" / "alignment.yaml").only("kyrgyzstan"),
    "chile": lambda: pt.load_study(ROOT / "tests/data/chile/models/chile.yaml"),
}


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("place", ["project", "alone.yaml", "models/alone.yaml"])
def test_a_study_comes_back_from_yaml_as_it_was(tmp_path, name, place):
    study = STUDIES[name]()
    written = formats.write(study, tmp_path / place)
    assert all(path.is_file() for path in written)
    assert pt.load_study(written[0]) == study
    assert formats.read(written[0]) == study
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("ten items 0", "csv"),
        ("everything", "study.xlsx"),
        ("everything", "study.csv"),
        ("one state", "study.xlsx"),
        ("chile", "study.xlsx"),
    ],
)
def test_a_study_comes_back_from_sheets_as_it_was(tmp_path, name, place):
    study = STUDIES[name]()
    formats.write(study, tmp_path / place)
    there = formats.read(tmp_path / place)
    formats.write(there, tmp_path / "again")
    assert formats.read(tmp_path / "again") == there == study


LOCKED = ROOT / "tests/golden/project"


@pytest.mark.parametrize("between", [None, "study.xlsx", "study.csv"])
def test_a_locked_plan_is_written_again_as_it_was(tmp_path, between):
    study = pt.load_study(LOCKED / "models/ferry.yaml")
    if between:
        formats.write(study, tmp_path / between)
        study = formats.read(tmp_path / between)
    main, *others = formats.write(study, tmp_path / "out")
    assert pt.load_study(main) == study
    assert (LOCKED / "evidence/plan.json").read_bytes() in [path.read_bytes() for path in others]
    main, *others = formats.write(study, tmp_path / "alone.yaml")
    assert pt.load_study(main).lock[0].hash == study.lock[0].hash
    assert tmp_path / "alone/plan.json" in others


def test_a_locked_plan_that_is_not_whole_is_not_written(tmp_path):
    study = pt.load_study(LOCKED / "models/ferry.yaml")
    without = dataclasses.replace(study, lock=(dataclasses.replace(study.lock[0], plan=None),))
    with pytest.raises(pt.StudyError, match="a locked plan that the study does not hold as a whole"):
        formats.write(without, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=90).filter(lambda text: text.strip())


@settings(deadline=None)
@given(texts=st.lists(TEXTS, min_size=5, max_size=5), label=TEXTS)
@example(texts=["a\n", "\n b", "c\r\nd", "\x85 \u2028 \ufeff", "#"], label="- ~")
def test_any_text_survives_yaml(tmp_path_factory, texts, label):
    statement, finding, reason, title, answer = texts
    item = pt.Evidence(
        "e", finding=finding, label=label.strip()[:40], quote=reason, probability={"a": 0.5, "b": 0.1}, because={"a": reason, "b": finding}
    )
    study = pt.Study(
        title, hypotheses={"a": {"statement": statement}, "b": {}}, cases=[pt.Case("c", evidence=[item])], accepted={"x": answer}
    )
    assert pt.load_study(formats.write(study, tmp_path_factory.mktemp("t") / "out")[0]) == study


def table(tmp_path: Path, text: str, name: str = "t.csv") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8-sig")
    return tmp_path / name


def refused(path: Path) -> str:
    with pytest.raises(pt.StudyError) as caught:
        formats.read(path)
    return str(caught.value)


MATRIX = """Evidence,Credibility,Date,Source,H1: Leader survival,National interest
"A memo, of 2005",high,2005-07,Archive,++,N
Speech,low,2006,Interview with the minister,-,+
Vote,,,Archive,I,CC
Rumour,,,,NA,C
"""


def test_an_ach_matrix_is_read_by_the_convention(tmp_path):
    study = formats.read(table(tmp_path, MATRIX))
    assert study.description == side_by_side.ACH_RULE
    assert [one.name for one in study.hypotheses.values()] == ["H1: Leader survival", "National interest"]
    items = study.cases[0].evidence
    assert [dict(item.decibels) if item.decibels else item.status for item in items] == [
        {"h1_leader_survival": 10, "national_interest": 0},
        {"h1_leader_survival": -5, "national_interest": 5},
        {"h1_leader_survival": -5, "national_interest": 10},
        "unjudged",
    ]
    assert [item.date for item in items] == ["2005-07", "2006", None, None]
    assert items[0].note == "Credibility: high"
    assert items[3].note == "rated in the matrix: H1: Leader survival NA, National interest C"
    assert items[0].source == items[2].source == ("archive",)
    evidence = pt.update(study).evidence_db.values[0]
    assert evidence[0] - evidence[1] == pytest.approx((10 - 0) + (-5 - 5) + (-5 - 10))


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        (["++", "+", "N", "-", "--"], [10, 5, 0, -5, -10]),
        (["CC", "c", "n", "I", "ii"], [10, 5, 0, -5, -10]),
        (["'++", "−", "−−", "'--", "0"], [10, -5, -10, -10, 0]),
    ],
)
def test_every_rating_has_its_decibels(tmp_path, ratings, expected):
    study = formats.read(table(tmp_path, f"finding;a;b;c;d;e\nx;{';'.join(ratings)}\n"))
    assert list(study.cases[0].evidence[0].decibels.values()) == expected


def test_the_corner_of_a_matrix_may_be_blank(tmp_path):
    assert formats.read(table(tmp_path, ",a,b\nx,+,-\n")).cases[0].evidence[0].finding == "x"


def test_a_cell_that_is_no_rating_is_reported(tmp_path):
    printed = refused(table(tmp_path, MATRIX + "Other,,,,maybe,+\nMore,,,,3,-4\n,,,,+,+\n"))
    assert "row 6, column H1: Leader survival: maybe; one of ++ + N - --" in printed
    assert "row 7, column H1: Leader survival: 3; one of ++ + N - --, or CC C N I II, NA or blank; write one of the ratings" in printed
    assert "row 8, column Evidence: nothing; a finding" in printed


TRACING = """claim;finding;sensitivity;type I error;prior;observed
The campaign changed the budget;Minutes show it;0,8;0,1;0,5;yes
The campaign changed the budget;A minister says so;0,6;0,4;;
The budget reached schools;Receipts;0,9;0,2;0,3;no
The budget reached schools;Photographs;0,2 to 0,5;0,1;;
"""


def test_contribution_tracing_is_bayes_rule(tmp_path):
    study = formats.read(table(tmp_path, TRACING))
    assert study.description == contribution_tracing.RULE
    assert [case.description for case in study.cases] == ["The campaign changed the budget", "The budget reached schools"]
    assert study.cases[1].evidence[1].probability["claim_holds"] == (0.2, 0.5)
    posterior = pt.update(study.without(item="photographs")).posterior.sel(hypothesis="claim_holds").values
    odds = [0.5 / 0.5 * (0.8 / 0.1) * (0.6 / 0.4), 0.3 / 0.7 * (1 - 0.9) / (1 - 0.2)]
    assert posterior == pytest.approx([o / (1 + o) for o in odds], rel=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("0,8;0,1", "1,3;0,1", "line 2|row 2.*1.3; a number in"),
        ("0,8;0,1", ";0,1", r"row 2, column sensitivity: nothing; a probability in both columns"),
        ("0,8;0,1", "0.8;0,1", "one decimal mark"),
        ("0,2 to 0,5", "0,5 to 0,2", r"row 5.*write \[0.2, 0.5\]"),
        ("0,2 to 0,5", "0 to 0,5", "row 5.*does not end in 0 or 1"),
        ("yes", "perhaps", "row 2, column observed: perhaps; yes, no or blank"),
        ("0,3;no", "1,3;no", "row 4, column prior: 1.3"),
        ("0,4;;", "0,4;0,6;", "row 3, column prior: 0.6, and 0.5 in row 2"),
        ("0,8;0,1", "80;0,1", "row 2.*write 0.8"),
        ("0,8;0,1", "0;0", "0 under every hypothesis"),
    ],
)
def test_what_contribution_tracing_cannot_mean_is_reported(tmp_path, old, new, words):
    import re

    assert old in TRACING
    assert re.search(words, refused(table(tmp_path, TRACING.replace(old, new, 1))))


PAIRS = """finding,Survival : Interest,Interest vs Soft power,Survival : Soft power
Memo,10,5,15
Speech,-3.1 dB,2.2,
Rumour,,,
"""


def test_pairwise_weights_that_fit_become_decibels(tmp_path):
    study = formats.read(table(tmp_path, PAIRS))
    assert study.description == pairwise.RULE
    items = study.cases[0].evidence
    assert [list(item.decibels.values()) if item.decibels else item.status for item in items] == [[0, -10, -15], [0, 3.1, 0.9], "unjudged"]
    weights = pt.update(study).weight_db.values
    assert weights[0, 0] - weights[0, 1] == pytest.approx(10)
    assert weights[1, 1] - weights[1, 2] == pytest.approx(2.2)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "10,5,15",
            "10,5,20",
            "Survival : Interest 10 dB, Interest : Soft power 5 dB, Soft power : Survival -20 dB, which leave a gap of 5 dB",
        ),
        ("10,5,15", "10,5,15.1", "a gap of 0.1 dB"),
        ("-3.1 dB,2.2,", "-3.1,,", "row 3: nothing that compares Soft power with Survival"),
        ("10,5,15", "ten,5,15", "row 2, column Survival : Interest: ten; a number of decibels"),
        ("Survival : Soft power", "Survival : Survival", "'Survival' against itself"),
    ],
)
def test_pairwise_weights_that_do_not_fit_are_reported_with_their_gap(tmp_path, old, new, words):
    assert old in PAIRS
    assert words in refused(table(tmp_path, PAIRS.replace(old, new, 1)))


def test_tables_are_read_from_workbooks_too(tmp_path):
    for text, rule in (
        (MATRIX, side_by_side.ACH_RULE),
        (TRACING.replace("0,", "0."), contribution_tracing.RULE),
        (PAIRS, pairwise.RULE),
    ):
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        separator = ";" if ";" in text else ","
        for row in text.replace('"A memo, of 2005"', "A memo").splitlines():
            sheet.append(
                [float(cell) if cell.replace(".", "").isdigit() and "." in cell else cell or None for cell in row.split(separator)]
            )
        book.save(tmp_path / "table.xlsx")
        assert formats.read(tmp_path / "table.xlsx").description == rule


@pytest.mark.parametrize("seed", range(150))
def test_mutated_tables_end_in_a_study_that_can_be_written_or_in_faults(tmp_path, seed):
    import random

    rng = random.Random(seed)
    text = rng.choice([MATRIX, TRACING, PAIRS])
    for _ in range(rng.randint(1, 5)):
        place = rng.randrange(len(text))
        text = (
            text[:place]
            + rng.choice([",", ";", '"', "\n", "++", "-", "1e999", "é", "\x00", " : ", "\t", "nan", "=A1", ""])
            + text[place + rng.choice([0, 1, 3]) :]
        )
    try:
        study = formats.read(table(tmp_path, text))
    except pt.StudyError as error:
        assert all(fault.path.endswith("t.csv") for fault in error.faults)  # noqa: PT017 - either end is right
        return
    assert pt.load_study(formats.write(study, tmp_path / "out")[0]) == study


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("t.csv", b"", "an empty"),
        ("t.csv", b"a,b\n1,2\n", "a table with the columns a, b; a table with columns 'sensitivity'"),
        ("t.csv", b"finding,a,a\nx,+,-\n", "the column 'a' again"),
        ("t.csv", "finding,é\nx,+\n".encode("latin-1"), "not UTF-8"),
        ("t.csv", b'finding,a,b\n"x,+,-\n', "cannot be read"),
        ("t.csv", b"case,id,finding,a\nx,y,z,0.5\n", "the page of evidence alone"),
        ("t.docx", b"x", "a file in '.docx'"),
        ("t", b"x", "a file in 't'"),
        ("t.xlsx", b"x", "not a workbook"),
        ("t.qdpx", b"x", "not a ZIP file"),
        ("t.yaml", b"", "an empty file"),
    ],
)
def test_what_has_no_known_form_is_refused(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    assert words in refused(tmp_path / name)


def test_places_that_are_no_source_are_refused(tmp_path):
    assert "no such file" in refused(tmp_path / "none.csv")
    assert "neither CSV pages nor models/" in refused(tmp_path)
    (tmp_path / "models").mkdir()
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / "models" / name).write_text("x")
    assert "a folder of 2 studies (a.yaml, b.yaml)" in refused(tmp_path)


@pytest.mark.parametrize("place", ["there.xlsx", "there", "there.yaml", "therecsv", "new.pdf"])
def test_nothing_is_overwritten(tmp_path, place):
    if place == "there.yaml":
        (tmp_path / "there").mkdir()  # where its evidence would go
    elif place != "new.pdf":
        target = tmp_path / place
        if "." in place:
            target.write_text("years of work")
        else:
            target.mkdir()
            (target / "thesis.txt").write_text("years of work")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(pt.UsageError, match=r"is there already|not empty|not written as"):
        formats.write(ten_items(1), tmp_path / place)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_study_that_yaml_cannot_hold_is_refused_unwritten(tmp_path):
    cited = pt.Evidence("e", finding="f", cite="nowhere", probability={"a": 0.5, "b": 0.1})
    study = pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("c", evidence=[cited])], references=[pt.Reference("somewhere")])
    with pytest.raises(pt.StudyError, match="did you mean 'somewhere'"):
        formats.write(study, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a folder that refuses; the superuser may write everywhere")
def test_a_folder_that_refuses_gets_nothing(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(OSError, match="denied"):
        formats.write(ten_items(1), tmp_path / "out")
    tmp_path.chmod(0o755)


def test_the_command_says_what_it_did(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table(tmp_path, MATRIX, "ach.csv")
    cli(["convert", "ach.csv", "study"], standalone_mode=False)
    done = capsys.readouterr()
    assert done.out == "Ach: 2 explanations, 1 case; items: 3 found, 1 unjudged.\n"
    assert done.err.splitlines()[-1].startswith("next: processtrace check ")
    assert pt.load_study("study/models/study.yaml") == formats.read("ach.csv")


def test_the_help_states_the_rule_of_each_form(capsys):
    cli(["convert", "--help"], standalone_mode=False)
    said = " ".join(capsys.readouterr().out.split())
    for form in FORMATS:
        assert form.name in said
        assert form.rule in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leader survival", "leader_survival"),
        ("H1: État, c'est moi!", "h1_etat_cest_moi"),
        ("Straße Łódź", "strasse_lodz"),
        ("Мягкая сила", "myagkaya_sila"),
        ("权力", "item_1"),
        ("", "item_1"),
        ("a", "a_2"),
        ("x" * 90, "x" * 60),
    ],
)
def test_identifiers_resemble_their_names(text, expected):
    assert identifier(text, {"a"}) == expected


def test_identifiers_differ():
    taken: list[str] = []
    for text in ["权力", "利益", "word " * 40, "word " * 40, "a", "A"]:
        taken.append(identifier(text, taken))
    assert len(set(taken)) == 6
    assert all(len(name) <= 60 for name in taken)


def test_text_is_cut_at_a_word():
    assert shortened("one two  three", 9) == "one two…"
    assert shortened("one\ntwo", 9) == "one two"
    assert shortened("x" * 20, 9) == "x" * 8 + "…"
    assert math.isclose(len(shortened("word " * 100, 300)), 300, abs_tol=6)


def test_a_new_form_is_one_record(tmp_path, monkeypatch):
    """What can be read, the refusals and the reading follow from the records alone."""
    from processtrace.formats import registry

    study = ten_items(1)
    form = registry.Format(
        "lines", "one line", "a line (.line)", (".line",), lambda source: "line" in source.path.read_text(), lambda _: study
    )
    (tmp_path / "x.line").write_text("a line")
    assert "a file in '.line'" in refused(tmp_path / "x.line")
    monkeypatch.setattr(registry, "FORMATS", (*registry.FORMATS, form))
    assert formats.read(tmp_path / "x.line") == study
    (tmp_path / "x.docx").write_text("x")
    assert "or a line (.line)" in refused(tmp_path / "x.docx")


def test_every_form_has_a_rule_or_can_be_written():
    """A study of this library's own forms is the same when it comes back; every other form says how it becomes numbers."""
    assert all(bool(form.rule) != bool(form.write) for form in FORMATS)
    assert len({form.name for form in FORMATS}) == len(FORMATS)
