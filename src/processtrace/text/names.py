"""Names and counts as they are printed, and the nearest known name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a question that offers the closest known name, or an empty text."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean '{close[0]}'?" if close else ""


def listed(parts: Iterable[str]) -> str:
    """Return several things in one line; labels may hold commas, so semicolons separate them."""
    return "; ".join(parts)


def enumerated(parts: Sequence[str]) -> str:
    """Return several things as in a sentence: 'A', 'A and B', 'A, B and C'."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def counted(number: int, one: str, several: str) -> str:
    """Return a number with its noun: '1 item', '3 items'."""
    return f"{number} {one if number == 1 else several}"


def spelled(identifier: str) -> str:
    """Return an identifier in words: 'equity_appeal' becomes 'Equity appeal'."""
    words = identifier.replace("_", " ").replace("+", " + ").strip()
    return words[:1].upper() + words[1:]


_UNIT = re.compile(r"(?<=[<>]) (?=0\.\d)|(?<=\d) (?=dB\b)|(?<=0\.\d\d) (?=\([+−])")


def unbroken(text: str) -> str:
    """Return a text in which no line ends between a number and its sign or unit."""
    return _UNIT.sub("\u00a0", text)


_NO_LETTER = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("[ \t\r\n\x0b\x0c\x1c-\x1f\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    """Return a text on one line, without the characters that no page can hold; unbroken blanks stay."""
    return _NO_LETTER.sub("", _BREAK.sub(" ", text)).strip()
