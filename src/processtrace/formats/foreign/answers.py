"""What a user answers where a table cannot say it: which columns are explanations, which to pass over, what its values are."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Values = Literal["probability", "percent", "ratio", "decibels", "log10", "ln", "log2", "ratings", "words"]
"""What the values of a table can be."""

Meaning = float | tuple[float, float] | str
"""What a word stands for: a probability, a range, or a word or rating that this library knows."""


@dataclass(frozen=True)
class Answers:
    """The options of `convert`, as far as they are about a table.

    Attributes
    ----------
    explanations : tuple of str
        The columns that are explanations; all other columns that could be are kept as notes.
    ignore : tuple of str
        Columns that are passed over.
    values : str or None
        What the numbers are, where the headings do not say it.
    words : Mapping
        What words in the table's language mean.
    transposed : bool
        Whether the rows are the explanations and the columns the findings.
    above : str or None
        What the upper of two rows of headings names; under explanations the lower one names analysts.
    """

    explanations: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    values: Values | None = None
    words: Mapping[str, Meaning] = field(default_factory=dict)
    transposed: bool = False
    above: Literal["analyst", "case", "explanation"] | None = None


NO_ANSWERS = Answers()


def listed_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names in options whose entries are joined by commas; a name in quotation marks may hold one."""
    rows = csv.reader([text for text in texts if text.strip()], skipinitialspace=True)
    return tuple(name.strip() for row in rows for name in row if name.strip())
