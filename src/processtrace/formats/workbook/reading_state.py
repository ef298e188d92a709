"""What has been read from pages so far, and which cell each part of it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from processtrace.errors import Fault, Location, StudyError
from processtrace.formats.workbook.cell_values import cell_text
from processtrace.formats.workbook.evidence_rows import Place
from processtrace.formats.workbook.hypotheses import JudgedNames
from processtrace.formats.workbook.pages import Page, Row, fault_at, fixed_columns
from processtrace.text.names import nearest


@dataclass
class ReadingState:
    """The parts without fault, the cell of each, and the faults."""

    pages: Mapping[str, Page]
    names: JudgedNames
    faults: list[Fault]
    made: dict[str, Any] = field(default_factory=dict)
    places: dict[Location, tuple[str, Place]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def rows(self, page: str) -> tuple[Row, ...]:
        """Return the rows of a page; none where it is missing."""
        return self.pages[page].rows if page in self.pages else ()

    def fault(self, page: str, row: Row, column: str, read: str, allowed: str, fix: str = "") -> None:
        """Keep a fault of a cell."""
        self.faults.append(fault_at(self.pages[page], row.number, column, read, allowed, fix))

    def located(self, fault: Fault, places: Mapping[Location, tuple[str, Place]]) -> Fault:
        """Return a fault of the study with the page, row and column of its cause."""
        loc = fault.loc
        while loc and loc not in places:
            loc = loc[:-1]
        page, (row, column) = places.get(loc, ("study", (0, "")))
        return fault_at(self.pages[page], row, column, fault.read, fault.allowed, fault.fix, fault.where)

    def add_faults(self, error: StudyError, page: str, places: Mapping[Location, Place]) -> None:
        """Keep the faults of a part with their cells."""
        self.faults += [self.located(fault, {loc: (page, place) for loc, place in places.items()}) for fault in error.faults]

    def fields(self, page: Page, row: Row, leave: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[Location, Place]]:
        """Return the fields of a row, read by the kinds of their columns, and the cell of each."""
        columns = {name: column for name, column in fixed_columns(page.name).items() if name in page.columns and name not in leave}
        raw = {name: column.kind.read(row.cells[name]) for name, column in columns.items() if name in row.cells}
        return raw, {(): (row.number, "")} | {(name,): (row.number, name) for name in columns}

    def case_names(self) -> list[str]:
        """Return the names of the cases, also of those with a fault."""
        cells = [row.cells.get("case") for row in self.pages["cases"].rows]
        return list(dict.fromkeys(str(cell_text(cell)).strip() for cell in cells if cell is not None))

    def unknown_case(self, page: Page, row: Row, name: str) -> None:
        """Keep the fault of a row that names no case; none where the case itself has a fault."""
        if name not in self.broken:
            known = self.case_names()
            read = f"unknown case '{name}'" if name else "nothing"
            self.faults.append(fault_at(page, row.number, "case", read, f"one of {', '.join(known)}", nearest(name, known)))
