"""Contradictions of a study, each as a fault with the file and the line of an item that takes part in it."""

from __future__ import annotations

from collections.abc import Iterable

from processtrace.errors import ContradictionError, Fault, Location
from processtrace.formats import paths
from processtrace.formats.yaml.parser import read_yaml
from processtrace.formats.yaml.places import line_of
from processtrace.formats.yaml.study_files import StudyFiles


def placed(files: StudyFiles, found: Iterable[ContradictionError]) -> list[Fault]:
    """Return contradictions as faults, at the first item that refutes, or at the prior where no item does.

    Parameters
    ----------
    files : StudyFiles
        The study with the files it was read from.
    found : iterable of ContradictionError
        Its contradictions.

    Returns
    -------
    list of Fault
        One for each.
    """
    return [_placed(files, error) for error in found]


def _placed(files: StudyFiles, error: ContradictionError) -> Fault:
    path = files.case_paths[error.case]
    shown = paths.display(path, files.project)
    raw = read_yaml(path, shown)
    refuting = {item for items in error.refuted.values() for item in items}
    places = [k for k, item in enumerate(raw.get("evidence") or []) if str(item.get("id")) in refuting]
    loc: Location = ("evidence", places[0]) if places else ("prior",) if "prior" in raw else ("case",)
    where, read, allowed, fix = error.parts
    return Fault(where, read, allowed, fix, loc, shown, line_of(raw, loc))
