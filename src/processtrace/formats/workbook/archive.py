"""Whether a workbook from anywhere may be handed to the library that reads workbooks: its size, its parts, its XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from processtrace.errors import Fault, StudyError
from processtrace.formats.text_file import LARGEST_FILE
from processtrace.formats.workbook.pages import MOST_COLUMNS, MOST_ROWS

MOST_PARTS = 1_000
LARGEST_WHOLE = 100_000_000
DENSEST = 200
MOST_ELEMENTS = 3_000_000
DEEPEST = 60
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True)
class Extent:
    """What a part of a workbook holds as far as it is a sheet: its last filled column, and its merged ranges."""

    columns: int
    merged: tuple[str, ...]


class _Refused(Exception):
    """Something in the file that ends the reading, in the words of a fault."""

    def __init__(self, read: str, allowed: str, fix: str = ""):
        """Keep what was read, what is allowed, and how to fix it."""
        self.read, self.allowed, self.fix = read, allowed, fix
        super().__init__(read)


def safe_workbook(path: Path, shown_path: str) -> tuple[bytes, dict[str, Extent]]:
    """Return the bytes of a workbook, and the extent of each of its parts; StudyError for what could do harm or cannot be read."""
    try:
        content = _content(path)
        return content, _parts(content)
    except _Refused as refused:
        raise StudyError([Fault("", refused.read, refused.allowed, refused.fix, (), shown_path)]) from None
    except OSError as error:
        raise StudyError([Fault("", f"cannot be read ({error.strerror})", "a file that can be read", "", (), shown_path)]) from None


def _content(path: Path) -> bytes:
    if path.is_dir():
        raise _Refused("a folder", "a workbook (.xlsx)")
    if not path.exists():
        raise _Refused("no such file", "a file that exists", "check the name and the folder")
    if not path.is_file():
        raise _Refused("not a regular file", "a workbook (.xlsx)")
    if path.stat().st_size > LARGEST_FILE:
        raise _Refused(f"{path.stat().st_size / 1e6:.0f} MB", f"at most {LARGEST_FILE / 1e6:.0f} MB")
    content = path.read_bytes()
    if content.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _Refused("a workbook locked by a password", "one without", "open it, remove the password and save it again")
        raise _Refused("an old .xls file", "a workbook in the form .xlsx", "open it and save it as .xlsx")
    if not content.startswith(b"PK"):
        raise _Refused("an empty file" if not content else "not a workbook", "a workbook in the form .xlsx", "save it as .xlsx")
    return content


def _parts(content: bytes) -> dict[str, Extent]:
    with _of_library(lambda: zipfile.ZipFile(io.BytesIO(content))) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        if "mimetype" in names:
            raise _Refused("an OpenDocument file", "a workbook in the form .xlsx", "open it and save it as .xlsx")
        if len(infos) > MOST_PARTS or len(set(names)) < len(names):
            raise _Refused(f"{len(infos)} files inside, or two of one name", f"a workbook of at most {MOST_PARTS}, each with its own name")
        if sum(info.file_size for info in infos) > LARGEST_WHOLE:
            raise _Refused("a file that unpacks to more than it should", f"at most {LARGEST_WHOLE / 1e6:.0f} MB unpacked")
        extents = {}
        left = MOST_ELEMENTS
        for info in infos:
            if info.flag_bits & 1:
                raise _Refused("a workbook locked by a password", "one without", "open it, remove the password and save it again")
            if info.file_size > max(1_000_000, DENSEST * info.compress_size):
                raise _Refused(
                    f"'{info.filename[:60]}', which unpacks to {info.file_size / 1e6:.0f} MB", f"at most {DENSEST} times its size"
                )
            counted = _scan(info, _of_library(partial(_unpacked, archive, info)), left)
            left -= counted.elements
            extents[info.filename] = Extent(counted.columns, tuple(counted.merged))
        return extents


def _of_library[T](read: Callable[[], T]) -> T:
    """Return what a library reads; whatever it raises on a damaged file ends the reading."""
    try:
        return read()
    except Exception:
        raise _Refused("a damaged or truncated file", "a whole workbook (.xlsx)", "save it again, or fetch it again") from None


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a part, and one byte more where there is more than it says."""
    with archive.open(info) as file:
        return file.read(info.file_size + 1)


def _scan(info: zipfile.ZipInfo, content: bytes, left: int) -> _Counter:
    """Read a part through where it is XML."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import make_parser

    if len(content) > info.file_size:
        raise _Refused("a file that unpacks to more than it says", "a whole workbook (.xlsx)")
    counter = _Counter(left)
    if not content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        return counter
    parser: Any = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(counter)
    try:
        parser.parse(io.BytesIO(content))
    except DefusedXmlException:
        raise _Refused("a document type or an entity in its XML", "plain XML", "save it again with a spreadsheet") from None
    except (SAXParseException, LookupError, ValueError):
        if info.filename.endswith((".xml", ".rels")):
            raise _Refused(
                f"broken XML in '{info.filename[:60]}'", "a whole workbook (.xlsx)", "save it again with a spreadsheet"
            ) from None
    return counter


class _Counter(ContentHandler):
    """A count of what would cost memory and time, which trusts no stated dimension."""

    def __init__(self, most: int) -> None:
        """Count up to `most` elements."""
        super().__init__()
        self.most = most
        self.elements = self.depth = self.row = self.columns = self._column = 0
        self.merged: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:
        """Count an element, and note where a sheet has it."""
        kind = name.rpartition(":")[2]
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST or self.elements > self.most:
            read = "XML nested too deep" if self.depth > DEEPEST else "more than a workbook of a study holds"
            raise _Refused(read, f"at most {DEEPEST} levels and {MOST_ELEMENTS} elements")
        if kind == "row":
            row = int(attrs.get("r", self.row + 1))
            if row <= self.row:
                raise _Refused(f"row {row} after row {self.row}", "rows in order", "save it again with a spreadsheet")
            self.row, self._column = row, 0
        elif kind == "c":
            self._column = _column(attrs.get("r", "")) or self._column + 1
        elif kind in ("v", "f", "is"):
            self._filled()
        elif kind == "mergeCell":
            self.merged.append(str(attrs.get("ref", ""))[:40])

    def endElement(self, name: str) -> None:  # noqa: ARG002
        """Leave a level."""
        self.depth -= 1

    def _filled(self) -> None:
        self.columns = max(self.columns, self._column)
        if self.row > MOST_ROWS or self.columns > MOST_COLUMNS:
            read = f"something in row {self.row}" if self.row > MOST_ROWS else f"something in column {self.columns}"
            fix = "delete the rows and columns that are not in use"
            raise _Refused(read, f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns", fix)


def _column(reference: str) -> int:
    number = 0
    for letter in reference.upper():
        if not "A" <= letter <= "Z":
            break
        number = min(number * 26 + ord(letter) - 64, 10**6)
    return number
