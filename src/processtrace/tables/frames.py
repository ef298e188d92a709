"""What every table is: a DataFrame in words, with how it is printed in its `attrs`.

`attrs["title"]` and `attrs["note"]` are texts; `attrs["layout"]` is "grid" or "items"; `attrs["shown"]` lists the printed
columns as [head, kind, columns of the DataFrame]. Kinds: text, count, probability (value, odds in dB), interval (low, its
odds, high, its odds; or low and high), decibels, ratio, coefficient (two decimals), coefficients (low, high). A DataFrame without these is printed by its own columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from processtrace.text.numbers import decibels, ratio, share

Shown = list[Any]
NUMERIC = frozenset({"count", "probability", "interval", "decibels", "ratio", "coefficient", "coefficients"})


def frame(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    index: Sequence[tuple[str, ...]],
    names: Sequence[str],
    *,
    title: str,
    note: str,
    shown: Sequence[Shown],
    layout: str = "grid",
) -> pd.DataFrame:
    """Return a table of rows in words, with how it is printed in its attributes.

    Parameters
    ----------
    rows : sequence of mapping
        The cells of each row by column.
    columns : sequence of str
        The columns, in order.
    index : sequence of tuple of str
        The identifiers of each row.
    names : sequence of str
        What the identifiers are of: the names of the levels of the index.
    title, note : str
        What is printed above and below.
    shown : sequence of [head, kind, columns]
        The printed columns, as the module says.
    layout : str
        `grid`, or `items` for a block of lines for each row.
    """
    made = pd.DataFrame([dict(row) for row in rows], columns=list(columns))
    made.index = pd.MultiIndex.from_tuples(list(index), names=list(names)) if index else _empty(names)
    made.attrs.update(title=title, note=note, layout=layout, shown=[list(part) for part in shown])
    return made


def _empty(names: Sequence[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[] for _ in names], names=list(names))


def distinct(labels: Iterable[str]) -> list[str]:
    """Return labels with a number after those that occur more than once, so that they can head columns."""
    seen: dict[str, int] = {}
    made = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        made.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return made


def heads(table: pd.DataFrame) -> list[Shown]:
    """Return the printed columns of a table: those that it names, as far as it still has them, else all of its own."""
    named = [part for part in table.attrs.get("shown", []) if all(column in table.columns for column in part[2])]
    return named or [[str(column), "text", [column]] for column in table.columns]


def printed(table: pd.DataFrame) -> list[list[str]]:
    """Return the cells of the printed columns as texts."""
    shown = heads(table)
    values = {column: table[column].tolist() for _, _, columns in shown for column in columns}
    return [[cell(kind, [values[column][row] for column in columns]) for _, kind, columns in shown] for row in range(len(table))]


def cell(kind: str, values: Sequence[Any]) -> str:
    """Print one cell of a kind from its values."""
    first = values[0]
    if kind == "text":
        return _text(first)
    needed = values if kind == "coefficients" else [end[0] for end in _ends(values)] if kind == "interval" else values[:1]
    if any(missing(value) for value in needed):
        return "undefined" if kind == "coefficient" else ""
    if kind == "probability":
        return share(first, values[1] if len(values) > 1 else math.nan)
    if kind == "interval":
        low, high = (share(*end) for end in _ends(values))
        return low if low == high else f"{low} to {high}"
    if kind == "decibels":
        return decibels(first)
    if kind.startswith("coefficient"):
        return " to ".join(f"{value:.2f}".replace("-", "−") for value in values)
    return ratio(first) if kind == "ratio" else str(int(first))


def _ends(values: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return the ends of an interval, each with its odds where the table has them."""
    half = len(values) // 2
    return values[:half], values[half:]


def _text(value: Any) -> str:
    """Print what a column without a kind holds: a number with three digits, and never in powers of ten."""
    if missing(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, float):
        return str(value)
    size = abs(value)
    text = "∞" if math.isinf(size) else "> 1,000,000" if size > 1e6 else "< 0.0001" if 0 < size < 1e-4 else f"{float(f'{size:.3g}'):.10g}"
    return f"−{text}" if value < 0 else text


def as_judged(value: object) -> str:
    """Return a judged point, range or word in print, as it was judged."""
    if isinstance(value, tuple):
        return " to ".join(as_judged(end) for end in value)
    return f"{float(value):.10g}".replace("-", "−") if isinstance(value, int | float) else str(value)


def missing(value: Any) -> bool:
    """Return whether a cell holds nothing."""
    return value is None or (isinstance(value, float) and math.isnan(value))
