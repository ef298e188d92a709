"""BibTeX and BibLaTeX as people write them; what the library writes reads back as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import processtrace as pt
from processtrace.formats.bibtex import bibtex, read_bibliography
from processtrace.study import Reference

WRITTEN = r"""
% a comment
@string{apsr = "American Political Science Review"}
@string(cup = {Cambridge University Press})
@article{garcia,
  author = {Garc{\'\i}a, Jos{\'e} and {Smith and Sons} and M{\"u}ller, J{\o}rgen and Saarinen~K.},
  title = {The {\'E}lan of \emph{Things} \& More --- a ``Test''},
  journal = apsr, volume = 3, month = jan, year = 2005, doi = {10.1/x_y}}
@book{oneil, editor = "O'Neil, Sean and Br\u{a}tianu and \v{S}imon and Pe\~na", title = "10\% of \$5",
  publisher = cup # ", Inc.", date = {2005-03-01/2006}, url = {https://x.org/a_b%20c?d=1&e=2#f}}
@online{ministry, author = {{Ministry of Foreign Affairs}}, title = {{On} the Treaty}, organization = {MFA},
  date = {2010~}, urldate = {2011-01-01}, url = {https://x.org/a\_b}}
@article{article, author = {Đorđević, Č.}, journaltitle = {Ž}, title = {Ünïcode}, year = {in press}, doi = {https://doi.org/10.2/z}}
@misc{bare}
"""

READ = {
    "garcia": Reference(
        "garcia",
        author="García, José; Smith and Sons; Müller, Jørgen; Saarinen K.",
        year="2005",
        title="The Élan of Things & More — a “Test”",
        outlet="American Political Science Review",
        url="https://doi.org/10.1/x_y",
    ),
    "oneil": Reference(
        "oneil",
        author="O'Neil, Sean; Brătianu; Šimon; Peña",
        year="2005",
        title="10% of $5",
        outlet="Cambridge University Press, Inc.",
        url="https://x.org/a_b%20c?d=1&e=2#f",
    ),
    "ministry": Reference(
        "ministry", author="Ministry of Foreign Affairs", year="2010", title="On the Treaty", outlet="MFA", url="https://x.org/a_b"
    ),
    "article": Reference("article", author="Đorđević, Č.", year="in press", title="Ünïcode", outlet="Ž", url="https://doi.org/10.2/z"),
    "bare": Reference("bare"),
}


@pytest.mark.parametrize("key", READ)
def test_entries_are_read_as_people_mean_them(tmp_path, key):
    path = tmp_path / "r.bib"
    path.write_text(WRITTEN, encoding="utf-8")
    assert read_bibliography(path, "r.bib")[key] == READ[key]


def back(tmp_path, references):
    path = tmp_path / "back.bib"
    path.write_text(bibtex(references), encoding="utf-8")
    return list(read_bibliography(path, "back.bib").values())


def test_what_was_read_is_written_back(tmp_path):
    assert back(tmp_path, READ.values()) == list(READ.values())


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="\\"), max_size=12)
TEXT = st.lists(WORDS, max_size=4).map(lambda words: " ".join(" ".join(words).split()))


@settings(deadline=None)
@given(author=TEXT, title=TEXT, outlet=TEXT, year=st.sampled_from(["", "2005", "n.d."]))
@example(author="A; B and C", title=r"back\slash ~tilde^ 100% #1 $x_y$ & {curly} } -- — `` '' ?` <<", outlet="", year="")
def test_any_text_survives(tmp_path_factory, author, title, outlet, year):
    one = Reference("k", author=author, year=year, title=title, outlet=outlet, url="https://x.org/a_b?c=%20&d#e")
    assert back(tmp_path_factory.mktemp("b"), [one]) == [one]


def test_a_key_that_bibtex_cannot_hold_is_a_fault():
    with pytest.raises(pt.StudyError, match="a key without blanks"):
        bibtex([Reference("two words")])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@misc{a, title={x}}\n@misc{a, title={y}}\n", r"r\.bib:2: the key 'a' again"),
        ("@misc{a, title={x}, title={y}}\n", "a field given twice"),
        ("\n@misc{a, title={x\n", "r.bib:2: an entry that cannot be read"),
    ],
)
def test_broken_entries_are_reported_with_their_line(tmp_path, text, words):
    path = tmp_path / "r.bib"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(pt.StudyError, match=words):
        read_bibliography(path, "r.bib")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("evidence/chile.yaml", "cite: [fairfield2015,", "cite: [fairfeld2015,", "evidence 'informants', cite: fairfeld2015; a key of the bibliography; did you mean 'fairfield2015'?"),
        ("evidence/chile.yaml", "kind: interview, cite: fairfield2015", "kind: interview, cite: nobody", "source 'interview_2005', cite: nobody; a key of the bibliography; add the entry to the bibliography"),
        ("models/chile.yaml", "anchor: 0.8", "sources: {x: {cite: press205}}\nanchor: 0.8", "source 'x', cite: press205; a key of the bibliography; did you mean 'press2005'?"),
    ],
)  # fmt: skip
def test_a_key_that_no_entry_has_is_a_fault(tmp_path, file, old, new, words):
    shutil.copytree(Path(__file__).parents[1] / "data" / "chile", tmp_path / "p")
    path = tmp_path / "p" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(pt.StudyError) as caught:
        pt.load_study(tmp_path / "p/models/chile.yaml")
    assert words in str(caught.value)
