"""YAML read as plain mappings, lists and text that know their lines; nothing in a file is ever run or given a type.

Only ruamel's composer is used: scalars stay as written (`no`, `2005-02-30`, `1e3` are text here), tags are refused,
and the size of what aliases expand to is bounded.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from processtrace.errors import Fault, StudyError
from processtrace.formats.text_file import read_text
from processtrace.formats.yaml.mistakes import BLOCK, mistake
from processtrace.formats.yaml.statements import KEYS, QUOTED, quote_in_braces
from processtrace.study.values import HALF, Scalar, shown

MOST_NODES = 500_000
DEEPEST = 40
_PROSE = {"finding", "statement", "description", "question", "note", "quote", "searched", "outcome", "because"}
_COMMENTED = {"label", "title", "kind", "group", "where", "tags"}
"""Keys of short texts, after which a comment may stand, two blanks or more away."""
_CORE = "tag:yaml.org,2002:"


class Mapping(dict[str, Any]):
    """A mapping of a file with the line on which it and each of its keys begin."""

    line: int = 1
    lines: dict[str, int]


class Sequence(list[Any]):
    """A list of a file with the line on which it and each of its entries begin."""

    line: int = 1
    lines: list[int]


def read_yaml(path: Path, shown_path: str) -> Mapping:
    """Return a file's top mapping; StudyError with file and line for broken YAML, repeated keys, tags, and what is no mapping."""
    text = read_text(path, shown_path)
    reader = _Reader(shown_path, text)
    value = reader.read()
    if reader.faults:
        raise StudyError(reader.faults)
    if not isinstance(value, Mapping):
        read = "an empty file" if value is None else shown(value)
        raise StudyError([Fault("", read, "a mapping of keys to values", "see 'processtrace new' for a file that runs", (), shown_path, 1)])
    return value


class _Reader:
    """A text that is being read, with the faults found so far."""

    def __init__(self, path: str, text: str):
        """Begin to read a text."""
        self.path, self.text = path, text
        self.rows = text.splitlines()
        self.faults: list[Fault] = []
        self.nodes = 0

    def fault(self, line: int, read: str, allowed: str, fix: str = "") -> None:
        """Keep a fault of a line."""
        self.faults.append(Fault("", read, allowed, fix, (), self.path, line))

    def _fault_once(self, line: int, read: str, allowed: str) -> None:
        if not any(fault.read == read for fault in self.faults):
            self.fault(line, read, allowed)

    def read(self) -> Any:
        """Return the value of the only document; None for an empty file."""
        try:
            documents = self._documents()
        except MarkedYAMLError as error:
            self.fault(*self._mistake(error))
            return Mapping()
        except (YAMLError, ValueError) as error:
            place = re.search(r"position (\d+)", str(error))
            line = self.text[: int(place.group(1))].count("\n") + 1 if place else 1
            self.fault(line, "a character that YAML does not allow", "printable text", "remove control characters")
            return Mapping()
        except RecursionError:
            self.fault(1, "lists and mappings too deep", f"at most {DEEPEST} levels")
            return Mapping()
        if len(documents) > 1:
            self.fault(documents[1].start_mark.line + 1, "a second document after '---'", "one document", "remove the line of dashes")
        return self.value(documents[0], 0, "") if documents and documents[0] is not None else None

    def _documents(self) -> list[Node]:
        try:
            return self._composed(self.text)
        except MarkedYAMLError:
            quoted = quote_in_braces(self.text)
            if quoted == self.text:
                raise
            documents = self._composed(quoted)
            self.rows = quoted.splitlines()
            return documents

    def _composed(self, text: str) -> list[Node]:
        """Return the documents of a text; whatever else the library raises on a damaged file is a fault of it."""
        try:
            return list(YAML(typ="safe", pure=True).compose_all(text))
        except (YAMLError, ValueError, RecursionError):
            raise
        except Exception as error:
            raise MarkedYAMLError(problem=f"damaged: it cannot be read ({type(error).__name__})") from None

    def _mistake(self, error: MarkedYAMLError) -> tuple[int, str, str, str]:
        """Return line, what was read, what is allowed and how to fix it, of YAML that does not parse."""
        mark, start = error.problem_mark or error.context_mark, error.context_mark
        row, first = mark.line if mark else 0, start.line if start else mark.line if mark else 0
        return mistake(self.rows, row, first, error.problem or error.context or "broken YAML", error.context or "")

    def value(self, node: Node, depth: int, key: str, inside_list: bool = False) -> Any:
        """Return the value of a node, at a depth and under a key; `inside_list` where it is an entry of a list."""
        self.nodes += 1
        line = node.start_mark.line + 1
        if self.nodes > MOST_NODES:
            self._fault_once(line, "lists, mappings or aliases that expand without end", f"at most {MOST_NODES} entries")
            return None
        if depth > DEEPEST:
            self._fault_once(line, "lists and mappings too deep", f"at most {DEEPEST} levels")
            return None
        explicit = node.tag or ""
        if key in KEYS and isinstance(node, ScalarNode) and (mark := _dropped(node)):
            self.fault(line, f"a statement that begins with '{mark}', which YAML takes for a mark of its own and drops", *QUOTED)
            return None
        if not explicit.startswith(_CORE) or "python" in explicit:
            self.fault(
                line, f"the tag {shown(explicit)}", "no tags", "remove the '!' and the word after it, or put the text in block style"
            )
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, depth, key, inside_list)
        if isinstance(node, SequenceNode):
            made = Sequence()
            made.line, made.lines = line, []
            for part in node.value:
                made.append(self.value(part, depth + 1, key, inside_list=True))
                made.lines.append(part.start_mark.line + 1)
                if self.nodes > MOST_NODES:
                    break
            return made
        return self._scalar(node, key)

    def _scalar(self, node: ScalarNode, key: str) -> Scalar:
        line, plain = node.start_mark.line + 1, node.style is None
        if plain and self.rows and self.rows[line - 1 :] and self.rows[line - 1][node.start_mark.column :].startswith("! "):
            self.fault(line, "a ! at the start of a text", *BLOCK)
        if plain and key in _PROSE | _COMMENTED and node.end_mark.line < len(self.rows):
            rest = self.rows[node.end_mark.line][node.end_mark.column :]
            cut = re.match(r"(\s+)#(\S?)", rest)
            if cut and node.value and (cut[2] or len(cut[1]) == 1 or key not in _COMMENTED):
                self.fault(
                    line,
                    f"' #' in a text, which cuts it after '{shown(node.value[-30:])}'",
                    "text in block style",
                    "write '>-' after the key and the text on the next line; a comment goes on a line of its own",
                )
        if HALF.search(node.value):
            self.fault(line, f"half of a character in {shown(node.value)}", "characters that Unicode has", "retype the text")
        return Scalar(node.value, line, plain)

    def _repeated(self, made: Mapping, again: list[tuple[str, int]], inside_list: bool) -> None:
        """Report keys that stand twice in a mapping; several of them are another entry that has lost its beginning."""
        if len(again) > 1:
            key, line = again[0]
            names = ", ".join(f"'{name}'" for name, _ in again[:4])
            read = f"{names} again: the keys of another entry, without its beginning (the first '{key}' is on line {made.lines[key]})"
            fix = (
                f"put '- ' before '{key}' on this line"
                if inside_list
                else "write its name and a colon on the line before, with less indentation"
            )
            self.fault(line, read, "'- ' before the first key of each entry" if inside_list else "a name before each entry", fix)
            return
        for key, line in again:
            self.fault(line, f"the key '{key}' again", f"each key once (first on line {made.lines[key]})", "keep one of the two")

    def _mapping(self, node: MappingNode, depth: int, owner: str, inside_list: bool) -> Mapping:
        made = Mapping()
        again: list[tuple[str, int]] = []
        made.line, made.lines = node.start_mark.line + 1, {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if self.nodes > MOST_NODES:
                break
            if not isinstance(key_node, ScalarNode):
                self.fault(line, "a list or mapping as a key", "a name", "text with braces or brackets goes in block style (>-)")
                continue
            if not (key_node.tag or "").startswith(_CORE) or "python" in (key_node.tag or ""):
                self.fault(line, f"the tag {shown(key_node.tag)}", "no tags")
                continue
            key = str(key_node.value)
            if HALF.search(key):
                self.fault(line, f"half of a character in the key {shown(key)}", "characters that Unicode has", "retype the key")
                continue
            if key == "<<" and key_node.style is None:
                self.fault(
                    line, "a merge key '<<'", "keys written out", "repeat the keys, so that a reader sees each judgement in its place"
                )
                continue
            glued = re.fullmatch(r"([\w-]+):(\s*)(\S+)", key) if key_node.style is None and not value_node.value else None
            if glued:
                blank = "a non-breaking blank" if glued[2] else f"'{shown(key)}' without a blank"
                self.fault(line, f"{blank} after the colon", "a blank after each colon", f"write '{glued[1]}: {glued[3]}'")
                continue
            if key in made:
                again.append((key, line))
                continue
            made.lines[key] = line
            made[key] = self.value(value_node, depth + 1, _key(owner, key))
        self._repeated(made, again, inside_list)
        return made


def _key(owner: str, key: str) -> str:
    """Return the key that says what a value is: a reason under `because`, a statement about types under `never`."""
    if owner == "because" or (owner == "never" and key == "statement"):
        return owner
    return key


def _dropped(node: ScalarNode) -> str:
    """Return the beginning of a statement that YAML reads as a tag or an anchor; nothing where there is none."""
    if (node.tag or "").startswith("!"):
        return shown(node.tag)
    return f"&{node.anchor}" if node.anchor else ""
