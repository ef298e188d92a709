"""What must hold between a study's causal models, its hypotheses, and the clues of its cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from processtrace.errors import Fault, ImpossibleError, Location, StudyError
from processtrace.study.clues import Labels, labels_of, level_of
from processtrace.text.names import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from processtrace.causal.model import CausalModel
    from processtrace.study.case import Case
    from processtrace.study.declared import Declared
    from processtrace.study.evidence import Evidence
    from processtrace.study.parts import Hypothesis

Found = Iterator[Fault]


def faults_of_models(study: Declared) -> list[Fault]:
    """Return the faults of the causal models, and of the hypotheses that are events in them."""
    if study.causal is None:
        rows = [
            Fault(f"case '{case.id}', row", case.row, "with 'causal: learn:' only", "take it away", ("cases", i, "row"))
            for i, case in enumerate(study.cases)
            if case.row is not None
        ]
        return rows + [
            Fault(
                f"hypothesis '{h}', {key}", str(value), "with a causal model only", "write 'causal:' with a graph", ("hypotheses", h, key)
            )
            for h, part in study.hypotheses.items()
            for key, value in (("when", part.when), ("model", part.model))
            if value is not None
        ]
    if study.factors:
        return [
            Fault(
                "causal", "a causal model and 'factors'", "'hypotheses'", "write what may act together as statements: 'when:'", ("causal",)
            )
        ]
    try:
        models = study.causal_models
    except StudyError as error:
        return list(error.faults)
    faults = [fault for h, part in study.hypotheses.items() for fault in _of_event(h, part, models)]
    faults += _of_lessons(study)
    return faults or _between(study)


def _of_lessons(study: Declared) -> list[Fault]:
    """Return the faults of the cases that shares are learned from, and of the rows that cases name."""
    from processtrace.causal.cases import read_cases
    from processtrace.causal.patterns import parts
    from processtrace.study.explanations import lessons

    assert study.causal is not None
    faults: list[Fault] = []
    tables: list[dict[str, int]] = []  # for each model that is learned: how many cases each row stands for
    for name, lesson in lessons(study.causal).items():
        if lesson is None:
            continue
        own = study.causal.models is not None and study.causal.models[name].learn is not None
        loc: Location = ("causal", "models", name, "learn") if own else ("causal", "learn")
        try:
            cases = read_cases(lesson.table, lesson.model.graph)
            tables.append(dict(zip(cases.names, cases.counts.tolist(), strict=True)))
            parts(lesson.model, cases, lesson.selected)
        except StudyError as error:
            faults += [replace(fault, loc=(*loc, "selected" if not fault.path else "cases")) for fault in error.faults]
    shared = set.intersection(*map(set, tables)) if tables else set()
    for i, case in enumerate(study.cases):
        if case.row is None:
            continue
        where, loc = f"case '{case.id}', row", ("cases", i, "row")
        number = max((table.get(case.row, 1) for table in tables), default=1)
        if case.row not in shared:
            allowed = f"a case that the model was learned from: {', '.join(sorted(shared))}" if shared else "with 'causal: learn:' only"
            faults.append(Fault(where, case.row, allowed, nearest(case.row, shared), loc))
        elif number > 1:
            fix = "give the case a row of its own in the table"
            faults.append(Fault(where, f"'{case.row}', which stands for {number} cases", "a row that is one case", fix, loc))
    return faults


def _of_event(h: str, part: Hypothesis, models: Mapping[str, CausalModel]) -> Found:
    from processtrace.causal.events import read_events

    loc: Location = ("hypotheses", h)
    names = [name for name in models if name]
    if part.model is not None and part.model not in names:
        allowed = f"one of {', '.join(names)}" if names else "no name: there is one model"
        fix = nearest(part.model, names) if names else "take it away, or name rival models under 'causal: models:'"
        yield Fault(f"hypothesis '{h}', model", part.model, allowed, fix, (*loc, "model"))
        return
    if part.when is None:
        return
    if part.model is None and names:
        fix = f"write 'model: {names[0]}'"
        yield Fault(f"hypothesis '{h}', when", "an event without a model", f"one of {', '.join(names)}", fix, (*loc, "when"))
        return
    try:
        read_events(models[part.model or ""], {h: part.when})
    except StudyError as error:
        for fault in error.faults:
            yield Fault(f"hypothesis '{h}', when", fault.read, fault.allowed, fault.fix, (*loc, "when"))


def _between(study: Declared) -> list[Fault]:
    """Return the faults of events that overlap or can't happen, for what is known in each case."""
    faults: list[Fault] = []
    for event in ("otherwise", ""):
        held: dict[str, str] = {}
        for h, part in study.hypotheses.items():
            if part.modelled and (part.when or "") == event:
                first = held.setdefault(part.model or "", h)
                if first != h:
                    read = f"'otherwise' again, after '{first}'" if event else f"the whole model, as '{first}'"
                    where = f"hypothesis '{h}', {'when' if event else 'model'}"
                    fix = "write 'when:' with a statement for one of them"
                    faults.append(Fault(where, read, "one hypothesis that holds it", fix, ("hypotheses", h, "when" if event else "model")))
    if faults or not any(part.modelled for part in study.hypotheses.values()):
        return faults
    for i, case in enumerate(study.cases):
        found = list(_of_known(study, case, ("cases", i)))
        faults += found or [fault for fault in _of_case_events(study, case, i) if fault not in faults]
    if not study.cases:
        faults += _of_case_events(study, None, 0)
    return faults


def _of_known(study: Declared, case: Case, loc: Location) -> Found:
    from processtrace.causal.faults import unknown_node

    for node, level in case.known.items():
        at = (*loc, "known", node)
        for name, model in study.causal_models.items():
            where = f"case '{case.id}', known{f', model {name!r}' if name else ''}"
            if node not in model.graph.parents:
                yield from unknown_node(where, node, model.nodes, at).faults
                break
            if level_of(model.graph.levels[node], level) is None:
                yield Fault(f"{where}, {node}", f"'{level}'", f"one of its levels: {', '.join(model.graph.levels[node])}", "", at)
                break


def _of_case_events(study: Declared, case: Case | None, place: int) -> Found:
    from processtrace.causal.explained import Explained
    from processtrace.causal.joint import Known, joint
    from processtrace.study.explanations import explained

    assert study.causal is not None
    known = {} if case is None else dict(case.known)
    whole: Explained = explained(study.causal, study.hypotheses, study.hypotheses.__class__(known))  # type: ignore[arg-type]
    given = f" given what is known of case '{case.id}' ({', '.join(f'{n} = {v}' for n, v in known.items())})" if case and known else ""
    for side in whole.sides():
        try:
            total = joint(side.model, [], Known(side.case)).log_total()[0]
        except StudyError:
            return
        if total == -float("inf"):
            try:
                side.check()
            except ImpossibleError as error:
                why = "; ".join(error.clues)
                assert case is not None
                fix = "lift the restriction or the share of 0 that rules it out, or correct what is known"
                yield Fault(f"case '{case.id}', known", f"{why}: impossible under the causal model", "what the model holds possible", fix, ("cases", place, "known"))  # fmt: skip
            continue
        overlap = False
        try:
            side.check()
        except StudyError as error:
            for fault in error.faults:
                overlap = "can both happen" in fault.read
                if overlap:
                    named = [h for h in side.events if f"'{h}'" in fault.where]
                    last = named[-1]
                    yield Fault(f"hypothesis '{last}', when", f"{fault.read}{given}, beside '{named[0]}'", fault.allowed, fault.fix, ("hypotheses", last, "when"))  # fmt: skip
        except ImpossibleError:
            pass
        if overlap:
            continue
        for h, weight in zip(side.events, side.log_weights, strict=True):
            if weight == -float("inf"):
                said = study.hypotheses[h].when or "the model"
                yield Fault(
                    f"hypothesis '{h}', when",
                    f"'{said}', which has probability 0{given}",
                    "an event that can happen",
                    "lift a restriction or a share of 0, or leave the hypothesis out",
                    ("hypotheses", h, "when"),
                )


def faults_of_clue(study: Declared, case: Case, item: Evidence, loc: Location) -> Found:
    """Yield the faults of a clue: its node, its level, and what may not stand beside it."""
    from processtrace.causal.faults import unknown_node

    where = f"evidence '{item.id}'"
    if item.observes is not None and item.about is not None:
        yield Fault(
            where, "'observes' and 'about'", "one of them", "keep 'observes' where the finding shows the node's level", (*loc, "about")
        )
        return
    key = "about" if item.observes is None else "observes"
    if study.causal is None:
        yield Fault(
            f"{where}, {key}",
            f"'{item.node}', and no causal model",
            "with a causal model only",
            "write 'causal:' in the study",
            (*loc, key),
        )
        return
    for field, value in (("cluster", item.cluster), ("given", ", ".join(item.given) or None)):
        if value is not None:
            yield Fault(
                f"{where}, {field}",
                f"'{value}' of a clue",
                f"no '{field}': the graph says which clues depend on each other",
                "take it away, or draw the node on which both depend",
                (*loc, field),
            )
    if any(item.id in pair.items for pair in case.correlations):
        yield Fault(f"{where}, correlations", "a clue", "planned items that are judged by hand", "the graph says how clues depend", loc)
    try:
        models = study.causal_models
    except StudyError:
        return
    labels = labels_of(models, item.node or "")
    for name, model in models.items():
        if item.node not in model.graph.parents:
            head = f"{where}, {key}{f', model {name!r}' if name else ''}"
            yield from unknown_node(head, item.node or "", model.nodes, (*loc, key)).faults
            return
        if model.graph.levels[item.node] != labels:
            read = f"'{item.node}', whose levels differ between models"
            yield Fault(f"{where}, {key}", read, "the same levels in all models", "write its levels under 'causal: nodes:'", (*loc, key))
            return
    if item.observes is not None and labels is not None:
        yield from _of_observation(item, case, labels, where, loc)
    if item.about is not None and labels is not None:
        for name in study.by_hand:
            if level_of(labels, name) is not None:
                yield Fault(
                    f"{where}, about",
                    f"'{item.about}', of which '{name}' is a level and also a hypothesis that is judged by hand",
                    "levels with other names than such hypotheses: both are judged here, and could not be told apart",
                    "rename the hypothesis, or the level under 'causal: nodes:'",
                    (*loc, "about"),
                )


def _of_observation(item: Evidence, case: Case, labels: Labels, where: str, loc: Location) -> Found:
    ((node, level),) = (item.observes or {}).items()
    at = (*loc, "observes", node)
    seen = level_of(labels, level)
    if seen is None:
        yield Fault(f"{where}, observes, {node}", f"'{level}'", f"one of its levels: {', '.join(labels)}", nearest(level, labels), at)
    elif node in case.known and item.status == "found" and level_of(labels, case.known[node]) not in (seen, None):
        yield Fault(
            f"{where}, observes",
            f"{node} = {labels[seen]}, which contradicts known {node} = {case.known[node]}",
            "what is known",
            "take one of the two away: what is known is why the case was chosen, and no evidence",
            at,
        )


def judged_as_clue(study: Declared, item: Evidence) -> bool:
    """Return whether a clue may be judged: its node is known, and it is not one that is seen and judged by nobody."""
    if item.about is None:
        return bool(study.by_hand)
    try:
        return labels_of(study.causal_models, item.about) is not None
    except StudyError:
        return False


def names_of_clue(study: Declared, item: Evidence, given: Mapping[str, object]) -> list[str]:
    """Return under what a clue is judged: each level of the node it is about, and the hypotheses without a model.

    A level has the name by which `given` has it, else its label.
    """
    if item.about is None:
        return study.by_hand
    try:
        labels = labels_of(study.causal_models, item.about) or ()
    except StudyError:
        labels = ()
    spelled = {level_of(labels, key): key for key in given}
    return [*(spelled.get(k, label) for k, label in enumerate(labels)), *study.by_hand]
