"""`processtrace robustness`: how fragile the posterior is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from processtrace.cli.options import case_option, changes_option, chosen, format_option, study_argument

if TYPE_CHECKING:
    from processtrace.study import Study


@click.command(name="robustness")
@study_argument
@case_option
@changes_option
@format_option
def command(study: str, case: str | None, changes: str | None, form: str) -> None:
    """How fragile the posterior of STUDY is: one sentence a case, or every number as JSON or CSV."""
    from processtrace.cli.contradictions import answer

    answer(chosen(study, case, changes=changes), study, lambda read: _print(read, form))


def _print(study: Study, form: str) -> None:
    from processtrace import robustness
    from processtrace.cli.terminal import echo_csv, echo_json
    from processtrace.results import Steps

    steps = Steps(lambda text: click.echo(text, err=True))
    found = robustness.as_json(study, results=robustness.analyses(study, steps.count))
    if form == "json":
        echo_json(found)
    elif form == "csv":
        echo_csv(["case", "key", "value"], [(name, *row) for name, part in found["cases"].items() for row in _flat("", part)])
    else:
        said = ((part["sentence"], part["counted"]["sentence"], part.get("graph_sentence", "")) for part in found["cases"].values())
        click.echo("\n\n".join("\n".join(filter(None, lines)) for lines in said))


def _flat(key: str, value: Any) -> list[tuple[str, Any]]:
    """Every number of a nested result with the path of keys that leads to it."""
    if isinstance(value, dict):
        return [row for name, inner in value.items() for row in _flat(f"{key}.{name}" if key else str(name), inner)]
    if isinstance(value, list):
        return [row for place, inner in enumerate(value) for row in _flat(f"{key}.{place}", inner)]
    return [(key, "" if value is None else value)]
