"""A bibliography in the form that its file has: BibTeX and BibLaTeX, RIS, or CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from processtrace.errors import Fault, StudyError
from processtrace.formats.bibtex import read_bibtex
from processtrace.formats.identifiers import identifier
from processtrace.formats.links import address, doi_link
from processtrace.formats.text_file import read_text
from processtrace.study import Reference
from processtrace.study.values import shown

_RIS_LINE = re.compile(r"([A-Z][A-Z0-9])  ?- ?(.*)")
_RIS_OUTLETS = ("JO", "JF", "T2", "JA", "BT", "PB", "IN")


def read_bibliography(path: Path, shown_path: str) -> dict[str, Reference]:
    """Read the references of a bibliography.

    Parameters
    ----------
    path : Path
        The file; what stands in it decides, whatever its ending.
    shown_path : str
        How messages name it.

    Returns
    -------
    dict of Reference
        By key, in the order of the file. An entry of RIS without an ID has the first author's name and the year as its key.

    Raises
    ------
    StudyError
        With the line of each entry that is damaged or repeated.
    """
    text = read_text(path, shown_path)
    head = text.lstrip()[:200]
    if re.match(r"TY  ?- ?", head) or path.suffix.lower() == ".ris":
        return _gathered(_ris(text, shown_path), shown_path)
    if head[:1] in ("[", "{") or path.suffix.lower() == ".json":
        return _gathered(_csl(text, shown_path), shown_path)
    return read_bibtex(text, shown_path)


def _gathered(entries: Iterator[tuple[int, str, Mapping[str, Any]]], shown_path: str) -> dict[str, Reference]:
    """Return the references by key; StudyError for keys that are there twice, and for links that are none."""
    made: dict[str, Reference] = {}
    faults = []
    for line, given, fields in entries:
        key = given or _key(fields, made)
        if key in made:
            faults.append(Fault("", f"the key '{shown(key)}' again", "each key once", "delete or rename one", (), shown_path, line))
            continue
        try:
            url = doi_link(fields["doi"]) if fields["doi"] else address(fields["url"])
        except ValueError as why:
            read = f"{shown(fields['doi'] or fields['url'])}, {why}"
            faults.append(Fault(f"entry '{shown(key)}'", read, "an address, or a DOI 10.PREFIX/SUFFIX", "", (), shown_path, line))
            continue
        made[key] = Reference(key, url=url, **{name: fields[name] for name in ("author", "year", "title", "outlet", "volume", "pages")})
    if faults:
        raise StudyError(faults)
    return made


def _key(fields: Mapping[str, Any], taken: Mapping[str, Reference]) -> str:
    """Return the first author's family name with the year, as reference managers make keys."""
    family = fields["author"].split(";")[0].split(",")[0].split()
    name = identifier((family[-1] if family else "") or fields["title"].split(" ")[0], otherwise="entry") + fields["year"]
    letters = ("", *"bcdefghijklmnopqrstuvwxyz")
    return next((name + letter for letter in letters if name + letter not in taken), f"{name}_{len(taken) + 1}")


def _ris(text: str, shown_path: str) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Yield the entries of a RIS file; StudyError for a line that belongs to none, and for an entry that does not end."""
    fields: dict[str, list[str]] = {}
    start = 0
    last = ""
    for number, row in enumerate(text.splitlines(), 1):
        found = _RIS_LINE.fullmatch(row.rstrip())
        if not found:
            if not row.strip():
                continue
            if start and last:
                fields[last][-1] += " " + row.strip()
                continue
            raise _damaged(shown_path, number, shown(row), "a line of RIS: 'AU  - Name'")
        tag, value = found[1], " ".join(found[2].split())
        if tag == "TY":
            if start:
                raise _damaged(shown_path, start, "an entry that does not end before the next", "'ER  - ' after each entry")
            start, fields, last = number, {}, ""
        elif not start:
            raise _damaged(shown_path, number, shown(row), "'TY  - ' at the beginning of an entry")
        elif tag == "ER":
            yield start, next(iter(fields.get("ID", [])), ""), _of_ris(fields)
            start, last = 0, ""
        else:
            fields.setdefault(tag, []).append(value)
            last = tag
    if start:
        raise _damaged(shown_path, start, "an entry that does not end", "'ER  - ' after each entry")


def _of_ris(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    def first(*tags: str) -> str:
        return next((value for tag in tags for value in fields.get(tag, []) if value), "")

    year = re.match(r"\d{4}", first("PY", "Y1", "DA"))
    start, end = first("SP"), first("EP")
    return {
        "author": "; ".join(fields.get("AU", []) or fields.get("A1", []) or fields.get("ED", []) or fields.get("A2", [])),
        "year": year[0] if year else first("PY", "Y1"),
        "title": first("TI", "T1", "CT"),
        "outlet": first(*_RIS_OUTLETS),
        "volume": first("VL"),
        "pages": f"{start}–{end}" if start and end and end != start else start,
        "doi": first("DO"),
        "url": first("UR", "L2"),
    }


def _csl(text: str, shown_path: str) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Yield the entries of a CSL-JSON file; StudyError for broken JSON, and for what is no list of entries."""
    try:
        whole = json.loads(text)
        json.dumps(whole, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise _damaged(shown_path, error.lineno, f"broken JSON ({error.msg})", "CSL-JSON: a list of entries") from None
    except (ValueError, RecursionError):
        raise _damaged(shown_path, 1, "JSON that cannot be read", "CSL-JSON: a list of entries") from None
    listed = whole if isinstance(whole, list) else next((whole[key] for key in ("items", "references") if isinstance(whole.get(key), list)), None) if isinstance(whole, dict) else None  # fmt: skip
    if listed is None or not all(isinstance(entry, dict) and ("type" in entry or "title" in entry) for entry in listed):
        raise _damaged(shown_path, 1, "JSON that is no bibliography", "CSL-JSON: a list of entries, each with id, type and title")
    for number, entry in enumerate(listed, 1):
        key = str(entry.get("citation-key") or entry.get("id") or "")
        where = text.find(json.dumps(key, ensure_ascii=False)) if key else -1
        yield text.count("\n", 0, where) + 1 if where >= 0 else min(number, text.count("\n") + 1), _csl_key(key), _of_csl(entry)


def _csl_key(key: str) -> str:
    """Return a key without the address of a library: 'http://zotero.org/users/1/items/AB12' is AB12."""
    return " ".join(key.rsplit("/", 1)[-1].split())


def _of_csl(entry: Mapping[str, Any]) -> dict[str, Any]:
    def text(*keys: str) -> str:
        return next((" ".join(re.sub(r"</?(?:i|b|sub|sup|span)[^>]*>", "", str(entry[key])).split()) for key in keys if isinstance(entry.get(key), str | int)), "")  # fmt: skip

    return {
        "author": "; ".join(_csl_names(entry.get("author")) or _csl_names(entry.get("editor"))),
        "year": _csl_year(entry.get("issued")),
        "title": text("title"),
        "outlet": text("container-title", "publisher", "event-title"),
        "volume": text("volume"),
        "pages": text("page").replace("--", "–").replace("-", "–"),
        "doi": text("DOI"),
        "url": text("URL"),
    }


def _csl_names(listed: Any) -> list[str]:
    names = []
    for part in listed if isinstance(listed, list) else []:
        if not isinstance(part, dict):
            continue
        family = " ".join(str(part[key]) for key in ("non-dropping-particle", "family") if part.get(key))
        names.append(", ".join(said for said in (family, str(part.get("given") or "")) if said) or str(part.get("literal") or ""))
    return [" ".join(name.split()) for name in names if name.strip()]


def _csl_year(issued: Any) -> str:
    if isinstance(issued, dict):
        parts = issued.get("date-parts")
        while isinstance(parts, list) and parts:
            parts = parts[0]
        issued = parts if parts not in (None, []) else issued.get("raw") or issued.get("literal") or ""
    said = "" if issued is None else str(issued)
    found = re.search(r"\d{4}", said)
    return found[0] if found else said[:40]


def _damaged(path: str, line: int, read: str, allowed: str) -> StudyError:
    return StudyError([Fault("", read, allowed, "export the bibliography again", (), path, line)])
