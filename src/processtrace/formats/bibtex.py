"""References from BibTeX and BibLaTeX, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.bibtex_entries import BibEntry, read_entries
from processtrace.formats.links import address, doi_link
from processtrace.study import Reference
from processtrace.study.values import shown

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


def read_bibtex(text: str, shown_path: str) -> dict[str, Reference]:
    """Read the references in BibTeX or BibLaTeX.

    Parameters
    ----------
    text : str
        The text of the file.
    shown_path : str
        How messages name it.

    Returns
    -------
    dict of Reference
        By key, in the order of the file.

    Raises
    ------
    StudyError
        With the line of each entry that is damaged or repeated, and of each link that is none.
    """
    entries, faults = read_entries(text, shown_path)
    made = {}
    for entry in entries:
        try:
            made[entry.key] = _reference(entry.key, entry.fields)
        except ValueError as why:
            faults.append(_broken(entry, str(why), shown_path))
    if not entries and not faults and text.strip() and not _only_comments(text):
        fix = "name a file in BibTeX (.bib), RIS (.ris) or CSL-JSON (.json)"
        faults.append(Fault("", "no BibTeX entry", "a bibliography", fix, (), shown_path, 1))
    if faults:
        raise StudyError(sorted(faults, key=lambda fault: fault.line))
    return made


def _broken(entry: BibEntry, why: str, shown_path: str) -> Fault:
    """Return the fault of an entry that was read and whose field is none: a DOI, an address, or LaTeX."""
    field, allowed = next((pair for word, pair in _FIELDS.items() if word in why), ("", "text in LaTeX with closed braces"))
    read = f"{shown(entry.fields[field])}, {why}" if field in entry.fields else why
    where = f"entry '{entry.key}', {field}" if field else f"entry '{entry.key}'"
    return Fault(where, read, allowed, "write it as its page gives it" if field else "", (), shown_path, entry.line)


_FIELDS = {"DOI": ("doi", "10.PREFIX/SUFFIX"), "address": ("url", "https://server/page")}


def _only_comments(text: str) -> bool:
    return "@" in text or all(not row.strip() or row.lstrip().startswith(("%", "#", "//")) for row in text.splitlines())


def _reference(key: str, fields: Mapping[str, str]) -> Reference:
    outlet = next((fields[name] for name in _OUTLETS if fields.get(name)), "")
    url = _url(fields)
    held = address(outlet) if "\\url" in outlet or "\\path" in outlet else ""
    return Reference(
        key,
        author=_names(fields.get("author") or fields.get("editor") or ""),
        year=_year(fields),
        title=plain(fields.get("title", "")),
        outlet=held or plain(outlet),
        url=url or held,
        volume=plain(fields.get("volume", "")),
        pages=plain(fields.get("pages", "")),
    )


def _year(fields: Mapping[str, str]) -> str:
    """Return `year` as it is written, or the year of BibLaTeX's `date` (2005-07, 2005/2007, 2005~)."""
    if year := plain(fields.get("year", "")):
        return year
    date = plain(fields.get("date", ""))
    found = re.match(r"\d{4}", date)
    return found[0] if found else date


def _url(fields: Mapping[str, str]) -> str:
    if made := address(fields.get("url", "")):
        return made
    if fields.get("doi", "").strip("{} "):
        return doi_link(fields["doi"])
    archive, number = (fields.get(name, "").strip("{} ") for name in ("eprinttype", "eprint"))
    if number and (archive or fields.get("archiveprefix", "")).lower() == "arxiv":
        return f"https://arxiv.org/abs/{number}"
    return ""


def plain(text: str) -> str:
    """Return BibTeX text as people read it: accents and escapes as characters, no braces, one blank between words."""
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    text = re.sub(r"(?<!\\)~", " ", re.sub(r"\\noop\s*\{[^{}]*\}", "", text))
    if "\\" in text:
        from pylatexenc.latex2text import LatexNodes2Text

        text = re.sub(r"\\textbrace(left|right)\b ?(\{\})?", lambda found: r"\{" if found[1] == "left" else r"\}", text)
        try:
            read = LatexNodes2Text(keep_comments=True, math_mode="verbatim").latex_to_text(text)
        except Exception:
            raise ValueError("LaTeX that cannot be read") from None
        return " ".join(read.split())
    return " ".join(re.sub(r"[{}]", "", text).split())


def _names(text: str) -> str:
    """Return the authors joined by '; '; an 'and' inside braces belongs to a name."""
    parts, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]|\s+and\s+", text, re.IGNORECASE):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth == 0:
            parts.append(text[start : found.start()])
            start = found.end()
    return "; ".join(_name(part) for part in [*parts, text[start:]])


def _name(text: str) -> str:
    """Return one name: `others` as et al., BibLaTeX's family=, given= as people write them."""
    if text.strip().lower() == "others":
        return "et al."
    parts = re.finditer(r"(family|given|prefix|suffix)\s*=\s*([^,{}]*|\{[^}]*\})", text, re.IGNORECASE)
    named = {found[1].lower(): plain(found[2].strip()) for found in parts}
    if "family" not in named:
        return plain(text)
    family = " ".join(part for part in (named.get("prefix", ""), named["family"]) if part)
    return ", ".join(part for part in (family, named.get("suffix", ""), named.get("given", "")) if part)


def bibtex(references: Iterable[Reference]) -> str:
    """Return references as BibTeX that reads back as they are; StudyError for a key that BibTeX cannot hold."""
    made, faults = [], []
    for reference in references:
        if not _KEY.fullmatch(reference.id):
            faults.append(Fault(f"reference '{reference.id}'", reference.id, "a key without blanks, commas, braces or quotation marks"))
        authors = " and ".join(map(_written, reference.author.split("; ")))
        parts: dict[str, Any] = {"author": authors} | {
            name: f"{{{_tex(value)}}}" if value else ""
            for name, value in (
                ("year", reference.year),
                ("title", reference.title),
                ("howpublished", reference.outlet),
                ("volume", reference.volume),
                ("pages", reference.pages),
            )
        }
        parts["url"] = reference.url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
        rows = [f"  {name} = {{{value}}}," for name, value in parts.items() if value]
        made.append("\n".join([f"@misc{{{reference.id},", *rows, "}"]))
    if faults:
        raise StudyError(faults)
    return "\n\n".join(made) + "\n"


def _written(name: str) -> str:
    """Return a name as BibTeX reads it back; one that holds a word of BibTeX is put in braces."""
    if name == "et al.":
        return "others"
    kept = re.search(r"(?i)\sand\s|^others$|family\s*=", name)
    return f"{{{_tex(name)}}}" if kept else _tex(name)


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}"}


def _tex(text: str) -> str:
    """Return text that `plain` reads back as it is."""
    escaped = re.sub(r"[\\~{}&%$#_]", lambda found: _TEX.get(found[0], f"\\{found[0]}"), text)
    return re.sub(r"(?<=[-`'!?<>,])(?=[-`'<>,])", "{}", escaped)
