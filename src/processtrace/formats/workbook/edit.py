"""A workbook that is changed: pages, columns and comments of the user's own stay as they are."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.errors import AnalysisError
from processtrace.formats.atomic import write_files
from processtrace.formats.workbook.guide import guide
from processtrace.formats.workbook.pages import GUIDE, Page
from processtrace.formats.workbook.study_to_pages import analyst_cells, judgement_row, pages_of
from processtrace.formats.workbook.styles import prose_page, put_cell, workbook_bytes
from processtrace.formats.workbook.xlsx import read_workbook, whole_workbook, write_page
from processtrace.study import Analyst, Judgement, Study

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook


def save_again(study: Study, source: Path, path: Path) -> None:
    """Write the workbook that a study was read from to a path, with every page and column that a study can have.

    Parameters
    ----------
    study : Study
        The study in the workbook.
    source : Path
        The workbook.
    path : Path
        A new file, or `source` itself.

    Raises
    ------
    AnalysisError
        Where the new file would not read as the same study; nothing is written then.
    FileExistsError
        Where something else has that name.
    """
    _changed(source, path, study, lambda book: _complete(book, study), replace=path.resolve() == source.resolve())


def add_to_workbook(
    path: Path,
    judgements: Mapping[str, Mapping[tuple[str, str], Judgement]],
    first: str | None,
    declared: Mapping[str, Analyst],
    expected: Study,
) -> None:
    """Add judgements to a workbook, each as a row of its own.

    Parameters
    ----------
    path : Path
        The workbook of a study.
    judgements : mapping of str to mapping of case and item to Judgement
        What to add, by analyst.
    first : str or None
        Whose the common judgements are that these are written beside.
    declared : mapping of str to Analyst
        The analysts to declare.
    expected : Study
        The study that the changed workbook must hold.

    Raises
    ------
    AnalysisError
        Where the changed workbook would not read as the study `expected`; nothing is changed then.
    """

    def change(book: Workbook) -> None:
        _complete(book, expected)
        for person in declared.values():
            _append(book["analysts"], analyst_cells(person))
        sheet = book["evidence"]
        for analyst, judged in judgements.items():
            for key, part in judged.items():
                _judge(sheet, key, judgement_row(expected, expected.case(key[0]).item(key[1]), analyst, part), first)

    _changed(path, path, expected, change, replace=True)


def _changed(source: Path, path: Path, expected: Study, change: Callable[[Workbook], None], replace: bool) -> None:
    book = whole_workbook(source)
    change(book)
    content = workbook_bytes(book)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "study.xlsx"
        write_files({copy: content}, replace=False)
        same = read_workbook(copy) == expected
    if not same:
        raise AnalysisError(
            f"{source} can't be written again without changing something else; nothing was changed; "
            "convert it to a new workbook by way of YAML files, which keeps your own columns and comments as notes"
        )
    write_files({path: content}, replace=replace)


def _complete(book: Workbook, study: Study) -> None:
    """Add the pages and columns that a study has and the workbook lacks, after those that are there."""
    there = {sheet.title.strip(): sheet for sheet in book.worksheets}
    for page in pages_of(study):
        if page.name not in there:
            write_page(book, Page(page.name, page.columns, ()))
        else:
            sheet: Any = there[page.name]
            sheet.title = page.name
            for name in page.columns:
                if name not in _columns(sheet):
                    put_cell(sheet, 1, max(_columns(sheet).values(), default=0) + 1, name)
    if GUIDE not in there:
        prose_page(book, GUIDE, guide(), new=True)


def _columns(sheet: Any) -> dict[str, int]:
    """Return the number of each column by its heading; the first of two with one heading."""
    return {str(cell.value).strip(): cell.column for cell in reversed(sheet[1]) if cell.value is not None}


def _append(sheet: Any, cells: Mapping[str, Any]) -> None:
    columns = _columns(sheet)
    last = max((cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None), default=1)
    for name, value in cells.items():
        put_cell(sheet, last + 1, columns[name], value)


def _judge(sheet: Any, key: tuple[str, str], cells: Mapping[str, Any], first: str | None) -> None:
    """Write one judgement of an item: into its row, where nobody has judged it, or else into a row of its own at the end."""
    columns = _columns(sheet)

    def text(row: int, name: str) -> str:
        value = sheet.cell(row, columns[name]).value
        return "" if value is None else str(value).strip()

    rows = [row for row in range(2, sheet.max_row + 1) if (text(row, "case"), text(row, "id")) == key]
    bare = next((row for row in rows if not text(row, "analyst")), None)
    if bare is not None and text(bare, "status") == "unjudged":
        put_cell(sheet, bare, columns["status"], None).value = None
        for name, value in cells.items():
            put_cell(sheet, bare, columns[name], value)
        return
    if bare is not None and first is not None:
        put_cell(sheet, bare, columns["analyst"], first)
    _append(sheet, {"case": key[0], "id": key[1], "finding": sheet.cell(rows[0], columns["finding"]).value, **cells})
