"""The main job: from a study to a folder of results, and the figures in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, get_args

from processtrace.errors import UsageError
from processtrace.results import SEED, Progress, Results, Steps, compute
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from processtrace.plots import FigureKind

Wanted = Literal["auto", "all", "main", "none"]
"""Which figures are drawn."""

MANY = 20
"""Cases beyond which the figures of single cases are drawn only if they are asked for."""

_FIGURES = {
    "all": "All figures",
    "auto": "Figures that a reader needs (the rest: --all-figures)",
    "main": "Figures of all cases together (those of each case: --all-figures)",
    "none": "No figures",
}

FAILED = "THE SAMPLED RUN DID NOT CONVERGE"
"""The name of the file that marks results whose draws failed their diagnostics."""


def run(
    study: Study | str | PathLike[str],
    folder: str | PathLike[str],
    *,
    random_seed: int = SEED,
    draws: int = 1000,
    sample: bool = True,
    progress: Progress = False,
    figures: Wanted = "auto",
) -> Results:
    """Compute everything of a study and write it to a folder: numbers, tables, figures, the report and a ZIP for replication.

    The folder is put in place at the end, whole or not at all. Earlier results in it are replaced.

    Parameters
    ----------
    study : Study or path
        A study, or the path of a study file.
    folder : path
        Where the results go: a new folder, an empty one, or one that holds earlier results.
    random_seed : int
        The seed of the draws, 0 or more.
    draws : int
        Draws of each of four chains, 1 or more.
    sample : bool
        Whether to update by the PyMC model too, beside the exact engine; everything else is exact without draws.
    progress : bool or callable
        A function that is called with a line of text at each step; True prints the lines to standard error.
    figures : {"auto", "all", "main", "none"}
        Which figures are drawn. "auto": what a reader needs, some fourteen for five cases. "main": of these, those that show all
        cases together, as "auto" does too for more than MANY cases. "all": every figure that can be drawn.

    Returns
    -------
    Results
        What was computed, with the paths of the files that hold it. `converged` is False where the draws of the PyMC model
        failed their diagnostics or miss the exact posterior; the folder and the report are marked then.

    Raises
    ------
    StudyError
        If the study file has mistakes, each with file and line.
    UsageError
        If the folder holds other things than earlier results, or a number is not a whole one in its range.
    ContradictionError
        If every explanation of a case is refuted.

    Examples
    --------
    >>> import tempfile
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     results = pt.run(study, f"{folder}/results", sample=False)
    >>> results.robustness["cases"]["x"]["leader"], results.paths["report.html"].name
    ('a', 'report.html')
    """
    from processtrace.formats.atomic import write_folder

    steps, target = Steps(progress), Path(folder)
    with _inputs(study, steps) as inputs, write_folder(target, replace=True) as made:
        wanted = _wanted(figures, inputs.study)
        results = compute(inputs.study, random_seed=random_seed, draws=draws, sample=sample, progress=progress)
        options = f"--seed {int(random_seed)} --draws {int(draws)}" + ("" if sample else " --no-sample")
        options += "" if figures == "auto" else f" --figures {figures}"
        results = _write(results, made, inputs, options, int(random_seed), steps, wanted)
    return replace(
        results,
        figures={name: target / Path(str(path)).relative_to(made) for name, path in results.figures.items()},
        paths={name: target / name for name in results.paths},
    )


def default_folder(study: Path) -> Path:
    """Return results/<study name> beside `models/`, or beside the study file where it is in no such folder."""
    home = study.resolve().parent
    return (home.parent if home.name == "models" else home) / "results" / study.stem


@dataclass(frozen=True)
class _Inputs:
    """A study, its path as it was given, the files it is read from, and the folder that their names are relative to."""

    study: Study
    path: str
    files: tuple[Path, ...]
    home: Path


@contextmanager
def _inputs(study: Study | str | PathLike[str], steps: Steps) -> Iterator[_Inputs]:
    """Give the files of a study; one that is in no file is written to files of its own for as long as the block runs."""
    if isinstance(study, Study):
        from processtrace.formats import write

        with TemporaryDirectory() as folder:
            home = Path(folder).resolve() / "study"
            files = write(study, home)
            yield _Inputs(study, files[0].relative_to(home).as_posix(), tuple(files), home)
    else:
        from processtrace.formats import read_files

        with steps.step("Reading and checking the study"):
            read = read_files(study)
        yield _Inputs(read.study, str(study), read.paths, read.project)


def _wanted(figures: Wanted, study: Study) -> Wanted:
    """Return which figures are drawn of a study of so many cases."""
    if figures not in get_args(Wanted):
        raise UsageError(f"figures={figures!r}; one of {', '.join(get_args(Wanted))}")
    return "main" if figures == "auto" and len(study.cases) > MANY else figures


def _write(results: Results, folder: Path, inputs: _Inputs, options: str, random_seed: int, steps: Steps, wanted: Wanted) -> Results:
    """Write everything into a folder; return the results with figures, provenance and paths."""
    from processtrace import plots, report, tables
    from processtrace.formats.atomic import write_files
    from processtrace.formats.identifiers import DEVICES, file_stem
    from processtrace.inference.as_json import update_as_json

    command = f"processtrace run {inputs.path} {options}"
    with steps.step(_FIGURES[wanted]):
        pictures: dict[str, Path] = {}
        captions: dict[str, str] = {}
        taken: set[str] = set(DEVICES)
        most = sum(len(results.study.cases) if kind.of_case else 1 for kind in (*_kinds(wanted), *_of_studies(results.study, wanted))) + 1
        for name, figure in _drawn(results, wanted):
            pictures[name] = plots.save(figure, folder / "figures" / file_stem(name, taken))[1]
            captions[name] = pictures[name].stem
            steps.count(len(pictures), most)
    with steps.step("Tables and appendix"):
        for name, table in results.tables.items():
            tables.write(table, folder / "tables" / name)
    contents: dict[Path, str | bytes] = {
        folder / "posterior.json": json.dumps(update_as_json(results.study, results.data), ensure_ascii=False, indent=1),
        folder / "robustness.json": json.dumps(results.robustness, ensure_ascii=False, indent=1),
    }
    if captions:
        contents[folder / "figures" / "captions.md"] = _captions(results, captions)
    if results.sampled is not None:
        # in memory first: the library of HDF5 may end the process where the disk is full
        contents[folder / "posterior.nc"] = bytes(results.sampled.to_netcdf(engine="h5netcdf"))
        if not results.converged:
            contents[folder / f"{FAILED}.txt"] = "\n".join(results.sampled.attrs["diagnostics"]) + "\n"
    write_files(contents)
    with steps.step("Report"):
        known = report.provenance(inputs.files, command=command, random_seed=random_seed, home=inputs.home)
        results = replace(results, figures=pictures, provenance=known)
        shown = replace(results, figures={**pictures, **_first(results, wanted)})
        report.write(shown, folder)
        report.write_summary(shown, folder)
    with steps.step("Replication"):
        bundle = report.replication(
            results.study.title,
            {report.named(path, inputs.home): path for path in inputs.files},
            {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.suffix in (".json", ".csv")},
            known,
            command.replace(inputs.path, report.named(inputs.files[0], inputs.home), 1),
        )
        write_files({folder / "replication.zip": bundle})
    written = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return replace(results, paths={path.relative_to(folder).as_posix(): path for path in written})


def _first(results: Results, wanted: Wanted) -> dict[str, Figure]:
    """Return the main figure as the report's first screen shows it: of the width of a column, its title left to the page."""
    from processtrace.plots import support
    from processtrace.plots.style import COLUMN

    return {} if wanted == "none" else {"support": support(results.data, results.analyses["ranges"], width=COLUMN, title=False)}


def figures(results: Results) -> dict[str, Figure]:
    """Return every figure that can be drawn of the results, by `kind` or `kind/case`, in the order of a report."""
    return dict(_drawn(results, "all"))


def _drawn(results: Results, wanted: Wanted) -> Iterator[tuple[str, Figure]]:
    """Draw the figures that are wanted, one at a time, so that none is held when the next is drawn."""
    from processtrace import plots
    from processtrace.elicitation.differences import widest

    for kind in _of_studies(results.study, wanted):
        for case in results.study.cases:
            yield f"{kind.name}/{case.id}", kind.draw(results.study, case.id)
    for kind in _kinds(wanted):
        yield from kind.each(results.data, _found(results), pages=wanted == "all")
    pairs = None if wanted == "none" else widest(results.study)
    if pairs is not None:
        yield _LIMITS, plots.limits_of_agreement(pairs)


def _kinds(wanted: Wanted) -> list[FigureKind]:
    """Return the kinds of figure that are wanted, in the order of a report."""
    from processtrace.plots import FIGURES

    return [kind for kind in FIGURES.values() if _kept(kind, wanted)]


def _of_studies(study: Study, wanted: Wanted) -> list[FigureKind]:
    """Return the kinds of figure of the study itself that are wanted."""
    from processtrace.plots import OF_STUDIES

    return [kind for kind in OF_STUDIES.values() if _kept(kind, wanted) and kind.drawable(study)]


def _kept(kind: FigureKind, wanted: Wanted) -> bool:
    return wanted == "all" or (wanted != "none" and kind.main and not (wanted == "main" and kind.of_case))


_LIMITS = "limits_of_agreement"
_CAPTION_OF_LIMITS = "How far two judges differ about each item, with the limits of agreement, for those who differ most."


def _captions(results: Results, stems: Mapping[str, str]) -> str:
    """Return a caption for each figure that was drawn, as Markdown: what it shows, and one finding."""
    from processtrace.plots import FIGURES, OF_STUDIES

    kinds = {**FIGURES, **OF_STUDIES}
    names, findings = {case.id: case.name for case in results.study.cases}, findings_of(results)
    parts = [f"# Captions of the figures: {results.study.title}", "Every posterior is given that one of the explanations is right."]
    for name, stem in stems.items():
        kind, case, page = (*name.split("/"), "", "")[:3]
        where = f" {names[case]}{f', page {page}' if page else ''}." if case else ""
        caption = _CAPTION_OF_LIMITS if kind == _LIMITS else kinds[kind].caption
        parts.append(f"**`{stem}`.**{where} {caption} {findings.get('/'.join(filter(None, (kind, case))), '')}".rstrip())
    return "\n\n".join(parts) + "\n"


def findings_of(results: Results) -> dict[str, str]:
    """Return what each figure that can be drawn of the results shows, in one sentence, by the name of the figure."""
    from processtrace.elicitation.differences import widest
    from processtrace.plots import FIGURES, OF_STUDIES
    from processtrace.plots.limits_of_agreement import finding as limits_finding

    found, study = _found(results), results.study
    made = {name: text for kind in FIGURES.values() for name, text in kind.findings(results.data, found).items()}
    if (pairs := widest(study)) is not None:
        made[_LIMITS] = limits_finding(pairs)
    graphs = [kind for kind in OF_STUDIES.values() if kind.drawable(study)]
    return made | {f"{kind.name}/{case.id}": kind.finding(study, case.id) for kind in graphs for case in study.cases}


def _found(results: Results) -> dict[str, xr.Dataset]:
    """Return the Datasets that figures are drawn from, by name."""
    return {**results.analyses} if results.planned is None else {**results.analyses, "plan": results.planned}
