"""Studies as tables (XLSX and CSV), and blind sheets for another coder."""

from processtrace.sheets.delimited import read_csv, write_csv
from processtrace.sheets.workbook import read_workbook, write_workbook

__all__ = ["read_csv", "read_workbook", "write_csv", "write_workbook"]
