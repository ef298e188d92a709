"""Pages to a frozen Study: every fault of every page, with its row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from processtrace.errors import Fault, Location, StudyError
from processtrace.files.shapes import StudyFile
from processtrace.sheets.cells import NUMBER, Kind, read_text
from processtrace.sheets.columns import fault_at, missing_pages, one_decimal_mark, wrong_columns
from processtrace.sheets.items import Place, items_of
from processtrace.sheets.laying_out import SETTINGS
from processtrace.sheets.names import Names, names_in
from processtrace.sheets.pages import PRIOR, SHAPES, WHY, Page, Row, fixed_columns
from processtrace.study import Case, Evidence, Study
from processtrace.study.check import nearest
from processtrace.study.validation import read_as

_OF_CASES = ("sources", "clusters")


def study_of(pages: Sequence[Page], path: str) -> Study:
    """The study that the pages hold. Raises StudyError with every fault; `path` is named where a page is missing."""
    by_name = {page.name: page for page in pages}
    faults = list(missing_pages(by_name, path))
    if faults:
        raise StudyError(faults)
    names = names_in(by_name)
    for page in pages:
        faults += wrong_columns(page, _more(page, names), _needed(page, names))
    if faults:
        raise StudyError(faults)
    tidied, faults = one_decimal_mark(pages, lambda page, row: _numeric(page, row, names))
    taking = _Taking({page.name: page for page in tidied}, names, faults)
    return taking.study()


def _more(page: Page, names: Names) -> list[str]:
    if page.name == "cases":
        return [PRIOR + h for h in names.allowed]
    if page.name == "correlations":
        return names.columns(page)
    if page.name == "evidence":
        return [*names.columns(page), *(WHY + h for h in names.allowed)]
    return []


def _needed(page: Page, names: Names) -> list[str]:
    return [names.column(page, h) for h in names.needed] if page.name == "evidence" else []


def _numeric(page: Page, row: Row, names: Names) -> list[str]:
    if page.name == "study":
        kind, _ = _setting(str(row.cells.get("key", "")))
        return ["value"] if kind is NUMBER else []
    fixed = [name for name, column in fixed_columns(page.name).items() if column.kind.numeric]
    in_words = page.name == "evidence" and str(row.cells.get("scale", "")).strip().lower() == "words"
    return fixed + [name for name in ([] if in_words else _more(page, names)) if not name.startswith(WHY)]


@dataclass
class _Taking:
    """What has been read so far: the parts without fault, the cell of each, and the faults."""

    pages: Mapping[str, Page]
    names: Names
    faults: list[Fault]
    made: dict[str, Any] = field(default_factory=dict)
    places: dict[Location, tuple[str, Place]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def study(self) -> Study:
        self._settings()
        owned: dict[str, dict[str, Any]] = {}
        for name, shape in SHAPES.items():
            if shape.part is not None:
                self._parts(name, owned)
        cases = self._cases(owned)
        self._correlations(cases)
        self._evidence(cases)
        try:
            made = Study(**self.made, cases=tuple(Case(**case) for case in cases.values()))
        except StudyError as error:
            for fault in error.faults:
                if not any(f"'{name}'" in f"{fault.read} {fault.where}" or name == fault.read for name in self.broken):
                    self.faults.append(self._told(fault, self.places))
        if self.faults:
            order = list(self.pages)
            raise StudyError(sorted(dict.fromkeys(self.faults), key=lambda fault: (order.index(_page_of(fault)), fault.line)))
        return made

    def _told(self, fault: Fault, places: Mapping[Location, tuple[str, Place]]) -> Fault:
        loc = fault.loc
        while loc and loc not in places:
            loc = loc[:-1]
        page, (row, column) = places.get(loc, ("study", (0, "")))
        return fault_at(self.pages[page], row, column, fault.read, fault.allowed, fault.mend, fault.where)

    def _take(self, error: StudyError, page: str, places: Mapping[Location, Place]) -> None:
        self.faults += [self._told(fault, {loc: (page, place) for loc, place in places.items()}) for fault in error.faults]

    def _fields(self, page: Page, row: Row, leave: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[Location, Place]]:
        columns = {name: column for name, column in fixed_columns(page.name).items() if name in page.columns and name not in leave}
        raw = {name: column.kind.read(row.cells[name]) for name, column in columns.items() if name in row.cells}
        return raw, {(): (row.number, "")} | {(name,): (row.number, name) for name in columns}

    def _settings(self) -> None:
        page = self.pages["study"]
        raw: dict[str, Any] = {}
        places: dict[Location, Place] = {(): (0, "")}
        for row in page.rows:
            key = str(read_text(row.cells.get("key", ""))).strip()
            kind, loc = _setting(key)
            if kind is None:
                known = [*SETTINGS, "prior of NAME"]
                read = f"unknown key '{key}'" if key else "a value without a key"
                self.faults.append(fault_at(page, row.number, "key", read, f"one of {', '.join(known)}", nearest(key, known)))
            elif loc in places:
                self.faults.append(fault_at(page, row.number, "key", f"'{key}' again", "each key once", "keep one"))
            else:
                places[loc] = (row.number, "value")
                if "value" in row.cells:
                    _put(raw, loc, kind.read(row.cells["value"]))
        located = {loc: ("study", place) for loc, place in places.items()}
        for name, key, value in (("words", "word", "probability"), ("accepted", "note", "answer")):
            for row in self.pages[name].rows if name in self.pages else ():
                fields, _ = self._fields(self.pages[name], row)
                loc = (name, str(fields.get(key, "")).strip())
                if key not in fields or loc in located:
                    read = "the same again" if key in fields else "nothing"
                    self.faults.append(fault_at(self.pages[name], row.number, key, read, "a name of its own in each row"))
                    continue
                located[loc] = (name, (row.number, value))
                _put(raw, loc, fields.get(value))
        try:
            top = read_as(StudyFile, raw | {"cases": ()})
        except StudyError as error:
            self.faults += [self._told(fault, located) for fault in error.faults]
            bad = {fault.loc[0] for fault in error.faults if fault.loc}
            top = read_as(StudyFile, {"title": "-"} | {key: value for key, value in raw.items() if key not in bad} | {"cases": ()})
        kept = [*SETTINGS, "prior", "words", "accepted"]
        self.made |= {name: getattr(top, name) for name in kept}
        self.places |= located

    def _parts(self, name: str, owned: dict[str, dict[str, Any]]) -> None:
        shape, page = SHAPES[name], self.pages.get(name)
        found: dict[str, Any] = {}
        for row in page.rows if page is not None else ():
            assert page is not None
            raw, places = self._fields(page, row, ("case",))
            identifier = str(raw.get("id", "")).strip()
            owner = str(read_text(row.cells.get("case", ""))).strip()
            mine = owned.setdefault(owner, {}).setdefault(name, {}) if owner else found
            if owner and owner not in self._case_names():
                self._unknown_case(page, row, owner)
            elif identifier in mine:
                self.faults.append(fault_at(page, row.number, "id", f"'{identifier}' again", "each its own", "rename one"))
            else:
                try:
                    part = read_as(shape.part, raw, f"{shape.part.__name__.lower()} '{identifier}'")
                except StudyError as error:
                    self._take(error, name, places)
                    self.broken.add(identifier)
                    continue
                mine[part.id] = part
                head: Location = ("cases", self._case_names().index(owner), name, part.id) if owner else (name, part.id)
                self.places |= {(*head, *loc): (name, place) for loc, place in places.items()}
        self.made[name] = found

    def _case_names(self) -> list[str]:
        cells = [row.cells.get("case") for row in self.pages["cases"].rows]
        return list(dict.fromkeys(str(read_text(cell)).strip() for cell in cells if cell is not None))

    def _unknown_case(self, page: Page, row: Row, name: str) -> None:
        if name not in self.broken:
            known = self._case_names()
            read = f"unknown case '{name}'" if name else "nothing"
            self.faults.append(fault_at(page, row.number, "case", read, f"one of {', '.join(known)}", nearest(name, known)))

    def _cases(self, owned: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        page = self.pages["cases"]
        found: dict[str, dict[str, Any]] = {}
        for row in page.rows:
            raw, places = self._fields(page, row, ("case",))
            name = str(read_text(row.cells.get("case", ""))).strip()
            if name in found:
                self.faults.append(fault_at(page, row.number, "case", f"'{name}' again", "each case its own", "rename one"))
                continue
            prior = {h: PRIOR + h for h in self.names.allowed if PRIOR + h in row.cells}
            raw |= {"prior": {h: NUMBER.read(row.cells[column]) for h, column in prior.items()}} if prior else {}
            places |= {("prior", h): (row.number, column) for h, column in prior.items()} | {("id",): (row.number, "case")}
            parts = raw | {"id": name} | owned.get(name, {})
            try:
                read_as(Case, parts, f"case '{name}'")
            except StudyError as error:
                self._take(error, "cases", places)
                self.broken.add(name)
                parts = {"id": name} | owned.get(name, {}) if name and _is_case(name) else {}
            if parts:
                index = len(found)
                found[name] = parts
                self.places |= {("cases", index, *loc): ("cases", place) for loc, place in places.items()}
        return found

    def _correlations(self, cases: Mapping[str, dict[str, Any]]) -> None:
        page = self.pages.get("correlations")
        for row in page.rows if page is not None else ():
            assert page is not None
            raw, places = self._fields(page, row)
            columns = {h: name for h in self.names.allowed if (name := self.names.column(page, h)) in row.cells}
            name = str(raw.get("case", "")).strip()
            if name not in cases:
                self._unknown_case(page, row, name)
                continue
            pairs = cases[name].setdefault("correlations", [])
            pair = {
                "items": [raw.get("first"), raw.get("second")],
                "under": {h: NUMBER.read(row.cells[column]) for h, column in columns.items()},
            }
            local: dict[Location, Place] = {
                ("correlations", 0, "items", k): places[column,] for k, column in enumerate(("first", "second"))
            }
            local |= {("correlations", 0, "under", h): (row.number, column) for h, column in columns.items()}
            local["correlations", 0, "items"] = local["correlations", 0] = (row.number, "")
            try:
                read_as(Case, {"id": name, "correlations": [pair]}, f"case '{name}'")
            except StudyError as error:
                self._take(error, "correlations", local)
                continue
            head = ("cases", list(cases).index(name), "correlations", len(pairs))
            self.places |= {(*head, *loc[2:]): ("correlations", place) for loc, place in local.items()}
            pairs.append(pair)

    def _evidence(self, cases: Mapping[str, dict[str, Any]]) -> None:
        page = self.pages["evidence"]
        for item in items_of(page, self.names, self.faults):
            name = str(item.raw.get("id", "")).strip()
            if item.case not in cases:
                row = next(row for row in page.rows if row.number == item.row)
                self._unknown_case(page, row, item.case)
            try:
                part = read_as(Evidence, item.raw, f"evidence '{name or f'in row {item.row}'}'")
            except StudyError as error:
                self._take(error, "evidence", item.places)
                self.broken.add(name)
                continue
            if item.case in cases:
                items = cases[item.case].setdefault("evidence", [])
                head = ("cases", list(cases).index(item.case), "evidence", len(items))
                self.places |= {(*head, *loc): ("evidence", place) for loc, place in item.places.items()}
                items.append(part)


def _setting(key: str) -> tuple[Kind | None, Location]:
    if key.startswith(PRIOR):
        return NUMBER, ("prior", key.removeprefix(PRIOR).strip())
    return SETTINGS.get(key), (key,)


def _put(raw: dict[str, Any], loc: Location, value: Any) -> None:
    if len(loc) == 1:
        raw[str(loc[0])] = value
    else:
        raw.setdefault(str(loc[0]), {})[loc[1]] = value


def _is_case(name: str) -> bool:
    try:
        Case(name)
    except StudyError:
        return False
    return True


def _page_of(fault: Fault) -> str:
    return fault.where.split(",")[0].removeprefix("page ")
