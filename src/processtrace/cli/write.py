"""`processtrace write`: the robustness section as a document, or a folder for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from processtrace.cli.options import study_argument

if TYPE_CHECKING:
    from pathlib import Path


@click.command(name="write")
@study_argument
@click.argument("out", metavar="OUT", type=click.Path())
@click.option("--appendix", is_flag=True, help="Every item too: finding, date, source, citation, judgement, reason, weight.")
@click.option("--replace", is_flag=True, help="Replace files that are there already.")
def command(study: str, out: str, appendix: bool, replace: bool) -> None:
    """Write up STUDY for a paper: the robustness section as OUT.docx, OUT.qmd, OUT.Rmd or OUT.tex.

    A .qmd or .Rmd reads its numbers from the JSON file beside it; a .tex compiles with its figure beside it. A name without an ending,
    as in transparency/, is a folder for editors and readers: a preregistration text from the locked plan, annotations of every item,
    and the study with one command that verifies it.
    """
    from pathlib import Path

    from processtrace.errors import UsageError
    from processtrace.paper import transparency

    target = Path(out)
    if target.suffix:
        _document(study, target, appendix, replace)
    elif appendix:
        raise UsageError(f"--appendix with {out}; a document, as in {out.rstrip('/')}.docx: the folder has every item in any case")
    else:
        _written(transparency(study, target, replace=replace)[:1], target)


def _document(study: str, target: Path, appendix: bool, replace: bool) -> None:
    from processtrace.formats import load_study
    from processtrace.paper.write import check, write
    from processtrace.results import compute

    check(target, replace=replace)
    results = compute(load_study(study), sample=False, progress=lambda text: click.echo(text, err=True))
    _written(write(results, target, appendix=appendix, replace=replace), target)


def _written(paths: list[Path], target: Path) -> None:
    click.echo(f"Wrote {target}" + (f" and beside it {', '.join(path.name for path in paths[1:])}" if paths[1:] else ""))
