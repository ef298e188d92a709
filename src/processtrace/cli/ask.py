"""`processtrace ask`: a page on which somebody judges findings in a browser."""

from __future__ import annotations

import click

from processtrace.cli.options import asked_options, case_option, study_argument


@click.command(name="ask")
@study_argument
@click.argument("out", type=click.Path(), metavar="OUT.html")
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
    seed: int | None,
) -> None:
    """Write a judging page of STUDY: one HTML file that works from disk, in any browser, and sends nothing.

    It asks for the doubt first and shows no judgement, reason or posterior. "Save and send back" gives one small file, which
    comes back by 'processtrace merge'.
    """
    import secrets

    from processtrace.elicitation import write_judging_page
    from processtrace.formats import read_files
    from processtrace.formats.yaml import hypotheses_of_other_studies
    from processtrace.study import Analyst
    from processtrace.text.names import counted

    name = Analyst(analyst).id
    files = read_files(study)
    chosen = files.study if case is None else files.study.only(case)
    number = secrets.randbelow(1_000_000) if seed is None else seed
    made = write_judging_page(
        chosen,
        out,
        name,
        number,
        rest=rest,
        all_judged=all_judged,
        sample=sample,
        repeat=repeat,
        other_hypotheses=hypotheses_of_other_studies(files),
    )
    click.echo(f"{out}: {counted(made.findings, 'finding', 'findings')} for {name}, in random order (seed {number}){made.more}.")
    click.echo(f"Send the file to {name}. What comes back is merged by 'processtrace merge {study} FILE.json'.")
