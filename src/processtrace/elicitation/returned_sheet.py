"""The judgements on a filled-in blind sheet: every fault with its row and column, and nothing read that is not whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from processtrace.elicitation.blind import BlindExplanation, BlindItem, blind_explanations, blind_items, key_of
from processtrace.elicitation.coding_sheet import (
    ABOUT,
    CASE,
    DATE,
    EXPLANATION,
    EXPLANATIONS,
    FINDING,
    JUDGEMENTS,
    KIND,
    NAME,
    NUMBER,
    RECORD,
    RECORDED,
    REMARK,
    SAYS,
    SHOWN,
    UNSAID,
    VERSION,
    WHY,
    Shown,
)
from processtrace.elicitation.returned import Returned, again_of, later_round
from processtrace.errors import Fault, StudyError
from processtrace.formats.paths import display
from processtrace.formats.workbook import Page, Row, cell_text, fault_at, guessed_scale, one_decimal_mark, read_pages, read_value
from processtrace.study import Analyst, Hypothesis, Judgement, Study
from processtrace.study.judged import JudgementError
from processtrace.study.probabilities import probabilities
from processtrace.study.statements import digest
from processtrace.study.validation import read_as
from processtrace.study.values import as_date, as_label, as_text, shown


def read_sheet(study: Study, path: str | PathLike[str], other_hypotheses: Mapping[str, Hypothesis]) -> Returned:
    """Read the judgements on a blind sheet of this study.

    Parameters
    ----------
    study : Study
        The study that the sheet was made of.
    path : path
        The filled-in sheet.
    other_hypotheses : mapping of identifiers to Hypothesis
        What its cases judge for the sake of other studies.

    Returns
    -------
    Returned
        The judgements; rows that were left wholly blank are not judged.

    Raises
    ------
    StudyError
        With every fault at once: rows that are half filled, what is no judgement, and findings or explanations that have changed
        since the sheet was made.
    """
    home = Path(path)
    named = display(home.absolute(), home.absolute().parent)
    faults: list[Fault] = []
    pages = {page.name: page for page in read_pages(home, named, lambda title: title in (EXPLANATIONS, JUDGEMENTS, ABOUT, RECORD), faults)}
    reading = _Reading(study, pages, _record(pages, named), faults, other_hypotheses)
    return reading.returned()


@dataclass(frozen=True)
class _Record:
    """What the sheet was made of.

    `explained` holds by label the explanation and its fingerprint, `items` by number the key and fingerprint of a row, `repeated` the
    numbers of rows that ask a second time, and `sample` how the findings were drawn.
    """

    analyst: str
    explained: dict[str, tuple[str, str]]
    items: dict[str, tuple[str, str]]
    repeated: frozenset[str]
    sample: str
    revises: str


def _record(pages: Mapping[str, Page], named: str) -> _Record:
    rows = [{name: str(cell_text(cell)) for name, cell in row.cells.items()} for row in pages[RECORD].rows] if RECORD in pages else []
    of = {kind: [row for row in rows if row.get("what") == kind] for kind in RECORDED}
    whole = all("value" in row for kind in of.values() for row in kind)
    if JUDGEMENTS not in pages or not whole or not of["analyst"] or [row.get("value") for row in of["version"]] != [VERSION]:
        read, fix = (
            "no sheet that 'processtrace sheet' made, or one that has lost a page",
            "a whole study is read by 'processtrace convert'",
        )
        raise StudyError([Fault("", read, "a filled-in blind sheet, with all its pages", fix, (), named)])
    return _Record(
        of["analyst"][0]["value"],
        {row["value"]: (row.get("name", ""), row.get("digest", "")) for row in of["explanation"]},
        {row.get("name", ""): (row["value"], row.get("digest", "")) for row in of["item"]},
        frozenset(row["value"] for row in of["repeat"]),
        "".join(row["value"] for row in of["sample"]),
        "".join(row["value"] for row in of["revises"]),
    )


@dataclass
class _Reading:
    """A sheet that is being read, with the faults found so far."""

    study: Study
    pages: Mapping[str, Page]
    record: _Record
    faults: list[Fault]
    other_hypotheses: Mapping[str, Hypothesis]

    def returned(self) -> Returned:
        """Return the judgements; StudyError with every fault."""
        now = {row.key: row for row in blind_items(self.study, all_judged=True)}
        page = self._page(now)
        about = self._about()
        first: dict[tuple[str, str], Judgement] = {}
        second: dict[tuple[str, str], Judgement] = {}
        seen: dict[str, int] = {}
        for row in page.rows:
            number = str(cell_text(row.cells.get(NUMBER, ""))).strip()
            answers = [name for name in page.columns if name in row.cells and self._is_answer(name)]
            if number not in self.record.items or number in seen:
                read = f"'{number}' again, first in row {seen[number]}" if number in seen else f"'{number}'" if number else "nothing"
                if answers or number in seen:
                    fix = "put back the number that was there; the sheet as it was sent out shows it"
                    self._fault(page, row, NUMBER, read, "the number of a finding of this sheet, once", fix)
                continue
            seen[number] = row.number
            if answers:
                item = self._item(page, row, now, number)
                made = self._judgement(page, row, item, about) if item is not None else None
                if item is not None and made is not None:
                    (second if number in self.record.repeated else first)[item.case, item.item] = made
        analyst = self._analyst(about)
        if not first and not self.faults:
            self.faults.append(fault_at(page, 0, "", "no row is filled in", "at least one"))
        if self.faults or analyst is None:
            raise StudyError(list(dict.fromkeys(self.faults)))
        blank = len(self.record.items) - len(self.record.repeated) - len(first)
        return Returned(analyst, first, blank, ((again_of(analyst), second),) if second else ())

    def _fault(self, page: Page, row: Row | None, column: str, read: str, allowed: str, fix: str = "") -> None:
        self.faults.append(fault_at(page, row.number if row is not None else 1, column, read, allowed, fix))

    def _is_answer(self, column: str) -> bool:
        return column in self.record.explained or column == REMARK or column.removeprefix(WHY) in self.record.explained

    def _page(self, now: Mapping[str, BlindItem]) -> Page:
        """Return the page of judgements with decimal points, after a check of its columns and of what the explanations say today."""
        page = self.pages[JUDGEMENTS]
        for name in (NUMBER, FINDING, *self.record.explained):
            if name not in page.columns:
                self._fault(page, None, "", f"the column '{name}' is missing", "the columns of the sheet as it was sent out", "put it back")
        for name in {name for name in page.columns if page.columns.count(name) > 1}:
            self._fault(page, None, name, f"the column '{name}' again", "each column once", "delete or rename one")
        today = {one.id: one for one in blind_explanations(self.study, self.other_hypotheses, self.record.analyst)}
        for label, (h, fingerprint) in self.record.explained.items():
            if h not in today:
                read, fix = f"judged under '{label}'", "make a new sheet"
                self._fault(page, None, label, read, f"the explanations of the study: {_labels(today)}", fix)
            elif today[h].digest != fingerprint:
                read = f"what {label} says has changed since the sheet was made"
                self._fault(page, None, label, read, "the statement that was judged", "put it back, or have a new sheet filled in")
        self._statements()
        if self.record.items and not any(key in now for key, _ in self.record.items.values()):
            self._fault(
                page, None, "", "none of its findings is in this study", "a sheet of this study", "name the study that it was made of"
            )
        if self.faults:
            raise StudyError(list(dict.fromkeys(self.faults)))
        tidied, found = one_decimal_mark([page], lambda _, row: [name for name in self.record.explained if name in row.cells])
        self.faults += found
        return tidied[0]

    def _statements(self) -> None:
        """Report what the page of explanations says of one, where that is not what was sent out."""
        for row in self.pages[EXPLANATIONS].rows if EXPLANATIONS in self.pages else ():
            label, text = _words(row, EXPLANATION), _words(row, SAYS)
            said = self.record.explained.get(label)
            if said is not None and digest("" if text.startswith(UNSAID) else text) != said[1]:
                read = f"'{shown(text)}' beside {label}"
                fix = "sort both columns together, or put it back as it was; if it was judged so, have a new sheet filled in"
                self._fault(self.pages[EXPLANATIONS], row, SAYS, read, "what the explanation says on the sheet that was sent out", fix)

    def _item(self, page: Page, row: Row, now: Mapping[str, BlindItem], number: str) -> BlindItem | None:
        """Return the item of a row whose number, text and fingerprint agree, and which the study still holds as it was judged."""
        key, fingerprint = self.record.items[number]
        fix = "put it back as it was; or clear the row, and ask for it again on a new sheet"
        text = _digest(row)
        beside = [other for other, (_, one) in self.record.items.items() if text == one != fingerprint]
        if beside:
            read = f"No. {number} stands beside '{shown(_words(row, FINDING))}', which is the finding of No. {beside[0]}"
            again = "sort all columns together, or copy the judgements into the sheet as it was sent out"
            self._fault(page, row, NUMBER, read, "each number beside its own finding, as the sheet was sent out", again)
        elif key not in now:
            read = f"'{shown(row.cells.get(FINDING, ''))}' is no longer in the study, or no longer to be judged"
            self._fault(page, row, NUMBER, read, "findings of the study as they were judged", fix)
        elif (item := now[key]).digest != fingerprint:
            read = f"evidence '{item.item}' of {item.where} (date, finding, source, or what it is judged knowing) has changed since it was judged"
            self._fault(page, row, NUMBER, read, "findings as they were judged", fix)
        else:
            different = list(self._different(row, item, now, text != fingerprint))
            for one in different:
                there, sent = (f"'{shown(text)}'" if text else "nothing" for text in (_words(row, one.name), one.of(item)))
                read = f"{there} beside No. {number}, where the sheet that was sent out says {sent}"
                self._fault(page, row, one.name, read, "the words that were sent out", "put them back, or clear the judgements of the row")
            return None if different else item
        return None

    def _different(self, row: Row, item: BlindItem, now: Mapping[str, BlindItem], rewritten: bool) -> Iterator[Shown]:
        """Yield the columns in which a row shows something else than its item: its text, or the name of another case."""
        others = {one.where for one in now.values()} - {item.where}
        for one in SHOWN:
            if (rewritten and one.name != CASE and _words(row, one.name) != _plain(one.of(item))) or (
                one.name == CASE and _words(row, CASE) in others
            ):
                yield one

    def _judgement(self, page: Page, row: Row, item: BlindItem, about: _About) -> Judgement | None:
        of = {h: label for label, (h, _) in self.record.explained.items()}
        columns = {key_of(h): of[h] for h in item.explanations if h in of}
        clue = self.study.case(item.case).item(item.item).node is not None
        required = item.explanations if clue else tuple(dict.fromkeys([*self.study.explanations, *columns]))
        beside = [label for label, (h, _) in self.record.explained.items() if h not in item.explanations and label in row.cells]
        missing = [h for h in map(key_of, required) if columns.get(h, "") not in row.cells]
        for label in beside:
            self._fault(page, row, label, f"'{shown(row.cells[label])}'", "a blank cell: the case does not judge it", "clear the cell")
        if missing:
            labels = ", ".join(columns.get(h, h) for h in missing)
            fix = "fill it in, or clear the whole row"
            self._fault(page, row, columns.get(missing[0], ""), f"nothing under {labels}", "a row filled in whole, or left blank", fix)
        cells = {h: row.cells[label] for h, label in columns.items() if label in row.cells}
        if missing or beside:
            return None
        scale = guessed_scale(list(cells.values()))
        words = self.study.scale_of_words
        raw: dict[str, Any] = {scale: {h: read_value(scale, cell, words) for h, cell in cells.items()}}
        reasons = {h: cell_text(row.cells[WHY + label]) for h, label in columns.items() if WHY + label in row.cells}
        raw |= {"because": reasons} if reasons else {}
        raw |= {"note": cell_text(row.cells[REMARK])} if REMARK in row.cells else {}
        raw |= {"judged": about.date} if about.date else {}
        raw |= {"statements": {h: self.record.explained[label][1] for h, label in columns.items()}}
        try:
            made = read_as(Judgement, raw)
        except StudyError as error:
            for fault in error.faults:
                column = columns.get(str(fault.loc[-1]), "") if len(fault.loc) > 1 else ""
                self._fault(page, row, column, fault.read, fault.allowed, fault.fix)
            return None
        return self._on_the_scale(page, row, item, made, columns)

    def _on_the_scale(self, page: Page, row: Row, item: BlindItem, made: Judgement, columns: Mapping[str, str]) -> Judgement | None:
        try:
            values = probabilities(self.study, made, self.study.case(item.case).item(item.item), self.record.analyst)
        except JudgementError as error:
            self._fault(page, row, columns.get(error.hypothesis, ""), error.read, error.allowed, error.fix)
            return None
        if all(value == 0 for value in values.values()):
            self._fault(page, row, "", "0 under every explanation", "at least one above 0", "a small probability says that it is unlikely")
            return None
        return made

    def _about(self) -> _About:
        """Return who judged, and when: an answer that can't be read is a fault at its row, and is left out."""
        page = self.pages.get(ABOUT)
        answers: dict[str, str] = {}
        kinds: dict[str, tuple[str, Callable[[object], str]]] = {
            NAME: ("label", as_label),
            KIND: ("note", as_text),
            DATE: ("date", as_date),
        }
        for row in page.rows if page is not None else ():
            ask, answer = _words(row, "About you"), _words(row, "Answer")
            if answer and ask in kinds:
                name, read = kinds[ask]
                try:
                    answers[name] = read(answer)
                except PydanticCustomError as error:
                    said = error.context or {}
                    self._fault(self.pages[ABOUT], row, "Answer", said["read"], said["allowed"], said["fix"])
        return _About(**answers)

    def _analyst(self, about: _About) -> Analyst | None:
        """Return who judged; None with a fault where the record has been changed to what is no analyst."""
        given = {"label": about.label, "note": about.note, "sample": self.record.sample}
        given |= later_round(self.record.revises, about.label)
        try:
            return read_as(Analyst, {"id": self.record.analyst} | {key: value for key, value in given.items() if value})
        except StudyError as error:
            for fault in error.faults:
                self._fault(
                    self.pages[RECORD], None, "", f"{fault.where} {fault.read}", fault.allowed, "put back the page as it was sent out"
                )
            return None


@dataclass(frozen=True)
class _About:
    """What the page `About you` says; empty where it says nothing."""

    label: str = ""
    note: str = ""
    date: str = ""


def _plain(text: str) -> str:
    """Return a text on one line; how it is broken into lines does not matter."""
    return " ".join(text.split())


def _words(row: Row, column: str) -> str:
    """Return the text of a cell on one line."""
    return _plain(str(cell_text(row.cells.get(column, ""))))


def _digest(row: Row) -> str:
    """Return the fingerprint of what a row shows, by the rule that made that of its item."""
    fields: dict[str, Any] = {one.field: str(cell_text(row.cells.get(one.name, ""))) for one in SHOWN}
    return BlindItem(case="", item="", explanations=(), **fields).digest


def _labels(explained: Mapping[str, BlindExplanation]) -> str:
    return ", ".join(one.label for one in explained.values())
