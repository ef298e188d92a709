"""The study that pages hold: every fault of every page, with its row and column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.workbook.cell_values import NUMBER
from processtrace.formats.workbook.columns import missing_pages, numbers_of_nobody, one_decimal_mark, wrong_columns
from processtrace.formats.workbook.hypotheses import JudgedNames, judged_names
from processtrace.formats.workbook.own import beside, own_columns, with_notes
from processtrace.formats.workbook.pages import GIVEN, PRIOR, SHAPES, WHY, Page, Row, fixed_columns
from processtrace.formats.workbook.part_rows import read_cases, read_correlations, read_evidence, read_parts, read_terms, read_wordings
from processtrace.formats.workbook.reading_state import ReadingState
from processtrace.formats.workbook.setting_rows import read_settings, setting
from processtrace.study import SCALES, Case, Study
from processtrace.study.faults_of_parts import faults_of_groups


def study_of(pages: Sequence[Page], path: str, odd_cells: Sequence[Fault] = ()) -> tuple[Study, list[str]]:
    """Return the study that the pages hold, and what they hold beside it, in sentences.

    `path` is named where a page is missing. `odd_cells` are faults of cells, each with page, row and column as its `loc`; those in
    columns of the user's own count for nothing. StudyError with every fault.
    """
    by_name = {page.name: page for page in pages}
    faults = list(missing_pages(by_name, path))
    if faults:
        raise StudyError([*odd_cells, *faults])
    names = judged_names(by_name)
    own = {page.name: own_columns(page, [*fixed_columns(page.name), *_more(page, names)]) for page in pages}
    faults += [fault for fault in odd_cells if len(fault.loc) < 3 or fault.loc[2] not in own[str(fault.loc[0])]]
    for page in pages:
        faults += wrong_columns(page, _more(page, names), _needed(page, names), own[page.name])
        faults += numbers_of_nobody(page, own[page.name], names.words) if page.name == "evidence" else ()
    if faults:
        raise StudyError(faults)
    said = [line for page in pages for line in beside(page, own[page.name])]
    noted = [with_notes(page, own[page.name]) for page in pages]
    tidied, faults = one_decimal_mark(noted, lambda page, row: _numeric(page, row, names))
    return _study(ReadingState({page.name: page for page in tidied}, names, faults)), said


def _more(page: Page, names: JudgedNames) -> list[str]:
    if page.name == "cases":
        return [PRIOR + h for h in names.allowed]
    if page.name == "correlations":
        return names.columns(page)
    if page.name == "evidence":
        levels = [GIVEN + level for level in names.levels]
        return [*names.columns(page), *levels, *(WHY + key for key in (*names.allowed, *levels))]
    return []


def _needed(page: Page, names: JudgedNames) -> list[str]:
    return [names.column(page, h) for h in names.needed] if page.name == "evidence" else []


def _numeric(page: Page, row: Row, names: JudgedNames) -> list[str]:
    if page.name == "study":
        kind, _ = setting(str(row.cells.get("key", "")))
        return ["value"] if kind is NUMBER else []
    fixed = [name for name, column in fixed_columns(page.name).items() if column.kind.numeric]
    scale = str(row.cells.get("scale", "")).strip().lower()
    in_words = page.name == "evidence" and any(name == scale and not one.numeric for name, one in SCALES.items())
    return fixed + [name for name in ([] if in_words else _more(page, names)) if not name.startswith(WHY)]


def _study(state: ReadingState) -> Study:
    read_settings(state)
    owned: dict[str, dict[str, Any]] = {}
    for name, shape in SHAPES.items():
        if shape.part is not None:
            read_parts(state, name, owned)
    read_wordings(state)
    cases = read_cases(state, owned)
    read_terms(state, cases)
    read_correlations(state, cases)
    read_evidence(state, cases)
    try:
        made = Study(**state.made, cases=tuple(Case(**case) for case in cases.values()))
    except StudyError as error:
        for fault in error.faults:
            if not any(f"'{name}'" in f"{fault.read} {fault.where}" or name == fault.read for name in state.broken):
                state.faults.append(state.located(fault, state.places))
    else:
        state.faults += [state.located(fault, state.places) for fault in faults_of_groups(made)]
    if state.faults:
        order = list(state.pages)
        raise StudyError(sorted(dict.fromkeys(state.faults), key=lambda fault: (order.index(_page_of(fault)), fault.line)))
    return made


def _page_of(fault: Fault) -> str:
    return fault.where.split(",")[0].removeprefix("page ")
