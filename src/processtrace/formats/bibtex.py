"""References from BibTeX and BibLaTeX, and back."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.text_file import read_text
from processtrace.study import Reference

_OUTLETS = (
    "journaltitle",
    "journal",
    "booktitle",
    "maintitle",
    "eventtitle",
    "howpublished",
    "publisher",
    "institution",
    "organization",
    "school",
)
_KEY = re.compile(r"[^\s,{}()#%\"'=~\\]+")


def read_bibliography(path: Path, shown_path: str) -> dict[str, Reference]:
    """Read the references of a BibTeX file.

    Parameters
    ----------
    path : Path
        The file.
    shown_path : str
        How messages name it.

    Returns
    -------
    dict of Reference
        By key, in the order of the file.

    Raises
    ------
    StudyError
        With the line of each entry that is broken or repeated.
    """
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
    strings = {block.key.lower(): _unwrapped(str(block.value)) for block in library.strings}
    return {
        entry.key: _reference(entry.key, {field.key.lower(): _joined(str(field.value), strings) for field in entry.fields})
        for entry in library.entries
    }


def _problem(block: object) -> str:
    kind = type(block).__name__
    if "DuplicateField" in kind:
        return "a field given twice"
    return f"the key '{getattr(block, 'key', '')}' again" if "Duplicate" in kind else "an entry that cannot be read"


def _joined(value: str, strings: Mapping[str, str]) -> str:
    """Return a value with its abbreviations written out: `pub # ", Inc."` as well as `jan`."""
    parts = re.findall(r'\s*(?:"([^"]*)"|\{([^{}]*)\}|(\w+))\s*(?:#|$)', value) if "#" in value else []
    if parts and re.fullmatch(r'(\s*("[^"]*"|\{[^{}]*\}|\w+)\s*(#|$))+', value):
        return "".join(quoted or braced or strings.get(name.lower(), name) for quoted, braced, name in parts)
    return strings.get(value.lower(), value)


def _unwrapped(value: str) -> str:
    return value[1:-1] if value[:1] + value[-1:] in ('""', "{}") else value


def _reference(key: str, fields: dict[str, str]) -> Reference:
    outlet = next((fields[name] for name in _OUTLETS if fields.get(name)), "")
    return Reference(
        key,
        author=_names(fields.get("author") or fields.get("editor") or ""),
        year=_year(fields),
        title=plain(fields.get("title", "")),
        outlet=plain(outlet),
        url=_url(fields),
    )


def _year(fields: Mapping[str, str]) -> str:
    """Return `year` as it is written, or the year of BibLaTeX's `date` (2005-07, 2005/2007, 2005~)."""
    if year := plain(fields.get("year", "")):
        return year
    date = plain(fields.get("date", ""))
    found = re.match(r"\d{4}", date)
    return found[0] if found else date


def _url(fields: Mapping[str, str]) -> str:
    address = fields.get("url", "").strip("{}").strip()
    if not address and (doi := fields.get("doi", "").strip("{}").strip()):
        address = doi if doi.lower().startswith("http") else f"https://doi.org/{re.sub(r'(?i)^doi:?', '', doi).strip()}"
    return re.sub(r"\\([_%&#~$])", r"\1", address)


def plain(text: str) -> str:
    """Return BibTeX text as people read it: accents and escapes as characters, no braces, one blank between words."""
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    text = re.sub(r"(?<!\\)~", " ", text)
    if "\\" in text:
        from pylatexenc.latex2text import LatexNodes2Text

        text = re.sub(r"\\textbrace(left|right)\b ?(\{\})?", lambda found: r"\{" if found[1] == "left" else r"\}", text)
        return " ".join(LatexNodes2Text(keep_comments=True, math_mode="verbatim").latex_to_text(text).split())
    return " ".join(re.sub(r"[{}]", "", text).split())


def _names(text: str) -> str:
    """Return the authors joined by '; '; an 'and' inside braces belongs to a name."""
    parts, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]|\s+and\s+", text):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth == 0:
            parts.append(text[start : found.start()])
            start = found.end()
    return "; ".join(plain(part) for part in [*parts, text[start:]])


def bibtex(references: Iterable[Reference]) -> str:
    """Return references as BibTeX that reads back as they are; StudyError for a key that BibTeX cannot hold."""
    made, faults = [], []
    for reference in references:
        if not _KEY.fullmatch(reference.id):
            faults.append(Fault(f"reference '{reference.id}'", reference.id, "a key without blanks, commas, braces or quotation marks"))
        authors = " and ".join(f"{{{_tex(name)}}}" if re.search(r"\sand\s", name) else _tex(name) for name in reference.author.split("; "))
        parts: dict[str, Any] = {"author": authors} | {
            name: f"{{{_tex(value)}}}" if value else ""
            for name, value in (("year", reference.year), ("title", reference.title), ("howpublished", reference.outlet))
        }
        parts["url"] = reference.url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
        rows = [f"  {name} = {{{value}}}," for name, value in parts.items() if value]
        made.append("\n".join([f"@misc{{{reference.id},", *rows, "}"]))
    if faults:
        raise StudyError(faults)
    return "\n\n".join(made) + "\n"


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}"}


def _tex(text: str) -> str:
    """Return text that `plain` reads back as it is."""
    escaped = re.sub(r"[\\~{}&%$#_]", lambda found: _TEX.get(found[0], f"\\{found[0]}"), text)
    return re.sub(r"(?<=[-`'!?<>,])(?=[-`'<>,])", "{}", escaped)
