"""A document as values: sections that hold paragraphs, lists, tables and figures. Every writer prints the same one."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; with a name, also a value that the data file of a document holds under it."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Points:
    """A list of short sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row of a table: a text for each column; or a head with its text across all of them, which stays with the row below it."""

    cells: tuple[str, ...]
    across: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    name : str
        A short name, for files and references.
    caption : str
        What stands above it, after its number.
    heads : tuple of str
        The headings of the columns.
    right : tuple of bool
        Which columns are aligned right.
    rows : tuple of Row
        The rows.
    note : str
        What stands below it.
    """

    name: str
    caption: str
    heads: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of the width of each column: its longest word, and of what is left as much as its texts need."""
        whole = [row.cells for row in self.rows if not row.across]
        columns = [[head, *(cells[place] for cells in whole)] for place, head in enumerate(self.heads)]
        words = [
            max(len(word) * (_BOLD if place == 0 else 1) for place, text in enumerate(texts) for word in re.split(r"[ \n]", text)) + _GAP
            for texts in columns
        ]
        spare = [max(0, min(max(map(len, texts)), _WIDEST) + _GAP - word) for texts, word in zip(columns, words, strict=True)]
        part = min(1.0, max(0.0, (_LINE - sum(words)) / max(sum(spare), 1)))
        wanted = [word + part * more for word, more in zip(words, spare, strict=True)]
        return tuple(width / sum(wanted) for width in wanted)

    def stays(self, place: int) -> bool:
        """Return whether a row stays on the page of the next one: in a short table, and in a short group below one head across."""
        heads = [at for at, row in enumerate(self.rows) if row.across]
        if place + 1 == len(self.rows) or place + 1 in heads:
            return False
        if self.rows[place].across:
            return True
        start = max((at for at in heads if at <= place), default=0)
        end = min((at for at in heads if at > place), default=len(self.rows))
        group = self.rows[start:end]
        small = sum(len(cell) for row in group for cell in row.cells) <= _SHORT_TEXT
        return small and (len(group) <= _SHORT or bool(heads))


_SHORT, _SHORT_TEXT = 8, 1500  # rows of a table, and characters of a group of rows, that are not broken between pages
_LINE, _WIDEST, _GAP = 84, 110, 3  # characters of a line of small print, of the widest column, and between columns
_BOLD = 1.25  # how much wider the letters of a heading are: bold, and more of them are capital


@dataclass(frozen=True)
class Figure:
    """A figure: a short name, its caption and the text for readers who do not see it, its width in inches, and its pixels and vectors."""

    name: str
    caption: str
    alt: str
    width: float
    png: bytes
    pdf: bytes


Part = Paragraph | Points | Table | Figure


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it; level 1 is the highest."""

    title: str
    parts: tuple[Part, ...] = ()
    level: int = 1


@dataclass(frozen=True)
class Document:
    """A document: its title and sections, in order."""

    title: str
    sections: tuple[Section, ...]

    @property
    def tables(self) -> list[Table]:
        """Its tables, in order."""
        return [part for section in self.sections for part in section.parts if isinstance(part, Table)]

    @property
    def figures(self) -> list[Figure]:
        """Its figures, in order."""
        return [part for section in self.sections for part in section.parts if isinstance(part, Figure)]
