"""Studies as tables: workbooks (XLSX) and folders of CSV pages, and what else is read from pages or written to them."""

from processtrace.formats.workbook.cell_values import cell_text, read_value
from processtrace.formats.workbook.columns import one_decimal_mark
from processtrace.formats.workbook.csv_pages import page_from, read_csv, write_csv
from processtrace.formats.workbook.edit import add_to_workbook, save_again
from processtrace.formats.workbook.evidence_rows import guessed_scale
from processtrace.formats.workbook.pages import Page, Row, fault_at
from processtrace.formats.workbook.xlsx import read_pages, read_with_the_rest, read_workbook, sheet_names, write_workbook

__all__ = [
    "Page",
    "Row",
    "add_to_workbook",
    "cell_text",
    "fault_at",
    "guessed_scale",
    "one_decimal_mark",
    "page_from",
    "read_csv",
    "read_pages",
    "read_value",
    "read_with_the_rest",
    "read_workbook",
    "save_again",
    "sheet_names",
    "write_csv",
    "write_workbook",
]
