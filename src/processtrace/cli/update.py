"""`processtrace update`: the exact posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from processtrace.cli.options import case_option, changes_option, chosen, format_option, study_argument

if TYPE_CHECKING:
    import xarray as xr

    from processtrace.study import Case, Study
    from processtrace.study.verdict_words import VerdictName


@click.command(name="update")
@study_argument
@case_option
@click.option("--analyst", metavar="NAME", help="An analyst's judgements instead of the study's main ones, or 'pool'.")
@click.option("--items", is_flag=True, help="The weight of each item too.")
@changes_option
@format_option
def command(study: str, case: str | None, analyst: str | None, items: bool, changes: str | None, form: str) -> None:
    """Print the exact posterior of STUDY: what the judgements imply, given that one of the explanations is right."""
    from processtrace.cli.contradictions import answer

    answer(chosen(study, case, analyst, changes), study, lambda read: _print(read, items, form))


def _print(study: Study, items: bool, form: str) -> None:
    from processtrace.cli.terminal import echo_json
    from processtrace.inference.as_json import update_as_json
    from processtrace.inference.update import update

    data = update(study)
    if form == "json":
        echo_json(update_as_json(study, data))
    elif form == "csv":
        _csv(study, data)
    else:
        _table(study, data, items)


def _csv(study: Study, data: xr.Dataset) -> None:
    from processtrace.cli.terminal import echo_csv
    from processtrace.robustness import bounds

    reach = bounds(study)
    rows = []
    for c, case in enumerate(data["case"].values):
        for h, hypothesis in enumerate(data["hypothesis"].values):
            ends = [float(reach[name].values[c, h]) for name in ("lowest", "highest")]
            posterior = float(data["posterior"].values[c, h])
            ends = [min(ends[0], posterior), max(ends[1], posterior)]  # what rounding put outside
            rows.append([case, hypothesis, float(data["prior"].values[c, h]), posterior, *ends])
    echo_csv(["case", "hypothesis", "prior", "posterior", "lowest", "highest"], rows)


def _table(study: Study, data: xr.Dataset, items: bool) -> None:
    from processtrace.cli.terminal import table
    from processtrace.logspace import DB_PER_NAT, odds_db
    from processtrace.robustness import bounds
    from processtrace.study.verdict_words import VERDICT_SCALES
    from processtrace.text.numbers import decibels, probability

    reach = bounds(study)
    odds = odds_db(data["log_posterior"].values)
    names = [str(name) for name in data["hypothesis_label"].values]
    click.echo(f"{study.title}\n")
    click.echo("Support: the posterior probability of each explanation, given that one of them is right.")
    runs = "judgement and every share of the causal model" if study.ranged_shares else "judgement"
    click.echo(f"Bounds: its lowest and highest value when every {runs} runs through its range.\n")
    for c, case in enumerate(study.cases):
        rows = []
        for h, name in enumerate(names):
            ends = " to ".join(
                probability(float(reach[end].values[c, h]), float(reach[f"log_odds_{end}"].values[c, h]) * DB_PER_NAT)
                for end in ("lowest", "highest")
            )
            weight = float(data["evidence_db"].values[c, h])
            against = "refuted" if weight == -float("inf") else f"{decibels(weight)} dB"
            if data["prior"].values[c, h] == 0:
                against += ", excluded by its prior"
            rows.append(
                [
                    name,
                    probability(float(data["prior"].values[c, h])),
                    probability(float(data["posterior"].values[c, h]), float(odds[c, h])),
                    ends,
                    against,
                ]
            )
        heads = [case.name, "Prior", "Support", "Bounds", "Evidence against the best"]
        if study.verdict is not None:
            heads.append("In words")
            scale, results = VERDICT_SCALES[study.verdict], (data[kind].values[c] for kind in ("posterior", "evidence_db"))
            rows = [[*row, scale.of_result(float(p), float(db))] for row, p, db in zip(rows, *results, strict=True)]
        click.echo(table(heads, rows, right=(1, 2, 4)))
        if study.prior_from_model and case.prior is None:
            click.echo("Prior from the model: how probable each explanation's event is, given what is known of the case.")
        if "factor_posterior" in data:
            click.echo("\n" + _at_work(data, c))
        error = data.attrs["error_nats"][c]
        if error:
            click.echo(
                f"More than three uncertain reliabilities meet in a unit: quasi-Monte Carlo, standard error {error:.1g} nats, not exact."
            )
        if items:
            click.echo()
            click.echo(_items(case.id, data, names, study.verdict))
            if any(item.node and item.counts for item in case.evidence):
                click.echo("The weight of a clue is what it adds to the earlier items of its unit, in order of time; --format json has it")
                click.echo("alone and given all the others too.")
        _not_counted(study, case)
        click.echo()
    _anchors(study, data)


def _at_work(data: xr.Dataset, c: int) -> str:
    """Return a table of the prior and posterior probability that each factor is at work, alone or with others."""
    from processtrace.cli.terminal import table
    from processtrace.logspace import DB_PER_NAT
    from processtrace.text.numbers import probability

    rows = []
    for f, name in enumerate(data["factor_label"].values):
        odds = float(data["factor_log_odds"].values[c, f]) * DB_PER_NAT
        prior, posterior = (float(data[f"factor_{kind}"].values[c, f]) for kind in ("prior", "posterior"))
        rows.append([str(name), probability(prior), probability(posterior, odds)])
    return table(["At work, alone or with others", "Prior", "Support"], rows, right=(1, 2))


def _items(case: str, data: xr.Dataset, names: list[str], verdict: VerdictName | None) -> str:
    from processtrace.cli.terminal import table
    from processtrace.study.verdict_words import VERDICT_SCALES
    from processtrace.text.numbers import decibels

    scale = VERDICT_SCALES[verdict] if verdict and VERDICT_SCALES[verdict].of == "weight" else None
    rows = []
    for e, owner in enumerate(data["evidence_case"].values):
        if owner == case:
            weights = [decibels(float(v)) for v in data["weight_db"].values[e]]
            between = float(data["weight_db"].values[e].max() - data["weight_db"].values[e].min())
            words = [scale.of_weight(between)] if scale else []
            rows.append([str(data["date"].values[e]), str(data["evidence_label"].values[e]), *weights, *words])
    heads = ["Date", "Weight in dB, best explanation 0", *names, *(["In words, best and worst"] if scale else [])]
    return table(heads, rows, right=range(2, 2 + len(names)))


def _not_counted(study: Study, case: Case) -> None:
    from processtrace.study.probabilities import entering

    words = {"planned": "planned", "unjudged": "not yet judged", "set_aside": "set aside"}
    parts = [f"{n} {word}" for status, word in words.items() if (n := sum(item.status == status for item in case.evidence))]
    if left_out := entering(study, case)[1]:
        parts.append(f"{len(left_out)} that {study.analysts[study.analyst].name} did not judge, or that were judged given such")
    if parts:
        click.echo(f"Not counted: {', '.join(parts)}.")


def _anchors(study: Study, data: xr.Dataset) -> None:
    if not data.attrs["anchored"]:
        return
    import dataclasses

    from processtrace.inference.update import update
    from processtrace.logspace import odds_db
    from processtrace.study.scales import relative
    from processtrace.text.numbers import probability

    count = len(data.attrs["anchored"])
    click.echo(
        f"{count} {'item' if count == 1 else 'items'} judged in {relative('or')} {'depends' if count == 1 else 'depend'} "
        f"on the anchor ({study.anchor:g}). Support at other anchors:"
    )
    for anchor in (0.5, 0.95):
        other = update(dataclasses.replace(study, anchor=anchor))
        odds = odds_db(other["log_posterior"].values)
        for c, case in enumerate(study.cases):
            support = ", ".join(
                f"{name} {probability(float(p), float(against))}"
                for name, p, against in zip(other["hypothesis_label"].values, other["posterior"].values[c], odds[c], strict=True)
            )
            click.echo(f"  {anchor:g}: {case.name}: {support}")
