"""The pages of a study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from processtrace.formats.workbook.causal_rows import causal_rows
from processtrace.formats.workbook.cell_values import JUDGED, NUMBER, TEXT, YEARS, Cell, value_cell
from processtrace.formats.workbook.pages import GIVEN, JUDGED_COLUMNS, PRIOR, SHAPES, WHY, Page, Row, fixed_columns, heading
from processtrace.study import Analyst, Case, Evidence, Judgement, Study

SETTINGS = {
    "title": TEXT, "description": TEXT, "question": TEXT, "analyst": TEXT, "compounds": TEXT, "verdict": TEXT,
    "range_coverage": NUMBER, "anchor": NUMBER, "cluster_correlation": NUMBER, "lean_correlation": NUMBER, "years": YEARS,
}  # fmt: skip
"""Rows of the page `study`."""


def pages_of(study: Study) -> list[Page]:
    """Return the pages of a study, in the order of a workbook; those that are not always there only where they hold something."""
    return [page for page in every_page(study) if SHAPES[page.name].always or page.rows]


def every_page(study: Study) -> list[Page]:
    """Return all pages, also those without a row."""
    made = {
        "study": _page("study", (), _settings(study)),
        "cases": _page("cases", [PRIOR + h for h in _prior_names(study)], (_case_cells(case) for case in study.cases)),
        "words": _page("words", (), ({"word": word, "probability": JUDGED.write(value)} for word, value in study.words.items())),
        "accepted": _page("accepted", (), ({"note": note, "answer": answer} for note, answer in study.accepted.items())),
        "locks": _page("locks", (), (fields_as_cells(lock, "locks") for lock in study.lock)),
        "locked": _page("locked", (), _locked(study)),
        "wordings": _page("wordings", (), _wordings(study)),
        "terms": _page("terms", (), _terms(study)),
        "correlations": _page("correlations", [heading("correlations", h) for h in _judged_names(study)], _correlations(study)),
        "causal": _page("causal", (), causal_rows(study.causal)),
        "evidence": _evidence(study),
    }
    for name, shape in SHAPES.items():
        if shape.part is not None:
            made[name] = _page(name, (), _parts(study, name))
    return [made[name] for name in SHAPES]


def _page(name: str, more: Iterable[str], rows: Iterable[Mapping[str, Cell]], after: Iterable[str] = ()) -> Page:
    made = tuple(Row(number, dict(cells)) for number, cells in enumerate(rows, 2))
    fixed = [key for key, column in SHAPES[name].named.items() if not column.optional or any(key in row.cells for row in made)]
    return Page(name, (*fixed, *more, *after), made)


def _settings(study: Study) -> Iterator[dict[str, Cell]]:
    for key, kind in SETTINGS.items():
        value = getattr(study, key)
        cells: dict[str, Cell] = {} if value in (None, ()) else {"value": kind.write(value)}
        yield {"key": key, **cells}
    for cell, weight in (study.prior or {}).items():
        yield {"key": PRIOR + cell, "value": NUMBER.write(weight)}


def _parts(study: Study, name: str) -> Iterator[dict[str, Cell]]:
    for part in getattr(study, name).values():
        yield fields_as_cells(part, name)
    for case in study.cases:
        for part in getattr(case, name, {}).values():
            yield {"case": case.id, **fields_as_cells(part, name)}


def fields_as_cells(part: Any, page: str) -> dict[str, Cell]:
    """Return the fields of a part that a page has columns for; what is not given is left blank."""
    cells = {}
    for name, column in fixed_columns(page).items():
        value = getattr(part, name, None)
        if value is not None and value not in ("", ()) and not (isinstance(value, Mapping) and not value):
            cells[name] = column.kind.write(value)
    return cells


def _case_cells(case: Case) -> dict[str, Cell]:
    prior = {PRIOR + h: NUMBER.write(weight) for h, weight in (case.prior or {}).items()}
    return {"case": case.id, **fields_as_cells(case, "cases"), **prior}


def _prior_names(study: Study) -> list[str]:
    return list(dict.fromkeys(h for case in study.cases for h in case.prior or ()))


def _judged_names(study: Study) -> list[str]:
    """Return every hypothesis, or cell of factors, that the study has or that a case judges or an item names."""
    named = [h for case in study.cases for h in study.judged_under(case)]
    for case in study.cases:
        for item in case.evidence:
            if item.about is None:
                named += [*item.because, *(h for part in item.by_analyst.values() for h in (*part.values, *part.because))]
        named += [h for pair in case.correlations for h in pair.under]
    return list(dict.fromkeys([*study.explanations, *named]))


def _locked(study: Study) -> Iterator[dict[str, Cell]]:
    for lock in study.lock:
        for item, entry in lock.locked.items():
            yield {"file": lock.file, "item": item, "entry": entry}


def _wordings(study: Study) -> Iterator[dict[str, Cell]]:
    for name, analyst in study.analysts.items():
        for hypothesis, statement in analyst.statements.items():
            yield {"analyst": name, "hypothesis": hypothesis, "statement": statement}


def _terms(study: Study) -> Iterator[dict[str, Cell]]:
    for case in study.cases:
        for term in case.terms:
            yield {"case": case.id, "label": term.label, "from": term.from_, "to": term.to}


def _correlations(study: Study) -> Iterator[dict[str, Cell]]:
    for case in study.cases:
        for pair in case.correlations:
            under = {heading("correlations", h): NUMBER.write(value) for h, value in pair.under.items()}
            yield {"case": case.id, "first": pair.items[0], "second": pair.items[1], **under}


def _evidence(study: Study) -> Page:
    names = _judged_names(study)
    rows = (row for case in study.cases for item in case.evidence for row in _item_rows(study, case, item))
    levels = _levels(study, names)
    after = [*(WHY + h for h in names), *(WHY + level for level in levels), *(column.name for column in JUDGED_COLUMNS)]
    return _page("evidence", [*(heading("evidence", h) for h in names), *levels], rows, after)


def _levels(study: Study, names: Iterable[str]) -> list[str]:
    """Return the columns of the levels at which clues are judged."""
    found: dict[str, None] = {}
    for item in (item for case in study.cases for item in case.evidence if item.about is not None):
        keys = [*item.because, *(key for part in item.by_analyst.values() for key in (*part.values, *part.because))]
        found |= dict.fromkeys(GIVEN + key for key in keys if key not in names)
    return list(found)


def _column(item: Evidence, study: Study, key: str) -> str:
    """Return the column of what an item is judged under: a hypothesis, or a level of the node it is about."""
    level = item.about is not None and key not in study.hypotheses and not any(key in case.judges for case in study.cases)
    return GIVEN + key if level else heading("evidence", key)


def _reasons(item: Evidence, study: Study, because: Mapping[str, str]) -> dict[str, Cell]:
    return {WHY + (column if (column := _column(item, study, key)).startswith(GIVEN) else key): text for key, text in because.items()}


def _item_rows(study: Study, case: Case, item: Evidence) -> Iterator[dict[str, Cell]]:
    cells: dict[str, Cell] = {"case": case.id, **fields_as_cells(item, "evidence")}
    own: dict[str, Cell] = {name: cells.pop(name) for name in ("anchor", "judged") if name in cells}
    own |= _reasons(item, study, item.because)
    if item.judgements is None:
        yield cells | own | (_judgement_cells(study, item, item.common) if item.common else {})
        return
    if own:
        yield cells | own
    for analyst, part in item.judgements.items():
        yield {**cells, **judgement_row(study, item, analyst, part)}


def analyst_cells(analyst: Analyst) -> dict[str, Cell]:
    """Return the row of an analyst."""
    return fields_as_cells(analyst, "analysts")


def judgement_row(study: Study, item: Evidence, analyst: str, part: Judgement) -> dict[str, Cell]:
    """Return the cells of the evidence in which the row of an analyst differs from the others of its item."""
    more = {name: cell for name, cell in fields_as_cells(part, "evidence").items() if name in ("anchor", "judged", "statements")}
    note: dict[str, Cell] = {"analyst_note": part.note} if part.note else {}
    return {"analyst": analyst, **more, **note, **_judgement_cells(study, item, part)}


def _judgement_cells(study: Study, item: Evidence, part: Judgement) -> dict[str, Cell]:
    words = study.scale_of_words
    values: dict[str, Cell] = {_column(item, study, h): value_cell(part.scale, value, words) for h, value in part.values.items()}
    return {"scale": part.scale, **values, **_reasons(item, study, part.because)}
