"""What people write where a number is needed: what each form is instead, and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable

ORDINARY = "write digits with a decimal point, as 0.3"

_N = r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_LONGEST = 100
"""Characters beyond which nobody means a number."""
_C = r"[0-9]+[.,][0-9]+"
_TO = r" *(?:-|–|—|to|;|\.\.\.?|…) *"
_BLANKS = "\u00a0\u202f\u2007\u2009\u200b\ufeff"
_Found = re.Match[str]

_FORMS: tuple[tuple[str, str, Callable[[_Found], str]], ...] = (
    (r"[+-]?[0-9]+,[0-9]+", "has a decimal comma", lambda m: f"write {_point(m[0])}"),
    (rf"{_N} ?%", "is not a number that can be read", lambda m: f"write {_share(m[1])}"),
    (
        rf"\[?{_N} ?%?{_TO}{_N} ?%\]?",
        "is a range in per cent",
        lambda m: f"write it as [low, high]: [{_share(m[1])}, {_share(m[2])}]",
    ),
    (r"([1-9][0-9.]*) (?:to|against) (1)", "compares two numbers", lambda m: _ratio(m[1], m[2])),
    (rf"{_N} (?:in|of|out of) {_N}", "is a share", lambda m: f"write {_quotient(m)}" if float(m[2]) else ORDINARY),
    (
        rf"{_N} ?(?:x|×|times)|[x×] ?{_N}",
        "says how many times",
        lambda m: f"write {m[1] or m[2]} under 'ratio:' in place of 'probability:', and 1 for the explanation it is compared with",
    ),
    (
        r"n/?a|n\.a\.|none|unknown|tbd|todo|\?+|[-–—]+",
        "stands for no judgement",
        lambda _: "write a number, or leave the key out; an item that nobody has judged has 'status: unjudged'",
    ),
    (rf"\[?{_N}{_TO}{_N}\]?", "is a range", lambda m: f"write it as [low, high]: [{m[1]}, {m[2]}]"),
    (rf"\[?({_C}){_TO}({_C})\]?", "has a decimal comma", lambda m: f"write it as [low, high]: [{_point(m[1])}, {_point(m[2])}]"),
    (rf"[−–—] ?({_N}(?:[eE][+-]?[0-9]+)?)", "has another minus than that of the keyboard", lambda m: f"write -{m[1]}"),
    (rf"{_N} ?/ ?{_N}", "is a fraction", lambda m: f"write it as a decimal number: {_quotient(m)}" if float(m[2]) else ORDINARY),
    (
        rf"{_N} ?: ?{_N}",
        "compares two numbers",
        lambda m: _ratio(m[1], m[2]),
    ),
    (rf"(?:<|≤|<=) ?{_N}", "is a limit, not a number", lambda m: f"write a range, [low, high], that ends at {m[1]}, or one number"),
    (rf"(?:>|≥|>=) ?{_N}", "is a limit, not a number", lambda m: f"write a range, [low, high], that begins at {m[1]}, or one number"),
    (
        rf"(?:~|≈|±|ca\.?|c\.|circa|about|around|approx\.?|roughly) ?{_N}|{_N} ?(?:\?+|\(\?\)|!+|\*+)",
        "is a number with a mark beside it",
        lambda m: f"write {m[1] or m[2]}; if you are not sure of it, write a range, [low, high]",
    ),
    (rf"([+-]?{_N}) ?dB", "is a number with its unit", lambda m: f"write {m[1]}, under 'decibels:'"),
    (r"[0-9]{1,3}(?:['’ ][0-9]{3})+(?:\.[0-9]+)?", "has marks between its thousands", lambda m: f"write {re.sub('[^0-9.]', '', m[0])}"),
    (r"[+-]?\.?(?:nan|inf|infinity)|[+-]?[0-9][0-9.eE+-]*", "is not a finite number", lambda _: ORDINARY),
    (
        r"[^\W\d].*",
        "is not a number",
        lambda _: "words as 'unlikely' go under 'words:' in place of 'probability:', one scale an item",
    ),
)


def meant_as_number(text: str) -> tuple[str, str]:
    """Return what a text is instead of a number, as the end of a sentence that begins with the text, and how to fix it.

    >>> meant_as_number("60%")
    ('is not a number that can be read', 'write 0.6')
    """
    if len(text) > _LONGEST:
        return "is not a number that can be read", ORDINARY
    bare = text.strip(_BLANKS)
    if bare != text and re.fullmatch(rf"[+-]?{_N}", bare, re.ASCII):
        return "stands beside a non-breaking blank", f"delete the blank, and write {bare}"
    for pattern, said, fix in _FORMS:
        if found := re.fullmatch(pattern, text, re.DOTALL | re.IGNORECASE):
            return said, fix(found)
    return "is not a number that can be read", ORDINARY


def _point(text: str) -> str:
    return text.replace(",", ".")


def _share(percent: str) -> str:
    return f"{float(percent) / 100:g}"


def _ratio(one: str, other: str) -> str:
    return f"a ratio goes under 'ratio:' in place of 'probability:', {one} for the one explanation and {other} for the other"


def _quotient(found: _Found) -> str:
    return f"{float(found[1]) / float(found[2]):.3g}"
