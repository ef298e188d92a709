"""Damage to files: of bytes, lines and words, and of the structure of JSON, XML and ZIP archives. All of it follows from a seed."""

from __future__ import annotations

import io
import json
import lzma
import random
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any

WORDS = ["", "~", "null", "true", "nan", "inf", "1e999", "-1", "0", "1", "0.5", "50%", "0,5", "1/2", "20:1", "9" * 400, "1" + "0" * 5000, "−0.5", "0.2 to 0.5",
         "++", "--", "—", "N", "likely", "[]", "{}", "[1, 2]", "{a: 1}", "'", '"', "{", "}", ",", ";", "\t", "#", ": ", "- ", "=A1", "@", "%", "\\", "\\ud800",
         "\x00", "\u2028", "\ufeff", "\U0001f642", "é", "../x", "/etc/passwd", "x" * 3000, "P(E|H)", "P(E|~H)", "H1", "(%)", "A : B", "(" * 60, "{" * 60]  # fmt: skip


def of_text(rng: random.Random, text: str) -> str:
    """Damage a text in one place, by words, lines or characters."""
    kind = rng.randrange(6)
    lines = text.split("\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    if kind == 0:
        spans = [found.span() for found in re.finditer(r"[^\s,;:{}\[\]\"]+", text)] or [(0, 0)]
        start, end = rng.choice(spans)
        return text[:start] + rng.choice(WORDS) + text[end:]
    if kind == 1:
        place = rng.randrange(len(text) + 1)
        return text[:place] + rng.choice(WORDS) + text[place + rng.choice([0, 1, 3]) :]
    if kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        lines.insert(other, lines[at])
    elif kind == 4:
        del lines[at]
    else:
        place = rng.randrange(len(text) + 1)
        return text[:place] + text[place + rng.randrange(60) :]
    return "\n".join(lines)


def of_bytes(rng: random.Random, raw: bytes) -> bytes:
    """Damage some bytes."""
    content = bytearray(raw)
    for _ in range(rng.randint(1, 6)):
        if content:
            content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content[: rng.randrange(len(content) + 1)]) if rng.random() < 0.2 else bytes(content)


def of_json(rng: random.Random, text: str) -> str:
    """Replace, drop, wrap or double one part of a JSON text."""
    tree = json.loads(text)
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            places.append((node, key))
            walk(node[key])

    walk(tree)
    if not places:
        return text
    (owner, key), (giver, other) = rng.choice(places), rng.choice(places)
    kind = rng.randrange(6)
    values: Sequence[Any] = (None, True, 0, -1, 1.5, 10**400, "", "\ud800", "x", [], {}, [1, 2, 3], {"a": 1}, [[]], [None], "nan", 1e308)
    if kind == 0:
        owner[key] = rng.choice(values)
    elif kind == 1:
        owner[key] = json.loads(json.dumps(giver[other]))
    elif kind == 2:
        del owner[key]
    elif kind == 3:
        owner[key] = [owner[key]]
    elif kind == 4:
        owner[key] = {"a": owner[key]}
    elif isinstance(owner, dict):
        owner[rng.choice(["", "a", "\ud800", "items", "x/y"])] = owner.pop(key)
    return json.dumps(tree, ensure_ascii=rng.random() < 0.8) if not _halved(tree) else json.dumps(tree)


def _halved(tree: Any) -> bool:
    return "\\ud800" in json.dumps(tree)


def of_xml(rng: random.Random, text: str) -> str:
    """Damage one tag, attribute or text of XML."""
    kind = rng.randrange(5)
    tags = list(re.finditer(r"<[^>]*>", text))
    values = list(re.finditer(r'"[^"]*"', text))
    if not tags or not values:
        return of_text(rng, text)
    tag, value = rng.choice(tags), rng.choice(values)
    if kind == 0:
        new = rng.choice(
            [
                "-1",
                "99999999999999999999",
                "x",
                "",
                "1.5",
                "&#0;",
                "\U0001f642",
                "A1",
                "XFD1048576",
                rng.choice(values)[0].strip('"'),
                "%ff",
                "../../x",
            ]
        )
        return text[: value.start()] + f'"{new}"' + text[value.end() :]
    if kind == 1:
        return text[: tag.start()] + text[tag.end() :]
    if kind == 2:
        other = rng.choice(tags)
        return text[: tag.start()] + other[0] + text[tag.start() :]
    if kind == 3:
        name = re.match(r"</?([\w:]+)", tag[0])
        return text.replace(name[1], rng.choice(["x", "Coding", "table:table", "row", "c"]), 1) if name else text
    return of_text(rng, text)


def of_zip(rng: random.Random, raw: bytes) -> bytes:
    """Damage a part of an archive, drop, double or rename one, or damage the archive itself."""
    if rng.random() < 0.3:
        return of_bytes(rng, raw)
    out = io.BytesIO()
    try:
        old = zipfile.ZipFile(io.BytesIO(raw))
        infos = old.infolist()
        chosen = rng.choice(infos)
        ways = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
        with zipfile.ZipFile(out, "w", rng.choice(ways)) as new:
            for info in infos:
                content, name = old.read(info), info.filename
                if info is chosen:
                    kind = rng.randrange(6)
                    if kind == 0:
                        continue
                    if kind == 1:
                        name = rng.choice([name.upper(), "x/" + name, rng.choice(infos).filename])
                    elif kind == 2:
                        content = of_bytes(rng, content)
                    else:
                        text = content.decode("utf-8", errors="replace")
                        content = (of_xml if "<" in text else of_text)(rng, text).encode("utf-8", errors="replace")
                if name not in new.namelist():
                    new.writestr(name, content)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, NotImplementedError, LookupError, zlib.error, lzma.LZMAError):
        return of_bytes(rng, raw)
    return out.getvalue()
