"""What a report was made from: inputs with their hashes, versions, seed, command."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

VERSIONS = ("processtrace", "numpy", "scipy", "pymc", "arviz")


def provenance(files: Iterable[str | Path], *, command: str, random_seed: int | None = None, home: str | Path = ".") -> dict[str, str]:
    """Command, seed, versions, and the SHA-256 of each input file, in words, ready for `write(..., provenance=...)`.

    Files are named relative to `home` (a file elsewhere by its name alone). Raises OSError where one cannot be read.
    """
    told = {"Command": command}
    if random_seed is not None:
        told["Seed"] = str(random_seed)
    told["Python"] = platform.python_version()
    for name in VERSIONS:
        try:
            told[name] = version(name)
        except PackageNotFoundError:
            continue
    for file in dict.fromkeys(Path(file) for file in files):
        told[f"SHA-256 of {named(file, Path(home))}"] = hashlib.sha256(file.read_bytes()).hexdigest()
    return told


def named(file: Path, home: Path) -> str:
    """A file's name relative to `home`; its last part alone where it lies elsewhere."""
    whole, base = file.resolve(), home.resolve()
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else file.name
