"""How a study shows itself: in a line where it is printed, in a notebook as one small table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from processtrace.text.names import counted

if TYPE_CHECKING:
    from processtrace.study.declared import Declared


def study_line(study: Declared) -> str:
    """Return a study in one line: its title, and how many explanations, cases and items it has."""
    items = [item for case in study.cases for item in case.evidence]
    parts = [
        counted(len(study.explanations), "explanation", "explanations"),
        counted(len(study.cases), "case", "cases"),
        f"{counted(sum(item.counts for item in items), 'item that counts', 'items that count')} of {len(items)}",
    ]
    return f"{study.title}: {', '.join(parts)}"


def study_html(study: Declared) -> str:
    """Return a study as an HTML table: one row for each case, with its items by status."""
    heads = ["Case", "Found", "Looked for, not found", "Planned", "Not counted"]
    rows = []
    for case in study.cases:
        status = [item.status for item in case.evidence]
        counts = [
            status.count("found"),
            status.count("not_found"),
            status.count("planned"),
            status.count("unjudged") + status.count("set_aside"),
        ]
        rows.append("".join(f"<td>{escape(str(cell))}</td>" for cell in [case.name, *counts]))
    names = ", ".join(escape(part.name) for part in study.explanations.values())
    return (
        f"<p><strong>{escape(study.title)}</strong>: {names}</p><table><thead><tr>"
        + "".join(f"<th>{head}</th>" for head in heads)
        + "</tr></thead><tbody>"
        + "".join(f"<tr>{row}</tr>" for row in rows)
        + "</tbody></table>"
    )
