"""What a cell of a table says: a number, a rating, a word of probability, nothing, or something else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal

from processtrace.formats.foreign.answers import Meaning
from processtrace.formats.workbook.cell_values import tidy
from processtrace.study.scales import ICD_203
from processtrace.study.values import Scalar

Sort = Literal["blank", "sign", "letters", "grade", "word", "number", "percent", "odds", "dash", "other"]

DECIBELS = {"++": 10.0, "+": 5.0, "n": 0.0, "-": -5.0, "--": -10.0, "cc": 10.0, "c": 5.0, "i": -5.0, "ii": -10.0}
"""What the ratings of ACH stand for, by this library's convention."""

SAID_ALSO = {
    **dict.fromkeys(("remote", "almost no possibility", "nearly no chance"), "almost no chance"),
    **dict.fromkeys(("highly improbable", "highly unlikely"), "very unlikely"),
    **dict.fromkeys(("improbable", "probably not"), "unlikely"),
    **dict.fromkeys(("roughly even odds", "roughly even chance", "about even", "even odds", "even chance"), "roughly even"),
    **dict.fromkeys(("probable", "probably"), "likely"),
    **dict.fromkeys(("highly probable", "highly likely"), "very likely"),
    **dict.fromkeys(("almost certainly", "nearly certain", "virtually certain"), "almost certain"),
}
"""Words that Intelligence Community Directive 203 gives beside those of the scale, and what people write for them."""

LETTERS = frozenset({"cc", "c", "i", "ii"})
_GRADES = {"2": 10.0, "1": 5.0, "0": 0.0, "-1": -5.0, "-2": -10.0}
_PHRASES = {
    **dict.fromkeys(("very consistent", "strongly consistent", "highly consistent", "strongly supports", "strong support"), 10.0),
    **dict.fromkeys(("consistent", "supports", "somewhat consistent", "weakly consistent", "slightly consistent"), 5.0),
    **dict.fromkeys(("neutral", "ambiguous", "not diagnostic", "neither", "no bearing"), 0.0),
    **dict.fromkeys(("inconsistent", "contradicts", "somewhat inconsistent", "weakly inconsistent", "slightly inconsistent"), -5.0),
    **dict.fromkeys(("very inconsistent", "strongly inconsistent", "highly inconsistent", "strongly contradicts"), -10.0),
}
UNRATED = frozenset({"", "na", "n/a", "n.a.", "n.a", "nr", "not applicable", "not rated", "unrated", "missing", "#n/a"})
_DASH = frozenset({"–", "—", "―", "––", "‒", "⸺", "…", "..."})

_ONE = r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?"
NUMBER = re.compile(_ONE)
_PERCENT = re.compile(rf"({_ONE})\s*(?:%|percent|per cent)", re.IGNORECASE)
_SPAN = re.compile(rf"\[?\s*({_ONE})\s*(%?)\s*(?:to|–|—|\.\.|-|;)\s*({_ONE})\s*(%?)\s*\]?")
_ODDS = re.compile(rf"({_ONE})\s*(?::|/|\bto\b|\bin favou?r of\b)\s*({_ONE})", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")


TOTAL = re.compile(
    r"(?:(?:grand|weighted|overall|combined|joint|marginal|final|cumulative|net|mean|average|normali[sz]ed|sum of|total of|product of|log) )*"
    r"(?:(?:sub-?)?totals?|sums?|averages?|mean|scores?|points|summe|gesamt|insgesamt|gesamtsumme|produkt|somme|moyenne|suma|soma|somma|promedio|totale|producto|produto|итого|сумма|合计|product|posteriors?|rank(?:ing)?s?|inconsistenc(?:y|ies)|consistenc(?:y|ies)|results?|overall|Σ|∑"
    r"|likelihoods?|likelihood ratios?|lr|odds|bayes factors?|normali[sz]ing constant|joint|combined)"
    r"(?: (?:général|geral|general|scores?|points|weights?|lr|likelihood ratios?|odds|probabilit(?:y|ies)|count|db|weight of evidence|inconsistenc(?:y|ies)))*"
    r"(?: of (?:the )?(?:inconsistencies|evidence|likelihoods|ratings|all|probabilities|ratios|h))?\s*[:.]?\s*(?:\(.*\))?",
    re.IGNORECASE,
)
"""What a row is called that is computed from those above it."""

PRIOR = re.compile(
    r"(?:a[ -]?priori|priors?)(?: (?:probabilit(?:y|ies)|weights?|odds|confidence|beliefs?))?\s*[:.]?\s*(?:\(.*\))?|p\(h\)", re.IGNORECASE
)
"""What the row of the priors is called."""


def rating(cell: str, grades: bool = False) -> float | None:
    """Return the decibels of a rating of ACH; None for what is none. `grades` reads -2 to 2 as the five ratings."""
    plain = " ".join(cell.lower().replace("−", "-").split())
    if plain in _PHRASES:
        return _PHRASES[plain]
    if grades and plain.lstrip("+").removesuffix(".0") in _GRADES:
        return _GRADES[plain.lstrip("+").removesuffix(".0")]
    close = plain.replace(" ", "")
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", close):
        return 0.0 if close == "0" else None
    return DECIBELS.get(close)


def sort_of(cell: str, words: Mapping[str, Meaning]) -> Sort:
    """Return what kind of entry a cell is; a word that the user explained is what it stands for."""
    plain = " ".join(cell.lower().split())
    if plain in words:
        meant = words[plain]
        return sort_of(meant, {}) if isinstance(meant, str) else "word"
    if plain in UNRATED:
        return "blank"
    if plain in _DASH:
        return "dash"
    text = tidy(cell)
    close = text.replace(" ", "").lower()
    if re.fullmatch(r"[+-]{1,2}", close):
        return "sign"
    if re.fullmatch(r"[+-]?[0-2](\.0)?", close):
        return "grade"
    if close in DECIBELS or plain in _PHRASES:
        return "letters"
    if NUMBER.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return "number"
    if _PERCENT.fullmatch(text) or ("%" in text and _SPAN.fullmatch(text)):
        return "percent"
    if _odds(text):
        return "odds"
    if _SPAN.fullmatch(text):
        return "number"
    return "word" if set(re.split(r"\s+(?:to|–|—)\s+", plain)) <= {*ICD_203, *SAID_ALSO} else "other"


def in_words_of_the_scale(cell: str, own: Collection[str] = ()) -> str:
    """Return words of probability, each as the scale has it; words of the user's own list stay as they are."""
    parts = re.split(r"(\s+(?:to|–|—)\s+)", " ".join(cell.lower().split()))
    return "".join(part if part in own else SAID_ALSO.get(part, part) for part in parts)


def share(cell: str, percent: bool) -> Any:
    """Return the probability that a cell states, or the two ends of a range; text that is no number stays as it is."""
    text = tidy(cell)
    if found := _PERCENT.fullmatch(text):
        return _hundredth(found[1])
    if found := _SPAN.fullmatch(text):
        divide = percent or bool(found[2] or found[4])
        return [_hundredth(found[k]) if divide else Scalar(found[k]) for k in (1, 3)]
    if NUMBER.fullmatch(text):
        return _hundredth(text) if percent else Scalar(text)
    if (found := _odds(text)) and "/" in text and not percent:
        return _quotient(found[1], found[2])
    return Scalar(text)


def ratio(cell: str) -> Any:
    """Return the ratio that a cell states as 20:1, 1/2 or 20, or the two ends of a range."""
    text = tidy(cell)
    if found := _odds(text):
        return _quotient(found[1], found[2])
    if found := _SPAN.fullmatch(text):
        return [Scalar(found[1]), Scalar(found[3])]
    return Scalar(text)


def decibels(cell: str) -> Any:
    """Return the decibels that a cell states, with or without their unit, or the two ends of a range."""
    text = re.sub(r"\s*dB(?=$|\s)", "", tidy(cell), flags=re.IGNORECASE)
    if found := _SPAN.fullmatch(text):
        return [Scalar(found[1]), Scalar(found[3])]
    return Scalar(text)


def two_readings(cell: str) -> bool:
    """Return whether a number may be read in two ways: 14,904 is fourteen, or fourteen thousand."""
    return any(_THOUSANDS.fullmatch(part) for part in re.split(r"[:/\s]+", tidy(cell)))


def odds_or_range(cell: str) -> bool:
    """Return whether a cell such as '2 to 12' may state odds or the ends of a range."""
    found = _ODDS.fullmatch(tidy(cell))
    return bool(found) and not _odds(tidy(cell)) and found[1].isdigit() and found[2].isdigit()  # type: ignore[index]


def _odds(text: str) -> re.Match[str] | None:
    """Return the two numbers of odds; None where the first of 'A to B' is the smaller, as in a range."""
    found = _ODDS.fullmatch(text)
    to = bool(found) and bool(re.search(r"\bto\b", text, re.IGNORECASE))
    return None if found and to and float(found[1].replace(",", ".")) < float(found[2].replace(",", ".")) else found


def complement(value: Any) -> Any:
    """Return one minus a probability or a range; what is no number stays as it is."""
    if isinstance(value, list):
        return [complement(value[1]), complement(value[0])]
    try:
        return float(1 - Decimal(str(value)))
    except ArithmeticError:
        return value


def _hundredth(text: str) -> Any:
    try:
        return float(Decimal(text) / 100)
    except ArithmeticError:
        return Scalar(text)


def _quotient(first: str, second: str) -> Any:
    try:
        return float(Decimal(first) / Decimal(second))
    except ArithmeticError:
        return Scalar(f"{first}:{second}")


def most(sorts: Iterable[Sort]) -> dict[Sort, int]:
    """Return how often each kind of entry stands in some cells, blank ones aside."""
    counted: dict[Sort, int] = {}
    for sort in sorts:
        if sort != "blank":
            counted[sort] = counted.get(sort, 0) + 1
    return counted
