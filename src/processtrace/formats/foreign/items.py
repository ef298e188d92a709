"""What the forms of tables have in common: an item for each finding, in the case that its row names, with what stands beside it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.roles import Roles
from processtrace.formats.foreign.table import Row, Table
from processtrace.formats.foreign.vocabulary import FOUND, Role
from processtrace.formats.identifiers import identifier, label_of
from processtrace.study import Analyst, Case, Evidence, Source, Study
from processtrace.study.frozen import Map
from processtrace.study.validation import read_as
from processtrace.study.values import LONGEST_ID, shown

_BESIDE: tuple[Role, ...] = ("label", "date", "source", "note")


@dataclass(frozen=True)
class Entry:
    """What one row says of a finding: its judgement in the words of a case file, reasons, and what else is noted.

    `judgement` is None for a finding that is left unjudged.
    """

    roles: Roles
    row: Row
    judgement: Mapping[str, Any] | None
    because: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


class Items:
    """The items of one case; every fault is kept with its row.

    Parameters
    ----------
    name : str
        What the case is called in the table; empty where it is not named.
    """

    def __init__(self, name: str):
        self.name = name
        self.sources: dict[str, str] = {}
        self.items: list[Evidence] = []
        self.places: list[tuple[Table, Row]] = []
        self.faults: list[Fault] = []

    def add(self, entry: Entry, by_analyst: Mapping[str, Entry] | None = None) -> None:
        """Add the item of a row; `by_analyst` holds the rows of all who judged it, where several did."""
        roles, row = entry.roles, entry.row
        table = roles.table
        finding = row.cells[roles.finding] if roles.finding else self.name
        if not finding:
            self.faults.append(table.fault(row, roles.finding or "", "nothing", "a finding", "write it, or delete the row"))
            return
        cells = {key: row.cells[column] for key in _BESIDE if (column := roles.column(key))}
        raw: dict[str, Any] = {"id": self._identifier(roles, row, finding), "finding": finding}
        raw |= {key: cells[key] for key in ("label", "date") if cells.get(key)}
        if "label" in raw and len(raw["label"]) > 40:
            del raw["label"]
        if cells.get("source"):
            raw["source"] = self._source(cells["source"])
        kept = [f"{column}: {row.cells[column]}" for column in self._kept(roles, by_analyst) if row.cells[column]]
        rows = {one.line: one for one in (row, *(other.row for other in (by_analyst or {}).values()))}
        pinned = [text for one in rows.values() for text in table.pinned(one, roles.finding)]
        notes = "; ".join(part for part in (cells.get("note", ""), *kept, *pinned, entry.note) if part)
        raw |= {"note": notes} if notes else {}
        raw |= self._status(entry)
        if by_analyst:
            raw |= {"judgements": {who: {**(one.judgement or {}), **_because(one)} for who, one in by_analyst.items() if one.judgement}}
        elif entry.judgement is not None:
            raw |= {**entry.judgement, **_because(entry)}
        try:
            self.items.append(read_as(Evidence, raw, f"row {row.line}, '{raw['id']}'"))
            self.places.append((table, row))
        except StudyError as error:
            line = table.fault(row, "", "", "").line
            self.faults += [dataclasses.replace(fault, path=table.path, line=line) for fault in error.faults]

    def _identifier(self, roles: Roles, row: Row, finding: str) -> str:
        taken = {item.id for item in self.items}
        column = roles.column("id")
        if (given := row.cells[column] if column else "") and re.fullmatch(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}", given):
            return given
        return identifier(given or " ".join(finding.split()[:5]), taken)

    def _kept(self, roles: Roles, by_analyst: Mapping[str, Entry] | None) -> list[str]:
        columns = list(roles.kept)
        if (who := roles.column("analyst")) and not by_analyst:
            columns.append(who)
        return [name for name in roles.table.columns if name in columns]

    def _status(self, entry: Entry) -> dict[str, Any]:
        """Return whether it was found: as its row says it, or unjudged where there is no judgement."""
        if entry.judgement is None:
            return {"status": "unjudged"}
        column = entry.roles.column("found") or entry.roles.column("status")
        if column is None:
            return {}
        said = FOUND.get(entry.row.cells[column].lower())
        if said is None:
            read = shown(entry.row.cells[column])
            self.faults.append(
                entry.roles.table.fault(entry.row, column, read, "yes, no or blank", "yes for what was found, no for what was not")
            )
        return {"status": "not_found", "search_sensitivity": 1} if said == "not_found" else {"status": said} if said == "planned" else {}

    def _source(self, text: str) -> str:
        known = next((name for name, said in self.sources.items() if said == text), None)
        if known is None:
            known = identifier(text, self.sources, "source")
            self.sources[known] = text
        return known

    def case(self, name: str, **more: Any) -> Case:
        """Return the case of these items."""
        sources = Map({key: Source(key, label=label_of(text, key)) for key, text in self.sources.items()})
        return Case(name, sources=sources, evidence=tuple(self.items), **more)


def _because(entry: Entry) -> dict[str, Any]:
    return {"because": dict(entry.because)} if entry.because else {}


def cases_of(entries: list[tuple[str, Entry]]) -> tuple[dict[str, Items], dict[str, Analyst]]:
    """Return the items of each case, and the analysts where several judged one finding; cases in the order of their first row."""
    several = _judged_by_several(entries)
    analysts: dict[str, Analyst] = {}
    names: dict[str, str] = {}
    parts: dict[str, Items] = {}
    together: dict[tuple[str, str], dict[str, Entry]] = {}
    for case, entry in entries:
        parts.setdefault(case, Items(case))
        if several:
            who = entry.row.cells[entry.roles.column("analyst") or ""]
            if who not in names:
                names[who] = identifier(who, analysts, "analyst")
                analysts[names[who]] = Analyst(names[who], label=label_of(who, names[who]))
            together.setdefault(_key(case, entry), {})[names[who]] = entry
    done = set()
    for case, entry in entries:
        if not several:
            parts[case].add(entry)
        elif (key := _key(case, entry)) not in done:
            done.add(key)
            judged = {who: one for who, one in together[key].items() if one.judgement is not None}
            parts[case].add(next(iter(judged.values()), entry), judged or None)
    return parts, analysts


def _key(case: str, entry: Entry) -> tuple[str, str]:
    return case, entry.row.cells[entry.roles.finding or ""].casefold() if entry.roles.finding else ""


def _judged_by_several(entries: list[tuple[str, Entry]]) -> bool:
    """Return whether some finding was judged by several analysts, each named and once."""
    seen: dict[tuple[str, str], list[str]] = {}
    for case, entry in entries:
        column = entry.roles.column("analyst")
        if not column or not entry.roles.finding or not entry.row.cells[column]:
            return False
        seen.setdefault(_key(case, entry), []).append(entry.row.cells[column])
    return any(len(who) > 1 for who in seen.values()) and all(len(who) == len(set(who)) for who in seen.values())


def study_of_items(parts: list[Items], first: Table, **study: Any) -> Study:
    """Return the study of these items' cases; StudyError with each fault in the row of its item, else at the headings of a table."""
    try:
        return Study(**study)
    except StudyError as error:
        raise StudyError([_with_row(fault, parts, first) for fault in error.faults]) from None


def _with_row(fault: Fault, parts: list[Items], first: Table) -> Fault:
    """Return a fault of the study with the row of the item that it is about."""
    table, line = first, first.first
    if fault.loc[:1] == ("cases",) and fault.loc[2:3] == ("evidence",):
        table, row = parts[int(fault.loc[1])].places[int(fault.loc[3])]
        line = table.fault(row, "", "", "").line
    return dataclasses.replace(fault, path=table.path, line=line)
