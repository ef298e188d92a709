"""`processtrace run`: the main job, from a study file to a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from processtrace.cli.options import study_argument
from processtrace.results import SEED

if TYPE_CHECKING:
    from processtrace.results import Results


@click.command(name="run")
@study_argument
@click.option(
    "--out", type=click.Path(file_okay=False), metavar="DIR", help="Where the results go; default results/<study> of the project."
)
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Seed of the draws.")
@click.option(
    "--draws", type=click.IntRange(min=100), default=1000, show_default=True, help="A quarter of the draws (draws of a chain, of four)."
)
@click.option("--no-sample", is_flag=True, help="Draw no samples; everything else is exact without them.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(study: str, out: str | None, seed: int, draws: int, no_sample: bool, quiet: bool) -> None:
    """Check, update, sample, question, draw and write up STUDY: figures, tables, appendix and one readable report.

    Everything is written to a folder of its own and put in place at the end, whole or not at all.
    """
    from processtrace.pipeline import default_folder
    from processtrace.pipeline import run as main_job

    target = Path(out) if out else default_folder(Path(study))
    progress = False if quiet else lambda text: click.echo(text, err=True)
    results = main_job(study, target, random_seed=seed, draws=draws, sample=not no_sample, progress=progress)
    _print(results, target)
    if not results.converged:
        raise SystemExit(1)


def _print(results: Results, target: Path) -> None:
    from processtrace.logspace import odds_db
    from processtrace.pipeline import FAILED
    from processtrace.text.numbers import decibels, probability

    study = results.study
    names = {h: part.name for h, part in study.explanations.items()}
    click.echo(f"\n{study.title}\n")
    for case in study.cases:
        part = results.robustness["cases"][case.id]
        if part["leader"] is None:
            click.echo(f"{case.name}: no explanation leads.")
            continue
        found = results.data.sel(case=case.id)
        leader = list(found["hypothesis"].values).index(part["leader"])
        row = probability(float(found["posterior"].values[leader]), float(odds_db(found["log_posterior"].values)[leader]))
        low, high = part["ranges"][part["leader"]]
        ahead = f", {decibels(part['margin_db'])} dB above {names[part['runner_up']]}" if part["margin_db"] is not None else ""
        click.echo(
            f"{case.name}: {names[part['leader']]} leads with {row} (central 90 % of what the ranges allow: {probability(low)} to {probability(high)}){ahead}."
        )
        if study.factors:
            row_of = results.data.sel(case=case.id)
            parts = zip(row_of["factor_label"].values, row_of["factor_prior"].values, row_of["factor_posterior"].values, strict=True)
            click.echo(
                "  at work (prior): " + ", ".join(f"{name} {probability(float(p))} ({probability(float(was))})" for name, was, p in parts)
            )
    click.echo("\nGiven that one of these explanations is right, and these judgements are.")
    if "agreement" in results.tables:
        table = results.tables["agreement"]
        low, high = (f"{end:.2f}" for end in (table["Alpha"].min(), table["Alpha"].max()))
        click.echo(f"Agreement of the analysts (Krippendorff's alpha): {low} to {high}. {table.attrs['caution']}")
    if results.sampled is not None:
        heading = "" if results.converged else f"{FAILED}. "
        click.echo(heading + " ".join(results.sampled.attrs["diagnostics"]))
    click.echo(f"Report: {target / 'report.html'}\nFigures, tables and numbers: {target}")
