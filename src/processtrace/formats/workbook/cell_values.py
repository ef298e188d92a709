"""What a cell of a sheet holds, and how each kind of value is written into one and read from it.

A range is `0.2 to 0.5`; entries of a list are joined by `; `, and a mark that belongs to an entry has a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from processtrace.study import SCALES, Citation, ScaleName
from processtrace.study.values import Scalar

Cell = str | float | bool
"""A cell that is not blank."""

_ONE = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"\[?\s*({_ONE})\s*(?:to|–|—|\.\.|-|;)\s*({_ONE})\s*\]?")
_COMMA, _POINT = re.compile(r"(?<=\d),(?=\d)"), re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True)
class Kind:
    """How values of one kind are written in cells.

    Text of a `numeric` kind may have a decimal comma; `number` cells hold points only.
    """

    write: Callable[[Any], Cell]
    read: Callable[[Cell], Any]
    numeric: bool = False
    number: bool = False


def number_cell(value: float) -> float:
    """Return a number as it is written: whole ones without a decimal point."""
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else float(value)


def judged_cell(value: Any) -> Cell:
    """Return the cell of a judged value: a point as a number, a range as text."""
    return f"{number_cell(value[0])!r} to {number_cell(value[1])!r}" if isinstance(value, tuple) else number_cell(value)


def cell_text(cell: Cell) -> Any:
    """Return the text of a cell; where the spreadsheet made a number of it, its digits."""
    return cell if isinstance(cell, str | bool) else str(number_cell(cell))


def read_number(cell: Cell) -> Any:
    """Return the number of a cell, or its text for a later reader to judge."""
    return Scalar(tidy(cell)) if isinstance(cell, str) else cell


def read_judged(cell: Cell) -> Any:
    """Return a number, or the two ends of a range."""
    if not isinstance(cell, str):
        return cell
    found = _RANGE.fullmatch(tidy(cell))
    return [Scalar(found[1]), Scalar(found[2])] if found else Scalar(tidy(cell))


def tidy(text: str) -> str:
    """Return a number as people type it, with a plain minus and plain blanks."""
    return " ".join(text.replace("−", "-").replace("\u00a0", " ").split())


def decimal_marks(text: str) -> set[str]:
    """Return the decimal marks between digits of a text: comma, point, both or none."""
    return {mark for mark, pattern in ((",", _COMMA), (".", _POINT)) if pattern.search(text)}


def with_points(text: str) -> str:
    """Return a text with points for the commas between digits."""
    return _COMMA.sub(".", text)


def joined(entries: Iterable[str]) -> str:
    """Return the entries of a list in one cell."""
    return "; ".join(escaped(entry, ";") for entry in entries)


def escaped(text: str, marks: str) -> str:
    """Return a text with a backslash before each of these marks."""
    return re.sub(rf"([\\{marks}])", r"\\\1", text)


def unescaped(text: str) -> str:
    """Return a text without the backslashes that `escaped` put in."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def divided(text: str, mark: str, most: int = 0) -> list[str]:
    """Return the parts between marks that have no backslash before them, backslashes kept; at most `most` cuts if given."""
    parts: list[str] = []
    start = 0
    for found in re.finditer(rf"\\.|{mark}", text, flags=re.DOTALL):
        if found[0] == mark and (not most or len(parts) < most):
            parts.append(text[start : found.start()].strip())
            start = found.end()
    return [*parts, text[start:].strip()]


def read_list(cell: Cell) -> list[str]:
    """Return the entries of a list; what follows a last `;` counts only if it is something."""
    return [unescaped(part) for part in divided(str(cell_text(cell)), ";") if part]


def _citation(value: Citation) -> str:
    key = escaped(value.key, ",;")
    return f"{key}, {escaped(value.at, ';')}" if value.at else key


def _read_citations(cell: Cell) -> list[Any]:
    parts = [divided(part, ",", 1) for part in divided(str(cell_text(cell)), ";") if part]
    return [{"key": unescaped(part[0])} | ({"at": unescaped(part[1])} if len(part) > 1 else {}) for part in parts]


def _sensitivity(value: Any) -> Cell:
    if isinstance(value, Mapping):
        return "; ".join(f"{escaped(name, ';:')}: {judged_cell(part)}" for name, part in value.items())
    return judged_cell(value)


def _read_sensitivity(cell: Cell) -> Any:
    if isinstance(cell, str) and ":" in cell:
        return {unescaped(name): read_judged(value) for name, value in _named(cell)}
    return read_judged(cell)


def _node_and_level(text: str) -> tuple[str, str]:
    node, *level = divided(text, "=", 1)
    return unescaped(node), unescaped(level[0]) if level else ""


def _read_flag(cell: Cell) -> Any:
    said = str(cell).strip().lower()
    return {"yes": True, "true": True, "no": False, "false": False}.get(said, cell)


def _read_period(cell: Cell) -> Any:
    parts = re.split(r"\s+to\s+|\s*[;–—]\s*", str(cell_text(cell)).strip())
    return parts if len(parts) == 2 else cell_text(cell)


def word_cell(value: Any, scale: Iterable[str]) -> str:
    """Return a word of probability, or two joined by `to`; joined by `;` where `to` would be read otherwise."""
    if not isinstance(value, tuple):
        return escaped(value, ";")
    said = " to ".join(escaped(word, ";") for word in value)
    return said if read_word(said, scale) == list(value) else joined(value)


def read_word(cell: Cell, scale: Iterable[str]) -> Any:
    """Return a word, or the two ends of a range of words on this scale."""
    text = str(cell_text(cell))
    listed = divided(text, ";")
    if len(listed) == 2:
        return [unescaped(part) for part in listed]
    known = {_plain(word) for word in scale}
    if _plain(unescaped(text)) in known:
        return unescaped(text)
    return next((pair for pair in _cuts(text) if known.issuperset(map(_plain, pair))), None) or next(_cuts(text), unescaped(text))


def read_value(scale: ScaleName, cell: Cell, words: Iterable[str]) -> Any:
    """Return a judged value on a scale; `words` are those of the scale of words."""
    return read_judged(cell) if SCALES[scale].numeric else read_word(cell, words)


def value_cell(scale: ScaleName, value: Any, words: Iterable[str]) -> Cell:
    """Return the cell for a judged value on a scale."""
    return judged_cell(value) if SCALES[scale].numeric else word_cell(value, words)


def _cuts(text: str) -> Iterator[list[str]]:
    for found in re.finditer(r"\s+(?:to|–|—)\s+", text):
        yield [unescaped(text[: found.start()]), unescaped(text[found.end() :])]


def _plain(word: str) -> str:
    return " ".join(word.lower().split())


def _read_pairs(cell: Cell) -> Any:
    return {unescaped(name): unescaped(value) for name, value in _named(str(cell_text(cell)))}


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each entry of a list such as `a: 1; b: 2`, with the backslashes of `escaped`."""
    for part in divided(text, ";"):
        if part:
            name, *value = divided(part, ":", 1)
            yield name, value[0] if value else ""


TEXT = Kind(str, cell_text)
NAMES = Kind(joined, read_list)
CITATIONS = Kind(lambda value: "; ".join(map(_citation, value)), _read_citations)
NUMBER = Kind(number_cell, read_number, numeric=True, number=True)
JUDGED = Kind(judged_cell, read_judged, numeric=True)
SENSITIVITY = Kind(_sensitivity, _read_sensitivity, numeric=True)
LEVELS = Kind(
    lambda value: "; ".join(f"{escaped(node, ';=')} = {escaped(level, ';')}" for node, level in value.items()),
    lambda cell: dict(_node_and_level(part) for part in divided(str(cell_text(cell)), ";") if part),
)
FLAG = Kind(lambda value: "yes" if value else "no", _read_flag)
PAIRS = Kind(lambda value: "; ".join(f"{escaped(name, ';:')}: {escaped(text, ';')}" for name, text in value.items()), _read_pairs)
YEARS = Kind(lambda value: "; ".join(map(str, value)), read_list)
PERIOD = Kind(" to ".join, _read_period)
