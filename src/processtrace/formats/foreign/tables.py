"""A file of tables as a study: its sheets, the form that they have, and the cases that they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign import contribution_tracing, pairwise, side_by_side
from processtrace.formats.foreign.ach_json import read_ach_json
from processtrace.formats.foreign.answers import Answers
from processtrace.formats.foreign.contribution_tracing import claim_entries, prior_of
from processtrace.formats.foreign.entries import Entries, entries_of
from processtrace.formats.foreign.grid import Grid, read_grids
from processtrace.formats.foreign.imported import Imported
from processtrace.formats.foreign.items import Entry, cases_of, study_of_items
from processtrace.formats.foreign.layout import table_of
from processtrace.formats.foreign.marks import odds_or_range, two_readings
from processtrace.formats.foreign.pairwise import names_in_pairs, pair_entries
from processtrace.formats.foreign.reading import read_roles
from processtrace.formats.foreign.roles import Form, Roles, option, spelled_alike
from processtrace.formats.foreign.side_by_side import (
    Explanations,
    long_entries,
    names_in_rows,
    prior_in,
    row_priors,
    two_ways,
    wide_entries,
)
from processtrace.formats.foreign.table import Row
from processtrace.formats.identifiers import identifier, label_of
from processtrace.study import Hypothesis, Study
from processtrace.study.probabilities import judgements_in_force
from processtrace.study.scales import ICD_203, SCALES
from processtrace.study.values import shown
from processtrace.text.names import counted

DECIMAL: tuple[Form, ...] = ("wide", "long", "claim", "claim ratio", "pairs")


@dataclass(frozen=True)
class Sheet:
    """A sheet with what its columns were taken for, and its rows told apart."""

    name: str
    roles: Roles
    entries: Entries


@dataclass(frozen=True)
class Tables:
    """The tables of a file that are read together.

    Attributes
    ----------
    sheets : tuple of Sheet
        Those with the form of the first.
    said : tuple of str
        What was passed over.
    columns : tuple of str
        The columns of the first table, for a refusal.
    """

    sheets: tuple[Sheet, ...]
    said: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def form(self) -> Form:
        """The form of the tables; `none` where there is none."""
        return self.sheets[0].roles.form if self.sheets else "none"

    @property
    def rated(self) -> bool:
        """Whether they hold ratings of ACH."""
        return self.form in ("wide", "long") and self.sheets[0].roles.kind in ("ratings", "grades")


def read_tables(path: Path, shown_path: str, answers: Answers) -> Tables:
    """Return the tables of a file that hold judgements or coded passages.

    Raises
    ------
    StudyError
        For a damaged file, an empty one, and with every question of the first table that holds something.
    """
    grids = [read_ach_json(path, shown_path)] if path.suffix.lower() == ".json" else read_grids(path, shown_path)
    return tables_of(grids, shown_path, answers)


def tables_of(grids: Iterable[Grid], shown_path: str, answers: Answers) -> Tables:
    """Return the tables of these sheets; as for `read_tables`."""
    filled = [grid for grid in grids if any(cell.strip() for row in grid.rows for cell in row)]
    if not filled:
        raise StudyError([Fault("", "an empty table", "a first row with the names of the columns", "", (), shown_path, 1)])
    sheets: list[Sheet] = []
    passed = [grid.name for grid in filled if len(filled) > 1 and grid.name in answers.ignore]
    said = [f"sheet '{name}': passed over, as you say" for name in passed]
    answers = replace(answers, ignore=tuple(name for name in answers.ignore if name not in passed))
    filled = [grid for grid in filled if grid.name not in passed]
    columns: tuple[str, ...] = ()
    refused: StudyError | None = None
    for grid in filled:
        try:
            sheet = _sheet(grid, answers)
        except StudyError as error:
            if not sheets and (refused is None):
                refused = error
            same = bool(sheets) and [cell.strip() for cell in grid.rows[0]][:3] == [cell.strip() for cell in filled[0].rows[0]][:3]
            if same:
                raise
            said.append(f"sheet '{grid.name}': {error.faults[0].read}; passed over")
            continue
        columns = columns or sheet.roles.table.columns
        fits = sheet.roles.form != "none" and (not sheets or _alike(sheet.roles, sheets[0].roles))
        if fits:
            sheets.append(sheet)
        elif sheets and (fault := _others(sheet, sheets[0])):
            raise StudyError([fault])
        else:
            said.append(f"sheet '{grid.name}': no table of judgements{' like the first' if sheets else ''}, passed over")
    if not sheets and refused is not None:
        raise refused
    return Tables(tuple(sheets), tuple(said) if len(filled) > 1 else (), columns)


def _sheet(grid: Grid, answers: Answers) -> Sheet:
    table = table_of(grid, answers)
    roles = read_roles(table, answers)
    if roles.form in DECIMAL:
        prior = roles.column("prior")
        if roles.kind in ("ratio", "decibels"):
            ratios = roles.kind == "ratio"
            twice = [(row, name) for row in table.rows for name in roles.values if _two_ways(row.cells[name], ratios)]
            faults = [two_ways(table, row, name) for row, name in twice]
            if faults:
                raise StudyError(faults)
        roles = replace(roles, table=table.with_points([*roles.values, *roles.upper.values(), *([prior] if prior else [])]))
    return Sheet(grid.name, roles, entries_of(roles))


def _two_ways(cell: str, ratios: bool) -> bool:
    return two_readings(cell) or (ratios and odds_or_range(cell))


def _alike(roles: Roles, first: Roles) -> bool:
    if roles.form != first.form:
        return False
    return roles.form in ("segments", "claim", "claim ratio", "long") or _compared(roles) == _compared(first)


def _compared(roles: Roles) -> set[str]:
    """Return the explanations that the headings of a table name."""
    return {name for head in roles.values.values() for name in (head.name, head.other) if name}


def _others(sheet: Sheet, first: Sheet) -> Fault | None:
    """Return the fault of a sheet that has the form of the first one and as many explanations, but others."""
    here, there = _compared(sheet.roles), _compared(first.roles)
    if sheet.roles.form != first.roles.form or sheet.roles.form not in ("wide", "pairs") or not (len(here) == len(there) or here & there):
        return None
    read = f"the explanations {', '.join(sorted(here))}, and in sheet '{first.name}' {', '.join(sorted(there))}"
    fix = f"write the headings alike, or pass over the sheet by {option('ignore', [sheet.name])}"
    return sheet.roles.table.fault(None, "", read, "the same explanations in each sheet", fix)


def study_of_tables(tables: Tables, title: str, case: str, answers: Answers) -> Imported:
    """Return the study of tables of judgements, with an account of what each column was taken for.

    Parameters
    ----------
    tables : Tables
        Sheets of one form.
    title : str
        The title of the study.
    case : str
        The case of rows that name none.
    answers : Answers
        What the user says of the table.
    """
    faults: list[Fault] = []
    for sheet in tables.sheets:
        for role, what in (("case", "a case"), ("claim", "a claim"), ("analyst", "an analyst")):
            if column := sheet.roles.column(role):  # type: ignore[arg-type]
                faults += spelled_alike(sheet.roles.table, column, what)
    names = _explanations(tables)
    made: list[tuple[str, Entry]] = []
    for sheet in tables.sheets:
        several = len(tables.sheets) > 1
        made += [(_case_of(sheet, entry.row, several), entry) for entry in _entries(sheet, names, answers, faults)]
    parts, analysts = cases_of(made)
    priors: dict[str, float] = {}
    for sheet in tables.sheets:
        priors |= row_priors(sheet.roles, sheet.entries, names, faults) or _priors_in_rows(sheet, names, faults)
    ids: dict[str, str] = {}
    for name in parts:
        ids[name] = identifier(name, ids.values(), "case") if name else case
    own = {name: _prior(tables, [entry for said, entry in made if said == name], faults) for name in parts}
    claim = tables.form in ("claim", "claim ratio")
    explained: list[Hypothesis] = (
        contribution_tracing.explanations(next(iter(tables.sheets[0].roles.values.values())).name) if claim else names.parts(priors)
    )
    faults += [fault for part in parts.values() for fault in part.faults]
    if faults:
        raise StudyError(sorted(dict.fromkeys(faults), key=lambda fault: fault.line))
    study = study_of_items(
        list(parts.values()),
        tables.sheets[0].roles.table,
        title=title,
        description=_rule(tables),
        hypotheses=explained,
        analysts=analysts,
        words=_scale(answers) if tables.sheets[0].roles.kind == "words" else {},
        cases=[
            items.case(ids[name], label=label_of(name, ids[name]), description=name or None, prior=own[name])
            for name, items in parts.items()
        ],
    )
    return Imported(study, (*_said(tables), *tables.said, *_absences_said(study)))


def _rule(tables: Tables) -> str:
    rules = {"claim": contribution_tracing.RULE, "claim ratio": contribution_tracing.RATIO_RULE, "pairs": pairwise.RULE}
    return rules.get(tables.form, side_by_side.ACH_RULE if tables.rated else side_by_side.RULE)


def _said(tables: Tables) -> list[str]:
    several = len(tables.sheets) > 1
    return [
        f"sheet '{sheet.name}', {line}" if several else line
        for sheet in tables.sheets
        for line in (*sheet.roles.said, *sheet.entries.said, *_comments_said(sheet))
    ]


def _comments_said(sheet: Sheet) -> Iterable[str]:
    """Yield what became of the comments that are pinned to cells."""
    lines = {row.line for row in sheet.entries.findings}
    comments = sheet.roles.table.comments
    kept = sum(line in lines for line, _ in comments)
    if kept:
        yield f"{kept} {'comment on a cell: a note of its item' if kept == 1 else 'comments on cells: notes of their items'}"
    for (line, column), text in comments.items():
        if line not in lines:
            yield f"row {line}{f', column {column}' if column else ''}: the comment '{shown(text)}', passed over"


def _absences_said(study: Study) -> Iterable[str]:
    """Yield what findings that were not found count by, where they are judged in ratios or decibels alone."""
    absent = [item for case in study.cases for item in case.evidence if item.status == "not_found"]
    relative = [item for item in absent if any(SCALES[part.scale].anchored for part in judgements_in_force(study, item))]
    if relative:
        what = counted(len(relative), "finding that was not found is", "findings that were not found are")
        yield f"{what} judged in ratios or decibels of finding: what the absence weighs follows from the anchor, {study.anchor:g}; give LR- beside LR+, or probabilities, to state it"


def _explanations(tables: Tables) -> Explanations:
    if tables.form == "pairs":
        return Explanations(name for sheet in tables.sheets for name in names_in_pairs(sheet.roles))
    if tables.form == "long":
        return Explanations(name for sheet in tables.sheets for name in names_in_rows(sheet.roles, sheet.entries))
    if tables.form == "wide":
        return Explanations(head.name for head in tables.sheets[0].roles.values.values())
    return Explanations(())


def _entries(sheet: Sheet, names: Explanations, answers: Answers, faults: list[Fault]) -> Iterable[Entry]:
    roles, entries = sheet.roles, sheet.entries
    if roles.form == "pairs":
        return pair_entries(roles, entries, names, faults)
    if roles.form == "wide":
        return wide_entries(roles, entries, names, answers, faults)
    if roles.form == "long":
        case = roles.column("case")
        return long_entries(roles, entries.findings, names, answers, faults, lambda row: row.cells[case] if case else "")
    return claim_entries(roles, entries, answers, faults)


def _case_of(sheet: Sheet, row: Row, several: bool) -> str:
    """Return the case or claim that a row names; else its sheet, where there are several."""
    column = sheet.roles.column("claim") or sheet.roles.column("case")
    return (row.cells[column] if column else "") or (sheet.name if several else "")


def _prior(tables: Tables, entries: list[Entry], faults: list[Fault]) -> dict[str, Any] | None:
    if tables.form not in ("claim", "claim ratio") or not entries:
        return None
    return prior_of(entries[0].roles, [entry.row for entry in entries], faults)


def _priors_in_rows(sheet: Sheet, names: Explanations, faults: list[Fault]) -> dict[str, float]:
    """Return the priors that a long table gives beside each explanation."""
    roles = sheet.roles
    prior, named = roles.column("prior"), roles.column("hypothesis")
    if roles.form != "long" or not prior or not named:
        return {}
    made: dict[str, float] = {}
    for row in sheet.entries.findings:
        if not row.cells[prior] or row.cells[named] not in names.ids:
            continue
        value = prior_in(row.cells[prior], roles.table.headings[prior].percent)
        if value is None:
            faults.append(roles.table.fault(row, prior, row.cells[prior], "a number of 0 or more"))
            continue
        if made.setdefault(names.ids[row.cells[named]], value) != value:
            faults.append(roles.table.fault(row, prior, row.cells[prior], "one prior for an explanation", "write it alike in all its rows"))
    return made


def _scale(answers: Answers) -> dict[str, Any]:
    """Return the scale of words of the study: the shipped one with the user's words, where these have numbers of their own."""
    own = {word: meant for word, meant in answers.words.items() if not isinstance(meant, str)}
    return ICD_203 | own if own else {}
