"""Judgements in a case file that were asked for another study, about other explanations, and that this study can't use."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Sequence

from processtrace.study import Case, Evidence, Judgement
from processtrace.study.frozen import Map
from processtrace.text.names import counted


def without_those_asked_elsewhere(cases: Sequence[Case], hypotheses: Collection[str]) -> tuple[list[Case], tuple[str, ...]]:
    """Return cases without the judgements that were asked about other explanations alone, and what is to be said of that.

    Such a judgement is an analyst's, came back from a sheet or a page (it has fingerprints of the statements), and was not asked
    about some of the study's hypotheses, in a case that is judged for several studies. An item that has no other is unjudged.

    Parameters
    ----------
    cases : sequence of Case
        The cases as their files have them.
    hypotheses : collection of str
        The hypotheses of the study.

    Returns
    -------
    list of Case
        The cases as the study uses them.
    tuple of str
        A sentence for each analyst some of whose judgements are left out.
    """
    left_out: Counter[str] = Counter()

    def kept(case: Case, item: Evidence) -> Evidence:
        if item.judgements is None or item.node is not None:
            return item
        out = [who for who, part in item.judgements.items() if _asked_elsewhere(part, case, hypotheses)]
        if not out:
            return item
        left_out.update(out)
        rest = {who: part for who, part in item.judgements.items() if who not in out}
        if rest:
            return dataclasses.replace(item, judgements=Map(rest))
        return dataclasses.replace(item, status="unjudged", judgements=None, cost=None)

    made = [dataclasses.replace(case, evidence=tuple(kept(case, item) for item in case.evidence)) for case in cases]
    return made, tuple(
        f"{counted(number, 'judgement', 'judgements')} of {who} left out: asked about the explanations of another study"
        for who, number in left_out.items()
    )


def _asked_elsewhere(part: Judgement, case: Case, hypotheses: Collection[str]) -> bool:
    if len(part.scales) != 1:
        return False  # a fault of its own, which the check of the study names
    missing = [h for h in hypotheses if h not in part.values]
    return bool(missing and part.statements) and all(h in case.judges and h not in part.statements for h in missing)
