"""The line of a part of a file."""

from __future__ import annotations

from typing import Any

from processtrace.errors import Location
from processtrace.formats.yaml.parser import Mapping


def line_of(raw: Any, loc: Location) -> int:
    """Return the line of the deepest part of `loc` that the file has."""
    line = getattr(raw, "line", 1)
    here = raw
    for key in loc:
        if isinstance(here, Mapping) and key in here:
            line = here.lines[str(key)]
            here = here[str(key)]
            if hasattr(here, "line") and not isinstance(here, Mapping | list):
                line = here.line
        elif isinstance(here, list) and isinstance(key, int) and key < len(here):
            line = here.lines[key]  # type: ignore[attr-defined]
            here = here[key]
        else:
            break
    return int(line)
