"""`processtrace sheet`: a blind sheet for another coder."""

from __future__ import annotations

import click

from processtrace.cli.options import asked_options, case_option, study_argument


@click.command(name="sheet")
@study_argument
@click.argument("out", type=click.Path(), metavar="OUT.xlsx")
@click.option("--analyst", required=True, metavar="NAME", help="Who is to judge: letters, digits, _ and -.")
@case_option
@asked_options
def command(
    study: str,
    out: str,
    analyst: str,
    case: str | None,
    rest: bool,
    all_judged: bool,
    sample: str | None,
    repeat: int,
    number_of_round: int,
    seed: int | None,
) -> None:
    """Write a blind sheet of STUDY into the workbook OUT.xlsx: findings, sources and statements, in random order.

    It holds no judgement, reason or posterior. Filled in, it comes back by 'processtrace merge'.
    """
    import secrets

    from processtrace.elicitation import write_sheet
    from processtrace.formats import read_files
    from processtrace.formats.yaml import hypotheses_of_other_studies
    from processtrace.study import Analyst
    from processtrace.text.names import counted

    name = Analyst(analyst).id
    files = read_files(study)
    chosen = files.study if case is None else files.study.only(case)
    other_hypotheses = hypotheses_of_other_studies(files)
    number = secrets.randbelow(1_000_000) if seed is None else seed
    made = write_sheet(
        chosen,
        out,
        name,
        number,
        rest=rest,
        all_judged=all_judged,
        sample=sample,
        repeat=repeat,
        second_round=number_of_round == 2,
        other_hypotheses=other_hypotheses,
    )
    click.echo(
        f"{out}: {counted(made.findings, 'finding', 'findings')} for {name}, in random order (seed {number}){made.more}. "
        f"Filled in, bring it back by 'processtrace merge {study} {out}'."
    )
    for one in made.explained(chosen, other_hypotheses, name):
        if not one.statement:
            click.echo(
                f"note: {one.label} has no statement; tell the coder what it says, or write it under its name and make the sheet again",
                err=True,
            )
