"""Two rows of headings, one above the other, read as one."""

from __future__ import annotations

import re
from dataclasses import replace

from processtrace.formats.foreign.headings import Heading, read_heading
from processtrace.formats.foreign.vocabulary import Role


def join_headings(upper: str, lower: str) -> Heading:
    """Return what two headings, one above the other, say together: a hypothesis and what is judged of it, in either order."""
    first, second = read_heading(upper), read_heading(lower)
    text = " ".join(part for part in (upper, lower) if part)
    if not upper or not lower:
        return replace(second if lower else first, text=text)
    for outer, inner in ((first, second), (second, first)):
        name = outer.name if outer.role in ("under", "unknown", "evidence") else ""
        if not name:
            continue
        if inner.role == "reason":
            return Heading(text, "reason", name=name)
        scale = inner.scale or outer.scale
        generic = inner.role in ("under", "against") and not inner.name
        if generic and not outer.numbered and outer.role == "unknown" and _about_evidence(outer.text):
            return replace(inner, text=text, percent=first.percent or second.percent)
        if generic or inner.role in ("value", "ratio") or (not inner.name and inner.percent):
            role: Role = "against" if inner.role == "against" else "under"
            return Heading(
                text,
                role,
                name,
                scale=scale,
                base=inner.base or outer.base,
                percent=first.percent or second.percent,
                missed=inner.missed,
                numbered=outer.numbered,
            )
    if second.role in ("unknown", "under", "evidence") and first.role in ("value", "hypothesis", "finding", "beside", "note"):
        return replace(
            second, text=text, scale=second.scale or first.scale, base=second.base or first.base, percent=first.percent or second.percent
        )
    if _grouping(first) and second.role != "unknown":
        return replace(second, text=text)
    if second.role == "under" and first.role == "unknown":
        return replace(second, text=text)
    return replace(read_heading(text), text=text)


def _about_evidence(text: str) -> bool:
    return bool(re.search(r"(?i)\b(probabilit|likelihood|judgement|test|evidence|assessment|bayes|updating|values?)", text))


def _grouping(heading: Heading) -> bool:
    return heading.role in ("unknown", "beside", "note", "finding", "value", "hypothesis", "claim", "case", "under")
