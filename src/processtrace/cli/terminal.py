"""How results look on a terminal: plain tables in words, and JSON and CSV with full precision."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click

from processtrace.text.comma_separated import comma_separated


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Return a text table with two blanks between columns; the columns in `right` are aligned right."""
    body = [list(row) for row in rows]
    flush = set(right)
    widths = [max(_width(row[i]) for row in [list(heads), *body]) for i in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            (" " * (w - _width(c)) + c) if i in flush else c + " " * (w - _width(c))
            for i, (c, w) in enumerate(zip(cells, widths, strict=True))
        ]
        return "  ".join(padded).rstrip()

    return "\n".join([line(heads), line(["─" * w for w in widths]), *(line(row) for row in body)])


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def echo_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def echo_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as CSV with full precision."""
    click.echo(comma_separated([heads, *rows]), nl=False)
