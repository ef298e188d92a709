"""Dates as they are written in a study, and what a date in another notation would be in it."""

from __future__ import annotations

import calendar
import datetime
import re

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WRITTEN = "YYYY, YYYY-MM, YYYY-MM-DD, or two joined by /"


def date_span(text: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a date as it is written in a file.

    Parameters
    ----------
    text : str
        YYYY, YYYY-MM, YYYY-MM-DD, or two of these joined by /.

    Returns
    -------
    tuple of datetime.date
        The first and the last day.

    Raises
    ------
    ValueError
        Where a part is no date, or the end comes before the start; its text says how to fix it.
    """
    parts = [_one_date(part, text) for part in text.split("/")]
    if len(parts) > 2:
        raise ValueError("more than two dates")
    first, last = parts[0][0], parts[-1][1]
    if last < first:
        raise ValueError("the end comes before the start")
    return first, last


def _one_date(text: str, whole: str) -> tuple[datetime.date, datetime.date]:
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text.strip())
    if not found:
        raise ValueError(_fix(whole.strip(" \"'“”„‘’«»")))
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if month is None:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    if day is None:
        return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])
    return datetime.date(year, month, day), datetime.date(year, month, day)


def _fix(text: str) -> str:
    """Return what to write for a date in another notation; both readings where day and month may be either."""
    if found := re.fullmatch(r"(\d{4})\s*[-–—]\s*(\d{4})", text):
        return f"for a span write {found[1]}/{found[2]}"
    if found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
        return _written(_day(found[3], found[2], found[1]))
    if found := re.fullmatch(r"(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2}))?", text):
        return _written(_day(found[1], found[2], found[3]) if found[3] else f"{found[1]}-{int(found[2]):02}")
    if found := re.fullmatch(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", text):
        readings = {_day(found[3], found[2], found[1]), _day(found[3], found[1], found[2])}
        return _written(*sorted(day for day in readings if _exists(day)))
    if found := re.fullmatch(r"(\d{1,2})[./](\d{4})", text):
        return _written(f"{found[2]}-{int(found[1]):02}")
    return _written(text)


def _day(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _exists(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text if text.count("-") == 2 else f"{text}-01")
    except ValueError:
        return False
    return True


def _written(*dates: str) -> str:
    real = [text for text in dates if _exists(text)]
    return f"write {' or '.join(real)}" if real else "write the year first, in digits: 2005-07 for July 2005"


def in_words(text: str | None) -> str:
    """Return a date as people write it; an empty text for none.

    >>> in_words("2004-01-09"), in_words("2005-03-24/2005-03-26"), in_words("2001-12/2014-06")
    ('9 Jan 2004', '24–26 Mar 2005', 'Dec 2001 – Jun 2014')
    """
    if not text:
        return ""
    first, last = (_words(part.strip()) for part in (text.split("/") * 2)[:2])
    if first == last:
        return " ".join(last)
    alike = len(first) == len(last)
    while alike and len(first) > 1 and first[-1] == last[len(first) - 1]:
        first = first[:-1]
    return f"{' '.join(first)}{'–' if alike and len(first) == 1 else ' – '}{' '.join(last)}"


def _words(text: str) -> list[str]:
    year, *rest = text.split("-")
    return [*(str(int(day)) for day in rest[1:]), *(_MONTHS[int(month) - 1] for month in rest[:1]), year]
