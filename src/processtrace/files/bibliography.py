"""BibTeX to references."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from processtrace.errors import Fault, StudyError
from processtrace.files.yaml import read_text
from processtrace.study import Reference

_OUTLETS = ("journal", "booktitle", "howpublished", "publisher", "institution", "organization", "school")


def read_bibliography(path: Path, shown_path: str) -> dict[str, Reference]:
    """References by key; StudyError, with the line of each, for entries that are broken or repeated."""
    import bibtexparser

    text = read_text(path, shown_path)
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = bibtexparser.parse_string(text)
    faults = [
        Fault("", _problem(block), "a BibTeX entry", "check its braces, commas and key", (), shown_path, (block.start_line or 0) + 1)
        for block in library.failed_blocks
    ]
    if faults:
        raise StudyError(faults)
    return {entry.key: _reference(entry.key, {field.key.lower(): str(field.value) for field in entry.fields}) for entry in library.entries}


def _problem(block: object) -> str:
    kind = type(block).__name__
    if "Duplicate" in kind:
        return f"the key '{getattr(block, 'key', '')}' again" if "Key" in kind else "a field given twice"
    return "an entry that cannot be read"


def _reference(key: str, fields: dict[str, str]) -> Reference:
    outlet = next((fields[name] for name in _OUTLETS if fields.get(name)), "")
    url = fields.get("url") or (f"https://doi.org/{fields['doi']}" if fields.get("doi") else "")
    return Reference(
        key,
        author=_names(plain(fields.get("author") or fields.get("editor", ""))),
        year=plain(fields.get("year") or fields.get("date", "")[:4]),
        title=plain(fields.get("title", "")),
        outlet=plain(outlet),
        url=url.strip("{}").replace("\\_", "_").replace("\\%", "%").replace("\\&", "&").replace("\\#", "#"),
    )


def plain(text: str) -> str:
    """BibTeX text without braces and the commonest escapes."""
    text = re.sub(r"\\([&%$#_{}])", r"\1", text)
    text = text.replace("---", "—").replace("--", "–").replace("~", " ")
    return " ".join(re.sub(r"[{}]", "", text).split())


def _names(text: str) -> str:
    return re.sub(r"\s+and\s+", "; ", text)
