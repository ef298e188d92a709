"""A document as Quarto or R Markdown: the text, and chunks of R that read its numbers and tables from a JSON file beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from processtrace.paper.document import Document, Figure, Paragraph, Part, Points, Section, Table
from processtrace.paper.tex import figure_file
from processtrace.text.names import one_line

_MARK = re.compile(r"[&\\`*_{}\[\]<>#|$~^@!]")
_LINK = re.compile(r"(https?://[^\s<>]*[^\s<>.,;])")

_SETUP = r"""```{{r setup, include=FALSE}}
# The numbers are in {file}: what 'processtrace write' wrote, with full precision under `update` and `robustness`.
processtrace <- jsonlite::read_json("{file}")
safe <- function(x) {{
  marks <- gregexpr("[^[:alnum:][:space:].,:;()/%+|-]", x)
  entity <- function(found) vapply(found, function(mark) sprintf("&#%d;", utf8ToInt(mark)), character(1))
  regmatches(x, marks) <- lapply(regmatches(x, marks), entity)
  x
}}
text <- function(name) safe(processtrace$text[[name]])
shown <- function(name) {{
  table <- processtrace$tables[[name]]
  rows <- do.call(rbind, lapply(table$rows, function(row) safe(unlist(row))))
  head <- unlist(table$across) == TRUE
  if (any(head)) rows[head, 1] <- paste0("**", rows[head, 1], "**")
  if (is.null(rows)) rows <- matrix(character(0), 0, length(table$heads))
  colnames(rows) <- safe(unlist(table$heads))
  knitr::kable(rows, format = "pipe", caption = safe(table$caption), align = unlist(table$align))
}}
```
"""


def to_quarto(document: Document, stem: str) -> str:
    """Return a document as a .qmd or .Rmd file, which reads `stem.json`.

    Parameters
    ----------
    document : Document
        The document.
    stem : str
        The name of the file without its ending.
    """
    head = f"---\ntitle: {json.dumps(one_line(document.title), ensure_ascii=False)}\nformat:\n  html: default\n  docx: default\noutput: html_document\n---\n"
    body = "\n".join(line for section in document.sections for line in _section(section, stem))
    return f"{head}\n{_SETUP.format(file=f'{stem}.json')}\n{body}"


def data_of(document: Document, update: dict[str, Any], robustness: dict[str, Any]) -> dict[str, Any]:
    """Return what the file of a document reads: its named texts and tables as printed, and every number behind them.

    Parameters
    ----------
    document : Document
        The document.
    update, robustness : dict
        What `update --format json` and `robustness --format json` print.
    """
    named = [part for section in document.sections for part in section.parts if isinstance(part, Paragraph) and part.name]
    return {
        "title": document.title,
        "text": {part.name: one_line(part.text) for part in named},
        "tables": {table.name: _table(table) for table in document.tables},
        "update": update,
        "robustness": robustness,
    }


def _table(table: Table) -> dict[str, Any]:
    blank = [""] * (len(table.heads) - 2)
    rows = [[row.cells[0], *blank, *row.cells[1:]] if row.across else row.cells for row in table.rows]
    return {
        "caption": table.caption,
        "heads": list(table.heads),
        "align": ["r" if right else "l" for right in table.right],
        "rows": [list(map(one_line, cells)) for cells in rows],
        "across": [row.across for row in table.rows],
        "note": table.note,
    }


def _section(section: Section, stem: str) -> Iterator[str]:
    yield f"{'#' * section.level} {_text(section.title)}\n"
    for part in section.parts:
        yield _part(part, stem)


def _part(part: Part, stem: str) -> str:
    if isinstance(part, Paragraph):
        return f"`r text({json.dumps(part.name)})`\n" if part.name else f"{_text(part.text)}\n"
    if isinstance(part, Points):
        return "".join(f"- {_text(text)}\n" for text in part.texts)
    if isinstance(part, Table):
        note = f"\n{_text(part.note)}\n" if part.note else ""
        return f'```{{r {part.name}, echo=FALSE}}\nshown("{part.name}")\n```\n{note}'
    return _figure(part, stem)


def _figure(figure: Figure, stem: str) -> str:
    alt = one_line(figure.alt).replace('"', "'")
    return f'![{_text(figure.caption)}]({figure_file(figure, stem)}.png){{width={figure.width:g}in fig-alt="{alt}"}}\n'


def _text(text: str) -> str:
    """Return a text in which nothing is a mark of Markdown, nor of the mathematics that some of its readers know; links lead somewhere."""
    parts = _LINK.split(one_line(text))
    return "".join(f"<{part}>" if place % 2 else _MARK.sub(lambda mark: f"&#{ord(mark[0])};", part) for place, part in enumerate(parts))
