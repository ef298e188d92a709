"""New folders and files are put in place whole or not at all, and never over what is there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from processtrace.errors import UsageError


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write to, which becomes `target` when the block ends without an error; UsageError where files are there."""
    target = target.absolute()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(f"{target} is {'not empty' if target.is_dir() else 'a file'}; name a new folder")
    above = next(folder for folder in target.parents if folder.exists())
    made = Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}-", dir=above))
    try:
        yield made
        made.chmod(0o755)
        if target.exists():
            _move_into(made, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.replace(target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _move_into(made: Path, target: Path) -> None:
    """Fill a folder that is there, and stays the same one for whoever works in it; empty it again where that fails."""
    try:
        for part in list(made.iterdir()):
            part.replace(target / part.name)
    except OSError:
        for part in target.iterdir():
            shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)
        raise
