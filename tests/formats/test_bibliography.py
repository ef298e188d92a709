"""Bibliographies in RIS and CSL-JSON, and several files of one study."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import processtrace as pt
from processtrace.formats.bibliography import read_bibliography
from processtrace.study import Reference

RIS = """TY  - JOUR
AU  - Ek, Jane
AU  - Orr, Kim
PY  - 2005/03/01
TI  - On moles
 and their tunnels
JO  - Journal of Moles
VL  - 12
SP  - 3
EP  - 9
DO  - https://doi.org/10.1/x
ER  -

TY  - BOOK
ID  - mine
A1  - Ek, Jane
Y1  - 2005
T1  - Tunnels
PB  - Quay Press
UR  - https://x.example/a
ER  -
"""

CSL = [
    {
        "id": "ek2005",
        "type": "article-journal",
        "title": "On <i>moles</i>",
        "author": [
            {"family": "Ek", "given": "Jane"},
            {"literal": "World Bank"},
            {"family": "Berg", "given": "Ute", "non-dropping-particle": "von der"},
        ],
        "issued": {"date-parts": [[2005, 3]]},
        "container-title": "Journal of Moles",
        "volume": "12",
        "page": "3-9",
        "DOI": "10.1/x",
    },
    {"id": 7, "type": "webpage", "title": "Tunnels", "issued": {"raw": "March 2005"}, "URL": "https://x.example/a"},
]


def read(tmp_path: Path, name: str, text: str) -> dict[str, Reference]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_bibliography(tmp_path / name, name)


@pytest.mark.parametrize("name", ["r.ris", "r.txt", "r.bib"])
def test_ris_is_read_whatever_its_name(tmp_path, name):
    made = read(tmp_path, name, RIS)
    assert list(made.values()) == [
        Reference("ek2005", author="Ek, Jane; Orr, Kim", year="2005", title="On moles and their tunnels", outlet="Journal of Moles", url="https://doi.org/10.1/x", volume="12", pages="3–9"),
        Reference("mine", author="Ek, Jane", year="2005", title="Tunnels", outlet="Quay Press", url="https://x.example/a"),
    ]  # fmt: skip


def test_entries_of_one_author_and_year_have_their_own_keys(tmp_path):
    assert list(read(tmp_path, "r.ris", "TY  - BOOK\nAU  - Ek, J.\nPY  - 2005\nTI  - A\nER  - \n" * 3)) == ["ek2005", "ek2005b", "ek2005c"]


def test_csl_json_is_read(tmp_path):
    made = read(tmp_path, "r.json", json.dumps(CSL))
    assert list(made.values()) == [
        Reference("ek2005", author="Ek, Jane; World Bank; von der Berg, Ute", year="2005", title="On moles", outlet="Journal of Moles", url="https://doi.org/10.1/x", volume="12", pages="3–9"),
        Reference("7", year="2005", title="Tunnels", url="https://x.example/a"),
    ]  # fmt: skip
    assert read(tmp_path, "s.json", json.dumps({"items": CSL})) == made


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("r.ris", "TY  - JOUR\nAU  - Ek\n\nTY  - BOOK\nER  - \n", r"r\.ris:1: an entry that does not end before the next"),
        ("r.ris", "TY  - JOUR\nAU  - Ek\n", r"r\.ris:1: an entry that does not end"),
        ("r.ris", "AU  - Ek\n", r"r\.ris:1: AU - Ek; 'TY  - '"),
        ("r.ris", "TY  - JOUR\nDO  - none\nER  - \n", r"r\.ris:1: .*no DOI"),
        ("r.json", "[\n{,}]", r"r\.json:2: broken JSON"),
        ("r.json", "{}", "JSON that is no bibliography"),
        ("r.json", "[3]", "JSON that is no bibliography"),
        ("r.json", '[{"title": "\\ud800"}]', "JSON that cannot be read"),
        ("r.json", '[{"id": "a", "title": "x"},\n{"id": "a", "title": "y"}]', "the key 'a' again"),
    ],
)
def test_damage_is_a_fault_with_its_line(tmp_path, name, text, words):
    with pytest.raises(pt.StudyError, match=words.replace("'TY  - '", "'TY - '")):
        read(tmp_path, name, text)


def study(tmp_path: Path, bibliography: str) -> Path:
    (tmp_path / "a.bib").write_text("@misc{one, title = {One}}\n", encoding="utf-8")
    (tmp_path / "b.ris").write_text(RIS, encoding="utf-8")
    (tmp_path / "x.yaml").write_text(
        "case: x\nevidence:\n  - {id: e, finding: f, cite: [one, mine], probability: {a: 0.5, b: 0.1}}\n", encoding="utf-8"
    )
    (tmp_path / "study.yaml").write_text(
        f"title: T\nbibliography: {bibliography}\nhypotheses:\n  a: {{}}\n  b: {{}}\ncases: [x.yaml]\n", encoding="utf-8"
    )
    return tmp_path / "study.yaml"


def test_a_study_may_have_several_bibliographies(tmp_path):
    assert list(pt.load_study(study(tmp_path, "[a.bib, b.ris]")).references) == ["one", "ek2005", "mine"]


@pytest.mark.parametrize(
    ("bibliography", "words"),
    [
        ("[a.bib, a.bib]", "the key 'one' in two files"),
        ("[a.bib, none.bib]", "study.yaml:2: bibliography: none.bib: no such file"),
        ("[a.bib, ../../b.bib]", "a path that leaves the project"),
        ("[]", "an empty list"),
        ("{a: b}", "study.yaml:2: bibliography"),
    ],
)
def test_a_list_of_bibliographies_that_is_none_is_a_fault(tmp_path, bibliography, words):
    with pytest.raises(pt.StudyError) as caught:
        pt.load_study(study(tmp_path, bibliography))
    assert words in str(caught.value)


def test_an_entry_of_csl_json_without_a_date_has_no_year(tmp_path):
    assert read(tmp_path, "r.json", '[{"id": "a", "title": "T"}]')["a"].year == ""
