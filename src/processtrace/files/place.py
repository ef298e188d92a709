"""Files are put in place whole, all of them or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def put(contents: Mapping[Path, bytes]) -> None:
    """Write files so that each is either the old one or the whole new one; where one cannot be written, none is changed.

    Each goes to a temporary file beside its place, is flushed to the disk, and takes the place by a rename. A link is
    followed, and the permissions of a file that was there are kept. OSError where a folder or disk refuses.
    """
    made: list[tuple[Path, Path]] = []
    undo: list[tuple[Path, Path | None]] = []
    try:
        for path, content in contents.items():
            target = path.resolve()
            made.append((_beside(target, content), target))
        for new, target in made:
            undo.append((target, _copy(target)))
            new.replace(target)
    except BaseException:
        for target, old in reversed(undo):
            with suppress(OSError):
                target.unlink(missing_ok=True) if old is None else old.replace(target)
        raise
    finally:
        for leftover in [*(new for new, _ in made), *(old for _, old in undo if old is not None)]:
            leftover.unlink(missing_ok=True)
    for folder in {target.parent for _, target in made}:
        _flush(folder)


def put_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, whole or not at all; FileExistsError where something has that name."""
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _beside(target: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _copy(target: Path) -> Path | None:
    return _beside(target, target.read_bytes()) if target.exists() else None


def _flush(folder: Path) -> None:
    """Make the renames of a folder last, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
