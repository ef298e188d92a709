"""A returned sheet merged into its study: what must hold first, and the study that results."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from processtrace.elicitation.returned_answers import read_answers
from processtrace.elicitation.returned_page import read_judgements
from processtrace.elicitation.returned_sheet import read_sheet
from processtrace.errors import AnalysisError, UsageError
from processtrace.formats.add_judgements import add_judgements
from processtrace.formats.yaml import Added, StudyFiles
from processtrace.study import POOL, SCALES, Analyst, Case, Evidence, Hypothesis, Judgement, Study
from processtrace.study.frozen import Map
from processtrace.text.names import counted


@dataclass(frozen=True)
class Merged:
    """What a merge did.

    Attributes
    ----------
    analyst : str
        Whose judgements they are.
    judged : int
        How many items the sheet added judgements to.
    again : int
        How many further judgements of the same items it added, under names of their own.
    answers : bool
        Whether they are single answers of a language model.
    before : int
        How many of its judgements were in the study already.
    blank : int
        How many of its rows were left blank.
    newly_found : int
        How many items were unjudged and count as found now.
    files : tuple of Path
        The files that changed.
    """

    analyst: str
    judged: int
    again: int
    answers: bool
    before: int
    blank: int
    newly_found: int
    files: tuple[Path, ...]


def merge_sheet(files: StudyFiles, path: str | PathLike[str], first: str | None, other_hypotheses: Mapping[str, Hypothesis]) -> Merged:
    """Bring a filled-in sheet back into the files of its study: all files change, or none.

    Parameters
    ----------
    files : StudyFiles
        The study with its files.
    path : path
        The filled-in sheet.
    first : str or None
        Whose the common judgements are that the sheet's judgements are written beside.
    other_hypotheses : mapping of identifiers to Hypothesis
        What its cases judge for the sake of other studies.

    Returns
    -------
    Merged
        What was done; judgements that were merged before are passed over.

    Raises
    ------
    StudyError
        With every fault of the sheet.
    AnalysisError
        Where it must be said whose the common judgements are, and where the analyst has judged an item otherwise before.
    UsageError
        Where `first` is the analyst of the sheet, or the pool.
    """
    study = files.study
    readers = {".json": read_judgements, ".jsonl": read_answers}
    returned = readers.get(Path(path).suffix.lower(), read_sheet)(study, path, other_hypotheses)
    analyst = returned.analyst.id
    codings = {one.id: _not_there_yet(study, one.id, judged) for one, judged in returned.codings}
    new = {analyst: part for analyst, part in codings.items() if part}
    common = {item for part in new.values() for item in part if study.case(item[0]).item(item[1]).common is not None}
    if common and first is None:
        raise AnalysisError(
            f"{counted(len(common), 'item has', 'items have')} one judgement without an analyst's name; say whose it is: --first NAME"
        )
    if first in (analyst, POOL):
        raise UsageError(f"--first {first}: the name of another analyst, to whom the present judgements belong")
    people = [*(one for one, _ in returned.codings if one.id in new), *([Analyst(first)] if common and first is not None else [])]
    declared = {one.id: one for one in people if one.id not in study.analysts}
    made = study
    for name, judged in new.items():
        made = _with(made, judged, name, first)
    made = dataclasses.replace(made, analysts=Map({**study.analysts, **declared})) if new else made
    unjudged = sum(study.case(case).item(item).status == "unjudged" for case, item in new.get(analyst, ()))
    changed = add_judgements(files, Added(new, first, declared), made) if new else []
    added = len(codings[analyst])
    again = sum(map(len, codings.values())) - added
    answers = bool(returned.analyst.model)
    return Merged(analyst, added, again, answers, len(returned.judgements) - added, returned.blank, unjudged, tuple(changed))


def _not_there_yet(study: Study, analyst: str, judged: Mapping[tuple[str, str], Judgement]) -> dict[tuple[str, str], Judgement]:
    new, different = {}, []
    for (case, item), part in judged.items():
        there = study.case(case).item(item).by_analyst.get(analyst)
        if there is None:
            new[case, item] = part
        elif there not in (part, dataclasses.replace(part, statements=Map())):
            different.append(f"'{item}' of {study.case(case).name}")
    if different:
        raise AnalysisError(
            f"{analyst} has judged {', '.join(different)} already, and differently; no judgement is replaced unseen: "
            "remove the old one from the case file first, or merge under another name"
        )
    return new


def _with(study: Study, new: Mapping[tuple[str, str], Judgement], analyst: str, first: str | None) -> Study:
    def changed(case: Case, item: Evidence) -> Evidence:
        part = new.get((case.id, item.id))
        if part is None:
            return item
        status = "found" if item.status == "unjudged" else item.status
        if item.judgements is not None or item.common is None:
            return dataclasses.replace(item, status=status, judgements=Map({**(item.judgements or {}), analyst: part}))
        assert first is not None
        bare: dict[str, Any] = dict.fromkeys(SCALES) | {"because": Map(), "anchor": None, "judged": None}
        return dataclasses.replace(item, **bare, judgements=Map({first: item.common, analyst: part}))

    cases = tuple(dataclasses.replace(case, evidence=tuple(changed(case, item) for item in case.evidence)) for case in study.cases)
    analysts = study.analysts if analyst in study.analysts else Map({**study.analysts, analyst: Analyst(analyst)})
    if first is not None and first not in analysts:
        analysts = Map({**analysts, first: Analyst(first)})
    return dataclasses.replace(study, cases=cases, analysts=analysts)
