"""The answers of a language model to prompts, in JSON lines: every fault with its line, and nothing read that is not whole."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from processtrace.elicitation.blind import BlindItem, blind_explanations, blind_items, key_of
from processtrace.elicitation.prompts import FORMATS, LONGEST, ORDERS, prompt_name
from processtrace.elicitation.returned import Returned
from processtrace.errors import Fault, StudyError
from processtrace.formats.paths import display
from processtrace.formats.text_file import read_text
from processtrace.study import POOL, Analyst, Hypothesis, Judgement, Study
from processtrace.study.judged import Judged, as_judged, ends, judged
from processtrace.study.pool import pool
from processtrace.study.validation import read_as
from processtrace.study.values import as_date, as_number, shown

MOST_REPEATS = 10_000
"""How many times a prompt may be asked."""
_NAMED = ("prompt", "analyst", "model", "version", "date")
_ONE = ("analyst", "model", "version", "settings")
type Design = tuple[str, int, int]
type Place = tuple[str, str]


def read_answers(study: Study, path: str | PathLike[str], other_hypotheses: Mapping[str, Hypothesis]) -> Returned:
    """Read the answers of a language model to the prompts of this study.

    Parameters
    ----------
    study : Study
        The study that the prompts were made of.
    path : path
        The answers, in .jsonl: an object a line with `prompt`, `repeat`, `analyst`, `model`, `version`, `date`, `settings`, `answer`.
    other_hypotheses : mapping of identifiers to Hypothesis
        What its cases judge for the sake of other studies.

    Returns
    -------
    Returned
        The geometric mean of all answers about a finding, and each kind of answer as a coding of its own.

    Raises
    ------
    StudyError
        With every fault at once: lines that are no answer, prompts of findings or explanations that have changed, several models in
        one file.
    """
    home = Path(path)
    named = display(home.absolute(), home.absolute().parent)
    reading = _Reading(study, named, other_hypotheses)
    for number, text in enumerate(read_text(home, named).split("\n"), 1):  # a text in JSON may hold other ends of lines
        if text.strip():
            reading.take(number, text)
    return reading.returned()


@dataclass(frozen=True)
class _Answer:
    """One answer: how it was asked for, and its judgement; None where the model can't judge."""

    item: BlindItem
    design: Design
    values: dict[str, Judged] | None
    because: str
    date: str
    judgement: Judgement | None


class _Reading:
    """A file that is being read, with the faults found so far."""

    def __init__(self, study: Study, named: str, other_hypotheses: Mapping[str, Hypothesis]) -> None:
        self.study, self.named, self.other_hypotheses = study, named, other_hypotheses
        self.faults: list[Fault] = []
        self.answers: list[_Answer] = []
        self.head: dict[str, Any] = {}
        self.seen: dict[tuple[str, int], int] = {}
        self.prompts: dict[str, tuple[BlindItem, str, int]] = {}
        self.statements: dict[str, str] = {}

    def take(self, line: int, text: str) -> None:
        """Read one line."""
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError):
            raw = None
        allowed = f"one JSON object a line, with {', '.join(_NAMED)} as text, repeat, settings and answer"
        if not isinstance(raw, dict):
            return self._fault(line, "", f"'{shown(text)}'", allowed, "see README.txt beside the prompts")
        missing = [key for key in _NAMED if not (isinstance(raw.get(key), str) and raw[key].strip())]
        if missing:
            return self._fault(line, "", f"no text under {', '.join(missing)}", allowed, "see README.txt beside the prompts")
        repeat = raw.get("repeat", 1)
        if not isinstance(repeat, int) or isinstance(repeat, bool) or not 1 <= repeat <= MOST_REPEATS:
            return self._fault(line, "repeat", shown(str(repeat)), f"a whole number, 1 or more, at most {MOST_REPEATS:,}")
        try:
            as_date(raw["date"])
        except ValueError:
            return self._fault(line, "date", f"'{shown(raw['date'])}'", "a date as in 2026-01-31")
        head = {key: raw.get(key) for key in _ONE}
        if not self.head:
            self._begin(line, head)
        for key in _ONE:
            if head[key] != self.head[key]:
                read = f"{shown(str(head[key]))}, and {shown(str(self.head[key]))} in the first line"
                return self._fault(line, key, read, "one model, version and settings in a file", "merge each under an analyst of its own")
        if (raw["prompt"], repeat) in self.seen:
            read = f"the answer to {raw['prompt']}, repeat {repeat}, again, first in line {self.seen[raw['prompt'], repeat]}"
            return self._fault(line, "prompt", read, "each answer once", "take one of the two lines away")
        self.seen[raw["prompt"], repeat] = line
        asked = self._asked(line, raw["prompt"])
        if asked is not None:
            self._answer(line, asked, repeat, raw)
        return None

    def _begin(self, line: int, head: dict[str, Any]) -> None:
        """Make the prompts of today's study, in the name of the analyst of the first line."""
        self.head = head
        try:
            read_as(Analyst, {"id": head["analyst"], "model": {"name": head["model"], "version": head["version"]}})
        except StudyError as error:
            self._faults(line, error)
        if head["analyst"] == POOL:
            self._fault(line, "analyst", POOL, "any other name; 'pool' stands for all of them")
        explained = {one.id: one for one in blind_explanations(self.study, self.other_hypotheses, str(head["analyst"]))}
        self.statements = {h: one.digest for h, one in explained.items()}
        for all_judged in (True, False):
            for item in blind_items(self.study, all_judged=all_judged):
                for form in FORMATS:
                    for order in ORDERS:
                        self.prompts[prompt_name(item, explained, form, order)] = (item, form, order)

    def _fault(self, line: int, where: str, read: str, allowed: str, fix: str = "") -> None:
        self.faults.append(Fault(where, read, allowed, fix, (), self.named, line))

    def _faults(self, line: int, error: StudyError) -> None:
        for fault in error.faults:
            self._fault(line, fault.where, fault.read, fault.allowed, fault.fix)

    def _asked(self, line: int, name: str) -> tuple[BlindItem, str, int] | None:
        if name in self.prompts:
            return self.prompts[name]
        parts = name.split("-")
        same = [item for item, _, _ in self.prompts.values() if item.key[:LONGEST] == parts[0]]
        fix = "put it back, or write new prompts and ask again"
        if not same:
            self._fault(line, "prompt", shown(name), "a prompt of this study", "name the study that the prompts were made of")
        elif len(parts) > 1 and same[0].digest[:LONGEST] != parts[1]:
            read = f"evidence '{same[0].item}' of {same[0].where} (date, finding, source, or what it is judged knowing) has changed since it was judged"
            self._fault(line, "prompt", read, "findings as they were judged", fix)
        else:
            self._fault(
                line, "prompt", "what an explanation says has changed since the prompts were made", "the statements that were judged", fix
            )
        return None

    def _answer(self, line: int, asked: tuple[BlindItem, str, int], repeat: int, raw: Mapping[str, Any]) -> None:
        item, form, order = asked
        answer = raw.get("answer")
        if isinstance(answer, str):
            try:
                answer = json.loads(answer)
            except (ValueError, RecursionError):
                answer = None
        parts: list[Any] = answer if isinstance(answer, list) else [answer]
        if not all(isinstance(part, dict) and isinstance(part.get("judgements", []), list) for part in parts):
            return self._fault(line, "answer", shown(str(raw.get("answer"))), "what schema.json allows, or a list of it", "ask again")
        because = " ".join(str(part["because"]).strip() for part in parts if isinstance(part.get("because"), str)).strip()
        if any(part.get("cannot_judge") is True for part in parts):
            self.answers.append(_Answer(item, (form, order, repeat), None, because, str(raw["date"]), None))
            return None
        values = self._values(line, item, [one for part in parts for one in part.get("judgements", [])])
        if values is not None:
            try:
                made = self._made(values, str(raw["date"]), because)
            except StudyError as error:
                return self._faults(line, error)
            self.answers.append(_Answer(item, (form, order, repeat), values, because, str(raw["date"]), made))
        return None

    def _values(self, line: int, item: BlindItem, listed: Sequence[Any]) -> dict[str, Judged] | None:
        named = [str(one.get("explanation")) if isinstance(one, dict) else str(one) for one in listed]
        if sorted(named) != sorted(item.explanations) or not all(isinstance(one, dict) for one in listed):
            read = f"judged under {', '.join(map(shown, named)) or 'nothing'}"
            self._fault(line, "answer", read, f"each of {', '.join(item.explanations)} once", "ask again, or take the line away")
            return None
        values = {}
        for name, one in zip(named, listed, strict=True):
            try:
                value = as_judged([as_number(one.get("low")), as_number(one.get("high"))])
                low, high = ends(value)
                if not (0 < low <= high < 1 or (low == high and 0 <= low <= 1)):
                    raise ValueError
            except ValueError:
                read = f"{name} from {shown(str(one.get('low')))} to {shown(str(one.get('high')))}"
                self._fault(line, "answer", read, "two numbers, the lower first, above 0 and below 1", "ask again, or take the line away")
                return None
            values[name] = value
        if all(value == 0 for value in values.values()):
            self._fault(line, "answer", "0 under every explanation", "at least one above 0", "ask again, or take the line away")
            return None
        return {h: values[h] for h in item.explanations}

    def returned(self) -> Returned:
        """Return the judgements; StudyError with every fault."""
        by_item: dict[Place, list[_Answer]] = defaultdict(list)
        for answer in self.answers:
            if answer.values is not None:
                by_item[answer.item.case, answer.item.item].append(answer)
        if not by_item and not self.faults:
            self.faults.append(Fault("", "no answer with a judgement", "at least one", "", (), self.named))
        if self.faults:
            raise StudyError(list(dict.fromkeys(self.faults)))
        blank = len({(one.item.case, one.item.item) for one in self.answers}) - len(by_item)
        designs = sorted({one.design for answers in by_item.values() for one in answers})
        main = {place: self._pooled(answers) for place, answers in by_item.items()}
        single = [
            (
                self._single(design),
                {place: one.judgement for place, answers in by_item.items() for one in answers if one.design == design and one.judgement},
            )
            for design in designs
        ]
        return Returned(self._analyst(len(designs)), main, blank, tuple(single) if len(designs) > 1 else ())

    def _pooled(self, answers: Sequence[_Answer]) -> Judgement:
        """Return the geometric mean of all answers about a finding."""
        values = pool([one.values for one in answers if one.values is not None], [1.0] * len(answers))
        why = next((one.because for one in answers if one.because), "")
        return self._made(values, max(one.date for one in answers), why)

    def _made(self, values: Mapping[str, Judged], date: str, because: str) -> Judgement:
        rounded = {h: judged(*(float(f"{end:.6g}") for end in ends(value))) for h, value in values.items()}
        given: dict[str, Any] = {
            "probability": {key_of(h): list(value) if isinstance(value, tuple) else value for h, value in rounded.items()}
        }
        given |= {"statements": {key_of(h): self.statements[h] for h in values}, "judged": date}
        return read_as(Judgement, given | ({"note": because} if because else {}))

    def _about(self) -> dict[str, str]:
        """Return what the file says of the model."""
        days = sorted({one.date for one in self.answers})
        settings = self.head["settings"]
        said = ", ".join(f"{key} {value}" for key, value in settings.items()) if isinstance(settings, dict) else str(settings or "")
        about = {
            "name": self.head["model"],
            "version": self.head["version"],
            "date": days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}",
        }
        return {key: text.replace(";", ",") for key, text in (about | {"settings": said}).items() if text.strip()}

    def _analyst(self, kinds: int) -> Analyst:
        note = "A language model judged from the blind text of the findings" + (
            f"; the geometric mean of up to {kinds} answers each." if kinds > 1 else "."
        )
        return read_as(Analyst, {"id": self.head["analyst"], "note": note, "model": self._about()})

    def _single(self, design: Design) -> Analyst:
        form, order, repeat = design
        ending = f"_{form}_{order}_{repeat}"
        given = {"id": f"{self.head['analyst'][: 60 - len(ending)]}{ending}", "weight": 0, "judge": self.head["analyst"]}
        given |= {"note": "A single answer of a language model to each finding; it enters no posterior."}
        return read_as(Analyst, given | {"asked": {"format": FORMATS[form], "order": str(order), "repeat": str(repeat)}})
