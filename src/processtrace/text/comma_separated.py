"""Rows as comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any


def comma_separated(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as lines of CSV that end with a line feed; a cell that holds a line break of any kind is in quotation marks.

    Parameters
    ----------
    rows : iterable of sequences
        The cells of each row, written by `str`; None is empty.
    """
    return "".join(_line(row) for row in rows)


def _line(row: Sequence[Any]) -> str:
    # Python before 3.13 puts a carriage return in quotation marks only where it is part of the line ending.
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(row)
    return out.getvalue().removesuffix("\r\n") + "\n"
