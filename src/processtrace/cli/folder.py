"""Results are put in place whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from processtrace.errors import UsageError

_MARK = ".processtrace"


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """A new folder to write to; it takes the place of `target` when the block ends without an error.

    A folder that holds other things than earlier results is left alone: UsageError.
    """
    target = target.absolute()
    if target.exists() and not _is_ours(target):
        raise UsageError(f"{target} is not empty and holds no earlier results; name a new folder with --out")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        (made / _MARK).write_text("Results of processtrace run; replaced as a whole by the next run.\n", encoding="utf-8")
        yield made
        made.chmod(0o755)
        _swap(made, target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _is_ours(target: Path) -> bool:
    return target.is_dir() and ((target / _MARK).exists() or not any(target.iterdir()))


def _swap(made: Path, target: Path) -> None:
    """Rename the old folder away and the new one into its place; put the old one back if that fails."""
    old = made.with_name(f"{made.name}-old")
    if target.exists():
        target.replace(old)
    try:
        made.replace(target)
    except OSError:
        if old.exists():
            with suppress(OSError):
                old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
