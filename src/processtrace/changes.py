"""A reader's changes to a study, applied: the same study with another prior, other judgements, correlations, or fewer items."""

from __future__ import annotations

import dataclasses

from processtrace.errors import StudyError
from processtrace.frozen import Map
from processtrace.resolve import judged
from processtrace.study import Case, Changes, Study
from processtrace.study.changes import unknown
from processtrace.study.parts import Clusters


def apply_changes(study: Study, changes: Changes) -> Study:
    """The study as a reader would have it.

    A prior holds in every case and replaces the cases' own. A probability replaces what entered under that hypothesis (the
    main analyst's or the pooled judgement, ratios and decibels on their anchor); the other hypotheses of the item stay as
    they entered. What is judged given an item that is left out falls with it. Raises StudyError, with every name that the
    study has not.
    """
    faults = unknown(study, changes)
    if faults:
        raise StudyError(faults)
    made = study
    for case, part in changes.cases.items():
        for item, values in part.probability.items():
            entered = judged(study, study.case(case).item(item)) or {}
            made = made.with_judgement(case, item, {**entered, **values})
        for item in part.leave_out:
            if any(one.id == item for one in made.case(case).evidence):  # else it fell with another
                made = made.without(item=item, case=case)
    for key, rho in changes.correlation.items():
        made = _correlated(made, key, rho)
    return made if changes.prior is None else made.with_prior(changes.prior)


def _correlated(study: Study, key: str, rho: float) -> Study:
    case, _, name = key.rpartition("/")
    if not case:
        return dataclasses.replace(study, clusters=_with(study.clusters, name, rho))
    cases: list[Case] = [
        dataclasses.replace(one, clusters=_with(one.clusters, name, rho)) if one.id == case else one for one in study.cases
    ]
    return dataclasses.replace(study, cases=tuple(cases))


def _with(clusters: Clusters, name: str, rho: float) -> Clusters:
    return Map({**clusters, name: dataclasses.replace(clusters[name], correlation=rho)})
