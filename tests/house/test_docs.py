"""The documentation: what it tells a reader to run is run, and prints what it says."""

from __future__ import annotations

import re

import pytest
import snippets

DOCS = snippets.DOCS


@pytest.mark.parametrize("path", snippets.pages(), ids=lambda path: path.stem)
def test_a_page_runs_and_prints_what_it_says(path, tmp_path):
    assert snippets.run_page(path, tmp_path.resolve()) == path.read_text(encoding="utf-8")


def test_every_page_is_in_the_contents():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\w+)$", index, re.MULTILINE))
    assert {path.stem for path in DOCS.glob("*.md")} - {"index"} <= named


def test_links_between_pages_lead_somewhere():
    for path in DOCS.glob("*.md"):
        for target in re.findall(r"\]\((\w+\.md)\)", path.read_text(encoding="utf-8")):
            assert (DOCS / target).exists() or target in ("alignment.md", "cli.md", "gallery.md"), f"{path.name}: {target}"
