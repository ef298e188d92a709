"""What a REFI-QDA project says of its documents, passages and codes: descriptions, memos, links, variables, cases and sets."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from processtrace.formats.foreign.refi_qda_codes import guid_of, inner, kids, local, name_of, whole_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*)?")


class Remarks:
    """Everything that is said about the parts of a project.

    Parameters
    ----------
    root : Element
        The project.
    text : function
        The text of a note, given its element and a name for messages; None where it is not in the file.
    """

    def __init__(self, root: Element, text: Callable[[Element, str], str | None]):
        self.notes: dict[str, tuple[str, str]] = {}
        for notes in kids(root, "Notes"):
            for note in kids(notes, "Note"):
                said = [(text(note, name_of(note) or "a note") or "").strip(), *whole_text(note, "Description")]
                self.notes[guid_of(note.get("guid"))] = (name_of(note), "\n".join(part for part in said if part))
        self.linked: dict[str, list[str]] = {}
        for link in inner(root, "Link"):
            first, second = guid_of(link.get("originGUID")), guid_of(link.get("targetGUID"))
            for end, other in ((first, second), (second, first)):
                if end in self.notes and other not in self.notes:
                    self.linked.setdefault(other, []).append(end)
        self.used: set[str] = set()
        self.variables = {guid_of(one.get("guid")): name_of(one) for one in inner(root, "Variable")}
        self.cases: dict[str, list[Element]] = {}
        for case in inner(root, "Case"):
            for ref in kids(case, "SourceRef"):
                self.cases.setdefault(guid_of(ref.get("targetGUID")), []).append(case)
        self.sets: dict[str, list[str]] = {}
        for group in inner(root, "Set"):
            for member in kids(group, "MemberSource"):
                self.sets.setdefault(guid_of(member.get("targetGUID")), []).append(name_of(group))

    def of(self, element: Element) -> list[str]:
        """Return the descriptions and notes of an element, each once."""
        own = [guid_of(ref.get("targetGUID")) for ref in kids(element, "NoteRef")]
        notes = [guid for guid in [*own, *self.linked.get(guid_of(element.get("guid")), [])] if guid in self.notes]
        self.used.update(notes)
        said = [*whole_text(element, "Description"), *(self.notes[guid][1] for guid in notes)]
        return list(dict.fromkeys(text for text in said if text))

    def unplaced(self) -> list[str]:
        """Return the notes that belong to no part of the project, each with its name."""
        return [
            f"Memo '{name}': {text}" if name else f"Memo: {text}"
            for guid, (name, text) in self.notes.items()
            if guid not in self.used and text
        ]

    def document(self, source: Element) -> str:
        """Return what is said of a document, a line each."""
        guid = guid_of(source.get("guid"))
        lines = [*self.of(source), *self._variables(source)]
        for case in self.cases.get(guid, []):
            about = [*self.of(case), *self._variables(case)]
            lines.append(f"Case: {name_of(case)}" + (f" ({'; '.join(about)})" if about else ""))
        lines += [f"Set: {name}" for name in self.sets.get(guid, []) if name]
        return "\n".join(dict.fromkeys(line for line in lines if line))

    def date(self, source: Element) -> str:
        """Return the date of a document, where its variables or those of its case give exactly one."""
        owners = [source, *self.cases.get(guid_of(source.get("guid")), [])]
        found = {
            day[1]
            for owner in owners
            for value in kids(owner, "VariableValue")
            for part in value
            if local(part) in ("DateValue", "DateTimeValue") and (day := _DATE.fullmatch((part.text or "").strip()))
        }
        return found.pop() if len(found) == 1 else ""

    def _variables(self, owner: Element) -> list[str]:
        lines = []
        for value in kids(owner, "VariableValue"):
            name = next((self.variables.get(guid_of(ref.get("targetGUID")), "") for ref in kids(value, "VariableRef")), "")
            text = next((" ".join((part.text or "").split()) for part in value if local(part) in _VALUES), "")
            lines += [f"{name or 'a variable'}: {text}"] if text else []
        return lines
