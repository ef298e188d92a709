"""Logarithms in headings: to which base, and how many decibels one unit is."""

from __future__ import annotations

import math
import re
from typing import Any

DECIBELS_IN = {"log10": 10.0, "ln": 10 / math.log(10), "log2": 10 * math.log10(2)}
"""How many decibels a logarithm of 1 is, by its base; a heading that says minus the logarithm has a minus before the base."""

_BASES = (
    ("log10", r"log[\s_-]?\(?10\)?|lg|bans?|hartleys?"),
    ("ln", r"ln|log[\s_-]?e|natural log(?:arithm)?|nats?"),
    ("log2", r"log[\s_-]?2|bits?"),
    ("log", r"log(?:arithm)?"),
)
_OF = r"(?:lr|likelihood|bf|bayes|ratio|pr?\s*[(\[]|prob|l\s*\(|weight|woe)"


def without_logarithm(text: str) -> tuple[str, str]:
    """Return a heading without the logarithm that it says, and the base of this: log10, ln, log2, log where it says none, or nothing.

    Examples
    --------
    >>> without_logarithm("ln P(E|H1)"), without_logarithm("Pact (log10)"), without_logarithm("Logging ban")
    (('P(E|H1)', 'ln'), ('Pact', 'log10'), ('Logging ban', ''))
    """
    for base, pattern in _BASES:
        if found := re.fullmatch(rf"(.+?)[\s,]*[(\[]\s*(?:in )?([-−–]?)(?:{pattern})(?: units| scale)?\s*[)\]]", text, re.IGNORECASE):
            return found[1].strip(), ("-" if found[2] else "") + base
        if found := re.fullmatch(rf"([-−–]?)\s*(?:{pattern})[\s_-]*(?:of\s+(?:the\s+)?)?({_OF}.*)", text, re.IGNORECASE):
            return found[2].strip(), ("-" if found[1] else "") + base
        if found := re.fullmatch(rf"([-−–]?)\s*(?:{pattern})\s*\(\s*({_OF}.*|[^()]+)\s*\)", text, re.IGNORECASE):
            return found[2].strip(), ("-" if found[1] else "") + base
    return text, ""


def in_decibels(value: Any, base: str) -> Any:
    """Return a logarithm, or the two ends of a range, in decibels; what is no number stays as it is."""
    if not base:
        return value
    if isinstance(value, list):
        ends = [in_decibels(one, base) for one in value]
        return ends[::-1] if base.startswith("-") else ends
    try:
        return round(float(value) * DECIBELS_IN[base.lstrip("-")] * (-1 if base.startswith("-") else 1), 12) + 0.0
    except (TypeError, ValueError, OverflowError):
        return value
