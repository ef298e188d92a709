"""Study, case and shared files read as one frozen Study: every fault of every file, with its line, before anything else."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from processtrace.errors import Fault, Location, StudyError
from processtrace.formats import paths
from processtrace.formats.bibliography import read_bibliography
from processtrace.formats.yaml.asked_elsewhere import without_those_asked_elsewhere
from processtrace.formats.yaml.citations import in_items, in_sources
from processtrace.formats.yaml.learned_cases import with_cases
from processtrace.formats.yaml.lock import read_locks
from processtrace.formats.yaml.parser import Mapping, read_yaml
from processtrace.formats.yaml.places import line_of
from processtrace.formats.yaml.shapes import SharedFile, StudyFile, case_without_items
from processtrace.formats.yaml.study_files import StudyFiles
from processtrace.study import Case, Evidence, Lock, Reference, Study
from processtrace.study.faults_of_parts import faults_of_groups
from processtrace.study.frozen import Map
from processtrace.study.validation import read_as
from processtrace.study.values import is_nothing, shown

_SHARED = ("sources", "clusters", "tags", "analysts")


@dataclass
class _Read:
    """What has been read so far, and the faults met on the way."""

    project: Path
    faults: list[Fault] = field(default_factory=list)

    def take(self, fault: Fault, raw: Any, path: str, loc: Location | None = None) -> None:
        """Keep a fault, with the line of its cause in a file."""
        self.faults.append(dataclasses.replace(fault, path=path, line=line_of(raw, fault.loc if loc is None else loc)))

    def take_all(self, error: StudyError, raw: Any, path: str) -> None:
        """Keep the faults of an error; those that have a line already keep it."""
        for fault in error.faults:
            if fault.line:
                self.faults.append(fault)
            else:
                self.take(fault, raw, path)


@dataclass(frozen=True)
class _File[T]:
    path: str
    raw: Mapping
    value: T
    places: tuple[int, ...] = ()  # of the items that could be read, among all items of the file
    broken: frozenset[str] = frozenset()


def load_study(path: str | PathLike[str]) -> Study:
    """Read a study file with the cases, shared parts and bibliography that it names.

    Parameters
    ----------
    path : path
        The study file.

    Returns
    -------
    Study
        The study.

    Raises
    ------
    StudyError
        With every fault of all files at once, each with file and line.
    """
    return read_files(path).study


def read_files(path: str | PathLike[str]) -> StudyFiles:
    """Read a study with its files; arguments and errors as for `load_study`."""
    home = Path(path)
    try:
        read = _Read(paths.project_of(home))
    except (OSError, RuntimeError, ValueError):
        raise StudyError([Fault("", "a path that no file can have", "the path of a study file", path=shown(str(path)))]) from None
    shown_path = paths.display(home.absolute(), read.project)
    raw = _filled_in(read_yaml(home, shown_path))
    head = _shape(read, StudyFile, raw, shown_path)
    used = [home.resolve()]
    if head is not None and head.causal is not None:
        head, learned, faults = with_cases(head, home, read.project)
        used += learned
        read.take_all(StudyError(faults), raw, shown_path)
    shared = _named(read, raw, "shared", home, shown_path, used, lambda p, s: _shared(read, p, s)) if "shared" in raw else None
    references = _references(read, raw, home, shown_path, used) if "bibliography" in raw else None
    case_paths = _case_paths(read, raw, home, shown_path)
    cases = [made for p in case_paths if (made := _case(read, p)) is not None]
    used_cases, said = without_those_asked_elsewhere([case.value for case in cases], head.hypotheses if head is not None else ())
    cases = [dataclasses.replace(case, value=value) for case, value in zip(cases, used_cases, strict=True)]
    locks = _locks(read, raw, shown_path, head, home)
    study = _joined(read, raw, shown_path, head, shared, references or {}, cases, locks)
    for fault in faults_of_groups(study) if study is not None else ():
        read.take(fault, raw, shown_path)
    if references is not None:
        _resolve_citations(read, raw, shown_path, head, shared, references, cases)
    if read.faults or study is None:
        raise StudyError(_in_order(read.faults, [shown_path, *(case.path for case in cases)]))
    by_case = {case.value.id: p for case, p in zip(cases, case_paths, strict=True)}
    locked = [paths.inside(lock.file, home, read.project) for lock in study.lock]
    return StudyFiles(study, (*used, *case_paths, *locked), by_case, read.project, said)


def _filled_in(raw: Mapping) -> Mapping:
    """Return a study file with what one of a causal model may leave out: its question is its title, and it may have no case."""
    if "causal" in raw:
        if "title" not in raw and "question" in raw:
            raw["title"] = raw["question"]
        raw.setdefault("cases", [])
    return raw


def _in_order(faults: list[Fault], files: list[str]) -> list[Fault]:
    place = {path: i for i, path in enumerate(files)}
    return sorted(dict.fromkeys(faults), key=lambda fault: (place.get(fault.path, len(files)), fault.path, fault.line))


def _shape[T](read: _Read, kind: type[T], raw: Mapping, path: str) -> T | None:
    try:
        return read_as(kind, raw)
    except StudyError as error:
        read.take_all(error, raw, path)
        return None


def _named(read: _Read, raw: Mapping, key: str, home: Path, path: str, used: list[Path], load: Any) -> Any:
    try:
        named = paths.inside(str(raw[key]), home, read.project)
        used.append(named)
        return load(named, paths.display(named, read.project))
    except ValueError as why:
        read.take(Fault(key, f"{shown(raw[key])}, {why}", f"a path inside the project ({read.project.name}/)", "", (key,)), raw, path)
    except StudyError as error:
        if not any(fault.line for fault in error.faults):
            fault = error.faults[0]
            read.take(Fault(key, f"{shown(raw[key])}: {fault.read}", fault.allowed, fault.fix, (key,)), raw, path)
        else:
            read.faults.extend(error.faults)
    return None


def _references(read: _Read, raw: Mapping, home: Path, path: str, used: list[Path]) -> dict[str, Reference] | None:
    """Return the references of one file or several; None where one of them can't be read."""
    listed = raw["bibliography"]
    if not isinstance(listed, list):
        made: dict[str, Reference] | None = _named(read, raw, "bibliography", home, path, used, read_bibliography)
        return made
    references: dict[str, Reference] = {}
    whole = True
    for k, named in enumerate(listed):
        part = Mapping({"bibliography": named})
        part.line, part.lines = listed.lines[k], {"bibliography": listed.lines[k]}  # type: ignore[attr-defined]
        found = _named(read, part, "bibliography", home, path, used, read_bibliography)
        whole = whole and found is not None
        for key in (found or {}).keys() & references.keys():
            read.take(
                Fault("bibliography", f"the key '{key}' in two files", "each key once", "delete or rename one", ("bibliography",)),
                part,
                path,
            )
        references |= found or {}
    return references if whole else None


def _shared(read: _Read, path: Path, shown_path: str) -> _File[SharedFile | None]:
    raw = read_yaml(path, shown_path)
    return _File(shown_path, raw, _shape(read, SharedFile, raw, shown_path))


def _case_paths(read: _Read, raw: Mapping, home: Path, path: str) -> list[Path]:
    listed = raw.get("cases")
    if listed is None or is_nothing(listed):
        if "cases" in raw:
            read.take(Fault("cases", "nothing", "a file, a list of files, or a folder", "", ("cases",)), raw, path)
        return []
    entries = listed if isinstance(listed, list) else [listed]
    shared = str(raw.get("shared", ""))
    found: list[Path] = []
    for i, entry in enumerate(entries):
        loc: Location = ("cases", i) if isinstance(listed, list) else ("cases",)
        if isinstance(entry, AnyMapping | list) or is_nothing(entry):
            read.take(Fault("cases", shown(entry), "the path of a case file, or a folder", "", loc), raw, path)
            continue
        try:
            named = paths.inside(str(entry), home, read.project)
        except ValueError as why:
            read.take(Fault("cases", f"{shown(entry)}, {why}", f"a path inside the project ({read.project.name}/)", "", loc), raw, path)
            continue
        if named.is_dir():
            skip = (home.resolve().parent / shared).resolve() if shared else None
            inner = sorted(p for p in named.iterdir() if p.suffix in (".yaml", ".yml") and p.resolve() not in (skip, home.resolve()))
            outside = [p for p in inner if not p.resolve().is_relative_to(read.project)]
            for p in outside:
                read.take(Fault("cases", f"{p.name}, a link that leaves the project", "files of the project", "", loc), raw, path)
            if not inner:
                read.take(Fault("cases", f"{shown(entry)}, a folder without case files", "a folder with .yaml files", "", loc), raw, path)
            found += [p for p in inner if p not in outside]
        elif not named.exists():
            fix = _elsewhere(str(entry), read.project, home) or "check the name and the folder"
            read.take(Fault("cases", f"{shown(entry)}: no such file", "a file that exists", fix, loc), raw, path)
        else:
            found.append(named)
    return found


def _elsewhere(entry: str, project: Path, home: Path) -> str:
    """Return what to write for a file that is named from the project's folder, not from the study's own."""
    if not (project / entry).exists():
        return ""
    return f"names are read from the folder of this file: write {(project / entry).relative_to(home.resolve().parent, walk_up=True).as_posix()}"


def _case(read: _Read, path: Path) -> _File[Case] | None:
    shown_path = paths.display(path, read.project)
    try:
        raw = read_yaml(path, shown_path)
    except StudyError as error:
        read.faults.extend(error.faults)
        return None
    listed = raw.get("evidence")
    items, places, broken = [], [], set()
    for j, part in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(part, Mapping):
            read.take(Fault(f"evidence number {j + 1}", shown(part), "a mapping with id and finding", "", ("evidence", j)), raw, shown_path)
            continue
        try:
            items.append(read_as(Evidence, part, f"evidence '{part.get('id', f'number {j + 1}')}'"))
            places.append(j)
        except StudyError as error:
            for fault in error.faults:
                read.take(fault, raw, shown_path, ("evidence", j, *fault.loc))
            broken.add(str(part.get("id", "")))
    bare = case_without_items(raw)
    try:
        case = read_as(Case, bare)
    except StudyError as error:
        for fault in error.faults:
            loc = ("case", *fault.loc[1:]) if fault.loc[:1] == ("id",) else fault.loc
            where = fault.where.replace("id", "case", 1) if fault.loc[:1] == ("id",) else fault.where
            read.take(
                dataclasses.replace(
                    fault,
                    where=where,
                    allowed=fault.allowed.replace("one of id,", "one of case,"),
                    read=fault.read.replace("'id'", "'case'"),
                    fix=fault.fix.replace("'id:'", "'case:'"),
                ),
                raw,
                shown_path,
                loc,
            )
        return None
    return _File(shown_path, raw, dataclasses.replace(case, evidence=tuple(items)), tuple(places), frozenset(broken))


def _locks(read: _Read, raw: Mapping, path: str, head: StudyFile | None, home: Path) -> tuple[Lock, ...]:
    found = list(read_locks(head.lock, home, read.project)) if head is not None else []
    for fault in found:
        if isinstance(fault, Fault):
            read.take(fault, raw, path)
    return tuple(lock for lock in found if isinstance(lock, Lock))


def _joined(
    read: _Read,
    raw: Mapping,
    path: str,
    head: StudyFile | None,
    shared: _File[SharedFile | None] | None,
    references: dict[str, Reference],
    cases: list[_File[Case]],
    locks: tuple[Lock, ...],
) -> Study | None:
    if head is None:
        return None
    parts: dict[str, Any] = {
        name: getattr(head, name) for name in head.__dataclass_fields__ if name not in ("cases", "shared", "bibliography", "lock")
    }
    if shared is not None and shared.value is not None:
        for name in _SHARED:
            ours, theirs = parts[name], getattr(shared.value, name)
            for twice in [key for key in ours if key in theirs]:
                read.take(
                    Fault(f"{name[:-1]} '{twice}'", f"declared here and in {shared.path}", "one declaration", "keep one", (name, twice)),
                    raw,
                    path,
                )
            parts[name] = {**theirs, **ours}
    try:
        return Study(**parts, cases=tuple(case.value for case in cases), references=Map(references), lock=locks)
    except StudyError as error:
        for fault in error.faults:
            _place(read, fault, raw, path, shared, cases)
        return None


def _place(read: _Read, fault: Fault, raw: Mapping, path: str, shared: _File[SharedFile | None] | None, cases: list[_File[Case]]) -> None:
    """Put a fault of the whole study where its cause is."""
    loc = fault.loc
    if fault.line:
        read.faults.append(fault)
    elif loc[:1] == ("cases",) and len(loc) > 1 and isinstance(loc[1], int):
        case = cases[loc[1]]
        if any((name and f"'{name}'" in f"{fault.read} {fault.where}") or name == fault.read for name in case.broken):
            return  # follows from a fault that is reported already
        inner: Location = loc[2:]
        if inner[:1] == ("evidence",) and len(inner) > 1 and isinstance(inner[1], int):
            inner = ("evidence", case.places[inner[1]], *inner[2:])
        inner = ("case", *inner[1:]) if inner[:1] == ("id",) else inner
        read.take(fault, case.raw, case.path, inner)
    elif loc and shared is not None and loc[0] in _SHARED and loc[0] not in raw:
        read.take(fault, shared.raw, shared.path)
    else:
        read.take(fault, raw, path)


def _resolve_citations(
    read: _Read,
    raw: Mapping,
    path: str,
    head: StudyFile | None,
    shared: _File[SharedFile | None] | None,
    references: dict[str, Reference],
    cases: list[_File[Case]],
) -> None:
    for case in cases:
        for fault in (*in_items(case.value, case.places, references), *in_sources(case.value.sources, references)):
            read.take(fault, case.raw, case.path)
    for fault in in_sources(head.sources, references) if head is not None else ():
        read.take(fault, raw, path)
    if shared is not None and shared.value is not None:
        for fault in in_sources(shared.value.sources, references):
            read.take(fault, shared.raw, shared.path)
