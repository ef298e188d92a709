"""Statements of causal models in YAML: what YAML would make of them, recognised by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

KEYS = frozenset({"when", "selected", "never"})
"""Keys whose text is a statement."""

QUOTED = ("a statement in quotation marks", "put the statement in quotation marks, and write 'not' for '!', 'and' for '&', 'or' for '|'")

_KEY = r"(?:when|selected|statement|never)"
_IN_BRACES = re.compile(r"(?P<head>[{,]\s*(?:when|selected):[ \t]+)(?![ \t\"'>|&*!])")
_ATOM = re.compile(r"[^\W\d]\w*\[[^\W\d]\w*\s*=")
_BEGIN = re.compile(rf"(?:^|[{{,\s]){_KEY}:\s+(?P<mark>[!&*>|%@`])\s*(?P<rest>\S.*)?$")


def quote_in_braces(text: str) -> str:
    """Return text of YAML in which statements with brackets stand in quotation marks inside braces, where YAML needs them.

    A statement ends with the first comma or brace outside of its brackets. Nothing else changes, and no line moves.
    """
    made, start = "", 0
    for match in _IN_BRACES.finditer(text):
        if match.start() < start:
            continue
        end = _end(text, match.end())
        statement = text[match.end() : end].rstrip()
        if "[" in statement and "\n" not in statement and ": " not in statement:
            made += text[start : match.end()] + "'" + statement.replace("'", "''") + "'"
            start = match.end() + len(statement)
    return made + text[start:]


def _end(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        mark = text[place]
        depth += (mark in "[(") - (mark in "])")
        if mark == "\n" or mark in "{}" or (mark == "," and not depth):
            return place
    return len(text)


def statement_mistake(rows: Sequence[str], row: int) -> tuple[int, str, str, str] | None:
    """Return the line of a statement that broke the YAML of a row or the row above, what was read, what is allowed, and how to fix it."""
    for at in (row, row - 1):
        line = rows[at] if 0 <= at < len(rows) else ""
        if ":|:" in line:
            return at + 1, "':|:'", "a statement, and apart from it what is given", "write the condition under 'known:' or --given"
        begun = _BEGIN.search(line)
        if begun and (begun["rest"] or begun["mark"] not in ">|"):
            return at + 1, f"a statement that begins with '{begun['mark']}', which YAML takes for a mark of its own", *QUOTED
        if _ATOM.search(line) and re.search(r"[{\[]", line[: _ATOM.search(line).start()]):  # type: ignore[union-attr]
            return at + 1, "a statement with brackets inside braces or brackets", *QUOTED
    return None
