"""The one place where a judgement becomes probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from processtrace.study.case import Case
from processtrace.study.declared import Declared
from processtrace.study.evidence import Evidence, Judgement
from processtrace.study.parts import POOL
from processtrace.study.scales import ICD_203, build_compounds, pool, to_probability
from processtrace.study.values import Judged
from processtrace.text.dates import date_span


def probabilities(study: Declared, part: Judgement, item: Evidence) -> dict[str, Any]:
    """A judgement as probabilities by hypothesis, on the study's anchor or the item's own."""
    anchor = part.anchor or item.anchor or study.anchor
    return to_probability(part.scale, part.values, anchor, study.words or ICD_203)


def judged_by_analyst(study: Declared, item: Evidence) -> dict[str | None, dict[str, Judged]]:
    """Each analyst's probabilities by hypothesis; a common judgement under None. Compounds are built."""
    made = {}
    for analyst, part in item.by_analyst.items():
        values = probabilities(study, part, item)
        made[analyst] = build_compounds(values, list(study.factors), study.compounds) if study.factors else values
    return made


def judged(study: Declared, item: Evidence, analyst: str | None = None) -> dict[str, Judged] | None:
    """The judgement of an item that enters: the analyst's (the study's main one if None), the pool's, or the common one.

    None where the analyst did not judge the item.
    """
    each = judged_by_analyst(study, item)
    if not each:
        return None
    if None in each:
        return each[None]
    chosen = analyst or study.analyst
    if chosen != POOL:
        return each.get(chosen)
    weights = [study.analysts[str(name)].weight for name in each]
    return pool(list(each.values()), weights)


def entering(study: Declared, case: Case, analyst: str | None = None) -> tuple[dict[str, dict[str, Judged]], list[str]]:
    """Judgements by item that enter the posterior, in file order, and the counting items that were left out."""
    found = {item.id: judged(study, item, analyst) for item in case.evidence if item.counts}
    out = case.following({name for name, values in found.items() if values is None})
    entered = {name: values for name, values in found.items() if values is not None and name not in out}
    return entered, [name for name in found if name in out]


def sensitivity_under(item: Evidence, hypothesis: str) -> Judged:
    """Search sensitivity under a hypothesis; 1 where the item states none."""
    stated = item.search_sensitivity
    if stated is None:
        return 1.0
    value: Judged = stated[hypothesis] if isinstance(stated, Mapping) else stated
    return value


def time_key(item: Evidence) -> tuple[int, str]:
    """Order by the end of the date, then by identifier; undated last."""
    last = date_span(item.date)[1].toordinal() if item.date else 10**9
    return last, item.id
