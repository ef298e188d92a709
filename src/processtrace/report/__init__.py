"""The report: one file that a reader can open, print and argue with. It computes nothing; it prints what it is handed.

`write(study, folder)` writes `report.html`; `provenance(files, ...)` says what it was made from.
"""

from processtrace.report.page import render, write
from processtrace.report.pictures import KINDS, Picture
from processtrace.report.provenance import provenance

__all__ = ["KINDS", "Picture", "provenance", "render", "write"]
