"""Dates as people write them."""

from __future__ import annotations

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_words(text: str | None) -> str:
    """A date as people write it: '9 Jan 2004', '24–26 Mar 2005', 'Dec 2001 – Jun 2014', '2001–2014'; none is empty."""
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
