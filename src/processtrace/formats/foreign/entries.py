"""Which rows of a table are findings: footnotes, totals, priors and a second table below are not."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

from processtrace.formats.foreign.kinds import FITTING
from processtrace.formats.foreign.marks import PRIOR, TOTAL, sort_of
from processtrace.formats.foreign.roles import Roles
from processtrace.formats.foreign.table import Row
from processtrace.formats.foreign.vocabulary import Role
from processtrace.study.values import shown

_FOOTNOTE = re.compile(
    r"(?:notes?|n\.?b\.?|sources?|legend|key|abbreviations?|remarks?|comments?|scale|codes?|ratings?|explanation of .*?|definitions?|last updated|prepared by"
    r"|notas?|fuentes?|fontes?|quellen?|anmerkung(?:en)?|remarques?|nota bene|примечани[ея]|источники?)\s*[:.–—]\s.*"
    r"|(?:\+\+?|--?|CC?|II?|N|NA)\s*(?:=|:|means|stands for)\s.*|[*†‡§¹²³ᵃᵇ°^].*|\(?(?:[a-d]|\d)\)\s.*|©.*|(?:based on|adapted from|compiled by|prepared by|as of)\s.*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Entries:
    """The rows of a table, told apart.

    Attributes
    ----------
    findings : tuple of Row
        A finding each.
    prior : Row or None
        The row with the prior of each explanation.
    said : tuple of str
        What was passed over, for the user.
    """

    findings: tuple[Row, ...]
    prior: Row | None = None
    said: tuple[str, ...] = ()


def entries_of(roles: Roles) -> Entries:
    """Return the findings among the rows of a table.

    A claim, or a case, that stands in the first row of its group only is read in all of them.
    """
    finding, table = roles.finding, roles.table
    values = list(roles.values)
    said: list[str] = []
    found: list[Row] = []
    prior = None
    blocks = _blocks(roles)
    for block, rows in blocks.items():
        if block and not _goes_on(roles, rows):
            first = next(cell for cell in rows[0].cells.values() if cell)
            said.append(f"rows {rows[0].line} to {rows[-1].line}: '{shown(first)}', not of this table, passed over")
            continue
        for k, row in enumerate(rows):
            filled = [name for name in table.columns if row.cells[name]]
            text = row.cells[finding] if finding else ""
            alone = len(filled) == 1
            lone = row.cells[filled[0]]
            ends = row is table.rows[-1] or all(_alone(table.columns, later) for later in rows[k:])
            if len(values) > 1 and all(row.cells[name] and row.cells[name] in (name, table.headings[name].name) for name in values):
                said.append(f"row {row.line}: the headings again, passed over")
            elif roles.form == "wide" and PRIOR.fullmatch(text) and any(row.cells[name] for name in values):
                prior = row
                said.append(f"row {row.line}: the prior of each explanation")
            elif text and values and TOTAL.fullmatch(text):
                said.append(f"row {row.line}: '{shown(text)}', a total, passed over")
            elif (
                alone
                and ends
                and (_FOOTNOTE.fullmatch(lone) or (block and _alone(table.columns, rows[0])) or filled[0] not in (finding, *values))
            ):
                said.append(f"row {row.line}: '{shown(lone)}', a footnote, passed over")
            elif alone and not values and filled[0] != finding:
                said.append(f"row {row.line}: '{shown(lone)}', no passage, passed over")
            else:
                found.append(row)
                if alone and filled[0] == finding and not _GROUPED & set(roles.taken):
                    said.append(f"row {row.line}: '{shown(lone)}' has no judgement; kept as an unjudged finding")
    return Entries(tuple(_named_once(roles, found)), prior, tuple(said))


def _blocks(roles: Roles) -> dict[int, list[Row]]:
    blocks: dict[int, list[Row]] = {}
    for row in roles.table.rows:
        blocks.setdefault(row.block, []).append(row)
    return blocks


def _alone(columns: tuple[str, ...], row: Row) -> bool:
    return sum(1 for name in columns if row.cells[name]) == 1


def _goes_on(roles: Roles, rows: list[Row]) -> bool:
    """Return whether rows below a blank one belong to the table: at least half of what is under the judgements is judged."""
    cells = [row.cells[name] for row in rows for name in roles.values if row.cells[name]]
    if not roles.values:
        return any(row.cells[name] for row in rows for name in roles.table.columns[1:])
    judged = sum(1 for cell in cells if sort_of(cell, {}) in FITTING[roles.kind])
    return judged * 2 >= len(cells) if cells else True


def _named_once(roles: Roles, rows: list[Row]) -> list[Row]:
    """Return the rows with the claim, case or, in a long table, the finding of the row above where they have none."""
    once: list[str] = [name for role in _GROUPS if (name := roles.column(role))]
    if roles.form == "long" and roles.finding:
        once.append(roles.finding)
    prior = roles.column("prior")
    made, last, stated = [], dict.fromkeys(once, ""), ""
    for row in rows:
        cells = dict(row.cells)
        if prior and any(cells[name] not in ("", last[name]) for name in once):
            stated = ""
        for name in once:
            cells[name] = last[name] = cells[name] or last[name]
        if prior:
            stated = cells[prior] or stated
        if once and roles.finding and not any(cells[name] for name in (roles.finding, *roles.values)):
            continue  # the name of a group in a row of its own
        if prior and once and not cells[prior]:
            cells[prior] = stated
        made.append(dataclasses.replace(row, cells=cells))
    return made


_GROUPS: tuple[Role, ...] = ("claim", "case")
_GROUPED: frozenset[Role] = frozenset(_GROUPS)
