"""Every form in which a study can be read or written: one record for each, asked in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from processtrace.errors import StudyError, UsageError
from processtrace.formats.atomic import write_folder
from processtrace.formats.foreign import contribution_tracing, pairwise, refi_qda, side_by_side
from processtrace.formats.foreign.answers import NO_ANSWERS, Answers
from processtrace.formats.foreign.imported import Imported
from processtrace.formats.foreign.refi_qda_file import read_codebook, read_project
from processtrace.formats.foreign.segments import project_of_rows
from processtrace.formats.foreign.tables import Tables, study_of_tables
from processtrace.formats.input import FOLDER, Input
from processtrace.formats.workbook import (
    read_csv,
    read_with_the_rest,
    save_again,
    write_csv,
    write_workbook,
)
from processtrace.formats.yaml import StudyFiles, write_project
from processtrace.formats.yaml import read_files as read_yaml_files
from processtrace.study import Study

PAGES = frozenset({"evidence", "hypotheses", "factors", "cases"})
"""Pages that only a study's own workbook has."""
_TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".ods", ".json")
_NOT_WRITTEN = (".qdpx", ".qdc", ".xls", ".ods", ".json", ".txt", ".tsv", ".tab", ".doc", ".docx", ".pdf", ".html", ".md")


@dataclass(frozen=True)
class Format:
    """One form of a study.

    Attributes
    ----------
    name : str
        What it is called.
    about : str
        What to name in order to read it, and where it differs, to write it.
    kind : str
        The kind of file, as a refusal lists what can be read.
    endings : tuple of str
        The endings of files that may have this form; `FOLDER` for a folder.
    recognises : function
        Whether an input with such an ending has this form.
    read : function
        The study in an input that has it, with or without an account of its reading; StudyError with every fault.
    rule : str
        How it becomes numbers, for a form that is not this library's own.
    write : function or None
        Writes a study where nothing is yet, and returns what was written, the main file first; None for a form that is only read.
    targets : tuple of str
        How the names end to which it is written; the longest that fits decides.
    read_files : function or None
        The study with the files it is read from, for a form of several files; None where it is read from the input alone.
    """

    name: str
    about: str
    kind: str
    endings: tuple[str, ...]
    recognises: Callable[[Input], bool]
    read: Callable[[Input], Study | Imported]
    rule: str = ""
    write: Callable[[Study, Path], list[Path]] | None = None
    targets: tuple[str, ...] = ()
    read_files: Callable[[Input], StudyFiles] | None = None


def _read_project(source: Input) -> StudyFiles:
    """Read a study file, or the one study of a project, with its files."""
    if source.ending == FOLDER and len(source.studies) > 1:
        named = ", ".join(study.name for study in source.studies)
        fix = f"name one of its studies, as in {source.shown(source.studies[0])}"
        raise source.refusal(f"a folder of {len(source.studies)} studies ({named})", "one study", fix)
    return read_yaml_files(source.studies[0] if source.ending == FOLDER else source.path)


def _read_study(source: Input) -> Imported:
    """Read a study in YAML, with what of its files it does not use."""
    files = _read_project(source)
    return Imported(files.study, files.said)


def _read_workbook(source: Input) -> Imported:
    """Read a workbook, with what it holds beside the study."""
    study, said = read_with_the_rest(source.path)
    return Imported(study, tuple(said))


def _write_workbook(study: Study, path: Path) -> list[Path]:
    """Write a new workbook; UsageError where something has that name."""
    try:
        write_workbook(study, path, replace=False)
    except FileExistsError:
        raise UsageError(f"{path} is there already; name a new file") from None
    return [path]


def _write_pages(study: Study, path: Path) -> list[Path]:
    """Write a new folder of CSV pages; UsageError where something has that name."""
    with write_folder(path) as folder:
        write_csv(study, folder)
    return [path]


def _table(name: str, about: str, has: Callable[[Tables], bool], rule: str) -> Format:
    """Make the record of a form that is a table: in a file of text, or on the sheets of a workbook."""
    return Format(
        name=name,
        about=about,
        kind="a table (.csv, .tsv, .xlsx, .ods, .json)",
        endings=_TABLES,
        recognises=lambda source: has(source.tables),
        read=lambda source: study_of_tables(source.tables, source.title, source.case, source.answers),
        rule=rule,
    )


FORMATS = (
    Format(
        name="YAML",
        about="a study file, or a folder of a project with one study",
        kind="a study (.yaml)",
        endings=(".yaml", ".yml", FOLDER),
        recognises=lambda source: source.ending != FOLDER or bool(source.studies),
        read=_read_study,
        write=write_project,
        targets=("",),
        read_files=_read_project,
    ),
    Format(
        name="workbook",
        about="a name in .xlsx",
        kind="a workbook (.xlsx)",
        endings=(".xlsx",),
        recognises=lambda source: len(source.sheets & PAGES) > 1,
        read=_read_workbook,
        write=_write_workbook,
        targets=(".xlsx",),
    ),
    Format(
        name="CSV pages",
        about="a folder; as DST a name that ends in csv",
        kind="a folder of CSV pages",
        endings=(FOLDER,),
        recognises=lambda source: any(source.path.glob("*.csv")),
        read=lambda source: read_csv(source.path),
        write=_write_pages,
        targets=("csv",),
    ),
    _table(
        "contribution tracing",
        "a table with columns 'sensitivity' and 'type I error' (or P(E|H) and P(E|~H), specificity)",
        lambda tables: tables.form == "claim",
        contribution_tracing.RULE,
    ),
    _table(
        "claim's ratios",
        "a table with a column 'likelihood ratio'",
        lambda tables: tables.form == "claim ratio",
        contribution_tracing.RATIO_RULE,
    ),
    _table("ACH matrix", "a table with ratings (++ + N - -- or CC C N I II)", lambda tables: tables.rated, side_by_side.ACH_RULE),
    _table(
        "judgements",
        "a table with a probability, ratio or word under each explanation",
        lambda tables: tables.form in ("wide", "long") and not tables.rated,
        side_by_side.RULE,
    ),
    _table(
        "pairwise weights",
        "a table with columns headed 'A : B' in decibels or ratios",
        lambda tables: tables.form == "pairs",
        pairwise.RULE,
    ),
    Format(
        name="REFI-QDA",
        about="coded passages of NVivo, ATLAS.ti, MAXQDA (.qdpx)",
        kind="a REFI-QDA project (.qdpx)",
        endings=(".qdpx",),
        recognises=lambda _: True,
        read=lambda source: refi_qda.study_of_project(read_project(source.path, source.shown_path), source.title, source.case),
        rule=refi_qda.RULE,
    ),
    Format(
        name="codebook",
        about="codes with their definitions (.qdc)",
        kind="a REFI-QDA codebook (.qdc)",
        endings=(".qdc",),
        recognises=lambda _: True,
        read=lambda source: refi_qda.study_of_project(
            read_codebook(source.path, source.shown_path), source.title, source.case, refi_qda.CODEBOOK_RULE
        ),
        rule=refi_qda.CODEBOOK_RULE,
    ),
    Format(
        name="coded segments",
        about="a table of passages with their codes (MAXQDA, ATLAS.ti, Taguette, Dedoose, Hypothes.is)",
        kind="a table (.csv, .tsv, .xlsx, .ods, .json)",
        endings=_TABLES,
        recognises=lambda source: source.tables.form == "segments",
        read=lambda source: refi_qda.study_of_project(
            project_of_rows(((sheet.roles, sheet.entries) for sheet in source.tables.sheets), source.title),
            source.title,
            source.case,
            refi_qda.SEGMENTS_RULE,
        ),
        rule=refi_qda.SEGMENTS_RULE,
    ),
)
"""An input has the first form that has its ending and recognises it."""


def readable() -> str:
    """Return the kinds of file that can be read, in words."""
    return _listed(form.kind for form in FORMATS)


def _listed(parts: Iterable[str]) -> str:
    """Return several things as 'a, b, or c', each once."""
    *most, last = dict.fromkeys(parts)
    return f"{', '.join(most)}, or {last}" if most else last


def read(path: Path) -> Study:
    """Read the study in a file or folder of any form; arguments and errors as for `import_study`."""
    return import_study(path).study


def import_study(path: Path, answers: Answers = NO_ANSWERS) -> Imported:
    """Read the study in a file or folder of any form, with an account of what was taken for what.

    Parameters
    ----------
    path : Path
        The file or folder.
    answers : Answers
        What the user says of a table, where the table can't say it.

    Returns
    -------
    Imported
        The study, whose description says how a foreign form became numbers; and the account.

    Raises
    ------
    StudyError
        With every fault, for what has none of the forms or is damaged; with every question that a table leaves open.
    """
    source = Input(path, answers)
    made = _form(source).read(source)
    return made if isinstance(made, Imported) else Imported(made)


def read_files(path: Path) -> StudyFiles:
    """Read the study in a file or folder of any form, with the files it is read from; errors as for `read`."""
    source = Input(path)
    form = _form(source)
    if form.read_files is not None:
        return form.read_files(source)
    home = path.resolve()
    files = tuple(sorted(home.glob("*.csv"))) if home.is_dir() else (home,)
    made = form.read(source)
    return StudyFiles(made.study if isinstance(made, Imported) else made, files, {}, home if home.is_dir() else home.parent)


def _form(source: Input) -> Format:
    """Return the form of an input; StudyError where it has none, or there is none of this name."""
    try:
        there, ending = source.path.exists(), source.ending
    except (OSError, ValueError):
        raise source.refusal("a path that no file can have", readable()) from None
    forms = [form for form in FORMATS if ending in form.endings]
    if not there:
        raise source.refusal("no such file", readable(), "check the name and the folder")
    if not forms:
        raise source.refusal(f"a file in '{source.ending or source.path.name}'", readable())
    form = next((form for form in forms if form.recognises(source)), None)
    if form is None:
        raise _unrecognised(source, forms)
    return form


def _unrecognised(source: Input, forms: Sequence[Format]) -> StudyError:
    """Return the refusal of a file or folder whose ending is known and whose contents are not."""
    if source.ending == FOLDER:
        inside = sorted(path for path in source.path.iterdir() if path.suffix.lower() in (".yaml", ".yml", ".xlsx"))
        fix = f"name one of its files: {', '.join(map(source.shown, inside[:5]))}" if inside else ""
        return source.refusal("a folder with neither CSV pages nor models/", readable(), fix)
    columns = source.tables.columns
    if {"case", "id", "finding"} <= set(columns):
        fix = "convert the folder that it is a page of, or 'merge' it into its study"
        return source.refusal("the page of evidence alone", "a folder of all pages", fix)
    allowed = _listed(form.about for form in forms if form.rule)
    fix = "explain words of your own, or of another language, by --words FILE; see 'processtrace convert --help'"
    return source.refusal(f"a table with the columns {', '.join(columns)[:80]}", allowed, fix)


def write(study: Study, path: Path, source: Path | None = None) -> list[Path]:
    """Write a study in the form that the name of its place has.

    Parameters
    ----------
    study : Study
        What to write.
    path : Path
        Where nothing is yet; or the workbook that is the source itself.
    source : Path or None
        Where the study was read from. From one workbook to another its own pages, columns and comments stay.

    Returns
    -------
    list of Path
        What was written, the main file first.

    Raises
    ------
    UsageError
        Where something has that name, or its ending is of a form that is not written.
    StudyError
        Where the form cannot hold the study.
    """
    ending = path.suffix.lower()
    fitting = {len(end): form.write for form in FORMATS for end in form.targets if form.write and path.name.lower().endswith(end)}
    if ending in _NOT_WRITTEN:
        written = _listed(form.kind for form in FORMATS if form.write)
        raise UsageError(f"{path}: a study is not written as '{ending}'; name {written}")
    if ending == ".xlsx" and source is not None and source.suffix.lower() == ".xlsx" and _form(Input(source)).write is _write_workbook:
        try:
            save_again(study, source, path)
        except FileExistsError:
            raise UsageError(f"{path} is there already; name a new file") from None
        return [path]
    return fitting[max(fitting)](study, path)
