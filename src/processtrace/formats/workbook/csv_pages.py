"""CSV: a folder with one file per page, in UTF-8 with a mark, as spreadsheets open and write it."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

from processtrace.errors import Fault, StudyError
from processtrace.formats.atomic import write_files
from processtrace.formats.paths import display
from processtrace.formats.text_file import read_text
from processtrace.formats.workbook.cell_values import Cell, number_cell
from processtrace.formats.workbook.columns import unknown_page
from processtrace.formats.workbook.guide import guide
from processtrace.formats.workbook.pages import GUIDE, MOST_COLUMNS, MOST_ROWS, SHAPES, Page, Row, fault_at
from processtrace.formats.workbook.pages_to_study import study_of
from processtrace.formats.workbook.study_to_pages import every_page, pages_of
from processtrace.study import Study
from processtrace.study.values import shown
from processtrace.text.comma_separated import comma_separated

_ACTIVE = re.compile(r"'*[=+\-@\t\r]")
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r]")


def write_csv(study: Study, folder: str | PathLike[str]) -> None:
    """Write a study as one CSV file for each page into a folder, which is made if need be.

    Text that begins with = + - or @ gets an apostrophe before it, so that no spreadsheet runs it; `read_csv` removes it.

    Parameters
    ----------
    study : Study
        What to write.
    folder : path
        Where to write; pages that are there are replaced.

    Raises
    ------
    StudyError
        For text with characters that Unicode does not have.
    """
    target = Path(folder)
    pages: dict[str, list[Sequence[Cell]]] = {GUIDE: [(line,) for line in guide()]}
    for page in every_page(study):  # an empty one too, so that none of an earlier study is left
        pages[page.name] = [page.columns, *([row.cells.get(name, "") for name in page.columns] for row in page.rows)]
    write_files({target / f"{name}.csv": _encoded(name, rows) for name, rows in pages.items()})


def _encoded(name: str, rows: Iterable[Sequence[Cell]]) -> bytes:
    text = comma_separated([_safe(cell) for cell in row] for row in rows)
    try:
        return text.encode("utf-8-sig")
    except UnicodeEncodeError as error:
        read = f"the character {text[error.start]!a}"
        raise StudyError([Fault(f"page {name}", read, "characters that Unicode has", "remove it from the text")]) from None


def _safe(cell: Cell) -> str:
    if not isinstance(cell, str):
        return repr(number_cell(cell))
    return "'" + cell if _ACTIVE.match(cell) else cell


def read_csv(path: str | PathLike[str], against: Study | None = None) -> Study:
    """Read the study in a folder of CSV pages, or in its page of evidence.

    Parameters
    ----------
    path : path
        A folder of pages, or one file that is the evidence.
    against : Study or None
        The study whose pages stand in for those that are missing. Cases that the evidence does not name keep theirs.

    Returns
    -------
    Study
        The study.

    Raises
    ------
    StudyError
        With every fault, each with file, page, row and column.
    """
    home = Path(path)
    named = display(home.absolute(), home.absolute().parent)
    pages = _folder(home, named) if home.is_dir() else {"evidence": page_from("evidence", read_text(home, named), named)}
    if against is None:
        if not home.is_dir():
            read, allowed = "evidence alone", "a folder of all pages, or evidence and the study that it belongs to"
            raise StudyError([Fault("", read, allowed, "name the study too", (), named)])
        return study_of(list(pages.values()), named)[0]
    there = {page.name: page for page in pages_of(against)}
    if "evidence" not in pages:
        return study_of(list((there | pages).values()), named)[0]
    read_cases = {row.cells.get("case") for row in pages["evidence"].rows}
    made, _ = study_of(list((there | pages).values()), named)
    kept = {case.id: case.evidence for case in against.cases if case.id not in read_cases}
    cases = tuple(dataclasses.replace(case, evidence=kept.get(case.id, case.evidence)) for case in made.cases)
    return dataclasses.replace(made, cases=cases)


def _folder(home: Path, named: str) -> dict[str, Page]:
    pages, faults = {}, []
    for file in sorted(home.glob("*.csv"), key=lambda file: (list(SHAPES).index(file.stem) if file.stem in SHAPES else -1, file.stem)):
        shown_path = f"{named}/{file.name}"
        if file.stem not in SHAPES:
            unknown = unknown_page(file.stem, shown_path) if file.stem != GUIDE else None
            faults += [unknown] if unknown is not None else []
            continue
        try:
            pages[file.stem] = page_from(file.stem, read_text(file, shown_path), shown_path)
        except StudyError as error:
            faults += error.faults
    if faults:
        raise StudyError(faults)
    return pages


def page_from(name: str, text: str, path: str) -> Page:
    """Return a page from the text of a CSV file, with `,` or `;` between cells, whichever its first line has more of."""
    head = text.split("\n", 1)[0]
    mark = ";" if _outside_quotes(head, ";") > _outside_quotes(head, ",") else ","
    empty = Page(name, (), (), path)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    columns: list[str] = []
    rows: list[Row] = []
    faults: list[Fault] = []
    number = 0
    try:
        for number, cells in enumerate(lines, 1):
            values = [_read(cell) for cell in cells]
            if number == 1:
                columns = [value.strip() for value in values]
                while columns and not columns[-1]:
                    columns.pop()
                continue
            if number > MOST_ROWS or len(columns) > MOST_COLUMNS:
                read = f"more than {MOST_ROWS} rows" if number > MOST_ROWS else f"{len(columns)} columns"
                raise StudyError([fault_at(empty, number, "", read, f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns")])
            beyond = [value for value in values[len(columns) :] if value.strip()]
            if beyond:
                read, fix = f"'{shown(beyond[0])}' beyond the last column", "put text that holds a comma or ; in quotation marks"
                faults.append(fault_at(empty, number, "", read, f"{len(columns)} cells", fix))
            filled = {column: value for column, value in zip(columns, values, strict=False) if value.strip()}
            if "" in filled:
                faults.append(
                    fault_at(empty, number, "", f"'{shown(filled.pop(''))}' in a column without a name", "a name in its first row")
                )
            if filled:
                rows.append(Row(number, dict(filled)))
    except csv.Error as error:
        fix = "check its quotation marks: text that holds one has the whole in quotation marks and that one doubled"
        faults.append(fault_at(empty, number + 1, "", f"cannot be read ({error})", "CSV", fix))
    if not columns and not faults:
        faults.append(fault_at(empty, 1, "", "an empty file", "a first row with the names of the columns"))
    if faults:
        raise StudyError(faults)
    return Page(name, tuple(column for column in columns if column), tuple(rows), path)


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def _read(cell: str) -> str:
    return cell[1:] if _MADE_SAFE.match(cell) else cell
