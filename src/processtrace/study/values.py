"""Loose input to plain values: text, numbers, ranges and dates, each refused with what is allowed and how to fix it."""

from __future__ import annotations

import calendar
import datetime
import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, SupportsFloat

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from processtrace.study.number_mistakes import ORDINARY, meant_as_number
from processtrace.text.dates import WRITTEN, date_span

LONGEST_LABEL = 40
LONGEST_ID = 60
_ID = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")
_LONGEST_WHOLE = 10**1000
HALF = re.compile("[\ud800-\udfff]")
"""Half of a character: what a file in UTF-8 can't hold."""
_NUMBER = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Scalar(str):
    """Text as it is in a file, with its line; `plain` where it was not quoted."""

    line: int
    plain: bool

    def __new__(cls, text: str, line: int = 0, plain: bool = True) -> Scalar:
        """Return the text with its line and whether it was unquoted."""
        made = super().__new__(cls, text)
        made.line, made.plain = line, plain
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle needs: the bare text."""
        return str, (str(self),)


def refuse(read: str, allowed: str, fix: str = "") -> PydanticCustomError:
    """Return the exception by which a validator names a fault."""
    return PydanticCustomError("fault", "{read}", {"read": read, "allowed": allowed, "fix": fix})


def shown(value: object) -> str:
    """Return a value as a message quotes it: short, on one line."""
    if value is None or (isinstance(value, Scalar) and value.plain and value in ("", "~", "null")):
        return "nothing"
    if isinstance(value, int) and abs(value) >= _LONGEST_WHOLE:
        return "a number of more than a thousand digits"
    text = str(value) if isinstance(value, str | int | float) else _kind(value)
    text = " ".join(text.encode("utf-8", errors="backslashreplace").decode("utf-8").split())
    if not text:
        return "nothing"
    return text if len(text) <= 60 else text[:57] + "..."


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping (" + ", ".join(str(key) for key in value)[:40] + ")"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"


def is_nothing(value: object) -> bool:
    """Return whether a value is absent: None, or an unquoted null of a file."""
    return value is None or (isinstance(value, Scalar) and value.plain and str(value) in ("", "~", "null", "Null", "NULL"))


def as_text(value: object) -> str:
    """Return text; numbers and dates are taken as written."""
    if isinstance(value, str) and not is_nothing(value):
        text = str(value).strip()
        if HALF.search(text):
            raise refuse(shown(text), "characters that Unicode has", "retype the text: half of a character was copied")
        if text:
            return text
        raise refuse("an empty text", "text", "write the text or leave the key out")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, int) and abs(value) >= _LONGEST_WHOLE:
            raise refuse("a number of more than a thousand digits", "text", "write the text")
        return str(value)
    if isinstance(value, str) and str(value).lower() == "null":
        raise refuse(f"{value} without quotation marks, which means nothing in YAML", "text", f'put it in quotation marks: "{value}"')
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, Mapping) and len(value) == 1:
        raise refuse(shown(value), "text", "a colon and a blank made a mapping of it: write the text in block style (>-)")
    if isinstance(value, Scalar) and value.lower() == "null":
        read = f"the word {value} without quotation marks, which means nothing in YAML"
        raise refuse(read, "text", f'write "{value}" if the word is meant, or leave the key out')
    raise refuse(shown(value), "text", "write the text, or leave the key out")


def as_id(value: object) -> str:
    """Return an identifier."""
    text = as_text(value)
    if _ID.fullmatch(text):
        return text
    if any(c.isalpha() and not c.isascii() for c in text):
        allowed = f"Latin letters without accents, digits, _ and -, at most {LONGEST_ID}"
        raise refuse(shown(text), allowed, "spell it in Latin letters; its label may be in any script")
    raise refuse(shown(text), f"letters, digits, _ and -, at most {LONGEST_ID}", "shorten it or replace what is not allowed by _")


def shortened(text: str) -> str:
    """Return a text cut at a word to the length of a label."""
    if len(text) <= LONGEST_LABEL:
        return text
    return text[: LONGEST_LABEL - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def as_label(value: object) -> str:
    """Return a label: text of at most 40 characters."""
    text = as_text(value)
    if len(text) <= LONGEST_LABEL:
        return text
    raise refuse(f"{len(text)} characters", f"at most {LONGEST_LABEL}", "shorten it: labels are printed in figures and tables")


def as_tag(value: object) -> str:
    """Return a tag: text of at most 60 characters on one line, with single blanks."""
    text = " ".join(as_text(value).split())
    if len(text) <= LONGEST_ID:
        return text
    raise refuse(f"{len(text)} characters", f"at most {LONGEST_ID}", "shorten it: a tag is a few words")


def as_bool(value: object) -> bool:
    """Return true or false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Scalar) and value.plain and value in ("true", "false"):
        return value == "true"
    raise refuse(shown(value), "true or false")


def as_number(value: object) -> float:
    """Return a finite number; text is read as a number only where it is unquoted in a file."""
    if is_nothing(value):
        raise refuse("nothing", "a number", "a key without a value may come from a decimal comma: write 0.5, not 0,5")
    if isinstance(value, bool | list | tuple | Mapping):
        raise refuse(f"{shown(value)} is not a number", "write a number, as 0.3")
    if isinstance(value, Scalar):
        number = _read_number(value)
    elif isinstance(value, str):
        raise refuse(f"the text '{shown(value)}' is not a number", "give a number, not text")
    else:
        try:
            number = float(value) if isinstance(value, SupportsFloat) else math.nan
        except (TypeError, ValueError, OverflowError):
            number = math.nan
    if not math.isfinite(number):
        raise refuse(f"{shown(value)} is not a finite number", ORDINARY)
    return number


def _read_number(text: Scalar) -> float:
    if not text.plain:
        raise refuse(f"'{shown(text)}' in quotation marks is text, not a number", "take the quotation marks away")
    if _NUMBER.fullmatch(text):
        return float(text)
    said, fix = meant_as_number(" ".join(text.split(" ")))
    raise refuse(f"{shown(text)} {said}", fix)


def as_year(value: object) -> int:
    """Return a year of four digits."""
    text = as_text(value)
    if re.fullmatch(r"\d{4}", text, re.ASCII) and int(text):
        return int(text)
    raise refuse(shown(text), "a year of four digits", "write years: [2005, 2014]")


def as_weight(value: object) -> float:
    """Return a number of 0 or more."""
    number = as_number(value)
    if number < 0:
        raise refuse(f"{number:g}", "a number of 0 or more")
    return number


def _open_interval(low: float, high: float, allowed: str, closed_low: bool) -> Any:
    def read(value: object) -> float:
        number = as_number(value)
        if number < low or number >= high or (number == low and not closed_low):
            raise refuse(f"{number:g}", allowed)
        return number

    return read


def as_date(value: object) -> str:
    """Return a date as written, checked to exist."""
    if isinstance(value, list | tuple):
        raise refuse(shown(value), "one date", "for a span join two dates by /")
    text = as_text(value)
    try:
        date_span(text)
    except (ValueError, calendar.IllegalMonthError) as why:
        raise refuse(shown(text), f"a date that exists: {WRITTEN}", str(why)) from None
    return text


def as_tuple(value: object) -> object:
    """Return one thing, or a list of things, as a tuple; a mapping counts as one thing."""
    if is_nothing(value):
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def as_list(value: object) -> object:
    """Return a list as a tuple; one thing alone is refused."""
    if is_nothing(value):
        return ()
    if isinstance(value, list | tuple):
        return tuple(value)
    raise refuse(shown(value), "a list", "write each entry on a line of its own after '- '")


_DATE_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": r"^\s*\d{4}(-\d{2}(-\d{2})?)?\s*(/\s*\d{4}(-\d{2}(-\d{2})?)?\s*)?$"},
        {"type": "integer", "minimum": 1000, "maximum": 9999},
    ]
}
# Text is taken as written, so what an editor reads as a number or as true or false is text here.
TEXT_SCHEMA = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
_ID_SCHEMA = {"type": ["string", "integer", "boolean"], "pattern": rf"^\s*[A-Za-z0-9_-]{{1,{LONGEST_ID}}}\s*$"}
_TAG_SCHEMA = {"type": ["string", "number", "boolean"], "pattern": rf"^\s*\S([\s\S]{{0,{LONGEST_ID - 2}}}\S)?\s*$"}
_LABEL_SCHEMA = {"type": ["string", "number", "boolean"], "pattern": rf"^\s*\S([\s\S]{{0,{LONGEST_LABEL - 2}}}\S)?\s*$"}

Text = Annotated[str, BeforeValidator(as_text), WithJsonSchema(TEXT_SCHEMA)]
Id = Annotated[str, BeforeValidator(as_id), WithJsonSchema(_ID_SCHEMA)]
TagName = Annotated[str, BeforeValidator(as_tag), WithJsonSchema(_TAG_SCHEMA)]
Label = Annotated[str, BeforeValidator(as_label), WithJsonSchema(_LABEL_SCHEMA)]
Date = Annotated[str, BeforeValidator(as_date), WithJsonSchema(_DATE_SCHEMA)]
Flag = Annotated[bool, BeforeValidator(as_bool), WithJsonSchema({"type": "boolean"})]
Weight = Annotated[float, BeforeValidator(as_weight), WithJsonSchema({"type": "number", "minimum": 0})]
Number = Annotated[float, BeforeValidator(as_number), WithJsonSchema({"type": "number"})]
Correlation = Annotated[
    float,
    BeforeValidator(_open_interval(0, 1, "a number of 0 or more, below 1", closed_low=True)),
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": 1}),
]
Anchor = Annotated[
    float,
    BeforeValidator(_open_interval(0, 1, "a number between 0 and 1, both excluded", closed_low=False)),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}),
]
Coverage = Annotated[
    float,
    BeforeValidator(_open_interval(0.5, 1, "a number of 0.5 or more, below 1", closed_low=True)),
    WithJsonSchema({"type": "number", "minimum": 0.5, "exclusiveMaximum": 1}),
]
