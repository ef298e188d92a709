"""The citation: what the command prints is what CITATION.cff says, and BibTeX reads it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import processtrace
from processtrace import citation
from processtrace.cli import main
from processtrace.formats.bibtex import read_bibtex

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cff():
    return YAML(typ="safe").load(ROOT / "CITATION.cff")


def test_it_is_what_the_project_says_of_itself(cff):
    assert cff["title"] == citation.TITLE
    assert [author["name"] for author in cff["authors"]] == [citation.AUTHORS]
    assert cff["license"] == citation.LICENSE
    assert str(cff["date-released"])[:4] == citation.YEAR
    assert cff["version"] == processtrace.__version__
    assert citation.AUTHORS in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_both_forms_hold_everything(cff):
    for text in (citation.as_text(), citation.as_bibtex()):
        assert all(str(part) in text for part in (cff["title"], cff["authors"][0]["name"], cff["version"], citation.YEAR))


def test_the_command_prints_one_form_or_both(capsys, monkeypatch):
    printed = {}
    for form in ("text", "bibtex", "both"):
        monkeypatch.setattr(sys, "argv", ["processtrace", "cite", "--format", form])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        printed[form] = capsys.readouterr().out
    assert printed["both"] == f"{printed['text']}\n{printed['bibtex']}"
    assert printed["bibtex"].startswith("@software{processtrace,\n")


def test_the_entry_is_read_back():
    (reference,) = read_bibtex(citation.as_bibtex(), "cite.bib").values()
    assert (reference.author, reference.year, reference.title) == (citation.AUTHORS, citation.YEAR, citation.TITLE)
