"""Every mistake in a workbook or CSV file is reported with page, row and column; nothing in one does harm or takes long."""

from __future__ import annotations

import datetime
import random
import re
import resource
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from strategies.studies import examples, studies

import processtrace as pt
from processtrace.formats.workbook import read_csv, read_workbook, write_csv, write_workbook

CHILE = Path(__file__).parents[1] / "data" / "chile" / "models" / "chile.yaml"


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "study.xlsx"
    write_workbook(pt.load_study(CHILE), path)
    return path


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cell(page: str, column: str, row: int, value: Any, kind: str = "") -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet = book[page]
        place = [head.value for head in sheet[1]].index(column) + 1
        made = sheet.cell(row, place)
        made.value = value
        if kind:
            made.data_type = kind

    return change


def without(page: str, column: str) -> Callable[[Any], None]:
    return lambda book: book[page].delete_cols([head.value for head in book[page][1]].index(column) + 1)


def faults_of(template: Path, change: Callable[[Any], Any]) -> str:
    book = openpyxl.load_workbook(template)
    change(book)
    book.save("study.xlsx")
    with pytest.raises(pt.StudyError) as caught:
        read_workbook("study.xlsx")
    assert all(fault.path == "study.xlsx" for fault in caught.value.faults)
    return str(caught.value)


FAULTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "probability above 1": (cell("evidence", "median_voter", 2, 1.3), "study.xlsx:2: page evidence, row 2, column median_voter, evidence 'informants', probability of median_voter: 1.3; a number in [0, 1]"),
    "range the wrong way": (cell("evidence", "equity_appeal", 2, "0.9 to 0.6"), "write [0.6, 0.9]"),
    "range to 1": (cell("evidence", "equity_appeal", 2, "0.6 to 1"), "row 2, column equity_appeal, evidence 'informants', probability of equity_appeal: [0.6, 1]"),
    "a text for a number": (cell("evidence", "equity_appeal", 2, "high"), "column equity_appeal, evidence 'informants', probability of equity_appeal: high is not a number"),
    "a hypothesis left blank": (cell("evidence", "median_voter", 2, None), "page evidence, row 2, column scale, evidence 'informants', probability: 'median_voter' is missing"),
    "a formula": (cell("evidence", "median_voter", 2, "=1/20"), "page evidence, row 2, column median_voter: the formula =1/20; text and numbers; copy the cell and paste its value"),
    "an error": (cell("evidence", "median_voter", 2, "#REF!", "e"), "row 2, column median_voter: the error #REF!"),
    "a date made of a date": (cell("evidence", "date", 2, datetime.datetime(2005, 7, 1)), "row 2, column date: 2005-07-01, which the spreadsheet has made a date of what was typed; dates and ranges as text: 2005-07, 0.2 to 0.5; format the cell as Text, then type it again"),
    "a date made of a range": (cell("evidence", "equity_appeal", 2, datetime.date(2026, 5, 1)), "row 2, column equity_appeal: 2026-05-01, which the spreadsheet has made a date"),
    "a time": (cell("evidence", "date", 2, datetime.time(12, 30)), "12:30:00, which the spreadsheet has made a date"),
    "merged cells": (lambda book: book["evidence"].merge_cells("A3:A4"), "study.xlsx:3: page evidence, row 3: merged cells A3:A4; one cell for each value; unmerge them"),
    "a missing column": (without("evidence", "finding"), "study.xlsx:1: page evidence, row 1: the column 'finding' is missing; it is required"),
    "a missing hypothesis": (without("evidence", "median_voter"), "page evidence, row 1: the column 'median_voter' is missing"),
    "an unknown column": (cell("evidence", "quote", 1, "qoute"), "row 1, column qoute: unknown column 'qoute'; one of case, id"),
    "a misspelt column": (cell("evidence", "status", 1, "statuss"), "did you mean 'status'?"),
    "a misspelt reason": (cell("evidence", "why median_voter", 1, "why median_votr"), "did you mean 'why median_voter'?"),
    "a column twice": (cell("evidence", "quote", 1, "status"), "the column 'status' again"),
    "a column without a name": (lambda book: (cell("evidence", "quote", 3, "words")(book), cell("evidence", "quote", 1, None)(book)), "page evidence, row 3: 'words' in a column without a name"),
    "a missing page": (lambda book: book.remove(book["evidence"]), "study.xlsx:1: page evidence: missing; the pages study, hypotheses (or factors), cases and evidence"),
    "an unknown page": (lambda book: book.create_sheet("evidense"), "unknown page 'evidense'"),
    "an unknown setting": (cell("study", "key", 5, "anker"), "row 5, column key: unknown key 'anker'"),
    "a setting out of bounds": (lambda book: [setattr(book["study"].cell(row, 2), "value", 8) for row in range(2, 10) if book["study"].cell(row, 1).value == "anchor"], "column value, anchor: 8; a number between 0 and 1"),
    "an unknown case": (cell("evidence", "case", 2, "chil"), "row 2, column case: unknown case 'chil'; one of chile; did you mean 'chile'?"),
    "an item twice": (cell("evidence", "id", 3, "informants"), "row 3, column id, evidence 'informants': the same item again; one row per item and analyst"),
    "an analyst twice": (cell("evidence", "analyst", 6, "ana"), "row 6, column analyst, evidence 'vote': 'ana' again"),
    "rows that disagree": (cell("evidence", "finding", 6, "Another."), "row 6, column finding, evidence 'vote': 'Another.', and 'The right's deputies voted for the bill.' in row 5; the same in all rows of one item, or blank"),
    "a nameless judgement beside analysts": (cell("evidence", "analyst", 6, None), "row 6, column analyst, evidence 'vote': no name, beside rows of analysts"),
    "an unknown analyst": (cell("evidence", "analyst", 6, "benn"), "did you mean 'ben'?"),
    "an unknown scale": (cell("evidence", "scale", 2, "probabilities"), "column scale, evidence 'informants': probabilities; one of probability, ratio, decibels, words; did you mean 'probability'?"),
    "an unknown source": (cell("evidence", "source", 2, "interview_2006"), "row 2, column source, evidence 'informants', source: interview_2006"),
    "no identifier": (cell("evidence", "id", 2, None), "page evidence, row 2, column id, evidence 'in row 2': 'id' is missing"),
    "mixed decimal marks": (cell("evidence", "equity_appeal", 2, "0,6 to 0.9"), "one decimal mark throughout"),
    "a hypothesis twice": (cell("hypotheses", "id", 3, "equity_appeal"), "page hypotheses, row 3, column id: 'equity_appeal' again"),
    "a label too long": (cell("hypotheses", "label", 2, "x" * 41), "page hypotheses, row 2, column label, hypothesis 'equity_appeal', label: 41 characters; at most 40"),
    "a source with half its rates": (cell("sources", "reports_if_false", 3, None), "'reports_if_false' is missing"),
    "a correlation of 1": (cell("clusters", "correlation", 2, 1), "page clusters, row 2, column correlation, cluster 'campaign_2005', correlation: 1"),
    "a prior that is no number": (cell("cases", "prior of equity_appeal", 2, "two"), "page cases, row 2, column prior of equity_appeal"),
    "a period of one date": (cell("cases", "period", 2, "1990"), "page cases, row 2, column period"),
    "true for a number": (cell("evidence", "median_voter", 2, True), "column median_voter, evidence 'informants', probability of median_voter: True is not a number"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_workbook_is_reported_with_its_place(name, template, here):
    change, words = FAULTS[name]
    assert words in faults_of(template, change)


def test_all_faults_of_a_workbook_come_at_once(template, here):
    def change(book: Any) -> None:
        for part in ("probability above 1", "a label too long", "a correlation of 1", "a setting out of bounds"):
            FAULTS[part][0](book)
        cell("evidence", "source", 3, "nobody")(book)

    printed = faults_of(template, change).splitlines()
    assert len(printed) == 5
    assert [row.split(",")[0].split(": ")[1] for row in printed] == [
        "page study",
        "page hypotheses",
        "page clusters",
        "page evidence",
        "page evidence",
    ]


def test_a_number_that_a_spreadsheet_made_of_text_is_text_again(template, here):
    book = openpyxl.load_workbook(template)
    cell("evidence", "date", 3, 2005)(book)
    cell("evidence", "id", 4, 7)(book)
    book.save("study.xlsx")
    items = read_workbook("study.xlsx").cases[0].evidence
    assert (items[1].date, items[2].id) == ("2005", "7")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("0.6 to 0.9", '"0,6 to 0,9"', "one decimal mark throughout"),
        ("0.6 to 0.9", "0.6 to 1.9", "evidence.csv:2: page evidence, row 2, column equity_appeal, evidence 'informants', probability of equity_appeal: [0.6, 1.9]"),
        ("A party memo naming the electoral cost.", "A party memo, naming it, late", "page evidence, row 3"),
        ("A party memo naming the electoral cost.", '"A party memo', "cannot be read"),
        ("A party memo naming the electoral cost.", 'A party "memo" on cost', ""),
        ("case,id", "case,idd", "the column 'id' is missing"),
    ],
)  # fmt: skip
def test_a_fault_of_a_csv_file_is_reported_with_its_place(old, new, words, here):
    write_csv(pt.load_study(CHILE), "pages")
    text = Path("pages/evidence.csv").read_text(encoding="utf-8")
    assert old in text
    Path("pages/evidence.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    if not words:
        assert read_csv("pages").cases[0].item("memo").finding == 'A party "memo" on cost'
        return
    with pytest.raises(pt.StudyError) as caught:
        read_csv("pages")
    assert words in str(caught.value)
    assert all(fault.path == "pages/evidence.csv" for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "an empty file"), ("case;é".encode("latin-1"), "not UTF-8"), (b"\x00\x01\x02", "is missing"), (b"\n\n\n", "an empty file"), (b"," * 5000, "an empty file")],
)  # fmt: skip
def test_a_csv_file_that_is_none_is_reported(content, words, here):
    Path("evidence.csv").write_bytes(content)
    with pytest.raises(pt.StudyError, match=words):
        read_csv("evidence.csv", pt.load_study(CHILE))


def test_evidence_alone_needs_its_study_and_a_folder_its_pages(here):
    write_csv(pt.load_study(CHILE), "pages")
    with pytest.raises(pt.StudyError, match="evidence alone; a folder of all pages"):
        read_csv("pages/evidence.csv")
    Path("pages/cases.csv").unlink()
    with pytest.raises(pt.StudyError, match="page cases: missing"):
        read_csv("pages")
    Path("pages/case.csv").write_text("a")
    with pytest.raises(pt.StudyError, match=r"unknown page 'case'.*did you mean 'cases'"):
        read_csv("pages")
    with pytest.raises(pt.StudyError, match="no such file"):
        read_csv("nothing")


def test_a_text_that_no_cell_can_hold_is_refused_unwritten(here):
    study = pt.Study("t", description="x" * 40_000, hypotheses={"a": {}}, cases=[pt.Case("c")])
    with pytest.raises(pt.StudyError, match="page study, row 3, column value: 40000 characters; at most 32767"):
        write_workbook(study, "study.xlsx")
    assert not Path("study.xlsx").exists()
    write_csv(study, "pages")
    assert read_csv("pages") == study


def rewritten(template: Path, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> None:
    """The template with its parts changed; None drops a part."""
    with zipfile.ZipFile(template) as old, zipfile.ZipFile("study.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (more or {}).items():
            new.writestr(name, content)


def refused(words: str, seconds: float = 20, megabytes: float = 300) -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(pt.StudyError) as caught:
        read_workbook("study.xlsx")
    assert words in str(caught.value)
    assert time.monotonic() - start < seconds
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < megabytes


SHEET = "xl/worksheets/sheet9.xml"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"not a workbook", "not a workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "an old .xls file; a workbook in the form .xlsx; open it and save it as .xlsx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked by a password"),
        (b"PK\x03\x04" + bytes(100), "damaged or truncated"),
    ],
)
def test_a_file_that_is_no_workbook_is_reported(content, words, here):
    Path("study.xlsx").write_bytes(content)
    refused(words)


def test_missing_files_and_folders_are_reported(here):
    refused("no such file")
    Path("study.xlsx").mkdir()
    refused("a folder")


def test_a_truncated_workbook_is_reported(template, here):
    content = template.read_bytes()
    for share in (0.3, 0.9, 0.999):
        Path("study.xlsx").write_bytes(content[: int(len(content) * share)])
        refused("damaged or truncated")


def test_a_huge_file_is_refused_unread(here):
    with Path("study.xlsx").open("wb") as file:
        file.truncate(200_000_000)
    refused("200 MB; at most 20 MB", seconds=1, megabytes=20)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(template, here):
    rewritten(template, lambda _, content: content, {"xl/media/bomb.bin": bytes(90_000_000)})
    refused("which unpacks to 90 MB; at most 200 times its size", megabytes=120)


def test_a_bomb_that_lies_about_its_size_is_refused(template, here):
    rewritten(template, lambda _, content: content, {"xl/media/bomb.bin": bytes(50_000_000)})
    content = bytearray(Path("study.xlsx").read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = (
            content.rfind(signature, 0, content.rfind(b"xl/media/bomb.bin"))
            if signature == b"PK\x01\x02"
            else content.find(b"xl/media/bomb.bin") - 30
        )
        content[at + offset : at + offset + 4] = (1000).to_bytes(4, "little")
    Path("study.xlsx").write_bytes(bytes(content))
    refused("", megabytes=120)


def test_many_parts_and_parts_of_one_name_are_refused(template, here):
    rewritten(template, lambda _, content: content, {f"x/{k}": b"" for k in range(1001)})
    refused("files inside")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_document_types_and_entities_are_refused(part, template, here):
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    with zipfile.ZipFile(template) as old:
        assert part in old.namelist()
    rewritten(
        template,
        lambda name, content: evil + content[content.find(b"?>") + 2 if content.startswith(b"<?xml") else 0 :] if name == part else content,
    )
    refused("a document type or an entity in its XML")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b'<row r="1048576"><c r="A1048576" t="n"><v>1</v></c></row>', "something in row 1048576; at most 20000 rows"),
        (b'<row r="9000"><c r="XFD9000" t="n"><v>1</v></c></row>', "something in column 16384"),
        (b'<row r="2"><c r="A2" t="n"><v>1</v></c></row>', "row 2 after row"),
        (b"<x>" * 100 + b"</x>" * 100, "XML nested too deep"),
    ],
)
def test_cells_far_away_and_strange_are_refused(row, words, template, here):
    rewritten(template, lambda name, content: content.replace(b"</sheetData>", row + b"</sheetData>") if name == SHEET else content)
    refused(words)


def test_a_stated_dimension_is_not_believed(template, here):
    def lie(name: str, content: bytes) -> bytes:
        return (
            re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', content) if name.startswith("xl/worksheets/") else content
        )

    rewritten(template, lie)
    start = time.monotonic()
    assert read_workbook("study.xlsx") == pt.load_study(CHILE)
    assert time.monotonic() - start < 20


def test_empty_rows_to_the_end_of_the_sheet_are_no_fault(template, here):
    row = b'<row r="1048576" ht="15"><c r="XFD1048576" s="1"/></row>'
    rewritten(template, lambda name, content: content.replace(b"</sheetData>", row + b"</sheetData>") if name == SHEET else content)
    assert read_workbook("study.xlsx") == pt.load_study(CHILE)


def outcome(read: Callable[[], pt.Study]) -> None:
    """A study, or faults that each name a file; nothing else."""
    faults: tuple[pt.Fault, ...] = ()
    try:
        assert isinstance(read(), pt.Study)
    except pt.StudyError as error:
        faults = error.faults
    assert all(fault.path and fault.read and fault.allowed for fault in faults)


ODD = [None, "", "=1", "'=1", "1,5", "0.2 to 0.9", "0.9 to 0.2", "nan", "inf", "1e999", "9" * 400, -1, 0, 1, 1e308, True, "true", "likely", ";;;", "\\", ":", "a: ; b", "x" * 5000,
       "id", "why a", "under a", "prior of a", "ana", "found", "2005-02-30", "_x0000_", "\u2028", "٠.٥", datetime.datetime(1999, 1, 1)]  # fmt: skip


@cache
def written() -> list[pt.Study]:
    return examples(studies(cases=(1, 3), items=(0, 6), texts=True), 40)


def fuzz_cells(seed: int) -> None:
    rng = random.Random(seed)
    write_workbook(written()[seed % 40], "study.xlsx")
    book = openpyxl.load_workbook("study.xlsx")
    for _ in range(rng.randint(1, 4)):
        sheet = book[rng.choice(book.sheetnames[1:])]
        kind = rng.random()
        if kind < 0.8:
            sheet.cell(rng.randint(1, sheet.max_row), rng.randint(1, sheet.max_column)).value = rng.choice(ODD)
        elif kind < 0.9:
            (sheet.delete_cols if rng.random() < 0.5 else sheet.delete_rows)(rng.randint(1, 3))
        elif len(book.sheetnames) > 2:
            book.remove(sheet)
    book.save("study.xlsx")
    outcome(lambda: read_workbook("study.xlsx"))


def fuzz_bytes(seed: int, template: Path) -> None:
    rng = random.Random(seed)
    content = bytearray(template.read_bytes())
    if rng.random() < 0.5:
        for _ in range(rng.randint(1, 20)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        Path("study.xlsx").write_bytes(bytes(content))
    else:

        def damage(_: str, part: bytes) -> bytes | None:
            if rng.random() < 0.05:
                return None
            if rng.random() < 0.2 and part:
                at = rng.randrange(len(part))
                return part[:at] + bytes(rng.choices(b'<>/"=&;0123456789abcrs ', k=rng.randint(0, 6))) + part[at + rng.randint(0, 8) :]
            return part

        rewritten(template, damage)
    outcome(lambda: read_workbook("study.xlsx"))


def fuzz_csv(seed: int) -> None:
    rng = random.Random(seed)
    write_csv(written()[seed % 40], "pages")
    path = rng.choice(sorted(Path("pages").glob("*.csv")))
    text = list(path.read_text(encoding="utf-8"))
    for _ in range(rng.randint(1, 5)):
        if text:
            text[rng.randrange(len(text))] = rng.choice(['"', ",", ";", "\n", "", "\x00", "'", "=", "\r", "9", "ü", "a\tb"])
    path.write_text("".join(text), encoding="utf-8", newline="")
    outcome(lambda: read_csv("pages"))


@pytest.mark.parametrize("block", range(3))
def test_whatever_stands_in_a_file_is_a_study_or_faults(block, template, here):
    for seed in range(block * 12, block * 12 + 12):
        fuzz_cells(seed)
        fuzz_bytes(seed, template)
        fuzz_csv(seed)


@pytest.mark.long
@pytest.mark.parametrize("block", range(40))
def test_at_length_whatever_stands_in_a_file_is_a_study_or_faults(block, template, here):
    for seed in range(1000 + block * 50, 1050 + block * 50):
        fuzz_cells(seed)
        fuzz_bytes(seed, template)
        fuzz_csv(seed)
