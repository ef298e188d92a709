"""The codes of a REFI-QDA codebook, with their definitions, and what elements of its XML have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


@dataclass(frozen=True)
class Code:
    """A code of the codebook; `group` is the topmost code above it, or nothing; `note` is how it is defined."""

    name: str
    group: str = ""
    note: str = ""


def codes_of(root: Element, remarks: Callable[[Element], list[str]]) -> Iterator[tuple[str, Code]]:
    """Yield each code by its identifier; `remarks` gives the descriptions and notes of an element."""
    books = [root] if local(root) == "CodeBook" else list(kids(root, "CodeBook"))
    sets: dict[str, list[str]] = {}
    for group in inner(root, "Set"):
        for member in kids(group, "MemberCode"):
            sets.setdefault(guid_of(member.get("targetGUID")), []).append(name_of(group))
    waiting = [(code, "") for book in books for codes in kids(book, "Codes") for code in kids(codes, "Code")]
    for code, above in waiting:  # grows while it is walked
        name, guid = name_of(code) or "a code without a name", guid_of(code.get("guid"))
        note = "\n".join([*remarks(code), *(f"Set: {one}" for one in sets.get(guid, []) if one)])
        yield guid, Code(name, above, note)
        waiting += [(below, above or name) for below in kids(code, "Code")]


def name_of(element: Element) -> str:
    """Return the name of an element, without marks that can't be printed."""
    return " ".join("".join(c for c in element.get("name", "") if c.isprintable() or c.isspace()).split())


def guid_of(text: str | None) -> str:
    """Return an identifier in one spelling."""
    return (text or "").strip("{} ").lower()


def local(element: Element) -> str:
    """Return the name of an element's kind, without its namespace."""
    return str(element.tag).rpartition("}")[2]


def kids(element: Element, name: str) -> Iterator[Element]:
    """Yield the children of one kind."""
    return (kid for kid in element if local(kid) == name)


def inner(root: Element, name: str) -> Iterator[Element]:
    """Yield all elements of one kind, at any depth."""
    return (element for element in root.iter() if local(element) == name)


def whole_text(element: Element, name: str) -> list[str]:
    """Return the texts of the children of one kind that are not blank."""
    return [text for kid in kids(element, name) if (text := (kid.text or "").strip())]
