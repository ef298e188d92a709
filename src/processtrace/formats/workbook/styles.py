"""How sheets look, and how a text or number is put into a cell so that the spreadsheet keeps it as it is."""

from __future__ import annotations

import functools
import io
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.workbook.cell_values import Cell
from processtrace.formats.workbook.pages import MOST_ROWS

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.styles import Alignment
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST_TEXT = 32_767
"""Characters that a cell of a spreadsheet can hold."""

AS_TEXT = "@"
_ACTIVE = ("=", "+", "-", "@", "'")
_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LANDSCAPE, _PORTRAIT = 112, 78  # characters that a line of an A4 page holds, in wide fonts too
_HEAD, _RULE, _PAPER = "FF1F3A4D", "FFBFC7CD", "FFF2F5F7"


def escaped(text: str) -> str:
    """Return text as the format holds it: characters that XML has no place for, and what looks like one of them, as `_xHHHH_`."""
    return _ESCAPE.sub(lambda found: f"_x{ord(found[0][0]):04X}_" + found[0][1:], text)


def unescaped(text: str) -> str:
    """Return the text that `escaped` has written."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def put_cell(sheet: Worksheet, row: int, column: int, value: Cell | None, text: bool = True) -> SheetCell:
    """Write a value into a cell, wrapped at the top, and return the cell.

    It is formatted as text unless only numbers belong there. Text is never a formula.
    """
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        held = escaped(value)
        if len(held) > LONGEST_TEXT or not _encodable(held):
            read = f"{len(held)} characters" if len(held) > LONGEST_TEXT else "a character that Unicode does not have"
            place = f"page {sheet.title}, row {row}, column {sheet.cell(1, column).value}"
            fix = "write CSV instead, or shorten it" if len(held) > LONGEST_TEXT else "remove it"
            raise StudyError([Fault(place, read, f"at most {LONGEST_TEXT}, the most that a cell can hold", fix)])
        cell.value = held
        cell.data_type = "s"
        cell.quotePrefix = held.startswith(_ACTIVE)
    elif value is not None:
        cell.value = repr(value)  # the library itself would write 16 digits
        cell.data_type = "n"
    if text:
        cell.number_format = AS_TEXT
    cell.alignment = _wrapped()
    return cell  # type: ignore[no-any-return]


@functools.cache
def _wrapped() -> Alignment:
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def style_header(sheet: Worksheet, columns: int, row: int = 1) -> None:
    """Make a row the header: white on dark, repeated on every printed page."""
    from openpyxl.styles import Alignment, Font, PatternFill

    for number in range(1, columns + 1):
        cell = sheet.cell(row, number)
        cell.font = Font(name="Calibri", bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor=_HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.print_title_rows = f"{row}:{row}"


def mark_to_fill(cell: SheetCell) -> None:
    """Frame and shade a cell in which something is to be written."""
    from openpyxl.styles import Border, PatternFill, Side

    line = Side(style="thin", color=_RULE)
    cell.border = Border(left=line, right=line, top=line, bottom=line)
    cell.fill = PatternFill("solid", fgColor=_PAPER)


def set_width(sheet: Worksheet, column: int, characters: int, text: bool = True) -> None:
    """Set the width of a column, and the format of the cells that are filled in it later."""
    from openpyxl.utils import get_column_letter

    dimension: Any = sheet.column_dimensions[get_column_letter(column)]
    dimension.width = characters
    if text:
        dimension.number_format = AS_TEXT


def add_choices(sheet: Worksheet, column: int, words: Sequence[str], rows: tuple[int, int] = (2, MOST_ROWS)) -> None:
    """Add a list to choose from to the rows of a column."""
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True)
    listed.errorTitle, listed.error = "Not one of them", f"One of {', '.join(words)}, or blank."
    _validate(sheet, listed, column, rows)


def add_prompt(sheet: Worksheet, column: int, last: int, title: str, text: str) -> None:
    """Add a help text that appears at the cells of a column; it refuses nothing."""
    from openpyxl.worksheet.datavalidation import DataValidation

    helped = DataValidation(type="custom", formula1="TRUE", allow_blank=True, showInputMessage=True)
    helped.promptTitle, helped.prompt = title[:32], text[:255]
    _validate(sheet, helped, column, (2, last))


def _validate(sheet: Worksheet, validation: DataValidation, column: int, rows: tuple[int, int]) -> None:
    from openpyxl.utils import get_column_letter

    letter = get_column_letter(column)
    validation.add(f"{letter}{rows[0]}:{letter}{rows[1]}")
    sheet.add_data_validation(validation)


def set_heights(sheet: Worksheet, least: int = 1, most: int = 25) -> None:
    """Make rows high enough for their text, from `least` to `most` lines: not every spreadsheet does it by itself."""
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(sheet.iter_rows(), 1):
        lines = least if number > 1 else 1
        for cell in row:
            wide = float(sheet.column_dimensions[get_column_letter(int(cell.column or 1))].width) * (0.8 if number == 1 else 1)
            if isinstance(cell.value, str):
                lines = max(lines, sum(max(1, math.ceil(len(part) / wide)) for part in cell.value.split("\n")))
        sheet.row_dimensions[number].height = 15 * min(lines, most) + 3


def set_up_printing(sheet: Worksheet, landscape: bool = True, divided_after: int = 0) -> None:
    """Set up A4 pages with numbers; the columns before and after the divide are as wide as a page each."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.pagebreak import Break, ColBreak

    setup: Any = sheet.page_setup
    widths = [float(sheet.column_dimensions[get_column_letter(number)].width) for number in range(1, sheet.max_column + 1)]
    repeated = sum(widths[:2]) if divided_after else 0
    pages = [sum(widths[:divided_after]), repeated + sum(widths[divided_after:])]
    setup.orientation, setup.paperSize = ("landscape" if landscape else "portrait"), 9
    setup.scale = max(25, min(100, int(100 * (_LANDSCAPE if landscape else _PORTRAIT) / max(pages))))
    if divided_after:
        sheet.col_breaks = ColBreak(brk=(Break(divided_after),))
        sheet.print_title_cols = "A:B"
    margins: Any = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.6, 0.8, 0.3
    footer: Any = sheet.oddFooter
    footer.center.text = "&A, &P of &N"


def prose_page(book: Workbook, title: str, lines: Sequence[str], new: bool = False) -> None:
    """Make the first sheet of a workbook one of lines to be read; where `new`, a sheet that is added before the others."""
    from openpyxl.styles import Font

    sheet: Any = book.create_sheet(title, 0) if new else book.active
    sheet.title = title
    sheet.sheet_view.showGridLines = False
    set_width(sheet, 1, 78, text=False)
    for number, line in enumerate(lines, 1):
        cell = put_cell(sheet, number, 1, line or None, text=False)
        if number == 1 or line.startswith("Page "):
            cell.font = Font(name="Calibri", bold=True, size=16 if number == 1 else 11)
    set_heights(sheet)
    sheet.row_dimensions[1].height = 26
    set_up_printing(sheet, landscape=False)


def workbook_bytes(book: Workbook) -> bytes:
    """Return the workbook as the bytes of a file."""
    book.properties.creator = "processtrace"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
