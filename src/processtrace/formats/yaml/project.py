"""A study as a YAML project: study file, evidence files, what cases share, bibliography."""

from __future__ import annotations

import dataclasses
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.errors import Fault, StudyError, UsageError
from processtrace.formats.atomic import write_files, write_folder
from processtrace.formats.bibtex import bibtex
from processtrace.formats.identifiers import DEVICES, identifier
from processtrace.formats.yaml.lock import lock_text
from processtrace.formats.yaml.read import load_study
from processtrace.formats.yaml.write import case_yaml, shared_yaml, study_yaml
from processtrace.study import Study
from processtrace.study.frozen import Map

if TYPE_CHECKING:
    from processtrace.causal.cases import Table


def write_project(study: Study, target: Path) -> list[Path]:
    """Write a study to a new folder, or to a new file and a folder beside it: whole or not at all.

    Only what reads back as the same study is written.

    Parameters
    ----------
    study : Study
        What to write.
    target : Path
        A folder, which gets `models/` and `evidence/`; or a name in .yaml, which gets its evidence in a folder beside it.

    Returns
    -------
    list of Path
        The files that were written, the study's first.

    Raises
    ------
    StudyError
        Where the files would not read back as the same study.
    UsageError
        Where something has that name.
    """
    target = target.absolute()
    alone = target.suffix.lower() in (".yaml", ".yml")
    home = target.parent.parent / "evidence" if target.parent.name == "models" else target.parent
    main = target if alone else target / "models" / f"{identifier(target.name, otherwise='study')}.yaml"
    evidence = home / f"{target.stem}" if alone else target / "evidence"
    study = _with_tables_in(_with_locks_in(evidence if alone else target, study, main, evidence), main, evidence)
    texts = _texts(study, main, evidence)
    _reads_back(study, texts, main)
    if not alone:
        with write_folder(target) as folder:
            write_files({folder / path.relative_to(target): text for path, text in texts.items()})
        return list(texts)
    if target.exists() or evidence.exists():
        raise UsageError(f"{target if target.exists() else evidence} is there already; name a new file")
    write_files(texts, replace=False)
    return list(texts)


def _texts(study: Study, main: Path, evidence: Path) -> dict[Path, str]:
    def beside(path: Path) -> str:
        return Path(os.path.relpath(path, main.parent)).as_posix()

    learned = {evidence / name: table.csv() for name, table in _tables(study).items()}
    cases: dict[Path, str] = {}
    several = bool(study.sources or study.clusters or study.tags or study.analysts)
    taken = {*DEVICES, "shared"} if several else set(DEVICES)
    for case in study.cases:
        name = identifier(case.id.lower(), taken)  # two names must differ where letter case does not count
        taken.add(name)
        cases[evidence / f"{name}.yaml"] = case_yaml(case, study.judged_under(case))
    shared = {evidence / "shared.yaml": shared_yaml(study)} if several else {}
    references = {evidence / "references.bib": bibtex(study.references.values())} if study.references else {}
    head = study_yaml(study, map(beside, cases), *(beside(next(iter(part))) if part else None for part in (shared, references)))
    locks = {Path(os.path.normpath(main.parent / lock.file)): lock_text(lock) for lock in study.lock}
    return {main: head} | cases | shared | references | locks | learned


def _with_locks_in(home: Path, study: Study, main: Path, evidence: Path) -> Study:
    """Return the study with its locked plans in the new folder: in their own places, or else beside the evidence."""
    locks = []
    taken: set[str] = set()
    for lock in study.lock:
        place = Path(os.path.normpath(main.parent / lock.file))
        file = lock.file
        if not place.is_relative_to(home) or place.suffix != ".json":
            name = identifier(place.stem, taken, "plan")
            taken.add(name)
            file = Path(os.path.relpath(evidence / f"{name}.json", main.parent)).as_posix()
        locks.append(dataclasses.replace(lock, file=file))
    return dataclasses.replace(study, lock=tuple(locks)) if locks else study


def _tables(study: Study) -> dict[str, Table]:
    """Return the tables of cases that causal models are learned from, by the name of their file."""
    parts = [] if study.causal is None else [study.causal, *(study.causal.models or {}).values()]
    return {Path(part.learn.cases).name: part.learn.read for part in parts if part.learn is not None and part.learn.read is not None}


def _with_tables_in(study: Study, main: Path, evidence: Path) -> Study:
    """Return the study with those tables in its folder of evidence."""
    if not _tables(study):
        return study

    def moved(part: Any) -> Any:
        if part.learn is None:
            return part
        place = Path(os.path.relpath(evidence / Path(part.learn.cases).name, main.parent)).as_posix()
        return dataclasses.replace(part, learn=dataclasses.replace(part.learn, cases=place))

    causal = moved(study.causal)
    if causal.models is not None:
        causal = dataclasses.replace(causal, models=Map({name: moved(part) for name, part in causal.models.items()}))
    return dataclasses.replace(study, causal=causal)


def _reads_back(study: Study, texts: dict[Path, str], main: Path) -> None:
    """Raise StudyError unless the files, written elsewhere, are read as the same study."""
    base = os.path.commonpath([path.parent for path in texts])
    with tempfile.TemporaryDirectory() as folder:
        write_files({Path(folder) / path.relative_to(base): text for path, text in texts.items()})
        again = load_study(Path(folder) / main.relative_to(base))
    if again != study:
        read = "a study that YAML files do not give back as it is"
        raise StudyError(
            [Fault("", read, "texts without marks that cannot be written", "shorten or retype what was copied from elsewhere")]
        )
