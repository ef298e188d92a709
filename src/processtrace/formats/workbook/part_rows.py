"""Pages with one part of the study in each row: explanations, sources, cases, pairs of planned items, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from processtrace.errors import Location, StudyError
from processtrace.formats.workbook.cell_values import NUMBER, cell_text
from processtrace.formats.workbook.evidence_rows import Place, read_items
from processtrace.formats.workbook.pages import PRIOR, SHAPES, fault_at
from processtrace.formats.workbook.reading_state import ReadingState
from processtrace.study import Case, Evidence, Term
from processtrace.study.frozen import Map
from processtrace.study.validation import read_as
from processtrace.text.names import nearest


def read_parts(state: ReadingState, name: str, owned: dict[str, dict[str, Any]]) -> None:
    """Read the page of one kind of part; those that belong to a case are put into `owned`, by case and page."""
    shape, page = SHAPES[name], state.pages.get(name)
    found: dict[str, Any] = {}
    for row in page.rows if page is not None else ():
        assert page is not None
        raw, places = state.fields(page, row, ("case",))
        identifier = str(raw.get("id", "")).strip()
        owner = str(cell_text(row.cells.get("case", ""))).strip()
        mine = owned.setdefault(owner, {}).setdefault(name, {}) if owner else found
        if owner and owner not in state.case_names():
            state.unknown_case(page, row, owner)
        elif identifier in mine:
            state.faults.append(fault_at(page, row.number, "id", f"'{identifier}' again", "each its own", "rename one"))
        else:
            try:
                part = read_as(shape.part, raw, f"{shape.part.__name__.lower()} '{identifier}'")
            except StudyError as error:
                state.add_faults(error, name, places)
                state.broken.add(identifier)
                continue
            mine[part.id] = part
            head: Location = ("cases", state.case_names().index(owner), name, part.id) if owner else (name, part.id)
            state.places |= {(*head, *loc): (name, place) for loc, place in places.items()}
    state.made[name] = found


def read_cases(state: ReadingState, owned: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the cases of the page, each as a mapping of its fields with the parts that belong to it."""
    page = state.pages["cases"]
    found: dict[str, dict[str, Any]] = {}
    for row in page.rows:
        raw, places = state.fields(page, row, ("case",))
        name = str(cell_text(row.cells.get("case", ""))).strip()
        if name in found:
            state.faults.append(fault_at(page, row.number, "case", f"'{name}' again", "each case its own", "rename one"))
            continue
        prior = {h: PRIOR + h for h in state.names.allowed if PRIOR + h in row.cells}
        raw |= {"prior": {h: NUMBER.read(row.cells[column]) for h, column in prior.items()}} if prior else {}
        places |= {("prior", h): (row.number, column) for h, column in prior.items()} | {("id",): (row.number, "case")}
        parts = raw | {"id": name} | owned.get(name, {})
        try:
            read_as(Case, parts, f"case '{name}'")
        except StudyError as error:
            state.add_faults(error, "cases", places)
            state.broken.add(name)
            parts = {"id": name} | owned.get(name, {}) if name and _is_case(name) else {}
        if parts:
            index = len(found)
            found[name] = parts
            state.places |= {("cases", index, *loc): ("cases", place) for loc, place in places.items()}
    return found


def read_wordings(state: ReadingState) -> None:
    """Add the statements under which codings were made to their analysts."""
    page = state.pages.get("wordings")
    analysts = state.made["analysts"]
    for row in page.rows if page is not None else ():
        assert page is not None
        raw, places = state.fields(page, row)
        name, hypothesis = (str(raw.get(key, "")).strip() for key in ("analyst", "hypothesis"))
        if name not in analysts:
            known = ", ".join(analysts) or "none"
            state.faults.append(
                fault_at(page, row.number, "analyst", f"'{name}'", f"an analyst of the study: {known}", nearest(name, analysts))
            )
            continue
        held = {**analysts[name].statements, hypothesis: raw.get("statement")}
        try:
            analysts[name] = replace(analysts[name], statements=Map(held))
        except StudyError as error:
            state.add_faults(error, "wordings", places)
        state.places["analysts", name, "statements", hypothesis] = ("wordings", (row.number, "hypothesis"))


def read_terms(state: ReadingState, cases: Mapping[str, dict[str, Any]]) -> None:
    """Add the terms to their cases."""
    page = state.pages.get("terms")
    for row in page.rows if page is not None else ():
        assert page is not None
        raw, places = state.fields(page, row)
        name = str(raw.pop("case", "")).strip()
        if name not in cases:
            state.unknown_case(page, row, name)
            continue
        terms = cases[name].setdefault("terms", [])
        try:
            read_as(Term, raw, f"case '{name}', terms")
        except StudyError as error:
            state.add_faults(error, "terms", places)
            continue
        head = ("cases", list(cases).index(name), "terms", len(terms))
        state.places |= {(*head, *loc): ("terms", place) for loc, place in places.items()}
        terms.append(raw)


def read_correlations(state: ReadingState, cases: Mapping[str, dict[str, Any]]) -> None:
    """Add the correlations of planned items to their cases."""
    page = state.pages.get("correlations")
    for row in page.rows if page is not None else ():
        assert page is not None
        raw, places = state.fields(page, row)
        columns = {h: name for h in state.names.allowed if (name := state.names.column(page, h)) in row.cells}
        name = str(raw.get("case", "")).strip()
        if name not in cases:
            state.unknown_case(page, row, name)
            continue
        pairs = cases[name].setdefault("correlations", [])
        pair = {
            "items": [raw.get("first"), raw.get("second")],
            "under": {h: NUMBER.read(row.cells[column]) for h, column in columns.items()},
        }
        local: dict[Location, Place] = {("correlations", 0, "items", k): places[column,] for k, column in enumerate(("first", "second"))}
        local |= {("correlations", 0, "under", h): (row.number, column) for h, column in columns.items()}
        local["correlations", 0, "items"] = local["correlations", 0] = (row.number, "")
        try:
            read_as(Case, {"id": name, "correlations": [pair]}, f"case '{name}'")
        except StudyError as error:
            state.add_faults(error, "correlations", local)
            continue
        head = ("cases", list(cases).index(name), "correlations", len(pairs))
        state.places |= {(*head, *loc[2:]): ("correlations", place) for loc, place in local.items()}
        pairs.append(pair)


def read_evidence(state: ReadingState, cases: Mapping[str, dict[str, Any]]) -> None:
    """Add the items of the evidence to their cases."""
    page = state.pages["evidence"]
    for item in read_items(page, state.names, state.faults):
        name = str(item.raw.get("id", "")).strip()
        if item.case not in cases:
            row = next(row for row in page.rows if row.number == item.row)
            state.unknown_case(page, row, item.case)
        try:
            part = read_as(Evidence, item.raw, f"evidence '{name or f'in row {item.row}'}'")
        except StudyError as error:
            state.add_faults(error, "evidence", item.places)
            state.broken.add(name)
            continue
        if item.case in cases:
            items = cases[item.case].setdefault("evidence", [])
            head = ("cases", list(cases).index(item.case), "evidence", len(items))
            state.places |= {(*head, *loc): ("evidence", place) for loc, place in item.places.items()}
            items.append(part)


def _is_case(name: str) -> bool:
    try:
        Case(name)
    except StudyError:
        return False
    return True
