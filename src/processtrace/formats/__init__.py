"""Studies read from files and written to them: YAML, workbooks, CSV, and the forms of other programs."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from processtrace.formats.yaml import StudyFiles
    from processtrace.study import Study

__all__ = ["load_study", "read", "read_files", "write"]


def read(path: str | PathLike[str]) -> Study:
    """Read the study in a file or folder of any form: YAML, workbook, folder of CSV, or a form of another program.

    Parameters
    ----------
    path : path
        The file or folder; it is recognised by its ending and contents.

    Returns
    -------
    Study
        The study. Where numbers were made from a foreign form, its description says how.

    Raises
    ------
    StudyError
        With every fault, for what has none of the forms or is damaged.
    """
    from processtrace.formats.registry import read

    return read(Path(path))


def load_study(path: str | PathLike[str]) -> Study:
    """Read a study: a study file with the cases, shared parts and bibliography that it names, or a workbook, or another form.

    Parameters
    ----------
    path : path
        The study file (.yaml), a workbook (.xlsx), a folder of CSV pages, or a form of another program.

    Returns
    -------
    Study
        The study.

    Raises
    ------
    StudyError
        With every fault of all files at once, each with file and line.
    """
    return read(path)


def read_files(path: str | PathLike[str]) -> StudyFiles:
    """Read the study in a file or folder of any form, with the files it is read from.

    Parameters
    ----------
    path : path
        The file or folder.

    Returns
    -------
    StudyFiles
        The study with its files, the main one first.

    Raises
    ------
    StudyError
        With every fault, for what has none of the forms or is damaged.
    """
    from processtrace.formats.registry import read_files

    return read_files(Path(path))


def write(study: Study, path: str | PathLike[str], source: str | PathLike[str] | None = None) -> list[Path]:
    """Write a study where nothing is yet, whole or not at all.

    Parameters
    ----------
    study : Study
        What to write.
    path : path
        A workbook for a name in .xlsx; a folder of CSV pages for a name that ends in csv; a study file with its evidence beside
        it for a name in .yaml; else a folder that is a YAML project.
    source : path or None
        Where the study was read from. From one workbook to another its own pages, columns and comments stay, and `path` may be the
        source itself.

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
    from processtrace.formats.registry import write

    return write(study, Path(path), None if source is None else Path(source))
