"""Tables to files: CSV for machines, LaTeX and HTML for papers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from processtrace.formats.atomic import write_files
from processtrace.tables.html import to_html
from processtrace.tables.latex import to_latex
from processtrace.text.comma_separated import comma_separated

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(table: pd.DataFrame) -> str:
    """Return every column of a table as CSV with full precision, identifiers first.

    What is not a number is empty, infinity is `inf`. A text that a spreadsheet would take for a formula gets an
    apostrophe before it.

    Parameters
    ----------
    table : pandas.DataFrame
        Any table.
    """
    safe = table.reset_index().map(_inert)
    rows = safe.astype(object).where(safe.notna(), None).itertuples(index=False, name=None)
    return comma_separated([[_inert(str(column)) for column in safe.columns], *rows])


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write(table: pd.DataFrame, stem: str | Path) -> tuple[Path, Path, Path]:
    """Write a table as `stem`.csv, `stem`.tex and `stem`.html.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of this room, or any other.
    stem : path
        The name of the files without their ending; the folder is made where it is missing.

    Returns
    -------
    tuple of Path
        The three files. The CSV is UTF-8 with a byte-order mark, which Excel needs.
    """
    stem = Path(stem)
    csv, tex, html = (stem.with_name(f"{stem.name}.{ending}") for ending in ("csv", "tex", "html"))
    write_files({csv: to_csv(table).encode("utf-8-sig"), tex: to_latex(table), html: to_html(table)})
    return csv, tex, html
