"""Whatever stands in a file: a study that updates, or a StudyError whose every fault has a file and a line. Nothing else.

Valid studies are generated with every part of the format, written and read back equal. Broken ones are made from them by
mutation of bytes, lines, tokens and structure. All is deterministic in the seeds, so a failure is an error, never chance.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import re
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from strategies.studies import examples, studies

import processtrace as pt
from processtrace.formats.bibtex import bibtex
from processtrace.formats.yaml.parser import read_yaml
from processtrace.formats.yaml.write import case_yaml, shared_yaml, study_yaml

LONGEST = 20
"""Seconds after which a file that is still being read, or updated, counts as a hang."""

MOST_MEMORY = 400_000_000
"""Bytes by which the process may grow over a block of files."""

TOKENS = [
    *(
        "",
        "~",
        "null",
        "true",
        "no",
        "yes",
        "nan",
        ".inf",
        "-.inf",
        "1e999",
        "-1e999",
        "1e-400",
        "5e-324",
        "-1",
        "0",
        "1",
        "2",
        "0.5",
        "50%",
    ),
    *("0,5", "1/2", "0x10", "1_000", "9" * 400, "1e308", "-1e308", "1" + "0" * 5000, "٠.٥", "½", "−0.5", "0.2 to 0.5", "0.2-0.5"),
    *("[]", "{}", "[1]", "[1, 2, 3]", "[0.9, 0.1]", "[0, 1]", "[nan, 1]", "[[0.1, 0.2]]", "{a: 1}", "{a: {a: {a: 1}}}", "[a, b]", "[~, ~]"),
    *("'", '"', '"no end', ">", ">-", "|", "#", ": ", "- ", "? ", "&x", "*x", "&x [*x]", "!x y", "!!float 1", "!!python/name:os.system x"),
    *("%YAML 1.1", "---", "...", "@", "`", "<<: *x", "\t", "\x00", "\u2028", "\ufeff", "\ud7ff", "a: b: c", "{" * 60, "[" * 60 + "]" * 60),
    *(
        "a",
        "none",
        "f1+f2",
        "pool",
        "extra",
        "e-0",
        "found",
        "planned",
        "not_found",
        "2005-02-30",
        "2001/1999",
        "0000",
        "99999-01",
        "a b",
        "ä",
    ),
    *("../evidence", ".", "..", "/etc/passwd", "~/x", "C:\\x", "//x/y", "x" * 5000, "a/" * 2000, "\\\\host\\x", "http://x", "nul\\0"),
    *("probability", "ratio", "decibels", "words", "judgements", "given", "cluster", "source", "evidence", "case", "id", "key", "because"),
]


@contextmanager
def in_time() -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TimeoutError(f"still busy after {LONGEST} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def assert_told(study: Path) -> str:
    """The study updates or is refused as promised; which of the two, in a word."""
    with in_time():
        refused: pt.ProcesstraceError
        try:
            read = pt.load_study(study)
        except pt.StudyError as error:
            refused = error
            told = "refused"
        else:
            try:
                data = pt.update(read)
            except pt.ProcesstraceError as error:
                refused, told = error, "no posterior"
            else:
                assert np.allclose(data["posterior"].sum("hypothesis"), 1, rtol=0, atol=1e-12)
                assert (data["posterior"] >= 0).all()
                return "updated"
    assert str(refused)
    faults = refused.faults if isinstance(refused, pt.StudyError) else ()
    assert faults or told == "no posterior"
    for fault in faults:
        assert fault.read, fault
        assert fault.allowed, fault
        assert 1 <= fault.line <= lines_of(study, fault.path), fault
        assert "\n" not in str(fault), fault
        assert len(str(fault)) < 2000, fault
    return told


def lines_of(study: Path, shown: str) -> int:
    """Lines of the file that a fault names, as editors count them, and one for the end of the text."""
    for base in (Path.cwd(), study.parent.parent):
        if (base / shown).is_file():
            raw = (base / shown).read_bytes().decode("utf-8", errors="replace")
            return len(raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")) + 1
    raise AssertionError(f"a fault of {shown}, which is no file")


# --- mutations: of bytes, lines, tokens and structure ---------------------------------------------------------------------


def of_bytes(rng: random.Random, raw: bytes) -> bytes:
    at = rng.randrange(len(raw) + 1)
    some = rng.randrange(1, 8)
    kind = rng.randrange(5)
    if kind == 0:
        return raw[:at] + bytes([rng.choice(b"\x00\t\n\r :-#'\"[]{},&*!|>%@`\xff\xc3\xe2\x80")]) + raw[at:]
    if kind == 1:
        return raw[:at] + raw[at + some :]
    if kind == 2:
        return raw[:at] + rng.randbytes(some) + raw[at + some :]
    if kind == 3:
        return raw[:at]
    other = rng.randrange(len(raw) + 1)
    return raw[:at] + raw[other : other + 40] + raw[at:]


def of_lines(rng: random.Random, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    kind = rng.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        lines[at] = b" " * rng.randrange(1, 5) + lines[at]
    elif kind == 4:
        lines[at] = lines[at][rng.randrange(1, 5) :]
    else:
        lines[at] = lines[at] + lines[other]
    return b"\n".join(lines)


def of_tokens(rng: random.Random, raw: bytes) -> bytes:
    text = raw.decode("utf-8")
    spans = [found.span() for found in re.finditer(r"[^\s:,\[\]{}]+", text)]
    if not spans:
        return raw
    start, end = rng.choice(spans)
    return (text[:start] + rng.choice(TOKENS) + text[end:]).encode("utf-8", errors="surrogatepass")


def of_structure(rng: random.Random, path: Path) -> bytes:
    """One part of the tree replaced by another, by a token, dropped, renamed, or wrapped; written in braces."""
    tree = read_yaml(path, path.name)
    places: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
        for key in keys:
            places.append((node, key))
            walk(node[key])

    walk(tree)
    (owner, key), (giver, other) = rng.choice(places), rng.choice(places)
    kind = rng.randrange(6)
    if kind == 0:
        owner[key] = Raw(rng.choice(TOKENS))
    elif kind == 1:
        owner[key] = Raw(as_flow(giver[other]))
    elif kind == 2:
        del owner[key]
    elif kind == 3:
        owner[key] = [owner[key]]
    elif kind == 4:
        owner[key] = {"a": owner[key]}
    elif isinstance(owner, dict):
        owner[rng.choice(TOKENS[-40:])] = owner.pop(key)
    else:
        owner.append(owner[key])
    return as_flow(tree).encode("utf-8", errors="surrogatepass")


class Raw(str):
    """Text that is written as it is."""


def as_flow(node: Any) -> str:
    if isinstance(node, dict):
        return "{" + ",\n ".join(f"{json.dumps(str(key))}: {as_flow(value)}" for key, value in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(as_flow(value) for value in node) + "]"
    if isinstance(node, Raw):
        return str(node)
    plain = getattr(node, "plain", False) and not set(node) & set(",[]{}#&*!|>'\"%@`:\n")
    return str(node) if plain and node else json.dumps(str(node))


MUTATIONS: list[Callable[[random.Random, bytes], bytes]] = [of_bytes, of_lines, of_tokens]


def mutated(rng: random.Random, path: Path) -> bytes:
    if path.suffix == ".yaml" and rng.random() < 0.35:
        return of_structure(rng, path)
    raw = path.read_bytes()
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        try:
            raw = rng.choice(MUTATIONS)(rng, raw)
        except UnicodeDecodeError:
            return raw
    return raw


def write(study: pt.Study, folder: Path, shared: bool = False) -> Path:
    """The study as files below a folder, in the library's own style; the path of the study file."""
    for name in ("models", "evidence"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for case in study.cases:
        (folder / "evidence" / f"{case.id}.yaml").write_text(case_yaml(case), encoding="utf-8")
    (folder / "evidence" / "references.bib").write_text(bibtex(study.references.values()), encoding="utf-8")
    (folder / "shared.yaml").write_text(shared_yaml(study), encoding="utf-8")
    path = folder / "models" / "study.yaml"
    files = [f"../evidence/{case.id}.yaml" for case in study.cases]
    path.write_text(study_yaml(study, files, "../shared.yaml" if shared else None, "../evidence/references.bib"), encoding="utf-8")
    return path


@cache
def written() -> list[pt.Study]:
    """Studies with references that BibTeX, which joins blanks and has no keys with commas, gives back as they are; without a lock."""
    drawn = studies(cases=(1, 3), items=(0, 6), texts=True).filter(lambda study: "key2" in study.references)
    plain = {key: pt.Reference(key, author="Ana, B.", year="2001", title="On it") for key in ("key1", "key2", "key3")}
    return [dataclasses.replace(study, references=plain, lock=()) for study in examples(drawn, 40)]


def fuzz(folder: Path, seed: int, rounds: int) -> dict[str, int]:
    """A study, and mutations of its files one at a time; how often it was refused, updated or neither."""
    made = written()[seed % len(written())]
    study = write(made, folder, shared=seed % 2 == 0)
    assert pt.load_study(study) == made
    told = {"updated": 0, "refused": 0, "no posterior": 0}
    told[assert_told(study)] += 1
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".bib"))
    rng = random.Random(seed)
    for k in range(rounds):
        path = rng.choice(files)
        kept = path.read_bytes()
        broken = mutated(rng, path)
        path.write_bytes(broken)
        try:
            told[assert_told(study)] += 1
        except Exception as error:
            where = os.environ.get("FUZZ_KEEP")
            if where:
                Path(where, f"{seed}-{k}-{path.name}").write_bytes(broken)
            raise AssertionError(f"seed {seed}, round {k}, {path.name}: {type(error).__name__}: {error}") from error
        finally:
            path.write_bytes(kept)
    return told


ROUNDS = 12


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("seed", range(40))
def test_what_is_written_is_read_back_and_what_is_broken_is_told(folder: Path, seed: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = fuzz(folder, seed, ROUNDS)
    assert sum(told.values()) == ROUNDS + 1
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MOST_MEMORY


def test_the_mutations_both_break_and_spare(folder: Path) -> None:
    """A fuzzer that breaks everything, or nothing, tests nothing."""
    told = fuzz(folder, 1000, 60)
    assert told["refused"] > 12
    assert told["updated"] > 3


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2000, 2300))
def test_many_more(folder: Path, seed: int) -> None:
    fuzz(folder, seed, 200)
