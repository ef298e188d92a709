"""Files and folders that are put in place whole or not at all, whenever the process that writes them is killed."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from processtrace.errors import UsageError

_MARK = ".processtrace"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


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


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """A new folder to write to; it takes the place of `target` when the block ends without an error.

    A folder that holds other things than earlier results is left alone: UsageError. What a killed run left beside it is
    taken away.
    """
    target = target.absolute()
    _clean(target)
    if target.exists() and not _is_ours(target):
        raise UsageError(f"{target} is not empty and holds no earlier results; name a new folder with --out")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}-{os.getpid()}-", dir=target.parent))
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
    """Put the new folder in its place: in one step where the system can, else by way of a third name."""
    if target.exists() and _exchanged(made, target):
        return
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


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the names of two folders could be exchanged in one step."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    return rename is not None and rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _clean(target: Path) -> None:
    """Take away what killed runs left; where one was killed between its two renames, put the old results back."""
    named = re.compile(re.escape(f".{target.name}-") + r"(\d+)-\w+?(-old)?")
    found = list(target.parent.glob(".*")) if target.parent.is_dir() else []
    left = [(path, match) for path in found if (match := named.fullmatch(path.name)) and not _runs(int(match[1]))]
    for path, match in left:
        if match[2] and not target.exists():
            path.replace(target)
        else:
            shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    """Whether a process may still be running; where the system does not say, it may."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
