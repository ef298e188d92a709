"""ACH matrices in JSON: hypotheses, evidence, and ratings beside them, in the shapes that programs write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.grid import Grid
from processtrace.formats.text_file import read_text

_NAMES = ("label", "title", "name", "text", "content", "description", "hypothesis", "evidence", "finding")
_HYPOTHESES = ("hypotheses", "explanations", "theories")
_EVIDENCE = ("evidence", "evidences", "findings", "items", "observations")
_RATINGS = ("ratings", "scores", "evaluations", "assessments", "consistency", "matrix", "cells", "votes", "judgements", "judgments")
_VALUES = ("rating", "value", "score", "evaluation", "consistency", "assessment", "vote", "mark", "probability")
_BESIDE = ("source", "date", "credibility", "relevance", "reliability", "type", "notes", "note", "url")


def read_ach_json(path: Path, shown_path: str) -> Grid:
    """Return the matrix in a file as the cells of a table.

    Parameters
    ----------
    path : Path
        The file.
    shown_path : str
        How messages name it.

    Raises
    ------
    StudyError
        For broken JSON, and for what holds no hypotheses and evidence.
    """
    whole = _read(path, shown_path)
    top = next((part for part in _mappings(whole) if _under(part, _HYPOTHESES) and _under(part, _EVIDENCE)), None)
    if top is None:
        read, allowed = "JSON without lists of hypotheses and evidence", "an ACH matrix: hypotheses, evidence and ratings"
        raise StudyError([Fault("", read, allowed, "a bibliography is named under 'bibliography:'", (), shown_path, 1)])
    hypotheses, evidence = _under(top, _HYPOTHESES), _under(top, _EVIDENCE)
    ratings = _under(top, _RATINGS)
    beside = [name for name in _BESIDE if any(isinstance(item, dict) and item.get(name) not in (None, "") for item in evidence)]
    rows = [("Evidence", *beside, *(_name(one) for one in hypotheses))]
    for k, item in enumerate(evidence):
        own = item if isinstance(item, dict) else {}
        cells = [_text(_rating(k, item, h, hypothesis, ratings)) for h, hypothesis in enumerate(hypotheses)]
        rows.append((_name(item), *(_text(own.get(name)) for name in beside), *cells))
    return Grid(path.stem, shown_path, tuple(rows))


def _read(path: Path, shown_path: str) -> Any:
    try:
        whole = json.loads(read_text(path, shown_path))
        json.dumps(whole, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise StudyError([Fault("", f"broken JSON ({error.msg})", "JSON", "export it again", (), shown_path, error.lineno)]) from None
    except (ValueError, RecursionError):
        raise StudyError([Fault("", "JSON that cannot be read", "JSON", "export it again", (), shown_path, 1)]) from None
    return whole


def _mappings(node: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the mappings of a file, the outer ones first."""
    if isinstance(node, dict):
        yield node
    if depth < 6 and isinstance(node, dict | list):
        for part in list(node.values() if isinstance(node, dict) else node)[:100]:
            yield from _mappings(part, depth + 1)


def _under(part: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    for name in names:
        value = part.get(name)
        if isinstance(value, dict):
            value = [{"id": key} | (one if isinstance(one, dict) else {"rating": one}) for key, one in value.items()]
        if isinstance(value, list) and value:
            return value
    return []


def _name(one: Any) -> str:
    if isinstance(one, dict):
        return next(
            (_text(one[name]) for name in _NAMES if isinstance(one.get(name), str | int) and _text(one[name])), _text(one.get("id"))
        )
    return _text(one)


def _rating(k: int, item: Any, h: int, hypothesis: Any, ratings: list[Any]) -> Any:
    """Return how an item is rated under a hypothesis: in the item itself, in a list of ratings, or in rows of a matrix."""
    names = _ids(hypothesis)
    own = next((item[key] for key in _RATINGS if key in item), None) if isinstance(item, dict) else None
    for held in (own, *(ratings[j] for j in [k] if k < len(ratings))):
        if isinstance(held, list) and len(held) > h and not isinstance(held[h], dict):
            return held[h]
    if isinstance(own, dict):
        return next((_value(own[name]) for name in names if name in own), None)
    listed = own if isinstance(own, list) else [one for one in ratings if isinstance(one, dict) and _points(one, "evidence", _ids(item))]
    found = next((one for one in listed if isinstance(one, dict) and _points(one, "hypothesis", names)), None)
    if found is not None:
        return _value(found)
    return next((_value(one[name]) for one in listed if isinstance(one, dict) for name in names if name in one), None)


def _ids(one: Any) -> list[str]:
    if isinstance(one, dict):
        return [_text(one[key]) for key in ("id", "uuid", "key", *_NAMES) if isinstance(one.get(key), str | int)]
    return [_text(one)]


def _points(one: Mapping[str, Any], kind: str, names: list[str]) -> bool:
    """Return whether an entry refers to an item or a hypothesis, by a key such as evidence_id or hypothesisId."""
    short = {"evidence": ("evidence", "item", "finding", "e_id", "e"), "hypothesis": ("hypothes", "explanation", "h_id", "h")}[kind]
    for key, value in one.items():
        plain = key.lower()
        if (plain.startswith(short[:-2]) or plain in short[-2:]) and _text(value) in names:
            return True
    return kind == "evidence" and _text(one.get("id")) in names


def _value(one: Any) -> Any:
    if isinstance(one, dict):
        return next((one[key] for key in _VALUES if key in one), None)
    return one


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
