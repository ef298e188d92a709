"""Where a table stands on its sheet: its title, one or two rows of headings, its rows, and whether it lies on its side."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping, Sequence

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.answers import Answers
from processtrace.formats.foreign.grid import Grid
from processtrace.formats.foreign.headings import Heading, read_heading
from processtrace.formats.foreign.joined_headings import join_headings
from processtrace.formats.foreign.marks import sort_of
from processtrace.formats.foreign.stacked import crossed, unstacked
from processtrace.formats.foreign.table import Row, Table
from processtrace.formats.workbook.pages import Page, fault_at
from processtrace.study.values import shown

Cells = Sequence[str]
_JUDGED = ("sign", "number", "percent", "odds", "grade", "dash")


def table_of(grid: Grid, answers: Answers) -> Table:
    """Return the table of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    answers : Answers
        What the user says of it.

    Returns
    -------
    Table
        Its rows under their headings; turned on its side where the explanations stand in rows.

    Raises
    ------
    StudyError
        For an empty sheet, a column that is named twice, and what stands in a column without a name.
    """
    rows = [[" ".join(cell.split()) for cell in row] for row in _filled_down(grid)]
    top = _heading_row(rows)
    if top is None:
        raise StudyError([_fault(grid, 1, "", "an empty table", "a first row with the names of the columns")])
    upper, lower, after = _heading_rows(rows, top)
    names = _names(grid, rows, upper, lower)
    said = [
        f"row {k + 1}: '{shown(next(cell for cell in row if cell))}', a title, passed over"
        for k, row in enumerate(rows[: min(top, top if upper is None else upper)])
        if any(row)
    ]
    if upper is not None:
        said.append(f"rows {upper + 1} and {(lower if lower is not None else upper) + 1}: headings of two rows, read together")
    head_line = (lower if lower is not None else upper if upper is not None else top) + 1
    found: list[Row] = []
    faults: list[Fault] = []
    block = 0
    for k, row in enumerate(rows[after:], after):
        if not any(row):
            block += 1 if found else 0
            continue
        faults += [_beyond(grid, k + 1, cell, len(names)) for place, cell in enumerate(row) if cell and place not in names]
        cells = {name: _cell(grid, k, place, row, heading) for place, (name, heading) in names.items()}
        if any(cells.values()):
            found.append(Row(k + 1, cells, block))
    if faults:
        raise StudyError(faults)
    headings = dict(names.values())
    made = {(row + 1, names[place][0]): kind for (row, place), kind in grid.made.items() if place in names}
    comments = {(row + 1, names[place][0] if place in names else ""): text for (row, place), text in grid.comments.items()}
    table = Table(grid.name, grid.path, headings, tuple(found), head_line, tuple(said), made, comments=comments)
    pairs = _pairs(grid, rows, upper, names)
    if answers.above and pairs:
        return unstacked(table, pairs, answers.above)
    if answers.transposed or lies_on_its_side(table):
        return _turned(table)
    if not answers.explanations and (fault := crossed(table, pairs)):
        raise StudyError([fault])
    if not answers.explanations and not rows[head_line - 1][0] and (upper is None or not rows[upper][0]) and (fault := _which_way(table)):
        raise StudyError([fault])
    return table


def _cell(grid: Grid, k: int, place: int, row: Cells, heading: Heading) -> str:
    """Return the text of a cell on one line; passages and lists of codes keep the ends of their lines."""
    if place >= len(row):
        return ""
    if heading.role in ("segment", "code") and place < len(grid.rows[k]):
        return "\n".join(" ".join(line.split()) for line in grid.rows[k][place].splitlines()).strip()
    return row[place]


def _fault(grid: Grid, line: int, column: str, read: str, allowed: str, fix: str = "") -> Fault:
    return fault_at(Page(grid.name, (), (), grid.path), line, column, read, allowed, fix)


def _filled_down(grid: Grid) -> list[list[str]]:
    """Return the cells of a sheet, with what is merged down a column written in each of its rows."""
    rows = [list(row) for row in grid.rows]
    for top, left, bottom, right in grid.merged:
        if left == right and top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row += [""] * (left + 1 - len(row))
                row[left] = row[left] or rows[top][left]
    return rows


def _filled(row: Cells) -> int:
    return sum(1 for cell in row if cell)


def _heading_row(rows: Sequence[Cells]) -> int | None:
    """Return the row with the names of the columns: the first that fills half the width of the table, and reaches as far as its rows."""
    filled = [_filled(row) for row in rows[:200]]
    if not any(filled):
        return None
    enough = min(max(filled), max(2, (max(filled) + 1) // 2))
    ends = [max((place for place, cell in enumerate(row) if cell), default=-1) for row in rows[:200]]
    wide = [k for k, number in enumerate(filled) if number >= enough]
    below = {k: sorted(end for end, number in zip(ends[k + 1 :], filled[k + 1 :], strict=True) if number > 1) for k in wide}
    first = wide[0]
    if sum(read_heading(cell).role != "unknown" for cell in rows[first] if cell) > 1:
        return first
    reaching = [k for k in wide if not below[k] or ends[k] >= below[k][len(below[k]) // 2]]
    return next((k for k in reaching if k == first or _is_heading(rows[k])), first)


def _is_heading(row: Cells) -> bool:
    return _filled(row) > 0 and not any(sort_of(cell, {}) in _JUDGED for cell in row if cell)


def _heading_rows(rows: Sequence[Cells], top: int) -> tuple[int | None, int | None, int]:
    """Return the upper and lower of two rows of headings, None where there is one, and the first row below."""
    here = rows[top]
    if top and _is_heading(rows[top - 1]) and not (rows[top - 1][0] and _own(here, rows[top - 1])[0]):
        return top - 1, top, top + 1
    if top + 1 < len(rows) and _is_heading(here) and _is_heading(rows[top + 1]):
        below = _own(rows[top + 1], here)
        first = next((k for k, cell in enumerate(here) if cell), 0)
        blank_above = any(cell and (k >= len(here) or not here[k]) for k, cell in enumerate(below))
        if (not below[0] or not here[0]) and (blank_above or not (below[first] if first < len(below) else "")):
            return top, top + 1, top + 2
    return None, None, top + 1


def _own(row: Cells, above: Cells) -> list[str]:
    """Return a row without what merged cells repeat from the row above it."""
    return ["" if place < len(above) and cell == above[place] else cell for place, cell in enumerate(row)] or [""]


def _names(grid: Grid, rows: Sequence[Cells], upper: int | None, lower: int | None) -> dict[int, tuple[str, Heading]]:
    """Return the name and meaning of the heading of each column, by its place."""
    top = _heading_row(rows) if upper is None else lower
    assert top is not None
    here = rows[top]
    above = _spread(grid, rows, upper, here) if upper is not None else []
    names: dict[int, tuple[str, Heading]] = {}
    faults = []
    for place in range(max(len(here), len(above))):
        low, high = (line[place] if place < len(line) else "" for line in (here, above))
        low = "" if above and low == high else low
        heading = join_headings(high, low) if above else read_heading(low)
        if not heading.text and place == 0:
            heading = read_heading("finding")
        if not heading.text:
            continue
        if any(heading.text == name for name, _ in names.values()):
            faults.append(
                _fault(grid, top + 1, heading.text, f"the column '{heading.text}' again", "each column once", "delete or rename one")
            )
        names[place] = (heading.text, heading)
    if faults:
        raise StudyError(faults)
    return names


def _pairs(grid: Grid, rows: Sequence[Cells], upper: int | None, names: Mapping[int, tuple[str, Heading]]) -> dict[str, tuple[str, str]]:
    """Return the upper and lower heading of each column that has both."""
    if upper is None:
        return {}
    here = rows[upper + 1]
    above = _spread(grid, rows, upper, here)
    both = ((name, above[place], here[place]) for place, (name, _) in names.items() if place < len(here))
    return {name: (high, low) for name, high, low in both if high and low and high != low}


def _spread(grid: Grid, rows: Sequence[Cells], upper: int, below: Cells) -> list[str]:
    """Return the upper headings, each over all the columns that it heads."""
    above = list(rows[upper]) + [""] * max(0, len(below) - len(rows[upper]))
    merged = {
        place: above[left] for top, left, _, right in grid.merged if top == upper for place in range(left, min(right + 1, len(above)))
    }
    last = ""
    for place, cell in enumerate(above):
        last = cell or last
        if not cell:
            above[place] = merged.get(place, "" if grid.merged or (place == 0) else last) if place < len(below) and below[place] else ""
    return above


def _beyond(grid: Grid, line: int, cell: str, columns: int) -> Fault:
    read = f"'{shown(cell)}' in a column without a name"
    fix = "put text that holds a comma or ; in quotation marks, give the column a name, or delete the cell"
    return _fault(grid, line, "", read, f"{columns} cells, each under a name", fix)


def lies_on_its_side(table: Table) -> bool:
    """Return whether the explanations stand in rows and the findings in columns, as far as the table says it."""
    first, *others = table.columns or ("",)
    heads = [table.headings[name] for name in others]
    if not others or any(head.role in ("value", "finding", "under", "against", "ratio", "pair", "segment", "code") for head in heads):
        return False
    if table.headings[first].role == "hypothesis":
        return True
    rows = [read_heading(row.cells[first]) for row in table.rows if row.block == 0 and row.cells[first]]
    beside = ("source", "date", "note", "beside", "label", "id", "url")
    if sum(head.numbered for head in rows) > 1 and all(head.numbered or head.role in beside for head in rows):
        return True
    return len(heads) > 1 and sum(head.role == "evidence" for head in heads) * 2 > len(heads)


def _which_way(table: Table) -> Fault | None:
    """Return the question of a table without a first heading whose other headings are sentences, and its first column names."""
    first, *others = table.columns or ("",)
    names = [row.cells[first] for row in table.rows if row.block == 0 and row.cells[first]]
    if len(others) < 2 or not names or any(table.headings[name].role != "unknown" for name in others):
        return None
    words = sum(len(name.split()) for name in others) / len(others)
    short = sum(map(len, names)) / len(names)
    if (words < 3 and short <= 3) or words < 2 or sum(map(len, others)) / len(others) < 1.5 * short:
        return None
    read = f"headings such as '{shown(others[0])}' and rows such as '{shown(names[0])}', of which either may be the explanations"
    chosen = shlex.quote(",".join(f'"{name}"' if "," in name else name for name in others))
    fix = f"add --transposed if the explanations stand in rows, or --explanations {chosen} if they stand in columns"
    return table.fault(None, first, read, "explanations in columns, or in rows", fix)


def _turned(table: Table) -> Table:
    """Return the table with its columns as rows, each cell with the row in which it stands in the file."""
    first, *others = table.columns
    headings: dict[str, Heading] = {"finding": read_heading("finding")}
    lines: dict[str, int] = {}
    kept: list[Row] = []
    for row in table.rows:
        name = row.cells[first]
        if not name or row.block:
            continue
        if name in headings:
            raise StudyError([table.fault(row, first, f"'{name}' again", "each explanation once", "delete or rename one")])
        headings[name], lines[name] = read_heading(name), row.line
        kept.append(row)
    names = list(lines)
    made = {(table.first + k, name): table.made[row.line, column] for k, column in enumerate(others) for name, row in zip(names, kept, strict=True) if (row.line, column) in table.made}  # fmt: skip
    rows = tuple(_turned_row(k, column, names, kept, table) for k, column in enumerate(others))
    said = (*table.said, "the explanations stand in rows and the findings in columns: read on its side")
    comments = {(table.first + k, name): table.comments[row.line, column] for k, column in enumerate(others) for name, row in zip(names, kept, strict=True) if (row.line, column) in table.comments}  # fmt: skip
    return dataclasses.replace(table, headings=headings, rows=rows, lines=lines, said=said, made=made, comments=comments)


def _turned_row(k: int, column: str, names: Sequence[str], rows: Sequence[Row], table: Table) -> Row:
    cells: Mapping[str, str] = {"finding": column} | {name: row.cells[column] for name, row in zip(names, rows, strict=True)}
    return Row(table.first + k, cells)
