"""`processtrace query`: what a causal model answers."""

from __future__ import annotations

from typing import Any

import click

from processtrace.cli.options import chosen, format_option, study_argument


@click.command(name="query")
@study_argument
@click.argument("statement")
@click.option("--given", metavar="STATEMENT", help="What is known of the case, as in 'I == 1 and D == 1'.")
@click.option("--row", metavar="NAME", help="A case that the model was learned from: the answer for it, from all others.")
@format_option
def command(study: str, statement: str, given: str | None, row: str | None, form: str) -> None:
    """Print how probable STATEMENT is under the causal models of STUDY, exactly.

    'D[I=1] > D[I=0]' asks whether I has a positive effect on D; 'D[I=1] - D[I=0]' for the expected effect.
    """
    from processtrace.cli.terminal import echo_csv, echo_json
    from processtrace.inference.causal_answers import query_as_json

    found = query_as_json(chosen(study), statement, given, row)
    if form == "json":
        echo_json(found)
    elif form == "csv":
        heads = ["model", "query", "given", "probability", "new_case", "share_mean", "share_sd", "share_low", "share_high"]
        echo_csv(heads, [[name, statement, given or "", *_numbers(part)] for name, part in found["models"].items()])
    else:
        _table(found)


def _numbers(part: dict[str, Any]) -> list[Any]:
    share = part["share"] or dict.fromkeys(("mean", "sd", "low", "high"), "")
    return [part["probability"], part["new_case"], *share.values()]


def _number(value: float) -> str:
    """Return three decimals, with a true minus sign, and none before 0."""
    text = f"{abs(value):.3f}"
    return f"−{text}" if value < 0 and float(text) else text


def _table(found: dict[str, Any]) -> None:
    from processtrace.cli.terminal import table

    click.echo(f"{found['title']}\n")
    click.echo(f"Query: {found['query']}" + (f"\nGiven: {found['given']}" if found["given"] else "") + "\n")
    learned = any(part["share"] for part in found["models"].values())
    studied = any("studied_case" in part for part in found["models"].values())
    heads = ["Model", *(["Studied case"] if studied else []), "New case" if learned else "Answer"]
    heads += ["Share in the population", "sd", "95 % interval"] if learned else []
    rows = []
    for name, part in found["models"].items():
        row = [name, *([_number(part["studied_case"])] if studied else []), _number(part["new_case"])]
        if learned and part["share"]:
            share = part["share"]
            row += [_number(share["mean"]), _number(share["sd"]), f"{_number(share['low'])} to {_number(share['high'])}"]
        rows.append(row + [""] * (len(heads) - len(row)))
    click.echo(table(heads, rows, right=range(1, len(heads))))
    if learned:
        click.echo("\nA new case is none of the data; a studied case is one of them, answered from all the others.")
