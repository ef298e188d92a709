"""Identifiers and labels of a study made from names that people give."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from itertools import chain, count, takewhile

from processtrace.study.values import LONGEST_ID, LONGEST_LABEL
from processtrace.text.names import spelled

_CYRILLIC = dict(zip("абвгдеёзийклмнопрстуфхыэіїўқғңөұүһә", "abvgdeeziyklmnoprstufhyeiiuqgnouuha", strict=True))
_LETTERS = str.maketrans(
    _CYRILLIC
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
    | {"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "œ": "oe", "þ": "th", "ı": "i", "ə": "e", "’": "", "'": ""}
)


def identifier(text: str, taken: Container[str] = (), otherwise: str = "item") -> str:
    """Return a valid identifier in small letters that resembles a text.

    Parameters
    ----------
    text : str
        A name in any script; Cyrillic is spelled in Latin letters.
    taken : container of str
        Identifiers that are in use already; a number is added to one of them.
    otherwise : str
        What to use where no letter of the text can be kept.

    Returns
    -------
    str
        Letters, digits and _, at most `LONGEST_ID`.
    """
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    made = "_".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))
    made = _cut(made, LONGEST_ID)
    numbered = (f"{_cut(made or otherwise, LONGEST_ID - 5)}_{number}" for number in count(2 if made else 1))
    return next(name for name in chain([made] if made else [], numbered) if name not in taken)


DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))})
"""Names that no file can have on Windows, whatever its ending."""


def file_stem(name: str, taken: set[str]) -> str:
    """Return a file name without its ending for a name; it is none of those `taken`, where letter case does not count, and joins them.

    Parameters
    ----------
    name : str
        A name of letters, digits, _, - and /.
    taken : set of str
        The stems that are in use, in small letters; the new one is added.

    Returns
    -------
    str
        The name with _ for /, and a number added where an earlier one has that file already.
    """
    plain = name.replace("/", "_")
    stem = next(one for one in chain([plain], (f"{plain}_{number}" for number in count(2))) if one.casefold() not in taken)
    taken.add(stem.casefold())
    return stem


def _cut(text: str, most: int) -> str:
    """Return at most so many characters, whole words where there are several."""
    if len(text) <= most:
        return text
    return (text[:most].rpartition("_")[0] or text[:most]).strip("_-")


def shortened(text: str, most: int) -> str:
    """Return text on one line, cut at a word with an ellipsis where it is longer than so many characters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    head = text[: most - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[most // 2 :] else head).rstrip(" ,;:.–-") + "…"


def labels_of(ids: Mapping[str, str]) -> dict[str, str | None]:
    """Return a label for each text, None where its identifier says it; texts that begin alike keep what distinguishes them.

    Parameters
    ----------
    ids : Mapping
        The identifier of each text.
    """
    labels = {text: label_of(text, name) for text, name in ids.items()}
    for label in [label for label in labels.values() if label is not None]:
        alike = [text for text, other in labels.items() if other == label]
        if len(alike) < 2:
            continue
        words = [text.split() for text in alike]
        same = len(list(takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))))
        for number, (text, parts) in enumerate(zip(alike, words, strict=True), 1):
            made = "…" + shortened(" ".join(parts[same:]), LONGEST_LABEL - 1)
            labels[text] = made if list(labels.values()).count(made) == 0 else f"{made[: LONGEST_LABEL - 5]} ({number})"
    return labels


def label_of(text: str, name: str) -> str | None:
    """Return the label of what has the identifier `name`, or None where the identifier alone says it."""
    label = shortened(text, LONGEST_LABEL)
    return None if label in ("", spelled(name)) else label
