"""A plain table from a CSV file or the first sheet of a workbook: cells as text, with their rows."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from processtrace.errors import Fault, StudyError
from processtrace.files.yaml import read_text
from processtrace.sheets.cells import read_text as as_text
from processtrace.sheets.cells import tidy
from processtrace.sheets.columns import fault_at, one_decimal_mark
from processtrace.sheets.delimited import page_from
from processtrace.sheets.pages import Page
from processtrace.sheets.workbook import read_pages


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
        return self.page.path

    @property
    def columns(self) -> tuple[str, ...]:
        return self.page.columns

    @property
    def rows(self) -> list[Row]:
        return [Row(row.number, {name: tidy(str(as_text(row.cells.get(name, "")))) for name in self.columns}) for row in self.page.rows]

    def column(self, *names: str) -> str | None:
        """The first column that has one of these names, letter case and punctuation aside."""
        plain = {_plain(column): column for column in reversed(self.columns)}
        return next((plain[name] for name in map(_plain, names) if name in plain), None)

    def fault(self, row: Row | None, column: str, read: str, allowed: str, mend: str = "") -> Fault:
        """A fault of a cell, of a row, or of the first row where there is none."""
        return fault_at(self.page, row.line if row else 1, column, read, allowed, mend)

    def with_points(self, columns: Collection[str]) -> Table:
        """The table with decimal points in these columns; StudyError where commas and points are mixed."""
        pages, faults = one_decimal_mark([self.page], {self.page.name: columns})
        if faults:
            raise StudyError(faults)
        return Table(pages[0])


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()


def read_table(path: Path, shown_path: str) -> Table:
    """The table in a .csv or .xlsx file; StudyError with every fault of its cells."""
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
