"""HTML that pastes into Word: one table, borders and alignment written into each cell, no script, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import pandas as pd

from processtrace.tables.appendix import BLOCKS, JUDGEMENT, REASON, WEIGHT
from processtrace.tables.frames import NUMERIC, cell, heads, printed

_FONT = "font-family:'Times New Roman',serif;font-size:10pt"
_TABLE = f"border-collapse:collapse;{_FONT}"
_CELL = "padding:2pt 6pt;vertical-align:top"
_TOP, _RULE, _BOTTOM = "border-top:1.5pt solid black", "border-bottom:0.75pt solid black", "border-bottom:1.5pt solid black"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def to_html(table: pd.DataFrame) -> str:
    """Return a table as a page of its own: open it in a browser, copy it, and paste it into Word.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of this room, or any other, which is printed by its own columns.

    Returns
    -------
    str
        One HTML file with borders and alignment in each cell, without script, that loads nothing.
    """
    title, note = (str(table.attrs.get(name, "")) for name in ("title", "note"))
    body = _items(table) if table.attrs.get("layout") == "items" else _grid(table)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<title>{escape(title)}</title>\n</head>\n<body>\n'
        f'<table style="{_TABLE}">\n<caption style="text-align:left;font-weight:bold;padding:4pt 0">{escape(title)}</caption>\n{body}</table>\n'
        + (f'<p style="{_FONT};font-size:9pt">{escape(note)}</p>\n' if note else "")
        + "</body>\n</html>\n"
    )


def _grid(table: pd.DataFrame) -> str:
    right = [kind in NUMERIC for _, kind, _ in heads(table)]
    rows = printed(table)
    body = "".join(_row("td", cells, right, _BOTTOM if place == len(rows) - 1 else "") for place, cells in enumerate(rows))
    return f"<thead>\n{_row('th', [head for head, _, _ in heads(table)], right, f'{_TOP};{_RULE}')}</thead>\n<tbody>\n{body}</tbody>\n"


def _row(tag: str, cells: Iterable[str], right: Iterable[bool], border: str) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    made = "".join(
        f'<{tag}{scope} style="{_CELL};text-align:{"right" if flush else "left"}{";" if border else ""}{border}">{escape(text)}</{tag}>'
        for text, flush in zip(cells, right, strict=True)
    )
    return f"<tr>{made}</tr>\n"


def _items(table: pd.DataFrame) -> str:
    right = (False, False, True, False)
    head = _row("th", ("Explanation", "Judged", "Weight (dB)", "Reason"), right, f"{_TOP};{_RULE}")
    rows = []
    for row in table.to_dict("records"):
        what = ", ".join(str(row[name]) for name in ("Case", "Date", "Status") if row.get(name))
        rows.append(_wide(f"<b>{escape(str(row['Item']))}</b> ({escape(what)})", _TOP))
        rows += [_wide(("" if name == "Finding" else f"<i>{name}:</i> ") + escape(str(row[name]))) for name in BLOCKS if row.get(name)]
        for name in table.attrs["explanations"]:
            weight = cell("decibels", [row[f"{name}: {WEIGHT}"]])
            cells = [str(row[f"{name}: {JUDGEMENT}"]), weight, str(row[f"{name}: {REASON}"])]
            if any(cells):
                rows.append(_row("td", [name, *cells], right, ""))
    return f"<thead>\n{head}</thead>\n<tbody>\n{''.join(rows)}</tbody>\n"


def _wide(made: str, border: str = "") -> str:
    return f'<tr><td colspan="4" style="{_CELL};text-align:left{";" if border else ""}{border}">{made}</td></tr>\n'
