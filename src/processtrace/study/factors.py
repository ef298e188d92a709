"""A study of rival hypotheses as a study of causes that may act together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from processtrace.errors import UsageError
from processtrace.study.case import Case
from processtrace.study.evidence import Evidence, Judgement
from processtrace.study.frozen import Map
from processtrace.study.parts import NONE, Factor

if TYPE_CHECKING:
    from processtrace.study.declared import Declared
    from processtrace.study.parts import Compounds


def cells_of[S: Declared](study: S, compounds: Compounds, prior: Mapping[str, float] | None, none: str | Mapping[str, Any]) -> S:
    """Return the study as `Study.cells` does."""
    if study.factors:
        raise UsageError("the study is one of factors already; change its rule with dataclasses.replace(study, compounds=...)")
    empty = NONE if isinstance(none, Mapping) else none
    causes = {h: part for h, part in study.hypotheses.items() if h != empty}
    _refuse(study, causes, prior or {})
    given = dict(none) if isinstance(none, Mapping) else {}
    cases = [_case(study, case, empty, given) for case in study.cases]
    if given:
        raise UsageError(f"none: '{next(iter(given))}'; judged items, as case/item, are allowed")
    chosen = prior or {}
    factors = {h: Factor(h, part.label, part.statement, **({"prior": chosen[h]} if h in chosen else {})) for h, part in causes.items()}
    return dataclasses.replace(study, hypotheses=Map(), factors=Map(factors), compounds=compounds, cases=tuple(cases))


def _refuse(study: Declared, causes: Mapping[str, Any], prior: Mapping[str, float]) -> None:
    for h in prior:
        if h not in causes:
            raise UsageError(f"prior: '{h}'; the causes {', '.join(causes)} are allowed, each with the probability that it is at work")
    for h, part in causes.items():
        if part.residual:
            raise UsageError(f"'{h}' is a residual, which cannot act together with what it leaves over; name it: cells(none='{h}')")
    for case in study.cases:
        if case.prior is not None:
            raise UsageError(f"case '{case.id}' has a prior over exclusive hypotheses, which says nothing of cells; take it away first")


def _case(study: Declared, case: Case, empty: str, given: dict[str, Any]) -> Case:
    listed = study.judged_under(case)
    named = {h: NONE if h == empty else h for h in listed}
    if empty not in listed and not given:
        raise UsageError(
            f"case '{case.id}': no item is judged under '{empty}'; the empty cell is judged, never built: judge every item under 'none' "
            "(listed in 'judges'), name the hypothesis that stands for it with none=..., or give its judgements as none={'case/item': p}"
        )
    items = [_item(case, item, named, given) for item in case.evidence]
    pairs = [dataclasses.replace(pair, under=_renamed(pair.under, named)) for pair in case.correlations]
    judges = dict.fromkeys([*named.values(), NONE])
    return dataclasses.replace(case, judges=tuple(judges), evidence=tuple(items), correlations=tuple(pairs))


def _item(case: Case, item: Evidence, named: Mapping[str, str], given: dict[str, Any]) -> Evidence:
    place = f"{case.id}/{item.id}"
    extra = {}
    if item.is_judged and NONE not in named.values():
        if place not in given:
            raise UsageError(f"none: '{place}' is missing; the empty cell is judged in every item, never built")
        extra = {NONE: given.pop(place)}
    changed: dict[str, Any] = {"because": _renamed(item.because, named)}
    if isinstance(item.search_sensitivity, Mapping):
        if extra:
            raise UsageError(f"'{place}' has a search sensitivity for each hypothesis, and none for 'none'; judge the cells in the file")
        changed["search_sensitivity"] = _renamed(item.search_sensitivity, named)
    if item.judgements is not None:
        changed["judgements"] = Map({who: _judgement(part, named, extra) for who, part in item.judgements.items()})
    else:
        changed |= _values(item, named, extra)
    return dataclasses.replace(item, **changed)


def _judgement(part: Judgement, named: Mapping[str, str], extra: Mapping[str, Any]) -> Judgement:
    changed: dict[str, Any] = {"because": _renamed(part.because, named), **_values(part, named, extra)}
    return dataclasses.replace(part, **changed)


def _values(part: Evidence | Judgement, named: Mapping[str, str], extra: Mapping[str, Any]) -> dict[str, Map[Any]]:
    return {scale: Map({**_renamed(values, named), **extra}) for scale, values in part.filled.items()}


def _renamed(values: Mapping[str, Any], named: Mapping[str, str]) -> Map[Any]:
    return Map({named.get(h, h): value for h, value in values.items()})
