"""A reader's changes to a study, in the words of the file that holds them."""

from __future__ import annotations

from collections.abc import Iterable

from processtrace.errors import Fault, Location
from processtrace.frozen import Map
from processtrace.study.check import nearest
from processtrace.study.parts import Names
from processtrace.study.study import Study
from processtrace.study.validation import frozen
from processtrace.values import Correlation, Probability, Weight


@frozen
class CaseChanges:
    """Changes to one case: items left out, and other probabilities of items under some or all hypotheses."""

    leave_out: Names = ()
    probability: Map[Map[Probability]] = Map()


@frozen
class Changes:
    """What a reader changed: the prior of every case, correlations by cluster (`case/cluster` for a case's own), cases."""

    prior: Map[Weight] | None = None
    correlation: Map[Correlation] = Map()
    cases: Map[CaseChanges] = Map()


def unknown(study: Study, changes: Changes) -> list[Fault]:
    """Every name in the changes that the study does not have, with `loc` in the file of changes."""
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
            found += [_fault("hypothesis", h, study.explanations, (*here, h)) for h in values if h not in study.explanations]
    return found


def _fault(kind: str, name: str, known: Iterable[str], loc: Location) -> Fault:
    names = list(known)
    return Fault(f"{kind} '{name}'", "the study has none of this name", f"one of {', '.join(names)}", nearest(name, names), loc)
