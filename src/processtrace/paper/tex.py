r"""A document as LaTeX that compiles with pdfLaTeX, XeLaTeX and LuaLaTeX; the figures are files beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from processtrace.paper.document import Document, Figure, Paragraph, Part, Points, Section, Table
from processtrace.tables.latex import escape
from processtrace.text.names import one_line

_HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage[margin=1in]{geometry}
\usepackage{iftex}
\ifpdftex\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}\usepackage{textcomp}\usepackage{lmodern}\else\usepackage{fontspec}\fi
\usepackage{array,booktabs,longtable,graphicx}
\usepackage[hidelinks]{hyperref}
\setlength{\parindent}{0pt}\setlength{\parskip}{6pt plus 2pt}
\setlength{\emergencystretch}{3em}
"""
_ROOM = r"\par\penalty-100 \ifdim\dimexpr\pagegoal-\pagetotal\relax<0.25\textheight\vfil\break\fi"
"""The end of a page where less than a quarter of it is left."""
_LINK, _AFTER = re.compile(r"(https?://\S+)"), re.compile(r"/+|-|\\_|\.|=")
_LEVELS = {1: "section", 2: "subsection", 3: "subsubsection"}


def to_tex(document: Document, stem: str) -> str:
    r"""Return a document as LaTeX.

    Parameters
    ----------
    document : Document
        The document.
    stem : str
        The name of the file without its ending: the figure `support` is `stem-support.pdf`.

    Returns
    -------
    str
        A whole file: an `article` with `longtable` for tables, whose heads repeat on each page.
    """
    title = _text(document.title)
    body = "\n".join(
        line for section, room in _with_room(document.sections) for line in (*([_ROOM] if room else []), *_section(section, stem))
    )
    return (
        f"{_HEAD}\\hypersetup{{pdftitle={{{title}}}}}\n\\title{{{title}}}\n\\author{{}}\n\\date{{}}\n"
        f"\\begin{{document}}\n\\maketitle\n{body}\n\\end{{document}}\n"
    )


def _with_room(sections: Sequence[Section]) -> Iterator[tuple[Section, bool]]:
    """Yield each section, and whether its heading needs room: LaTeX keeps it beside a paragraph or a heading below, not beside a longtable."""
    for place, section in enumerate(sections):
        later = next((part for below in sections[place:] for part in below.parts[:1]), None)
        under_another = place > 0 and not sections[place - 1].parts
        yield section, isinstance(later, Table) and not under_another


def figure_file(figure: Figure, stem: str) -> str:
    """Return the name of the file of a figure, without its ending."""
    return f"{stem}-{figure.name}"


def _text(text: str) -> str:
    """Return a text that is no command; a link may break after its slashes and hyphens, since LaTeX breaks it nowhere else."""
    parts = _LINK.split(one_line(text))
    return "".join(_AFTER.sub(r"\g<0>\\allowbreak{}", escape(part)) if place % 2 else escape(part) for place, part in enumerate(parts))


def _section(section: Section, stem: str) -> Iterator[str]:
    yield f"\\{_LEVELS[section.level]}*{{{_text(section.title)}}}"
    for part in section.parts:
        yield from _part(part, stem)


def _part(part: Part, stem: str) -> Iterator[str]:
    if isinstance(part, Paragraph):
        yield f"{_text(part.text)}\n"
    elif isinstance(part, Points):
        yield "\\begin{itemize}"
        yield from (f"\\item {_text(text)}" for text in part.texts)
        yield "\\end{itemize}"
    elif isinstance(part, Table):
        yield from _table(part)
    else:
        yield f"\\begin{{figure}}[!htb]\n\\centering\n\\includegraphics[width={part.width:g}in]{{{figure_file(part, stem)}.pdf}}"
        yield f"\\caption{{{_text(part.caption)}}}\\label{{fig:{part.name}}}\n\\end{{figure}}"


def _table(table: Table) -> Iterator[str]:
    across = len(table.heads)
    columns = "".join(
        f">{{\\{'raggedleft' if right else 'raggedright'}\\arraybackslash}}p{{\\dimexpr {share:.4f}\\linewidth-2\\tabcolsep\\relax}}"
        for share, right in zip(table.shares, table.right, strict=True)
    )
    head = f"\\toprule\n{' & '.join(map(_text, table.heads))} \\\\\n\\midrule\n"
    close = "\\setlength{\\tabcolsep}{4pt}" if across > 6 else ""
    yield f"{{\\footnotesize{close}\n\\begin{{longtable}}{{{columns}}}"
    yield f"\\caption{{{_text(table.caption)}}}\\label{{tab:{table.name.replace('_', '-')}}}\\\\\n{head}\\endfirsthead\n{head}\\endhead"
    yield "\\bottomrule\n\\endlastfoot"
    for place, row in enumerate(table.rows):
        if row.across:
            rule = "\\midrule\n" if place else ""
            yield f"{rule}\\multicolumn{{{across}}}{{p{{\\dimexpr\\linewidth-2\\tabcolsep\\relax}}}}{{\\raggedright\\textbf{{{_text(row.cells[0])}}} {' '.join(map(_text, row.cells[1:]))}}} \\\\*"
        else:
            yield f"{' & '.join(map(_text, row.cells))} \\\\{'*' if table.stays(place) else ''}"
    yield "\\end{longtable}"
    if table.note:
        yield f"\\vspace{{-0.5\\baselineskip}}{_text(table.note)}\\par"
    yield "}"
