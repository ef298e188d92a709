"""Hypotheses that the cases of a study judge for the sake of another study, as that one states them."""

from __future__ import annotations

from processtrace.errors import StudyError
from processtrace.formats.paths import display
from processtrace.formats.yaml.parser import Mapping, read_yaml
from processtrace.formats.yaml.study_files import StudyFiles
from processtrace.study import Hypothesis
from processtrace.study.validation import read_as


def hypotheses_of_other_studies(files: StudyFiles) -> dict[str, Hypothesis]:
    """Return what `judges` names and this study does not declare, from the first study file beside it, by name, that does."""
    study = files.study
    wanted = [h for case in study.cases for h in study.judged_under(case) if h not in study.explanations]
    found: dict[str, Hypothesis] = {}
    home = files.paths[0]
    for path in sorted(home.parent.glob("*.y*ml")) if wanted and files.case_paths else ():
        try:
            declared = read_yaml(path, display(path, files.project)).get("hypotheses") if path != home else None
            for h in wanted:
                if isinstance(declared, Mapping) and h in declared and h not in found:
                    found[h] = read_as(Hypothesis, {"id": h, **(declared[h] if isinstance(declared[h], Mapping) else {})})
        except StudyError:
            continue
    return found
