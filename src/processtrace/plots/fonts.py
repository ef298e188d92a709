"""Fonts for text in any script: that of every figure first, then fonts of this machine that have what it lacks."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

FIRST = "DejaVu Sans"
"""The font of every figure, which matplotlib brings."""

_UNDRAWN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Cn", "Co", "Cs"})
_REGULAR = 400
_SAID: set[str] = set()


class MissingCharacters(UserWarning):
    """Characters that no font of this machine has, in words for a user."""


@lru_cache(maxsize=256)
def families(text: str) -> tuple[str, ...]:
    """Return the fonts in which a text is drawn, each for the characters that those before it lack.

    Parameters
    ----------
    text : str
        Every text of a figure.

    Returns
    -------
    tuple of str
        Names of families, `FIRST` first.
    """
    return _chain(_lacking(text))[0]


def say_missing(text: str) -> None:
    """Warn of characters that no font has: in one sentence, and once for each character."""
    missing = _chain(_lacking(text))[1] - _SAID
    if missing:
        _SAID.update(missing)
        letters = sorted(c for c in missing if not unicodedata.category(c).startswith("M")) or sorted(missing)
        shown = " ".join(letters[:10]) + (" …" if len(missing) > len(letters[:10]) else "")
        warnings.warn(
            f"no font on this machine has {'this character' if len(missing) == 1 else f'these {len(missing)} characters'}, drawn as "
            f"boxes in figures: {shown}; install a font that has them, such as one of the Noto family, and draw again",
            MissingCharacters,
            stacklevel=2,
        )


def _lacking(text: str) -> frozenset[str]:
    """Return the characters of a text that the first font does not have."""
    first = _characters(font_manager.findfont(FIRST))
    return frozenset(c for c in set(text) if ord(c) not in first and unicodedata.category(c) not in _UNDRAWN)


@lru_cache(maxsize=256)
def _chain(needed: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the families that have the characters needed, the one that has most of them first, and what none has."""
    chain, left = [FIRST], needed
    while left:
        held = {name: frozenset(c for c in left if ord(c) in _characters(path)) for name, path in _present()}
        best = max(held, key=lambda name: len(held[name]), default=None)
        if best is None or not held[best]:
            break
        chain.append(best)
        left -= held[best]
    return tuple(chain), left


@cache
def _present() -> tuple[tuple[str, str], ...]:
    """Return each family of this machine with the file of its most regular face: sans serif first, then by name."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        try:
            font_manager.fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):  # a damaged font, or one without outlines
            continue
    faces: dict[str, tuple[tuple[bool, int, str], str]] = {}
    for entry in font_manager.fontManager.ttflist:
        weight = entry.weight if isinstance(entry.weight, int) else _REGULAR
        order = (entry.style != "normal", abs(weight - _REGULAR), entry.fname)
        if "Last Resort" not in entry.name and (entry.name not in faces or order < faces[entry.name][0]):
            faces[entry.name] = (order, entry.fname)
    ordered = sorted(faces, key=lambda name: ("Mono" in name, "Sans" not in name, name))
    return tuple((name, faces[name][1]) for name in ordered)


@cache
def _characters(path: str) -> frozenset[int]:
    """Return the code points that a font can draw; none for one that holds pictures, or is damaged."""
    try:
        font = FT2Font(path)
        return frozenset(font.get_charmap()) if font.scalable else frozenset()
    except (OSError, RuntimeError):
        return frozenset()


def texts_of(values: Iterable[Any]) -> str:
    """Return all labels and titles of labelled Datasets, and all strings, among values, as one text."""
    parts: list[str] = []
    for value in values:
        if isinstance(value, str):
            parts.append(value)
        elif hasattr(value, "coords"):
            parts += [str(value.attrs.get("title", ""))]
            parts += [str(part) for coord in value.coords.values() if coord.dtype.kind in "OU" for part in coord.values.ravel()]
    return "".join(sorted(set("".join(parts))))
