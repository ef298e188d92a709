"""Cells as they stand on the sheets of a file: CSV, TSV, XLSX and ODS, before anything is made of them."""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from processtrace.errors import Fault, StudyError
from processtrace.formats.boundary import from_library
from processtrace.formats.foreign.ods import read_ods
from processtrace.formats.text_file import read_text
from processtrace.formats.workbook.archive import safe_workbook
from processtrace.formats.workbook.cell_values import number_cell
from processtrace.formats.workbook.comments import comments_of
from processtrace.formats.workbook.pages import MOST_COLUMNS, MOST_ROWS
from processtrace.study.values import shown

Made = Literal["formula", "empty formula", "date", "error"]
"""What the text of a cell was made from, where that matters to its reader."""

_MADE_SAFE = re.compile(r"'+[=+\-@\t\r]")
_A1 = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


@dataclass(frozen=True)
class Grid:
    """One sheet, or one file of text: the text of each cell by row, blank rows included.

    Attributes
    ----------
    name : str
        The name of the sheet; of the file, where it has no sheets.
    path : str
        How messages name the file.
    rows : tuple of tuple of str
        The cells; rows may differ in length.
    made : Mapping
        By row and place, both from 0, what was no plain text or number.
    merged : tuple
        First row, first place, last row, last place of each group of merged cells.
    comments : Mapping
        By row and place, both from 0, what is pinned to a cell.
    """

    name: str
    path: str
    rows: tuple[tuple[str, ...], ...]
    made: Mapping[tuple[int, int], Made] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)


def read_grids(path: Path, shown_path: str) -> list[Grid]:
    """Return the sheets of a file, in their order; StudyError for what is damaged or could do harm."""
    ending = path.suffix.lower()
    if ending == ".xlsx":
        return _workbook(path, shown_path)
    if ending == ".ods":
        return [Grid(name, shown_path, *rest) for name, rest in ((sheet[0], sheet[1:]) for sheet in read_ods(path, shown_path))]
    return [Grid(path.stem, shown_path, _text(read_text(path, shown_path), ending, shown_path))]


def _text(text: str, ending: str, shown_path: str) -> tuple[tuple[str, ...], ...]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_mark(text, ending), strict=True)
    rows: list[tuple[str, ...]] = []
    try:
        for cells in lines:
            rows.append(tuple(_without_apostrophe(cell) for cell in cells))
            if len(rows) > MOST_ROWS or len(cells) > MOST_COLUMNS:
                read = f"more than {MOST_ROWS} rows" if len(rows) > MOST_ROWS else f"{len(cells)} columns"
                raise StudyError([_fault(shown_path, len(rows), read, f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns")])
    except csv.Error as error:
        fix = "check its quotation marks: text that holds one has the whole in quotation marks and that one doubled"
        raise StudyError([_fault(shown_path, len(rows) + 1, f"cannot be read ({error})", "CSV", fix)]) from None
    return tuple(rows)


def _mark(text: str, ending: str) -> str:
    """Return what stands between cells: the mark of which the first lines have most."""
    if ending in (".tsv", ".tab"):
        return "\t"
    head = "\n".join(text.split("\n")[:5])
    outside = "".join(head.split('"')[::2])
    return max((",", ";", "\t"), key=outside.count)


def _without_apostrophe(cell: str) -> str:
    return cell[1:] if _MADE_SAFE.match(cell) else cell


def _fault(path: str, line: int, read: str, allowed: str, fix: str = "") -> Fault:
    return Fault("", read, allowed, fix, (), path, line)


Cell = tuple[Any, str, str]
"""Value, kind and number format of a cell, as the library gives them."""


def _workbook(path: Path, shown_path: str) -> list[Grid]:
    content, extents = safe_workbook(path, shown_path)
    wide = {part.removeprefix("/"): extent.columns for part, extent in extents.items()}
    sheets = from_library(lambda: _cells(content, False, wide), shown_path, "a workbook (.xlsx)", "save it again with a spreadsheet")
    computed: dict[str, list[list[Cell]]] = {}
    if any(kind == "f" for _, _, rows in sheets for row in rows for _, kind, _ in row):
        again = from_library(lambda: _cells(content, True, wide), shown_path, "a workbook (.xlsx)", "save it again with a spreadsheet")
        computed = {name: rows for name, _, rows in again}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pinned = {
            part: from_library(lambda part=part: comments_of(archive, part), shown_path, "a workbook (.xlsx)", "save it again")  # type: ignore[misc]
            for _, part, _ in sheets
        }
    return [
        _grid(name, shown_path, rows, computed.get(name, []), extents[part].merged if part in extents else (), pinned[part])
        for name, part, rows in sheets
    ]


def _cells(content: bytes, computed: bool, wide: Mapping[str, int]) -> list[tuple[str, str, list[list[Cell]]]]:
    """Return name, part and cells of each sheet; formulas, or what the spreadsheet computed of them."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about decorations that are not read
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False, data_only=computed)
        sheets = []
        for sheet in book.worksheets:
            part = sheet._worksheet_path.lstrip("/")  # type: ignore[attr-defined]
            sheet.reset_dimensions()
            most = max(wide.get(part, 1), 1)
            rows = [
                [(cell.value, str(cell.data_type), str(getattr(cell, "number_format", "") or "")) for cell in row]
                for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=most)
            ]
            sheets.append((str(sheet.title), part, rows))
        book.close()
    return sheets


def _grid(
    name: str, path: str, rows: list[list[Cell]], computed: list[list[Cell]], merged: Iterable[str], pinned: Mapping[tuple[int, int], str]
) -> Grid:
    made: dict[tuple[int, int], Made] = {}
    texts = []
    for r, row in enumerate(rows):
        line = []
        for c, (value, kind, number_format) in enumerate(row):
            if kind == "f":
                known = computed[r][c] if r < len(computed) and c < len(computed[r]) else (None, "n", "")
                text = _as_text(*known)
                made[r, c] = "formula" if text else "empty formula"
            else:
                text = _as_text(value, kind, number_format)
                if kind == "e":
                    made[r, c] = "error"
                elif isinstance(value, datetime.date | datetime.time | datetime.timedelta):
                    made[r, c] = "date"
            line.append(text)
        texts.append(tuple(line))
    areas = [area for cells in merged if (area := _area(cells)) is not None]
    comments = {(row - 1, column - 1): text for (row, column), text in pinned.items() if text}
    return Grid(name, path, tuple(texts), made, tuple(areas), comments)


def _area(cells: str) -> tuple[int, int, int, int] | None:
    found = _A1.fullmatch(cells.replace("$", ""))
    if not found or len(cells) > 20:
        return None
    first, second = _place(found[1]), _place(found[3] or found[1])
    return int(found[2]) - 1, first, int(found[4] or found[2]) - 1, second


def _place(letters: str) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _as_text(value: Any, kind: str, number_format: str) -> str:
    """Return the text of a cell as a person sees it: 0.9 in a cell of per cent is 90%."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if "%" in number_format:
            return f"{_digits(value * 100)}%"
        return _digits(value)
    if isinstance(value, datetime.datetime):
        return str(value.date()) if value.time() == datetime.time() else str(value)
    if kind == "s" or isinstance(value, str):
        from processtrace.formats.workbook.styles import unescaped

        return unescaped(str(value))
    return str(value)


def _digits(value: float) -> str:
    try:
        return repr(number_cell(round(value, 12) if abs(value) > 1e-6 else value))
    except (OverflowError, ValueError):
        return shown(value)
