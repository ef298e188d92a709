"""What a study has once: the page `study`, and the pages of words, answers and locked plans."""

from __future__ import annotations

from typing import Any

from processtrace.errors import Location, StudyError
from processtrace.formats.workbook.causal_rows import read_causal
from processtrace.formats.workbook.cell_values import NUMBER, Kind, cell_text
from processtrace.formats.workbook.evidence_rows import Place
from processtrace.formats.workbook.pages import CAUSAL_KEYS, PRIOR
from processtrace.formats.workbook.reading_state import ReadingState
from processtrace.formats.workbook.study_to_pages import SETTINGS
from processtrace.formats.yaml.shapes import StudyFile
from processtrace.study.parts import Lock
from processtrace.study.validation import read_as
from processtrace.text.names import nearest


def setting(key: str) -> tuple[Kind | None, Location]:
    """Return what a row of the page `study` holds, and where it belongs; no kind for a key that is unknown."""
    if key.startswith(PRIOR):
        return NUMBER, ("prior", key.removeprefix(PRIOR).strip())
    return SETTINGS.get(key), (key,)


def read_settings(state: ReadingState) -> None:
    """Read the page `study`, words and answers; a setting with a fault is left out."""
    raw: dict[str, Any] = {}
    located: dict[Location, tuple[str, Place]] = {(): ("study", (0, ""))}
    _read_rows(state, raw, located)
    _read_pairs(state, "words", "word", "probability", raw, located)
    _read_pairs(state, "accepted", "note", "answer", raw, located)
    causal, rows, unknown = read_causal(state.rows("causal"))
    for row, key in unknown:
        state.fault("causal", row, "key", f"unknown key '{key}'", f"one of {', '.join(CAUSAL_KEYS)}", nearest(key, CAUSAL_KEYS))
    if causal is not None:
        raw["causal"] = causal
        located |= {loc: ("causal", (number, "value")) for loc, number in rows.items()}
    try:
        top = read_as(StudyFile, raw | {"cases": ()})
    except StudyError as error:
        state.faults += [state.located(fault, located) for fault in error.faults]
        bad = {fault.loc[0] for fault in error.faults if fault.loc}
        top = read_as(StudyFile, {"title": "-"} | {key: value for key, value in raw.items() if key not in bad} | {"cases": ()})
    state.made |= {name: getattr(top, name) for name in (*SETTINGS, "prior", "words", "accepted", "causal")}
    state.places |= located
    _read_locks(state)


def _read_rows(state: ReadingState, raw: dict[str, Any], located: dict[Location, tuple[str, Place]]) -> None:
    for row in state.rows("study"):
        key = str(cell_text(row.cells.get("key", ""))).strip()
        kind, loc = setting(key)
        if kind is None:
            known = [*SETTINGS, PRIOR + "NAME"]
            read = f"unknown key '{key}'" if key else "a value without a key"
            state.fault("study", row, "key", read, f"one of {', '.join(known)}", nearest(key, known))
        elif loc in located:
            state.fault("study", row, "key", f"'{key}' again", "each key once", "keep one")
        else:
            located[loc] = ("study", (row.number, "value"))
            if "value" in row.cells:
                _put(raw, loc, kind.read(row.cells["value"]))


def _read_pairs(
    state: ReadingState, page: str, key: str, value: str, raw: dict[str, Any], located: dict[Location, tuple[str, Place]]
) -> None:
    for row in state.rows(page):
        fields, _ = state.fields(state.pages[page], row)
        loc = (page, str(fields.get(key, "")).strip())
        if key not in fields or loc in located:
            state.fault(page, row, key, "the same again" if key in fields else "nothing", "a name of its own in each row")
        else:
            located[loc] = (page, (row.number, value))
            _put(raw, loc, fields.get(value))


def _read_locks(state: ReadingState) -> None:
    """Read the locked plans, and what was locked of each item."""
    held: dict[str, dict[str, Any]] = {}
    for row in state.rows("locked"):
        fields, _ = state.fields(state.pages["locked"], row)
        held.setdefault(str(fields.get("file", "")).strip(), {})[str(fields.get("item", ""))] = fields.get("entry")
    made: dict[str, Lock] = {}
    for row in state.rows("locks"):
        fields, places = state.fields(state.pages["locks"], row)
        file = str(fields.get("file", "")).strip()
        if file in made:
            state.fault("locks", row, "file", f"'{file}' again", "each file once", "keep one")
            continue
        try:
            made[file] = read_as(Lock, fields | {"locked": held.pop(file, {})}, f"lock '{file}'")
        except StudyError as error:
            state.add_faults(error, "locks", places)
            made[file] = Lock("-")
    for row in state.rows("locked"):
        if (file := str(row.cells.get("file", "")).strip()) in held:
            state.fault("locked", row, "file", f"'{file}'", "a file of the page locks", nearest(file, made))
    state.made["lock"] = tuple(made.values())


def _put(raw: dict[str, Any], loc: Location, value: Any) -> None:
    if len(loc) == 1:
        raw[str(loc[0])] = value
    else:
        raw.setdefault(str(loc[0]), {})[loc[1]] = value
