"""`processtrace compare`: what differs between studies, and what moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from processtrace.cli.options import case_option, chosen, format_option

if TYPE_CHECKING:
    import pandas as pd


@click.command(name="compare")
@click.argument("studies", nargs=-1, required=True, type=click.Path(), metavar="STUDY STUDY...")
@case_option
@format_option
def command(studies: tuple[str, ...], case: str | None, form: str) -> None:
    """Print what differs between studies and what moved: three explanations against four, before and after a review.

    Every study is compared with the first, case by case, by the names of cases, explanations and items.
    """
    from processtrace import tables
    from processtrace.cli.terminal import echo_csv, echo_json
    from processtrace.inference.as_json import compare_as_json

    if len(studies) < 2:
        raise click.UsageError("one study; two or more are compared")
    read = [chosen(path, case) for path in studies]
    if form == "json":
        echo_json(compare_as_json(read))
    elif form == "csv":
        table = tables.changes(*read)
        rows = [[*index, *row] for index, row in zip(table.index.tolist(), table.to_numpy().tolist(), strict=True)]
        echo_csv(["case", "study", "evidence", *map(str, table.columns)], rows)
    else:
        _table(tables.compare(*read))
        differing = tables.changes(*read)
        click.echo()
        if len(differing):
            _table(differing)
        else:
            click.echo("No item and no judgement differs.")


def _table(made: pd.DataFrame) -> None:
    from processtrace.cli.terminal import table
    from processtrace.tables.frames import NUMERIC, heads, printed

    shown = heads(made)
    click.echo(f"{made.attrs['title']}\n")
    click.echo(table([head for head, _, _ in shown], printed(made), right=[k for k, part in enumerate(shown) if part[1] in NUMERIC]))
    click.echo(made.attrs["note"])
