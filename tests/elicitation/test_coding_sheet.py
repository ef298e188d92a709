"""A sheet goes out blind and comes back whole, or not at all; what the user wrote in the files stays."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import processtrace as pt
from processtrace.elicitation import blind_explanations, merge_sheet, write_sheet
from processtrace.elicitation.blind import blind_items
from processtrace.errors import AnalysisError
from processtrace.formats.yaml import load_study, read_files
from processtrace.formats.yaml.other_studies import hypotheses_of_other_studies
from processtrace.study.statements import digest

ROOT = Path(__file__).parents[2]
STUDY, CASE = "models/chile.yaml", "evidence/chile.yaml"
LABELS = ("Equity appeal", "Core constituency", "Median voter", "Business power")


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "tests" / "data" / "chile", tmp_path / "p")
    monkeypatch.chdir(tmp_path / "p")
    return tmp_path / "p"


def made(seed: int = 3, analyst: str = "zoe", path: str = "sheet.xlsx", **more: Any) -> Path:
    files = read_files(STUDY)
    write_sheet(files.study, path, analyst, seed, **{"other_hypotheses": hypotheses_of_other_studies(files), "all_judged": True, **more})
    return Path(path)


def merged(path: Path | str = "sheet.xlsx", first: str | None = "ana") -> Any:
    files = read_files(STUDY)
    return merge_sheet(files, path, first, hypotheses_of_other_studies(files))


def fill(path: Path, change: Callable[[Any, dict[str, int]], None], page: str = "Judgements") -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[page]
    change(sheet, {str(cell.value): number for number, cell in enumerate(sheet[1], 1)})
    book.save(path)


def put(row: int, *values: Any, **more: Any) -> Callable[[Any, dict[str, int]], None]:
    def change(sheet: Any, columns: dict[str, int]) -> None:
        for label, value in {**dict(zip(LABELS, values, strict=False)), **more}.items():
            sheet.cell(row, columns[label.replace("_", " ")]).value = value

    return change


def put_own(row: int, *values: Any) -> Callable[[Any, dict[str, int]], None]:
    """Fill in a row of a sheet that asks about the study's own explanations."""
    return lambda sheet, columns: [
        setattr(sheet.cell(row, columns[label]), "value", value) for label, value in zip(LABELS[:3], values, strict=True)
    ]


def row_of(path: Path, words: str) -> int:
    sheet = openpyxl.load_workbook(path)["Judgements"]
    return next(row for row in range(2, sheet.max_row + 1) if words in str(sheet.cell(row, 2).value))


def tree(project: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in project.rglob("*") if path.is_file() and path.suffix != ".xlsx"}


def test_a_sheet_shows_what_is_to_be_judged_and_nothing_of_what_was(project):
    text = (project / CASE).read_text(encoding="utf-8")
    (project / CASE).write_text(
        text.replace("{kind: interview,", "{label: Interviewees, note: SECRETNOTE, kind: interview,"), encoding="utf-8"
    )
    path = made()
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["How to judge", "Explanations", "Judgements", "About you", "record"]
    assert book["record"].sheet_state == "hidden"
    every = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)
    for word in (
        "The right feared the electoral cost",
        "Government informants say",
        "Interviewees (interview)",
        "2005-07",
        "almost no chance",
    ):
        assert word in every
    study = load_study(STUDY)
    hidden = [
        "SECRETNOTE",
        "be seen to",
        "campaign_2005",
        "echoes",
        "posterior",
        "reliab",
        "not_found",
        "Informants on the campaign",
        "0.83",
        "decibel",
    ]
    hidden += [item.id for item in study.cases[0].evidence if item.id not in ("memo", "vote", "advisers", "informants")]
    assert [word for word in hidden if word in every] == []
    rows = list(book["Judgements"].iter_rows(min_row=2, values_only=True))
    assert all(value is None for row in rows for value in row[6:])
    assert {row[1] for row in rows} == {item.finding for item in study.cases[0].evidence}
    assert [row[0] for row in rows] == [1, 2, 3, 4]


def test_the_record_of_a_sheet_names_no_item(project):
    made()
    record = [cell for row in openpyxl.load_workbook("sheet.xlsx")["record"].iter_rows(values_only=True) for cell in row]
    assert not {"informants", "memo", "advisers", "vote"} & set(record)
    assert "3" in record


def test_the_order_follows_from_the_seed_and_changes_with_it(project):
    def order(path: Path) -> list[Any]:
        return [row[1] for row in openpyxl.load_workbook(path)["Judgements"].iter_rows(min_row=2, values_only=True)]

    orders = {tuple(order(made(seed, path=f"s{seed}.xlsx"))) for seed in range(12)}
    assert len(orders) > 6  # of 24 orders; 6 or fewer in 12 draws has a probability below 1e-4
    assert order(made(5, path="again.xlsx")) == order(Path("s5.xlsx"))


def test_the_order_of_the_explanations_is_drawn_for_the_analyst_and_kept(project):
    def order(path: Path) -> list[Any]:
        book = openpyxl.load_workbook(path)
        pages = [[cell.value for cell in book["Judgements"][1]][6:10], [row[0].value for row in book["Explanations"]["A2:A5"]]]
        pages.append([row[2] for row in book["record"].iter_rows(values_only=True) if row[0] == "explanation"])
        assert pages[0] == pages[1] == pages[2]
        assert set(pages[0]) == set(LABELS)
        return pages[0]

    orders = {tuple(order(made(seed, path=f"s{seed}.xlsx"))) for seed in range(12)}
    assert len(orders) > 4  # of 24 orders; 4 or fewer in 12 draws has a probability below 1e-5
    assert len({tuple(order(made(3, name, f"{name}.xlsx"))) for name in ("zoe", "yan", "xue", "wim", "vic")}) > 1  # else below 1e-5


def test_a_sheet_asks_about_the_studys_own_explanations_alone(project):
    path = made(all_judged=False)
    every = [cell.value for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert "Business power" not in every
    assert sum(str(value).startswith("Why: ") for value in every) == 3
    fill(path, put_own(row_of(path, "memo"), 0.5, 0.1, 0.2))
    merged()
    zoe = load_study(STUDY).cases[0].item("memo").judgements["zoe"]
    assert zoe.probability == {"equity_appeal": 0.5, "core_constituency": 0.1, "median_voter": 0.2}
    assert list(zoe.probability) == list(zoe.statements) == list(load_study(STUDY).hypotheses)


def test_another_study_of_the_case_leaves_out_what_it_was_not_asked_about_and_says_so(project):
    (project / "models" / "other.yaml").write_text(
        "title: Other\nhypotheses:\n  equity_appeal: {}\n  business_power: {}\ncases: ../evidence/chile.yaml\n"
        "analysts: {ana: {}, ben: {}, zoe: {}}\ntags: {elite: {}, electoral: {}}\nbibliography: ../evidence/references.bib\n",
        encoding="utf-8",
    )
    path = made(all_judged=False)
    for row in (row_of(path, "memo"), row_of(path, "deputies")):
        fill(path, put_own(row, 0.5, 0.1, 0.2))
    merged()
    study = load_study(STUDY).cases[0]
    other = load_study("models/other.yaml").cases[0]
    assert list(study.item("memo").judgements) == ["ana", "zoe"]
    assert list(other.item("memo").judgements) == ["ana"]
    assert list(other.item("vote").judgements) == ["ana", "ben"]
    said = call("check", "models/other.yaml", cwd=project).stdout
    assert said.startswith("2 judgements of zoe left out: asked about the explanations of another study\n")
    assert "left out" not in call("check", STUDY, cwd=project).stdout
    # A judgement by hand that lacks an explanation is a fault, as before.
    text = (project / CASE).read_text(encoding="utf-8")
    lines = [row for row in text.splitlines(keepends=True) if not row.strip().startswith("statements:")]
    (project / CASE).write_text("".join(lines), encoding="utf-8")
    with pytest.raises(pt.StudyError, match="judgements of 'zoe', probability: 'business_power' is missing"):
        load_study("models/other.yaml")


def test_a_sheet_that_lacks_an_explanation_of_the_study_is_refused_by_its_name(project):
    path = made(all_judged=False)
    fill(path, put_own(row_of(path, "memo"), 0.5, 0.1, 0.2))
    text = (project / STUDY).read_text(encoding="utf-8")
    more = "hypotheses:\n  business_power: {label: Business power, statement: Business had its way.}\n"
    (project / STUDY).write_text(text.replace("hypotheses:\n", more, 1), encoding="utf-8")
    before = tree(project)
    with pytest.raises(pt.StudyError, match="nothing under business_power"):
        merged()
    assert tree(project) == before


def test_a_sample_and_findings_asked_twice_come_back_as_such(project):
    path = made(all_judged=False, sample="3", repeat=1)
    sheet = openpyxl.load_workbook(path)["Judgements"]
    findings = [str(row[1].value) for row in sheet.iter_rows(min_row=2)]
    twice = next(finding for finding in findings if findings.count(finding) == 2)
    assert len(findings) == 4
    assert "1 finding will come up a second time" in "\n".join(
        str(row[0].value) for row in openpyxl.load_workbook(path)["How to judge"].iter_rows()
    )
    for number, row in enumerate(range(2, 6), 1):
        fill(path, put_own(row, number / 10, 0.5, 0.5))
    done = merged()
    assert (done.judged, done.again, done.blank) == (3, 1, 0)
    study = load_study(STUDY)
    assert study.analysts["zoe"].sample == "3 of 4 findings, drawn at random by case, seed 3"
    assert (study.analysts["zoe_again"].weight, study.analysts["zoe_again"].judge) == (0, "zoe")
    item = next(item for item in study.cases[0].evidence if item.finding == twice)
    first, second = (number for number, finding in enumerate(findings, 1) if finding == twice)
    judged = [item.judgements[who].probability["equity_appeal"] for who in ("zoe", "zoe_again")]
    assert judged == [first / 10, second / 10]
    assert sum("zoe_again" in (item.judgements or ()) for item in study.cases[0].evidence) == 1
    assert "Zoe judged a random sample: 3 of 4 findings" in pt.tables.differences(study).attrs["note"]
    assert "Zoe judged a random sample: 3 of 4 findings" in pt.tables.agreement(study).attrs["note"]


def test_a_sheet_can_be_sorted_and_comes_back_as_judgements(project):
    path = made()
    fill(
        path,
        put(
            row_of(path, "memo"),
            0.5,
            "0.2 to 0.4",
            "0,1".replace(",", "."),
            "0.05",
            Remark="unsure",
            **{"Why: Equity appeal": '=it would: "be" #written'},
        ),
    )
    fill(path, put(row_of(path, "deputies"), "likely", "very unlikely to likely", "Roughly even", "unlikely"))

    def swap(sheet: Any, columns: dict[str, int]) -> None:
        one, two = ([cell.value for cell in sheet[row]] for row in (2, 5))
        for column, (a, b) in enumerate(zip(one, two, strict=True), 1):
            sheet.cell(2, column).value, sheet.cell(5, column).value = b, a
        for row in sheet.iter_rows():
            for cell in row:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type

    fill(path, swap)
    fill(
        path, lambda sheet, _: [setattr(sheet.cell(2, 2), "value", "Zoë Q."), setattr(sheet.cell(4, 2), "value", "2026-11-25")], "About you"
    )
    before = load_study(STUDY)
    done = merged()
    assert (done.judged, done.blank, done.before) == (2, 2, 0)
    after = load_study(STUDY)
    memo = after.cases[0].item("memo")
    assert list(memo.judgements) == ["ana", "zoe"]
    assert memo.judgements["ana"] == before.cases[0].item("memo").common
    zoe = memo.judgements["zoe"]
    assert zoe.probability == {"equity_appeal": 0.5, "core_constituency": (0.2, 0.4), "median_voter": 0.1, "business_power": 0.05}
    assert (zoe.because, zoe.note, zoe.judged) == ({"equity_appeal": '=it would: "be" #written'}, "unsure", "2026-11-25")
    assert after.cases[0].item("vote").judgements["zoe"].words["core_constituency"] == ("very unlikely", "likely")
    assert (after.analysts["zoe"].name, after.analysts["ana"].name) == ("Zoë Q.", "Ana")
    assert after.cases[0].item("informants") == before.cases[0].item("informants")
    assert pt.update(dataclasses.replace(after, analyst="zoe")).posterior.notnull().all()


def test_a_merge_changes_no_other_line(project):
    path = made()
    before = (project / CASE).read_text(encoding="utf-8").splitlines()
    fill(path, put(row_of(path, "memo"), 0.5, 0.1, 0.1, 0.1))
    merged()
    after = (project / CASE).read_text(encoding="utf-8").splitlines()
    place = next(i for i, row in enumerate(before) if "probability: {equity_appeal: 0.5, core" in row)
    assert after[:place] == before[:place]
    assert [row.strip() for row in after[place : place + 5]] == ["judgements:", "ana:", before[place].strip(), "zoe:", "probability: {equity_appeal: 0.5, core_constituency: 0.1, median_voter: 0.1, business_power: 0.1}"]  # fmt: skip
    assert after[place + 5].strip().startswith("statements: {equity_appeal: ")
    assert after[place + 6 :] == before[place + 1 :]


def test_a_coding_under_other_statements_gets_and_keeps_them(project):
    """The sheet of an analyst with wordings of their own prints these; the judgements keep their fingerprints, and `check` knows."""
    study = project / STUDY
    text = study.read_text(encoding="utf-8")
    restated = "  cleo:\n    label: Cleo\n    statements: {equity_appeal: Fear of the voters.}\n"
    study.write_text(text.replace("analysts:\n", f"analysts:\n{restated}", 1), encoding="utf-8")
    path = made(analyst="cleo")
    shown = [str(cell.value) for row in openpyxl.load_workbook(path)["Explanations"].iter_rows() for cell in row]
    assert any("Fear of the voters." in cell for cell in shown)
    fill(path, put(row_of(path, "memo"), 0.5, 0.1, 0.1, 0.1))
    merged(path)
    after = load_study(STUDY)
    kept = after.cases[0].item("memo").judgements["cleo"].statements
    assert kept["equity_appeal"] == digest("Fear of the voters.")
    assert kept["median_voter"] == digest(after.hypotheses["median_voter"].statement)
    assert pt.robustness.wording(after)["kind"].sel(analyst="cleo").item() == "wording"


def test_marks_ends_of_lines_and_permissions_stay(project):
    file = project / CASE
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n").rstrip(b"\r\n"))
    file.chmod(0o640)
    path = made()
    fill(path, put(row_of(path, "deputies"), 0.5, 0.1, 0.1, 0.1))
    merged()
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert "zoe" in load_study(STUDY).cases[0].item("vote").judgements


def test_merging_twice_changes_nothing_and_later_rows_are_added(project):
    path = made()
    fill(path, put(2, 0.5, 0.1, 0.1, 0.1))
    merged()
    once = tree(project)
    done = merged()
    assert (done.judged, done.before) == (0, 1)
    assert tree(project) == once
    fill(path, put(3, 0.5, 0.1, 0.1, 0.1))
    assert (merged().judged, merged().before) == (1, 2)
    fill(path, put(2, 0.6, 0.1, 0.1, 0.1))
    with pytest.raises(AnalysisError, match=r"has judged '.*' of Chile already, and differently"):
        merged()


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        (put(3, 0.5, 0.1), "row 3, column Median voter: nothing under Median voter, Business power; a row filled in whole, or left blank"),
        (put(3, Remark="hm"), "row 3, column Equity appeal: nothing under Equity appeal, Core constituency, Median voter, Business power"),
        (put(3, 1.3, 0.1, 0.1, 0.1), "row 3, column Equity appeal: 1.3; a number in [0, 1]"),
        (put(3, "0.4 to 0.2", 0.1, 0.1, 0.1), "row 3, column Equity appeal: [0.4, 0.2]; a range with the low end first; write [0.2, 0.4]"),
        (put(3, "0.4 to 1", 0.1, 0.1, 0.1), "does not end in 0 or 1"),
        (put(3, "30%", 0.1, 0.1, 0.1), "row 3, column Equity appeal: 30% is not a number that can be read; write 0.3"),
        (put(3, "likley", "likely", "likely", "likely"), "row 3, column Equity appeal: 'likley'; a word of the scale"),
        (put(3, "likely", 0.3, 0.1, 0.1), "row 3, column Equity appeal: likely is not a number"),
        (put(3, 0, 0, 0, 0), "0 under every explanation"),
        (put(3, "=1/2", 0.1, 0.1, 0.1), "row 3, column Equity appeal: the formula =1/2"),
        (put(3, "0,5", "0.25", 0.1, 0.1), "one decimal mark throughout"),
        (put(3, 0.1, 0.1, 0.1, 0.1, **{"No.": 77}), "row 3, column No.: '77'; the number of a finding of this sheet"),
        (put(3, 0.1, 0.1, 0.1, 0.1, **{"No.": 1}), "row 3, column No.: '1' again, first in row 2"),
        (put(1, "Equity"), "the column 'Equity appeal' is missing"),
        (lambda sheet, _: sheet.merge_cells("G2:G4"), "row 2: merged cells G2:G4"),
        (lambda sheet, _: None, "no row is filled in"),
    ],
)  # fmt: skip
def test_a_row_that_is_not_whole_is_reported_and_nothing_is_changed(project, change, printed):
    path = made()
    fill(path, change)
    before = tree(project)
    with pytest.raises(pt.StudyError) as caught:
        merged()
    assert printed in str(caught.value)
    assert str(caught.value).startswith("sheet.xlsx:")
    assert tree(project) == before


def test_all_faults_of_a_sheet_come_at_once(project):
    path = made()
    for row, values in enumerate([(1.3, 0.1, 0.1, 0.1), (0.5,), (0.1, "x", 0.1, -1)], 2):
        fill(path, put(row, *values))
    with pytest.raises(pt.StudyError) as caught:
        merged()
    assert [fault.line for fault in caught.value.faults] == [2, 3, 4, 4]


def test_a_changed_finding_is_refused_by_name_until_its_row_is_cleared(project):
    path = made()
    for row in range(2, 6):
        fill(path, put(row, 0.5, 0.1, 0.1, 0.1))
    text = (project / CASE).read_text(encoding="utf-8")
    (project / CASE).write_text(text.replace("A party memo naming", "A party memo, found late, naming"), encoding="utf-8")
    before = tree(project)
    with pytest.raises(pt.StudyError, match=r"evidence 'memo' of Chile .* has changed since it was judged") as caught:
        merged()
    assert len(caught.value.faults) == 1
    assert tree(project) == before
    fill(path, put(row_of(path, "A party memo"), None, None, None, None))
    assert merged().judged == 3


def moved(columns: slice) -> Callable[[Any, dict[str, int]], None]:
    """Turn the rows of a sheet upside down in these columns only, counted from 0."""

    def change(sheet: Any, _: dict[str, int]) -> None:
        rows = [[cell.value for cell in row][columns] for row in sheet.iter_rows(min_row=2)]
        for row, values in zip(sheet.iter_rows(min_row=2), reversed(rows), strict=True):
            for cell, value in zip(row[columns], values, strict=True):
                cell.value = value

    return change


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (slice(1, None), {2, 3, 4, 5}),
        (slice(0, 1), {2, 3, 4, 5}),
        (slice(1, 2), {2, 3, 4, 5}),
        (slice(2, None), {3, 4}),  # in the other rows nothing but the judgements has moved
        (slice(0, 2), {3, 4}),
        (slice(3, 5), {3, 4}),
    ],
    ids=["all but the numbers", "the numbers", "the findings", "all but number and finding", "number and finding", "dates and sources"],
)
def test_columns_sorted_apart_are_refused_row_by_row(columns, rows, project):
    path = made()
    for row in range(2, 6):
        fill(path, put(row, 0.5, 0.1, 0.1, row / 10))
    fill(path, moved(columns))
    before = tree(project)
    with pytest.raises(pt.StudyError) as caught:
        merged()
    assert {fault.line for fault in caught.value.faults} == rows
    assert tree(project) == before


def test_a_row_beside_the_number_of_another_finding_is_refused_by_both_numbers(project):
    path = made()
    for row in range(2, 6):
        fill(path, put(row, 0.5, 0.1, 0.1, row / 10))
    fill(path, moved(slice(1, None)))
    with pytest.raises(pt.StudyError) as caught:
        merged()
    first = str(caught.value.faults[0])
    assert "row 2, column No.: No. 1 stands beside '" in first
    assert "which is the finding of No. 4" in first
    assert "sort all columns together" in first


def test_a_whole_sheet_sorted_gives_the_judgements_of_one_that_was_not(project):
    plain, turned = made(path="plain.xlsx"), made(path="turned.xlsx")
    for row in range(2, 6):
        for path in (plain, turned):
            fill(path, put(row, 0.5, 0.1, 0.1, row / 10))
    fill(turned, moved(slice(0, None)))
    merged(plain)
    expected = load_study(STUDY)
    for name in (CASE, STUDY):
        shutil.copy(ROOT / "tests" / "data" / "chile" / name, project / name)
    merged(turned)
    assert load_study(STUDY) == expected


@pytest.mark.parametrize(
    ("column", "text", "printed"),
    [
        ("Finding", "A party memo, naming the cost.", "column Finding: 'A party memo, naming the cost.' beside No. "),
        ("Finding", None, "column Finding: nothing beside No. "),
        ("Date", "2005-08", "column Date: '2005-08' beside No. "),
        ("Source", "hearsay", "column Source: 'hearsay' beside No. "),
    ],
)
def test_words_rewritten_in_a_sheet_are_refused_until_its_row_is_cleared(column, text, printed, project):
    path = made()
    for row in range(2, 6):
        fill(path, put(row, 0.5, 0.1, 0.1, 0.1))
    row = row_of(path, "memo")
    fill(path, lambda sheet, columns: setattr(sheet.cell(row, columns[column]), "value", text))
    with pytest.raises(pt.StudyError) as caught:
        merged()
    assert [fault.line for fault in caught.value.faults] == [row]
    assert printed in str(caught.value)
    assert "where the sheet that was sent out says " in str(caught.value)
    fill(path, put(row, None, None, None, None))
    assert merged().judged == 3


@pytest.mark.parametrize("change", ["sorted apart", "rewritten"])
def test_statements_that_the_coder_read_are_those_that_were_sent_out(change, project):
    path = made()
    fill(path, put(2, 0.5, 0.1, 0.1, 0.1))

    sheet = openpyxl.load_workbook(path)["Explanations"]
    first, second = (next(row for row in range(2, 6) if sheet.cell(row, 1).value == label) for label in LABELS[:2])

    def edit(sheet: Any, _: dict[str, int]) -> None:
        one, other = sheet.cell(first, 2).value, sheet.cell(second, 2).value
        sheet.cell(first, 2).value = other if change == "sorted apart" else "Something else."
        sheet.cell(second, 2).value = one if change == "sorted apart" else other

    fill(path, edit, "Explanations")
    with pytest.raises(pt.StudyError) as caught:
        merged()
    assert [fault.line for fault in caught.value.faults] == (sorted([first, second]) if change == "sorted apart" else [first])
    assert "beside Equity appeal; what the explanation says on the sheet that was sent out" in str(caught.value)


def test_a_column_that_shows_the_findings_may_not_be_missing(project):
    path = made()
    fill(path, put(2, 0.5, 0.1, 0.1, 0.1))
    fill(path, lambda sheet, columns: sheet.delete_cols(columns["Finding"]))
    with pytest.raises(pt.StudyError, match="the column 'Finding' is missing"):
        merged()


def test_findings_of_one_text_in_two_cases_are_told_apart_by_their_case(project):
    text = (project / CASE).read_text(encoding="utf-8")
    (project / "evidence" / "peru.yaml").write_text(
        text.replace("case: chile", "case: peru").replace("label: Chile", "label: Peru"), encoding="utf-8"
    )
    study = (project / STUDY).read_text(encoding="utf-8")
    (project / STUDY).write_text(
        study.replace("cases: [../evidence/chile.yaml]", "cases: [../evidence/chile.yaml, ../evidence/peru.yaml]"), encoding="utf-8"
    )
    path = made()
    one = row_of(path, "memo")
    fill(path, put(one, 0.5, 0.1, 0.1, 0.1))
    other = {"Chile": "Peru", "Peru": "Chile"}
    fill(path, lambda sheet, columns: setattr(sheet.cell(one, columns["Case"]), "value", other[sheet.cell(one, columns["Case"]).value]))
    with pytest.raises(pt.StudyError, match=r"column Case: '(Chile|Peru)' beside No\. \d+, where the sheet that was sent out says"):
        merged()


@pytest.mark.parametrize(
    ("row", "answer", "printed"),
    [
        (2, "a name of more than forty characters, as it may be", "page About you, row 2, column Answer: 50 characters; at most 40"),
        (4, "29.3.2026", "page About you, row 4, column Answer: 29.3.2026"),
    ],
)
def test_an_answer_about_the_coder_is_reported_at_its_row(row, answer, printed, project):
    path = made()
    for k in (2, 3):
        fill(path, put(k, 0.5, 0.1, 0.1, 0.1))
    fill(path, lambda sheet, _: setattr(sheet.cell(row, 2), "value", answer), "About you")
    with pytest.raises(pt.StudyError) as caught:
        merged()
    assert [fault.line for fault in caught.value.faults] == [row]
    assert printed in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("say the campaign forced", "deny that the campaign forced"),
        ("kind: interview", "kind: rumour"),
        ("date: 2005-07 ", "date: 2006-07 "),
    ],
)
def test_what_an_item_is_judged_by_may_not_have_changed_either(old, new, project):
    path = made()
    fill(path, put(row_of(path, "informants"), 0.5, 0.1, 0.1, 0.1))
    text = (project / CASE).read_text(encoding="utf-8")
    (project / CASE).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(pt.StudyError, match="evidence 'informants' of Chile"):
        merged()


def test_text_broken_into_other_lines_has_not_changed(project):
    path = made()
    fill(path, put(row_of(path, "informants"), 0.5, 0.1, 0.1, 0.1))
    text = (project / CASE).read_text(encoding="utf-8")
    (project / CASE).write_text(text.replace("say the campaign forced", "say\n      the campaign forced"), encoding="utf-8")
    assert merged().judged == 1


def test_a_changed_statement_is_refused_by_name(project):
    path = made()
    fill(path, put(2, 0.5, 0.1, 0.1, 0.1))
    text = (project / STUDY).read_text(encoding="utf-8")
    (project / STUDY).write_text(text.replace("The right feared", "The left feared"), encoding="utf-8")
    with pytest.raises(pt.StudyError, match="what Equity appeal says has changed since the sheet was made"):
        merged()


def test_a_sheet_of_another_study_is_refused(project):
    path = made()
    fill(path, put(2, 0.5, 0.1, 0.1, 0.1))
    text = (project / CASE).read_text(encoding="utf-8")
    (project / CASE).write_text(text.replace("case: chile", "case: peru"), encoding="utf-8")
    with pytest.raises(pt.StudyError, match="none of its findings is in this study"):
        merged()


def test_whose_the_common_judgements_are_must_be_said(project):
    path = made()
    fill(path, put(row_of(path, "memo"), 0.5, 0.1, 0.1, 0.1))
    before = tree(project)
    with pytest.raises(AnalysisError, match="1 item has one judgement without an analyst's name; say whose it is: --first NAME"):
        merged(first=None)
    with pytest.raises(pt.UsageError, match="the name of another analyst"):
        merged(first="zoe")
    assert tree(project) == before
    merged(first="dora")
    assert set(load_study(STUDY).analysts) == {"ana", "ben", "zoe", "dora"}


def test_no_sheet_takes_the_place_of_another(project):
    path = made()
    content = path.read_bytes()
    with pytest.raises(pt.UsageError, match="may hold a coder's work"):
        made()
    assert path.read_bytes() == content


def test_who_has_judged_gets_the_rest_or_a_new_name(project):
    with pytest.raises(AnalysisError, match="ben has judged 1 of 4 items; --rest makes a sheet of the others"):
        made(analyst="ben")
    made(analyst="ben", rest=True)
    assert openpyxl.load_workbook("sheet.xlsx")["Judgements"].max_row == 4
    with pytest.raises(pt.UsageError, match="means all analysts"):
        made(analyst="pool", path="b.xlsx")


def test_unjudged_items_are_asked_for_and_set_aside_ones_are_not(project):
    text = (project / CASE).read_text(encoding="utf-8")
    more = "  - id: passage\n    finding: A coded passage.\n    status: unjudged   # from an interview\n    note: kept\n"
    (project / CASE).write_text(text + more + "  - id: gone\n    finding: Away.\n    status: set_aside\n    note: no\n", encoding="utf-8")
    path = made()
    assert [row.item for row in blind_items(load_study(STUDY))] == ["informants", "memo", "advisers", "vote", "passage"]
    fill(path, put(row_of(path, "coded passage"), 0.5, 0.1, 0.1, 0.1))
    assert merged(first=None).newly_found == 1
    item = load_study(STUDY).cases[0].item("passage")
    assert (item.status, item.note, list(item.judgements)) == ("found", "kept", ["zoe"])


def test_statements_that_another_study_holds_are_shown(project):
    (project / "models" / "other.yaml").write_text(
        "title: Other\nhypotheses:\n  business_power: {label: Business, statement: Business had its way.}\ncases: []\n", encoding="utf-8"
    )
    files = read_files(STUDY)
    printed = {one.id: (one.label, one.statement) for one in blind_explanations(files.study, hypotheses_of_other_studies(files))}
    assert printed["business_power"] == ("Business", "Business had its way.")


def test_factors_are_asked_under_each_cell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(
        "title: F\nfactors: {x: {label: X, statement: X acts.}, y: {label: Y}}\ncompounds: judged\ncases: c.yaml\n", encoding="utf-8"
    )
    (tmp_path / "c.yaml").write_text(
        "case: c\nevidence:\n- id: e\n  finding: F.\n  probability:\n    none: 0.1\n    x: 0.2\n    y: 0.3\n    x+y: 0.4\n",
        encoding="utf-8",
    )
    files = read_files("s.yaml")
    write_sheet(files.study, "f.xlsx", "zoe", 1)
    fill(
        Path("f.xlsx"),
        lambda sheet, columns: [setattr(sheet.cell(2, columns[name]), "value", 0.5) for name in ("None of them", "X", "Y", "X + Y")],
    )
    merge_sheet(files, "f.xlsx", "ana", {})
    item = load_study("s.yaml").cases[0].item("e")
    assert item.judgements["ana"].probability == {"none": 0.1, "x": 0.2, "y": 0.3, "x+y": 0.4}
    assert item.judgements["zoe"].probability == {"none": 0.5, "x": 0.5, "y": 0.5, "x+y": 0.5}
    assert set(load_study("s.yaml").analysts) == {"ana", "zoe"}


def test_a_merge_that_fails_half_way_leaves_every_file_as_it_was(project, monkeypatch):
    path = made()
    fill(path, put(row_of(path, "memo"), 0.5, 0.1, 0.1, 0.1))
    before = tree(project)
    replace = Path.replace
    calls: list[Path] = []

    def failing(self: Path, target: Any) -> Path:
        calls.extend([self] if self.is_relative_to(project) else [])
        if len(calls) == 2 and self.is_relative_to(project):
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="No space"):
        merged()
    monkeypatch.undo()
    assert len(calls) > 2
    monkeypatch.chdir(project)
    assert tree(project) == before


def test_files_that_cannot_be_changed_alone_are_left_and_said(project):
    text = (project / CASE).read_text(encoding="utf-8")
    (project / CASE).write_text(
        text.replace("    judgements:\n      ana: {", "    judgements: {ana: {").replace("}}\n      ben: {", "}}, ben: {") + "}\n",
        encoding="utf-8",
    )
    text = (project / CASE).read_text(encoding="utf-8")
    (project / CASE).write_text(text.replace("unlikely}}\n}", "unlikely}}}"), encoding="utf-8")
    load_study(STUDY)
    path = made()
    fill(path, put(row_of(path, "deputies"), 0.5, 0.1, 0.1, 0.1))
    before = tree(project)
    with pytest.raises(AnalysisError, match="the judgements of 'vote', which are written in braces"):
        merged()
    assert tree(project) == before


def call(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "processtrace", *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_commands_say_what_they_did(project):
    done = call("sheet", STUDY, "out.xlsx", "--analyst", "zoe", "--seed", "3", "--all-judged", cwd=project)
    assert (done.returncode, done.stdout.split(".xlsx: ")[1][:56]) == (0, "4 findings for zoe, in random order (seed 3). Filled in,")
    assert "Business power has no statement" in done.stderr
    again = call("sheet", STUDY, "out.xlsx", "--analyst", "zoe", cwd=project)
    assert (again.returncode, "Traceback" in again.stderr) == (1, False)
    fill(project / "out.xlsx", put(2, 0.5, 0.1, 0.1, 0.1))
    back = call("merge", STUDY, "out.xlsx", "--first", "ana", cwd=project)
    assert back.returncode == 0
    assert back.stdout.startswith("1 judgements of zoe merged, 3 left blank.\nchanged: evidence/chile.yaml\nchanged: models/chile.yaml\n")
    assert "zoe" in load_study(STUDY).analysts
    assert (
        call("merge", STUDY, "none.xlsx", cwd=project).stderr
    ) == "none.xlsx: no such file; a file that exists; check the name and the folder\n"
