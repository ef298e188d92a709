"""REFI-QDA projects for tests, as the programs write them."""

from __future__ import annotations

import zipfile
from pathlib import Path

TEXT = "Ана said: the base stays.\r\nThe President feared a coup.\r\nNothing more — on that day.\r\n"


def at(words: str, text: str = TEXT) -> str:
    """The two attributes that say where these words stand."""
    start = text.index(words)
    return f'startPosition="{start}" endPosition="{start + len(words)}"'


CODES = """
<CodeBook><Codes>
 <Code guid="11111111-0000-4000-8000-000000000001" name="Threat" isCodable="true">
  <Code guid="11111111-0000-4000-8000-000000000002" name="Fear of a coup" isCodable="true"/></Code>
 <Code guid="11111111-0000-4000-8000-000000000003" name="Базы" isCodable="true"/>
 <Code guid="11111111-0000-4000-8000-000000000009" name="Anna (case)" isCodable="true"/>
</Codes></CodeBook>"""


def coding(number: int, user: str = "A") -> str:
    return f'<Coding guid="x" creatingUser="{user}"><CodeRef targetGUID="11111111-0000-4000-8000-00000000000{number}"/></Coding>'


SOURCES = f"""
<Sources>
 <TextSource guid="s1" name="Interview 1" plainTextPath="internal://s1.txt">
  <PlainTextSelection guid="p2" name="" {at("The President feared a coup")}><Description>strong</Description>{coding(2)}<NoteRef targetGUID="n1"/></PlainTextSelection>
  <PlainTextSelection guid="p1" name="" {at("the base stays")}>{coding(3)}</PlainTextSelection>
  <PlainTextSelection guid="p3" name="" {at("The President feared a coup")}>{coding(1, "B")}</PlainTextSelection>
  <PlainTextSelection guid="p4" name="" {at("Nothing")}>{coding(9)}</PlainTextSelection>
  <PlainTextSelection guid="p5" name="" {at("Nothing")}><Description>an annotation without a code</Description></PlainTextSelection>
 </TextSource>
 <PDFSource guid="s2" name="Report.pdf" path="internal://s2.pdf">
  <PDFSelection guid="p6" page="3" firstX="0" firstY="0" secondX="9" secondY="9">{coding(1)}</PDFSelection>
  <Representation guid="r" plainTextPath="internal://s2.txt">
   <PlainTextSelection guid="p7" {at("coded words", "Some coded words.")}>{coding(1)}</PlainTextSelection></Representation>
 </PDFSource>
 <PictureSource guid="s3" name="Photo" path="internal://s3.jpg">
  <PictureSelection guid="p8" firstX="0" firstY="0" secondX="9" secondY="9">{coding(3)}</PictureSelection></PictureSource>
 <AudioSource guid="s4" name="Call" path="internal://s4.mp3">
  <Transcript guid="t" plainTextPath="internal://s4.txt">
   <SyncPoint guid="a" timeStamp="0" position="0"/><SyncPoint guid="b" timeStamp="9000" position="5"/>
   <TranscriptSelection guid="p9" fromSyncPoint="a" toSyncPoint="b">{coding(3)}</TranscriptSelection></Transcript>
  <AudioSelection guid="p10" begin="65000" end="80000">{coding(1)}</AudioSelection></AudioSource>
 <TextSource guid="s5" name="Elsewhere" plainTextPath="relative://s5.txt">
  <PlainTextSelection guid="p11" startPosition="3" endPosition="9">{coding(1)}</PlainTextSelection></TextSource>
 <TextSource guid="s6" name="Inside"><PlainTextContent>All of it is here.</PlainTextContent>
  <PlainTextSelection guid="p12" {at("All", "All of it is here.")}>{coding(1)}</PlainTextSelection>{coding(3)}</TextSource>
</Sources>"""


def qde(sources: str = SOURCES, origin: str = "NVivo 14", head: str = "", codes: str = CODES) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>{head}
<Project xmlns="urn:QDA-XML:project:1.0" name="Bases &amp; leaders" origin="{origin}">
<Users><User guid="A" name="Ana"/><User guid="B" name="Ben"/></Users>{codes}
<Cases><Case guid="11111111-0000-4000-8000-000000000009" name="Anna"/></Cases>{sources}
<Notes><Note guid="n1" name="memo"><PlainTextContent>See the diary.</PlainTextContent></Note></Notes>
</Project>"""


def write(path: Path, xml: str | None = None, folder: str = "Sources", texts: dict[str, bytes] | None = None) -> Path:
    inside = {"s1.txt": b"\xef\xbb\xbf" + TEXT.encode(), "s2.txt": b"Some coded words.", "s4.txt": b"Hallo all"} | (texts or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", qde() if xml is None else xml)
        for name, text in inside.items():
            archive.writestr(f"{folder}/{name}", text)
    return path
