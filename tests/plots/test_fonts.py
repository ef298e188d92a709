"""Text in any script is drawn in a font that has it; what no font has is said once."""

from __future__ import annotations

import warnings

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager

import processtrace as pt
from processtrace import plots
from processtrace.plots import fonts

CHARACTERS = "外交部声明"
NOWHERE = "\U000104b0\U000104b1"  # Osage, in no font that this project brings


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    monkeypatch.setattr(fonts, "_SAID", set())
    caches = (fonts.families, fonts._chain, fonts._present)
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def font(tmp_path, monkeypatch) -> str:
    """The name of a font of this machine that has five Chinese characters, each drawn as a square."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 800), (800, 800), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({ord(c): "square" for c in CHARACTERS})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "square": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "square": (1000, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Five Squares", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "five.ttf")
    monkeypatch.setattr(font_manager.fontManager, "ttflist", list(font_manager.fontManager.ttflist))
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(tmp_path / "five.ttf")])
    for cached in (fonts.families, fonts._chain, fonts._present):
        cached.cache_clear()
    return "Five Squares"


def study(label: str) -> pt.Study:
    items = [pt.Evidence(f"e{k}", finding="F.", label=f"{label} {k}", probability={"a": 0.6, "b": 0.3}) for k in range(3)]
    return pt.Study("Scripts", hypotheses={"a": {"label": label}, "b": {}}, cases=[pt.Case("x", label=f"X {label}", evidence=items)])


def test_latin_greek_cyrillic_arabic_and_hebrew_need_one_font():
    assert fonts.families("Überblick, Ελλάδα, Қазақстан, السلطة, מנהיג, 12 : 1") == (fonts.FIRST,)


def test_what_the_first_font_lacks_is_drawn_in_one_that_has_it(font, tmp_path):
    assert fonts.families(f"Ministry {CHARACTERS}") == (fonts.FIRST, font)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = plots.weights(pt.update(study(CHARACTERS)), "x")
        paths = plots.save(figure, tmp_path / "weights")
    assert all(path.stat().st_size for path in paths)
    assert figure._suptitle.get_fontfamily() == [fonts.FIRST, font]


def test_a_text_in_several_scripts_is_as_wide_as_it_is_drawn(font):
    """A square is as wide as its font says: 1,000 of 1,000 units of a size of 7 points, which is 7/72 of an inch."""
    from processtrace.plots.sheet import text_width
    from processtrace.plots.style import style_context

    with style_context((fonts.FIRST, font)):
        one, five = text_width(CHARACTERS[0], 7), text_width(CHARACTERS, 7)
    assert five - one == pytest.approx(4 * 7 / 72, rel=0.05)


def test_what_no_font_has_is_said_once_in_a_sentence(tmp_path):
    data = pt.update(study(f"Power {NOWHERE}"))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for draw in (plots.weights, plots.path, plots.weights):
            plots.save(draw(data, "x"), tmp_path / "figure")
    (one,) = caught
    assert one.category is fonts.MissingCharacters
    assert str(one.message) == (
        f"no font on this machine has these 2 characters, drawn as boxes in figures: {' '.join(NOWHERE)}; "
        "install a font that has them, such as one of the Noto family, and draw again"
    )


def test_marks_and_blanks_are_no_missing_characters():
    fonts.say_missing("a\u00a0b\u200b\u202f\n\u2028")
