"""Tables of coded passages, as MAXQDA, ATLAS.ti, Taguette, Dedoose, QualCoder and Hypothes.is export them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from processtrace.formats.foreign.entries import Entries
from processtrace.formats.foreign.refi_qda_codes import Code
from processtrace.formats.foreign.refi_qda_file import Document, Passage, QdaProject
from processtrace.formats.foreign.roles import Roles
from processtrace.formats.foreign.table import Row
from processtrace.text.dates import date_span

_YES = {"true", "yes", "1", "x"}


def project_of_rows(sheets: Iterable[tuple[Roles, Entries]], title: str) -> QdaProject:
    """Return the coded passages in the rows of tables; rows of one passage are one.

    Parameters
    ----------
    sheets : iterable
        What the columns of each table were taken for, and its rows.
    title : str
        What a document without a name is called.
    """
    documents: dict[str, Document] = {}
    found: dict[tuple[str, ...], Passage] = {}
    left_out: list[str] = []
    for roles, entries in sheets:
        segments, places = _all(roles, "segment"), _all(roles, "place")
        coders = [name for name in (roles.column("coder"), roles.column("analyst")) if name]
        for row in entries.findings:
            text = next((row.cells[name] for name in segments if row.cells[name]), "")
            codes = list(_codes(roles, row))
            place = _place(row, places)
            if not text and not (codes and place):
                left_out.append(f"row {row.line} of '{roles.table.name}', which has no passage")
                continue
            column = roles.column("document") or roles.column("source")
            name = (row.cells[column] if column else "") or title
            document = documents.setdefault(name, Document(name, []))
            document.url = document.url or next((row.cells[one] for one in _all(roles, "url") if row.cells[one].startswith("http")), "")
            if date := roles.column("date"):
                document.date = document.date or _day(row.cells[date])
            key = (name, text, place)
            if key not in found:
                found[key] = Passage(len(found), text, place or ("" if text else "a passage without a place"))
                document.passages.append(found[key])
            coder = ", ".join(dict.fromkeys(row.cells[one] for one in coders if row.cells[one]))
            passage = found[key]
            passage.codings += [(coder, code) for code in codes if (coder, code) not in passage.codings]
            passage.remarks += [remark for remark in _remarks(roles, row) if remark not in passage.remarks]
    return QdaProject("", "", list(documents.values()), left_out)


def _all(roles: Roles, role: str) -> list[str]:
    return [
        name
        for name, head in roles.table.headings.items()
        if head.role == role and name not in roles.taken.values() and name != roles.finding
    ]


def _codes(roles: Roles, row: Row) -> Iterable[Code]:
    """Yield the codes of a row: of one column that names one or several, or of a column for each."""
    for name in _all(roles, "code"):
        cell, head = row.cells[name], roles.table.headings[name]
        if head.name:
            if cell.lower() in _YES:
                yield _code(head.name)
        elif cell:
            several = re.search(r"(?i)codes|tags|combined", name)
            for part in re.split(r"\s*[\n;|,]\s*", cell) if several else [cell]:
                if part.strip():
                    yield _code(part.strip())


def _code(path: str) -> Code:
    r"""Return a code from its path: 'Refusal\Open' is Open of the group Refusal."""
    parts = [part.strip() for part in re.split(r"\\|\s>\s", path) if part.strip()] or [path]
    return Code(parts[-1], parts[0] if len(parts) > 1 else "")


def _place(row: Row, columns: list[str]) -> str:
    """Return where a passage stands, as its program counts places."""
    filled = [(name, row.cells[name]) for name in columns if row.cells[name]]
    if [name.lower() for name, _ in filled] in (["begin", "end"], ["start", "end"], ["anfang", "ende"], ["pos0", "pos1"]):
        first, last = filled[0][1], filled[1][1]
        return f"{first} to {last}" if first != last else first
    return "; ".join(f"{name}: {cell}" if len(filled) > 1 else cell for name, cell in filled)


def _remarks(roles: Roles, row: Row) -> Iterable[str]:
    if (note := roles.column("note")) and row.cells[note]:
        yield row.cells[note]
    url = {name for name in roles.kept if roles.table.headings[name].role == "url"}
    for name in roles.kept:
        if row.cells[name] and name not in url and not re.fullmatch(r"[●■•◆\W]", row.cells[name]):
            yield f"{name}: {row.cells[name]}"
    yield from roles.table.pinned(row, next(iter(roles.table.columns)))


def _day(text: str) -> str:
    day = text[:10]
    try:
        date_span(day)
    except ValueError:
        return ""
    return day
