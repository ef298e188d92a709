"""Whether pages have the columns they need and no others, and one decimal mark."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from pydantic_core import PydanticCustomError

from processtrace.errors import Fault
from processtrace.formats.workbook.cell_values import JUDGED, Cell, decimal_marks, tidy, with_points
from processtrace.formats.workbook.own import OWN_MARK, meant
from processtrace.formats.workbook.pages import SHAPES, Page, Row, fault_at, fixed_columns
from processtrace.study.values import as_number
from processtrace.text.names import nearest

_IF_YOURS = f"If the column is your own, begin its heading with {OWN_MARK}"

Numeric = Callable[[Page, Row], Collection[str]]


def missing_pages(pages: Mapping[str, Page], path: str) -> Iterator[Fault]:
    """Give a fault for each page that a study needs and these lack."""
    for name in ("study", "cases", "evidence"):
        if name not in pages:
            yield Fault(f"page {name}", "missing", "the pages study, hypotheses (or factors), cases and evidence", "add it", (), path, 1)
    if "hypotheses" not in pages and "factors" not in pages:
        yield Fault("page hypotheses", "missing", "a page hypotheses, or a page factors", "add it", (), path, 1)


def unknown_page(name: str, path: str) -> Fault | None:
    """Return the fault of a page that has nearly the name of one of a study's; none for a page of the user's own."""
    close = meant(name, list(SHAPES))
    if not close:
        return None
    return Fault(f"page {name}", f"unknown page '{name}'", f"the pages {', '.join(SHAPES)}", f"did you mean '{close}'?", (), path, 1)


def numbers_of_nobody(page: Page, own: Collection[str], words: Collection[str]) -> Iterator[Fault]:
    """Give a fault for each column of the user's own that holds nothing but probabilities, as a forgotten explanation would."""
    for name in own:
        cells = [row.cells[name] for row in page.rows if name in row.cells]
        if not name.startswith(OWN_MARK) and cells and all(_is_share(cell, words) for cell in cells) and not all(map(_is_whole, cells)):
            read = f"the column '{name}' of probabilities, which is no hypothesis of the study"
            yield fault_at(
                page, 1, name, read, "a column of probabilities for each hypothesis", f"add it to the page hypotheses. {_IF_YOURS}"
            )


def _is_share(cell: Cell, words: Collection[str]) -> bool:
    value = JUDGED.read(cell)
    try:
        return all(0 <= as_number(end) <= 1 for end in (value if isinstance(value, list) else [value]))
    except PydanticCustomError:
        return isinstance(cell, str) and " ".join(cell.lower().split()) in words


def _is_whole(cell: Cell) -> bool:
    return not isinstance(cell, str) and float(cell).is_integer()


def wrong_columns(page: Page, more: Collection[str], needed: Collection[str], own: Collection[str]) -> Iterator[Fault]:
    """Give a fault for each column that is missing or unknown.

    Columns in `more` may be there beside the fixed ones, and those in `own` are the user's; those in `needed` must be, besides
    the required ones.
    """
    fixed = fixed_columns(page.name)
    for name in [*(name for name, column in fixed.items() if column.required), *needed]:
        if name not in page.columns:
            close = nearest(name, [column for column in page.columns if column not in fixed and column not in more])
            yield fault_at(page, 1, "", f"the column '{name}' is missing", "it is required", f"add it{f'; {close}' if close else ''}")
    seen: set[str] = set()
    for name in page.columns:
        if name in seen:
            yield fault_at(page, 1, name, f"the column '{name}' again", "each column once", "delete or rename one")
        seen.add(name)
        known = [*fixed, *more]
        if name not in known and name not in own:
            close = meant(name, known)
            fix = f"did you mean '{close}'?" if close else "rename or delete it"
            yield fault_at(page, 1, name, f"unknown column '{name}'", f"one of {', '.join(known)}", f"{fix} {_IF_YOURS}")


def one_decimal_mark(pages: Collection[Page], numeric: Numeric) -> tuple[list[Page], list[Fault]]:
    """Return the pages with decimal points, and a fault where numbers have commas in one cell and points in another.

    `numeric` names the columns in which a row holds numbers and ranges. Pages that come from no file are left as they are.
    """
    found: dict[str, tuple[Page, Row, str]] = {}
    faults = []
    for page in pages:
        for row in page.rows if page.path else ():
            for name in numeric(page, row):
                cell = row.cells.get(name)
                for mark in decimal_marks(cell) if isinstance(cell, str) else ():
                    found.setdefault(mark, (page, row, name))
    if len(found) == 2:
        page, row, name = found[","]
        other, line, column = found["."]
        faults.append(
            fault_at(
                page,
                row.number,
                name,
                f"'{tidy(str(row.cells[name]))}' with a decimal comma, and on page {other.name}, row {line.number}, column {column}, "
                f"'{tidy(str(line.cells[column]))}' with a point",
                "one decimal mark throughout",
                "write all numbers with a point, or all with a comma",
            )
        )
    if set(found) != {","}:
        return list(pages), faults
    return [_with_points(page, numeric) if page.path else page for page in pages], faults


def _with_points(page: Page, numeric: Numeric) -> Page:
    rows = []
    for row in page.rows:
        names = numeric(page, row)
        cells = {name: with_points(cell) if name in names and isinstance(cell, str) else cell for name, cell in row.cells.items()}
        rows.append(Row(row.number, cells))
    return Page(page.name, page.columns, tuple(rows), page.path)
