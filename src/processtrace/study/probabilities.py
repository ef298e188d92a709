"""The one place where a judgement becomes probabilities."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from processtrace.study.case import Case
from processtrace.study.compounds import build_compounds
from processtrace.study.declared import Declared
from processtrace.study.evidence import Evidence, Judgement
from processtrace.study.judged import Judged
from processtrace.study.parts import POOL
from processtrace.study.pool import pool
from processtrace.study.scales import SCALES
from processtrace.text.dates import date_span


def probabilities(study: Declared, part: Judgement, item: Evidence, analyst: str | None) -> dict[str, Judged]:
    """Return an analyst's judgement as probabilities by hypothesis, those that it judges; a common judgement is that of None.

    Raises
    ------
    JudgementError
        Where the values cannot become probabilities.
    """
    return SCALES[part.scale].to_probabilities(part.values, study.anchor_of(item, part), study.words_of(analyst))


def with_compounds(study: Declared, values: dict[str, Judged]) -> dict[str, Judged]:
    """Return probabilities under every explanation: in a study of factors, compounds that were not judged are built.

    Raises
    ------
    JudgementError
        Where the study's rule cannot build a compound.
    """
    return build_compounds(values, list(study.factors), study.compounds) if study.factors else values


def judged_by_analyst(study: Declared, item: Evidence) -> dict[str | None, dict[str, Judged]]:
    """Return each analyst's probabilities by hypothesis; a common judgement is under None. Compounds are built."""
    return {
        analyst: with_compounds(study, probabilities(study, part, item, analyst))
        for analyst, part in item.by_analyst.items()
        if part.scales
    }


def pooled(study: Declared, each: Mapping[str | None, Mapping[str, Judged]]) -> dict[str, Judged]:
    """Return the pool of several analysts' probabilities, with the weights of the study."""
    return pool(list(each.values()), [weight_in_pool(study, str(name), each) for name in each])


def weight_in_pool(study: Declared, analyst: str, beside: Collection[str | None]) -> float:
    """Return an analyst's weight in the pool of those who judged an item; 0 where one of them takes the judgement's place."""
    part = study.analysts[analyst]
    return 0.0 if any(study.analysts[str(other)].revises == analyst for other in beside if other != analyst) else part.weight


def judged(study: Declared, item: Evidence, analyst: str | None = None) -> dict[str, Judged] | None:
    """Return the judgement of an item that enters: the analyst's (the study's main one if None), the pool's, or the common one.

    A clue that is about a node is judged at each of its levels, and a clue that observes one only under hypotheses without a
    model. None where the analyst did not judge the item.
    """
    each = judged_by_analyst(study, item)
    if not each:
        return {} if item.observes is not None else None
    if None in each:
        return each[None]
    chosen = analyst or study.analyst
    return pooled(study, each) if chosen == POOL else each.get(chosen)


def judgements_in_force(study: Declared, item: Evidence) -> list[Judgement]:
    """Return the judgements of which `judged` makes the one that enters: the main analyst's, all of the pool, or the common one."""
    parts = item.by_analyst
    if study.analyst == POOL or None in parts:
        return [part for analyst, part in parts.items() if analyst is None or weight_in_pool(study, analyst, parts) > 0]
    return [parts[study.analyst]] if study.analyst in parts else []


def entering(study: Declared, case: Case, analyst: str | None = None) -> tuple[dict[str, dict[str, Judged]], list[str]]:
    """Return the judgements that enter the posterior by item, in file order, and the counting items that were left out."""
    found = {item.id: judged(study, item, analyst) for item in case.evidence if item.counts}
    out = case.following({name for name, values in found.items() if values is None})
    entered = {name: values for name, values in found.items() if values is not None and name not in out}
    return entered, [name for name in found if name in out]


def sensitivity_under(item: Evidence, hypothesis: str) -> Judged:
    """Return the search sensitivity under a hypothesis; 1 where the item states none."""
    stated = item.search_sensitivity
    if stated is None:
        return 1.0
    return stated[hypothesis] if isinstance(stated, Mapping) else stated


def time_key(item: Evidence) -> tuple[int, str]:
    """Return a key that sorts items by the end of their date, then by identifier; undated items come last."""
    last = date_span(item.date)[1].toordinal() if item.date else 10**9
    return last, item.id
