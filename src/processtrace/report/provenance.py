"""What a report was made from: inputs with their hashes, versions, seed, command; and how the library is cited."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from processtrace import citation

VERSIONS = ("processtrace", "numpy", "scipy", "pymc", "arviz")


def provenance(files: Iterable[str | Path], *, command: str, random_seed: int | None = None, home: str | Path = ".") -> dict[str, str]:
    """Return command, seed, versions, and the SHA-256 of each input file, in words.

    Parameters
    ----------
    files : iterable of path
        The input files.
    command : str
        The command line that gives the results.
    random_seed : int, optional
        The seed of the draws.
    home : path
        The folder to which the names of the files are relative; a file elsewhere has its name alone.

    Returns
    -------
    dict of str to str
        Names and values, in the order in which the report prints them.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    known = {"Command": command}
    if random_seed is not None:
        known["Seed"] = str(random_seed)
    known["Python"] = platform.python_version()
    for name in VERSIONS:
        try:
            known[name] = version(name)
        except PackageNotFoundError:
            continue
    for file in dict.fromkeys(Path(file) for file in files):
        known[f"SHA-256 of {named(file, Path(home))}"] = hashlib.sha256(file.read_bytes()).hexdigest()
    known["How to cite the library"] = citation.as_text()
    return known


def named(file: Path, home: Path) -> str:
    """Return a file's name relative to `home`; its last part alone where it is elsewhere."""
    whole, base = file.resolve(), home.resolve()
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else file.name
