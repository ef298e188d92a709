"""What a page holds beside the study: columns of the user's own, and comments on cells. Both become notes of their rows."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator

from processtrace.formats.workbook.cell_values import cell_text
from processtrace.formats.workbook.pages import PRIOR, UNDER, WHY, Page, Row, fixed_columns

OWN_MARK = "#"
"""Begins the heading of a column that is the user's own, whatever it holds."""

_CLOSE = 0.8
_NOTES = ("note", "description")


def meant(name: str, known: Collection[str]) -> str:
    """Return the known column that a heading was meant to be, or an empty text."""
    folded = {one.lower(): one for one in reversed(list(known))}
    close = difflib.get_close_matches(name.lower(), list(folded), 1, _CLOSE)
    return folded[close[0]] if close else ""


def own_columns(page: Page, known: Collection[str]) -> list[str]:
    """Return the columns of a page that are the user's own: neither known nor like one that is."""

    def mine(name: str) -> bool:
        return name.startswith(OWN_MARK) or (not name.startswith((WHY, PRIOR, UNDER)) and not meant(name, known))

    return [name for name in page.columns if name not in known and mine(name)]


def with_notes(page: Page, own: Collection[str]) -> Page:
    """Return a page without the user's own columns and comments, which are added to the remarks of their rows.

    What stands in several rows of one item of the evidence is added to the first of them.
    """
    target = _remark_column(page)
    bare = [Row(row.number, {name: cell for name, cell in row.cells.items() if name not in own}) for row in page.rows]
    added = {row.number: list(_remarks(page, row, own)) for row in page.rows} if target else {}
    for rows in _items(page, bare) if any(added.values()) else ():
        texts = list(dict.fromkeys(str(cell_text(row.cells[target])) for row in rows if target in row.cells))
        if len(texts) < 2:  # more are a fault that is reported where the rows are read
            more = [text for row in rows for text in added[row.number]]
            said = list(dict.fromkeys([*(line for text in texts for line in text.split("\n")), *more]))
            for row in rows:
                row.cells.pop(target, None)
            if said:
                rows[0].cells[target] = "\n".join(said)
    columns = [name for name in page.columns if name not in own]
    columns += [target] if target and target not in columns and any(target in row.cells for row in bare) else []
    return Page(page.name, tuple(columns), tuple(row for row in bare if row.cells), page.path)


def _remark_column(page: Page) -> str:
    """Return the column for remarks on the rows of a page; an empty text where it has none."""
    return next((name for name in _NOTES if name in fixed_columns(page.name)), "")


def _items(page: Page, rows: list[Row]) -> Iterable[list[Row]]:
    """Return the rows of each item of the evidence; on another page, each row by itself."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        case, name = (str(row.cells.get(column, "")).strip() for column in ("case", "id"))
        found.setdefault((case, name) if page.name == "evidence" and name else ("", f"row {row.number}"), []).append(row)
    return found.values()


def _remarks(page: Page, row: Row, own: Collection[str]) -> Iterator[str]:
    for name in page.columns:
        if name in own and name in row.cells:
            yield f"{name.removeprefix(OWN_MARK).strip()}: {_line(str(cell_text(row.cells[name])))}"
    for (number, name), text in page.comments.items():
        if number == row.number and text.strip():
            yield f"Comment ({name or 'row'}): {_line(text)}"


def _line(text: str) -> str:
    return " ".join(text.split())


def beside(page: Page, own: Collection[str]) -> Iterator[str]:
    """Yield what a page holds beside the study and what became of it, one sentence for each column, and one for the comments."""
    kept = any(name in fixed_columns(page.name) for name in _NOTES)
    for name in own:
        cells = sum(name in row.cells for row in page.rows)
        yield f"page {page.name}, column '{name}' is your own: {_became(cells if kept else 0, cells, 'cell', 'cells')}"
    rows = {row.number for row in page.rows}
    comments = len(page.comments)
    if comments:
        inside = sum(number in rows for number, _ in page.comments) if kept else 0
        yield f"page {page.name}, comments: {_became(inside, comments, 'comment', 'comments')}"


def _became(kept: int, every: int, one: str, several: str) -> str:
    parts = [f"{kept} {one if kept == 1 else several} kept as {'a note' if kept == 1 else 'notes'}"] if kept else []
    left = every - kept
    parts += [f"{left} {one if left == 1 else several} left in the workbook"] if left or not parts else []
    return ", ".join(parts)
