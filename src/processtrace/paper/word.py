"""A document as a Word file: real styles and headings, numbered captions, rows of headings that repeat, alternative texts."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from processtrace.paper.document import Document, Figure, Paragraph, Points, Section, Table
from processtrace.text.names import one_line

if TYPE_CHECKING:
    from docx.document import Document as Word

_WIDTH = 6.27
"""Inches of text on a page of A4 with margins of one inch."""

_FONT, _BODY, _SMALL = "Times New Roman", 11, 9


def to_word(document: Document) -> bytes:
    """Return a document as the bytes of a .docx file.

    Headings have Word's styles for headings, captions its style with a field that numbers them, so that a list of tables or
    a reference to a number works as in a document written by hand. The first row of a table repeats on each page, no row breaks
    over pages, and a row across a table stays with the next. Figures and tables have alternative texts.

    Parameters
    ----------
    document : Document
        The document.
    """
    import docx

    word = docx.Document()
    _style(word, document.title)
    word.add_heading(one_line(document.title), 0)
    for section in document.sections:
        _section(word, section)
    made = BytesIO()
    word.save(made)
    return made.getvalue()


def _style(word: Word, title: str) -> None:
    """Set the page, the fonts and the properties of a file."""
    from docx.oxml.ns import qn
    from docx.shared import Inches, Pt, RGBColor

    page = word.sections[0]
    page.page_width, page.page_height = Inches(8.27), Inches(11.69)
    for side in ("left", "right", "top", "bottom"):
        setattr(page, f"{side}_margin", Inches(1))
    sizes = {"Normal": _BODY, "Title": 18, "Heading 1": 14, "Heading 2": 12, "Heading 3": 11, "Caption": 10, "List Bullet": _BODY}
    for name, size in sizes.items():
        style: Any = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(key), None)
        fonts.set(qn("w:cs"), _FONT)
        fonts.set(qn("w:eastAsia"), _FONT)
    normal: Any = word.styles["Normal"]
    normal.paragraph_format.space_after = Pt(6)
    about = word.core_properties
    about.title, about.author, about.comments, about.language = one_line(title), "", "Made with processtrace", "en-GB"


def _section(word: Word, section: Section) -> None:
    word.add_heading(one_line(section.title), section.level)
    for part in section.parts:
        if isinstance(part, Paragraph):
            word.add_paragraph(one_line(part.text))
        elif isinstance(part, Points):
            for text in part.texts:
                word.add_paragraph(one_line(text), style="List Bullet")
        elif isinstance(part, Table):
            _table(word, part)
        else:
            _figure(word, part)


def _caption(word: Word, kind: str, text: str, *, above: bool) -> None:
    """Write a caption with a field that numbers it; one above a table stays with it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = word.add_paragraph(f"{kind} ", style="Caption")
    paragraph.paragraph_format.keep_with_next = above
    for what, content in (("begin", None), (None, f" SEQ {kind} \\* ARABIC "), ("separate", None), ("", None), ("end", None)):
        run = paragraph.add_run()
        if what:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), what)
            run._r.append(mark)
        elif content is not None:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = content
            run._r.append(code)
        else:
            run.text = str(_numbered(word, kind))
    paragraph.add_run(f". {one_line(text)}")


def _numbered(word: Word, kind: str) -> int:
    """Return the number of the caption that is being written, which Word computes anew when fields are updated."""
    return sum(part.style is not None and part.style.name == "Caption" and part.text.startswith(f"{kind} ") for part in word.paragraphs)


def _figure(word: Word, figure: Figure) -> None:
    from docx.shared import Inches

    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(BytesIO(figure.png), width=Inches(figure.width))
    shape._inline.docPr.set("descr", one_line(figure.alt))
    shape._inline.docPr.set("title", one_line(figure.caption))
    _caption(word, "Figure", figure.caption, above=False)


def _table(word: Word, table: Table) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Inches, Pt

    _caption(word, "Table", table.caption, above=True)
    made = word.add_table(rows=1 + len(table.rows), cols=len(table.heads))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _describe(made, table)
    widths = [Inches(_WIDTH * share) for share in table.shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    every = list(made.rows)  # asking for a row by its number takes time with each row before it
    for place, row in enumerate(every):
        head, source = place == 0, None if place == 0 else table.rows[place - 1]
        across = source is not None and source.across
        last = place == len(every) - 1
        cells = list(row.cells)
        if across:
            cells[0].merge(cells[-1])
        for at, text in enumerate(table.heads if source is None else source.cells):
            cell = cells[0 if across else at]
            if not across:
                cell.width = widths[at]
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(f" {one_line(text)}" if across and at else one_line(text))
            run.font.size, run.font.bold = Pt(_SMALL), head or (across and at == 0)
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.keep_with_next = head or (bool(table.note) if last else table.stays(place - 1))
            paragraph.alignment = 2 if table.right[at] and not across else 0
        _keep(row, repeat=head)
        _rules(cells, top=head or across, below=head or last, heavy_top=head, heavy_below=last)
    if table.note:
        note = word.add_paragraph()
        note.add_run(one_line(table.note)).font.size = Pt(_SMALL)
    else:
        word.add_paragraph()


def _describe(made: Any, table: Table) -> None:
    """Give a table a title and a text for readers who do not see it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for name, text in (("w:tblCaption", table.caption), ("w:tblDescription", f"{table.caption} Columns: {', '.join(table.heads)}.")):
        part = OxmlElement(name)
        part.set(qn("w:val"), one_line(text))
        made._tbl.tblPr.append(part)


def _keep(row: Any, *, repeat: bool) -> None:
    """Forbid that a row breaks over pages; let the row of headings repeat on each page."""
    from docx.oxml import OxmlElement

    kept = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if repeat else [])):
        kept.append(OxmlElement(name))


def _rules(cells: list[Any], *, top: bool, below: bool, heavy_top: bool, heavy_below: bool) -> None:
    """Draw the lines of a table in print: above and below the headings, above a row across, and at the end."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in {id(cell._tc): cell for cell in cells}.values():
        borders = OxmlElement("w:tcBorders")
        for side, drawn, heavy in (("top", top, heavy_top), ("bottom", below, heavy_below)):
            if drawn:
                line = OxmlElement(f"w:{side}")
                for key, value in (("val", "single"), ("sz", "12" if heavy else "6"), ("space", "0"), ("color", "000000")):
                    line.set(qn(f"w:{key}"), value)
                borders.append(line)
        cell._tc.get_or_add_tcPr().append(borders)
