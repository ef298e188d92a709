"""REFI-QDA projects (.qdpx): a ZIP with `project.qde` and texts, read without unpacking anything to the disk.

The REFI-QDA standard 1.0/1.5 (2019), https://www.qdasoftware.org. Positions count Unicode characters of the plain text, the end
excluded; ATLAS.ti counts the end of a line as one character even where its file has two.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from processtrace.errors import Fault, StudyError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LARGEST_PROJECT, LARGEST_TEXT, MOST_TEXT = 50_000_000, 20_000_000, 200_000_000
MOST_PARTS, DENSEST = 100_000, 500
_PLACES = {"PictureSource": "a part of the picture", "AudioSource": "a part of the recording", "VideoSource": "a part of the film"}


@dataclass(frozen=True)
class Code:
    """A code of the codebook; `group` is the topmost code above it, or nothing."""

    name: str
    group: str = ""


@dataclass
class Passage:
    """What was coded: its text, or words for where it is in a document without text; who coded it, and remarks."""

    start: int
    text: str
    where: str = ""
    codes: list[Code] = field(default_factory=list)
    coders: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Document:
    """A source of the project with its coded passages, in the order of the text."""

    name: str
    passages: list[Passage]


@dataclass(frozen=True)
class QdaProject:
    """A project: its name, the program that wrote it, its documents, and what could not be read."""

    name: str
    origin: str
    documents: list[Document]
    left_out: list[str]


class _Refused(Exception):
    """Something in the file that ends the reading, in the words of a fault."""

    def __init__(self, read: str, allowed: str, fix: str = ""):
        """Keep what was read, what is allowed, and how to fix it."""
        self.read, self.allowed, self.fix = read, allowed, fix
        super().__init__(read)


def read_project(path: Path, shown_path: str) -> QdaProject:
    """Read the coded passages of a project.

    Parameters
    ----------
    path : Path
        The .qdpx file.
    shown_path : str
        How messages name it.

    Returns
    -------
    QdaProject
        Its documents with their coded passages, and what could not be read.

    Raises
    ------
    StudyError
        For what is no REFI-QDA project, is damaged, or could do harm.

    References
    ----------
    The REFI-QDA standard 1.0/1.5 (2019), https://www.qdasoftware.org.
    """
    try:
        if path.is_dir() or not path.exists():
            raise _Refused("a folder" if path.is_dir() else "no such file", "a .qdpx file", "check the name")
        with zipfile.ZipFile(path) as archive:
            return _Reader(archive).project()
    except _Refused as refused:
        raise StudyError([Fault("", refused.read, refused.allowed, refused.fix, (), shown_path)]) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError, RuntimeError):
        fix = "export it again as a REFI-QDA project; a program's own file (.nvp, .mx24, .atlproj24) is none"
        raise StudyError([Fault("", "not a ZIP file, or a damaged one", "a REFI-QDA project (.qdpx)", fix, (), shown_path)]) from None


class _Reader:
    """One project: its archive, users, codes and remarks."""

    def __init__(self, archive: zipfile.ZipFile):
        """Open the archive without unpacking anything."""
        self.archive = archive
        self.read = 0
        infos = archive.infolist()
        if len(infos) > MOST_PARTS:
            raise _Refused(f"{len(infos)} files inside", f"at most {MOST_PARTS}")
        self.parts = {info.filename.replace("\\", "/").lower(): info for info in infos}
        self.left_out: list[str] = []

    def project(self) -> QdaProject:
        """Return the project with its coded passages."""
        root = self._root()
        self.origin = " ".join(root.get("origin", "").split())
        self.users = {_guid(user.get("guid")): _name(user) for user in _all(root, "User")}
        cases = {_guid(case.get("guid")) for case in _all(root, "Case")}
        self.codes = {guid: code for guid, code in _codes(root) if guid not in cases}
        self.notes = {_guid(note.get("guid")): note for notes in _kids(root, "Notes") for note in _kids(notes, "Note")}
        documents = [self._document(source) for sources in _kids(root, "Sources") for source in sources]
        return QdaProject(_name(root), self.origin, [one for one in documents if one.passages], self.left_out)

    def _root(self) -> Element:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring

        name = (
            "project.qde"
            if "project.qde" in self.parts
            else next((name for name in self.parts if name.endswith(".qde") and "/" not in name), "")
        )
        if not name:
            raise _Refused("a ZIP file without 'project.qde'", "a REFI-QDA project (.qdpx)", "export the project, not the codebook alone")
        content = self._part(name, LARGEST_PROJECT)
        try:
            root: Element = fromstring(content, forbid_dtd=True)
        except ParseError as error:
            raise _Refused(f"broken XML in '{name}', line {error.position[0]}", "a whole REFI-QDA project", "export it again") from None
        except DefusedXmlException:
            raise _Refused(f"a document type or an entity in '{name}'", "plain XML", "export it again") from None
        except (LookupError, ValueError):
            raise _Refused(f"'{name}' in an encoding that is not known", "UTF-8", "export it again") from None
        if _local(root) != "Project":
            raise _Refused(
                f"<{_local(root)[:40]}> in '{name}'",
                "a REFI-QDA project, which begins with <Project>",
                "export the project, not the codebook",
            )
        return root

    def _part(self, name: str, most: int) -> bytes:
        info = self.parts[name]
        if info.flag_bits & 1:
            raise _Refused(f"'{name[:60]}' is locked by a password", "a project without one", "export it again")
        if info.file_size > most or info.file_size > max(1_000_000, DENSEST * info.compress_size):
            raise _Refused(
                f"'{name[:60]}', which unpacks to {info.file_size / 1e6:.0f} MB", f"at most {most / 1e6:.0f} MB, {DENSEST} times its size"
            )
        try:
            with self.archive.open(info) as file:
                content = file.read(info.file_size + 1)
        except OSError as error:  # a place in the archive that is none
            raise zipfile.BadZipFile from error
        self.read += len(content)
        if len(content) > info.file_size or self.read > MOST_TEXT:
            raise _Refused("texts that unpack to more than they should", f"at most {MOST_TEXT / 1e6:.0f} MB together")
        return content

    def _text(self, source: Element, name: str) -> str | None:
        """Return the plain text of a source, a transcript or a note; None where it is not in the file, which is noted."""
        if (inside := next(_kids(source, "PlainTextContent"), None)) is not None:
            return self._lines(inside.text or "")
        address = source.get("plainTextPath") or ""
        if not address:
            return None
        scheme, _, rest = address.partition("://")
        part = f"sources/{unquote(rest).lstrip('/').lower()}"
        if scheme != "internal" or part not in self.parts:
            self.left_out.append(f"the text of '{name}', which is not in the file")
            return None
        try:
            return self._lines(self._part(part, LARGEST_TEXT).decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.left_out.append(f"the text of '{name}', which is not UTF-8")
            return None

    def _lines(self, text: str) -> str:
        return text.replace("\r\n", "\n") if "atlas" in self.origin.lower() else text

    def _document(self, source: Element) -> Document:
        kind, name = _local(source), _name(source) or "a document without a name"
        found: dict[tuple[int, int, str], Passage] = {}
        for text_source in [source, *_kids(source, "Representation"), *_kids(source, "TextDescription"), *_kids(source, "Transcript")]:
            self._selections(text_source, name, found)
        for part in source:
            if _local(part) in ("PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection"):
                inner = next((self._text(one, name) for one in _kids(part, "Representation")), None)
                where = _where(part, kind)
                self._add(found, part, (10**9 + len(found), 0, where), inner or "", where)
        if any(True for _ in _kids(source, "Coding")):
            self._add(found, source, (-1, 0, "whole"), "", "the document as a whole")
        return Document(name, [found[key] for key in sorted(found)])

    def _selections(self, source: Element, name: str, found: dict[tuple[int, int, str], Passage]) -> None:
        parts = [part for part in source if _local(part) in ("PlainTextSelection", "TranscriptSelection")]
        text = self._text(source, name) if parts else None
        points = {_guid(point.get("guid")): point.get("position") for point in _kids(source, "SyncPoint")}
        for part in parts:
            ends = [part.get("startPosition"), part.get("endPosition")]
            if _local(part) == "TranscriptSelection":
                ends = [points.get(_guid(part.get(key))) for key in ("fromSyncPoint", "toSyncPoint")]
            start, end = (int(place) if place and place.lstrip("-").isascii() and place.lstrip("-").isdigit() else -1 for place in ends)
            inside = text is not None and 0 <= start < end <= len(text)
            where = "" if inside else f"characters {start} to {end} of the text" if start >= 0 else "a passage without a place"
            self._add(found, part, (start, end, ""), text[start:end] if inside and text is not None else "", where)

    def _add(self, found: dict[tuple[int, int, str], Passage], part: Element, key: tuple[int, int, str], text: str, where: str) -> None:
        """Keep what a selection codes; selections of the same characters are one passage."""
        codings = [
            (coding, code)
            for coding in _kids(part, "Coding")
            for ref in _kids(coding, "CodeRef")
            if (code := self.codes.get(_guid(ref.get("targetGUID"))))
        ]
        if not codings:
            return
        passage = found.setdefault(key, Passage(key[0], text, where))
        for coding, code in codings:
            coder = self.users.get(_guid(coding.get("creatingUser") or part.get("creatingUser")), "")
            passage.codes += [code] if code not in passage.codes else []
            passage.coders += [coder] if coder and coder not in passage.coders else []
        notes = [
            self.notes[guid]
            for holder in (part, *_kids(part, "Coding"))
            for ref in _kids(holder, "NoteRef")
            if (guid := _guid(ref.get("targetGUID"))) in self.notes
        ]
        remarks = [kid.text or "" for kid in _kids(part, "Description")] + [
            self._text(note, _name(note) or "a note") or "" for note in notes
        ]
        passage.remarks += [remark.strip() for remark in remarks if remark.strip() and remark.strip() not in passage.remarks]


def _codes(root: Element) -> Iterator[tuple[str, Code]]:
    waiting = [(code, "") for book in _kids(root, "CodeBook") for codes in _kids(book, "Codes") for code in _kids(codes, "Code")]
    for code, group in waiting:  # grows while it is walked
        name = _name(code) or "a code without a name"
        yield _guid(code.get("guid")), Code(name, group)
        waiting += [(inner, group or name) for inner in _kids(code, "Code")]


def _where(part: Element, kind: str) -> str:
    if kind == "PDFSource":
        return f"a part of page {part.get('page', '?')}, as the project counts pages"
    begin, end = part.get("begin"), part.get("end")
    times = f", {_clock(begin)} to {_clock(end)}" if begin and end else ""
    return _PLACES.get(kind, "a part of the document") + times


def _clock(milliseconds: str) -> str:
    seconds = int(milliseconds) // 1000 if milliseconds.isascii() and milliseconds.isdigit() else 0
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _name(element: Element) -> str:
    return " ".join("".join(c for c in element.get("name", "") if c.isprintable() or c.isspace()).split())


def _guid(text: str | None) -> str:
    return (text or "").strip("{} ").lower()


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _kids(element: Element, name: str) -> Iterator[Element]:
    return (kid for kid in element if _local(kid) == name)


def _all(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if _local(element) == name)
