"""Accidents of prose in YAML are named for what they are, at the line where they were made."""

from __future__ import annotations

from pathlib import Path

import pytest

import processtrace as pt
from processtrace.formats.yaml.parser import read_yaml

CASE = """case: harbour
label: Harbour
evidence:
  - id: letter
    label: A letter
    finding: The owner writes to the mayor.
    date: 2005
    probability: {jobs: 0.5, island: 0.2}
  - id: vote
    label: A vote
    finding: The king's council votes.
    date: 2006
    probability: {jobs: 0.5, island: 0.2}
  - id: strike
    label: "A strike"
    finding: 'Nobody works.'
    probability:
      jobs: 0.5
      island: 0.2
"""
OPENED = "a quotation mark that is opened and not closed"
MISTAKES = {
    "opened, closed by a later text": ("finding: The owner", 'finding: "The owner', 6, OPENED),
    "opened in a label": ("label: A letter", 'label: "A letter', 5, OPENED),
    "opened, closed by an apostrophe": ("finding: The owner", "finding: 'The owner", 6, OPENED),
    "opened in the last text": ("finding: 'Nobody works.'", "finding: 'Nobody works.", 16, OPENED),
    "opened in braces": ("  - id: letter\n", '  - {id: bill, finding: "A bill, date: 2004}\n  - id: letter\n', 4, OPENED),
    "no blank after a colon": ("label: A letter", "label:letter", 5, "'label:' without a blank after the colon; a blank after each colon; write 'label: letter'"),
    "no blank in a mapping of numbers": ("      jobs: 0.5\n", "      jobs:0.5\n", 18, "write 'jobs: 0.5'"),
    "no blank before the last number": ("      island: 0.2\n", "      island:0.2\n", 19, "write 'island: 0.2'"),
    "no blank at the first key": ("- id: vote", "- id:vote", 9, "write 'id: vote'"),
    "no blank in braces": ("{jobs: 0.5", "{jobs:0.5", 8, "write 'jobs: 0.5'"),
    "a non-breaking blank in braces": ("{jobs: 0.5", "{jobs:\u00a00.5", 8, "a non-breaking blank after the colon; a blank after each colon; write 'jobs: 0.5'"),
    "a non-breaking blank on its own line": ("      jobs: 0.5\n", "      jobs:\u00a00.5\n", 18, "a non-breaking blank after the colon"),
    "a missing dash": ("  - id: vote", "    id: vote", 9, "'id', 'label', 'finding', 'date' again: the keys of another entry, without its beginning (the first 'id' is on line 4); '- ' before the first key of each entry; put '- ' before 'id' on this line"),
    "a missing dash and its blank": ("  - id: vote", "  id: vote", 9, "'id:' without a dash; '- ' before the first key of an entry; write '- id:'"),
    "one key again": ("date: 2005", "date: 2005\n    date: 2007", 8, "the key 'date' again; each key once (first on line 7); keep one of the two"),
    "a label cut at a number": ("label: A letter", "label: Interview # 4", 5, "' #' in a text, which cuts it after 'Interview'"),
    "a tag cut at a number": ("date: 2005", "tags:\n      - hearing # 4", 8, "' #' in a text, which cuts it after 'hearing'"),
    "half of a character": ("label: A letter", 'label: "A \\ud800 letter"', 5, "half of a character in A"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_at_its_line_and_alone(tmp_path, name):
    old, new, line, words = MISTAKES[name]
    assert old in CASE
    path = tmp_path / "harbour.yaml"
    path.write_text(CASE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(pt.StudyError) as caught:
        read_yaml(path, "harbour.yaml")
    assert len(caught.value.faults) == 1
    assert str(caught.value).startswith(f"harbour.yaml:{line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("finding: The owner writes to the mayor.", 'finding: "The owner\n      writes: to # the mayor."'),
        ("finding: The owner writes to the mayor.", "finding: 'The owner''s letter'  # kept"),
        ("label: A letter", "label: A letter   # as it was filed"),
        ("finding: The owner writes to the mayor.", "finding: See http://example.org/a#b at 12:30."),
    ],
)
def test_what_is_no_mistake_is_read(tmp_path: Path, old: str, new: str):
    path = tmp_path / "harbour.yaml"
    path.write_text(CASE.replace(old, new, 1), encoding="utf-8")
    assert len(read_yaml(path, "harbour.yaml")["evidence"]) == 3
