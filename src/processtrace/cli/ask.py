"""`processtrace ask`: a page on which somebody judges findings in a browser, or prompts for a language model."""

from __future__ import annotations

from typing import Any

import click

from processtrace.cli.options import asked_options, case_option, study_argument


@click.command(name="ask")
@study_argument
@click.argument("out", type=click.Path(), metavar="OUT.html", required=False)
@click.option("--analyst", required=True, metavar="NAME", help="Who is to judge: letters, digits, _ and -.")
@click.option("--prompts", type=click.Path(), metavar="DIR", help="Write prompts for a language model into DIR in place of a page.")
@case_option
@asked_options
def command(
    study: str,
    out: str | None,
    analyst: str,
    prompts: str | None,
    case: str | None,
    rest: bool,
    all_judged: bool,
    sample: str | None,
    repeat: int,
    number_of_round: int,
    seed: int | None,
) -> None:
    """Write a judging page of STUDY: one HTML file that works from disk, in any browser, and sends nothing.

    It asks for the doubt first and shows no judgement, reason or posterior. "Save and send back" gives one small file, which
    comes back by 'processtrace merge'.

    With --prompts DIR it writes one prompt a finding for a language model, in two orders of the explanations and two formats, each to
    be asked --repeat times (3 if left out), with a schema of the answer and instructions. Nothing is sent anywhere.
    """
    import secrets

    from processtrace.elicitation import write_judging_page, write_prompts
    from processtrace.errors import UsageError
    from processtrace.formats import read_files
    from processtrace.formats.yaml import hypotheses_of_other_studies
    from processtrace.study import Analyst
    from processtrace.text.names import counted

    if (out is None) == (prompts is None):
        raise UsageError("name the page to write, OUT.html, or a folder for prompts, --prompts DIR")
    name = Analyst(analyst).id
    files = read_files(study)
    chosen = files.study if case is None else files.study.only(case)
    number = secrets.randbelow(1_000_000) if seed is None else seed
    drawn: dict[str, Any] = {"rest": rest, "all_judged": all_judged, "sample": sample}
    drawn["other_hypotheses"] = hypotheses_of_other_studies(files)
    if prompts is not None:
        if number_of_round == 2:
            raise UsageError("--round 2: of people, on a page or a sheet; a language model is asked again by --repeat")
        made = write_prompts(chosen, prompts, name, number, repeats=repeat or 3, **drawn)
        click.echo(f"{prompts}: prompts about {counted(made.findings, 'finding', 'findings')} for {name} (seed {number}){made.more}.")
        click.echo(f"{prompts}/README.txt says how to run them; answers come back by 'processtrace merge {study} answers.jsonl'.")
        return
    assert out is not None
    made = write_judging_page(chosen, out, name, number, repeat=repeat, second_round=number_of_round == 2, **drawn)
    click.echo(f"{out}: {counted(made.findings, 'finding', 'findings')} for {name}, in random order (seed {number}){made.more}.")
    click.echo(f"Send the file to {name}. What comes back is merged by 'processtrace merge {study} FILE.json'.")
