"""The archive of a REFI-QDA project (.qdpx), read without unpacking anything to the disk and without trust."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from processtrace.errors import Fault, StudyError
from processtrace.formats.boundary import from_library

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST_PROJECT, LARGEST_TEXT, MOST_TEXT = 50_000_000, 20_000_000, 200_000_000
MOST_PARTS, DENSEST = 100_000, 500
_FIX = "export it again as a REFI-QDA project; a program's own file (.nvp, .mx24, .atlproj24) is none"


class Archive:
    """The parts of a project; StudyError, with one fault, for what is damaged or could do harm.

    Parameters
    ----------
    path : Path
        The .qdpx file.
    shown_path : str
        How messages name it.
    """

    def __init__(self, path: Path, shown_path: str):
        self.shown_path = shown_path
        if path.is_dir() or not path.exists():
            raise self.refusal("a folder" if path.is_dir() else "no such file", "a .qdpx file", "check the name")
        self._zip = self._library(lambda: zipfile.ZipFile(path))
        self._read = 0
        infos = self._zip.infolist()
        if len(infos) > MOST_PARTS:
            raise self.refusal(f"{len(infos)} files inside", f"at most {MOST_PARTS}")
        self.parts = {_plain(info.filename): info for info in infos}

    def __enter__(self) -> Archive:
        """Return the open archive."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._zip.close()

    def refusal(self, read: str, allowed: str, fix: str = "") -> StudyError:
        """Return the error that ends the reading."""
        return StudyError([Fault("", read, allowed, fix, (), self.shown_path)])

    def _library[T](self, call: Callable[[], T]) -> T:
        try:
            return from_library(call, self.shown_path, "a REFI-QDA project (.qdpx)", _FIX)
        except StudyError:
            raise self.refusal("not a ZIP file, or a damaged one", "a REFI-QDA project (.qdpx)", _FIX) from None

    def part(self, name: str, most: int) -> bytes:
        """Return the content of a part, within its stated size."""
        info = self.parts[name]
        if info.flag_bits & 1:
            raise self.refusal(f"'{name[:60]}' is locked by a password", "a project without one", "export it again")
        if info.file_size > most or info.file_size > max(1_000_000, DENSEST * info.compress_size):
            read = f"'{name[:60]}', which unpacks to {info.file_size / 1e6:.0f} MB"
            raise self.refusal(read, f"at most {most / 1e6:.0f} MB, {DENSEST} times its size")

        def unpacked() -> bytes:
            with self._zip.open(info) as file:
                return file.read(info.file_size + 1)

        content = self._library(unpacked)
        self._read += len(content)
        if len(content) > info.file_size or self._read > MOST_TEXT:
            raise self.refusal("texts that unpack to more than they should", f"at most {MOST_TEXT / 1e6:.0f} MB together")
        return content

    def project(self) -> Element:
        """Return the XML of the project."""
        inside = [name for name in self.parts if name.endswith(".qde") and not name.startswith("__macosx/")]
        named = min(inside, key=lambda name: (name.count("/"), name.rpartition("/")[2] != "project.qde"), default="")
        if not named:
            raise self.refusal(
                "a ZIP file without 'project.qde'", "a REFI-QDA project (.qdpx)", "export the project, not the codebook alone"
            )
        self._folder = named[: named.rfind("/") + 1]
        return parsed(self.part(named, LARGEST_PROJECT), named, self.shown_path, "Project")

    def text(self, address: str) -> tuple[str | None, str]:
        """Return the text at an address within the project, and else, in words, why there is none."""
        named = next((self._folder + name for name in _spellings(address) if self._folder + name in self.parts), None)
        if named is None:
            return None, "which is not in the file"
        content = self.part(named, LARGEST_TEXT)
        wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        try:
            if wide or content[1:2] == b"\x00" or content[:1] == b"\x00":
                return content.decode("utf-16" if wide else "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"), ""
            return content.decode("utf-8-sig"), ""
        except UnicodeDecodeError:
            return None, "which is not UTF-8"


def parsed(content: bytes, name: str, shown_path: str, root_name: str) -> Element:
    """Return XML as a tree; StudyError, with one fault, for what is broken, unsafe or something else."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    def refuse(read: str, allowed: str, fix: str = "export it again") -> StudyError:
        return StudyError([Fault("", read, allowed, fix, (), shown_path)])

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        raise refuse(f"broken XML in '{name}', line {error.position[0]}", "a whole REFI-QDA project") from None
    except DefusedXmlException:
        raise refuse(f"a document type or an entity in '{name}'", "plain XML") from None
    except Exception:
        raise refuse(f"'{name}' in an encoding that is not known", "UTF-8") from None
    found = str(root.tag).rpartition("}")[2]
    if found != root_name:
        kind = "project" if root_name == "Project" else "codebook"
        fix = "export the project, not the codebook" if root_name == "Project" else "export the codebook"
        raise refuse(f"<{found[:40]}> in '{name}'", f"a REFI-QDA {kind}, which begins with <{root_name}>", fix)
    return root


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/")).lower()


def _spellings(address: str) -> Iterator[str]:
    """Yield the names of parts that an address may mean, in the spellings that programs write."""
    for said in (unquote(address), address):
        rest = re.sub(r"^[a-z]+:[\\/]*", "", said.strip(), flags=re.IGNORECASE)
        rest = re.sub(r"^(?:\.?/)+", "", _plain(rest))
        yield f"sources/{rest}"
        yield rest
        yield f"sources/{rest.rpartition('/')[2]}"
