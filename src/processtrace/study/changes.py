"""A reader's changes to a study, in the words of the file that holds them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from processtrace.errors import Fault, Location, StudyError
from processtrace.study.case import Case
from processtrace.study.check_causal import names_of_clue
from processtrace.study.clues import labels_of, level_of
from processtrace.study.evidence import Evidence
from processtrace.study.fields import ByName, MaybeByName, Names, PartsByName, field
from processtrace.study.frozen import Map
from processtrace.study.judged import Judged, Probability
from processtrace.study.parts import Cluster
from processtrace.study.probabilities import judged
from processtrace.study.study import Study
from processtrace.study.validation import frozen
from processtrace.study.values import Correlation, Text, Weight
from processtrace.text.names import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from processtrace.study.fields import Field

    type ProbabilitiesByItem = Field[Map[Map[Judged]], Mapping[str, Mapping[str, float | Sequence[float]]]]
else:
    ProbabilitiesByItem = Map[Map[Probability]]


@frozen
class CaseChanges:
    """A reader's changes to one case.

    Items left out; other probabilities of items under some or all hypotheses, or at levels of the node that a clue is about; and other
    levels that clues observe.
    """

    leave_out: Names = field(default=())
    probability: ProbabilitiesByItem = field(default=Map())
    observes: ByName[Text] = field(default=Map())


@frozen
class Changes:
    """What a reader changed: the prior of every case, the correlation of clusters, and single cases."""

    prior: MaybeByName[Weight] = field(default=None)
    correlation: ByName[Correlation] = field(default=Map())
    cases: PartsByName[CaseChanges] = field(default=Map())


def unknown(study: Study, changes: Changes) -> list[Fault]:
    """Return a fault for every name in the changes that the study does not have; `loc` is its place in the file of changes."""
    cases = {case.id: case for case in study.cases}
    clusters = [*study.clusters, *(f"{case.id}/{name}" for case in study.cases for name in case.clusters)]
    found = [_fault("cluster", key, clusters, ("correlation", key)) for key in changes.correlation if key not in clusters]
    prior = changes.prior if changes.prior is not None else study.explanations
    found += [_fault("hypothesis", h, study.explanations, ("prior", h)) for h in prior if h not in study.explanations]
    found += [
        Fault("prior", f"'{h}' is missing", f"each of {', '.join(study.explanations)}", f"write {h}: and its weight", ("prior",))
        for h in study.explanations
        if h not in prior
    ]
    for case, part in changes.cases.items():
        at: Location = ("cases", case)
        if case not in cases:
            found.append(_fault("case", case, cases, at))
            continue
        items = [item.id for item in cases[case].evidence if item.counts]
        found += [_fault("item", item, items, (*at, "leave_out")) for item in part.leave_out if item not in items]
        for item, values in part.probability.items():
            here: Location = (*at, "probability", item)
            if item not in items:
                found.append(_fault("item", item, items, here))
            one = next((one for one in cases[case].evidence if one.id == item), None)
            under = study.explanations if one is None or one.node is None else names_of_clue(study, one, values)
            found += [_fault("hypothesis", h, under, (*here, h)) for h in values if h not in under]
        observed = [one.id for one in cases[case].evidence if one.observes is not None]
        found += [_fault("clue", item, observed, (*at, "observes", item)) for item in part.observes if item not in observed]
    return found


def _fault(kind: str, name: str, known: Iterable[str], loc: Location) -> Fault:
    names = list(known)
    return Fault(f"{kind} '{name}'", "the study has none of this name", f"one of {', '.join(names)}", nearest(name, names), loc)


def apply_changes(study: Study, changes: Changes) -> Study:
    """Return the study as a reader would have it.

    A prior holds in every case and replaces the cases' own. A probability replaces the judgement that entered under that
    hypothesis (the main analyst's or the pooled one; ratios and decibels on their anchor). The other hypotheses of the item
    keep the probabilities that entered. Items judged given an item that is left out are left out as well.

    Parameters
    ----------
    study : Study
        The study as published.
    changes : Changes
        What the reader would have otherwise.

    Returns
    -------
    Study
        The changed study.

    Raises
    ------
    StudyError
        With every name that the study does not have.
    """
    faults = unknown(study, changes)
    if faults:
        raise StudyError(faults)
    made = study
    for case, part in changes.cases.items():
        for item, values in part.probability.items():
            one = study.case(case).item(item)
            entered = _with_labels(study, one, judged(study, one) or {})
            made = made.with_judgement(case, item, {**entered, **_with_labels(study, one, values)})
        for item, level in part.observes.items():
            made = made.with_observation(case, item, level)
        for item in part.leave_out:
            if any(one.id == item for one in made.case(case).evidence):  # else it was left out with another
                made = made.without(item=item, case=case)
    for key, rho in changes.correlation.items():
        made = _correlated(made, key, rho)
    return made if changes.prior is None else made.with_prior(changes.prior)


def _with_labels(study: Study, item: Evidence, values: Mapping[str, Judged]) -> dict[str, Judged]:
    """Return values with the levels of the node that a clue is about under their labels."""
    labels = labels_of(study.causal_models, item.about) if item.about is not None else None
    if labels is None:
        return dict(values)
    return {key if (level := level_of(labels, key)) is None else labels[level]: value for key, value in values.items()}


def _correlated(study: Study, key: str, rho: float) -> Study:
    case, _, name = key.rpartition("/")
    if not case:
        return dataclasses.replace(study, clusters=_with(study.clusters, name, rho))
    cases: list[Case] = [
        dataclasses.replace(one, clusters=_with(one.clusters, name, rho)) if one.id == case else one for one in study.cases
    ]
    return dataclasses.replace(study, cases=tuple(cases))


def _with(clusters: Map[Cluster], name: str, rho: float) -> Map[Cluster]:
    return Map({**clusters, name: dataclasses.replace(clusters[name], correlation=rho)})
