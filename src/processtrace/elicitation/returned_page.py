"""The judgements that a judging page gave back: every fault by name, and nothing read that is not whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from processtrace.elicitation.asked import KINDS
from processtrace.elicitation.blind import BlindItem, blind_explanations, blind_items, key_of
from processtrace.elicitation.judging_page import VERSION
from processtrace.elicitation.returned import Returned, again_of, later_round
from processtrace.errors import Fault, StudyError
from processtrace.formats.paths import display
from processtrace.formats.text_file import read_text
from processtrace.study import Analyst, Hypothesis, Judgement, Study
from processtrace.study.judged import SILENT, JudgementError, ends
from processtrace.study.probabilities import probabilities
from processtrace.study.scales import SCALES
from processtrace.study.validation import read_as
from processtrace.study.values import shown

_SHAPE = {"analyst": str, "about": dict, "words": dict, "explanations": list, "items": list}


def read_judgements(study: Study, path: str | PathLike[str], other_hypotheses: Mapping[str, Hypothesis]) -> Returned:
    """Read the judgements that a judging page of this study saved.

    Parameters
    ----------
    study : Study
        The study that the page was made of.
    path : path
        The file that was saved, in .json.
    other_hypotheses : mapping of identifiers to Hypothesis
        What its cases judge for the sake of other studies.

    Returns
    -------
    Returned
        The judgements; findings that were not judged are left out, and those judged twice are there twice.

    Raises
    ------
    StudyError
        With every fault at once: a file that no page saved, judgements that are none, findings or explanations that have
        changed since the page was made.
    """
    home = Path(path)
    named = display(home.absolute(), home.absolute().parent)
    raw = _parsed(read_text(home, named), named)
    reading = _Reading(study, raw, named, other_hypotheses)
    return reading.returned()


def _parsed(text: str, named: str) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raw = None
    whole = isinstance(raw, dict) and raw.get("what") == VERSION and all(isinstance(raw.get(key), kind) for key, kind in _SHAPE.items())
    if not whole or not all(isinstance(part, dict) for key in ("explanations", "items") for part in raw[key]):
        read = "no file that a judging page saved, or one that was changed"
        raise StudyError([Fault("", read, "the file of 'Save and send back'", "ask for it again, as it was saved", (), named)])
    assert isinstance(raw, dict)
    return raw


@dataclass
class _Reading:
    """A file that is being read, with the faults found so far."""

    study: Study
    raw: Mapping[str, Any]
    named: str
    other_hypotheses: Mapping[str, Hypothesis]
    faults: list[Fault] = field(default_factory=list)

    def returned(self) -> Returned:
        """Return the judgements; StudyError with every fault."""
        self._explanations()
        analyst = self._analyst()
        now = {row.key: row for row in blind_items(self.study, all_judged=True)}
        judged: dict[bool, dict[tuple[str, str], Judgement]] = {False: {}, True: {}}
        seen: set[tuple[str, bool]] = set()
        blank = 0
        for raw in self.raw["items"]:
            where = f"finding {shown(raw.get('number', '?'))}"
            key, second = str(raw.get("key")), raw.get("repeat") is True
            if (key, second) in seen:
                self._fault(where, "the same finding again", "each finding once", "take one of the two away")
            seen.add((key, second))
            if "values" not in raw:
                blank += not second
                continue
            item = self._item(where, raw, now)
            made = self._judgement(where, raw, item, analyst) if item is not None else None
            if item is not None and made is not None:
                judged[second][item.case, item.item] = made
        if not judged[False] and not self.faults:
            self._fault("", "no finding is judged", "at least one")
        if self.faults or analyst is None:
            raise StudyError(list(dict.fromkeys(self.faults)))
        return Returned(analyst, judged[False], blank, ((again_of(analyst), judged[True]),) if judged[True] else ())

    def _fault(self, where: str, read: str, allowed: str, fix: str = "") -> None:
        self.faults.append(Fault(where, read, allowed, fix, (), self.named))

    def _explanations(self) -> None:
        today = {one.id: one for one in blind_explanations(self.study, self.other_hypotheses, str(self.raw["analyst"]))}
        for raw in self.raw["explanations"]:
            h, label = str(raw.get("id")), shown(raw.get("label", ""))
            if h not in today:
                allowed = f"the explanations of the study: {', '.join(one.label for one in today.values())}"
                self._fault("", f"judged under '{label}'", allowed, "make a new page")
            elif today[h].digest != raw.get("digest"):
                read = f"what {label} says has changed since the page was made"
                self._fault("", read, "the statement that was judged", "put it back, or have a new page filled in")
        if self.faults:
            raise StudyError(list(dict.fromkeys(self.faults)))

    def _analyst(self) -> Analyst | None:
        """Return who judged, as the page says it; None with a fault where that is no analyst."""
        about = self.raw["about"]
        given = {"id": self.raw["analyst"], "label": about.get("name"), "note": about.get("kind"), "sample": self.raw.get("sample")}
        given["words"] = self.raw["words"]
        given |= later_round(str(self.raw.get("revises") or ""), str(about.get("name") or ""))
        if about.get("kind") and about["kind"] not in KINDS:
            self._fault("who judged", f"'{shown(about['kind'])}'", " or ".join(KINDS))
        try:
            made = read_as(Analyst, {key: value for key, value in given.items() if value})
        except StudyError as error:
            for fault in error.faults:
                self._fault(fault.where, fault.read, fault.allowed, fault.fix)
            return None
        return made

    def _item(self, where: str, raw: Mapping[str, Any], now: Mapping[str, BlindItem]) -> BlindItem | None:
        item = now.get(str(raw.get("key")))
        if item is None:
            fix = "name the study that the page was made of; a finding that was deleted can't be merged"
            self._fault(where, "not in this study, or no longer to be judged", "findings of the study as they were judged", fix)
        elif item.digest != raw.get("digest"):
            read = f"evidence '{item.item}' of {item.where} (date, finding, source, or what it is judged knowing) has changed since it was judged"
            self._fault(where, read, "findings as they were judged", "put it back as it was, or have it judged again on a new page")
            return None
        return item

    def _judgement(self, where: str, raw: Mapping[str, Any], item: BlindItem, analyst: Analyst | None) -> Judgement | None:
        values, scale = raw.get("values"), raw.get("scale")
        where = f"{where}, evidence '{item.item}' of {item.where}"
        if not isinstance(scale, str) or scale not in SCALES or SCALES[scale].anchored or not isinstance(values, dict):
            self._fault(where, f"the scale '{shown(scale)}'", "probability or words", "have it judged again on a new page")
            return None
        unknown = [h for h in values if h not in item.explanations]
        clue = self.study.case(item.case).item(item.item).node is not None
        missing = [h for h in (item.explanations if clue else self.study.explanations) if h not in values]
        if unknown or missing:
            read = f"judged under '{shown(unknown[0])}'" if unknown else f"nothing under '{missing[0]}'"
            self._fault(where, read, f"a judgement under each of {', '.join(item.explanations)}", "have it judged again on a new page")
            return None
        digests = {str(part.get("id")): part.get("digest") for part in self.raw["explanations"]}
        given: dict[str, Any] = {
            scale: {key_of(h): values[h] for h in item.explanations if h in values},
            "statements": {key_of(h): digests[h] for h in item.explanations if h in values and h in digests},
        }
        if isinstance(raw.get("because"), str) and raw["because"].strip():
            given["note"] = raw["because"]
        silent = raw.get("silent")
        if isinstance(silent, list) and silent:
            given["because"] = {key_of(h): SILENT for h in item.explanations if h in silent and h in values}
        if self.raw["about"].get("date"):
            given["judged"] = self.raw["about"]["date"]
        try:
            made = read_as(Judgement, given)
            return self._in_known_words(made, item, analyst, where)
        except StudyError as error:
            for fault in error.faults:
                self._fault(f"{where}: {fault.where}", fault.read, fault.allowed, fault.fix)
        return None

    def _in_known_words(self, made: Judgement, item: BlindItem, analyst: Analyst | None, where: str) -> Judgement | None:
        """Return the judgement, once it is probabilities; words as numbers where the study knows the analyst by other words."""
        if analyst is None:
            return None
        there = self.study.analysts.get(analyst.id)
        words = {**self.study.scale_of_words, **analyst.words}
        try:
            if not SCALES[made.scale].numeric:
                numbers = SCALES[made.scale].to_probabilities(made.values, self.study.anchor, words)
            else:
                numbers = probabilities(self.study, made, self.study.case(item.case).item(item.item), analyst.id)
        except JudgementError as error:
            self._fault(f"{where}, {error.hypothesis}", error.read, error.allowed, error.fix)
            return None
        if all(value == 0 for value in numbers.values()):
            self._fault(where, "0 under every explanation", "at least one above 0", "a small probability says that it is unlikely")
            return None
        if not SCALES[made.scale].numeric and there is not None and there.words != analyst.words:
            plain = {h: list(ends(value)) if isinstance(value, tuple) else value for h, value in numbers.items()}
            kept = {"note": made.note, "judged": made.judged, "statements": dict(made.statements)}
            return read_as(Judgement, {"probability": plain} | {key: value for key, value in kept.items() if value})
        return made
