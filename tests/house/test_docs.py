"""The documentation: what it tells a reader to run is run, and prints what it says."""

from __future__ import annotations

import re

import generated
import pytest
import snippets

from processtrace.study.scales import ICD_203

DOCS = snippets.DOCS
ROOT = DOCS.parent


@pytest.mark.parametrize("path", snippets.pages(), ids=lambda path: path.stem)
def test_a_page_runs_and_prints_what_it_says(path, tmp_path):
    assert snippets.run_page(path, tmp_path.resolve()) == path.read_text(encoding="utf-8")


def test_every_page_is_in_the_contents():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\w+)$", index, re.MULTILINE))
    assert {path.stem for path in DOCS.glob("*.md")} - {"index"} <= named


def test_every_page_of_the_api_is_in_its_contents():
    listed = re.findall(r"^api/(\w+)$", (DOCS / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in (DOCS / "api").glob("*.md"))


def test_every_command_that_is_named_exists():
    import click

    from processtrace.cli import cli

    known = cli.list_commands(click.Context(cli))
    for path in (*DOCS.glob("*.md"), ROOT / "README.md"):
        named = re.findall(r"(?:`|^\$ )processtrace ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert [name for name in named if name not in known] == [], path.name


def test_links_between_pages_lead_somewhere():
    for path in DOCS.glob("*.md"):
        for target in re.findall(r"\]\((\w+\.md)\)", path.read_text(encoding="utf-8")):
            assert (DOCS / target).exists() or target in ("cli.md", "gallery.md"), f"{path.name}: {target}"


def test_every_public_name_is_on_a_page_of_the_api():
    """Each name of the package, and each public name of its public rooms, stands on one of the pages of the API."""
    import processtrace as pt

    page = "\n".join(path.read_text(encoding="utf-8") for path in sorted((DOCS / "api").glob("*.md")))
    directives = re.findall(r"^\.\. auto(\w+):: ([\w.]+)((?:\n   :[^\n]*)*)", page, re.MULTILINE)
    named = {name.removeprefix("processtrace.") for kind, name, _ in directives if kind != "module"}
    whole: dict[str, set[str] | None] = {}
    for kind, name, options in directives:
        if kind == "module":
            members = re.search(r":members:([^\n]*)", options)
            listed = {part.strip() for part in members[1].split(",")} - {""} if members else set()
            whole[name.removeprefix("processtrace.")] = listed or None
    missing = []
    for name in pt.__all__:
        thing = getattr(pt, name)
        if not hasattr(thing, "__path__") and not hasattr(thing, "__file__"):
            module = thing.__module__.removeprefix("processtrace.").split(".")[0]
            if name not in named and whole.get(module, set()) is not None:
                missing.append(name)
            continue
        room = thing.__name__.removeprefix("processtrace.")
        public = [part for part in getattr(thing, "__all__", []) if callable(getattr(thing, part))]
        if room not in whole:
            missing.append(room)
        elif (listed := whole[room]) is not None:
            missing += [f"{name}.{part}" for part in public if part not in listed | named]
    assert missing == []


def test_the_page_of_keys_is_that_of_the_schema():
    """`python docs/generated.py` renews it."""
    assert (DOCS / "keys.md").read_text(encoding="utf-8") == generated.keys_page()


def test_links_of_the_readme_lead_to_files_that_need_no_build():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([\w./]+)\)", readme)
    assert {"docs/tutorial.md", "docs/keys.md", "docs/words.md"} <= set(links)
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert [link for link in links if not (ROOT / link).exists() or f"/{link}" in ignored] == []


def test_the_words_of_probability_are_those_of_the_scale():
    page = (DOCS / "words.md").read_text(encoding="utf-8").partition("## Words of probability")[2]
    rows = re.findall(r"^\| ([a-z ]+) \| (0\.\d+) \| (0\.\d+) \|$", page, re.MULTILINE)
    assert {word: (float(low), float(high)) for word, low, high in rows} == ICD_203
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for word, (low, high) in ICD_203.items():
        assert f"{word} {low:g} to {high:g}".replace("0.", ".") in readme


def test_scales_other_than_probability_are_shown_where_a_user_meets_them_first(tmp_path):
    from processtrace.formats.yaml import write_starter

    write_starter(tmp_path / "new")
    pages = [(ROOT / "README.md"), DOCS / "words.md", tmp_path / "new" / "evidence" / "first_case.yaml"]
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert all(f"{scale}: {{" in text for scale in ("ratio", "decibels", "words")), path.name
