"""Identifiers and labels of a study made from names that people give."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import chain, count

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


def label_of(text: str, name: str) -> str | None:
    """Return the label of what has the identifier `name`, or None where the identifier alone says it."""
    label = shortened(text, LONGEST_LABEL)
    return None if label in ("", spelled(name)) else label
