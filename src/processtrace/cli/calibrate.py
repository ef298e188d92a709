"""`processtrace calibrate`: what past judgements on cases whose answer is known say about their judges."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from processtrace.cli.options import format_option, study_argument

if TYPE_CHECKING:
    import xarray as xr

TOO_FEW = "too few to say"
"""What is printed beside scores of fewer cases than are needed to say anything."""


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
    from processtrace.calibration import as_json, calibrate
    from processtrace.cli.terminal import echo_csv, echo_json
    from processtrace.formats.yaml import load_study

    past = load_study(study)
    there = load_study(present) if present is not None else None
    if form == "table":
        for line in _lines(calibrate(past, there, random_seed=seed)):
            click.echo(line)
        return
    found = as_json(past, there, random_seed=seed)
    if form == "json":
        echo_json(found)
    else:
        echo_csv(
            ["analyst", "measure", "value", "low", "high"],
            [
                (who, name, *("" if part[end] is None else part[end] for end in ("value", "low", "high")))
                for who, one in found["analysts"].items()
                for name, part in one.items()
                if isinstance(part, dict) and "value" in part
            ],
        )


def _lines(data: xr.Dataset) -> list[str]:
    from processtrace.cli.terminal import table
    from processtrace.inference.update import ANALYST

    judges = [data.sel({ANALYST: who}) for who in data[ANALYST].values]
    rows = [
        [str(one.analyst_label.item()), str(one.cases.item())]
        + [_ranged(one[name]) for name in ("brier_gain", "log_score_gain", "cllr")]
        + ["" if one.enough else TOO_FEW]
        for one in judges
    ]
    heads = ["Judge", "Known cases", "Gain in Brier score", "Gain in log score (bits)", "Cllr (bits)", ""]
    lines = [
        table(heads, rows, right=(1, 2, 3, 4)),
        "",
        "A gain is what the judgements are better by than the priors alone; below 0 they did harm. Cllr: 0 is perfect, 1 is no evidence.",
        f"In brackets: the central {data.attrs['ci_prob']:.0%} over 1,000 sets of cases, drawn anew with replacement.".replace("%", " %"),
        *(line for one in judges for line in _of_one(one)),
    ]
    rows = list(_open_cases(data))
    if rows:
        lines += ["", table(["Case", "Judge", "Explanation", "As judged", "With the factor", ""], rows, right=(3, 4))]
        lines.append("The factor is shown, not applied.")
    elif data["case"].size:
        lines.append("None of these judges judged an open case; a judge has the same identifier in the past study and the present one.")
    return lines


def _of_one(one: xr.Dataset) -> Iterator[str]:
    """Yield what there is to say of one judge: the parts of Cllr, the factor, and whether there are enough cases."""
    from processtrace.calibration.calibrate import ENOUGH
    from processtrace.text.names import counted

    label, cases, refuted = str(one.analyst_label.item()), int(one.cases), int(one.refuted)
    name, known = f"{label[0].upper()}{label[1:]}", counted(cases, "known case", "known cases")
    yield f"{name}: of the Cllr, {_ranged(one.cllr_min)} is a lack of discrimination and {_ranged(one.cllr_calibration)} one of calibration."
    if refuted:
        yield f"{name}: the right answer was refuted in {refuted} of {known}; no factor helps there but 0, which leaves the priors."
    elif cases > 1:
        yield (
            f"{name}: the factor on all weights that fits the known cases best is {_ranged(one.factor, _factor)}; "
            f"found from the other cases each time, it gains {_ranged(one.factor_gain)} bits a case."
        )
    if not one.enough:
        yield f"{name}: {known} {'is' if cases == 1 else 'are'} too few to say how well they judge; {ENOUGH} are the least."


def _open_cases(data: xr.Dataset) -> Iterator[list[str]]:
    """Yield the rows of cases without a known answer: by judge and explanation as judged, and with the factor."""
    import numpy as np

    from processtrace.inference.update import ANALYST, CASE, HYPOTHESIS
    from processtrace.text.numbers import probability

    for case in data[CASE].values:
        for who in data[ANALYST].values:
            one = data.sel({CASE: case, ANALYST: who})
            if np.isnan(one.posterior.values).all():
                continue
            for h in data[HYPOTHESIS].values:
                part = one.sel({HYPOTHESIS: h})
                shown = [probability(float(part[name])) for name in ("posterior", "posterior_shrunk")]
                labels = [str(part[name].item()) for name in ("case_label", "analyst_label", "hypothesis_label")]
                yield [*labels, *shown, "" if one.enough else TOO_FEW]


def _ranged(part: xr.DataArray, written: Callable[[float], str] | None = None) -> str:
    value, low, high = map(written or _number, part.values.tolist())
    return f"{value} ({low} to {high})"


def _number(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{value:.2f}".replace("inf", "∞").replace("-", "−")


def _factor(value: float) -> str:
    from processtrace.calibration.shrinkage import LARGEST_FACTOR

    return f"{LARGEST_FACTOR:g} or more" if value >= LARGEST_FACTOR else _number(value)
