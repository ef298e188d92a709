"""Places in a text as different programs count them: characters, UTF-16 units, ends of lines as one or as two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """One way to count places in a text.

    Attributes
    ----------
    name : str
        In words, for the user.
    units : bool
        Whether a character beyond the first 65,536 counts as two.
    line_end : str or None
        What every end of a line is taken to be; None for what the file has.
    """

    name: str
    units: bool
    line_end: str | None

    def text(self, text: str) -> str:
        """Return the text with the ends of lines that are counted."""
        return text if self.line_end is None else re.sub(r"\r\n|\r|\n", self.line_end, text)


READINGS = (
    Reading("characters", False, None),
    Reading("UTF-16 units", True, None),
    Reading("characters, each end of a line as one", False, "\n"),
    Reading("UTF-16 units, each end of a line as one", True, "\n"),
    Reading("characters, each end of a line as two", False, "\r\n"),
    Reading("UTF-16 units, each end of a line as two", True, "\r\n"),
)


class Counted:
    """A text whose places are counted in one way.

    Parameters
    ----------
    text : str
        As it is in the file.
    reading : Reading
        How places are counted.
    """

    def __init__(self, text: str, reading: Reading):
        self.text = reading.text(text)
        wide = reading.units and any(ord(c) > 0xFFFF for c in self.text)
        self.bytes = self.text.encode("utf-16-le", errors="surrogatepass") if wide else b""
        self.length = len(self.bytes) // 2 if wide else len(self.text)

    def part(self, start: int, end: int) -> str | None:
        """Return what stands between two places; None where there is no such place."""
        if not 0 <= start <= end <= self.length:
            return None
        if not self.bytes:
            return self.text[start:end]
        return self.bytes[2 * start : 2 * end].decode("utf-16-le", errors="replace")

    def fits(self, span: Span) -> int:
        """Return how many of the two ends of a span fall at the boundary of a word; -2 where it is no span."""
        inside = self.part(*span)
        if not inside:
            return -2
        before, after = self.part(max(span[0] - 1, 0), span[0]) or "", self.part(span[1], min(span[1] + 1, self.length)) or ""
        return _boundary(before, inside[:1]) + _boundary(inside[-1:], after)


def _boundary(left: str, right: str) -> int:
    if "\ufffd" in (left, right) or (left == "\r" and right == "\n"):
        return 0
    return 0 if left.isalnum() and right.isalnum() else 1


@dataclass(frozen=True)
class Chosen:
    """The reading under which most ends of passages fall at the boundary of a word, and how many do."""

    reading: Reading
    good: int
    ends: int

    def __str__(self) -> str:
        """Return it as the summary of an import says it."""
        return f"places counted in {self.reading.name}: {self.good} of {self.ends} ends of passages fall at the boundary of a word"


def chosen(texts: Iterable[tuple[str, Sequence[Span]]], first: Reading) -> Chosen:
    """Return the reading that fits the passages of all texts best.

    Parameters
    ----------
    texts : iterable
        Each text with the places of its passages.
    first : Reading
        The reading that is kept where another fits no better.
    """
    held = [(text, spans) for text, spans in texts if spans]
    best = Chosen(first, _score(held, first), 2 * sum(len(spans) for _, spans in held))
    if best.good < best.ends:
        for reading in READINGS:
            score = _score(held, reading)
            if score > best.good:
                best = Chosen(reading, score, best.ends)
    return Chosen(best.reading, max(best.good, 0), best.ends)


def _score(texts: Sequence[tuple[str, Sequence[Span]]], reading: Reading) -> int:
    total = 0
    for text, spans in texts:
        counted = Counted(text, reading)
        total += sum(counted.fits(span) for span in spans)
    return total
