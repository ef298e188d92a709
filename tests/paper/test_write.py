"""The robustness section: one document, and three writers whose files hold all of it."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from pylatexenc.latexwalker import LatexWalker
from ruamel.yaml import YAML

import processtrace as pt
from processtrace import citation
from processtrace.inference.as_json import update_as_json
from processtrace.paper.document import Document, Paragraph, Points, Row, Section, Table
from processtrace.paper.tex import to_tex
from processtrace.paper.word import to_word
from processtrace.robustness.sentence import sentences
from processtrace.text.names import one_line

AWKWARD = "50 % of {all} & more_of #5 for $3 ~ \\end{document} ^ <b> *star* `code` \x07 |"


@pytest.fixture(scope="module")
def results():
    def item(name, label, a, b, **more):
        return pt.Evidence(
            name, label=label, finding=f"{label}: {AWKWARD}", probability={"a": a, "b": b}, because={"a": "Why not."}, **more
        )

    study = pt.Study(
        "Ports & roads",
        question="Why?",
        hypotheses={"a": {"label": "Jobs_1"}, "b": {"label": "Fear & greed"}},
        sources={"press": {"kind": "journalism", "reliability": 0.8}},
        references={"k": {"author": "Ann Author", "year": "2001", "title": "A book"}},
        cases=[
            pt.Case(
                "east",
                label="The east",
                evidence=[
                    item("memo", "A memo", (0.5, 0.8), 0.2, date="2001-05", source="press", cite=["k"], quote="No doubt."),
                    item("speech", "A speech", 0.6, 0.3, date="2003"),
                    item("map", "A map", 0.5, 0.1, status="not_found", search_sensitivity=0.7, searched="Two archives."),
                ],
            ),
            pt.Case("west", label="The west", evidence=[item("letter", "A letter", 0.2, 0.7)]),
        ],
        analysts={"zoe": {"label": "Zoe", "note": "a person"}},
        verdict="icd203",
    )
    return pt.compute(study, sample=False)


@pytest.fixture(scope="module")
def document(results):
    return pt.paper.section(results, appendix=True)


def texts(document: Document) -> list[str]:
    """Every text of a document, in order, as it is printed."""
    found = [document.title]
    for section in document.sections:
        found.append(section.title)
        for part in section.parts:
            if isinstance(part, Paragraph):
                found.append(part.text)
            elif isinstance(part, Points):
                found += part.texts
            elif isinstance(part, Table):
                found += [part.caption, *part.heads, *(cell for row in part.rows for cell in row.cells), part.note]
            else:
                found.append(part.caption)
    return [one_line(text) for text in found if text]


# --- the document


def test_it_has_what_a_robustness_section_has(results, document):
    whole = "\n".join(texts(document))
    titles = [section.title for section in document.sections]
    assert titles[:2] == ["How the evidence was judged", "What the evidence supports"]
    assert {"The cases side by side", "What would turn the answer", "Limits", "How to cite"} <= set(titles)
    assert citation.as_text() in whole
    methods = document.sections[0].parts[0].text
    assert "2 rival explanations (Jobs_1; Fear & greed) in 2 cases, by 4 items of evidence, dated 2001 to 2003; 1 of them was" in methods
    assert "The judgements are those of Zoe (a person)." in methods
    assert f"version {pt.__version__}" in methods
    assert "doi.org/10.1017/9781108377522" in whole
    assert "Intelligence Community Directive 203" in whole


def test_judges_with_one_note_share_it_and_a_table_of_items_without_reasons_has_no_column_for_them():
    judged = {who: {"probability": {"a": 0.6, "b": 0.3}} for who in ("zoe", "ben", "eva", "kim")}
    study = pt.Study(
        "Ports",
        hypotheses={"a": {}, "b": {}},
        cases=[pt.Case("east", evidence=[pt.Evidence("memo", finding="A memo.", judgements=judged)])],
        analysts={
            who: {"label": who.title(), "note": "a person, from a blind sheet" if who != "kim" else "an archivist"} for who in judged
        },
    )
    made = pt.paper.section(pt.compute(study, sample=False), appendix=True)
    methods = made.sections[0].parts[0].text
    assert "are those of Zoe, Ben and Eva (each a person, from a blind sheet); Kim (an archivist)." in methods
    items = made.tables[-1]
    assert items.heads == ("Explanation", "Judgement", "Weight (dB)")
    assert {len(row.cells) for row in items.rows if not row.across} == {3}


def test_each_case_has_its_answer_in_at_most_three_parts_that_are_the_sentence(results):
    told = sentences(results.study)
    for case, whole in results.analyses["sentence"].sentence.to_series().items():
        parts = told[case]
        assert 1 <= len(parts) <= 3
        assert all(part[0].isupper() or not part[0].isalpha() for part in parts)
        assert all(part.endswith(".") for part in parts)
        inside = [word.strip(".;,").lower() for word in whole.removeprefix(f"{results.study.case(case).name}: ").split()]
        assert [word.strip(".;,").lower() for word in " ".join(parts).split()] == inside


def test_the_table_of_cases_has_words_at_the_head_and_at_most_eight_columns(results, document):
    table = document.tables[0]
    assert len(table.heads) <= 8
    assert not any("_" in head for head in table.heads)
    assert table.caption
    assert [row.cells[0] for row in table.rows] == [case.name for case in results.study.cases]


def test_the_appendix_has_everything_of_each_item(document):
    whole = "\n".join(texts(document))
    for said in (
        "A memo (May 2001, Found).",
        "No doubt.",
        "Ann Author (2001). A book",
        "0.5 to 0.8",
        "Why not.",
        "Two archives.",
        "journalism",
    ):
        assert said in whole


def test_without_the_appendix_there_is_none(results):
    assert not any("Appendix" in section.title for section in pt.paper.section(results).sections)


# --- Word


@pytest.fixture(scope="module")
def word(document):
    return docx.Document(io.BytesIO(to_word(document)))


def test_word_has_every_text(document, word):
    found = [part.text for part in word.paragraphs] + [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    whole = "\n".join(found)
    assert [text for text in texts(document) if text not in whole] == []


def test_word_has_real_headings(document, word):
    headings = [(part.style.name, part.text) for part in word.paragraphs if part.style.name.startswith("Heading")]
    assert headings == [(f"Heading {section.level}", one_line(section.title)) for section in document.sections]
    assert word.paragraphs[0].style.name == "Title"
    assert (word.core_properties.title, word.core_properties.author) == (one_line(document.title), "")


def test_word_numbers_captions_by_fields(document, word):
    captions = [part for part in word.paragraphs if part.style.name == "Caption"]
    assert len(captions) == len(document.tables) + len(document.figures)
    numbers = {"Table": 0, "Figure": 0}
    for part in captions:
        kind = part.text.split()[0]
        numbers[kind] += 1
        codes = [code.text for code in part._p.iter(qn("w:instrText"))]
        marks = [mark.get(qn("w:fldCharType")) for mark in part._p.iter(qn("w:fldChar"))]
        assert codes == [f" SEQ {kind} \\* ARABIC "]
        assert marks == ["begin", "separate", "end"]
        assert part.text.startswith(f"{kind} {numbers[kind]}. ")


def test_word_repeats_heads_and_breaks_no_row(word):
    for table in word.tables:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_word_keeps_captions_and_rows_across_with_what_follows(document, word):
    above = [part for part in word.paragraphs if part.style.name == "Caption" and part.text.startswith("Table")]
    assert all(part.paragraph_format.keep_with_next for part in above)
    for made, table in zip(word.tables, document.tables, strict=True):
        for place, (row, kept) in enumerate(zip(list(made.rows)[1:], table.rows, strict=True)):
            below = table.rows[place + 1] if place + 1 < len(table.rows) else None
            expected = bool(table.note) if below is None else table.stays(place)
            assert bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) == expected
            if kept.across:
                assert expected
            if below is not None and below.across:
                assert not expected


def test_word_has_alternative_texts(document, word):
    pictures = list(word.element.body.iter(qn("wp:docPr")))
    assert [part.get("descr") for part in pictures] == [one_line(figure.alt) for figure in document.figures]
    for made, table in zip(word.tables, document.tables, strict=True):
        described = [made._tbl.tblPr.find(qn(name)).get(qn("w:val")) for name in ("w:tblCaption", "w:tblDescription")]
        assert described[0] == one_line(table.caption)
        assert all(one_line(head) in described[1] for head in table.heads)


def test_word_shows_the_figure_at_the_width_of_a_column(word):
    assert [round(shape.width.inches, 2) for shape in word.inline_shapes] == [3.4]


def test_columns_share_the_width_by_their_texts():
    rows = (Row(("a", "a long text that needs far more of the line than the first")), Row(("Head.", "across"), across=True))
    table = Table("t", "T", ("A", "B"), (False, True), rows)
    narrow, wide = table.shares
    assert narrow + wide == pytest.approx(1)
    assert wide > 3 * narrow


def test_a_narrow_column_beside_wide_ones_holds_the_words_of_its_heading():
    """In Word "Lead (dB)" broke within "Lead" where the columns beside it held numbers such as > 0.99 (+98 dB)."""
    number = "> 0.99 (+98 dB)".replace(" ", "\u00a0")
    heads = ("Case", "Leading explanation", "Support", "Central 90 %", "Lowest to highest", "Next", "Lead (dB)", "Items to leave out")
    row = Row(("Chile", "Equity appeal", number, number, number, "Core constituency", "98", "4"))
    shares = Table("t", "T", heads, (False, False, True, True, True, False, True, True), (row,)).shares
    lead_in_bold = (0.667 + 0.444 + 0.5 + 0.556) * 9 / 72  # inches: widths of the letters in Times Bold, by its font metrics
    assert shares[6] * 6.27 - 0.15 > lead_in_bold * 1.1


def test_short_tables_and_the_rows_of_one_item_stay_on_a_page():
    plain = tuple(Row((f"row {k}", "x")) for k in range(3))
    heads = ("A", "B")
    short = Table("t", "T", heads, (False, False), plain)
    assert [short.stays(k) for k in range(3)] == [True, True, False]
    long = Table("t", "T", heads, (False, False), plain * 4)
    assert not any(long.stays(k) for k in range(12))
    item = Row(("Item.", "Its finding."), across=True)
    grouped = Table("t", "T", heads, (False, False), (item, *plain, item, *plain) * 2)
    assert [grouped.stays(k) for k in range(8)] == [True, True, True, False] * 2
    wordy = Table("t", "T", heads, (False, False), (item, Row(("a", "word " * 400)), Row(("b", "x"))))
    assert [wordy.stays(k) for k in range(3)] == [True, False, False]


# --- LaTeX


@pytest.mark.parametrize("parts", [(), (Paragraph("x", "x"),)])
def test_tex_leaves_room_for_a_heading_above_a_table_only(parts):
    table = Table("t", "T", ("A", "B"), (False, True), (Row(("a", "b")),))
    made = to_tex(Document("d", (Section("Above", parts), Section("Case", (table,), 2), Section("End", (Paragraph("y", "y"),)))), "out")
    assert made.count("\\penalty-100") == 1
    before = made.index("\\penalty-100")
    assert (before < made.index("Above")) == (parts == ())
    assert before < made.index("Case")


def test_tex_parses_strictly_and_has_every_text(document):
    from processtrace.tables.latex import escape

    made = to_tex(document, "out")
    LatexWalker(made, tolerant_parsing=False).get_latex_nodes()
    whole = made.replace("\\allowbreak{}", "")
    assert [text for text in texts(document) if escape(text) not in whole] == []
    assert "/\\allowbreak{}" in made
    assert made.count("\\end{document}") == 1
    assert len(re.findall(r"\\begin\{longtable\}", made)) == len(document.tables)
    assert made.count("\\endhead") == len(document.tables)


# --- Quarto


def test_quarto_reads_its_numbers_and_tables_from_the_json_beside_it(results, document, tmp_path):
    made = pt.paper.write(results, tmp_path / "out.qmd", appendix=True)
    assert {path.name for path in made} == {"out.qmd", "out.json", "out-support.png"}
    page, data = (tmp_path / "out.qmd").read_text(encoding="utf-8"), json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    head = YAML(typ="safe").load(page.split("---\n")[1])
    assert head["title"] == document.title
    assert 'jsonlite::read_json("out.json")' in page
    assert re.findall(r'^shown\("(\w+)"\)$', page, re.MULTILINE) == [table.name for table in document.tables] == list(data["tables"])
    asked = re.findall(r'`r text\("([^"]+)"\)`', page)
    assert sorted(asked) == sorted(data["text"])
    assert data["update"] == json.loads(json.dumps(update_as_json(results.study, results.data)))
    assert data["robustness"] == json.loads(json.dumps(results.robustness))
    for table in document.tables:
        held = data["tables"][table.name]
        assert held["heads"] == list(table.heads)
        assert held["across"] == [row.across for row in table.rows]
        for row, kept in zip(held["rows"], table.rows, strict=True):
            assert (row if not kept.across else [row[0], row[-1]]) == [one_line(cell) for cell in kept.cells]
        assert {len(row) for row in held["rows"]} <= {len(table.heads)}
    labels = re.findall(r"```\{r (\w+)", page)
    assert len(labels) == len(set(labels))


# --- files


@pytest.mark.parametrize(("ending", "beside"), [("docx", []), ("tex", ["out-support.pdf"]), ("Rmd", ["out.json", "out-support.png"])])
def test_the_files_of_each_form(results, tmp_path, ending, beside):
    made = pt.paper.write(results, tmp_path / f"out.{ending}")
    assert [path.name for path in made] == [f"out.{ending}", *beside]
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in made}
    if ending == "docx":
        assert zipfile.ZipFile(made[0]).testzip() is None


def test_nothing_is_overwritten_unless_it_is_asked_for(results, tmp_path):
    (tmp_path / "out-support.pdf").write_text("mine")
    with pytest.raises(pt.UsageError, match="is there already"):
        pt.paper.write(results, tmp_path / "out.tex")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"out-support.pdf": "mine"}
    pt.paper.write(results, tmp_path / "out.tex", replace=True)
    assert (tmp_path / "out-support.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", ["out.pdf", "out.doc", "out"])
def test_another_ending_is_refused_with_those_that_there_are(results, tmp_path, name):
    with pytest.raises(pt.UsageError, match=r"\.docx, \.qmd, \.Rmd, \.tex"):
        pt.paper.write(results, tmp_path / name)


def test_a_study_without_evidence_and_one_with_a_single_explanation_are_written(tmp_path):
    alone = pt.Study("Alone", hypotheses={"a": {}}, cases=[pt.Case("x", evidence=[])])
    empty = dataclasses.replace(alone, title="Empty", hypotheses={"a": {}, "b": {}})
    for study in (alone, empty):
        made = pt.paper.section(pt.compute(study, sample=False), appendix=True)
        assert docx.Document(io.BytesIO(to_word(made))).tables
        LatexWalker(to_tex(made, "out"), tolerant_parsing=False).get_latex_nodes()


def test_a_document_of_anything_is_written():
    made = Document("T", (Section("S", (Points(()), Paragraph(""), Table("t", "", ("A",), (False,), ())), 3),))
    assert docx.Document(io.BytesIO(to_word(made))).paragraphs[0].text == "T"
    LatexWalker(to_tex(made, "out"), tolerant_parsing=False).get_latex_nodes()
