"""XLSX: one sheet for each page, written so that a spreadsheet leaves ids, dates and ranges alone, and read without trust."""

from __future__ import annotations

import dataclasses
import datetime
import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.errors import Fault
from processtrace.formats.atomic import write_files
from processtrace.formats.boundary import from_library
from processtrace.formats.paths import display
from processtrace.formats.workbook.archive import Extent, safe_workbook
from processtrace.formats.workbook.cell_values import Cell
from processtrace.formats.workbook.columns import unknown_page
from processtrace.formats.workbook.comments import comments_of
from processtrace.formats.workbook.guide import guide
from processtrace.formats.workbook.pages import GUIDE, MOST_ROWS, PRIOR, SHAPES, WHY, Page, Row, fault_at, fixed_columns
from processtrace.formats.workbook.pages_to_study import study_of
from processtrace.formats.workbook.study_to_pages import pages_of
from processtrace.formats.workbook.styles import (
    add_choices,
    prose_page,
    put_cell,
    set_heights,
    set_up_printing,
    set_width,
    style_header,
    unescaped,
    workbook_bytes,
)
from processtrace.study import SCALES, Study
from processtrace.study.values import shown

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_CHOICES = {
    ("evidence", "status"): ("found", "not_found", "planned", "unjudged", "set_aside"),
    ("evidence", "scale"): tuple(SCALES),
    ("hypotheses", "residual"): ("yes", "no"),
}


def write_workbook(study: Study, path: str | PathLike[str], *, replace: bool = True) -> None:
    """Write a study as a workbook, whole or not at all.

    Parameters
    ----------
    study : Study
        What to write.
    path : path
        The file, with a name in .xlsx.
    replace : bool
        Whether a file that is there is replaced.

    Raises
    ------
    StudyError
        For text longer than a cell can hold.
    FileExistsError
        Where `replace` is false and something has that name.
    """
    from openpyxl import Workbook

    book = Workbook()
    prose_page(book, GUIDE, guide())
    for page in pages_of(study):
        write_page(book, page)
    write_files({Path(path): workbook_bytes(book)}, replace=replace)


def write_page(book: Workbook, page: Page) -> None:
    """Add a page of a study to a workbook, with the looks and lists of choices of its columns."""
    sheet: Any = book.create_sheet(page.name)
    fixed = fixed_columns(page.name)
    numbers = {name for name in page.columns if (fixed[name].kind.number if name in fixed else name.startswith(PRIOR))}
    for number, name in enumerate(page.columns, 1):
        put_cell(sheet, 1, number, name)
        set_width(sheet, number, fixed[name].width if name in fixed else 40 if name.startswith(WHY) else 16, text=name not in numbers)
        if (page.name, name) in _CHOICES:
            add_choices(sheet, number, _CHOICES[page.name, name])
        for row in page.rows:
            put_cell(sheet, row.number, number, row.cells.get(name), text=name not in numbers)
    style_header(sheet, len(page.columns))
    sheet.freeze_panes = "C2" if page.name == "evidence" else "B2"
    set_heights(sheet, most=10)
    set_up_printing(sheet)


def read_workbook(path: str | PathLike[str]) -> Study:
    """Read the study in a workbook.

    Columns and pages of the user's own, and comments on cells, are no part of it; what stands in them beside an item or
    another part that has a note is kept as its note.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    Study
        The study.

    Raises
    ------
    StudyError
        With every fault, each with file, page, row and column.
    """
    return read_with_the_rest(Path(path))[0]


def read_with_the_rest(home: Path) -> tuple[Study, list[str]]:
    """Return the study in a workbook, and what else the workbook holds, in sentences; StudyError with every fault."""
    named = display(home.absolute(), home.absolute().parent)
    faults: list[Fault] = []
    mine = []

    def wanted(title: str) -> bool:
        name = title.strip()
        if name not in SHAPES and name != GUIDE:
            unknown = unknown_page(name, named)
            faults.extend([unknown] if unknown is not None else [])
            mine.append(name)
        return name in SHAPES

    pages = read_pages(home, named, wanted, faults)
    study, said = study_of(pages, named, faults)
    return study, [*said, *(f"page '{name}' is your own: left in the workbook" for name in mine)]


def read_pages(home: Path, named: str, wanted: Callable[[str], bool], faults: list[Fault]) -> list[Page]:
    """Return the wanted sheets of a workbook; what no page may hold (formulas, dates, merged cells, errors) is added to the faults."""
    book, extents = _opened(home, named)
    pages = []
    for sheet in book.worksheets:
        if wanted(sheet.title):
            place = sheet._worksheet_path.lstrip("/")  # type: ignore[attr-defined]
            extent = extents.get(place, Extent(0, ()))
            page = Page(sheet.title.strip(), (), (), named)
            faults += [_merged(page, cells) for cells in extent.merged]
            rows = _of_library(partial(_cells, sheet, extent.columns), named)
            comments = _of_library(partial(comments_of, book._archive, place), named)  # type: ignore[attr-defined]
            pages.append(_read_page(page, rows, comments, faults))
    book.close()
    return pages


def sheet_names(home: Path, named: str) -> list[str]:
    """Return the names of a workbook's sheets; StudyError for a file that could do harm or cannot be read."""
    book, _ = _opened(home, named)
    names = list(book.sheetnames)
    book.close()
    return names


def _of_library[T](read: Callable[[], T], named: str) -> T:
    return from_library(read, named, "a workbook (.xlsx)", "save it again with a spreadsheet")


def whole_workbook(home: Path) -> Workbook:
    """Return a workbook with all that it holds, to be changed and written again; StudyError as for `read_workbook`."""
    return _opened(home, display(home.absolute(), home.absolute().parent), read_only=False)[0]


def _opened(home: Path, named: str, read_only: bool = True) -> tuple[Workbook, dict[str, Extent]]:
    """Return a workbook and the extent of each of its parts."""
    from openpyxl import load_workbook

    content, extents = safe_workbook(home, named)

    def load() -> Workbook:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about decorations that are not read
            return load_workbook(io.BytesIO(content), read_only=read_only, keep_links=False)

    return _of_library(load, named), extents


@dataclass(frozen=True)
class SheetCell:
    """What the library gives of a cell: its value, and a letter for its kind."""

    value: Any
    data_type: str


def _cells(sheet: Any, columns: int) -> list[tuple[SheetCell, ...]]:
    """Return the cells of a sheet, row by row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=max(columns, 1))
        return [tuple(SheetCell(cell.value, str(cell.data_type)) for cell in row) for row in rows]


def _merged(page: Page, cells: str) -> Fault:
    digits = "".join(letter for letter in cells.partition(":")[0] if letter.isdigit())
    row = min(int(digits[:7] or 1), MOST_ROWS)
    return fault_at(page, row, "", f"merged cells {cells}", "one cell for each value", "unmerge them, and write the value in each row")


def _read_page(page: Page, sheet: list[tuple[SheetCell, ...]], comments: dict[tuple[int, int], str], faults: list[Fault]) -> Page:
    heads: list[str] = []
    rows = []
    for number, cells in enumerate(sheet, 1):
        if number == 1:
            heads = [str(value).strip() for _, value in _values(page, 1, [], cells, faults)]
            while heads and not heads[-1]:
                heads.pop()
            continue
        filled = {}
        for column, value in _values(page, number, heads, cells, faults):
            if isinstance(value, str) and not value.strip():
                continue
            if not column:
                fix = "give the column a name in its first row, or delete the cell"
                faults.append(fault_at(page, number, "", f"'{shown(value)}' in a column without a name", "a name in its first row", fix))
            filled[column] = value
        if filled:
            rows.append(Row(number, filled))
    pinned = {(row, heads[column - 1] if column <= len(heads) else ""): text for (row, column), text in comments.items()}
    return Page(page.name, tuple(head for head in heads if head), tuple(rows), page.path, pinned)


def _values(page: Page, row: int, heads: list[str], cells: tuple[SheetCell, ...], faults: list[Fault]) -> Iterator[tuple[str, Cell]]:
    """Give the column and value of each cell; blank ones are the empty text."""
    for place, cell in enumerate(cells):
        column = heads[place] if place < len(heads) else ""
        value = cell.value
        if value is None:
            yield column, ""
        elif cell.data_type == "f":
            read, fix = f"the formula {shown(str(getattr(value, 'text', value)))}", "copy the cell and paste its value in its place"
            faults.append(_odd(page, row, column or _letter(place), read, "text and numbers", fix))
        elif cell.data_type == "e":
            faults.append(_odd(page, row, column or _letter(place), f"the error {value}", "text and numbers", "write what is meant"))
        elif isinstance(value, datetime.date | datetime.time | datetime.timedelta):
            read = f"{_as_date(value)}, which the spreadsheet has made a date of what was typed"
            fix = "format the cell as Text, then type it again"
            faults.append(_odd(page, row, column or _letter(place), read, "dates and ranges as text: 2005-07, 0.2 to 0.5", fix))
        elif isinstance(value, str):
            yield column, unescaped(value)
        elif isinstance(value, int | float):
            yield column, value


def _odd(page: Page, row: int, column: str, read: str, allowed: str, fix: str) -> Fault:
    """Return the fault of a cell that no column of a study may hold, with its place as `loc`."""
    return dataclasses.replace(fault_at(page, row, column, read, allowed, fix), loc=(page.name, row, column))


def _as_date(value: datetime.date | datetime.time | datetime.timedelta) -> str:
    whole = isinstance(value, datetime.datetime) and value.time() == datetime.time()
    return str(value.date()) if whole else str(value)  # type: ignore[union-attr]


def _letter(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(place + 1)
