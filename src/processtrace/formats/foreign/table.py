"""A plain table from a CSV file or the first sheet of a workbook: cells as text, with their rows."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from processtrace.errors import Fault, StudyError
from processtrace.formats.text_file import read_text
from processtrace.formats.workbook.cell_values import cell_text, decimal_marks, tidy, with_points
from processtrace.formats.workbook.csv_pages import page_from
from processtrace.formats.workbook.pages import Page, fault_at
from processtrace.formats.workbook.pages import Row as PageRow
from processtrace.formats.workbook.xlsx import read_pages


@dataclass(frozen=True)
class Row:
    """A row that is not blank, with a text for every column; `line` counts as a spreadsheet does."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """Rows under the names of their columns."""

    page: Page

    @property
    def path(self) -> str:
        """How messages name the file."""
        return self.page.path

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.page.columns

    @property
    def rows(self) -> list[Row]:
        """The rows that are not blank."""
        return [Row(row.number, {name: tidy(str(cell_text(row.cells.get(name, "")))) for name in self.columns}) for row in self.page.rows]

    def column(self, *names: str) -> str | None:
        """Return the first column that has one of these names, letter case and punctuation aside."""
        plain = {_plain(column): column for column in reversed(self.columns)}
        return next((plain[name] for name in map(_plain, names) if name in plain), None)

    def fault(self, row: Row | None, column: str, read: str, allowed: str, fix: str = "") -> Fault:
        """Return a fault of a cell, of a row, or of the first row where there is none."""
        return fault_at(self.page, row.line if row else 1, column, read, allowed, fix)

    def with_points(self, columns: Collection[str]) -> Table:
        """Return the table with decimal points in these columns; StudyError where commas and points are mixed."""
        marked = {mark: (row, name) for row in reversed(self.rows) for name in columns for mark in decimal_marks(row.cells[name])}
        if len(marked) == 2:
            (row, name), (other, column) = marked[","], marked["."]
            read = (
                f"'{row.cells[name]}' with a decimal comma, and '{other.cells[column]}' with a point in row {other.line}, column {column}"
            )
            raise StudyError(
                [self.fault(row, name, read, "one decimal mark throughout", "write all numbers with a point, or all with a comma")]
            )
        if "," not in marked:
            return self
        rows = (
            PageRow(
                row.number,
                {name: with_points(cell) if name in columns and isinstance(cell, str) else cell for name, cell in row.cells.items()},
            )
            for row in self.page.rows
        )
        return Table(dataclasses.replace(self.page, rows=tuple(rows)))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def read_table(path: Path, shown_path: str) -> Table:
    """Read the table in a .csv or .xlsx file; StudyError with every fault of its cells."""
    faults: list[Fault] = []
    if path.suffix.lower() == ".xlsx":
        first = iter((True,))
        page = next(iter(read_pages(path, shown_path, lambda _: next(first, False), faults)))
    else:
        text = re.sub(r'^(\s*|"")(?=[,;])', "finding", read_text(path, shown_path), count=1)  # a matrix may leave its corner blank
        page = page_from(path.stem, text, shown_path)
    if not page.columns and not faults:
        faults.append(fault_at(page, 1, "", "an empty table", "a first row with the names of the columns"))
    twice = [name for name in dict.fromkeys(page.columns) if page.columns.count(name) > 1]
    faults += [fault_at(page, 1, name, f"the column '{name}' again", "each column once", "delete or rename one") for name in twice]
    if faults:
        raise StudyError(faults)
    return Table(page)
