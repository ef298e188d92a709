"""What the tables of every foreign form have in common: a finding in each row, and further columns about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.table import Row, Table
from processtrace.formats.identifiers import identifier, label_of
from processtrace.study import Case, Evidence, Source, Study
from processtrace.study.frozen import Map
from processtrace.study.validation import read_as

BESIDE = {
    "id": ("id",),
    "label": ("label",),
    "date": ("date",),
    "source": ("source", "sources"),
    "note": ("note", "notes", "comment", "comments"),
}


class Items:
    """The items of one case, added from the rows of a table one by one; every fault is kept with its row.

    Parameters
    ----------
    table : Table
        The table.
    finding : str
        The column of the findings.
    used : collection of str
        The columns that become the judgement; what other columns hold is kept as a note.
    """

    def __init__(self, table: Table, finding: str, used: Collection[str | None]):
        """Find the columns that hold more about an item."""
        self.table, self.finding = table, finding
        self.beside = {key: column for key, names in BESIDE.items() if (column := table.column(*names)) and column not in (finding, *used)}
        self.kept = [column for column in table.columns if column not in (finding, *used, *self.beside.values())]
        self.sources: dict[str, str] = {}
        self.items: list[Evidence] = []
        self.lines: list[int] = []
        self.faults: list[Fault] = []

    def add(self, row: Row, judgement: Mapping[str, Any], note: str = "") -> None:
        """Add the item of a row; `judgement` holds its further keys in the words of a case file."""
        cells = {key: row.cells[column] for key, column in self.beside.items()}
        finding = row.cells[self.finding]
        if not finding:
            self.faults.append(self.table.fault(row, self.finding, "nothing", "a finding", "write it, or delete the row"))
            return
        taken = {item.id for item in self.items}
        raw: dict[str, Any] = {"id": cells.get("id") or identifier(" ".join(finding.split()[:5]), taken), "finding": finding}
        raw |= {key: cells[key] for key in ("label", "date") if cells.get(key)}
        if cells.get("source"):
            raw["source"] = self._source(cells["source"])
        kept = [f"{column}: {row.cells[column]}" for column in self.kept if row.cells[column]]
        notes = "; ".join(part for part in (cells.get("note", ""), *kept, note) if part)
        raw |= {"note": notes} if notes else {}
        try:
            self.items.append(read_as(Evidence, raw | dict(judgement), f"row {row.line}, '{raw['id']}'"))
            self.lines.append(row.line)
        except StudyError as error:
            self.faults += [dataclasses.replace(fault, path=self.table.path, line=row.line) for fault in error.faults]

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


def study_of_items(parts: list[Items], **study: Any) -> Study:
    """Return the study of these items' cases; StudyError with every fault of every row, in order."""
    faults = [fault for part in parts for fault in part.faults]
    if faults:
        raise StudyError(sorted(faults, key=lambda fault: fault.line))
    try:
        return Study(**study)
    except StudyError as error:
        raise StudyError([_with_row(fault, parts) for fault in error.faults]) from None


def _with_row(fault: Fault, parts: list[Items]) -> Fault:
    """Return a fault of the study with the row of the item that it is about."""
    line = 1
    if fault.loc[:1] == ("cases",) and fault.loc[2:3] == ("evidence",):
        line = parts[int(fault.loc[1])].lines[int(fault.loc[3])]
    return dataclasses.replace(fault, path=parts[0].table.path, line=line)
