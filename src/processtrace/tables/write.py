"""Tables to files: CSV for machines, LaTeX and HTML for papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from processtrace.formats.atomic import write_files
from processtrace.tables.html import to_html
from processtrace.tables.latex import to_latex

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(table: pd.DataFrame) -> str:
    """Every column of a table with full precision, identifiers first; what is not a number is empty, infinity is `inf`.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    safe = table.reset_index().map(_inert)
    return str(safe.to_csv(index=False, lineterminator="\n", header=[_inert(str(column)) for column in safe.columns]))


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write(table: pd.DataFrame, stem: str | Path) -> tuple[Path, Path, Path]:
    """Write a table as `stem`.csv, `stem`.tex and `stem`.html; its folder is made where it is missing.

    CSV is UTF-8 with a mark, so that Excel reads it as it stands. Returns the three paths.
    """
    stem = Path(stem)
    csv, tex, html = (stem.with_name(f"{stem.name}.{ending}") for ending in ("csv", "tex", "html"))
    write_files({csv: to_csv(table).encode("utf-8-sig"), tex: to_latex(table), html: to_html(table)})
    return csv, tex, html
