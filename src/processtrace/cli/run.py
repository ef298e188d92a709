"""`processtrace run`: the main job, from a study file to a folder of results."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from processtrace.cli.options import study_argument

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from processtrace.study import Study

SIMULATED = 100
"""Simulated studies that say how often one explanation would look divided; the error is stated beside the share."""

FAILED = "THE SAMPLED RUN DID NOT CONVERGE"


@click.command(name="run")
@study_argument
@click.option(
    "--out", type=click.Path(file_okay=False), metavar="DIR", help="Where the results go; default results/<study> of the project."
)
@click.option("--seed", type=click.IntRange(min=0), default=20260101, show_default=True, help="Seed of the draws.")
@click.option(
    "--draws", type=click.IntRange(min=100), default=1000, show_default=True, help="A quarter of the draws (draws of a chain, of four)."
)
@click.option("--no-sample", is_flag=True, help="Draw no samples; everything else is exact without them.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(study: str, out: str | None, seed: int, draws: int, no_sample: bool, quiet: bool) -> None:
    """Check, update, sample, question, draw and write up STUDY: figures, tables, appendix and one readable report.

    Everything is written to a folder of its own and put in place at the end, whole or not at all.
    """
    from processtrace.formats.atomic import write_folder
    from processtrace.formats.yaml import read_files

    say = _Steps(quiet)
    with say.step("Reading and checking the study"):
        files = read_files(study)
    target = Path(out) if out else default_folder(Path(study))
    command_line = f"processtrace run {study} --seed {seed} --draws {draws}" + (" --no-sample" if no_sample else "")
    with write_folder(target, replace=True) as folder:
        results = _compute(files.study, say, None if no_sample else (seed, draws))
        _write(files.study, results, folder, say, command_line, seed, files.paths, files.project, study)
    passed = results.sampled is None or bool(results.sampled.attrs["converged"])
    _tell(files.study, results, target, passed)
    if not passed:
        raise SystemExit(1)


def default_folder(study: Path) -> Path:
    """results/<study name> beside `models/`, or beside the study file where it stands in no such folder."""
    home = study.resolve().parent
    return (home.parent if home.name == "models" else home) / "results" / study.stem


class _Steps:
    """Progress on stderr: one line a step, with its seconds."""

    def __init__(self, quiet: bool):
        self.quiet = quiet

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        if not self.quiet:
            click.echo(f"{what} …", err=True)
        yield
        if not self.quiet and time.monotonic() - began > 1:
            click.echo(f"  done in {time.monotonic() - began:.0f} s", err=True)


class _Results:
    """What one run computed, once."""

    updated: xr.Dataset
    analyses: dict[str, xr.Dataset]
    robustness: dict[str, Any]
    planned: xr.Dataset | None
    plan: pd.DataFrame | None
    codings: dict[str, pd.DataFrame]
    several: dict[str, pd.DataFrame]
    sampled: xr.DataTree | None


def _compute(study: Study, say: _Steps, sampler: tuple[int, int] | None) -> _Results:
    from processtrace import planning, robustness, tables
    from processtrace.inference.update import update

    found = _Results()
    with say.step("Exact posterior"):
        found.updated = update(study)
    with say.step("Robustness: everything a reviewer asks"):
        found.analyses = robustness.analyses(study)
        found.robustness = robustness.as_json(study, results=found.analyses)
    found.planned = found.plan = None
    if any(item.status == "planned" for case in study.cases for item in case.evidence):
        with say.step("Planning: what to look for next"):
            found.planned = planning.items(study)
            found.plan = tables.plan(study, planned=found.planned)
    with say.step("Agreement of analysts, several explanations at once"):
        found.codings, found.several = _codings(study, found.analyses["analysts"]), _several(study)
    found.sampled = None
    if sampler is not None:
        with say.step("Sampling the judgements and the explanation together"):
            found.sampled = _drawn(study, *sampler, progress=False if say.quiet else None)
    return found


def _drawn(study: Study, seed: int, draws: int, progress: bool | None) -> xr.DataTree:
    """Independent draws from the exact posterior; by a sampler where a cluster is too near to one finding for them."""
    from processtrace.inference import draws as independent

    if independent.can_draw(study):
        return independent.exact_draws(study, draws=draws, random_seed=seed)
    from processtrace.pymc_models import sample

    return sample(study, draws=draws, random_seed=seed, progressbar=progress)


def _codings(study: Study, judged: xr.Dataset) -> dict[str, pd.DataFrame]:
    """How far the analysts agree and what divides them, where two or more judged an item."""
    from processtrace import tables

    if not any(item.counts and len(item.by_analyst) > 1 for case in study.cases for item in case.evidence):
        return {}
    codings, dividing = tables.codings(study, judged=judged), tables.dividing(study, judged=judged)
    return {"agreement": tables.agreement(study), "codings": codings, "dividing": dividing}


def _several(study: Study) -> dict[str, pd.DataFrame]:
    """More than one explanation at once: of factors, what building cells would give; of hypotheses, shares of the evidence."""
    from processtrace import tables
    from processtrace.inference import division

    if study.factors:
        return {"construction": tables.construction(study)}
    if len(study.explanations) < 2:
        return {}
    return {"shares": tables.shares(study, simulated=division.looks_divided(study, draws=SIMULATED))}


def _write(
    study: Study,
    results: _Results,
    folder: Path,
    say: _Steps,
    command_line: str,
    seed: int,
    inputs: tuple[Path, ...],
    home: Path,
    study_path: str,
) -> None:
    import json

    from processtrace import plots, report, tables
    from processtrace.cli.update import as_json
    from processtrace.pipeline import figures

    marked = results.sampled is not None and not results.sampled.attrs["converged"]
    with say.step("Figures"):
        drawn = figures(results.updated, results.analyses, results.planned)
        pictures = {name: plots.save(figure, folder / "figures" / name.replace("/", "_"))[1] for name, figure in drawn.items()}
    with say.step("Tables and appendix"):
        for name, table in _tables(study, results).items():
            tables.write(table, folder / "tables" / name)
    (folder / "posterior.json").write_text(json.dumps(as_json(study, results.updated), ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "robustness.json").write_text(json.dumps(results.robustness, ensure_ascii=False, indent=1), encoding="utf-8")
    if results.sampled is not None:
        results.sampled.to_netcdf(folder / "draws.nc", engine="h5netcdf")
    if marked:
        (folder / f"{FAILED}.txt").write_text("\n".join(results.sampled.attrs["diagnostics"]) + "\n", encoding="utf-8")  # type: ignore[union-attr]
    with say.step("Report"):
        told = report.provenance(inputs, command=command_line, seed=seed, home=home)
        report.write(
            study,
            folder,
            updated=results.updated,
            bounds=results.analyses["bounds"],
            ranges=results.analyses["ranges"],
            figures=pictures,
            robustness=results.robustness,
            plan=results.plan,
            agreement=results.codings.get("agreement"),
            dividing=results.codings.get("dividing"),
            several=results.several,
            sampled=results.sampled,
            provenance=told,
        )
        report.write_summary(study, folder, robustness=results.robustness, plan=results.plan)
    with say.step("Replication"):
        made = sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".csv"))
        bundle = report.replication(
            study.title,
            {report.named(path, home): path for path in inputs},
            {path.relative_to(folder).as_posix(): path for path in made},
            told,
            command_line.replace(str(study_path), report.named(inputs[0], home), 1),
        )
        (folder / "replication.zip").write_bytes(bundle)


def _tables(study: Study, results: _Results) -> dict[str, Any]:
    from processtrace import robustness, tables

    made = {
        **results.codings,
        **({"factors": tables.factors(study, updated=results.updated)} if study.factors else {}),
        **results.several,
        "posterior": tables.posterior(study, updated=results.updated, bounds=results.analyses["bounds"], ranges=results.analyses["ranges"]),
        "weights": tables.weights(study, updated=results.updated),
        "appendix": tables.appendix(study, updated=results.updated),
        "robustness": robustness.summary(study, results=results.analyses),
    }
    return made if results.plan is None else made | {"plan": results.plan}


def _tell(study: Study, results: _Results, target: Path, passed: bool) -> None:
    from processtrace.logspace import odds_db
    from processtrace.text.numbers import decibels, probability

    names = {h: part.name for h, part in study.explanations.items()}
    click.echo(f"\n{study.title}\n")
    for case in study.cases:
        part = results.robustness["cases"][case.id]
        if part["leader"] is None:
            click.echo(f"{case.name}: no explanation leads.")
            continue
        found = results.updated.sel(case=case.id)
        leader = list(found["hypothesis"].values).index(part["leader"])
        row = probability(float(found["posterior"].values[leader]), float(odds_db(found["log_posterior"].values)[leader]))
        low, high = part["ranges"][part["leader"]]
        ahead = f", {decibels(part['margin_db'])} dB above {names[part['runner_up']]}" if part["margin_db"] is not None else ""
        click.echo(
            f"{case.name}: {names[part['leader']]} leads with {row} (central 90 % of what the ranges allow: {probability(low)} to {probability(high)}){ahead}."
        )
        if study.factors:
            row_of = results.updated.sel(case=case.id)
            parts = zip(row_of["factor_label"].values, row_of["factor_prior"].values, row_of["factor_posterior"].values, strict=True)
            click.echo(
                "  at work (prior): " + ", ".join(f"{name} {probability(float(p))} ({probability(float(was))})" for name, was, p in parts)
            )
    click.echo("\nGiven that one of these explanations is right, and these judgements are.")
    if "agreement" in results.codings:
        table = results.codings["agreement"]
        low, high = (f"{end:.2f}" for end in (table["Alpha"].min(), table["Alpha"].max()))
        click.echo(f"Agreement of the analysts (Krippendorff's alpha): {low} to {high}. {table.attrs['caution']}")
    if results.sampled is not None:
        heading = "" if passed else f"{FAILED}. "
        click.echo(heading + " ".join(results.sampled.attrs["diagnostics"]))
    click.echo(f"Report: {_shown(target / 'report.html')}\nFigures, tables and numbers: {_shown(target)}")


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.resolve().is_relative_to(Path.cwd()) and not path.is_absolute() else str(path)
