"""What the page says of a study in its own words: who judged, and what the record supports."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from processtrace.study import Analyst, Study
from processtrace.tables.frames import cell

_MODEL = re.compile(r"language model|\bLLMs?\b|\bAI\b|artificial intelligence|\bchatbot", re.IGNORECASE)
_DENIED = re.compile(r"\b(no|not|without|never|instead of|rather than)\b[^.;,]{0,25}$", re.IGNORECASE)


def speaks_of_a_model(text: str) -> bool:
    """Return whether a text says that a language model judged, and not that none did."""
    return any(not _DENIED.search(text[: found.start()]) for found in _MODEL.finditer(text))


def judged_by_models(study: Study) -> list[str]:
    """Return where a study says that a language model judged: 'the description', and the labels of analysts whose note says so."""
    places = ["the description"] if speaks_of_a_model(study.description or "") else []
    return places + [f"the note on {part.name}" for part in analysts_of(study) if speaks_of_a_model(part.note or "")]


def analysts_of(study: Study) -> list[Analyst]:
    """Return the analysts who judged an item; all that are declared where every judgement is common."""
    judged = {name for case in study.cases for item in case.evidence for name in item.judgements or ()}
    return [part for name, part in study.analysts.items() if not judged or name in judged]


def sentence(case: str, whole: str) -> str:
    """Return the sentence of `robustness` on a case without the name of the case, which is printed above it."""
    text = whole.removeprefix(f"{case}: ")
    return text[:1].upper() + text[1:]


def brief(verdict: str) -> str:
    """Return the first part of a verdict: which explanation leads, and by how much."""
    first = verdict.partition("; ")[0]
    return first if first.endswith(".") else f"{first}."


def _rows(posterior: pd.DataFrame, case: str) -> list[dict[str, Any]]:
    chosen = posterior[posterior.index.get_level_values("case") == case]
    return [{str(name): value for name, value in row.items()} for row in chosen.to_dict("records")]


def support(row: dict[str, Any]) -> str:
    """Print the posterior of a row of the table."""
    return cell("probability", [row["Support"], row["Support, odds (dB)"]])


def support_by_case(study: Study, posterior: pd.DataFrame) -> dict[str, str]:
    """Return the posterior support of every explanation in words, for each case by identifier."""
    return {case.id: ", ".join(f"{row['Explanation']} {support(row)}" for row in _rows(posterior, case.id)) for case in study.cases}
