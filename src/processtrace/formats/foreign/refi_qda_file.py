"""REFI-QDA projects (.qdpx): the coded passages of `project.qde`, with everything that is said of them.

The REFI-QDA standard 1.0/1.5 (2019), https://www.qdasoftware.org. Its positions count Unicode characters of the plain text, the end
excluded. Programs differ: NVivo for Windows counts UTF-16 units, ATLAS.ti each end of a line as one character. The reading that
fits the words of the texts is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.positions import READINGS, Counted, Reading, chosen
from processtrace.formats.foreign.refi_qda_archive import LARGEST_PROJECT, Archive, parsed
from processtrace.formats.foreign.refi_qda_codes import (
    Code,
    codes_of,
    guid_of,
    inner,
    kids,
    local,
    name_of,
    whole_text,
)
from processtrace.formats.foreign.refi_qda_notes import Remarks

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PLACES = {"PictureSource": "a part of the picture", "AudioSource": "a part of the recording", "VideoSource": "a part of the film"}


@dataclass
class Passage:
    """What was coded: its text, or words for where it is in a document without text; who coded it how, and remarks."""

    start: int
    text: str
    where: str = ""
    codings: list[tuple[str, Code]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def codes(self) -> list[Code]:
        """The codes, each once."""
        return list(dict.fromkeys(code for _, code in self.codings))


@dataclass
class Document:
    """A source of the project with its coded passages, in the order of the text; `note` and `date` are what is said of it."""

    name: str
    passages: list[Passage]
    note: str = ""
    date: str = ""
    url: str = ""


@dataclass
class QdaProject:
    """A project: its name, the program that wrote it, its documents and codes, and what could not be taken over."""

    name: str
    origin: str
    documents: list[Document]
    left_out: list[str]
    description: str = ""
    codes: list[Code] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


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
    with Archive(path, shown_path) as archive:
        return _Reader(archive).project()


def read_codebook(path: Path, shown_path: str) -> QdaProject:
    """Read the codes of a codebook (.qdc), with their definitions; StudyError for what is none, is damaged, or could do harm."""

    def refuse(read: str, allowed: str) -> StudyError:
        return StudyError([Fault("", read, allowed, "export the codebook again", (), shown_path)])

    if not path.is_file() or path.stat().st_size > LARGEST_PROJECT:
        raise refuse("a folder, or a file that is too large", f"a .qdc file of at most {LARGEST_PROJECT / 1e6:.0f} MB")
    root = parsed(path.read_bytes(), path.name, shown_path, "CodeBook")
    codes = [code for _, code in codes_of(root, lambda code: whole_text(code, "Description"))]
    return QdaProject("", " ".join(root.get("origin", "").split()), [], [], codes=codes)


@dataclass
class _Place:
    """A selection whose text is taken once it is known how places are counted."""

    document: Document
    part: Element
    text: str | None
    start: int
    end: int


class _Reader:
    """One project: its archive, users, codes and remarks."""

    def __init__(self, archive: Archive):
        """Open the project without unpacking anything."""
        self.archive = archive
        self.root = archive.project()
        self.left_out: list[str] = []
        self.places: list[_Place] = []
        self.texts: dict[int, str] = {}
        self.found: dict[int, dict[tuple[int, int, str], Passage]] = {}

    def project(self) -> QdaProject:
        """Return the project with its coded passages."""
        root = self.root
        origin = " ".join(root.get("origin", "").split())
        self.users = {guid_of(user.get("guid")): name_of(user) for user in inner(root, "User")}
        cases = {guid_of(case.get("guid")) for case in inner(root, "Case")}
        self.remarks = Remarks(root, lambda element, name: self._text(element, name))
        self.codes = {guid: code for guid, code in codes_of(root, self.remarks.of) if guid not in cases}
        documents = [self._document(source) for sources in kids(root, "Sources") for source in sources]
        said = self._settle(READINGS[2] if "atlas" in origin.lower() else READINGS[0])
        for document in documents:
            found = self.found[id(document)]
            document.passages = [found[key] for key in sorted(found)]
        self.left_out += [f"the graph '{name_of(graph) or 'without a name'}'" for graph in inner(root, "Graph")]
        return QdaProject(
            name_of(root),
            origin,
            [one for one in documents if one.passages or one.note],
            self.left_out,
            description="\n".join([*whole_text(root, "Description"), *self.remarks.unplaced()]),
            codes=list(self.codes.values()),
            said=said,
        )

    def _text(self, source: Element, name: str) -> str | None:
        """Return the plain text of a source, a transcript or a note; None where it is not in the file, which is noted."""
        if (inside := next(kids(source, "PlainTextContent"), None)) is not None:
            return inside.text or ""
        address = source.get("plainTextPath") or ""
        if not address:
            return None
        text, why = self.archive.text(address)
        if text is None:
            self.left_out.append(f"the text of '{name}', {why}")
        return text

    def _document(self, source: Element) -> Document:
        kind, name = local(source), name_of(source) or _file_name(source) or "a document without a name"
        document = Document(name, [], note=self.remarks.document(source), date=self.remarks.date(source), url=_address(source))
        found = self.found.setdefault(id(document), {})
        for text_source in [source, *kids(source, "Representation"), *kids(source, "TextDescription"), *kids(source, "Transcript")]:
            self._selections(text_source, document)
        for part in source:
            if local(part) in ("PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection"):
                text = next((self._text(one, name) for one in kids(part, "Representation")), None)
                where = _where(part, kind)
                self._add(document, part, (10**9 + len(found), 0, where), text or "", where)
        if any(True for _ in kids(source, "Coding")):
            self._add(document, source, (-1, 0, "whole"), "", "the document as a whole")
        return document

    def _selections(self, source: Element, document: Document) -> None:
        parts = [part for part in source if local(part) in ("PlainTextSelection", "TranscriptSelection")]
        text = self._text(source, document.name) if parts else None
        points = {guid_of(point.get("guid")): point.get("position") for point in kids(source, "SyncPoint")}
        for part in parts:
            ends = [part.get("startPosition"), part.get("endPosition")]
            if local(part) == "TranscriptSelection":
                ends = [points.get(guid_of(part.get(key))) for key in ("fromSyncPoint", "toSyncPoint")]
            start, end = (_whole(place) for place in ends)
            self.places.append(_Place(document, part, text, start, end))

    def _settle(self, first: Reading) -> list[str]:
        """Take the texts of all selections in the reading that fits them best; return what is to be said of it."""
        by_text: dict[int, tuple[str, list[tuple[int, int]]]] = {}
        for place in self.places:
            if place.text is not None and 0 <= place.start < place.end:
                by_text.setdefault(id(place.text), (place.text, []))[1].append((place.start, place.end))
        best = chosen(by_text.values(), first)
        counted = {key: Counted(text, best.reading) for key, (text, _) in by_text.items()}
        for place in self.places:
            inside = (
                counted[id(place.text)].part(place.start, place.end) if id(place.text) in counted and 0 <= place.start < place.end else None
            )
            where = f"characters {place.start} to {place.end} of the text" if place.start >= 0 else "a passage without a place"
            self._add(place.document, place.part, (place.start, place.end, ""), inside or "", "" if inside else where)
        return [str(best)] if by_text else []

    def _add(self, document: Document, part: Element, key: tuple[int, int, str], text: str, where: str) -> None:
        """Keep what a selection codes; selections of the same characters are one passage."""
        codings = [
            (coding, code)
            for coding in kids(part, "Coding")
            for ref in kids(coding, "CodeRef")
            if (code := self.codes.get(guid_of(ref.get("targetGUID"))))
        ]
        remarks = self.remarks.of(part)
        if not codings:
            if remarks and local(part) != "TextSource" and key[0] != -1:
                said = f"Remark on {where or chr(39) + text + chr(39)}: {'; '.join(remarks)}"
                document.note = "\n".join(line for line in (document.note, said) if line)
            return
        found = self.found[id(document)]
        passage = found.setdefault(key, Passage(key[0], text, where))
        for coding, code in codings:
            coder = self.users.get(guid_of(coding.get("creatingUser") or part.get("creatingUser")), "")
            passage.codings += [(coder, code)] if (coder, code) not in passage.codings else []
        remarks = [] if key[0] == -1 else remarks + [remark for coding, _ in codings for remark in self.remarks.of(coding)]
        passage.remarks += [remark for remark in dict.fromkeys(remarks) if remark not in passage.remarks]


def _file_name(source: Element) -> str:
    """Return the name of the file that a source without a name was made from."""
    return next((path.replace("\\", "/").rpartition("/")[2] for key in ("path", "plainTextPath") if (path := source.get(key))), "")


def _address(source: Element) -> str:
    path = source.get("path") or source.get("currentPath") or ""
    return path if path.lower().startswith(("http://", "https://")) else ""


def _whole(place: str | None) -> int:
    digits = (place or "").strip()
    return int(digits) if digits.isascii() and digits.lstrip("-").isdigit() and len(digits) < 12 else -1


def _where(part: Element, kind: str) -> str:
    if kind == "PDFSource":
        return f"a part of page {part.get('page', '?')}, as the project counts pages"
    begin, end = part.get("begin"), part.get("end")
    times = f", {_clock(begin)} to {_clock(end)}" if begin and end else ""
    return _PLACES.get(kind, "a part of the document") + times


def _clock(milliseconds: str) -> str:
    seconds = int(milliseconds) // 1000 if milliseconds.isascii() and milliseconds.isdigit() and len(milliseconds) < 15 else 0
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
