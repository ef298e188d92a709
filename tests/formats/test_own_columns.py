"""A workbook is used as it is: what the user has added beside the study stays, and none of it changes a number."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

import processtrace as pt
from processtrace import formats
from processtrace.elicitation import merge_sheet, write_sheet
from processtrace.formats.registry import import_study
from processtrace.study import Study

CHILE = Path(__file__).parents[1] / "data" / "chile"


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    formats.write(pt.load_study(CHILE / "models" / "chile.yaml"), "study.xlsx")
    return tmp_path


def change(path: str, edit: Callable[[Any], None]) -> None:
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)


def add_column(sheet: Any, heading: str, *cells: Any) -> None:
    column = sheet.max_column + 1
    for row, cell in enumerate((heading, *cells), 1):
        sheet.cell(row, column).value = cell


def add_own_things(book: Any) -> None:
    """A column, a page with a formula and merged cells, and comments on an item, a source, a heading and a hypothesis."""
    add_column(book["evidence"], "Remarks", "ask the archive", "=1+1", None, "see box 4")
    book["evidence"]["B2"].comment = Comment("Is this the same memo?", "Ana")
    book["evidence"]["C1"].comment = Comment("forty characters", "Ana")
    book["sources"]["B2"].comment = Comment("met twice", "Ana")
    book["hypotheses"]["A2"].comment = Comment("too wide?", "Ana")
    page = book.create_sheet("Scratch")
    page["A1"] = "=SUM(B1:B9)"
    page.merge_cells("C1:D2")


def items(study: Study) -> dict[str, Any]:
    return {item.id: item for item in study.cases[0].evidence}


def test_own_columns_and_comments_become_notes_and_change_no_number(here):
    before = formats.read("study.xlsx")
    change("study.xlsx", add_own_things)
    study = formats.read("study.xlsx")
    assert items(study)["informants"].note == "Remarks: ask the archive\nComment (id): Is this the same memo?"
    assert items(study)["vote"].note == "Remarks: see box 4"
    assert items(study)["memo"].note is None
    assert study.cases[0].sources["interview_2005"].note == "Comment (id): met twice"
    assert (pt.update(study).posterior == pt.update(before).posterior).all()
    assert list(import_study(Path("study.xlsx")).said) == [
        "page hypotheses, comments: 1 comment left in the workbook",
        "page sources, comments: 1 comment kept as a note",
        "page evidence, column 'Remarks' is your own: 2 cells kept as notes",
        "page evidence, comments: 1 comment kept as a note, 1 comment left in the workbook",
        "page 'Scratch' is your own: left in the workbook",
    ]


def test_a_note_that_is_there_stays_before_what_is_added(here):
    def edit(book: Any) -> None:
        sheet = book["evidence"]
        columns = {cell.value: cell.column for cell in sheet[1]}
        vote = [row for row in range(2, 7) if sheet.cell(row, columns["id"]).value == "vote"]
        assert len(vote) == 2
        sheet.cell(vote[1], columns["note"]).value = "A roll call."
        add_column(sheet, "Remarks", *(f"row {row}" for row in range(2, 7)))

    change("study.xlsx", edit)
    assert items(formats.read("study.xlsx"))["vote"].note == "A roll call.\nRemarks: row 5\nRemarks: row 6"


def test_notes_of_own_columns_go_to_yaml_and_come_back(here):
    change("study.xlsx", add_own_things)
    study = formats.read("study.xlsx")
    formats.write(study, "project")
    assert formats.read("project") == study


@pytest.mark.parametrize("target", ["copy.xlsx", "study.xlsx"])
def test_a_workbook_saved_again_keeps_what_is_the_users_own(target, here):
    change("study.xlsx", add_own_things)
    study = formats.read("study.xlsx")
    formats.write(study, target, source="study.xlsx")
    assert formats.read(target) == study
    book = openpyxl.load_workbook(target)
    assert book["Scratch"]["A1"].value == "=SUM(B1:B9)"
    assert "Is this the same memo?" in book["evidence"]["B2"].comment.text
    assert "too wide?" in book["hypotheses"]["A2"].comment.text
    (own,) = [column for column in book["evidence"].iter_cols() if column[0].value == "Remarks"]
    assert [cell.value for cell in own[:5]] == ["Remarks", "ask the archive", "=1+1", None, "see box 4"]


def test_saving_again_adds_the_pages_and_columns_that_a_study_may_have(here):
    def bare(book: Any) -> None:
        del book["How to fill in"], book["clusters"]
        book["evidence"].delete_cols(9)
        book["hypotheses"].delete_cols(5)

    study = pt.load_study(CHILE / "models" / "chile.yaml")
    change("study.xlsx", bare)
    study = formats.read("study.xlsx")
    formats.write(study, "study.xlsx", source="study.xlsx")
    book = openpyxl.load_workbook("study.xlsx")
    assert book.sheetnames[0] == "How to fill in"
    assert "clusters" in book.sheetnames
    assert "cluster" in [cell.value for cell in book["evidence"][1]]
    assert "residual" in [cell.value for cell in book["hypotheses"][1]]
    assert formats.read("study.xlsx") == study


def test_a_file_of_another_name_is_not_written_over(here):
    shutil.copy("study.xlsx", "other.xlsx")
    with pytest.raises(pt.UsageError, match="is there already"):
        formats.write(formats.read("study.xlsx"), "other.xlsx", source="study.xlsx")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda book: add_column(book["evidence"], "sorce", "x"), "unknown column 'sorce'"),
        (
            lambda book: add_column(book["evidence"], "Finding", "x"),
            "did you mean 'finding'? If the column is your own, begin its heading with #",
        ),
        (lambda book: add_column(book["evidence"], "why busines", "x"), "unknown column 'why busines'"),
        (
            lambda book: add_column(book["evidence"], "sabotage", 0.3, "0.2 to 0.4", None, 1),
            "the column 'sabotage' of probabilities, which is no hypothesis of the study",
        ),
        (lambda book: add_column(book["evidence"], "sabotage", "likely", "unlikely"), "which is no hypothesis of the study"),
        (lambda book: book.create_sheet("Evidences"), "unknown page 'Evidences'"),
    ],
)
def test_what_may_be_a_slip_is_a_question_and_not_ones_own(edit, words, here):
    change("study.xlsx", edit)
    with pytest.raises(pt.StudyError) as caught:
        formats.read("study.xlsx")
    assert words in str(caught.value)


@pytest.mark.parametrize("heading", ["# sabotage", "#sorce", "Priority"])
def test_a_heading_says_that_a_column_is_ones_own(heading, here):
    before = formats.read("study.xlsx")
    change("study.xlsx", lambda book: add_column(book["evidence"], heading, 1, 0, 1))
    assert (pt.update(formats.read("study.xlsx")).posterior == pt.update(before).posterior).all()


def test_a_discussion_is_read_without_its_explanation_for_older_programs(here):
    words = "[Threaded comment]\n\nYour version of Excel allows you to read this.\n\nComment:\n    Sure?\nReply:\n    Yes."
    change("study.xlsx", lambda book: setattr(book["evidence"]["B2"], "comment", Comment(words, "tc=1")))
    assert items(formats.read("study.xlsx"))["informants"].note == "Comment (id): Sure? Reply: Yes."


def test_a_sheet_is_made_of_a_workbook_and_merged_into_it(here):
    change("study.xlsx", add_own_things)
    before = formats.read("study.xlsx")
    files = formats.read_files("study.xlsx")
    write_sheet(files.study, "sheet.xlsx", "zoe", 3, all_judged=True)

    def judge(book: Any) -> None:
        sheet = book["Judgements"]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, 6):
            for name in ("Equity appeal", "Core constituency", "Median voter", "Business power"):
                sheet.cell(row, columns[name]).value = row / 10
            sheet.cell(row, columns["Why: Median voter"]).value = "a reason"

    change("sheet.xlsx", judge)
    done = merge_sheet(formats.read_files("study.xlsx"), "sheet.xlsx", "ana", {})
    assert (done.judged, [path.name for path in done.files]) == (4, ["study.xlsx"])
    after = formats.read("study.xlsx")
    for name, item in items(after).items():
        assert set(item.by_analyst) >= {"ana", "zoe"}
        assert item.by_analyst["zoe"].because == {"median_voter": "a reason"}
        assert item.by_analyst["ana"] == (items(before)[name].common or items(before)[name].by_analyst["ana"])
        assert item.note == items(before)[name].note
    assert list(after.analysts) == ["ana", "ben", "zoe"]
    assert openpyxl.load_workbook("study.xlsx")["Scratch"]["A1"].value == "=SUM(B1:B9)"
    again = merge_sheet(formats.read_files("study.xlsx"), "sheet.xlsx", "ana", {})
    assert (again.judged, again.before) == (0, 4)


def test_a_study_of_another_form_is_not_merged_into(here):
    formats.write(formats.read("study.xlsx"), "pages.csv")
    files = formats.read_files("pages.csv")
    write_sheet(files.study, "sheet.xlsx", "zoe", 3, all_judged=True)

    def judge(book: Any) -> None:
        for column in range(6, 11):
            book["Judgements"].cell(2, column).value = 0.5 if column > 6 else book["Judgements"].cell(2, 6).value

    change("sheet.xlsx", judge)
    with pytest.raises(pt.ProcesstraceError):
        merge_sheet(files, "sheet.xlsx", "ana", {})
