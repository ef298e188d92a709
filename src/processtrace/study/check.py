"""What must hold between the parts of a study. Every fault is found, none is repaired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from processtrace.errors import Fault, Location
from processtrace.study.check_causal import faults_of_clue, faults_of_models, judged_as_clue, names_of_clue
from processtrace.study.correlations import faults_of_correlations
from processtrace.study.evidence import Evidence, Judgement
from processtrace.study.faults_of_parts import faults_of_terms, faults_of_wordings
from processtrace.study.judged import JudgementError
from processtrace.study.parts import Source
from processtrace.study.probabilities import probabilities, with_compounds
from processtrace.study.scales import SCALES
from processtrace.text.dates import date_span
from processtrace.text.names import nearest

if TYPE_CHECKING:
    from processtrace.study.case import Case
    from processtrace.study.declared import Declared

Found = Iterator[Fault]


def faults_across(study: Declared) -> list[Fault]:
    """Return every fault between the parts of a study, each of which is well formed."""
    return [*_of_study(study), *(fault for i, case in enumerate(study.cases) for fault in _of_case(study, case, ("cases", i)))]


def _fault(where: str, read: str, allowed: str, fix: str = "", loc: Location = ()) -> Fault:
    return Fault(where, read, allowed, fix, loc)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none is declared"


def _of_study(study: Declared) -> Found:
    if bool(study.hypotheses) == bool(study.factors):
        both = "both 'hypotheses' and 'factors'" if study.factors else "neither 'hypotheses' nor 'factors'"
        yield _fault("study", both, "exactly one of them", "name the rival explanations under 'hypotheses:'", ("hypotheses",))
    if "none" in study.factors:
        yield _fault("factor 'none'", "none", "any other name", "'none' stands for no factor at work", ("factors", "none"))
    if study.prior is not None and not study.factors:
        yield _fault("prior", "a prior of the study", "with 'factors' only", "write each hypothesis's prior under it", ("prior",))
    if study.factors and study.prior is not None:
        yield from _unknown("prior", study.prior, study.explanations, ("prior",))
    if (study.hypotheses or study.factors) and sum(h.weight for h in study.explanations.values()) <= 0:
        yield _fault("prior", "0 for every hypothesis", "at least one above 0", "", ("hypotheses",))
    if study.analyst != "pool" and study.analyst not in study.analysts:
        yield _fault(
            "analyst", study.analyst, f"pool or one of {_listed(study.analysts)}", nearest(study.analyst, study.analysts), ("analyst",)
        )
    if "pool" in study.analysts:
        yield _fault("analyst 'pool'", "pool", "any other name", "'pool' stands for all of them", ("analysts", "pool"))
    for name, source in study.sources.items():
        yield from _of_source(source, ("sources", name), "")
    yield from faults_of_models(study)
    yield from faults_of_wordings(study)
    seen: set[str] = set()
    for i, case in enumerate(study.cases):
        if case.id in seen:
            yield _fault(f"case '{case.id}'", "the same name again", "each case its own", "rename one", ("cases", i, "id"))
        seen.add(case.id)


def _of_source(source: Source, loc: Location, head: str) -> Found:
    where = f"{head}source '{source.id}'"
    rates = (source.reports_if_true is not None, source.reports_if_false is not None)
    if any(rates) and source.reliability is not None:
        yield _fault(where, "a reliability and rates", "one of the two", "keep 'reliability' or the two rates", (*loc, "reliability"))
    if rates[0] != rates[1]:
        missing = "reports_if_false" if rates[0] else "reports_if_true"
        yield _fault(where, f"'{missing}' is missing", "the two rates come together", f"write '{missing}:'", loc)


def _of_case(study: Declared, case: Case, loc: Location) -> Found:
    head = f"case '{case.id}', "
    judged = study.judged_under(case)
    if case.judges:
        needed = _needed(study)
        for h in needed:
            if h not in case.judges:
                yield _fault(
                    head + "judges",
                    f"'{h}' is missing",
                    f"all that the study needs: {_listed(needed)}",
                    f"add {h}, and judge every item under it",
                    (*loc, "judges"),
                )
        if len(set(case.judges)) < len(case.judges):
            yield _fault(head + "judges", _listed(case.judges), "each hypothesis once", "take the second away", (*loc, "judges"))
    yield from _of_prior(study, case, judged, loc, head)
    if (known_answer := case.known_answer) is not None and known_answer not in judged:
        fix, at = nearest(known_answer, judged), (*loc, "known_answer")
        yield _fault(head + "known_answer", f"'{known_answer}'", f"one of {_listed(judged)}", fix, at)
    if case.period is not None and date_span(case.period[1])[1] < date_span(case.period[0])[0]:
        yield _fault(head + "period", f"[{case.period[0]}, {case.period[1]}]", "the start first", "", (*loc, "period"))
    yield from faults_of_terms(case, loc)
    for kind, own, shared in (("source", case.sources, study.sources), ("cluster", case.clusters, study.clusters)):
        for name in own:
            if name in shared:
                yield _fault(
                    f"{head}{kind} '{name}'",
                    "declared here and for all cases",
                    "one declaration",
                    "rename it, or leave it out here",
                    (*loc, kind + "s", name),
                )
    for name, source in case.sources.items():
        yield from _of_source(source, (*loc, "sources", name), head)
    known = {item.id: item for item in case.evidence}
    seen: set[str] = set()
    for j, item in enumerate(case.evidence):
        at = (*loc, "evidence", j)
        if item.id in seen:
            yield _fault(f"evidence '{item.id}'", "the same name again", "each item of a case its own", "rename one", (*at, "id"))
        seen.add(item.id)
        yield from _of_item(study, case, item, known, judged, at)
    yield from _cycles(case, loc)
    for k, pair in enumerate(case.correlations):
        for name in pair.items:
            if name not in known or known[name].status != "planned":
                yield _fault(
                    head + "correlations",
                    f"'{name}'",
                    "planned items of the case",
                    nearest(name, known) if name not in known else "of items that were looked for, judge the later one 'given' the other",
                    (*loc, "correlations", k, "items"),
                )
        yield from _unknown(head + "correlations", pair.under, judged, (*loc, "correlations", k, "under"))
    yield from faults_of_correlations(study, case, known, loc)


def _of_prior(study: Declared, case: Case, judged: list[str], loc: Location, head: str) -> Found:
    if case.prior is None:
        return
    at = (*loc, "prior")
    yield from _unknown(head + "prior", case.prior, judged, at)
    for h in judged:
        if h not in case.prior:
            yield _fault(head + "prior", f"'{h}' is missing", f"exactly {_listed(judged)}", f"write {h}: and its weight", at)
    if sum(case.prior.get(h, 0.0) for h in study.explanations) <= 0:
        yield _fault(head + "prior", "0 for every hypothesis of the study", "at least one above 0", "", at)


def _unknown(where: str, given: Iterable[str], known: Iterable[str], loc: Location, kind: str = "hypothesis") -> Found:
    names = list(known)
    for name in given:
        if name not in names:
            yield _fault(f"{where} of {name}", f"unknown {kind} '{name}'", f"one of {_listed(names)}", nearest(name, names), (*loc, name))


def _of_item(study: Declared, case: Case, item: Evidence, known: Mapping[str, Evidence], judged: list[str], loc: Location) -> Found:
    where = f"evidence '{item.id}'"
    yield from _of_status(item, where, loc, bool(study.by_hand))
    if item.node is not None:
        yield from faults_of_clue(study, case, item, loc)
    for name in item.source:
        if name not in case.sources and name not in study.sources:
            names = [*case.sources, *study.sources]
            yield _fault(
                f"{where}, source",
                name,
                f"a declared source: {_listed(names)}",
                nearest(name, names) or "declare it under 'sources:'",
                (*loc, "source"),
            )
    if len(set(item.source)) < len(item.source):
        yield _fault(f"{where}, source", ", ".join(item.source), "each source once", "", (*loc, "source"))
    if item.cluster is not None and item.cluster not in case.clusters and item.cluster not in study.clusters:
        names = [*case.clusters, *study.clusters]
        yield _fault(
            f"{where}, cluster",
            item.cluster,
            f"a declared cluster: {_listed(names)}",
            nearest(item.cluster, names) or "declare it under 'clusters:'",
            (*loc, "cluster"),
        )
    for name in item.given:
        if name not in known:
            yield _fault(f"{where}, given", name, "items of the same case", nearest(name, known), (*loc, "given"))
        elif not known[name].counts:
            yield _fault(
                f"{where}, given", f"'{name}', which is {known[name].status}", "items that are found or not_found", "", (*loc, "given")
            )
    yield from _of_sensitivity(item, where, judged, loc)
    if item.judgements is not None:
        for analyst, part in item.judgements.items():
            whose, at = f"{where}, judgements of '{analyst}'", (*loc, "judgements", analyst)
            if analyst not in study.analysts:
                fix = nearest(analyst, study.analysts) or "declare it under 'analysts:'"
                yield _fault(whose, "unknown analyst", f"a declared analyst: {_listed(study.analysts)}", fix, at)
            yield from _of_judgement(study, part, whose, judged, at, item, analyst)
        weights = [study.analysts[a].weight for a in item.judgements if a in study.analysts]
        if weights and sum(weights) <= 0:
            yield _fault(
                f"{where}, judgements", "analysts of weight 0 alone", "at least one with a weight above 0", "", (*loc, "judgements")
            )
    elif (common := item.common) is not None and len(common.scales) == 1:
        yield from _of_judgement(study, common, where, judged, loc, item, None)


def _of_status(item: Evidence, where: str, loc: Location, by_hand: bool) -> Found:
    filled = [*item.filled, *(["judgements"] if item.judgements is not None else [])]
    if item.observes is not None and not by_hand and item.is_judged:
        if filled:
            fix = f"take '{filled[0]}' away, or write 'about:' and judge it given the node's value"
            yield _fault(where, f"'observes' beside '{filled[0]}'", "one of the two", fix, (*loc, filled[0]))
        filled = ["observes"]
    if item.observes is not None and item.status == "unjudged":
        yield _fault(where, "'observes' in an item that is unjudged", "no status", "it needs no judgement", (*loc, "status"))
    if not item.is_judged:
        if filled:
            yield _fault(
                where,
                f"'{filled[0]}' in an item that is {item.status}",
                "no judgement",
                f"take '{filled[0]}' away, or change the status",
                (*loc, filled[0]),
            )
        if item.status == "set_aside" and item.note is None:
            yield _fault(where, "set aside without a note", "a 'note' that says why", "write 'note:'", loc)
    elif not filled:
        yield _fault(where, "no judgement", f"one of {', '.join(SCALES)}, judgements", "judge it, or write 'status: unjudged'", loc)
    elif len(filled) > 1:
        yield _fault(where, " and ".join(f"'{name}'" for name in filled), "exactly one of them", "keep one", (*loc, filled[1]))
    if item.judgements is not None and not item.judgements:
        yield _fault(f"{where}, judgements", "nothing", "at least one analyst's judgement", "", (*loc, "judgements"))
    if item.status == "not_found" and item.search_sensitivity is None:
        yield _fault(
            where,
            "not_found without 'search_sensitivity'",
            "the probability that the search would have found it",
            "write 'search_sensitivity:', a number in [0, 1]",
            loc,
        )
    if item.status == "planned" and len(item.source) > 1:
        yield _fault(
            f"{where}, source", f"{len(item.source)} sources of a planned item", "at most one", "plan an item for each", (*loc, "source")
        )
    if item.cost is not None and item.status != "planned":
        yield _fault(f"{where}, cost", f"a cost of an item that is {item.status}", "planned items only", "take it away", (*loc, "cost"))
    if item.id in item.given:
        yield _fault(f"{where}, given", item.id, "other items", "", (*loc, "given"))


def _of_sensitivity(item: Evidence, where: str, judged: list[str], loc: Location) -> Found:
    sensitivity, at = item.search_sensitivity, (*loc, "search_sensitivity")
    if isinstance(sensitivity, Mapping):
        yield from _unknown(f"{where}, search_sensitivity", sensitivity, judged, at)
        for h in judged:
            if h not in sensitivity:
                yield _fault(
                    f"{where}, search_sensitivity", f"'{h}' is missing", f"one value, or one for each of {_listed(judged)}", "", at
                )
    values = sensitivity.values() if isinstance(sensitivity, Mapping) else (sensitivity,)
    if item.status == "found" and all(value == 0 for value in values):
        yield _fault(f"{where}, search_sensitivity", "0 for an item that was found", "above 0", "", at)


def _of_judgement(study: Declared, part: Judgement, where: str, under: list[str], loc: Location, item: Evidence, who: str | None) -> Found:
    if len(part.scales) != 1:
        read = " and ".join(f"'{scale}'" for scale in part.scales) or "no judgement"
        yield _fault(where, read, f"exactly one of {', '.join(SCALES)}", "", loc)
        return
    scale, at = part.scale, (*loc, part.scale)
    if item.node is not None and not judged_as_clue(study, item):
        return  # a fault of its own says so
    judged = names_of_clue(study, item, part.values) if item.node is not None else under
    names = list(dict.fromkeys([*(_cell_names(study) if study.factors else ()), *judged]))
    kind = "hypothesis"
    if item.node is not None:
        names += [h for h in under if h not in study.hypotheses]
        kind = "hypothesis" if item.about is None else "level or hypothesis"
    unknown = list(_unknown(f"{where}, {scale}", part.values, names, at, kind))
    yield from unknown
    built = set(study.explanations) - set(_needed(study)) if study.factors and study.compounds != "judged" else set()
    # An analyst may have been asked about the study's own explanations alone, where the case is judged for other studies too.
    required = judged if who is None or study.factors or item.node is not None else list(study.hypotheses)
    missing = [h for h in required if h not in part.values and h not in built]
    for h in missing:
        under_each = (
            f"a judgement under each of {_listed(required)}" if item.about is None else f"a judgement at each of {_listed(required)}"
        )
        yield _fault(f"{where}, {scale}", f"'{h}' is missing", under_each, f"write {h}:", at)
    yield from _unknown(f"{where}, because", part.because, names, (*loc, "because"), kind)
    if unknown or missing:
        return
    try:
        values = probabilities(study, part, item, who)
        with_compounds(study, values)
    except JudgementError as error:
        about = f"{where}, {scale} of {error.hypothesis}" if error.hypothesis else f"{where}, {scale}"
        yield _fault(about, error.read, error.allowed, error.fix, (*at, error.hypothesis) if error.hypothesis in part.values else at)
        return
    if values and all(value == 0 for value in values.values()):
        yield _fault(
            f"{where}, {scale}",
            "0 under every hypothesis",
            "at least one above 0",
            "an item that is impossible under all of them says that one is missing",
            at,
        )


def _needed(study: Declared) -> list[str]:
    """Return what every item must judge: all hypotheses, or the empty cell and each factor alone."""
    return ["none", *study.factors] if study.factors else list(study.hypotheses)


def _cell_names(study: Declared) -> list[str]:
    from itertools import combinations

    names = list(study.factors)
    return ["none", *("+".join(some) for size in range(1, len(names) + 1) for some in combinations(names, size))]


def _cycles(case: Case, loc: Location) -> Found:
    given = {item.id: [name for name in item.given if name != item.id] for item in case.evidence}
    done: set[str] = set()
    for j, item in enumerate(case.evidence):
        path: list[str] = []
        trail = [(item.id, iter(given[item.id]))] if item.id not in done else []
        path = [item.id] if trail else []
        while trail:
            name, rest = trail[-1]
            following = next(rest, None)
            if following is None:
                done.add(name)
                trail.pop()
                path.pop()
            elif following in path:
                circle = [*path[path.index(following) :], following]
                yield _fault(
                    f"evidence '{item.id}', given",
                    " given ".join(circle),
                    "no circle",
                    "an item is judged knowing earlier ones only",
                    (*loc, "evidence", j, "given"),
                )
                return
            elif following in given and following not in done:
                trail.append((following, iter(given[following])))
                path.append(following)
