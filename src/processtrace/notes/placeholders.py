"""Texts of a new study that nobody has replaced."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from processtrace.notes.note import STUDY, Note
from processtrace.study import Study
from processtrace.text.names import counted

NAMES = {"placeholder": 'a text that still says "Replace me"'}

BEGINS = "replace me"
"""How a placeholder begins, in small letters."""

_SHOWN = 4


def notes(study: Study) -> Iterator[Note]:
    """Yield the texts of the study, and of each case, that are placeholders."""
    for where, found in placeholders(study).items():
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield Note("placeholder", where, f"{counted(len(found), 'text says', 'texts say')} 'Replace me': {'; '.join(found[:_SHOWN])}{more}")


def placeholders(study: Study) -> dict[str, list[str]]:
    """Return the names of the texts that are placeholders, for the study and for each case that has some."""
    shared = [(name, getattr(study, name)) for name in study.__dataclass_fields__ if name != "cases"]
    found = {STUDY: [place for name, value in shared for place in _found(value, name)]}
    for case in study.cases:
        found[case.name] = [place for field in dataclasses.fields(case) for place in _found(getattr(case, field.name), field.name)]
    return {where: places for where, places in found.items() if places}


def _found(value: Any, place: str) -> Iterator[str]:
    """Yield the place of each placeholder in a value, as keys of a file joined by commas."""
    if isinstance(value, str):
        if value.strip().lower().startswith(BEGINS):
            yield place
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _found(inner, f"{place}, {key}")
    elif isinstance(value, tuple):
        for number, inner in enumerate(value, 1):
            yield from _found(inner, f"{place}, {getattr(inner, 'id', number)}")
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _found(getattr(value, field.name), f"{place}, {field.name}")
