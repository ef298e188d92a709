"""Arguments that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from processtrace.study import Study

study_argument = click.argument("study", type=click.Path())
case_option = click.option("--case", "case", metavar="ID", help="One case only.")
format_option = click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How to print it."
)


def chosen(path: str, case: str | None = None, analyst: str | None = None) -> Study:
    """The study at a path, narrowed to one case and one analyst's judgements where they are named."""
    import dataclasses

    from processtrace.errors import UsageError
    from processtrace.files import load_study

    study = load_study(path)
    if case is not None:
        study = study.only(case)
    if analyst is not None:
        if analyst != "pool" and analyst not in study.analysts:
            named = ", ".join(study.analysts) or "none is declared"
            raise UsageError(f"no analyst '{analyst}'; the study has {named}")
        study = dataclasses.replace(study, analyst=analyst)
    return study
