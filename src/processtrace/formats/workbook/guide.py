"""The page that says how the others are filled in."""

from __future__ import annotations

from processtrace.formats.workbook.pages import JUDGED_COLUMNS, SHAPES

_HEAD = """How to fill in

Each page is a table: its first row names the columns, each row below is one thing. A blank cell means that nothing is given.
The page evidence has one row per item and analyst, and under each hypothesis how probable a finding of this kind and degree is.

Numbers: 0.25, or 0,25 throughout: one decimal mark in the whole study. A range is written 0.2 to 0.5.
Lists: entries are joined by ; and a blank, as in elite; electoral. A ; that belongs to an entry has a \\ before it.
Dates are text: 1994, 1994-03, 1994-03-29, or two joined by /. Cells in which a spreadsheet might turn what you type into a date
are formatted as text; if it does so all the same, format the cell as Text and type it again.
Formulas and merged cells are refused: what counts is what you see.
In CSV files, text that begins with = + - or @ has an apostrophe before it, so that no spreadsheet runs it; it is removed on reading.
A hypothesis with the name of another column has the column 'under NAME'.
Columns and pages of your own may stand beside these; a heading that begins with # is always your own. What stands in such a column,
or in a comment on a cell, is kept as a note of its item or source. Your own pages are left alone.

Only the columns marked with * must be there, and on the page evidence one for each hypothesis."""


def guide() -> list[str]:
    """Return the lines of the page `How to fill in`."""
    lines = _HEAD.split("\n")
    for name, shape in SHAPES.items():
        lines += ["", f"Page {name}: {shape.about}"]
        columns = [*shape.columns, *(JUDGED_COLUMNS if name == "evidence" else ())]
        lines += [f"   {column.name}{'*' if column.required else ''}: {column.about}" for column in columns]
    return lines
