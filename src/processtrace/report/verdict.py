"""What the page says of a study in its own words: what the record supports."""

from __future__ import annotations

from typing import Any

import pandas as pd

from processtrace.study import Study
from processtrace.tables.frames import cell


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
