"""A list of words that says what the words of a table mean: probabilities, ranges, or words and ratings of this library."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.answers import Meaning
from processtrace.formats.foreign.marks import rating, share
from processtrace.formats.text_file import read_text
from processtrace.formats.workbook.cell_values import with_points
from processtrace.study.judged import as_probability
from processtrace.study.scales import ICD_203
from processtrace.study.values import shown
from processtrace.text.names import nearest

_HEADS = frozenset({"word", "words", "meaning", "term", "value", "probability", "stands for"})


def read_words(path: Path, shown_path: str) -> dict[str, Meaning]:
    """Read a list of words: 'WORD: MEANING' in each line, or a file with two columns.

    Parameters
    ----------
    path : Path
        The file: text or YAML with a colon after each word, or CSV or TSV.
    shown_path : str
        How messages name it.

    Returns
    -------
    dict
        From each word in small letters to a probability, a range, or a word or rating that this library knows.

    Raises
    ------
    StudyError
        With the line of each entry that cannot be read.
    """
    made: dict[str, Meaning] = {}
    faults = []
    for line, word, meaning in _lines(read_text(path, shown_path), path.suffix.lower()):
        plain = " ".join(word.lower().split()).strip("\"'")
        if line == 1 and plain in _HEADS:
            continue
        meant = _meaning(meaning.strip().strip("\"'"))
        if not plain or meant is None:
            fix = nearest(meaning.lower(), ICD_203) or "write 'likely', '++', 0.7 or 0.6 to 0.8 after the word and a colon"
            allowed = f"a probability, a range, a rating (++ + N - --), or one of {', '.join(ICD_203)}"
            faults.append(Fault("", shown(meaning), allowed, fix, (), shown_path, line))
        elif made.setdefault(plain, meant) != meant:
            faults.append(Fault("", f"'{plain}' again", "each word once", "", (), shown_path, line))
    if not made and not faults:
        faults.append(Fault("", "no words", "'WORD: MEANING' in each line", "", (), shown_path, 1))
    if faults:
        raise StudyError(faults)
    return made


def _lines(text: str, ending: str) -> list[tuple[int, str, str]]:
    rows = text.splitlines()
    if ending in (".csv", ".tsv", ".tab"):
        mark = "\t" if ending != ".csv" else ";" if all(";" in row for row in rows if row.strip()) else ","
        cells = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        try:
            return [(number, row[0], ", ".join(row[1:])) for number, row in enumerate(cells, 1) if any(row)]
        except csv.Error:
            return [(1, text[:40], "")]
    kept = [(number, row.strip()) for number, row in enumerate(rows, 1) if row.strip() and not row.strip().startswith(("#", "---"))]
    mark = "=" if all("=" in row and ":" not in row for _, row in kept) else ":"
    return [(number, *(part.strip() for part in row.partition(mark)[::2])) for number, row in kept]  # type: ignore[misc]


def _meaning(text: str) -> Meaning | None:
    plain = " ".join(text.lower().split())
    text = text if "." in text or text.startswith("[") else with_points(text)
    if plain in ICD_203 or rating(plain) is not None:
        return plain
    try:
        value = share(text.strip("[]").replace(",", " to ") if text.startswith("[") else text, False)
        return as_probability(value)
    except ValueError:
        return None
