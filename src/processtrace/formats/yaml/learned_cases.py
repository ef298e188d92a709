"""The cases from which the causal models of a study learn, read from the files that it names."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from processtrace.errors import Fault, Location, StudyError
from processtrace.formats import paths
from processtrace.formats.yaml.shapes import StudyFile
from processtrace.study.causal import Causal, Learn
from processtrace.study.frozen import Map
from processtrace.study.values import shown


def with_cases(head: StudyFile, home: Path, project: Path) -> tuple[StudyFile, list[Path], list[Fault]]:
    """Return a study file with these cases, the files that were read, and every fault; a file with a fault is learned from no more."""
    used: list[Path] = []
    faults: list[Fault] = []
    causal: Causal | None = head.causal
    if causal is None:
        return head, used, faults
    from processtrace.causal.cases import read_table

    def read(learn: Learn | None, loc: Location) -> Learn | None:
        if learn is None:
            return None
        at: Location = (*loc, "learn", "cases")
        try:
            named = paths.inside(learn.cases, home, project)
            table = read_table(named, paths.display(named, project))
        except ValueError as why:
            faults.append(Fault("learn, cases", f"{shown(learn.cases)}, {why}", f"a path inside the project ({project.name}/)", "", at))
        except StudyError as error:
            faults.extend(one if one.line else dataclasses.replace(one, loc=at) for one in error.faults)
        else:
            used.append(named)
            return dataclasses.replace(learn, read=table)
        return None

    rivals = causal.models
    if rivals is not None:
        models = {name: dataclasses.replace(part, learn=read(part.learn, ("causal", "models", name))) for name, part in rivals.items()}
        rivals = Map(models)
    made = dataclasses.replace(causal, learn=read(causal.learn, ("causal",)), models=rivals)
    return dataclasses.replace(head, causal=made), used, faults
