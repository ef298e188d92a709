"""The entries of a BibTeX or BibLaTeX file, read strictly: what is damaged is a fault with its line, never data.

BibTeX ignores text between entries; a line that begins with % is one such. Inside an entry there are no comments.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

from processtrace.errors import Fault

_START = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_NEXT = re.compile(r"^[ \t]*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
_KEY = re.compile(r"[^\s,{}()\"#%=\\]+")
_FIELD = re.compile(r"[A-Za-z][\w:.+/-]*")
_WORD = re.compile(r"[^\s,{}()\"#%=@]+")
_BLANK = re.compile(r"\s*")
_KNOWN = {"article", "book", "booklet", "inbook", "incollection", "inproceedings", "conference", "misc", "online", "report", "techreport",
          "thesis", "phdthesis", "mastersthesis", "unpublished", "proceedings", "collection", "manual"}  # fmt: skip
_MONTHS = dict(zip(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"], strict=True))  # fmt: skip
_NOT_INHERITED = {
    "title",
    "subtitle",
    "crossref",
    "xdata",
    "xref",
    "ids",
    "label",
    "shorttitle",
    "keywords",
    "entryset",
    "related",
    "pages",
    "abstract",
}
_PARTS = {"incollection", "inproceedings", "inbook", "conference", "suppbook", "suppcollection", "inreference"}


@dataclass(frozen=True)
class BibEntry:
    """One entry: its kind and field names in small letters, its values without their outer marks, and its line."""

    kind: str
    key: str
    fields: Mapping[str, str]
    line: int


class _Damage(Exception):
    """What ends the reading of an entry: where, and the words of a fault."""

    def __init__(self, at: int, read: str, allowed: str, fix: str = ""):
        """Keep the place and the words."""
        self.at, self.read, self.allowed, self.fix = at, read, allowed, fix
        super().__init__(read)


def read_entries(text: str, shown_path: str) -> tuple[list[BibEntry], list[Fault]]:
    """Return the entries of a file, with what they inherit, and a fault for each that is damaged.

    Parameters
    ----------
    text : str
        The text of the file.
    shown_path : str
        How messages name it.
    """
    reader = _Reader(text)
    reader.read()
    faults = [Fault("", read, allowed, fix, (), shown_path, line) for line, read, allowed, fix in reader.faults]
    entries, missing = _with_inherited(reader.entries)
    faults += [Fault(f"entry '{entry.key}'", read, allowed, fix, (), shown_path, entry.line) for entry, read, allowed, fix in missing]
    return entries, faults


class _Reader:
    """A text that is being read, with the entries and faults so far."""

    def __init__(self, text: str):
        """Begin to read a text."""
        self.text = text
        self.ends = [found.start() for found in re.finditer("\n", text)]
        self.entries: list[BibEntry] = []
        self.strings: dict[str, str] = dict(_MONTHS)
        self.faults: list[tuple[int, str, str, str]] = []

    def line(self, at: int) -> int:
        """Return the line of a place in the text."""
        return bisect_right(self.ends, at - 1) + 1 if at else 1

    def read(self) -> None:
        """Read all entries, going on at the next after a damaged one."""
        at = 0
        keys: dict[str, int] = {}
        while (at := self.text.find("@", at)) >= 0:
            begin = self.text.rfind("\n", 0, at) + 1
            before = self.text[begin:at]
            if before.lstrip().startswith("%"):
                at = self._line_end(at)
                continue
            found = _START.match(self.text, at)
            try:
                if found is None:
                    at = self._bare(at, before)
                    continue
                kind = found[1].lower()
                if kind == "comment":
                    at = self._after_group(found.end() - 1, found[2], at, lenient=True)
                elif kind == "preamble":
                    at = self._after_group(found.end() - 1, found[2], at, lenient=False)
                elif kind == "string":
                    at = self._string(found.end(), found[2])
                else:
                    entry, at = self._entry(kind, found.end(), "}" if found[2] == "{" else ")", at)
                    if entry.key in keys:
                        self.faults.append((entry.line, f"the key '{entry.key}' again", f"each key once (first on line {keys[entry.key]})", "delete or rename one"))  # fmt: skip
                    keys.setdefault(entry.key, entry.line)
                    self.entries.append(entry)
            except _Damage as damage:
                self.faults.append((self.line(damage.at), damage.read, damage.allowed, damage.fix))
                following = _NEXT.search(self.text, self._line_end(at))
                at = following.start() if following else len(self.text)

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _bare(self, at: int, before: str) -> int:
        """Pass over an @ of free text; what looks like an entry without its brace is damage."""
        word = re.match(r"@\s*([A-Za-z]+)", self.text[at : at + 80])
        if word and word[1].lower() == "comment":
            return self._line_end(at)
        if word and not before.strip() and word[1].lower() in _KNOWN:
            raise _Damage(at, f"'@{word[1]}' without a brace", "a BibTeX entry", "write { after the kind of the entry")
        return at + 1

    def _blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        return found.end() if found else at

    def _group(self, at: int) -> int:
        """Return the place after the braces that open here."""
        depth = 0
        for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(self.text, at):
            if found[0] == "{":
                depth += 1
            elif found[0] == "}":
                depth -= 1
                if depth == 0:
                    return found.end()
        return -1

    def _after_group(self, at: int, mark: str, start: int, lenient: bool) -> int:
        if mark == "(":
            end = self.text.find(")", at)
            end = end + 1 if end >= 0 else -1
        else:
            end = self._group(at)
        if end >= 0:
            return end
        if lenient:
            return self._line_end(start)
        raise _Damage(start, "a preamble that is not closed", "a BibTeX entry", "check its braces")

    def _string(self, at: int, mark: str) -> int:
        start = at
        at = self._blank(at)
        name = _FIELD.match(self.text, at)
        at = self._blank(name.end()) if name else at
        if not name or self.text[at : at + 1] != "=":
            raise _Damage(start, "an abbreviation without '='", "@string{name = {text}}", "check its braces")
        value, at = self._value(self._blank(at + 1), name[0], start)
        at = self._blank(at)
        if self.text[at : at + 1] != ("}" if mark == "{" else ")"):
            raise _Damage(start, f"the abbreviation '{name[0]}', which is not closed", "@string{name = {text}}", "check its braces")
        self.strings[name[0].lower()] = value
        return at + 1

    def _entry(self, kind: str, at: int, closer: str, start: int) -> tuple[BibEntry, int]:
        at = self._blank(at)
        key = _KEY.match(self.text, at)
        if not key:
            raise _Damage(start, "an entry without a key", "a BibTeX entry", "write a key and a comma after the brace")
        at = self._blank(key.end())
        fields: dict[str, str] = {}
        last = f"the key '{key[0]}'"
        while True:
            mark = self.text[at : at + 1]
            if mark == closer:
                return BibEntry(kind, key[0], fields, self.line(start)), at + 1
            if mark != ",":
                raise self._no_comma(at, last, key[0], start)
            at = self._blank(at + 1)
            mark = self.text[at : at + 1]
            if mark in (closer, ","):
                continue
            name = _FIELD.match(self.text, at)
            if not name:
                raise self._no_field(at, key[0], start)
            after = self._blank(name.end())
            if self.text[after : after + 1] != "=":
                read = f"'{name[0]}' without '=' in the entry '{key[0]}'"
                raise _Damage(at, read, "name = {value} for each field", "check the braces and commas before it")
            value, at = self._value(self._blank(after + 1), name[0], start)
            if name[0].lower() in fields:
                raise _Damage(after, f"a field given twice: '{name[0]}' in the entry '{key[0]}'", "each field once", "delete one")
            fields[name[0].lower()] = value
            last = f"the field '{name[0]}'"
            at = self._blank(at)

    def _no_comma(self, at: int, last: str, key: str, start: int) -> _Damage:
        if at >= len(self.text):
            return _Damage(
                start, f"an entry that cannot be read: '{key}' is not closed", "a BibTeX entry", "check its braces, commas and key"
            )
        end = len(self.text[:at].rstrip())
        if self.text[at] == "%":
            return self._no_field(at, key, start)
        read = f"no comma after {last} of the entry '{key}'" if "field" in last else f"no comma after {last}"
        return _Damage(max(end - 1, 0), read, "a comma between fields", "write a comma at the end of this line")

    def _no_field(self, at: int, key: str, start: int) -> _Damage:
        mark = self.text[at : at + 1]
        if not mark:
            return _Damage(
                start, f"an entry that cannot be read: '{key}' is not closed", "a BibTeX entry", "check its braces, commas and key"
            )
        if mark == "%":
            fix = "delete the line, or move it above the entry"
            return _Damage(at, f"a % line inside the entry '{key}'", "no comments inside an entry of BibTeX", fix)
        if mark == "@":
            return _Damage(start, f"the entry '{key}', which is not closed before the next", "a BibTeX entry", "write } at its end")
        return _Damage(
            at, f"'{mark}' where a field begins in the entry '{key}'", "name = {value} for each field", "check its braces and commas"
        )

    def _value(self, at: int, name: str, start: int) -> tuple[str, int]:
        """Return the value that begins here, with its parts joined and abbreviations written out, and the place after it."""
        parts = []
        while True:
            part, at = self._part(at, name, start)
            parts.append(part)
            after = self._blank(at)
            if self.text[after : after + 1] != "#":
                return "".join(parts), at
            at = self._blank(after + 1)

    def _part(self, at: int, name: str, start: int) -> tuple[str, int]:
        mark = self.text[at : at + 1]
        if mark == "{":
            end = self._group(at)
            if end < 0:
                raise _Damage(
                    start, f"an entry that cannot be read: '{name}' is not closed", "a BibTeX entry", "check its braces, commas and key"
                )
            return self.text[at + 1 : end - 1], end
        if mark == '"':
            depth = 0
            for found in re.compile(r'\\.|[{}"]', re.DOTALL).finditer(self.text, at + 1):
                depth += {"{": 1, "}": -1}.get(found[0], 0)
                if found[0] == '"' and depth == 0:
                    return self.text[at + 1 : found.start()], found.end()
                if depth < 0:
                    break
            raise _Damage(
                start, f"an entry that cannot be read: '{name}' is not closed", "a BibTeX entry", "check its quotation marks and braces"
            )
        word = _WORD.match(self.text, at)
        if not word:
            raise _Damage(
                min(at, len(self.text)),
                f"nothing after '{name} ='",
                "a value in braces or quotation marks",
                "write it, or delete the field",
            )
        return self.strings.get(word[0].lower(), word[0]), word.end()


Missing = tuple[BibEntry, str, str, str]


def _with_inherited(entries: list[BibEntry]) -> tuple[list[BibEntry], list[Missing]]:
    """Return the entries with the fields that `xdata` and `crossref` name; and what these name that isn't there."""
    known = {entry.key.lower(): entry for entry in reversed(entries)} | {entry.key: entry for entry in reversed(entries)}
    missing: list[Missing] = []
    done: dict[str, BibEntry] = {}

    def whole(entry: BibEntry, above: tuple[str, ...]) -> BibEntry:
        if entry.key in done:
            return done[entry.key]
        fields = dict(entry.fields)
        named = [
            (name, key.strip()) for name in ("xdata", "crossref") for key in fields.get(name, "").strip("{}").split(",") if key.strip()
        ]
        for name, key in named:
            parent = known.get(key) or known.get(key.lower())
            if parent is None or parent.key in (*above, entry.key) or len(above) > 20:
                read = f"{name} to '{key}', which {'leads back to it' if parent is not None else 'is not in the file'}"
                missing.append((entry, read, "the key of another entry of the file", "add the entry, or delete the field"))
                continue
            given = whole(parent, (*above, entry.key)).fields
            fields = {**(given if name == "xdata" else _inherited(entry.kind, parent.kind, given)), **fields}
        done[entry.key] = replace(entry, fields=fields)
        return done[entry.key]

    return [whole(entry, ()) for entry in entries if entry.kind != "xdata"], missing


def _inherited(kind: str, parent: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that a part of a book takes from the book, an article from its periodical."""
    fields = {name: value for name, value in given.items() if name not in _NOT_INHERITED}
    title = given.get("title", "")
    if kind in _PARTS and title:
        fields.setdefault("booktitle", title)
    if kind == "article" and parent == "periodical" and title:
        fields.setdefault("journaltitle", title)
    if kind in _PARTS and "author" in fields and parent in ("book", "collection", "mvbook", "mvcollection", "proceedings"):
        fields["bookauthor"] = fields.pop("author")
    return fields
