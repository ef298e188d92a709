"""Studies as tables (XLSX and CSV), and blind sheets for another coder."""

from processtrace.sheets.blind import explanations
from processtrace.sheets.coding_sheet import write_sheet
from processtrace.sheets.delimited import read_csv, write_csv
from processtrace.sheets.merging import merge_sheet
from processtrace.sheets.workbook import read_workbook, write_workbook

__all__ = ["explanations", "merge_sheet", "read_csv", "read_workbook", "write_csv", "write_sheet", "write_workbook"]
