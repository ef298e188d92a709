"""Rows of the evidence, one for each item and analyst, read as items in the words of a case file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from processtrace.errors import Fault, Location
from processtrace.formats.workbook.cell_values import JUDGED, Cell, cell_text, read_value
from processtrace.formats.workbook.hypotheses import JudgedNames
from processtrace.formats.workbook.pages import GIVEN, OF_THE_ANALYST, WHY, Page, Row, fault_at, fixed_columns
from processtrace.study import SCALES, ScaleName
from processtrace.study.scales import unnamed
from processtrace.study.values import as_number, shown
from processtrace.text.names import nearest

Place = tuple[int, str]
"""Row and column of a page."""


@dataclass
class Item:
    """An item as a mapping in the words of a case file, and the cell of each of its parts."""

    case: str
    row: int
    raw: dict[str, Any] = field(default_factory=dict)
    places: dict[Location, Place] = field(default_factory=dict)


def read_items(page: Page, names: JudgedNames, faults: list[Fault]) -> Iterator[Item]:
    """Give the items of the page in the order of their first rows."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in page.rows:
        key = (_text(row, "case"), _text(row, "id"))
        groups.setdefault(key if key[1] else (key[0], f"row {row.number}"), []).append(row)
    for (case, _), rows in groups.items():
        yield _Rows(page, names, faults, rows).item(case)


def _text(row: Row, column: str) -> str:
    return str(cell_text(row.cells[column])).strip() if column in row.cells else ""


@dataclass
class _Rows:
    """The rows of one item."""

    page: Page
    names: JudgedNames
    faults: list[Fault]
    rows: Sequence[Row]

    def item(self, case: str) -> Item:
        """Return the item of these rows."""
        item = Item(case, self.rows[0].number)
        item.places[()] = (item.row, "")
        self._of_the_item(item)
        by_analyst = self._by_analyst(item)
        common = by_analyst.pop("", None)
        if common is not None:
            self._judgement(item, common, ())
        if by_analyst:
            for scale in SCALES:
                if item.raw.pop(scale, None) is not None:
                    assert common is not None
                    self._fault(common, "analyst", "no name, beside rows of analysts", "a name in every row that judges", item)
            item.raw["judgements"] = {}
            for analyst, row in by_analyst.items():
                item.places["judgements", analyst] = (row.number, "analyst")
                item.raw["judgements"][analyst] = self._judgement(item, row, ("judgements", analyst))
        return item

    def _fault(self, row: Row, column: str, read: str, allowed: str, item: Item, fix: str = "") -> None:
        self.faults.append(fault_at(self.page, row.number, column, read, allowed, fix, f"evidence '{item.raw.get('id', '')}'"))

    def _of_the_item(self, item: Item) -> None:
        for name, column in fixed_columns("evidence").items():
            if name in OF_THE_ANALYST or name == "case" or name not in self.page.columns:
                continue
            filled = [row for row in self.rows if name in row.cells]
            item.places[(name,)] = (filled[0].number if filled else item.row, name)
            if not filled:
                continue
            first = filled[0].cells[name]
            item.raw[name] = column.kind.read(first)
            for row in filled[1:]:
                if row.cells[name] != first:
                    read = f"'{shown(row.cells[name])}', and '{shown(first)}' in row {filled[0].number}"
                    self._fault(row, name, read, "the same in all rows of one item, or blank", item)

    def _by_analyst(self, item: Item) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row in self.rows:
            analyst = _text(row, "analyst")
            if analyst in found:
                read = f"'{analyst}' again" if analyst else "the same item again"
                fix = f"rename the item or the analyst; the first is in row {found[analyst].number}"
                self._fault(row, "analyst" if analyst else "id", read, "one row per item and analyst", item, fix)
            found.setdefault(analyst, row)
        return found

    def _judgement(self, item: Item, row: Row, loc: Location) -> dict[str, Any]:
        """Return what one row judges; for the common row it is put into the item itself."""
        made: dict[str, Any] = {} if loc else item.raw
        known = fixed_columns("evidence")
        fields = [("anchor", "anchor"), ("judged", "judged")]
        fields += [("note", "analyst_note"), ("statements", "statements")] if loc else []
        for field_name, name in fields:
            if name in row.cells:
                made[field_name] = known[name].kind.read(row.cells[name])
            if name in self.page.columns:
                item.places[(*loc, field_name)] = (row.number, name)
        if not loc and "analyst_note" in row.cells:
            self._fault(row, "analyst_note", "a remark without an analyst", "in the rows of an analyst", item, "write it under 'note'")
        if not loc and "statements" in row.cells:
            self._fault(row, "statements", "fingerprints without an analyst", "in the rows of an analyst", item, "clear the cell")
        reasons = {h: WHY + h for h in self.names.allowed if WHY + h in row.cells}
        reasons |= {level: WHY + GIVEN + level for level in self.names.levels if WHY + GIVEN + level in row.cells}
        if reasons:
            made["because"] = {h: cell_text(row.cells[name]) for h, name in reasons.items()}
        self._values(item, row, made, loc)
        item.places |= {(*loc, "because", h): (row.number, name) for h, name in reasons.items()}
        return made

    def _values(self, item: Item, row: Row, made: dict[str, Any], loc: Location) -> None:
        columns = {h: self.names.column(self.page, h) for h in self.names.allowed} | {level: GIVEN + level for level in self.names.levels}
        cells = {h: row.cells[name] for h, name in columns.items() if name in row.cells}
        named = _text(row, "scale").lower()
        if not named and not cells:
            return
        scale = next((name for name in SCALES if name == named), None) if named else guessed_scale(list(cells.values()))
        if scale is None:
            self._fault(row, "scale", shown(named), f"one of {', '.join(SCALES)}", item, nearest(named, SCALES))
            return
        words = self.names.words
        made[scale] = {h: read_value(scale, cell, words) for h, cell in cells.items()}
        item.places[(*loc, scale)] = (row.number, "scale" if "scale" in row.cells else "")
        item.places |= {(*loc, scale, h): (row.number, columns[h]) for h in cells}


def guessed_scale(cells: Sequence[Cell]) -> ScaleName:
    """Return the scale of values that name none: words where none is a number or range, else probability."""
    return unnamed(numeric=any(map(_is_number, cells)))


def _is_number(cell: Cell) -> bool:
    value = JUDGED.read(cell)
    try:
        for end in value if isinstance(value, list) else [value]:
            as_number(end)
    except ValueError:
        return not isinstance(cell, str) or not cell.strip()[:1].isalpha()
    return True
