"""Write the robustness section of a study: for Word, for Quarto and R Markdown, or for LaTeX."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from processtrace.errors import UsageError
from processtrace.formats.atomic import write_files
from processtrace.inference.as_json import update_as_json
from processtrace.paper.document import Document
from processtrace.paper.quarto import data_of, to_quarto
from processtrace.paper.section import section
from processtrace.paper.tex import figure_file, to_tex
from processtrace.paper.word import to_word

if TYPE_CHECKING:
    from os import PathLike

    from processtrace.results import Results

ENDINGS = (".docx", ".qmd", ".Rmd", ".tex")
"""What the name of a document ends in."""


def write(results: Results, path: str | PathLike[str], *, appendix: bool = False, replace: bool = False) -> list[Path]:
    """Write the robustness section of a study to a file, with the files that it needs beside it.

    Parameters
    ----------
    results : Results
        What `compute(study)` returns, or `run`; draws are not needed.
    path : path
        A name that ends in .docx, .qmd, .Rmd or .tex. Beside a .qmd or .Rmd are written its numbers (.json) and the figure (.png),
        beside a .tex the figure (.pdf).
    appendix : bool
        Whether every item follows, with finding, date, source, citation, judgement, reason and weight.
    replace : bool
        Whether files that are there already are replaced.

    Returns
    -------
    list of Path
        What was written, the document first; all of it or nothing.

    Raises
    ------
    UsageError
        If the name ends in something else, or a file is there already and is not to be replaced.
    """
    target = Path(path)
    check(target, replace=replace)
    contents = _contents(section(results, appendix=appendix), results, target)
    try:
        write_files(contents, replace=replace)
    except FileExistsError as error:
        raise UsageError(_there(error.filename2 or error.filename or target)) from None
    return list(contents)


def check(target: Path, *, replace: bool) -> None:
    """Refuse a name that no document can be written under: UsageError for another ending, and for a file that is there already."""
    if target.suffix not in ENDINGS:
        raise UsageError(f"{target}: a document in '{target.suffix or target.name}'; a name that ends in {', '.join(ENDINGS)}")
    if target.exists() and not replace:
        raise UsageError(_there(target))


def _there(target: object) -> str:
    return f"{target} is there already; name a new file, or use --replace"


def _contents(document: Document, results: Results, target: Path) -> dict[Path, bytes | str]:
    """Return what each file is to hold, the document first."""
    stem = target.stem
    if target.suffix == ".docx":
        return {target: to_word(document)}
    if target.suffix == ".tex":
        return {target: to_tex(document, stem), **{_beside(target, figure_file(part, stem), "pdf"): part.pdf for part in document.figures}}
    data = data_of(document, update_as_json(results.study, results.data), results.robustness)
    return {
        target: to_quarto(document, stem),
        _beside(target, stem, "json"): json.dumps(data, ensure_ascii=False, indent=1),
        **{_beside(target, figure_file(part, stem), "png"): part.png for part in document.figures},
    }


def _beside(target: Path, name: str, ending: str) -> Path:
    return target.with_name(f"{name}.{ending}")
