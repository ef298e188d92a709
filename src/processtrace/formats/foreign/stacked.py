"""Two rows of headings, of which one names analysts or cases: a row for each of them takes the place of columns side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from processtrace.errors import Fault
from processtrace.formats.foreign.headings import Heading, read_heading
from processtrace.formats.foreign.table import Row, Table
from processtrace.study.values import shown

Pairs = Mapping[str, tuple[str, str]]
"""By the name of a column, its upper and lower heading, where it has both."""

_ENDS = frozenset({"low", "high", "lower", "upper", "min", "max", "minimum", "maximum"})


def crossed(table: Table, pairs: Pairs) -> Fault | None:
    """Return the question of a table in which each upper heading stands over the same lower ones, so that one row may name analysts."""
    groups: dict[str, list[str]] = {}
    for upper, lower in pairs.values():
        groups.setdefault(upper, []).append(lower)
    first, *others = groups.values() or ([],)
    heads = [read_heading(lower) for lower in first]
    if not others or len(first) < 2 or any(group != first for group in others) or {lower.lower() for lower in first} <= _ENDS:
        return None
    if not all(head.role == "unknown" or (head.role == "under" and head.name) for head in heads):
        return None
    read = f"{shown(first[0])} judged in {len(groups)} columns, under {', '.join(map(shown, groups))}"
    fix = "say what the upper row names by --above analyst, --above case, or --above explanation if the lower row names analysts"
    return table.fault(None, next(iter(pairs)), read, "each explanation in one column", fix)


def unstacked(table: Table, pairs: Pairs, above: str) -> Table:
    """Return a table with a row for each finding and analyst, or case, for columns side by side.

    Parameters
    ----------
    table : Table
        A table with headings of two rows.
    pairs : Mapping
        By the name of a column, its upper and lower heading.
    above : str
        What the upper row names: analyst, case, or explanation where the lower row names analysts.
    """
    role = "analyst" if above == "explanation" else above
    of = {name: (upper, lower) if above != "explanation" else (lower, upper) for name, (upper, lower) in pairs.items()}
    beside = {name: head for name, head in table.headings.items() if name not in of}
    judged: dict[str, Heading] = {said: read_heading(said) for _, said in of.values()}
    who = dict.fromkeys(one for one, _ in of.values())
    rows = []
    for row in table.rows:
        for one in who:
            cells = {name: row.cells[name] for name in beside} | dict.fromkeys(judged, "")
            cells |= {said: row.cells[name] for name, (group, said) in of.items() if group == one}
            if any(cells[said] for said in judged):
                rows.append(Row(row.line, {**cells, role: one}, row.block))
    said = f"the {'lower' if above == 'explanation' else 'upper'} row of headings: {role}s ({', '.join(who)})"
    made = {(line, of[name][1] if name in of else name): kind for (line, name), kind in table.made.items()}
    comments: dict[tuple[int, str], str] = {}
    for (line, name), text in table.comments.items():
        key = line, of[name][1] if name in of else name
        comments[key] = "; ".join(part for part in (comments.get(key, ""), f"{of[name][0]}: {text}" if name in of else text) if part)
    headings = {**beside, **judged, role: read_heading(role)}
    return dataclasses.replace(table, headings=headings, rows=tuple(rows), said=(*table.said, said), made=made, comments=comments)
