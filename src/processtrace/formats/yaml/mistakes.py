"""Usual mistakes of prose in YAML, recognised by name: what a writer meant as text and YAML reads as structure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from processtrace.formats.yaml.statements import statement_mistake

BLOCK = ("text in block style", "write '>-' after the key and the text, indented, on the next line")
_LEFT_OPEN = (
    "a quotation mark that is opened and not closed",
    "two quotation marks around a text, or none",
    "close it where the text ends, or write '>-' after the key and the text, indented, on the next line",
)
_BADLY_INDENTED = (
    "a key that does not line up with the keys above it",
    "keys of one entry, each as far from the margin as the first",
    "indent it as they are; the fault may lie in the line above, or in a quotation mark that is opened and not closed",
)
_KEY = r"^\s*(?:- +)?[\w+-]+:\s+"
_QUOTED = (_KEY + r"""(["']).*?\1\s*[^\s,#\]}]""", _KEY + r"""["'][^"']*$""")


def mistake(rows: Sequence[str], row: int, first: int, problem: str, context: str = "") -> tuple[int, str, str, str]:
    """Return the line of a mistake, what was read, what is allowed, and how to fix it.

    `problem` is what the parser says of `row`, inside what began at `first`, and `context` what it was reading there; rows count
    from 0, lines from 1.
    """
    if (named := statement_mistake(rows, row)) is not None:
        return named
    open_at = first if "quoted scalar" in context else _opened(rows, row)
    if open_at is not None:
        return open_at + 1, *_LEFT_OPEN
    line = rows[row] if row < len(rows) else ""
    earlier = rows[max(0, row - 1)] if rows else ""
    for at, some in ((row, line), (row - 1, earlier)):
        indent = (re.match(r"\s*", some) or [""])[0]
        if "\t" in indent or (at == row and "\\t" in problem):
            return row + 1, "a tab", "blanks for indentation", "replace tabs by blanks"
        if at >= 0 and indent.strip(" \t\r"):
            return at + 1, "a non-breaking blank", "ordinary blanks for indentation", "replace it by ordinary blanks"
    if re.match(r"\s*[–—] ", line):
        return (
            row + 1,
            "the long dash of a word processor",
            "'- ' before the first key of an entry",
            "replace it by the dash of the keyboard",
        )
    for at in dict.fromkeys((first, row - 1, row)):
        glued = re.match(
            r"\s*(?:- +)?([A-Za-z][\w-]*):(?![\s/\\])(\S.*)|\s*(?:- +)?([A-Za-z][\w-]*):[\u00a0\u202f]\s*(\S.*)",
            rows[at] if 0 <= at < len(rows) else "",
        )
        if glued and ("expected ':'" in problem or (at < row and "mapping values" in problem)):
            read = f"'{glued[1]}:' without a blank after the colon" if glued[1] else "a non-breaking blank after the colon"
            return at + 1, read, "a blank after each colon", f"write '{glued[1] or glued[3]}: {(glued[2] or glued[4]).strip()}'"
    if "expected ',' or" in problem or "flow" in problem:
        return _in_brackets(rows, row, first, line)
    if "mapping values are not allowed" in problem:
        return row + 1, "a colon and a blank inside a text", *BLOCK
    for at, some in ((row, line), (row - 1, earlier)):
        if any(re.match(pattern, some) for pattern in _QUOTED):
            return at + 1, "a quotation mark at the start of a text", *BLOCK
    if "alias" in problem or "anchor" in problem:
        return row + 1, "a * or & at the start of a text", *BLOCK
    for at, some in ((row, line), (first, rows[first] if first < len(rows) else "")):
        mark = re.match(_KEY + r"(?:([-?]) |([>|&%@`])|([\[{]).*[\]}]\s*[^\s,#\]}])", some)
        if mark:
            return at + 1, f"a {mark[1] or mark[2] or mark[3]} at the start of a text", *BLOCK
    if "%" in line.lstrip()[:1] or "directive" in problem:
        return row + 1, "a % at the start of a line", *BLOCK
    if "cannot start any token" in problem:
        return row + 1, "a mark that YAML reserves (@ or `) at the start of a text", *BLOCK
    key = re.match(r"(\s*)([A-Za-z]\w*):(\s|$)", line)
    dash = next((found for earlier in reversed(rows[:row]) if (found := re.match(r"(\s*)- +(\w+):", earlier))), None)
    if key and dash and key[1] == dash[1] and key[2] == dash[2]:
        return row + 1, f"'{key[2]}:' without a dash", "'- ' before the first key of an entry", f"write '- {key[2]}:'"
    if re.match(r"\s*-[A-Za-z]\w*:", line):
        return row + 1, "a dash without a blank", "'- ' before the first key of an entry", "put a blank after the dash"
    if re.match(_KEY.removesuffix(r"\s+") + r"(?:\s|$)", line):
        return row + 1, *_BADLY_INDENTED
    return (
        row + 1,
        problem.split("\n")[0],
        "YAML",
        "check indentation, colons, quotation marks and brackets here and on the line above",
    )


def _opened(rows: Sequence[str], row: int) -> int | None:
    """Return the first row, up to `row`, whose text begins with a quotation mark that the text of a later key closes, or none."""
    at = 0
    while at <= min(row, len(rows) - 1):
        found = re.match(_KEY.removesuffix(r"\s+") + r"""\s+(["'])(.*)$""", rows[at])
        at += 1
        if not found or not _left_open(found[2], found[1]):
            continue
        closing = next((k for k in range(at, len(rows)) if _left_open(rows[k], found[1]) is False), None)
        if closing is None or not re.search(found[1] + r"\s*(?:[,\]}#].*)?$", rows[closing]) or re.match(_KEY + found[1], rows[closing]):
            return at - 1
        at = closing + 1
    return None


def _left_open(text: str, mark: str) -> bool:
    """Return whether a text, after its quotation mark, goes on beyond its line."""
    plain = text.replace("''", "") if mark == "'" else re.sub(r"\\.", "", text)
    return mark not in plain


def _in_brackets(rows: Sequence[str], row: int, first: int, line: str) -> tuple[int, str, str, str]:
    cut = next((at for at in range(first, min(row + 1, len(rows))) if re.search(r"[\[{][^\]}]*\s#\S", rows[at])), None)
    if cut is not None:
        return cut + 1, "' #' inside braces or brackets, which cuts the rest of the line", "text in block style", BLOCK[1]
    if row > first and rows[first].count('"') % 2:
        return first + 1, *_LEFT_OPEN
    if row > first:
        return (
            first + 1,
            "a brace or bracket that is not closed",
            "a } or ] for every { or [",
            "close it, or put the text in block style (>-)",
        )
    glued = re.search(r"[{,]\s*([\w-]+):(?=[\[\d.])", line)
    if glued:
        return row + 1, f"'{glued[1]}:' without a blank after the colon", "a blank after each colon", f"write '{glued[1]}: '"
    if re.match(_KEY + r"[\[{].*[\]}]\s*[^\s,#\]}]", line) and not re.search(r":\s.*:\s.*:\s", line):
        return row + 1, "a brace or bracket at the start of a text", *BLOCK
    return row + 1, "a colon, a quotation mark or a bracket inside a text in braces or brackets", *BLOCK
