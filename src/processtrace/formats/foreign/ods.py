"""OpenDocument spreadsheets (.ods): the cells of each sheet, read from the one XML file that holds them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.boundary import from_library
from processtrace.formats.text_file import LARGEST_FILE
from processtrace.formats.workbook.pages import MOST_COLUMNS, MOST_ROWS

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST_CONTENT, DENSEST, MOST_CELLS, DEEPEST = 60_000_000, 200, 1_000_000, 20
_FIX = "open it and save it as .xlsx or .csv"

Sheet = tuple[
    str, tuple[tuple[str, ...], ...], dict[tuple[int, int], Any], tuple[tuple[int, int, int, int], ...], dict[tuple[int, int], str]
]
"""Name, rows, what cells were made from, merged cells and comments of a sheet."""


def read_ods(path: Path, shown_path: str) -> list[Sheet]:
    """Return the sheets of an OpenDocument spreadsheet; StudyError for what is damaged or could do harm."""

    def refuse(read: str, allowed: str, fix: str = "") -> StudyError:
        return StudyError([Fault("", read, allowed, fix, (), shown_path)])

    if not path.is_file() or path.stat().st_size > LARGEST_FILE:
        raise refuse("no file, or one that is too large", f"a spreadsheet (.ods) of at most {LARGEST_FILE / 1e6:.0f} MB")
    content = from_library(lambda: _content(path), shown_path, "a spreadsheet (.ods)", _FIX)
    if content is None:
        raise refuse("a file without plain, unlocked 'content.xml' of a usual size", "a spreadsheet (.ods)", _FIX)
    root = from_library(lambda: _parsed(content), shown_path, "a spreadsheet (.ods)", _FIX)
    return [_sheet(table, refuse) for table in root.iter() if _local(table) == "table" and "table" in str(table.tag)]


def _content(path: Path) -> bytes | None:
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("content.xml")
        if info.flag_bits & 1 or info.file_size > min(LARGEST_CONTENT, max(1_000_000, DENSEST * info.compress_size)):
            return None
        with archive.open(info) as file:
            content = file.read(info.file_size + 1)
        return content if len(content) == info.file_size else None


def _parsed(content: bytes) -> Element:
    from defusedxml.ElementTree import fromstring

    root: Element = fromstring(content, forbid_dtd=True)
    return root


def _sheet(table: Element, refuse: Any) -> Sheet:
    rows: list[tuple[str, ...]] = []
    made: dict[tuple[int, int], Any] = {}
    merged = []
    comments: dict[tuple[int, int], str] = {}
    cells = 0
    for row in _rows(table):
        line: list[str] = []
        for cell in row:
            kind = _local(cell)
            if kind not in ("table-cell", "covered-table-cell"):
                continue
            text = _text(cell) if kind == "table-cell" else ""
            times = _whole(_of(cell, "number-columns-repeated"))
            if not text:
                times = min(times, MOST_COLUMNS - len(line))
            if len(line) + times > MOST_COLUMNS:
                raise refuse(f"more than {MOST_COLUMNS} columns", f"at most {MOST_COLUMNS}", "delete the columns that are not in use")
            place = (len(rows), len(line))
            if pinned := _comment(cell):
                comments[place] = pinned
            if _of(cell, "formula"):
                made[place] = "formula" if text else "empty formula"
            elif _of(cell, "value-type") in ("date", "time"):
                made[place] = "date"
            down, across = _whole(_of(cell, "number-rows-spanned")), _whole(_of(cell, "number-columns-spanned"))
            if down > 1 or across > 1:
                merged.append((place[0], place[1], place[0] + min(down, MOST_ROWS) - 1, place[1] + min(across, MOST_COLUMNS) - 1))
            line += [text] * max(times, 0)
        while line and not line[-1]:
            line.pop()
        times = _whole(_of(row, "number-rows-repeated"))
        if not line:
            times = min(times, MOST_ROWS - len(rows)) if len(rows) < MOST_ROWS else 0
        cells += times * len(line)
        if len(rows) + times > MOST_ROWS or cells > MOST_CELLS:
            raise refuse(f"more than {MOST_ROWS} rows", f"at most {MOST_ROWS}", "delete the rows that are not in use")
        rows += [tuple(line)] * times
    while rows and not rows[-1]:
        rows.pop()
    return _of(table, "name"), tuple(rows), made, tuple(merged), comments


def _rows(table: Element, depth: int = 0) -> Iterator[Element]:
    for part in table:
        if _local(part) == "table-row":
            yield part
        elif depth < DEEPEST and _local(part) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(part, depth + 1)


def _text(cell: Element) -> str:
    """Return the text of a cell as a person sees it; a number with all its digits."""
    value, kind = _of(cell, "value"), _of(cell, "value-type")
    if kind == "percentage" and value:
        return f"{_digits(value, 100)}%"
    if kind in ("float", "currency") and value:
        return _digits(value, 1)
    if kind == "date" and _of(cell, "date-value"):
        return _of(cell, "date-value").removesuffix("T00:00:00")
    if kind == "boolean":
        return "yes" if _of(cell, "boolean-value") == "true" else "no"
    return "\n".join("".join(_words(part)) for part in cell if _local(part) == "p").strip()


def _comment(cell: Element) -> str:
    """Return what is pinned to a cell."""
    said = (part for note in cell if _local(note) == "annotation" for part in note if _local(part) == "p")
    return "\n".join("".join(_words(part)) for part in said).strip()


def _words(part: Element, depth: int = 0) -> Iterator[str]:
    yield part.text or ""
    for inner in part:
        if _local(inner) in ("s", "tab"):
            yield " "
        elif _local(inner) == "line-break":
            yield "\n"
        elif _local(inner) != "annotation" and depth < DEEPEST:
            yield from _words(inner, depth + 1)
        yield inner.tail or ""


def _digits(value: str, times: int) -> str:
    try:
        number = round(float(value) * times, 12)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _whole(text: str) -> int:
    return min(int(text), 2_000_000) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _of(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
