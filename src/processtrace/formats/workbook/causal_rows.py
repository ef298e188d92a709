"""The causal models of a study as rows of the page `causal`: one fact to a row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from processtrace.errors import Location
from processtrace.formats.workbook.cell_values import NUMBER, Cell, cell_text, joined, read_list
from processtrace.formats.workbook.pages import CAUSAL_KEYS, Row
from processtrace.study.causal import Causal, Drawn, Share

_OF_NODES = ("label", "levels", "at", "rule")
_LISTED = ("keep", "parents")

if TYPE_CHECKING:
    from processtrace.causal.cases import Table


def causal_rows(causal: Causal | None) -> Iterator[dict[str, Cell]]:
    """Yield the rows of the page; none for a study without a causal model."""
    if causal is None:
        return
    yield from _rows("", causal)
    for name, part in (causal.models or {}).items():
        rows = list(_rows(name, part))
        yield from rows or [{"model": name, "key": "graph"}]


def _rows(model: str, drawn: Drawn) -> Iterator[dict[str, Cell]]:
    head: dict[str, Cell] = {"model": model} if model else {}
    for line in drawn.graph:
        yield {**head, "key": "graph", "value": line}
    for name, node in drawn.nodes.items():
        facts: dict[str, Cell] = {"label": node.label or "", "levels": joined(node.levels), "rule": node.rule or ""}
        if node.at is not None:
            facts["at"] = "; ".join(f"{place!r}" for place in node.at)
        filled = {key: fact for key, fact in facts.items() if fact}
        for key, fact in filled.items() if filled else (("label", ""),):
            yield {**head, "key": key, "name": name, **({"value": fact} if fact else {})}
    for part in drawn.never:
        yield {**head, "key": "never", "value": part.statement, **({"because": part.because} if part.because else {})}
    for key in _LISTED:
        for name, labels in getattr(drawn, key).items():
            yield {**head, "key": key, "name": name, "value": joined(labels)}
    for key, each in (("shares", drawn.shares), ("alpha", drawn.alpha)):
        for name, entries in each.items():
            pairs: Iterable[tuple[str, Share]] = entries.items() if isinstance(entries, Mapping) else [("", entries)]
            for entry, share in pairs:
                value = " to ".join(share) if isinstance(share, tuple) else share
                yield {**head, "key": key, "name": name, **({"entry": entry} if entry else {}), "value": value}
    if drawn.learn is not None:
        yield {**head, "key": "learn", "value": drawn.learn.cases}
        if drawn.learn.selected:
            yield {**head, "key": "selected", "value": drawn.learn.selected}
        for line in drawn.learn.read.csv().splitlines() if drawn.learn.read is not None else ():
            yield {**head, "key": "case table", "value": line}


def read_causal(rows: Iterable[Row]) -> tuple[dict[str, Any] | None, dict[Location, int], list[tuple[Row, str]]]:
    """Return the section in the words of a study file, the row of each part, and rows whose key is unknown."""
    made: dict[str, Any] = {}
    places: dict[Location, int] = {}
    unknown: list[tuple[Row, str]] = []
    tables: dict[str, list[str]] = {}
    for row in rows:
        model, key, name, entry, value, because = (_text(row, c) for c in ("model", "key", "name", "entry", "value", "because"))
        part = made.setdefault("models", {}).setdefault(model, {}) if model else made
        head: Location = ("causal", "models", model) if model else ("causal",)
        if key not in CAUSAL_KEYS:
            unknown.append((row, key))
            continue
        if key == "case table":
            tables.setdefault(model, []).append(value)
            continue
        if key == "graph":
            if value:
                part.setdefault("graph", []).append(value)
        elif key in _OF_NODES:
            node = part.setdefault("nodes", {}).setdefault(name, {})
            if value:
                node[key] = (
                    read_list(value) if key == "levels" else [NUMBER.read(one) for one in value.split(";")] if key == "at" else value
                )
        elif key == "never":
            part.setdefault("never", []).append({"statement": value, **({"because": because} if because else {})})
        elif key in _LISTED:
            part.setdefault(key, {})[name] = read_list(value)
        elif key in ("learn", "selected"):
            part.setdefault("learn", {})["cases" if key == "learn" else "selected"] = value
        elif entry or key == "shares":
            part.setdefault(key, {}).setdefault(name, {})[entry] = _share(value) if key == "shares" else value
        else:
            part.setdefault(key, {})[name] = value
        places.setdefault(_loc(head, key, name, entry, part), row.number)
    for model, lines in tables.items():
        part = made["models"][model] if model else made
        if "learn" in part:
            part["learn"]["read"] = _table(lines)
    return made or None, places, unknown


def _loc(head: Location, key: str, name: str, entry: str, part: Mapping[str, Any]) -> Location:
    if key == "never":
        return (*head, "never", len(part["never"]) - 1)
    if key in _OF_NODES:
        return (*head, "nodes", name, key)
    if key in ("learn", "selected"):
        return (*head, "learn", "cases" if key == "learn" else "selected")
    return (*head, key, *([name] if name else []), *([entry] if entry else []))


def _share(text: str) -> str | list[str]:
    """Return a share as it was written, or the two ends of a range such as `0.2 to 0.5`."""
    ends = re.split(r"\s+to\s+|\s*[;–—]\s*|,\s+", text.strip("[] "))
    return ends if len(ends) == 2 else text


def _table(lines: list[str]) -> Table:
    from processtrace.causal.cases import Table

    cells = [tuple(row) for row in csv.reader(io.StringIO("\n".join(lines)))]
    return Table(cells[0], tuple(cells[1:]))


def _text(row: Row, column: str) -> str:
    return str(cell_text(row.cells[column])).strip() if column in row.cells else ""
