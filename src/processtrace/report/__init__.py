"""The report: one file that a reader can open, print and argue with. It computes nothing; it prints what it is handed.

`write(results, folder)` writes `report.html` and its appendix, `write_summary` the two pages that sum it up, `replication` the ZIP with what both rest
on; `provenance(files, ...)` says what they were made from.
"""

from processtrace.report.page import render, render_appendix, write
from processtrace.report.provenance import named, provenance
from processtrace.report.replication import replication
from processtrace.report.summary import Part, as_markdown, parts, render_summary, write_summary
from processtrace.web.pictures import Picture

__all__ = [
    "Part",
    "Picture",
    "as_markdown",
    "named",
    "parts",
    "provenance",
    "render",
    "render_appendix",
    "render_summary",
    "replication",
    "write",
    "write_summary",
]
