"""BibTeX and BibLaTeX as people write them; what the library writes reads back as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import processtrace as pt
from processtrace.formats.bibliography import read_bibliography
from processtrace.formats.bibtex import bibtex
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
        volume="3",
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


def read(tmp_path, text):
    (tmp_path / "r.bib").write_text(text, encoding="utf-8")
    return read_bibliography(tmp_path / "r.bib", "r.bib")


def test_a_chapter_takes_from_its_book_what_it_lacks(tmp_path):
    text = "@incollection{part, author={Ng, A.}, title={Part}, pages={2--9}, crossref={Whole}}\n@book{whole, editor={Ek, B.}, title={The Whole}, year=2019, publisher={Quay}}\n"
    part = read(tmp_path, text)["part"]
    assert (part.author, part.year, part.title, part.outlet, part.pages) == ("Ng, A.", "2019", "Part", "The Whole", "2–9")


def test_common_fields_of_several_entries_are_taken_over(tmp_path):
    text = "@xdata{quay, publisher={Quay}, year=2001}\n@book{a, author={A}, title={T}, xdata={quay}}\n@book{b, title={U}, year=2005, xdata={quay}}\n"
    made = read(tmp_path, text)
    assert list(made) == ["a", "b"]
    assert [(one.outlet, one.year) for one in made.values()] == [("Quay", "2001"), ("Quay", "2005")]


def test_comments_preambles_and_months_are_read_as_bibtex_reads_them(tmp_path):
    text = """% Encoding: UTF-8
@preamble{ "\\newcommand{\\noop}[1]{}" }
@string{jom = "Journal of " # "Moles"}
@Comment{
 @article{old, title={commented out}}
}
%@article{older, title={commented out too},
Free text, with an address: someone@x.example.
@article{k1, author = "Ek, J. and
    Orr, K.", title = "The {\\noop{1}}Mole", journal = jom, year = 2005, month = 1 # "~" # jan,
}
@ARTICLE(k2, author = {B}, title = {U}, journal = jom # " (Supplement)", year = "2006")
"""
    made = read(tmp_path, text)
    assert list(made) == ["k1", "k2"]
    assert (made["k1"].author, made["k1"].title) == ("Ek, J.; Orr, K.", "The Mole")
    assert [one.outlet for one in made.values()] == ["Journal of Moles", "Journal of Moles (Supplement)"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Ek, A. AND Orr, B.", "Ek, A.; Orr, B."),
        ("Ek, A. and others", "Ek, A.; et al."),
        ("family=Müller, given=Jörg, given-i=J and Orr, B.", "Müller, Jörg; Orr, B."),
        ("family=Berg, given=Ute, prefix=von der, prefix-i=v", "von der Berg, Ute"),
        ("{Bank and Sons} and {UN}", "Bank and Sons; UN"),
        ("Saarinen~K.", "Saarinen K."),
    ],
)
def test_names_are_read_as_people_mean_them(tmp_path, written, expected):
    made = read(tmp_path, f"@misc{{k, author = {{{written}}}}}\n")
    assert made["k"].author == expected
    assert back(tmp_path, made.values()) == list(made.values())


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (r"url = {\url{https://x.example/a_b}}", "https://x.example/a_b"),
        (r"url = {https://x.example/a\_b\%20c\&d}", "https://x.example/a_b%20c&d"),
        (r"howpublished = {\url{https://x.example/~me/a.html}}", "https://x.example/~me/a.html"),
        (r"url = {https://x.example/{\textasciitilde}me}", "https://x.example/~me"),
        (r"url = {\href{https://x.example/q}{here}}", "https://x.example/q"),
        ("url = {www.x.example/a b}", "https://www.x.example/a%20b"),
        ("doi = {doi.org/10.1/x}", "https://doi.org/10.1/x"),
        ("doi = {https://dx.doi.org/10.1/x}", "https://doi.org/10.1/x"),
        ("doi = {DOI: 10.1/x}", "https://doi.org/10.1/x"),
        ("url = {doi.org/10.1/x}", "https://doi.org/10.1/x"),
        ("doi = {10.1002/(SICI)1097<1::AID-2>3.0.CO;2-2}", "https://doi.org/10.1002/(SICI)1097%3C1::AID-2%3E3.0.CO;2-2"),
        ("eprint = {2001.00001}, eprinttype = {arxiv}", "https://arxiv.org/abs/2001.00001"),
        ("url = {javascript:alert(1)}", "javascript:alert(1)"),
    ],
)
def test_links_have_one_form(tmp_path, field, expected):
    assert read(tmp_path, f"@misc{{k, title = {{T}}, {field}}}\n")["k"].url == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@misc{a, title={x}}\n@misc{a, title={y}}\n", r"r\.bib:2: the key 'a' again"),
        ("@misc{a, title={x}, title={y}}\n", "a field given twice"),
        ("\n@misc{a, title={x\n", "r.bib:2: an entry that cannot be read"),
        ("@misc{a,\n author = {One, A.}\n title = {x}\n}\n@misc{b}\n", r"r\.bib:2: no comma after the field 'author' of the entry 'a'"),
        ("@misc{a\n title = {x}\n}\n", r"r\.bib:1: no comma after the key 'a'"),
        ('@misc{a, title = "x" year = 2005}\n', r"r\.bib:1: no comma after the field 'title'"),
        ("@misc{a,\n title = {x},\n % year = 2005,\n}\n", r"r\.bib:3: a % line inside the entry 'a'"),
        ("@misc{a,\n title = {x},\n\n@misc{b, title={y}}\n", r"r\.bib:1: the entry 'a', which is not closed before the next"),
        ("@misc{a, title {x}}\n", r"r\.bib:1: 'title' without '='"),
        ("@misc{a, title = }\n", r"r\.bib:1: nothing after 'title ='"),
        ("@misc{, title = {x}}\n", "an entry without a key"),
        ("@article a, title = {x}}\n", "'@article' without a brace"),
        ("@misc{a, crossref = {nobody}}\n", "crossref to 'nobody', which is not in the file"),
        ("@misc{a, xdata = {b}}\n@xdata{b, xdata = {a}}\n", "leads back to it"),
        ("@misc{a, doi = {see the page}}\n", "entry 'a', doi: see the page, no DOI; 10.PREFIX/SUFFIX"),
        ("@misc{a, url = {http:///x}}\n", "entry 'a', url: http:///x, an address without the name of its server"),
        ("Dear reader, here are the books.\n", r"r\.bib:1: no BibTeX entry"),
    ],
)
def test_broken_entries_are_reported_with_their_line(tmp_path, text, words):
    with pytest.raises(pt.StudyError, match=words):
        read(tmp_path, text)


def test_every_damaged_entry_is_reported_and_the_sound_ones_are_not(tmp_path):
    text = "@misc{a, title={x} year=1}\n@misc{b, title={y}}\n@misc{c, title {z}}\n"
    with pytest.raises(pt.StudyError) as caught:
        read(tmp_path, text)
    assert [fault.line for fault in caught.value.faults] == [1, 3]


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


def test_keys_that_differ_in_case_are_two_entries(tmp_path):
    made = read(tmp_path, "@book{Ek, title={X}}\n@book{ek, title={Y}}\n@inbook{part, title={Z}, crossref={EK}}\n")
    assert {key: one.title for key, one in made.items()} == {"Ek": "X", "ek": "Y", "part": "Z"}


@pytest.mark.parametrize(
    ("entry", "printed"),
    [
        ("author={M, J.}, title={X}", "M, J. X"),
        ("title={X}, year=2001", "(2001). X"),
        ("author={M, J.}, title={X}, year=2001", "M, J. (2001). X"),
    ],
)
def test_a_reference_lacking_a_part_is_printed_without_it(tmp_path, entry, printed):
    assert str(read(tmp_path, f"@book{{a, {entry}}}")["a"]) == printed
