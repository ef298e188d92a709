"""Table: the items as Van Evera's tests of one explanation against another."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from processtrace.errors import UsageError
from processtrace.exact.ranges import log_means, z_of
from processtrace.inference.numbers import judged_under_each
from processtrace.study import Evidence, Study
from processtrace.study.judged import Judged, ends
from processtrace.study.probabilities import time_key
from processtrace.tables.columns import STATUS
from processtrace.tables.frames import frame
from processtrace.text.dates import in_words

DOUBLY_DECISIVE, SMOKING_GUN, HOOP, STRAW = "Doubly decisive", "Smoking gun", "Hoop", "Straw in the wind"
_ROUNDING = 1e-12  # .6/.4 is below 1.5 in floating point, and at the cut for the analyst
_SHOWN = [
    ["Case", "text", ["Case"]],
    ["Date", "text", ["Date"]],
    ["Item", "text", ["Item"]],
    ["Status", "text", ["Status"]],
    ["LR+", "ratio", ["LR+"]],
    ["LR−", "ratio", ["LR−"]],
    ["Test of", "text", ["Test of"]],
    ["Test", "text", ["Test"]],
    ["Within the ranges", "text", ["Within the ranges"]],
]


def van_evera(study: Study, h: str, k: str, *, lr_plus: float = 2.0, lr_minus: float = 0.5) -> pd.DataFrame:
    """Return what kind of test each judged item is, of one explanation against another.

    With p1 >= p0 the judged probabilities of the finding under the explanation that it would speak for (`Test of`) and
    under the other, LR+ = p1/p0 and LR- = (1 - p1)/(1 - p0), where 0/0 counts as 1. An item is doubly decisive where
    LR+ >= `lr_plus` and LR- <= `lr_minus`, a smoking gun where only the first holds, a hoop test where only the second
    does, and else a straw in the wind. The probabilities are those judged (a range by its mean), before source and
    search. Planned items are included, since they are tests to come.

    Parameters
    ----------
    study : Study
        The study.
    h, k : str
        The identifiers of two explanations.
    lr_plus : float
        The cut-point of LR+, 1 or more.
    lr_minus : float
        The cut-point of LR-, from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        One row for each judged item, indexed (case, evidence) by identifier. `Within the ranges` names the tests that it
        could also be at the ends of its ranges; `Depends on the anchor` marks items judged on a relative scale, whose
        class moves with the anchor.

    Raises
    ------
    UsageError
        If an explanation is unknown, both are the same, or a cut-point is out of its range.

    References
    ----------
    Van Evera, S. (1997). Guide to Methods for Students of Political Science. Cornell University Press.
    Humphreys, M. and Jacobs, A. M. (2023). Integrated Inferences. Cambridge University Press. doi:10.1017/9781108377522
    """
    for name in (h, k):
        if name not in study.explanations:
            raise UsageError(f"no explanation '{name}'; there are {', '.join(study.explanations)}")
    if h == k:
        raise UsageError(f"'{h}' against itself; name two explanations")
    if not (lr_plus >= 1 and 0 <= lr_minus <= 1):
        raise UsageError(f"lr_plus={lr_plus:g}, lr_minus={lr_minus:g}; lr_plus is 1 or more, lr_minus between 0 and 1")
    names = study.explanations[h].name, study.explanations[k].name
    z = z_of(study.range_coverage)
    rows, index = [], []
    for case in study.cases:
        for item in sorted(case.evidence, key=time_key):
            values = judged_under_each(study, case, item) if item.is_judged else None
            if values is not None:
                row = _row(values[h], values[k], z, names, (lr_plus, lr_minus))
                anchored = any(part.anchored for part in item.by_analyst.values())
                rows.append({"Case": case.name, **_words(item), **row, "Depends on the anchor": "yes" if anchored else ""})
                index.append((case.id, item.id))
    marked = any(row["Depends on the anchor"] for row in rows)
    return frame(
        rows,
        [*("Case", "Date", "Item", "Status"), *(f"Probability under {name}" for name in _apart(names)), *_REST],
        index,
        ("case", "evidence"),
        title=f"Kinds of test: {names[0]} against {names[1]}",
        note=(
            f"LR+ and LR−: how much more probable the finding, and its absence, are under the explanation tested than under the other. "
            f"Cut-points {lr_plus:g} and {lr_minus:g}; judged probabilities, before source and search. "
            "Within the ranges: what the item could also be at the ends of its judged ranges."
        ),
        shown=[*_SHOWN, *([["Depends on the anchor", "text", ["Depends on the anchor"]]] if marked else [])],
    )


_REST = ("LR+", "LR−", "Test of", "Test", "Within the ranges", "Depends on the anchor")


def _apart(names: tuple[str, str]) -> tuple[str, str]:
    return names if names[0] != names[1] else (names[0], f"{names[1]} (2)")


def _words(item: Evidence) -> dict[str, Any]:
    return {"Date": in_words(item.date), "Item": item.name, "Status": STATUS[item.status]}


def _row(first: Judged, second: Judged, z: float, names: tuple[str, str], cuts: tuple[float, float]) -> dict[str, Any]:
    low, high = np.array([ends(first)[0], ends(second)[0]], float), np.array([ends(first)[1], ends(second)[1]], float)
    log_p, log_q = log_means(low, high, z)
    p, q = np.exp(log_p), np.exp(log_q)
    of, kind, plus, minus = _class((p[0], q[0]), (p[1], q[1]), cuts)
    found = [_class((a, 1 - a), (b, 1 - b), cuts)[:2] for a, b in product(ends(first), ends(second))]
    found_tests = [other if other == STRAW or place in (of, None) else f"{other} of {names[place]}" for place, other in found]
    others = dict.fromkeys(text for text in found_tests if text != kind)
    return {
        **{f"Probability under {name}": float(value) for name, value in zip(_apart(names), p, strict=True)},
        "LR+": plus,
        "LR−": minus,
        "Test of": "" if of is None else names[of],
        "Test": kind,
        "Within the ranges": "; ".join(others),
    }


def _class(one: tuple[float, float], other: tuple[float, float], cuts: tuple[float, float]) -> tuple[int | None, str, float, float]:
    """Return which explanation an item tests (None for neither), its class, LR+ and LR-, from (p, 1 - p) under each."""
    of = None if one == other else int(one[0] < other[0] or (one[0] == other[0] and one[1] > other[1]))
    (p1, q1), (p0, q0) = (other, one) if of == 1 else (one, other)
    plus, minus = _ratio(p1, p0), _ratio(q1, q0)
    strong, weak = plus >= cuts[0] * (1 - _ROUNDING), minus <= cuts[1] * (1 + _ROUNDING)
    kind = (DOUBLY_DECISIVE if weak else SMOKING_GUN) if strong else HOOP if weak else STRAW
    return of, kind, plus, minus


def _ratio(above: float, below: float) -> float:
    if below == 0:
        return 1.0 if above == 0 else float("inf")
    return float(above / below)
