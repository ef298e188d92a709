"""REFI-QDA projects: coded passages come in as unjudged items; nothing in the file is trusted."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from strategies import qdpx
from strategies.qdpx import CODES, SOURCES, TEXT, at, coding, qde

import processtrace as pt
from processtrace import formats as exchange
from processtrace.cli import cli
from processtrace.formats.foreign import refi_qda_archive as qda_archive
from processtrace.formats.foreign.refi_qda import RULE
from processtrace.formats.registry import import_study


def text_source(selections: str, name: str = "Interview 1") -> str:
    return f'<Sources><TextSource guid="s1" name="{name}" plainTextPath="internal://s1.txt">{selections}</TextSource></Sources>'


def items_of(tmp_path: Path, **how: object) -> tuple[pt.Evidence, ...]:
    return exchange.read(qdpx.write(tmp_path / "p.qdpx", **how)).cases[0].evidence  # type: ignore[arg-type]


def test_passages_become_unjudged_items(tmp_path):
    study = exchange.read(qdpx.write(tmp_path / "p.qdpx"))
    items = {item.id: item for item in study.cases[0].evidence}
    assert {item.status for item in items.values()} == {"unjudged"}
    first, second = items["interview_1_1"], items["interview_1_2"]
    assert (first.finding, first.tags, first.source) == ("the base stays", ("bazy",), ("interview_1",))
    assert second.finding == second.quote == "The President feared a coup"
    assert second.tags == ("fear_of_a_coup", "threat")  # coded twice, once
    assert second.note == "Coded by Ana (Fear of a coup), Ben (Threat) in NVivo 14. Remarks: strong; See the diary."
    assert [str(part) for part in second.cite] == ["interview_1"]
    assert study.references["interview_1"].title == "Interview 1"
    assert {name: (tag.name, tag.group) for name, tag in study.tags.items()} == {
        "bazy": ("Базы", None),
        "fear_of_a_coup": ("Fear of a coup", "Threat"),
        "threat": ("Threat", None),
    }
    assert not any("Nothing" in item.finding for item in items.values())  # a case and an annotation are no codes
    assert study.title == "Coded passages of Bases & leaders"


def test_what_has_no_text_is_listed_with_where_it_is(tmp_path):
    items = {item.id: item.finding for item in items_of(tmp_path)}
    assert items["report_pdf_1"] == "coded words"
    assert items["report_pdf_2"] == "Report.pdf: a part of page 3, as the project counts pages"
    assert items["photo_1"] == "Photo: a part of the picture"
    assert items["call_1"] == "Hallo"
    assert items["call_2"] == "Call: a part of the recording, 0:01:05 to 0:01:20"
    assert items["elsewhere_1"] == "Elsewhere: characters 3 to 9 of the text"
    assert items["inside_1"] == "Inside: the document as a whole"
    assert items["inside_2"] == "All"


def test_what_is_not_in_the_file_is_reported(tmp_path):
    study = exchange.read(qdpx.write(tmp_path / "p.qdpx"))
    assert study.description == RULE + " Not taken over: the text of 'Elsewhere', which is not in the file."


def test_it_becomes_a_project_that_reads_back(tmp_path):
    study = exchange.read(qdpx.write(tmp_path / "p.qdpx"))
    assert pt.load_study(exchange.write(study, tmp_path / "out")[0]) == study
    assert pt.update(study).posterior.values.tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("folder", ["sources", "Sources"])
def test_the_folder_of_sources_may_be_large_or_small(tmp_path, folder):
    assert items_of(tmp_path, folder=folder)[0].finding == "the base stays"


def test_atlas_counts_the_end_of_a_line_once(tmp_path):
    text = TEXT.replace("\r\n", "\n")
    selection = f'<PlainTextSelection guid="p" {at("Nothing more", text)}>{coding(1)}</PlainTextSelection>'
    assert items_of(tmp_path, xml=qde(text_source(selection), origin="ATLAS.ti 24"))[0].finding == "Nothing more"
    selection = f'<PlainTextSelection guid="p" {at("Nothing more")}>{coding(1)}</PlainTextSelection>'
    assert items_of(tmp_path, xml=qde(text_source(selection), origin="MAXQDA 24"))[0].finding == "Nothing more"


def test_a_long_passage_is_cut_at_a_word_and_quoted_whole(tmp_path):
    text = "word " * 200
    xml = qde(text_source(f'<PlainTextSelection guid="p" startPosition="0" endPosition="{len(text)}">{coding(1)}</PlainTextSelection>'))
    (item,) = items_of(tmp_path, xml=xml, texts={"s1.txt": text.encode()})
    assert len(item.finding) <= 300
    assert item.finding.endswith("word…")
    assert item.quote == text.strip()


@pytest.mark.parametrize("place", ['startPosition="5" endPosition="2"', 'startPosition="-3" endPosition="2"', 'startPosition="x" endPosition="2"', 'startPosition="0" endPosition="99999"', ""])  # fmt: skip
def test_a_place_that_is_none_is_listed_without_text(tmp_path, place):
    (item,) = items_of(tmp_path, xml=qde(text_source(f'<PlainTextSelection guid="p" {place}>{coding(1)}</PlainTextSelection>')))
    assert item.quote is None
    assert "no text" in item.note


def test_odd_marks_in_texts_and_names_survive(tmp_path):
    odd = "a\x0b\x0cb\u2028c\x85d\x00e\tf \ufeff {x}: #'\"‮"
    xml = qde(
        text_source(
            f'<PlainTextSelection guid="p" startPosition="0" endPosition="{len(odd)}">{coding(1)}</PlainTextSelection>',
            name="&#9;: {#} 'x'",
        )
    )
    study = exchange.read(qdpx.write(tmp_path / "p.qdpx", xml, texts={"s1.txt": odd.encode()}))
    assert pt.load_study(exchange.write(study, tmp_path / "out")[0]) == study


def test_documents_and_codes_of_one_name_are_distinguished(tmp_path):
    one = f'<PlainTextSelection guid="p" {at("Nothing more")}>{coding(1)}{coding(2)}</PlainTextSelection>'
    sources = "<Sources>" + 2 * text_source(one).removeprefix("<Sources>").removesuffix("</Sources>") + "</Sources>"
    study = exchange.read(qdpx.write(tmp_path / "p.qdpx", qde(sources, codes=CODES.replace("Fear of a coup", "Threat"))))
    assert [item.id for item in study.cases[0].evidence] == ["interview_1_1", "interview_1_2_1"]
    assert list(study.tags) == ["threat", "threat_2"]


WORDS = ("The council sold the boat.", "The mayor wept.")
LETTER = f"First \U0001f642\U0001f642 line.\r\n{WORDS[0]}\r\n\U0001f44d {WORDS[1]}\r\n"


def places(text: str, wide: bool = False) -> str:
    """Selections of both phrases, their places counted in characters or in UTF-16 units."""

    def count(part: str) -> int:
        return len(part.encode("utf-16-le")) // 2 if wide else len(part)

    spans = [(count(text[: text.index(words)]), count(text[: text.index(words) + len(words)])) for words in WORDS]
    return "".join(
        f'<PlainTextSelection guid="q{a}" startPosition="{a}" endPosition="{b}">{coding(1)}</PlainTextSelection>' for a, b in spans
    )


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("kept", ["\r\n", "\n"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_places_are_read_as_the_program_counts_them(tmp_path, wide, end, kept, code):
    """Whatever unit and end of line the program counted, and whatever its file has."""
    xml = qde(text_source(places(LETTER.replace("\r\n", end), wide)), origin="NVivo for Windows 12")
    path = qdpx.write(tmp_path / "p.qdpx", xml=xml, texts={"s1.txt": LETTER.replace("\r\n", kept).encode(code)})
    made = import_study(path)
    assert [item.quote for item in made.study.cases[0].evidence] == list(WORDS)
    assert any(line.startswith("places counted in ") and "4 of 4" in line for line in made.said)
    assert ("UTF-16 units" in made.said[0]) is wide


ADDRESSES = ("internal://a.txt", "internal:///a.txt", "a.txt", "internal://Sources/a.txt", "sources/a.txt", "relative:///a.txt", "INTERNAL://a.txt",
             "./sources/a.txt", "internal://a%2Etxt", "Sources\\a.txt", "internal:\\\\a.txt", "file:///C:/Users/x/Sources/A.TXT")  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_text_is_found_in_every_spelling_of_its_path(tmp_path, address):
    xml = qde(text_source(places(LETTER)).replace("internal://s1.txt", address))
    made = import_study(qdpx.write(tmp_path / "p.qdpx", xml=xml, texts={"a.txt": LETTER.encode()}))
    assert [item.quote for item in made.study.cases[0].evidence] == list(WORDS)
    assert made.left_out == ()


SAID = """<Sources><TextSource guid="s1" name="Talk" plainTextPath="internal://s1.txt"><Description>Held on the quay.</Description>
<PlainTextSelection guid="p1" startPosition="0" endPosition="5"><Coding guid="k" creatingUser="A"><CodeRef targetGUID="c1"/></Coding></PlainTextSelection>
<PlainTextSelection guid="p2" startPosition="6" endPosition="11"><Description>Said twice.</Description></PlainTextSelection>
<VariableValue><VariableRef targetGUID="v1"/><DateValue>2019-03-04</DateValue></VariableValue>
<VariableValue><VariableRef targetGUID="v2"/><TextValue>north</TextValue></VariableValue></TextSource></Sources>
<Variables><Variable guid="v1" name="Day"/><Variable guid="v2" name="Town"/></Variables><Cases><Case guid="k9" name="Skipper"><SourceRef targetGUID="s1"/></Case></Cases>
<Notes><Note guid="m1" name="M1"><PlainTextContent>He may mean the other boat.</PlainTextContent></Note>
<Note guid="m2" name="M2"><PlainTextContent>Ask again.</PlainTextContent></Note></Notes>
<Links><Link guid="l1" originGUID="m1" targetGUID="p1"/></Links><Sets><Set guid="t1" name="Crew"><MemberSource targetGUID="s1"/></Set></Sets>
<Graphs><Graph guid="g" name="Map"/></Graphs><Description>About the study.</Description>"""
BOOK = '<CodeBook><Codes><Code guid="c1" name="Boat"><Description>Any craft.</Description></Code><Code guid="c2" name="Oar"><Description>To row.</Description></Code></Codes></CodeBook>'


def test_what_is_said_of_documents_passages_and_codes_is_kept(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    qdpx.write(tmp_path / "p.qdpx", xml=qde(SAID, codes=BOOK), texts={"s1.txt": b"First words here."})
    cli(["convert", "p.qdpx", "out"], standalone_mode=False)
    study = pt.load_study("out/models/out.yaml")
    (item,) = study.cases[0].evidence
    assert (item.quote, item.date) == ("First", "2019-03-04")
    assert item.note == "Coded by Ana in NVivo 14. Remarks: He may mean the other boat."
    source = study.cases[0].sources["talk"]
    assert source.note is not None
    for line in ("Held on the quay.", "Day: 2019-03-04", "Town: north", "Case: Skipper", "Set: Crew", "Remark on 'words': Said twice."):
        assert line in source.note
    assert {name: tag.note for name, tag in study.tags.items()} == {"boat": "Any craft.", "oar": "To row."}
    assert study.description is not None
    assert "About the study." in study.description
    assert "Memo 'M2': Ask again." in study.description
    printed = capsys.readouterr().err
    assert "not taken over: 1 thing\n  the graph 'Map'\n" in printed
    assert "2 definitions of codes: notes of the tags" in printed


def test_who_applied_which_code_is_kept(tmp_path):
    both = "".join(
        f'<PlainTextSelection guid="{u}" {at("Nothing more")}>{coding(k, u)}</PlainTextSelection>' for k, u in ((1, "A"), (2, "B"))
    )
    (item,) = items_of(tmp_path, xml=qde(text_source(both)))
    assert item.note == "Coded by Ana (Threat), Ben (Fear of a coup) in NVivo 14."
    both = "".join(f'<PlainTextSelection guid="{u}" {at("Nothing more")}>{coding(1, u)}</PlainTextSelection>' for u in "AB")
    (item,) = items_of(tmp_path, xml=qde(text_source(both)))
    assert item.note == "Coded by Ana, Ben in NVivo 14."


@pytest.mark.parametrize("place", ["interviews.qde", "Interviews 2/project.qde"])
def test_a_project_is_found_under_another_name_or_in_a_folder(tmp_path, place):
    plain = exchange.read(qdpx.write(tmp_path / "a.qdpx"))
    folder = place.rpartition("/")[0]
    with zipfile.ZipFile(tmp_path / "a.qdpx") as old, zipfile.ZipFile(tmp_path / "b.qdpx", "w") as new:
        for name in old.namelist():
            new.writestr(place if name == "project.qde" else f"{folder}/{name}".strip("/"), old.read(name))
        new.writestr("__MACOSX/._project.qde", b"none")
    assert exchange.read(tmp_path / "b.qdpx").cases[0].evidence == plain.cases[0].evidence


def test_a_document_without_a_name_is_called_like_its_file(tmp_path):
    xml = qde(
        text_source(f'<PlainTextSelection startPosition="0" endPosition="5">{coding(1)}</PlainTextSelection>')
        .replace(' name="Interview 1"', "")
        .replace("internal://s1.txt", "board_2017.txt")
    )
    study = exchange.read(qdpx.write(tmp_path / "p.qdpx", xml, texts={"board_2017.txt": b"First words."}))
    assert [reference.title for reference in study.references.values()] == ["board_2017.txt"]


def test_a_codebook_becomes_tags_with_their_definitions(tmp_path):
    book = BOOK.replace("<CodeBook>", '<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="NVivo">')
    (tmp_path / "b.qdc").write_text(book, encoding="utf-8")
    study = exchange.read(tmp_path / "b.qdc")
    assert {name: tag.note for name, tag in study.tags.items()} == {"boat": "Any craft.", "oar": "To row."}
    (tmp_path / "b.qdc").write_text(book[:60], encoding="utf-8")
    assert "broken XML in 'b.qdc'" in refused(tmp_path / "b.qdc")


def refused(path: Path) -> str:
    with pytest.raises(pt.StudyError) as caught:
        exchange.read(path)
    assert len(caught.value.faults) == 1
    return str(caught.value)


ENTITY = '<!DOCTYPE x [<!ENTITY e "ha"><!ENTITY f "&e;&e;&e;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ("", "broken XML in 'project.qde', line 1"),
        ("<Project>", "broken XML"),
        (qde(head=ENTITY), "a document type or an entity"),
        (qde(head=EXTERNAL), "a document type or an entity"),
        (qde(head='<!DOCTYPE x SYSTEM "http://x.org/x.dtd">'), "a document type or an entity"),
        ('<CodeBook xmlns="urn:QDA-XML:codebook:1.0"/>', "<CodeBook> in 'project.qde'; a REFI-QDA project"),
        ('<?xml version="1.0" encoding="nonsense"?><Project/>', "'project.qde'"),
    ],
)
def test_xml_that_is_no_project_is_refused(tmp_path, xml, words):
    assert words in refused(qdpx.write(tmp_path / "p.qdpx", xml))


def test_a_project_without_passages_is_an_empty_case(tmp_path):
    for sources in ("", "<Sources/>", text_source("")):
        assert items_of(tmp_path, xml=qde(sources)) == ()


def test_bombs_are_refused(tmp_path):
    bomb = qdpx.write(tmp_path / "a.qdpx", texts={"s1.txt": b"0" * 10_000_000})
    assert "'sources/s1.txt', which unpacks to 10 MB; at most 20 MB, 500 times its size" in refused(bomb)
    bomb = qdpx.write(tmp_path / "b.qdpx", qde() + " " * 60_000_000)
    assert "'project.qde', which unpacks to 60 MB" in refused(bomb)


def test_texts_are_bounded_together(tmp_path, monkeypatch):
    monkeypatch.setattr(qda_archive, "MOST_TEXT", 100)
    assert "at most 0 MB together" in refused(qdpx.write(tmp_path / "p.qdpx"))


def test_a_stated_size_is_not_trusted(tmp_path):
    path = qdpx.write(tmp_path / "p.qdpx", texts={"s1.txt": TEXT.encode() * 1000})
    content = path.read_bytes()
    size = (len(TEXT.encode()) * 1000).to_bytes(4, "little")
    assert content.count(size) >= 2
    path.write_bytes(content.replace(size, (50).to_bytes(4, "little")))
    assert "damaged" in refused(path) or "more than they should" in refused(path)


def test_paths_that_climb_lead_nowhere(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    for address in (
        "internal://../../secret.txt",
        "internal:///etc/passwd",
        "absolute:///etc/passwd",
        f"relative://{tmp_path}/secret.txt",
        "file:///etc/passwd",
    ):
        xml = qde(SOURCES.replace("internal://s1.txt", address))
        study = exchange.read(qdpx.write(tmp_path / "p.qdpx", xml))
        assert "the text of 'Interview 1', which is not in the file" in study.description
        assert not any("secret" in (item.quote or "") or "root" in (item.quote or "") for item in study.cases[0].evidence)


def test_a_text_that_is_not_utf_8_is_reported(tmp_path):
    study = exchange.read(qdpx.write(tmp_path / "p.qdpx", texts={"s1.txt": "é".encode("latin-1")}))
    assert "the text of 'Interview 1', which is not UTF-8" in study.description


def test_archives_that_are_none_are_refused(tmp_path):
    path = qdpx.write(tmp_path / "p.qdpx")
    whole = path.read_bytes()
    for content in (b"", b"PK", whole[: len(whole) // 2], whole[100:]):
        path.write_bytes(content)
        assert "damaged" in refused(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert "a ZIP file without 'project.qde'" in refused(path)
    (tmp_path / "f.qdpx").mkdir()
    assert "a folder" in refused(tmp_path / "f.qdpx")


def one_fault(path: Path) -> bool:
    try:
        return exchange.read(path).title != ""
    except pt.StudyError as error:
        return len(error.faults) == 1


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_end_in_a_study_or_in_one_fault(tmp_path, seed):
    import random

    rng = random.Random(seed)
    content = bytearray(qdpx.write(tmp_path / "p.qdpx").read_bytes())
    for _ in range(rng.randint(1, 8)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    (tmp_path / "p.qdpx").write_bytes(content)
    assert one_fault(tmp_path / "p.qdpx")


@pytest.mark.parametrize("seed", range(40))
def test_mutated_xml_ends_in_a_study_or_in_one_fault(tmp_path, seed):
    import random

    rng = random.Random(seed)
    text = qde()
    parts = [
        "guid=",
        "targetGUID",
        "<Coding",
        "</Coding>",
        "name=",
        "startPosition",
        "1",
        "TextSource",
        "internal://",
        "{",
        "&#0;",
        "\ud7ff",
        '"',
        "<Code ",
    ]
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(text))
        text = text[:place] + rng.choice(parts) + text[place + rng.choice([0, 0, 1, 5]) :]
    assert one_fault(qdpx.write(tmp_path / "p.qdpx", text))
