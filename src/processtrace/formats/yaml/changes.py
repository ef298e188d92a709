"""A file of a reader's changes, as the page of a report writes it."""

from __future__ import annotations

import dataclasses
import os
from os import PathLike
from pathlib import Path

from processtrace.errors import StudyError
from processtrace.formats.yaml.parser import Mapping, read_yaml
from processtrace.formats.yaml.places import line_of
from processtrace.study import Changes, Study
from processtrace.study.changes import unknown
from processtrace.study.validation import read_as


def load_changes(path: str | PathLike[str], study: Study) -> Changes:
    """Read a reader's changes to a study.

    Parameters
    ----------
    path : path
        The file. It may hold `prior`, a weight for each hypothesis; `correlation` by cluster (`case/cluster` for one that a case
        declares); and under `cases`, by case, `leave_out`, a list of items, and `probability` by item and hypothesis.
    study : Study
        The study that they change.

    Returns
    -------
    Changes
        The changes, for `apply_changes`.

    Raises
    ------
    StudyError
        With every fault, and every name that the study does not have, each with file and line.
    """
    shown = os.fspath(path)
    raw = read_yaml(Path(path), shown)
    try:
        changes = read_as(Changes, raw)
    except StudyError as error:
        raise _placed(error, raw, shown) from None
    faults = unknown(study, changes)
    if faults:
        raise _placed(StudyError(faults), raw, shown)
    return changes


def _placed(error: StudyError, raw: Mapping, path: str) -> StudyError:
    return StudyError([dataclasses.replace(fault, path=path, line=line_of(raw, fault.loc)) for fault in error.faults])
