"""Tables: studies beside each other, and the items that differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import pandas as pd

from processtrace.errors import UsageError
from processtrace.inference.compare import Moved, moved
from processtrace.logspace import DB_PER_NAT
from processtrace.study import Study
from processtrace.tables.frames import frame
from processtrace.tables.posterior import ODDS


def compare(*studies: Study) -> pd.DataFrame:
    """Return the posteriors of studies side by side, by case and explanation, with how far each moved from the first.

    Parameters
    ----------
    *studies : Study
        Two studies or more.

    Returns
    -------
    pandas.DataFrame
        One row for each case of the first study that another has, and each explanation of any, indexed (case,
        hypothesis). `Support, study k` is the posterior, NaN where a study does not have the explanation; `Moved, study k
        (dB)` is the change in the odds of the explanation against the others that both studies have. Columns of odds hold
        10 log10 p/(1 - p).

    Raises
    ------
    UsageError
        If there are fewer than two studies, or one has no case in common with the first.
    """
    names, found = _each(studies)
    rows, index = [], []
    for case in dict.fromkeys(part.case for parts in found for part in parts):
        here = [next((part for part in parts if part.case == case), None) for parts in found]
        labels = {h: part.name for study in reversed(studies) for h, part in study.explanations.items()}
        known = [part for part in here if part is not None]
        for h in dict.fromkeys(chain(known[0].posterior[0], *(part.posterior[1] for part in known))):
            row: dict[str, Any] = {"Case": known[0].label, "Explanation": labels[h], **_of(names[0], known[0].posterior[0], h)}
            for name, part in zip(names[1:], here, strict=True):
                row |= _of(name, {} if part is None else part.posterior[1], h)
                row[_moved(name)] = None if part is None else part.moved_db.get(h)
            rows.append(row)
            index.append((case, h))
    supports, moves = [_support(name) for name in names], [_moved(name) for name in names[1:]]
    odds = [f"{name}, {ODDS}" for name in supports]
    made = frame(
        rows,
        ["Case", "Explanation", *supports, *moves, *odds],
        index,
        ("case", "hypothesis"),
        title="Support for each explanation, study by study",
        note=f"{_titles(names, studies)}Each posterior is given that one of the study's explanations is right. Moved: the odds of an explanation against the others "
        "that both studies have, in decibels, compared with study 1.",
        shown=[
            ["Case", "text", ["Case"]],
            ["Explanation", "text", ["Explanation"]],
            *([name, "probability", [name, f"{name}, {ODDS}"]] for name in supports),
            *([name, "decibels", [name]] for name in moves),
        ],
    )
    return made.astype(dict.fromkeys([*supports, *moves, *odds], float))


def changes(*studies: Study) -> pd.DataFrame:
    """Return the items and judgements in which studies differ from the first, the largest moves of a case first.

    Parameters
    ----------
    *studies : Study
        Two studies or more.

    Returns
    -------
    pandas.DataFrame
        One row for each case, study and item that differs, indexed (case, study, evidence), and one for the prior where
        it moved. `For` and `Against` are the first study's best two of the explanations that both have. `Moved (dB)` is
        what the change added to the one over the other; in a case these add up to the change of their distance.

    Raises
    ------
    UsageError
        If there are fewer than two studies, or one has no case in common with the first.
    """
    names, found = _each(studies)
    rows, index = [], []
    for name, number, parts in zip(names[1:], range(2, len(names) + 1), found, strict=True):
        for part in parts:
            for identifier, row in _rows(part, studies[number - 1]):
                rows.append({"Case": part.label, "Study": name, **row})
                index.append((part.case, str(number), identifier))
    heads = ["Case", "Study", "Item", "What differs", "For", "Against", "Weight before (dB)", "Weight (dB)", "Moved (dB)"]
    return frame(
        rows,
        heads,
        index,
        ("case", "study", "evidence"),
        title="What differs between the studies",
        note=f"{_titles(names, studies)}Compared with study 1. Weights are those of an item given the earlier items that it depends on; moves add up.",
        shown=[[head, "decibels" if head.endswith("(dB)") else "text", [head]] for head in heads],
    )


def _of(name: str, posterior: Mapping[str, float], h: str) -> dict[str, float | None]:
    """Return the support of an explanation in a study and its odds; None where the study does not have it."""
    p = posterior.get(h)
    rest = sum(other for k, other in posterior.items() if k != h)
    odds = None if p is None else -math.inf if p == 0 else math.inf if rest == 0 else DB_PER_NAT * (math.log(p) - math.log(rest))
    return {_support(name): p, f"{_support(name)}, {ODDS}": odds}


def _each(studies: Sequence[Study]) -> tuple[list[str], list[list[Moved]]]:
    if len(studies) < 2:
        raise UsageError(f"{len(studies)} study; two or more are compared")
    return [f"study {k + 1}" for k in range(len(studies))], [moved(studies[0], other) for other in studies[1:]]


def _titles(names: Sequence[str], studies: Sequence[Study]) -> str:
    return "; ".join(f"{name}: {study.title}" for name, study in zip(names, studies, strict=True)) + ". "


def _rows(part: Moved, study: Study) -> list[tuple[str, dict[str, Any]]]:
    if part.pair is None:
        return []
    first, second = (study.explanations[h].name for h in part.pair)
    sides = {"For": first, "Against": second}
    rows = [
        (
            item.id,
            {
                "Item": item.label,
                "What differs": "; ".join(item.differs),
                **sides,
                "Weight before (dB)": item.weights[0],
                "Weight (dB)": item.weights[1],
                "Moved (dB)": item.moved_db,
            },
        )
        for item in sorted(part.items, key=lambda item: -abs(item.moved_db))
    ]
    if abs(part.prior_db) > 1e-9:
        none = float("nan")
        prior = {"Item": "The prior", "What differs": "prior", **sides, "Weight before (dB)": none, "Weight (dB)": none}
        rows.insert(0, ("", prior | {"Moved (dB)": part.prior_db}))
    return rows


def _support(name: str) -> str:
    return f"Support, {name}"


def _moved(name: str) -> str:
    return f"Moved, {name} (dB)"
