"""What a lock holds of an item: its shape, wherever it was read from."""

from __future__ import annotations

import json
from typing import Any

LARGEST = 1e300
"""Beyond any number that a judgement can be."""


def is_entry(value: Any) -> bool:
    """Return whether a part of a file has the shape of an item that was locked."""
    if not isinstance(value, dict) or not {"search_sensitivity", "cluster"} <= set(value):
        return False
    judgements, sources, given = value.get("judgements"), value.get("source"), value.get("given")
    sensitivity, cluster = value["search_sensitivity"], value["cluster"]
    return (
        isinstance(judgements, dict)
        and all(map(_is_judgement, judgements.values()))
        and isinstance(sources, dict)
        and all(isinstance(part, list) and all(part_ is None or _is_judged(part_) for part_ in part) for part in sources.values())
        and isinstance(given, list)
        and all(isinstance(name, str) for name in given)
        and (sensitivity is None or _is_judged(sensitivity) or _are_judged(sensitivity))
        and (cluster is None or _are_judged(cluster))
    )


def _is_judgement(part: Any) -> bool:
    if not isinstance(part, dict) or not {"scale", "values", "anchor"} <= set(part) or not isinstance(part["scale"], str):
        return False
    anchor, values = part["anchor"], part["values"]
    words = isinstance(values, dict) and all(_is_judged(value) or _is_word(value) for value in values.values())
    return words and (anchor is None or _is_number(anchor))


def _are_judged(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_judged, value.values()))


def _is_judged(value: Any) -> bool:
    return _is_number(value) or (isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)))


def _is_word(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and len(value) == 2 and all(isinstance(word, str) for word in value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def read_entry(text: str) -> dict[str, Any] | None:
    """Return what a lock holds of an item from its text; None for a text that no lock has written."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if is_entry(value) else None
