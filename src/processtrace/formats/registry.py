"""Which form a file or folder has, and the way in and out of each."""

from __future__ import annotations

from pathlib import Path

from processtrace.errors import Fault, StudyError, UsageError
from processtrace.formats.identifiers import identifier
from processtrace.formats.yaml import load_study
from processtrace.study import Study
from processtrace.text.names import spelled

FORMS = "a study (.yaml), a workbook (.xlsx), a folder of CSV pages, a table (.csv), or a REFI-QDA project (.qdpx)"
_NOT_WRITTEN = (".qdpx", ".qdc", ".xls", ".ods", ".json", ".txt", ".tsv", ".doc", ".docx", ".pdf", ".html", ".md")


def read(path: Path) -> Study:
    """The study in a file or folder of any form; StudyError where it has none of them."""
    shown_path = str(path)
    if path.is_dir():
        return _folder(path, shown_path)
    if not path.exists():
        raise _refusal("no such file", FORMS, shown_path, "check the name and the folder")
    kind = path.suffix.lower()
    if kind in (".yaml", ".yml"):
        return load_study(path)
    if kind == ".qdpx":
        from processtrace.formats.foreign.refi_qda import study_of
        from processtrace.formats.foreign.refi_qda_file import read_project

        return study_of(read_project(path, shown_path), *_names(path))
    if kind == ".csv":
        return _table(path, shown_path)
    if kind == ".xlsx":
        return _workbook(path, shown_path)
    raise _refusal(f"a file in '{kind or path.name}'", FORMS, shown_path)


def _refusal(read: str, allowed: str, path: str, mend: str = "") -> StudyError:
    return StudyError([Fault("", read, allowed, mend, (), path)])


def _names(path: Path) -> tuple[str, str]:
    """Title and case of what names neither, after its file."""
    case = identifier(path.stem, otherwise="case")
    return spelled(path.stem) if any(c.isalnum() for c in path.stem) else spelled(case), case


def _folder(path: Path, shown_path: str) -> Study:
    if any(path.glob("*.csv")):
        from processtrace.formats.workbook import read_csv

        return read_csv(path)
    studies = sorted([*(path / "models").glob("*.yaml"), *(path / "models").glob("*.yml")])
    if len(studies) == 1:
        return load_study(studies[0])
    named = ", ".join(study.name for study in studies)
    read = f"a folder of {len(studies)} studies ({named})" if studies else "a folder with neither CSV pages nor models/"
    raise _refusal(read, FORMS, shown_path, "name one of its studies" if studies else "")


def _workbook(path: Path, shown_path: str) -> Study:
    import io

    import openpyxl

    from processtrace.formats.workbook import read_workbook
    from processtrace.formats.workbook.archive import safe_workbook

    content, _ = safe_workbook(path, shown_path)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    pages = {name.lower() for name in book.sheetnames}
    book.close()
    return read_workbook(path) if len(pages & {"evidence", "hypotheses", "factors", "cases"}) > 1 else _table(path, shown_path)


def _table(path: Path, shown_path: str) -> Study:
    from processtrace.formats.foreign.ach import is_matrix, read_matrix
    from processtrace.formats.foreign.contribution_tracing import is_tracing, read_tracing
    from processtrace.formats.foreign.pairwise import is_pairwise, read_pairwise
    from processtrace.formats.foreign.table import read_table

    table = read_table(path, shown_path)
    for fits, taken in ((is_tracing, read_tracing), (is_matrix, read_matrix), (is_pairwise, read_pairwise)):
        if fits(table):
            return taken(table, *_names(path))
    if {"case", "id", "finding"} <= set(table.columns):
        mend = "convert the folder that it is a page of, or 'merge' it into its study"
        raise _refusal("the page of evidence alone", "a folder of all pages", shown_path, mend)
    allowed = "ratings (++ + N - -- or CC C N I II), columns 'sensitivity' and 'type I error', or columns headed 'A : B' in decibels"
    raise _refusal(f"a table with the columns {', '.join(table.columns)[:80]}", allowed, shown_path, "see 'processtrace convert --help'")


def write(study: Study, path: Path) -> list[Path]:
    """Write a study in the form that the name of its place says; UsageError where something is there."""
    kind = path.suffix.lower()
    if kind in _NOT_WRITTEN:
        raise UsageError(f"{path}: studies are written as a YAML project, a workbook (.xlsx) or a folder of CSV, not as '{kind}'")
    if kind == ".xlsx":
        return _whole_workbook(study, path)
    if path.name.lower().endswith("csv"):
        from processtrace.formats.atomic import write_folder
        from processtrace.formats.workbook import write_csv

        with write_folder(path) as folder:
            write_csv(study, folder)
        return [path]
    from processtrace.formats.yaml.project import write_project

    return write_project(study, path)


def _whole_workbook(study: Study, path: Path) -> list[Path]:
    from processtrace.formats.workbook import write_workbook

    if path.exists():
        raise UsageError(f"{path} is there already; name a new file")
    write_workbook(study, path)
    return [path]
