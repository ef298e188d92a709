"""What the page says of a study in its own words: what the record supports."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from processtrace.logspace import DB_PER_NAT, odds_db
from processtrace.results import Results
from processtrace.study import Study
from processtrace.tables.frames import cell
from processtrace.text.numbers import decibels, probability


def sentence(case: str, whole: str) -> str:
    """Return the sentence of `robustness` on a case without the name of the case, which is printed above it."""
    text = whole.removeprefix(f"{case}: ")
    return text[:1].upper() + text[1:]


def lead(results: Results, case: str, interval: str = "") -> str:
    """Return in one line which explanation leads a case, with what the ranges allow in brackets, and by how much."""
    part = results.answers[case]
    names = {h: explanation.name for h, explanation in results.study.explanations.items()}
    leader, runner_up = part["leader"], part["runner_up"]
    if leader is None:
        return "no explanation leads."
    if runner_up is None:
        return f"{names[leader]} is the only explanation, so that its posterior is 1."
    if math.isinf(part["margin_db"]):
        return f"{names[leader]} alone is left, with a posterior of 1; every other explanation has a probability of 0."
    found, allowed = results.data.sel(case=case), results.analyses["ranges"].sel(case=case, hypothesis=leader)
    place = list(found["hypothesis"].values).index(leader)
    row = probability(float(found["posterior"].values[place]), float(odds_db(found["log_posterior"].values)[place]))
    low, high = (probability(float(allowed[end]), float(allowed[f"log_odds_{end}"]) * DB_PER_NAT) for end in ("low", "high"))
    above = f"{decibels(part['margin_db'])} dB above {names[runner_up]}"
    return f"{names[leader]} leads with {row} ({interval}{low} to {high}), {above}.{_word(results, case)}"


def _word(results: Results, case: str) -> str:
    """Return the lead in the words of the study's scale, as the sentence of `robustness` ends; nothing where it names none."""
    said = str(results.analyses["sentence"]["sentence"].sel(case=case).item())
    return f" In the words of {said.rpartition('In the words of ')[2]}" if results.study.verdict is not None else ""


def _rows(posterior: pd.DataFrame, case: str) -> list[dict[str, Any]]:
    chosen = posterior[posterior.index.get_level_values("case") == case]
    return [{str(name): value for name, value in row.items()} for row in chosen.to_dict("records")]


def support(row: dict[str, Any]) -> str:
    """Print the posterior of a row of the table."""
    return cell("probability", [row["Support"], row["Support, odds (dB)"]])


def support_by_case(study: Study, posterior: pd.DataFrame) -> dict[str, str]:
    """Return the posterior support of every explanation in words, for each case by identifier."""
    return {case.id: ", ".join(f"{row['Explanation']} {support(row)}" for row in _rows(posterior, case.id)) for case in study.cases}
