"""The text of a file that a user names: missing, too large and unreadable files are faults."""

from __future__ import annotations

from pathlib import Path

from processtrace.errors import Fault, StudyError

LARGEST_FILE = 20_000_000
"""Bytes that a file may have."""


def read_text(path: Path, shown_path: str) -> str:
    """Read the text of a file; StudyError for what is missing, a folder, too large or not UTF-8."""

    def refuse(read: str, allowed: str, fix: str = "", line: int = 0) -> StudyError:
        return StudyError([Fault("", read, allowed, fix, (), shown_path, line)])

    try:
        if path.is_dir():
            raise refuse("a folder", "a file")
        if not path.exists():
            raise refuse("no such file", "a file that exists", "check the name and the folder")
        if not path.is_file():
            raise refuse("not a regular file", "a file")
        if path.stat().st_size > LARGEST_FILE:
            raise refuse(f"{path.stat().st_size / 1e6:.0f} MB", f"at most {LARGEST_FILE / 1e6:.0f} MB")
        raw = path.read_bytes()
    except OSError as error:
        raise refuse(f"cannot be read ({error.strerror})", "a file that can be read") from None
    if raw.startswith(b"PK\x03\x04"):
        raise refuse(
            "a workbook or another packed file", "text in UTF-8", "turn it into a study with 'processtrace convert FILE FOLDER'", 1
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # as spreadsheets and editors on Windows say that it is UTF-16
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise refuse("damaged UTF-16", "text in UTF-8", "save the file as UTF-8", 1) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise refuse(f"byte {raw[error.start]:#04x}, not UTF-8", "text in UTF-8", "save the file as UTF-8", line) from None
