"""A preregistration text from what a study has planned and locked, under the headings of the qualitative template."""

from __future__ import annotations

import json
from collections.abc import Iterator

from processtrace import __version__
from processtrace.study import Case, Study
from processtrace.study.judges import analysts_of
from processtrace.study.locked_entry import read_entry
from processtrace.text.names import counted, one_line, spelled
from processtrace.text.numbers import probability

TEMPLATE = (
    "Haven, T. L., Errington, T. M., Gleditsch, K. S., van Grootel, L., Jacobs, A. M., Kern, F. G., Piñeiro, R., Rosenblatt, F. and Mokkink, "
    "L. B. (2020). Preregistering Qualitative Research: A Delphi Study. International Journal of Qualitative Methods 19. "
    "https://doi.org/10.1177/1609406920976417"
)
OPEN = "*For the authors to fill in.*"


def preregistration(study: Study) -> str:
    """Return the text in Markdown: what the study's files say under each heading; what they don't say is left to the authors.

    Parameters
    ----------
    study : Study
        The study, with its locks, or with planned items.

    References
    ----------
    Haven, T. L. and others (2020). Preregistering Qualitative Research: A Delphi Study. International Journal of Qualitative
    Methods 19. doi:10.1177/1609406920976417
    """
    fields = (
        ("Title", one_line(study.title)),
        ("Authors", OPEN),
        ("Research aims", one_line(study.question or "") or OPEN),
        ("Type of research aims", "To compare rival explanations of single cases (process tracing)."),
        ("Research questions", one_line(study.question or "") or OPEN),
        ("Anticipated duration", OPEN),
        ("Study design", _design(study)),
        ("Sampling and case selection strategy", f"{_cases(study)}\n\nWhy these cases: {OPEN}"),
        ("Data sources and data types", _sources(study)),
        ("Data collection methods", _planned(study)),
        ("Data collection tools, instruments or plans", _locks(study)),
        ("Stopping criteria", OPEN),
        ("Data analysis approach", _analysis(study)),
        ("Data analysis process", _judging(study)),
        ("Credibility strategies", _credibility(study)),
        ("Rationale for the credibility strategies", OPEN),
        ("Reflection on your positionality", OPEN),
    )
    head = (
        f"# Preregistration\n\nThe headings are those of the qualitative template of {TEMPLATE}.\n\nThis text was made from the study's files by "
        f"processtrace {__version__}. It is a preregistration only as far as the plan was locked and deposited before the search.\n"
    )
    return head + "".join(f"\n## {name}\n\n{text}\n" for name, text in fields)


def _listed(lines: Iterator[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _design(study: Study) -> str:
    parts = study.explanations.values()
    said = (f"{part.name}: {one_line(part.statement)}" if part.statement else part.name for part in parts)
    drawn = {} if study.causal is None else study.causal.drawn
    graphs = [f"`{'; '.join(model.graph)}`{f' ({name})' if name else ''}" for name, model in drawn.items() if model.graph]
    causal = f"\n\nThe causal model, as a graph:\n\n{_listed(iter(graphs))}" if graphs else ""
    return f"Rival explanations, of which one is taken to be right:\n\n{_listed(said)}{causal}"


def _cases(study: Study) -> str:
    return _listed(f"{case.name}{f': {one_line(case.outcome)}' if case.outcome else ''}" for case in study.cases)


def _sources(study: Study) -> str:
    named = {name: study.source_of(case, name) for case in study.cases for item in case.evidence for name in item.source}
    return _listed(f"{part.name}{f' ({part.kind})' if part.kind else ''}" for part in named.values()) or OPEN


def _planned(study: Study) -> str:
    """Return what is to be looked for: the items of the locks, else those that are planned in the study."""
    held = {key: json.loads(text)["finding"] for lock in study.lock for key, text in lock.locked.items() if read_entry(text)}
    planned = {f"{case.id}/{item.id}": item.finding for case in study.cases for item in case.evidence if item.status == "planned"}
    names = {case.id: case.name for case in study.cases}
    chosen = held or planned
    if not chosen:
        return f"No search is planned or locked in the study's files. {OPEN}"
    said = (f"{names.get(key.partition('/')[0], key.partition('/')[0])}: {one_line(finding)}" for key, finding in chosen.items())
    return f"To be looked for, each judged before the search under every explanation:\n\n{_listed(said)}"


def _locks(study: Study) -> str:
    if not study.lock:
        return "No plan is locked; `processtrace plan STUDY --lock FILE` locks one, and its hash can be deposited."
    said = (
        f"{lock.file}, SHA-256 {lock.hash}, {f'deposited {lock.deposited}' if lock.deposited else 'no date of deposit stated'}"
        f"{f', {one_line(lock.where)}' if lock.where else ''}"
        for lock in study.lock
    )
    return f"The locked plan, with every judgement in it:\n\n{_listed(said)}"


def _analysis(study: Study) -> str:
    said = {case.name: _prior(study, case) for case in study.cases}
    prior = (
        f" Prior: {next(iter(said.values()))}."
        if len(set(said.values())) == 1
        else "".join(f" Prior of {name}: {text}." for name, text in said.items())
    )
    return (
        "Bayesian updating: the posterior of each explanation follows from the prior and the judgements, computed exactly by processtrace."
        f"{prior}"
    )


def _prior(study: Study, case: Case) -> str:
    weights = study.prior_of(case)
    total = sum(weights.values())
    source = ", as follows from the causal model" if study.prior_from_model and case.prior is None else ""
    return "; ".join(f"{study.explanations[h].name} {probability(weight / total)}" for h, weight in weights.items()) + source


def _judging(study: Study) -> str:
    who = "; ".join(f"{part.name} ({one_line(part.note)})" if part.note else part.name for part in analysts_of(study))
    scales = sorted({scale for case in study.cases for item in case.evidence for part in item.by_analyst.values() for scale in part.scales})
    said = f"Each item is judged by how probable a finding of its kind and degree is under each explanation{f', as {spelled(scales[0]).lower()}' if len(scales) == 1 else ''}."
    if any(item.node is not None for case in study.cases for item in case.evidence):
        said += " A clue of the causal model shows the level of a node, or is judged given its levels; how probable it is follows from the graph."
    return f"{said} A range is the central {100 * study.range_coverage:g} % of a judgement. Judges: {f'{who}.' if who else OPEN}"


def _credibility(study: Study) -> str:
    coders = len(analysts_of(study))
    said = ["Judgements, reasons and sources of every item are in the study's files, and the results can be computed anew from them."]
    said += [f"{counted(coders, 'analyst judges', 'analysts judge')} the items."] if coders > 1 else []
    said += ["The robustness section asks what would turn the answer: priors, ranges, dependence, items left out, another coding."]
    return _listed(iter(said))
