"""Who judged a study, in its own words: its analysts, and where it says that a language model did."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from processtrace.text.names import enumerated

if TYPE_CHECKING:
    from processtrace.study.parts import Analyst
    from processtrace.study.study import Study

_MODEL = re.compile(r"language model|\bLLMs?\b|\bAI\b|artificial intelligence|\bchatbot", re.IGNORECASE)
_DENIED = re.compile(r"\b(no|not|without|never|instead of|rather than)\b[^.;,]{0,25}$", re.IGNORECASE)


def speaks_of_a_model(text: str) -> bool:
    """Return whether a text says that a language model judged, and not that none did."""
    return any(not _DENIED.search(text[: found.start()]) for found in _MODEL.finditer(text))


def judged_by_models(study: Study) -> str:
    """Return a sentence on where a study says that a language model judged: its description, notes on analysts; empty where nothing does.

    What repeats the coding of an analyst is not named beside it.
    """
    places = ["the description"] if speaks_of_a_model(study.description or "") else []
    noted = [part.id for part in analysts_of(study) if speaks_of_a_model(part.note or "")]
    names = [f"“{study.analysts[who].name}”" for who in dict.fromkeys(reads_again(study, who) for who in noted)]
    if len(names) == 1:
        places.append(f"the note on {names[0]}")
    elif names:
        places.append(f"the notes on {enumerated(names)}")
    said = " and ".join(places)
    verb = "say" if len(places) == 2 or len(names) > 1 else "says"
    return f"{said[0].upper()}{said[1:]} {verb} so." if said else ""


def repeated_by_models(study: Study) -> bool:
    """Return whether several codings may be by a language model: one is said to be, and another is too, or nobody says whose it is."""
    people = analysts_of(study)
    by_models = [part for part in people if speaks_of_a_model(part.note or "")]
    unsaid = [part for part in people if not part.note]
    said = speaks_of_a_model(study.description or "")
    return (said or bool(by_models)) and len(by_models) + len(unsaid) > 1


def analysts_of(study: Study) -> list[Analyst]:
    """Return the analysts who judged an item; all that are declared where every judgement is common."""
    judged = {name for case in study.cases for item in case.evidence for name in item.judgements or ()}
    return [part for name, part in study.analysts.items() if not judged or name in judged]


def sampled(study: Study) -> str:
    """Return a sentence for each analyst who judged a random sample of the items; nothing where all judged what they were given."""
    return " ".join(f"{part.name} judged a random sample: {part.sample}." for part in study.analysts.values() if part.sample)


def coders(study: Study) -> list[str]:
    """Return the analysts each of whom judged by themselves: without second judgements, single answers, and what a second round took up."""
    revised = {part.revises for part in study.analysts.values() if part.revises}
    return [name for name, part in study.analysts.items() if name not in revised and not _repeats(study, part)]


def repeated(study: Study, judge: str) -> list[str]:
    """Return the codings of weight 0 that repeat what a judge was asked."""
    return [name for name, part in study.analysts.items() if part.judge == judge and _repeats(study, part)]


def reads_again(study: Study, analyst: str) -> str:
    """Return the analyst of whom a coding of weight 0 repeats what they were asked; the analyst itself otherwise."""
    part = study.analysts[analyst]
    return str(part.judge) if _repeats(study, part) else analyst


def _repeats(study: Study, part: Analyst) -> bool:
    return part.weight == 0 and part.judge in study.analysts and part.judge != part.id and not part.revises
