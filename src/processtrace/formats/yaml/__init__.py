"""Studies as YAML files: reading, writing, changing and locking them."""

from processtrace.formats.yaml.add_judgements import Added, add_judgements
from processtrace.formats.yaml.changes import load_changes
from processtrace.formats.yaml.contradictions import placed
from processtrace.formats.yaml.lock import write_lock
from processtrace.formats.yaml.other_studies import hypotheses_of_other_studies
from processtrace.formats.yaml.project import write_project
from processtrace.formats.yaml.read import load_study, read_files
from processtrace.formats.yaml.starter import write_starter
from processtrace.formats.yaml.study_files import StudyFiles

__all__ = [
    "Added",
    "StudyFiles",
    "add_judgements",
    "hypotheses_of_other_studies",
    "load_changes",
    "load_study",
    "placed",
    "read_files",
    "write_lock",
    "write_project",
    "write_starter",
]
