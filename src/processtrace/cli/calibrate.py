"""`processtrace calibrate`: what past judgements on cases whose answer is known say about their judges."""

from __future__ import annotations

from typing import Any

import click

from processtrace.cli.options import format_option, study_argument


@click.command(name="calibrate")
@study_argument
@click.option("--present", type=click.Path(), metavar="STUDY", help="The study whose open cases are corrected, where it is another one.")
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="N", help="For the cases that are drawn anew to find the intervals."
)
@format_option
def command(study: str, present: str | None, seed: int, form: str) -> None:
    """Score the judgements of STUDY on the cases with 'known_answer:', by analyst, and show what shrinking would do to the others.

    Nothing is changed: a factor on an analyst's weights is shown beside the posterior as judged, never applied.
    """
    from processtrace.calibration import as_json
    from processtrace.cli.terminal import echo_csv, echo_json
    from processtrace.formats.yaml import load_study

    past = load_study(study)
    there = load_study(present) if present is not None else past
    found = as_json(past, there if present is not None else None, random_seed=seed)
    if form == "json":
        echo_json(found)
    elif form == "csv":
        echo_csv(
            ["analyst", "measure", "value", "low", "high"],
            [
                (who, name, *("" if part[end] is None else part[end] for end in ("value", "low", "high")))
                for who, one in found["analysts"].items()
                for name, part in one.items()
                if isinstance(part, dict) and "value" in part
            ],
        )
    else:
        for line in _lines(found, past, there):
            click.echo(line)


def _lines(found: dict[str, Any], past: Any, there: Any) -> list[str]:
    from processtrace.calibration.calibrate import COMMON, ENOUGH
    from processtrace.cli.terminal import table
    from processtrace.text.numbers import probability

    named = {who: "common judgements" if who == COMMON else past.analysts[who].name for who in found["analysts"]}
    rows = []
    for who, one in found["analysts"].items():
        said = "too few to say" if not one["enough"] else ""
        rows.append([named[who], str(one["cases"]), *(_ranged(one[name]) for name in ("brier_gain", "log_score_gain", "cllr")), said])
    heads = ["Judge", "Known cases", "Gain in Brier score", "Gain in log score (bits)", "Cllr (bits)", ""]
    lines = [table(heads, rows, right=(1, 2, 3, 4)), ""]
    lines.append(
        "A gain is what the judgements are better by than the priors alone; below 0 they did harm. Cllr: 0 is perfect, 1 is no evidence."
    )
    for who, one in found["analysts"].items():
        if one["refuted"]:
            lines.append(f"{named[who]}: the right answer was refuted in {one['refuted']} of {one['cases']} cases; no factor helps there.")
        factor, gain = one["factor"], one["factor_gain"]
        lines.append(
            f"{named[who]}: the factor on all weights that fits the known cases best is {_ranged(factor)}; "
            f"found from the other cases each time, it gains {_ranged(gain)} bits a case."
        )
        if not one["enough"]:
            lines.append(f"{named[who]}: {one['cases']} known cases are too few to say how well they judge; {ENOUGH} are the least.")
    if found["cases"]:
        rows = [
            [
                there.case(case).name,
                named[who],
                there.explanations[h].name,
                probability(part["posterior"][h]),
                probability(part["posterior_shrunk"][h]),
            ]
            for case, by_analyst in found["cases"].items()
            for who, part in by_analyst.items()
            for h in part["posterior"]
        ]
        lines += ["", table(["Case", "Judge", "Explanation", "As judged", "With the factor"], rows, right=(3, 4))]
        lines.append("The factor is shown, not applied.")
    return lines


def _ranged(part: dict[str, float | None]) -> str:
    value, low, high = ("none" if part[end] is None else f"{part[end]:.2f}" for end in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
