"""An analyst's judgements written into the files of a study, whatever form they have."""

from __future__ import annotations

from pathlib import Path

from processtrace.errors import UsageError
from processtrace.formats.input import Input
from processtrace.formats.registry import PAGES
from processtrace.formats.workbook import add_to_workbook
from processtrace.formats.yaml import Added, StudyFiles
from processtrace.formats.yaml import add_judgements as add_to_yaml
from processtrace.study import Study


def add_judgements(files: StudyFiles, added: Added, expected: Study) -> list[Path]:
    """Write an analyst's judgements into the files of a study, YAML or a workbook: all change, or none.

    Parameters
    ----------
    files : StudyFiles
        The study with its files.
    added : Added
        What to write.
    expected : Study
        The study that the changed files must hold.

    Returns
    -------
    list of Path
        The files that changed.

    Raises
    ------
    AnalysisError
        Where the changed files would not read as the study `expected`; nothing is changed then.
    UsageError
        For files of another form.
    """
    home = files.paths[0]
    if files.case_paths:
        return add_to_yaml(files, added, expected)
    if home.suffix.lower() != ".xlsx" or not Input(home).sheets & PAGES:
        raise UsageError(f"{home}: judgements are merged into YAML files and workbooks; convert the study first")
    add_to_workbook(home, added.judgements, added.first, added.declared, expected)
    return [home]
