"""A table as a person reads it: headings, and rows of text under them, with the place of each in the file."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.grid import Made
from processtrace.formats.foreign.headings import Heading
from processtrace.formats.workbook.cell_values import decimal_marks, with_points
from processtrace.formats.workbook.pages import Page, fault_at


@dataclass(frozen=True)
class Row:
    """A row that is not blank, with a text for every column.

    Attributes
    ----------
    line : int
        Its number, as a spreadsheet counts.
    cells : Mapping
        The text under each heading.
    block : int
        How many groups of blank rows stand above it, below the headings.
    """

    line: int
    cells: Mapping[str, str]
    block: int = 0


@dataclass(frozen=True)
class Table:
    """Rows under the names of their columns.

    Attributes
    ----------
    name : str
        The sheet, or the file where it has none.
    path : str
        How messages name the file.
    headings : Mapping
        What the heading of each column says, in their order.
    rows : tuple of Row
        The rows that are not blank.
    first : int
        The row of the headings.
    said : tuple of str
        What was done to find headings and rows, for the user.
    made : Mapping
        By row and column, the cells that hold a formula, a date or an error.
    lines : Mapping
        The row of each column in the file, where the table was turned on its side.
    comments : Mapping
        By row and column, what is pinned to a cell; the column is empty where it has no name.
    """

    name: str
    path: str
    headings: Mapping[str, Heading]
    rows: tuple[Row, ...]
    first: int = 1
    said: tuple[str, ...] = ()
    made: Mapping[tuple[int, str], Made] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[tuple[int, str], str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.headings)

    def filled(self, column: str) -> list[str]:
        """Return the cells of a column that are not blank."""
        return [row.cells[column] for row in self.rows if row.cells[column]]

    def pinned(self, row: Row, finding: str | None) -> list[str]:
        """Return the comments on the cells of a row, each under the name of its column if that is not the finding's."""
        found = [(column, text) for (line, column), text in self.comments.items() if line == row.line]
        return [text if column in ("", finding) else f"{column}: {text}" for column, text in found]

    def fault(self, row: Row | None, column: str, read: str, allowed: str, fix: str = "") -> Fault:
        """Return a fault of a cell, of a row, or of the headings where there is no row."""
        line = self.lines.get(column, self.first) if self.lines else row.line if row else self.first
        return fault_at(Page(self.name, (), (), self.path), line, column, read, allowed, fix)

    def with_points(self, columns: Collection[str]) -> Table:
        """Return the table with decimal points in these columns; StudyError where commas and points are mixed."""
        marked = {mark: (row, name) for row in reversed(self.rows) for name in columns for mark in decimal_marks(row.cells[name])}
        if len(marked) == 2:
            (row, name), (other, column) = marked[","], marked["."]
            read = (
                f"'{row.cells[name]}' with a decimal comma, and '{other.cells[column]}' with a point in row {other.line}, column {column}"
            )
            fix = "write all numbers with a point, or all with a comma"
            raise StudyError([self.fault(row, name, read, "one decimal mark throughout", fix)])
        if "," not in marked:
            return self
        rows = (
            dataclasses.replace(row, cells={name: with_points(cell) if name in columns else cell for name, cell in row.cells.items()})
            for row in self.rows
        )
        return dataclasses.replace(self, rows=tuple(rows))


def named_alike(names: Iterable[str]) -> dict[str, list[str]]:
    """Return names that differ in letter case, blanks or the marks at their end only, under what they have in common."""
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split()).strip(" .,;:!?\"'“”‘’")
        groups.setdefault(plain or name, []).append(name)
    return {key: group for key, group in groups.items() if len(group) > 1}
