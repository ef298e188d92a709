"""What must hold of the parts that only questions of robustness read: groups of items, terms and wordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from processtrace.errors import Fault, Location
from processtrace.text.dates import date_span
from processtrace.text.names import nearest

if TYPE_CHECKING:
    from processtrace.study.case import Case
    from processtrace.study.declared import Declared


def faults_of_groups(study: Declared) -> list[Fault]:
    """Return a fault for each item of a group that no case has; a changed study may lack items that its groups still name."""
    known = {name for case in study.cases for item in case.evidence for name in (item.id, f"{case.id}/{item.id}")}
    return [
        Fault(f"group '{name}'", f"'{item}'", "items, as id or case/id", nearest(item, known), ("groups", name))
        for name, group in study.groups.items()
        for item in group.items
        if item not in known
    ]


def faults_of_terms(case: Case, loc: Location) -> Iterator[Fault]:
    """Yield a fault for each term that ends before it starts."""
    for k, term in enumerate(case.terms):
        if date_span(term.to)[1] < date_span(term.from_)[0]:
            read = f"from {term.from_} to {term.to}"
            yield Fault(f"case '{case.id}', term '{term.label}'", read, "the start first", "", (*loc, "terms", k, "to"))


def faults_of_wordings(study: Declared) -> Iterator[Fault]:
    """Yield a fault for each statement of an analyst that is of no explanation or cause which the study's cases judge.

    And for each analyst who revises what is no other coding of the study, or revises it with a weight of 0.
    """
    known = list(dict.fromkeys([*study.factors, *(h for case in study.cases for h in study.judged_under(case)), *study.explanations]))
    for name, analyst in study.analysts.items() if study.cases else ():
        for h in (h for h in analyst.statements if h not in known):
            where, allowed = f"analyst '{name}', statements of {h}", f"one of {', '.join(known)}"
            yield Fault(where, f"unknown hypothesis '{h}'", allowed, nearest(h, known), ("analysts", name, "statements", h))
    for name, analyst in study.analysts.items():
        others = [other for other in study.analysts if other != name]
        if analyst.revises is not None and (analyst.revises not in others or not analyst.weight):
            allowed = f"one of {', '.join(others)}, by an analyst with a weight above 0" if others else "another analyst of the study"
            yield Fault(
                f"analyst '{name}', revises", analyst.revises, allowed, nearest(analyst.revises, others), ("analysts", name, "revises")
            )
