"""LaTeX with booktabs: a grid as `tabular` or `longtable`, the appendix as a `longtable` with a block for each item."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from processtrace.tables.appendix import BLOCKS, JUDGEMENT, REASON, WEIGHT
from processtrace.tables.frames import NUMERIC, cell, heads, printed

LONGEST = 30
"""Rows beyond which a grid may break over pages."""

_LINE, _WIDEST, _GAP = 95, 36, 3  # characters of a line, of the widest wrapped column, and between columns

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "`": r"\textasciigrave{}",
    "−": "$-$",
    "∞": r"$\infty$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "\u00a0": "~",
}
_HEAD = (
    "% Needs \\usepackage{booktabs,longtable,array,textcomp} and \\usepackage[T1]{fontenc}.\n"
    "% Texts in other scripts than Latin need XeLaTeX or LuaLaTeX and a font that has them.\n"
)


def escape(text: str) -> str:
    """Escape a text so that nothing in it is a command, a comment, an optional argument or a ligature of hyphens."""
    plain = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    plain = re.sub(r"-(?=-)", "-\x00", plain)
    return "".join(_SPECIAL.get(character, character) for character in plain).replace("\x00", "{}")


def to_latex(table: pd.DataFrame) -> str:
    r"""Return a table as LaTeX that is ready for `\input`, with its title as caption and its note below.

    Parameters
    ----------
    table : pandas.DataFrame
        A table of this room, or any other, which is printed by its own columns.

    Returns
    -------
    str
        A `table`, a `longtable` beyond 30 rows, or for the appendix a `longtable` with a block of lines for each item.
    """
    if table.attrs.get("layout") == "items":
        return _HEAD + _items(table)
    return _HEAD + (_long(table) if len(table) > LONGEST else _short(table))


def _caption(table: pd.DataFrame) -> str:
    return escape(str(table.attrs.get("title", "")))


def _note(table: pd.DataFrame) -> str:
    note = escape(str(table.attrs.get("note", "")))
    return f"\\par\\smallskip\\footnotesize {note}\n" if note else ""


def _columns(table: pd.DataFrame) -> str:
    """Return columns at their own width where they fit on a line, else wrapped, each in proportion to its texts."""
    shown, rows = heads(table), printed(table)
    longest = [max(len(cells[place]) for cells in [[head for head, _, _ in shown], *rows]) for place in range(len(shown))]
    if sum(longest) + 3 * len(shown) <= _LINE:
        return "".join("r" if kind in NUMERIC else "l" for _, kind, _ in shown)
    words = [
        max(len(word) for cells in [[head for head, _, _ in shown], *rows] for word in (cells[place].split() or [""])) + _GAP
        for place in range(len(shown))
    ]
    spare = [max(0, min(length, _WIDEST) + _GAP - word) for length, word in zip(longest, words, strict=True)]
    part = min(1.0, max(0.0, (_LINE - sum(words)) / max(sum(spare), 1)))
    wanted = [word + part * more for word, more in zip(words, spare, strict=True)]
    return "".join(
        f">{{\\raggedright\\arraybackslash}}p{{\\dimexpr {length / sum(wanted):.3f}\\linewidth-2\\tabcolsep\\relax}}" for length in wanted
    )


def _line(cells: list[str]) -> str:
    return " & ".join(escape(text) for text in cells) + r" \\"


def _head(table: pd.DataFrame) -> str:
    return _line([head for head, _, _ in heads(table)])


def _short(table: pd.DataFrame) -> str:
    body = "\n".join(_line(row) for row in printed(table))
    return (
        f"\\begin{{table}}\n\\centering\\footnotesize\n\\caption{{{_caption(table)}}}\n\\begin{{tabular}}{{{_columns(table)}}}\n\\toprule\n"
        f"{_head(table)}\n\\midrule\n{body}\n\\bottomrule\n\\end{{tabular}}\n{_note(table)}\\end{{table}}\n"
    )


def _long(table: pd.DataFrame) -> str:
    body = "\n".join(_line(row) for row in printed(table))
    head = f"\\toprule\n{_head(table)}\n\\midrule\n"
    return (
        f"{{\\footnotesize\n\\begin{{longtable}}{{{_columns(table)}}}\n\\caption{{{_caption(table)}}}\\\\\n{head}\\endfirsthead\n{head}\\endhead\n"
        f"\\bottomrule\n\\endlastfoot\n{body}\n\\end{{longtable}}\n{_note(table)}}}\n"
    )


_WIDTHS = (0.2, 0.16, 0.1, 0.44)


def _items(table: pd.DataFrame) -> str:
    columns = "".join(f">{{\\raggedright\\arraybackslash}}p{{{width}\\textwidth}}" for width in _WIDTHS)
    head = "\\toprule\nExplanation & Judged & Weight (dB) & Reason \\\\\n\\midrule\n"
    body = "\n".join(_item(table, row) for row in table.to_dict("records"))
    return (
        f"{{\\footnotesize\n\\begin{{longtable}}{{{columns}}}\n\\caption{{{_caption(table)}}}\\\\\n{head}\\endfirsthead\n{head}\\endhead\n"
        f"\\bottomrule\n\\endlastfoot\n{body}\n\\end{{longtable}}\n{_note(table)}}}\n"
    )


def _item(table: pd.DataFrame, row: dict[Any, Any]) -> str:
    what = ", ".join(str(row[name]) for name in ("Case", "Date", "Status") if row.get(name))
    lines = [_wide(f"\\textbf{{{escape(str(row['Item']))}}} ({escape(what)})"), _wide(escape(str(row["Finding"])))]
    lines += [_wide(f"\\textit{{{name}:}} {escape(str(row[name]))}") for name in BLOCKS[1:] if row.get(name)]
    for name in table.attrs["explanations"]:
        cells = [str(row[f"{name}: {JUDGEMENT}"]), cell("decibels", [row[f"{name}: {WEIGHT}"]]), str(row[f"{name}: {REASON}"])]
        if any(cells):
            lines.append(_line([name, *cells]))
    return "\n".join(lines) + "\n\\midrule"


def _wide(text: str) -> str:
    return f"\\multicolumn{{4}}{{>{{\\raggedright\\arraybackslash}}p{{0.97\\textwidth}}}}{{{text}}} \\\\"
