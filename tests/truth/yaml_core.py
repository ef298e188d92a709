"""The values of YAML 1.2's core types, as an editor sees them."""

from __future__ import annotations

from processtrace.formats.yaml.parser import Mapping, Sequence
from processtrace.study.values import Scalar


def typed(value):
    """Return what an editor makes of a value that our reader keeps as text."""
    if isinstance(value, Mapping):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [typed(inner) for inner in value]
    assert isinstance(value, Scalar)
    text = str(value)
    if not value.plain:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text) if text.isascii() and "_" not in text and text.lower() not in ("nan", "inf") else text
        except ValueError:
            pass
    return text
