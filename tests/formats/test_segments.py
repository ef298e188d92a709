"""Tables of coded passages, with the headings of the programs that export them."""

from __future__ import annotations

from pathlib import Path

import pytest

import processtrace as pt
from processtrace import formats
from processtrace.formats.foreign.refi_qda import SEGMENTS_RULE
from processtrace.formats.registry import import_study

PASSAGES = ("The council sold the boat.", "The mayor wept.")
EXPORTS = {
    "MAXQDA": "Color;Comment;Document group;Document name;Code;Begin;End;Weight score;Segment;Modified by;Modified\n"
    "●;;Crew;Talk 4;Sale;12;13;0;The council sold the boat.;CO;2021-03-04 10:12:01\n●;twice;Crew;Talk 4;Grief\\Open;14;14;50;The mayor wept.;CO;2021-03-04\n",
    "ATLAS.ti": 'ID,Quotation Name,Quotation Content,Document,Codes,Comment,Reference,Created by\n4:1,,The council sold the boat.,Talk 4,Sale,,12 - 13,CO\n'
    '4:2,,The mayor wept.,Talk 4,"Grief\nOpen",twice,14 - 14,CO\n',
    "Taguette": 'id,document,content,tags\n1,Talk 4,The council sold the boat.,Sale\n2,Talk 4,The mayor wept.,"Grief, Open"\n',
    "Dedoose": "Media Title,Excerpt Range,Excerpt Creator,Excerpt Date,Excerpt Copy,Codes Applied Combined,Code: Sale Applied,Code: Grief Applied,Code: Open Applied\n"
    "Talk 4,12-30,CO,3/4/2021,The council sold the boat.,,True,False,False\nTalk 4,31-40,CO,3/4/2021,The mayor wept.,,False,True,True\n",
    "QualCoder": "codename,owner,filename,pos0,pos1,seltext,memo\nSale,CO,Talk 4,12,30,The council sold the boat.,\nGrief,CO,Talk 4,31,40,The mayor wept.,\nOpen,CO,Talk 4,31,40,The mayor wept.,twice\n",
    "Hypothes.is": 'Created at,Author,Page URL,Page title,Group,Annotation/Reply Type,Quote,Comment,Tags\n2021-03-04,CO,https://x.example/a,Talk 4,Public,Annotation,The council sold the boat.,,Sale\n'
    '2021-03-04,CO,https://x.example/a,Talk 4,Public,Annotation,The mayor wept.,twice,"Grief,Open"\n',
}  # fmt: skip


@pytest.mark.parametrize("program", EXPORTS)
def test_passages_of_each_program_become_unjudged_items(tmp_path: Path, program: str) -> None:
    (tmp_path / "t.csv").write_text(EXPORTS[program], encoding="utf-8")
    made = import_study(tmp_path / "t.csv")
    study = made.study
    items = study.cases[0].evidence
    assert [(item.quote, item.status, item.source) for item in items] == [(text, "unjudged", ("talk_4",)) for text in PASSAGES]
    assert items[0].tags == ("sale",)
    assert set(items[1].tags) in ({"grief", "open"}, {"open"})
    if program == "MAXQDA":
        assert study.tags["open"].group == "Grief"
    if program not in ("Taguette", "Dedoose"):
        assert "twice" in (items[1].note or "")
    if program != "Taguette":
        assert all((item.note or "").startswith("Coded by CO.") for item in items)
    assert (study.description or "").startswith(SEGMENTS_RULE)
    assert pt.load_study(formats.write(study, tmp_path / "out")[0]) == study


def test_the_page_of_an_annotation_is_kept(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(EXPORTS["Hypothes.is"], encoding="utf-8")
    assert formats.read(tmp_path / "t.csv").references["talk_4"].url == "https://x.example/a"


def test_rows_without_a_passage_are_counted(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(EXPORTS["Taguette"] + "3,Talk 4,,Sale\n", encoding="utf-8")
    assert import_study(tmp_path / "t.csv").left_out == ("row 4 of 't', which has no passage",)
