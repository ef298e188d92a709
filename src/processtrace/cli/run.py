"""`processtrace run`: the main job, from a study file to a folder of results."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from processtrace.cli.options import study_argument
from processtrace.results import SEED

if TYPE_CHECKING:
    import pandas as pd

    from processtrace.pipeline import Wanted
    from processtrace.results import Results


@click.command(name="run")
@study_argument
@click.option(
    "--out", type=click.Path(file_okay=False), metavar="DIR", help="Where the results go; default results/<study> of the project."
)
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Seed of the draws.")
@click.option("--draws", type=click.IntRange(min=100), default=1000, show_default=True, help="Draws of each of four chains.")
@click.option("--no-sample", is_flag=True, help="Leave the PyMC model out; everything else is exact without it.")
@click.option(
    "--figures",
    type=click.Choice(["auto", "all", "main", "none"]),
    default="auto",
    show_default=True,
    help="What a reader needs (auto), of these those of all cases together (main; auto for more than 20 cases), all, or none.",
)
@click.option("--all-figures", is_flag=True, help="Every figure, as --figures all: also those that few readers need.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(study: str, out: str | None, seed: int, draws: int, no_sample: bool, figures: Wanted, all_figures: bool, quiet: bool) -> None:
    """Check, update, sample, question, draw and write up STUDY: figures, tables, appendix and one readable report.

    The exact engine and a PyMC model both update the support; where they do not agree, or the chains of the model do not, the
    results are marked and the exit code is 1. The draws are in posterior.nc. Everything is written to a folder of its own and put in place at the end, whole or not at all.
    """
    from processtrace.cli.contradictions import named
    from processtrace.errors import ContradictionError
    from processtrace.formats.yaml import load_study
    from processtrace.inference.contradictions import contradictions
    from processtrace.pipeline import default_folder
    from processtrace.pipeline import run as main_job

    if all_figures and figures not in ("auto", "all"):
        raise click.UsageError(f"--all-figures and --figures {figures}: choose one of them")
    figures = "all" if all_figures else figures
    target = Path(out) if out else default_folder(Path(study))
    progress = False if quiet else lambda text: click.echo(text, err=True)
    try:
        results = main_job(study, target, random_seed=seed, draws=draws, sample=not no_sample, progress=progress, figures=figures)
    except ContradictionError:
        for line in named(study, contradictions(load_study(study))):
            click.echo(line, err=True)
        raise SystemExit(1) from None
    _print(results, target)
    if not results.converged:
        raise SystemExit(1)


def _print(results: Results, target: Path) -> None:
    from processtrace.notes.placeholders import placeholders
    from processtrace.pipeline import FAILED
    from processtrace.report.sampling import agreement
    from processtrace.report.verdict import lead
    from processtrace.text.names import counted

    study = results.study
    if unfinished := sum(len(found) for found in placeholders(study).values()):
        said = counted(unfinished, "text says", "texts say")
        click.echo(f"\nThis study is not finished: {said} 'Replace me', and no number below means anything.")
    click.echo(f"\n{study.title}\n")
    for case in study.cases:
        click.echo(f"{case.name}: {lead(results, case.id, 'central 90 % of what the ranges allow: ')}")
        if study.factors:
            click.echo(f"  at work (prior): {_at_work(results, case.id)}")
    click.echo("\nGiven that one of these explanations is right, and these judgements are.")
    if "agreement" in results.tables:
        table = results.tables["agreement"]
        click.echo(f"Agreement of the analysts (Krippendorff's alpha): {_agreement(table)}. {table.attrs['caution']}".rstrip())
        apart = results.tables["dividing"]
        if unlimited := [f"“{row['Item']}” ({row['Case']})" for _, row in apart.iterrows() if math.isinf(row["Apart (dB)"])]:
            click.echo(f"They differ without limit, since one judged a zero, on: {'; '.join(unlimited)}.")
    if results.sampled is not None:
        heading = "" if results.converged else f"{FAILED}. "
        click.echo(agreement(results.sampled))
        click.echo(heading + " ".join(results.sampled.attrs["diagnostics"]))
    click.echo(f"Report: {target / 'report.html'}\nFigures, tables and numbers: {target}")


def _at_work(results: Results, case: str) -> str:
    """Return in words the posterior and the prior probability that each factor is at work."""
    from processtrace.logspace import DB_PER_NAT
    from processtrace.text.numbers import probability, share

    found = results.data.sel(case=case)
    columns = ("factor_label", "factor_prior", "factor_posterior", "factor_log_odds")
    parts = zip(*(found[column].values for column in columns), strict=True)
    return ", ".join(f"{name} {probability(float(p), float(nats) * DB_PER_NAT)} ({share(float(was))})" for name, was, p, nats in parts)


def _agreement(table: pd.DataFrame) -> str:
    """Return in words how far the analysts agree: the least and the greatest alpha of all pairs of explanations."""
    known = table["Alpha"].dropna()
    if len(known):
        return f"{known.min():.2f} to {known.max():.2f}".replace("-", "−")
    return "too few items for a number" if table["Items"].max() < 2 else "undefined, since all weigh alike"
