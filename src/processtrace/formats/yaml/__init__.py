"""Studies as YAML files: reading, writing, changing and locking them."""

from processtrace.formats.yaml.changes import load_changes
from processtrace.formats.yaml.read import StudyFiles, load_study, read_files

__all__ = ["StudyFiles", "load_changes", "load_study", "read_files"]
