"""Locked plans as files: canonical JSON with its SHA-256, written once, checked when read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from processtrace.errors import AnalysisError, Fault, StudyError, UsageError
from processtrace.formats import paths
from processtrace.formats.atomic import write_files
from processtrace.formats.text_file import read_text
from processtrace.study import Factor, Hypothesis, Study
from processtrace.study.frozen import Map
from processtrace.study.locked_entry import is_entry
from processtrace.study.locks import entry
from processtrace.study.parts import Lock

FORMAT = "processtrace locked plan 1"


def canonical(body: Any) -> str:
    """Return JSON with its keys sorted, without blanks, in UTF-8: the text that is hashed."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(body: Any) -> str:
    """Return the SHA-256 of the canonical JSON, in 64 hexadecimal digits."""
    return hashlib.sha256(canonical(body).encode("utf-8")).hexdigest()


def lock_of(study: Study) -> dict[str, Any]:
    """Return the judgements of every planned item, with the explanations they are about; AnalysisError where nothing is planned."""
    items = {f"{case.id}/{item.id}": entry(study, case, item) for case in study.cases for item in case.evidence if item.status == "planned"}
    if not items:
        raise AnalysisError("no planned item to lock; write 'status: planned' and a judgement for what is to be looked for")
    parts: dict[str, Hypothesis | Factor] = {**study.hypotheses, **study.factors}
    return {
        "title": study.title,
        "explanations": {name: {"label": part.name, "statement": " ".join((part.statement or "").split())} for name, part in parts.items()},
        "anchor": study.anchor,
        "range_coverage": study.range_coverage,
        "words": {word: list(value) if isinstance(value, tuple) else value for word, value in study.words.items()},
        "items": items,
    }


def write_lock(study: Study, path: Path) -> str:
    """Write the lock of a study's planned items to a new file.

    Parameters
    ----------
    study : Study
        The study with planned items.
    path : Path
        A new file.

    Returns
    -------
    str
        The SHA-256 of what was locked.

    Raises
    ------
    AnalysisError
        Where nothing is planned.
    UsageError
        Where the file is there already.
    """
    body = lock_of(study)
    try:
        write_files({path: _text(body)}, replace=False)
    except FileExistsError:
        raise UsageError(f"{path}: exists; a lock is never overwritten, name a new file") from None
    return sha256(body)


def _text(body: Any) -> str:
    whole = {"format": FORMAT, "sha256": sha256(body), "locked": body}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def lock_text(lock: Lock) -> str:
    """Return the text of the file of a lock that was read; its hash is the one that was deposited.

    Raises
    ------
    StudyError
        Where the study does not hold the whole of the plan.
    """
    try:
        items = {key: json.loads(value) for key, value in lock.locked.items()}
        body = {**json.loads(lock.plan or "{}"), "items": items}
    except (ValueError, TypeError, RecursionError):
        body = {}
    if body and lock.hash in (None, sha256(body)):
        return _text(body)
    read = "a locked plan that the study does not hold as a whole"
    fix = "convert the study's own files, or leave the lock out and name its file again afterwards"
    raise StudyError([Fault(f"lock '{lock.file}'", read, "the plan as it was locked", fix)])


def read_locks(named: Sequence[Lock], home: Path, project: Path) -> Iterator[Lock | Fault]:
    """Give each lock that a study names with what it holds, or a fault; `home` is the study's file."""
    for k, lock in enumerate(named):
        where = f"lock '{lock.file}'" if len(named) > 1 else "lock"

        def refuse(read: str, allowed: str, fix: str = "", key: str = "file", where: str = where, k: int = k) -> Fault:
            return Fault(f"{where}, {key}", read, allowed, fix, ("lock", k, key) if len(named) > 1 else ("lock", key))

        if lock.locked or lock.plan is not None:
            key = "locked" if lock.locked else "plan"
            yield refuse("what was locked", "the lock's file, hash, deposited and where", "it is read from the file", key)
            continue
        if lock.hash is not None and not re.fullmatch(r"[0-9a-f]{64}", lock.hash):
            yield refuse(lock.hash[:70], "a SHA-256 in 64 hexadecimal digits", "copy it from the file", "hash")
            continue
        try:
            path = paths.inside(lock.file, home, project)
            body, own = _read(path, paths.display(path, project))
        except ValueError as why:
            yield refuse(f"{lock.file}, {why}", "a locked plan inside the project", "write one with 'processtrace plan STUDY --lock FILE'")
            continue
        except StudyError as error:
            yield refuse(f"{lock.file}, {error.faults[0].read}", error.faults[0].allowed)
            continue
        if sha256(body) != own:
            yield refuse(f"{lock.file} was changed since it was locked", "the file as it was written", "take it from where it was kept")
        elif lock.hash is not None and lock.hash != own:
            yield refuse(
                f"{lock.hash[:12]}…, and the file has {own[:12]}…", "the hash of the file", "name the file that was deposited", "hash"
            )
        else:
            held = Map({key: canonical(value) for key, value in body["items"].items()})
            rest = canonical({key: value for key, value in body.items() if key != "items"})
            yield Lock(lock.file, own, lock.deposited, lock.where, held, rest)


def _read(path: Path, shown_path: str) -> tuple[dict[str, Any], str]:
    """Return the locked part of a file and the hash it states; ValueError, in words, for what is no locked plan."""
    text = read_text(path, shown_path)
    try:
        whole = json.loads(text, parse_constant=_refuse)
        sha256(whole)  # a text with half a character can't be hashed
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    body = whole.get("locked") if isinstance(whole, dict) and whole.get("format") == FORMAT else None
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(items, dict) or not all(map(is_entry, items.values())):
        raise ValueError("not a locked plan of processtrace")
    return body, str(whole.get("sha256"))


def _refuse(name: str) -> None:
    raise ValueError(name)
