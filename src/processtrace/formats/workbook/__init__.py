"""Studies as tables: workbooks (XLSX) and folders of CSV pages."""

from processtrace.formats.workbook.csv_pages import read_csv, write_csv
from processtrace.formats.workbook.xlsx import read_workbook, write_workbook

__all__ = ["read_csv", "read_workbook", "write_csv", "write_workbook"]
