"""What the page says of a study in its own words: who judged, what the record supports, what a figure shows."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from processtrace.study import Analyst, Study
from processtrace.tables.frames import cell

_MODEL = re.compile(r"language model|\bLLMs?\b|\bAI\b|artificial intelligence|\bchatbot", re.IGNORECASE)
_DENIED = re.compile(r"\b(no|not|without|never|instead of|rather than)\b[^.;,]{0,25}$", re.IGNORECASE)


def speaks_of_a_model(text: str) -> bool:
    """Whether a text says that a language model judged, and not that none did."""
    return any(not _DENIED.search(text[: found.start()]) for found in _MODEL.finditer(text))


def judged_by_models(study: Study) -> list[str]:
    """Where a study says that a language model judged: 'the description', and the labels of analysts whose note says so."""
    told = ["the description"] if speaks_of_a_model(study.description or "") else []
    return told + [f"the note on {part.name}" for part in analysts_of(study) if speaks_of_a_model(part.note or "")]


def analysts_of(study: Study) -> list[Analyst]:
    """The analysts who judged an item; all that are declared where every judgement is common."""
    judged = {name for case in study.cases for item in case.evidence for name in item.judgements or ()}
    return [part for name, part in study.analysts.items() if not judged or name in judged]


def sentence(case: str, told: str | None) -> str:
    """The sentence of `robustness` on a case, without the name of the case, which stands above it."""
    text = (told or "").removeprefix(f"{case}: ")
    return text[:1].upper() + text[1:]


def brief(told: str) -> str:
    """A verdict up to what its range would do to it: which explanation leads, by how much."""
    first = told.partition("; ")[0]
    return first if first.endswith(".") else f"{first}."


def _rows(posterior: pd.DataFrame, case: str) -> list[dict[str, Any]]:
    chosen = posterior[posterior.index.get_level_values("case") == case]
    return [{str(name): value for name, value in row.items()} for row in chosen.to_dict("records")]


def support(row: dict[str, Any]) -> str:
    """The posterior of a row of the table, in print."""
    return cell("probability", [row["Support"], row["Support, odds (dB)"]])


def support_by_case(study: Study, posterior: pd.DataFrame) -> dict[str, str]:
    """Return the posterior support of every explanation in words, for each case by identifier."""
    return {case.id: ", ".join(f"{row['Explanation']} {support(row)}" for row in _rows(posterior, case.id)) for case in study.cases}
