"""What commands do with cases that contradict themselves: name each with file and line, and answer for the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from processtrace.errors import ContradictionError
    from processtrace.study import Study


def answer(study: Study, path: str, act: Callable[[Study], None]) -> None:
    """Do something with a study; where cases contradict themselves, name these, do it with the others, and end with exit code 1."""
    from processtrace.errors import ContradictionError

    try:
        act(study)
        return
    except ContradictionError:
        pass  # nothing is printed before everything is computed
    from processtrace.inference.contradictions import contradictions, without

    found = contradictions(study)
    for line in named(path, found):
        click.echo(line, err=True)
    if len(found) < len(study.cases):
        act(without(study, found))
    raise SystemExit(1)


def named(path: str, found: Sequence[ContradictionError]) -> list[str]:
    """Return contradictions in words, with file and line where the study is in files that have them."""
    from processtrace.formats.yaml import placed, read_files

    if found and Path(path).suffix.lower() in (".yaml", ".yml"):
        return [str(fault) for fault in placed(read_files(path), found)]
    return [str(error) for error in found]
