"""Arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from processtrace.study import Study

study_argument = click.argument("study", type=click.Path())
case_option = click.option("--case", "case", metavar="ID", help="One case only.")
changes_option = click.option(
    "--changes", metavar="FILE", type=click.Path(), help="A reader's changes, as the page of a report gives them as YAML."
)
format_option = click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How to print it."
)


def chosen(path: str, case: str | None = None, analyst: str | None = None, changes: str | None = None) -> Study:
    """Read a study, with what the command names: one analyst's judgements, a reader's changes, one case.

    Raises
    ------
    StudyError
        If the study or the changes have mistakes.
    UsageError
        If the study does not have the analyst or the case.
    """
    import dataclasses

    from processtrace import formats
    from processtrace.errors import UsageError
    from processtrace.formats.yaml import load_changes

    study = formats.read(path)
    if analyst is not None:
        if analyst != "pool" and analyst not in study.analysts:
            named = ", ".join(study.analysts)
            raise UsageError(f"no analyst '{analyst}'; {f'the study has {named}' if named else 'the study declares none'}")
        study = dataclasses.replace(study, analyst=analyst)
    if changes is not None:
        from processtrace.study.changes import apply_changes

        study = apply_changes(study, load_changes(changes, study))
    return study if case is None else study.only(case)


def asked_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what a judge is asked."""
    for option in (
        click.option(
            "--round",
            "number_of_round",
            type=click.IntRange(1, 2),
            default=1,
            help="2: ask again, beside the spread of what all judges said in the first round, without names.",
        ),
        click.option("--seed", type=int, metavar="N", help="For everything that is drawn; another each time if left out, and kept."),
        click.option("--repeat", type=int, default=0, metavar="N", help="Ask N findings a second time, far from the first."),
        click.option("--sample", metavar="N|P%", help="Draw N findings, or a percentage of them, at random from all cases."),
        click.option("--all-judged", is_flag=True, help="Ask about every explanation of the case files, not the study's own alone."),
        click.option("--rest", is_flag=True, help="Only what this analyst has not judged yet."),
    ):
        command = option(command)
    return command
