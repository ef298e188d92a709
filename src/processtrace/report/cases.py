"""The parts of the page, case by case: what each section prints, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import pandas as pd

from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.notes import notes
from processtrace.report.fragility import Fragility, fragility
from processtrace.report.grid import Grid, grid, of_table
from processtrace.report.verdict import lead, sentence
from processtrace.results import Results
from processtrace.study import Case, Study
from processtrace.study.clues import clues
from processtrace.study.scales import relative
from processtrace.tables import clusters, entries
from processtrace.tables.columns import STATUS, Cited, PrintedSource, printed_source
from processtrace.tables.entries import Entry
from processtrace.text.dates import in_words
from processtrace.text.names import counted
from processtrace.text.numbers import share
from processtrace.web.pictures import Picture

if TYPE_CHECKING:
    import xarray as xr


DIVIDING = 5
"""Items a case that the page lists as dividing the analysts; the table written beside it holds all."""


@dataclass(frozen=True)
class Explanation:
    """An explanation on the page: its label, statement, prior in print, and whether it is the residual."""

    name: str
    statement: str
    prior: str
    residual: bool


@dataclass(frozen=True)
class Section:
    """What the page holds of one case."""

    id: str
    name: str
    outcome: str
    period: str
    description: str
    own_prior: str
    counts: tuple[tuple[str, int], ...]
    arguable: bool
    brief: str
    verdict: str
    unanswered: tuple[str, ...]
    notes: tuple[str, ...]
    posterior: Grid
    weights: Grid
    clusters: Grid
    plan: Grid | None
    entries: tuple[Entry, ...]
    pictures: tuple[Picture, ...]
    tested: tuple[Picture, ...]
    fragility: Fragility


@dataclass(frozen=True)
class Appendix:
    """Lists at the end of the page."""

    sources: tuple[tuple[str, PrintedSource], ...]
    clusters: Grid
    references: tuple[Cited, ...]
    accepted: tuple[tuple[str, str], ...]


def explanations(study: Study) -> list[Explanation]:
    """Return the rival explanations with the study's prior, or the factors that they are made of with theirs."""
    if study.factors:
        prior = study.at_work
        return [Explanation(part.name, part.statement or "", share(prior[name]), False) for name, part in study.factors.items()]
    total = sum(study.prior_weights.values())
    return [
        Explanation(part.name, part.statement or "", share(weight / total), part.residual)
        for part, weight in zip(study.hypotheses.values(), study.prior_weights.values(), strict=True)
    ]


def tags_of(sections: Sequence[Section]) -> list[str]:
    """Return the names of the tags of the items that the page lists, in the order of the alphabet."""
    return sorted({tag for section in sections for entry in section.entries for tag in entry.tags})


def cells(study: Study) -> list[Explanation]:
    """Return the combinations that a study's factors make, with the study's prior; none in a study of hypotheses."""
    total = sum(part.weight for part in study.explanations.values())
    return [
        Explanation(part.name, part.statement or "", share(part.weight / total), False)
        for part in (study.explanations.values() if study.factors else ())
    ]


def most_divided(dividing: pd.DataFrame) -> pd.DataFrame:
    """Return the items of each case that divide the analysts most."""
    chosen = dividing.groupby(level="case", sort=False).head(DIVIDING)
    chosen.attrs = {**dividing.attrs, "title": f"{dividing.attrs['title']}: the first {DIVIDING} of each case"}
    return chosen


def case_sections(results: Results, drawn: Sequence[Picture]) -> list[Section]:
    """Return one section for each case, in the study's order."""
    study, data, tables = results.study, results.data, results.tables
    listed, joint = entries(study, data=data), clusters(study, data=data)
    found = results.answers
    unanswered = [note for note in notes(study) if note.name not in study.accepted]
    verdicts = {case.id: sentence(case.name, found[case.id]["sentence"]) for case in study.cases}
    return [
        Section(
            id=case.id,
            name=case.name,
            outcome=case.outcome or "",
            period="" if case.period is None else in_words(f"{case.period[0]}/{case.period[1]}"),
            description=case.description or "",
            own_prior=_own_prior(study, case, data),
            counts=_counts(case),
            arguable=any(item.counts for item in case.evidence),
            brief=_capital(lead(results, case.id)),
            verdict=verdicts[case.id],
            unanswered=tuple(str(note.text) for note in unanswered if note.where == case.name),
            notes=(*_notes(study, case, data, results.analyses["bounds"], listed), *_lean(study, case, results.analyses["tilt"])),
            posterior=of_table(tables["posterior"], title=f"Support in {case.name}", case=case.id, without=("Case",), note=False),
            weights=of_table(tables["weights"], title=f"The weight of each item in {case.name}", case=case.id, without=("Case",)),
            clusters=of_table(joint, title=f"Dependent items in {case.name}", case=case.id, without=("Case",)),
            plan=_plan(tables.get("plan"), case),
            entries=tuple(entry for entry in listed if entry.case_id == case.id),
            pictures=tuple(part for part in drawn if part.case == case.id and part.section != "robustness"),
            tested=tuple(part for part in drawn if part.case == case.id and part.section == "robustness"),
            fragility=fragility(study, case, found[case.id], results.analyses),
        )
        for case in study.cases
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plan(table: pd.DataFrame | None, case: Case) -> Grid | None:
    """Return what the planned items of a case can be expected to say; None where it plans nothing."""
    made = None if table is None else of_table(table, title=f"What to look for next in {case.name}", case=case.id, without=("Case",))
    return made if made is not None and made.rows else None


def _own_prior(study: Study, case: Case, data: xr.Dataset) -> str:
    if case.prior is None:
        return ""
    row = data["prior"].sel({CASE: case.id}).transpose(HYPOTHESIS).values
    return ", ".join(f"{part.name} {share(float(p))}" for part, p in zip(study.explanations.values(), row, strict=True))


def _counts(case: Case) -> tuple[tuple[str, int], ...]:
    statuses = [item.status for item in case.evidence]
    return tuple((words, statuses.count(status)) for status, words in STATUS.items() if status in statuses)


def _lean(study: Study, case: Case, tilt: xr.Dataset) -> list[str]:
    """Return what the lean that the study declares does to the support, where it declares one."""
    if study.lean_correlation == 0:
        return []
    apart = tilt["posterior"].sel({CASE: case.id, "correlation": 0.0}).values
    without = ", ".join(f"{part.name} {share(float(p), float('nan'))}" for part, p in zip(study.explanations.values(), apart, strict=True))
    return [
        f"The errors of all judgements under one explanation are taken to have a correlation of {study.lean_correlation:g}. If each erred "
        f"by itself, the support would be: {without}."
    ]


def _of_graph(study: Study, case: Case) -> list[str]:
    """Return what a reader must know of a case under a causal model: its events, its prior, what is known, and its unit of clues."""
    if study.causal is None:
        return []
    events = [
        f"{part.name}: {part.when or 'the whole model'}{f' (model {part.model})' if part.model else ''}"
        for part in study.hypotheses.values()
        if part.modelled
    ]
    made = [f"As events in the causal model: {'; '.join(events)}."] if events else []
    if study.by_hand:
        names = ", ".join(study.hypotheses[h].name for h in study.by_hand)
        made.append(f"Without a model, and judged by hand in every clue: {names}.")
    if case.known:
        known = ", ".join(f"{node} = {level}" for node, level in case.known.items())
        made.append(f"Known, because it is why the case was chosen, and therefore no evidence: {known}.")
    if study.prior_from_model and case.prior is None:
        made.append("Prior from the model: how probable each event is, given what is known.")
    found = [item for item in clues(case) if item.counts]
    beside = [item for item in case.evidence if item.counts and item.node is None]
    if found:
        text = f"{counted(len(found), 'clue is', 'clues are')} one unit: the graph says how clues depend on each other"
        text += ", and the weight of each is what it adds to the earlier ones"
        made.append(f"{text}; items judged by hand are taken as independent of them given the explanation." if beside else f"{text}.")
    return made


def _notes(study: Study, case: Case, data: xr.Dataset, bounds: xr.Dataset, listed: Sequence[Entry]) -> list[str]:
    made = _of_graph(study, case)
    place = [str(name) for name in data[CASE].values].index(case.id)
    error = (data.attrs.get("error_nats") or [0.0] * (place + 1))[place]
    if error:
        made.append(
            f"More than three uncertain reliabilities meet in a unit: quasi-Monte Carlo, standard error {error:.1g} nats, not exact."
        )
    if case.id in (bounds.attrs.get("optimised") or []):
        made.append(
            "A range of reliability, of a common search sensitivity, or of what follows from a causal model moves several explanations at "
            "once: the bounds were optimised."
        )
    anchored = [name for name in data.attrs.get("anchored") or [] if str(name).startswith(f"{case.id}/")]
    if anchored:
        depend = "item judged in {} depends", "items judged in {} depend"
        made.append(f"{counted(len(anchored), *depend).format(relative('or'))} on the anchor ({study.anchor:g}).")
    out = [
        entry.text("Item") for entry in listed if entry.case_id == case.id and entry.status in ("found", "not_found") and not entry.enters
    ]
    if out:
        made.append(f"Not judged by the analyst whose judgements are the main ones, and left out: {'; '.join(out)}.")
    return made


def appendix_of(study: Study) -> Appendix:
    """Return sources, clusters, references and answers to notes, as the study declares and uses them."""
    used = {
        (name if name in study.sources else f"{case.id}/{name}") for case in study.cases for item in case.evidence for name in item.source
    }
    declared = [("All cases", name, part) for name, part in study.sources.items()]
    declared += [(case.name, f"{case.id}/{name}", part) for case in study.cases for name, part in case.sources.items()]
    sources = tuple((where, printed_source(study, part)) for where, name, part in declared if name in used)
    joined = [("All cases", part) for part in study.clusters.values()]
    joined += [(case.name, part) for case in study.cases for part in case.clusters.values()]
    rows = [
        [where, part.name, f"{study.cluster_correlation if part.correlation is None else part.correlation:g}", part.note or ""]
        for where, part in joined
    ]
    keys = dict.fromkeys(
        citation.key
        for citation in chain(
            (citation for case in study.cases for item in case.evidence for citation in item.cite),
            (citation for _, _, part in declared for citation in part.cite),
        )
    )
    references = sorted((study.references[key] for key in keys if key in study.references), key=lambda part: str(part).casefold())
    return Appendix(
        sources=sources,
        clusters=grid("Clusters", ("Case", "Cluster", "Correlation", "Note"), rows, right=("Correlation",)),
        references=tuple(Cited(str(part), part.url) for part in references),
        accepted=tuple(study.accepted.items()),
    )
