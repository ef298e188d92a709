"""Files and folders that appear whole or not at all, even where the process that writes them is killed.

Everything is written under a hidden name beside its place, flushed to the disk, and renamed. What a killed process left
under such a name is removed by the next one that writes to the same place.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import secrets
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from processtrace.errors import UsageError

_MARK = ".processtrace"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
_TOKEN = secrets.token_hex(4)  # another process may have had the same number


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let a request to stop wait until what has been begun is done.

    Blocking the signals would not do: the system gives them to another thread, as those of linear algebra, and Python
    acts on them in this one. Only the main thread is ever interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    handlers = {number: handler for number, handler in handlers.items() if handler not in (None, signal.SIG_IGN)}
    try:
        for number in handlers:
            signal.signal(number, lambda asked_now, _: asked.append(asked_now))
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if asked:
            signal.raise_signal(asked[0])


@_undisturbed()
def write_files(contents: Mapping[Path, bytes | str], *, replace: bool = True) -> None:
    """Write files so that each is either the old one or the whole new one; where one cannot be written, none is changed.

    Missing folders are made. A link is followed, and the permissions of a file that was there are kept.

    Parameters
    ----------
    contents : mapping of paths to bytes or text
        What each file is to hold. Text is written in UTF-8, and the ends of its lines stay as they are.
    replace : bool
        Whether files that are there already are replaced.

    Raises
    ------
    FileExistsError
        Where `replace` is false and something has one of the names.
    OSError
        Where a folder or the disk refuses.
    """
    folders: list[Path] = []
    written: list[tuple[Path, Path]] = []
    undo: list[tuple[Path, Path | None]] = []
    try:
        for path, content in contents.items():
            target = path.resolve() if replace else path.absolute()
            folders = [*_make_folders(target.parent), *folders]
            _remove_leftovers(target)
            written.append((_write_beside(target, content.encode() if isinstance(content, str) else content), target))
        for temporary, target in written:
            if replace:
                undo.append((target, _write_beside(target, target.read_bytes()) if target.exists() else None))
                temporary.replace(target)
            else:
                _rename_to_new(temporary, target)
                undo.append((target, None))
    except BaseException:
        for target, old in reversed(undo):
            with suppress(OSError):
                target.unlink(missing_ok=True) if old is None else old.replace(target)
        raise
    finally:
        for leftover in [*(temporary for temporary, _ in written), *(old for _, old in undo if old is not None)]:
            leftover.unlink(missing_ok=True)
        _remove_empty(folders)
    for folder in {target.parent for _, target in written if not _is_flushed_later(target)}:
        _flush(folder)


@contextmanager
def write_folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give an empty folder to write to, which takes the place `target` when the block ends without an error.

    Parameters
    ----------
    target : Path
        Where the folder is to be. Missing folders above it are made; an empty folder may be there.
    replace : bool
        Whether a folder of earlier results, written in this way, may be there and is replaced as a whole.

    Yields
    ------
    Path
        The folder under a hidden name beside its place.

    Raises
    ------
    UsageError
        Where `target` is a file, or a folder that holds anything else.
    """
    target = target.absolute()
    _remove_leftovers(target)
    empty = target.is_dir() and not any(target.iterdir())
    if target.exists() and not empty and not (replace and (target / _MARK).exists()):
        read = f"{target} is not empty and holds no earlier results; name a new folder with --out"
        raise UsageError(read if replace else f"{target} is {'not empty' if target.is_dir() else 'a file'}; name a new folder")
    folders: list[Path] = []
    made: Path | None = None
    try:
        with _undisturbed():
            folders = _make_folders(target.parent)
            made = Path(tempfile.mkdtemp(prefix=_hidden(target), dir=target.parent))
        if replace:
            (made / _MARK).write_text("Results of processtrace run; replaced as a whole by the next run.\n", encoding="utf-8")
        yield made
        _put(made, target, replace)
    finally:
        with _undisturbed():
            if made is not None:
                shutil.rmtree(made, ignore_errors=True)
            _remove_empty(folders)


def _hidden(target: Path) -> str:
    """Return how the hidden names beside a place begin: they say which process has written them."""
    name = target.name if len(os.fsencode(target.name)) <= 180 else hashlib.sha256(os.fsencode(target.name)).hexdigest()
    return f".{name}-{os.getpid()}-{_TOKEN}-"


def _write_beside(target: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=_hidden(target), dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if not _is_flushed_later(target):
            _flush(Path(name))
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _rename_to_new(temporary: Path, target: Path) -> None:
    """Give a file its name; FileExistsError where something has that name, also if it got it a moment ago."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        target.open("xb").close()
        try:
            temporary.replace(target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; return those that were missing, the innermost first."""
    missing = [part for part in (folder, *folder.parents) if not part.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders that were made for files which could not be written; those that hold something stay."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _flush(path: Path) -> None:
    """Make the contents of a file, or the names in a folder, last on the disk where the system can."""
    if os.name != "posix" or path.is_symlink():
        return
    with suppress(OSError) if path.is_dir() else nullcontext():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_flushed_later(target: Path) -> bool:
    """Return whether a file lies in a folder that is being written, which is flushed as a whole when it is done."""
    return any(f"-{os.getpid()}-{_TOKEN}-" in part for part in target.parts[:-1])


@_undisturbed()
def _put(made: Path, target: Path, replace: bool) -> None:
    """Give a folder that is whole its place."""
    made.chmod(0o755)
    for path in made.rglob("*"):
        _flush(path)
    if not target.exists():
        made.replace(target)
    elif replace:
        _swap(made, target)
    else:
        _fill(target, made)
    _flush(target.parent)


def _fill(target: Path, made: Path) -> None:
    """Fill an empty folder, which stays the same folder for a program that works in it; empty it again where that fails."""
    try:
        for part in list(made.iterdir()):
            part.replace(target / part.name)
    except OSError:
        for part in target.iterdir():
            shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)
        raise


def _swap(made: Path, target: Path) -> None:
    """Put the new folder in the place of the old one: in one step where the system can, else by way of a third name."""
    if _exchanged(made, target):
        return
    old = made.with_name(f"{made.name}-old")
    target.replace(old)
    try:
        made.replace(target)
    except OSError:
        with suppress(OSError):
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step; return whether the system could."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    return rename is not None and rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _remove_leftovers(target: Path) -> None:
    """Remove what killed processes left beside a place; where one was killed between two renames, put the old results back."""
    head = re.escape(_hidden(target).removesuffix(f"{os.getpid()}-{_TOKEN}-"))
    named = re.compile(head + r"(\d+)-([0-9a-f]{8})-\w+?(-old)?")
    for path in list(target.parent.glob(".*")) if target.parent.is_dir() else []:
        found = named.fullmatch(path.name)
        if not found or _is_running(int(found[1]), found[2]):
            continue
        if found[3] and not target.exists():
            path.replace(target)
        elif path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _is_running(process: int, token: str) -> bool:
    """Return whether the process that wrote a hidden name may still be running; where the system does not say, it may."""
    if process == os.getpid():
        return token == _TOKEN
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
