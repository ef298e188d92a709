"""Studies as text in the one style in which this library writes them."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from processtrace.study import Analyst, Case, Citation, Evidence, Judgement, Study
from processtrace.study.scales import SCALES

_PROSE = {"finding", "statement", "description", "question", "note", "quote", "searched", "outcome"}
_LINES = {"because", "evidence", "judgements", "hypotheses", "factors", "sources", "clusters", "tags", "analysts", "correlations", "groups"}
_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z0-9(À-ɏ][^\n#\"'{}\[\],&*!|>%@`:]*")
_NOT_TEXT = re.compile(r"(?i)(~|null|true|false|yes|no|on|off|)")


def case_yaml(case: Case, hypotheses: Iterable[str] = ()) -> str:
    """Return the text of a case file, with what stands under each hypothesis in the order of `hypotheses`, or of those it judges."""
    body = _filled(case)
    order = list(hypotheses) or list(case.judges)
    for item in body.get("evidence", ()):
        for part in (item, *item.get("judgements", {}).values()):
            part |= {key: _ordered(part[key], order) for key in (*SCALES, "because", "statements") if key in part}
    return _block({"case": body.pop("id"), **body}, 0)


def study_yaml(study: Study, cases: Iterable[str], shared: str | None = None, bibliography: str | None = None) -> str:
    """Return the text of a study file that names its case files; what the file `shared` holds is left out."""
    filled = _filled(study)
    first = {key: filled.pop(key) for key in ("title", "description", "question") if key in filled}
    body = {key: value for key, value in (first | filled).items() if key not in ("cases", "references")}
    if shared is not None:
        body = {key: value for key, value in body.items() if key not in ("sources", "clusters", "tags", "analysts")}
    for lock in body.get("lock", ()):
        lock.pop("locked", None)
        lock.pop("plan", None)
    body["cases"] = list(cases)
    body |= {key: value for key, value in (("shared", shared), ("bibliography", bibliography)) if value}
    return _block(body, 0)


def shared_yaml(study: Study) -> str:
    """Return the text of the file of what several cases name."""
    body = {key: value for key, value in _filled(study).items() if key in ("sources", "clusters", "tags", "analysts")}
    return _block(body, 0)


def judgement_yaml(analyst: str, part: Judgement) -> str:
    """Return one analyst's entry under `judgements`."""
    return _entry(analyst, _filled(part), 0)


def analyst_yaml(analyst: Analyst) -> str:
    """Return an entry under `analysts`."""
    return _entry(analyst.id, _without_id(analyst), 0)


def in_braces(analyst: Analyst) -> str:
    """Return an entry under `analysts` for a mapping that is written in braces."""
    return f"{scalar(analyst.id)}: {_flow(_without_id(analyst))}"


def _ordered(values: Mapping[str, Any], order: list[str]) -> dict[str, Any]:
    """Return values by name in an order of the names; those that it does not name come last, as they stand."""
    return {name: values[name] for name in dict.fromkeys([*(name for name in order if name in values), *values])}


def _filled(part: Any) -> dict[str, Any]:
    """Return the fields of a part that differ from their defaults, in the words of the file."""
    made: dict[str, Any] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name == "read":
            continue  # cases that were read from their own file
        if field.default is not MISSING and (value == field.default or (value is None)):
            continue
        made[field.name.rstrip("_")] = _plain(value, field.name)
    return made


def _plain(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_id(inner) if hasattr(inner, "__dataclass_fields__") else _plain(inner, key) for name, inner in value.items()}
    if isinstance(value, Citation):
        return value.key if value.at is None else {"key": value.key, "at": value.at}
    if isinstance(value, Evidence | Judgement):
        return _filled(value)
    if hasattr(value, "__dataclass_fields__"):
        return _filled(value)
    if isinstance(value, tuple):
        listed = [_plain(inner, key) for inner in value]
        return listed[0] if key in ("source", "cite") and len(listed) == 1 else listed
    return value


def _without_id(part: Any) -> dict[str, Any]:
    body = _filled(part)
    body.pop("id", None)
    return body


def _block(body: Mapping[str, Any], depth: int) -> str:
    return "".join(_entry(key, value, depth) for key, value in body.items())


def _entry(key: str, value: Any, depth: int) -> str:
    pad, head = "  " * depth, scalar(key)
    if isinstance(value, str):
        return f"{pad}{head}: {_prose(value, depth, _long(key, value))}\n"
    if isinstance(value, Mapping) and value and (key in _LINES or any(isinstance(inner, Mapping) for inner in value.values())):
        return f"{pad}{head}:\n{_block(value, depth + 1)}"
    if isinstance(value, Mapping) and any(isinstance(inner, str) and _long(name, inner) for name, inner in value.items()):
        return f"{pad}{head}:\n{_block(value, depth + 1)}"
    if isinstance(value, list) and value and isinstance(value[0], Mapping) and key in ("evidence", "correlations", "lock", "terms"):
        return f"{pad}{head}:\n" + "".join(_listed(inner, depth + 1) for inner in value)
    if isinstance(value, Mapping) and key in _LINES:
        return f"{pad}{head}: {{}}\n"
    return f"{pad}{head}: {_flow(value)}\n"


def _listed(body: Mapping[str, Any], depth: int) -> str:
    text = _block(body, depth + 1)
    pad = "  " * depth
    return f"{pad}- {text[len(pad) + 2 :]}"


def _long(key: str, text: str) -> bool:
    return key in _PROSE or len(text) > 70 or not _is_plain(text)


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and text.isprintable() and not _NOT_TEXT.fullmatch(text) and text == " ".join(text.split())


def _prose(text: str, depth: int, block: bool) -> str:
    if not block:
        return scalar(text)
    paragraphs = text.split("\n")
    foldable = all(p and p == " ".join(p.split()) and p.isprintable() for p in paragraphs)
    if not foldable or not text:
        return _quoted(text)
    pad = "  " * (depth + 1)
    wrapped = [
        "\n".join(textwrap.wrap(p, _WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False))
        for p in paragraphs
    ]
    return ">-\n" + "\n\n".join(wrapped)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return scalar(str(value))


def scalar(text: str) -> str:
    """Return text as a scalar of YAML, in quotation marks only where it needs them."""
    return text if _is_plain(text) else _quoted(text)


def _quoted(text: str) -> str:
    """Return text in quotation marks; what cannot be printed is escaped as YAML does (JSON would split it into surrogates)."""
    shown = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in shown)
