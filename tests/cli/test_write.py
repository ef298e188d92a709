"""`processtrace write`, `example` and their refusals, as a user meets them."""

from __future__ import annotations

import sys

import docx
import pytest

from processtrace.cli import main


@pytest.fixture
def call(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["processtrace", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


@pytest.fixture
def study(call, tmp_path):
    assert call("example", "adams")[0] == 0
    return tmp_path / "adams" / "models" / "adams.yaml"


def test_an_example_is_written_once(call, study):
    code, out, err = call("example", "adams")
    assert (code, out) == (1, "")
    assert "adams is not empty; name a new folder" in err


def test_an_unknown_example_is_refused_with_those_that_there_are(call, tmp_path):
    code, out, err = call("example", "adam", "new")
    assert (code, out) == (1, "")
    assert "no example 'adam'; chile, murder, programme, adams" in err
    assert "did you mean 'adams'?" in err
    assert list(tmp_path.iterdir()) == []


def test_a_document_is_written_and_not_overwritten(call, study, tmp_path):
    code, out, _ = call("write", study, "paper/out.docx")
    assert (code, out) == (0, "Wrote paper/out.docx\n")
    written = (tmp_path / "paper" / "out.docx").read_bytes()
    assert docx.Document(tmp_path / "paper" / "out.docx").paragraphs[0].text.startswith("Robustness: R v Adams")
    code, out, err = call("write", study, "paper/out.docx")
    assert (code, out) == (1, "")
    assert "out.docx is there already; name a new file, or use --replace" in err
    assert (tmp_path / "paper" / "out.docx").read_bytes() == written
    assert call("write", study, "paper/out.docx", "--replace")[0] == 0


def test_the_files_beside_a_document_are_named(call, study):
    assert call("write", study, "out.tex")[1] == "Wrote out.tex and beside it out-support.pdf\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("out.pdf",), "a document in '.pdf'; a name that ends in .docx, .qmd, .Rmd, .tex"),
        (("folder", "--appendix"), "--appendix with folder; a document, as in folder.docx"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_computed(call, study, tmp_path, arguments, words):
    before = sorted(path.name for path in tmp_path.iterdir())
    code, out, err = call("write", study, *arguments)
    assert (code, out) == (1, "")
    assert words in err
    assert "…" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_fault_of_the_study_is_printed_with_its_line(call, study, tmp_path):
    path = tmp_path / "adams" / "evidence" / "adams.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("guilty: 1, innocent: 9", "guilty: -1, innocent: 9"), encoding="utf-8")
    for out in ("out.docx", "folder"):
        code, printed, err = call("write", study, out)
        assert (code, printed) == (1, "")
        assert "evidence/adams.yaml:" in err
        assert not (tmp_path / out).exists()


def test_a_folder_for_editors_is_written(call, study, tmp_path):
    assert call("write", study, "transparency/")[:2] == (0, "Wrote transparency\n")
    assert {path.name for path in (tmp_path / "transparency").iterdir() if not path.name.startswith(".")} == {
        "README.md",
        "annotations.csv",
        "posterior.json",
        "preregistration.md",
        "study",
        "verify.py",
    }
