"""Worked examples that come with the library: whole studies to read, run and change.

`NAMES` lists them, `load` reads one, and `copy` writes its files to a folder of your own. Their files are those of the
folders `models/` and `evidence/` of the project, which an installed copy holds beside this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from processtrace.errors import UsageError
from processtrace.formats import load_study, read_files
from processtrace.formats.atomic import write_files, write_folder
from processtrace.text.names import nearest

if TYPE_CHECKING:
    from processtrace.study import Study

__all__ = ["NAMES", "copy", "load"]

NAMES = {
    "chile": "The Chilean tax reform of 2005, with the weights that Fairfield and Charman published",
    "murder": "A murder with two suspects, after Zaks; the numbers are ours",
    "programme": "The evaluation of an invented programme, with a contribution claim",
    "adams": "R v Adams: a DNA match against an alibi, with the numbers of the defence",
    "design_library": "The two clues of DeclareDesign's process tracing designer",
    "democratisation": "A causal model of democratisation, with an invented case",
    "alignment": "Why five Central Asian states align with Russia as they do",
    "known_answers": "Twenty-four dice whose kind is known, made by simulation, to measure a judge with",
}
"""The examples, each with a line on what it is."""


@dataclass(frozen=True)
class Copied:
    """Where an example was written: its study file, and every file."""

    study: Path
    files: tuple[Path, ...]


def load(name: str) -> Study:
    """Return the study of an example.

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Returns
    -------
    Study
        The study.

    Raises
    ------
    UsageError
        If there is no example of this name.

    Examples
    --------
    >>> import processtrace as pt
    >>> study = pt.examples.load("adams")
    >>> round(pt.update(study).posterior.sel(case="adams", hypothesis="guilty").item(), 2)
    0.98
    """
    return load_study(_path(name))


def copy(name: str, folder: str | PathLike[str]) -> Copied:
    """Write the files of an example to a folder, whole or not at all.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    folder : path
        A folder that is new or empty; `models/` and `evidence/` are written in it.

    Returns
    -------
    Copied
        The study file, and every file that was written.

    Raises
    ------
    UsageError
        If there is no example of this name, or the folder holds something.
    """
    read, target = read_files(_path(name)), Path(folder)
    names = [path.relative_to(read.project) for path in read.paths]
    with write_folder(target) as made:
        write_files({made / inner: path.read_bytes() for inner, path in zip(names, read.paths, strict=True)})
    return Copied(target / names[0], tuple(target / inner for inner in names))


def _path(name: str) -> Path:
    """Return the study file of an example: beside this file where the library is installed, else in the project that it runs from."""
    if name not in NAMES:
        raise UsageError(f"no example '{name}'; {', '.join((*NAMES,))} {nearest(name, NAMES)}".rstrip())
    beside = Path(__file__).parent
    home = beside if (beside / "models").is_dir() else beside.parents[2]
    return home / "models" / f"{name}.yaml"
