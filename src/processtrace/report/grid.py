"""Tables as a page prints them: heads, cells, and where a cell leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from processtrace.tables.frames import NUMERIC, heads, printed


@dataclass(frozen=True)
class Cell:
    """A cell: its text, and the part of the page it leads to, if any."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Grid:
    """A table on the page. `right`: which columns are aligned right; the first `named` columns head their row."""

    title: str
    heads: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heads, each with whether its column is aligned right."""
        return list(zip(self.heads, self.right, strict=True))


def anchor(case: str, item: str) -> str:
    """Return the identifier of an item on the page, where links to it lead."""
    return f"item.{case}.{item}"


def grid(title: str, columns: Sequence[str], rows: Sequence[Sequence[str | Cell]], *, right: Sequence[str] = (), note: str = "") -> Grid:
    """Return a table from texts; the columns named in `right` are aligned right."""
    cells = tuple(tuple(part if isinstance(part, Cell) else Cell(part) for part in row) for row in rows)
    return Grid(title, tuple(columns), tuple(column in right for column in columns), cells, note)


def of_table(table: pd.DataFrame, *, title: str = "", case: str = "", without: Sequence[str] = (), note: bool = True) -> Grid:
    """Return a pandas table as the page prints it.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of `processtrace.tables`. Its column `Item` links to the item.
    title : str
        What is printed above it; the table's own title where it is left out.
    case : str
        The identifier of a case, where only its rows are printed.
    without : sequence of str
        Columns that are left out.
    note : bool
        Whether the table's note is printed.
    """
    chosen = [place for place, name in enumerate(table.index) if not case or name[0] == case]
    shown = [(place, part) for place, part in enumerate(heads(table)) if part[0] not in without]
    cells = printed(table)
    linked = table.index.names[:2] == ["case", "evidence"]
    rows = tuple(
        tuple(
            Cell(cells[row][place], f"#{anchor(*table.index[row][:2])}" if linked and head == "Item" else "")
            for place, (head, _, _) in shown
        )
        for row in chosen
    )
    return Grid(
        title or str(table.attrs.get("title", "")),
        tuple(head for _, (head, _, _) in shown),
        tuple(kind in NUMERIC for _, (_, kind, _) in shown),
        rows,
        str(table.attrs.get("note", "")) if note else "",
    )
