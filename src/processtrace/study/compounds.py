"""Judgements under causes that act together: those that were judged, and those that a rule builds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from processtrace.study.judged import Judged, JudgementError, ends, judged
from processtrace.study.parts import NONE


def build_compounds(values: Mapping[str, Judged], factors: Sequence[str], rule: str) -> dict[str, Judged]:
    """Return judgements under every cell of the factors; a compound that was not judged is built by the rule, end by end.

    Parameters
    ----------
    values : Mapping
        Judged probabilities under `none`, under each factor, and under the compounds that were judged.
    factors : sequence of str
        The factors, in the study's order.
    rule : str
        `judged` leaves out compounds that were not judged. `mean` is the arithmetic mean of the factors present, `maximum`
        the largest of them, `noisy-or` is 1 - (1 - p_none) prod (1 - p_i)/(1 - p_none), which needs p_i >= p_none.

    Returns
    -------
    dict
        Probabilities by cell.

    Raises
    ------
    JudgementError
        Where noisy-or meets a factor less probable than `none`.

    References
    ----------
    Pearl, J. (1988). Probabilistic Reasoning in Intelligent Systems. Morgan Kaufmann (noisy-or).
    """
    built = {NONE: values[NONE]} | {name: values[name] for name in factors}
    for size in range(2, len(factors) + 1):
        for some in combinations(factors, size):
            cell = "+".join(some)
            if cell in values:
                built[cell] = values[cell]
            elif rule != "judged":
                low, high = (_compound([ends(values[name])[end] for name in some], ends(values[NONE])[end], rule, cell) for end in (0, 1))
                built[cell] = judged(low, high)
    return built


def _compound(parts: list[float], none: float, rule: str, cell: str) -> float:
    if rule == "mean":
        return math.fsum(parts) / len(parts)
    if rule == "maximum":
        return max(parts)
    if min(parts) < none:
        raise JudgementError(
            cell,
            f"{min(parts):g} under one factor, {none:g} under none",
            "noisy-or needs each factor at least as probable as none",
            "judge the compound itself",
        )
    if none == 1:
        return 1.0
    rest = 1 - none
    return 1 - rest * math.prod((1 - p) / rest for p in parts)
